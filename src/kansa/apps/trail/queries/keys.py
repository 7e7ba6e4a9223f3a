"""How is a person known without being named? By a token made with a key that never lies in the database."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

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
