"""What does a respondent hold, and what is stored of it? Codes of printed slips and keys of answers; only keyed hashes.

A code is short because people type it: 80 bits of chance in 16 characters without I, L, O and U. A key of answers is
made when a person begins in a confidential campaign. It proves itself and is stored nowhere, not even as a hash, until
the first answer comes, so that giving it out leaves no second row beside the person's.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

from kansa.apps.self_inspection.models import Campaign
from kansa.apps.trail.queries import derived_key, person_token
from kansa.core.cover import Cell

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 16
ANSWER_KEY = re.compile(r"(\d{1,18})-(\d{1,18})-(?:(\d{1,4})-(?:(\d{1,18})-)?)?([0-9a-f]{32})-([0-9a-f]{32})")
READ_AS = str.maketrans("OIL", "011")


def new_code() -> str:
    """A new code in groups of four: 7K3M-..."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(letters[place : place + 4] for place in range(0, CODE_LENGTH, 4))


def folded_code(typed: str) -> str:
    """The letters of a code as somebody typed it: full width, small, with blanks, O for 0. "" when it cannot be one."""
    plain = "".join(unicodedata.normalize("NFKC", typed).upper().translate(READ_AS).split())
    letters = re.sub(r"[-‐‑–—―−ー]", "", plain)
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(ALPHABET) else ""


def slip_token(municipality_id: int, code: str) -> str:
    """What is stored of a slip."""
    return person_token(municipality_id, "slip", folded_code(code))


def row_token(campaign: Campaign, secret: str) -> str:
    """What an answer row is found by; cannot be had from what is stored of a slip or a person."""
    return person_token(campaign.municipality_id, f"answers/{campaign.pk}", secret)


def comment_token(campaign: Campaign, item_id: int, secret: str) -> str:
    """What a comment is found by; one for each item, and not to be had from the token of the answers."""
    return person_token(campaign.municipality_id, f"comments/{campaign.pk}/{item_id}", secret)


def proof(body: str) -> str:
    """Shows that a key of answers is ours."""
    return hmac.new(derived_key("answer_key"), body.encode(), hashlib.sha256).hexdigest()[:32]


def answer_key(campaign: Campaign, department_id: int, job_type: str = "", copy_number: int = 0) -> str:
    """A new key of answers that count in this department and job type; the job type stands as its line.

    `copy_number`: how many copies of the database had been begun when the person did (docs/adr/0041).
    """
    line = [*campaign.job_types.split("\n")].index(job_type)
    body = f"{campaign.pk}-{department_id}-{line}-{copy_number}-{secrets.token_hex(16)}"
    return f"{body}-{proof(body)}"


def cell_of_key(campaign: Campaign, key: str) -> Cell | None:
    """The department and job type of a key of answers of this campaign; None when it is none of ours."""
    found = ANSWER_KEY.fullmatch(key)
    if found is None or int(found[1]) != campaign.pk:
        return None
    if not hmac.compare_digest(proof(key.rpartition("-")[0]), found[6]):
        return None
    # A key that was given out before there were job types has no line.
    return int(found[2]), campaign.job_types.split("\n")[int(found[3] or 0)]


def is_void(campaign: Campaign, key: str) -> bool:
    """Whether a key was given out after the copy that the database was restored from: its person is to begin again.

    The copy knows neither the person nor the answers; were the key still good, one person could answer twice.
    """
    found, cell = ANSWER_KEY.fullmatch(key), cell_of_key(campaign, key)
    if found is None or cell is None:
        return False
    number = int(found[4] or 0)
    return any((one[0], one[1]) == cell and one[2] <= number < one[3] for one in campaign.void_keys)
