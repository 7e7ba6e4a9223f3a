"""What stands in a training mail, and what is stored of it? Tokens, their hashes, and the key of one campaign.

Each campaign has a key of its own in the restricted storage, outside the database: it seals the names and addresses of
the list and gives every recipient's link token and Message-ID. Destroying it, together with the rows, leaves nothing
that joins a person to a result; a copy of the database alone never did. Stored are keyed hashes only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from base64 import b32encode, b64decode, b64encode, urlsafe_b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core.files.storage import storages

from kansa.apps.drills.models import DrillCampaign
from kansa.apps.trail.queries import derived_key
from kansa.core.errors import RuleError

KEY_BYTES, NONCE_BYTES = 32, 12
TOKEN = re.compile(r"([0-9]{1,9})-([A-Za-z0-9_-]{22})")


def key_name(campaign: DrillCampaign) -> str:
    """Where the key of a campaign lies in the restricted storage."""
    return f"drills/{campaign.municipality_id}-{campaign.pk}.key"


def new_key() -> bytes:
    """A key for a new campaign."""
    return secrets.token_bytes(KEY_BYTES)


def campaign_key(campaign: DrillCampaign) -> bytes:
    """The key of a campaign. Raises RuleError when it was destroyed or lost."""
    try:
        with storages["restricted"].open(key_name(campaign), "rb") as file:
            key: bytes = file.read()
    except FileNotFoundError:
        raise RuleError("no_drill_key", "この訓練の対応表の鍵は、既に消去されています。") from None
    return key


def _hash(purpose: str, text: str) -> str:
    return hmac.new(derived_key(purpose), text.encode(), hashlib.sha256).hexdigest()


def link_hash(token: str) -> str:
    """What is stored of a link's token."""
    return _hash("drill_link", token)


def mail_hash(message_id: str) -> str:
    """What is stored of a Message-ID, with or without its angle brackets."""
    return _hash("drill_mail", message_id.strip().strip("<>").lower())


def questionnaire_hash(token: str) -> str:
    """What is stored of the questionnaire's link."""
    return _hash("drill_questionnaire", token)


def municipality_in(token: str) -> int | None:
    """The municipality that a token names; None for what is no token of ours by its form."""
    found = TOKEN.fullmatch(token)
    return int(found[1]) if found else None


@dataclass(frozen=True)
class Keyring:
    """What follows from the key of one campaign."""

    municipality_id: int
    header_code: str
    key: bytes

    def _mac(self, purpose: str, text: str) -> bytes:
        return hmac.new(self.key, f"{purpose}\n{text}".encode(), hashlib.sha256).digest()

    def link_token(self, event_token: str) -> str:
        """The token in a recipient's link: 128 bits, unguessable without the key, and nothing about the person."""
        return f"{self.municipality_id}-{urlsafe_b64encode(self._mac('link', event_token)[:16]).decode().rstrip('=')}"

    def message_id(self, event_token: str, sender_domain: str) -> str:
        """The same at every attempt, so that the relay's log can settle an unknown one."""
        return f"<{self._mac('mail', event_token).hex()[:32]}@{sender_domain}>"

    def batch_token(self, version: int, event_token: str) -> str:
        """By which the sending engine knows the mail of this version of the plan; nobody else can make it."""
        return b32encode(self._mac("batch", f"{version}/{event_token}")[:15]).decode().lower()

    def order_seed(self, seed: int) -> int:
        """Of the order of sending: without the key, nobody draws it again from the roster."""
        return int.from_bytes(self._mac("order", str(seed))[:8])

    def address_token(self, address: str) -> str:
        """Finds who forwarded a report."""
        return self._mac("address", address.strip().casefold()).hex()

    def sealed(self, address: str, name_ja: str, staff_number: str) -> str:
        """The identity of one recipient, readable with the key only."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps([address, name_ja, staff_number], ensure_ascii=False).encode()
        return b64encode(nonce + AESGCM(self.key).encrypt(nonce, text, None)).decode()


def keyring_of(campaign: DrillCampaign) -> Keyring:
    """The keyring of a campaign. Raises RuleError when the key is gone."""
    return Keyring(campaign.municipality_id, campaign.header_code, campaign_key(campaign))


def opened(keyring: Keyring, sealed: str) -> tuple[str, str, str]:
    """Address, name and staff number. Raises RuleError when the key does not fit."""
    data = b64decode(sealed)
    try:
        text = AESGCM(keyring.key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], None)
    except InvalidTag:
        raise RuleError("no_drill_key", "この訓練の対応表の鍵が合いません。") from None
    address, name_ja, staff_number = json.loads(text)
    return address, name_ja, staff_number
