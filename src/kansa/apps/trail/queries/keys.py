"""How is a person known without being named? By a token made with a key that never lies in the database.

What has to be read again later (a mail address, a password of a relay) is sealed with such a key: AES-SIV, which also
refuses what was changed or moved to another row (docs/adr/0030).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.conf import settings

from kansa.core.errors import RuleError

WORKSHEET_KEY = "worksheet"  # purpose of the key that seals the locked cells of worksheets


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose, derived from the installation's secret key; another purpose gives unrelated bytes."""
    return hmac.new(settings.SECRET_KEY.encode(), b"kansa/" + purpose.encode(), hashlib.sha256).digest()


def person_token(municipality_id: int, purpose: str, identity: str, *, key: bytes | None = None) -> str:
    """64 hex digits that stand for a staff number or mail address within one purpose; "" for an empty identity.

    Tokens of two purposes cannot be matched with each other without the key, so answers never meet clicks.
    `key` is derived_key("person") and may be handed in when many tokens are made.
    """
    if not identity:
        return ""
    message = f"{municipality_id}\n{purpose}\n{identity.strip().casefold()}"
    return hmac.new(key or derived_key("person"), message.encode(), hashlib.sha256).hexdigest()


def sealed(key: bytes, text: str, bound_to: str) -> str:
    """The text as only `opened` with the same 32 bytes can read it; "" for no text.

    `bound_to` names the place it belongs to: sealed text copied to another place is refused. The same text in the same
    place gives the same result, so a roster that was read twice changes nothing.
    """
    if not text:
        return ""
    return base64.urlsafe_b64encode(AESSIV(key).encrypt(text.encode(), [bound_to.encode()])).decode("ascii")


def opened(key: bytes, sealed_text: str, bound_to: str) -> str:
    """What was sealed. Raises RuleError when the key, the place or the bytes are others."""
    if not sealed_text:
        return ""
    try:
        plain = AESSIV(key).decrypt(base64.urlsafe_b64decode(sealed_text.encode("ascii")), [bound_to.encode()])
    except (InvalidTag, binascii.Error, ValueError) as fault:
        reason = "封じた値を開けません。鍵（secret_key）が作成時と違うか、値が書き換えられています。"
        raise RuleError("sealed_unreadable", reason) from fault
    return plain.decode()
