"""Who can read an address? Only whoever holds the key of its batch; once that is destroyed, nobody (docs/adr/0030)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.apps.mail.models import MailBatch, MailBox, MailMessage, MailRelay
from kansa.apps.people.queries import MAIL_ADDRESS_KEY, sealed_addresses
from kansa.apps.trail.queries import derived_key, opened, sealed
from kansa.core.errors import RuleError

BATCH_KEY = "mail_batch"
SECRET_KEY = "mail_secret"


@dataclass(frozen=True, slots=True)
class Contents:
    """What a mail's sealed column holds. `identity`: the word by which the caller knows the person."""

    address: str
    identity: str
    values: Mapping[str, str]
    files: Mapping[str, bytes] = field(default_factory=dict)


def batch_key(batch: MailBatch) -> bytes:
    """The batch's own key. Raises RuleError once it was destroyed."""
    if not batch.key_sealed:
        raise RuleError("identities_destroyed", "宛先と人の対応は、終了の手続で消去しました。もう開けません。")
    return bytes.fromhex(opened(derived_key(BATCH_KEY), batch.key_sealed, f"mail_batch/{batch.pk}"))


def sealed_batch_key(batch_id: int, key: bytes) -> str:
    """The batch's key as its row keeps it."""
    return sealed(derived_key(BATCH_KEY), key.hex(), f"mail_batch/{batch_id}")


def sealed_contents(key: bytes, token: str, contents: Contents) -> str:
    """The sealed column of one mail."""
    data = {
        "address": contents.address,
        "identity": contents.identity,
        "values": dict(contents.values),
        "files": {name: base64.b64encode(content).decode("ascii") for name, content in contents.files.items()},
    }
    return sealed(key, json.dumps(data, ensure_ascii=False, separators=(",", ":")), f"mail/{token}")


def contents_of(key: bytes, message: MailMessage) -> Contents:
    """What was sealed for one mail. Raises RuleError when it was changed or moved."""
    data = json.loads(opened(key, message.sealed, f"mail/{message.token}"))
    files = {name: base64.b64decode(content) for name, content in data["files"].items()}
    return Contents(data["address"], data["identity"], data["values"], files)


def _code(key: bytes, purpose: str, token: str) -> str:
    digest = hmac.new(key, f"{purpose}/{token}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:15]).decode("ascii").lower()


def message_id_of(key: bytes, token: str, domain: str) -> str:
    """The Message-ID of a mail: the same at every attempt; without the key nobody can tell it from the token."""
    return f"<{_code(key, 'message', token)}@{domain}>"


def bounce_code_of(key: bytes, token: str) -> str:
    """What stands in the return path, by which a bounce finds its mail."""
    return _code(key, "bounce", token)


def relay_secret(relay: MailRelay) -> str:
    """The password of the relay's account; "" for none."""
    return opened(derived_key(SECRET_KEY), relay.secret_sealed, f"mail_relay/{relay.pk}")


def sealed_relay_secret(relay_id: int, secret: str) -> str:
    """The password as the relay's row keeps it."""
    return sealed(derived_key(SECRET_KEY), secret, f"mail_relay/{relay_id}")


def box_secret(box: MailBox) -> str:
    """The password of a mailbox."""
    return opened(derived_key(SECRET_KEY), box.secret_sealed, f"mail_box/{box.pk}")


def sealed_box_secret(box_id: int, secret: str) -> str:
    """The password as the mailbox's row keeps it."""
    return sealed(derived_key(SECRET_KEY), secret, f"mail_box/{box_id}")


def addresses_of(municipality_id: int, fiscal_year: int) -> dict[str, str]:
    """Staff number -> mail address of the year's roster, to be handed to create_batch and to nobody else."""
    key = derived_key(MAIL_ADDRESS_KEY)
    return {
        number: opened(key, text, f"staff/{municipality_id}/{fiscal_year}/{number}")
        for number, text in sealed_addresses(municipality_id, fiscal_year)
    }
