"""Which machines follow the links of our mails before any person does? Mails to test mailboxes that nobody opens.

Each text goes to each test mailbox, through the same relay, with links of its own kind. What asks for them while the
office keeps its hands off is a machine: a scanner, a preview, a proxy. None of it is counted in a result.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.drills.actions.dividing import listed_people
from kansa.apps.drills.actions.landing import LONGEST_AGENT, Request, printable
from kansa.apps.drills.actions.locking import key_of, locked
from kansa.apps.drills.models import DrillCampaign, DrillGroup, PreflightMail
from kansa.apps.drills.queries import link_hash
from kansa.apps.drills.queries.keys import municipality_in
from kansa.apps.drills.queries.mailing import QR_FILE, as_sent_on, mail_of
from kansa.apps.mail.actions.relays import send_trial
from kansa.apps.mail.queries import addresses_of, verified_domains
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.mail.addresses import mail_address
from kansa.core.permission import Actor
from kansa.formats.mail_drill.letter import qr_png
from kansa.formats.mail_messages import MailFields

MOST_BOXES = 5
MOST_FETCHES = 20
KEEP_HOURS = 72  # a link of a test mail says nothing afterwards
SECRET_BYTES = 16


def send_preflight(actor: Actor, campaign_id: int, addresses: Sequence[str]) -> int:
    """Sends each text of a draft to each test mailbox; how many the relay took. Earlier tests are forgotten.

    Raises InputError for an address outside the verified domains, RuleError without relay or texts.
    """
    require(actor, "manage_drills")
    campaign = ready(actor, campaign_id, addresses)
    taken = 0
    rows: list[PreflightMail] = []
    for group in DrillGroup.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign).order_by("pk"):
        for number, address in enumerate(addresses, 1):
            token = f"{campaign.municipality_id}-{urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode()[:22]}"
            row = PreflightMail(
                municipality_id=campaign.municipality_id,
                campaign=campaign,
                group=group,
                number=number,
                link_token=link_hash(token),
                sent_at=timezone.now(),
            )
            row.save()  # before the mail leaves: a scanner is quicker than the relay's answer
            row.trouble_code = sent(campaign, group, address, token)
            PreflightMail.objects.filter(pk=row.pk).update(trouble_code=row.trouble_code)
            rows.append(row)
            taken += not row.trouble_code
    with transaction.atomic():
        old = PreflightMail.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
        old.exclude(pk__in=[row.pk for row in rows]).delete()
        record(actor, "send_preflight", "drill_campaign", key_of(campaign), {}, {"sent": len(rows), "taken": taken})
    return taken


def ready(actor: Actor, campaign_id: int, addresses: Sequence[str]) -> DrillCampaign:
    """The campaign, when it has what a test needs and every address is ours. Raises InputError, RuleError."""
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
    if campaign.state not in ("draft", "submitted", "approved"):
        raise RuleError("drill_has_begun", "送信を始めた後は、送信前の試験はできません。")
    if campaign.relay is None or not campaign.landing_address or not campaign.groups.exists():
        raise RuleError("not_ready_for_preflight", "先に、組と文案、差出人と中継サーバー、リンク先を決めてください。")
    if not 1 <= len(addresses) <= MOST_BOXES:
        reason = f"試験用のアドレスを一行に一つ、{MOST_BOXES}件まで入力してください。"
        raise InputError(Refusal("bad_test_boxes", reason, Place(column="試験用のアドレス")))
    domains = verified_domains(actor.municipality_id)
    closed = staff_to_be_trained(campaign)
    for row, address in enumerate(addresses, 1):
        place = Place(column="試験用のアドレス", row=row)
        if mail_address(address, domains, place).text.casefold() in closed:
            reason = (
                "職員の受信箱に、承認の前に訓練のメールは送れません。"
                "事務局の共用の受信箱を使うか、その人を「除外する人」に入れてください。"
            )
            raise InputError(Refusal("test_box_of_staff", reason, place))
    return campaign


def staff_to_be_trained(campaign: DrillCampaign) -> set[str]:
    """Addresses of the year's staff but for those left out of this drill: nobody else gets its mail unapproved."""
    left_out = {one.staff_number for one in listed_people(campaign) if one.excluded_reason_ja}
    addresses = addresses_of(campaign.municipality_id, campaign.drill.fiscal_year)
    return {address.casefold() for number, address in addresses.items() if number not in left_out}


def sent(campaign: DrillCampaign, group: DrillGroup, address: str, token: str) -> str:
    """Hands one test mail to the relay; the trouble's code, "" when it was taken."""
    landing = f"{campaign.landing_address.rstrip('/')}/m/{token}/"
    values = {
        "name": "試験 用",
        "department": "試験用の所属",
        "post": "試験",
        "landing": landing,
        "year": era_year_ja(campaign.drill.fiscal_year),
        "sent_on_ja": as_sent_on(timezone.localtime()),
    }
    relay = campaign.relay
    assert relay is not None
    message_id = f"<{secrets.token_hex(16)}@{campaign.sender_address.rpartition('@')[2]}>"
    files = {QR_FILE: qr_png(landing)}
    fields = MailFields(address, message_id, timezone.localtime(), values, files)
    return send_trial(relay, address, mail_of(campaign, group), fields)[0]


def note_preflight(token: str, kind: str, request: Request, at: datetime) -> bool:
    """Notes what asked for a link of a test mail; False when the link is none of them."""
    municipality_id = municipality_in(token)
    if municipality_id is None:
        return False
    rows = PreflightMail.objects.filter(
        municipality_id=municipality_id, link_token=link_hash(token), sent_at__gte=at - timedelta(hours=KEEP_HOURS)
    )
    with transaction.atomic():
        row = rows.select_for_update().first()
        if row is None:
            return False
        seconds = int((at - row.sent_at).total_seconds())
        seen = [kind, seconds, request.address, printable(request.agent)[:LONGEST_AGENT]]
        if len(row.fetched) < MOST_FETCHES:
            row.fetched = [*row.fetched, seen]
            row.save(update_fields=["fetched"])
    return True
