"""Which mails are still to be sent, to whom, with which words and links? For the sending engine only.

One recipient at a time is unsealed; nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kansa.apps.drills.models import DrillCampaign, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries.keys import Keyring, keyring_of, opened
from kansa.apps.trail.queries import streamed
from kansa.core.mail_drill.scenario import PLACEHOLDERS_JA
from kansa.formats.mail_drill import Places


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail to be sent. `values` fills the placeholders that depend on the person."""

    recipient_id: int
    event_token: str
    group_id: int
    address: str
    message_id: str
    header_code: str
    values: dict[str, str]
    places: Places
    attachment_link: str
    attachment_picture: str
    batch_token: str  # by which the sending engine knows the mail
    excluded_reason_ja: str = ""


@contextmanager
def outgoing(campaign: DrillCampaign, *, states: tuple[str, ...] = ("waiting",)) -> Iterator[Iterator[Outgoing]]:
    """The mails of recipients in these states, in the order of sending. Raises RuleError when the key is gone."""
    keyring = keyring_of(campaign)
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    sealed = dict(DrillIdentity.objects.filter(**own).values_list("event_token", "sealed"))
    rows = (
        DrillRecipient.objects.filter(**own, state__in=states)
        .order_by("position")
        .values_list("pk", "group_id", "event_token", "department__name_ja", "job_type_ja", "excluded_reason_ja")
    )
    with streamed(rows, 500) as found:
        yield (outgoing_of(campaign, keyring, sealed[row[2]], row) for row in found)


def outgoing_of(campaign: DrillCampaign, keyring: Keyring, sealed: str, row: tuple[Any, ...]) -> Outgoing:
    """One of them, unsealed."""
    pk, group_id, event_token, department_ja, job_type_ja, reason_ja = row
    address, name_ja, _ = opened(keyring, sealed)
    landing = f"{campaign.landing_address.rstrip('/')}/m/{keyring.link_token(event_token)}/"
    values = dict.fromkeys(PLACEHOLDERS_JA, "") | {"氏名": name_ja, "所属": department_ja, "職名": job_type_ja}
    return Outgoing(
        recipient_id=pk,
        event_token=event_token,
        group_id=group_id,
        address=address,
        message_id=keyring.message_id(event_token, campaign.sender_address.rpartition("@")[2]),
        header_code=campaign.header_code,
        values=values,
        places=Places(landing, f"{landing}p.png", f"{landing}c"),
        attachment_link=f"{landing}a",
        attachment_picture=f"{landing}a.png",
        batch_token=keyring.batch_token(campaign.version, event_token),
        excluded_reason_ja=reason_ja,
    )
