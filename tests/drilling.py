"""How does a test get a drill that is planned, approved and sent, with its links?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from kansa.apps.drills.actions import (
    CampaignWords,
    GroupChoice,
    ListedPerson,
    SendNote,
    freeze_list,
    move_campaign,
    note_sending,
    save_campaign,
    set_groups,
)
from kansa.apps.drills.models import DrillCampaign, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries import opened
from kansa.apps.drills.queries.keys import keyring_of
from kansa.core.permission import Actor
from tests.builders import YEAR, department, imported, staff
from tests.cast import CITY, CLERK

DIRECTOR = Actor(CITY, "監査統括 丙", "audit_director")
DOMAIN = "mihon.example"


def address_of(staff_number: str) -> str:
    return f"{staff_number.lower()}@{DOMAIN}"


def words() -> CampaignWords:
    now = timezone.now()
    return CampaignWords(
        name_ja="秋の訓練",
        opens_at=now - timedelta(hours=1),
        closes_at=now + timedelta(days=5),
        reveals_until=now + timedelta(days=20),
        keep_until=(now + timedelta(days=60)).date(),
        sender_address="jinji@mihon.example",
        domains=DOMAIN,
        landing_address="https://kunren.mihon.example",
        report_address="houkoku@mihon.example",
        purpose_ja="報告できるようになる。",
        use_of_results_ja="教育のために使い、人事評価に使わない。",
        how_to_report_ja="情報政策課（内線2345）に電話するか、houkoku@mihon.example に転送してください。",
        help_desk_ja="本日、訓練メールを送ります。問合せには訓練と答えてください。",
    )


def build_people(counts: dict[str, int]) -> list[str]:
    """Departments with so many people each; the staff numbers in order."""
    imported("departments", [department(code) for code in counts])
    numbers: list[str] = []
    rows = []
    for code, count in counts.items():
        for _ in range(count):
            numbers.append(f"S{len(numbers) + 1:03}")
            rows.append(staff(numbers[-1], code))
    imported("staff", rows)
    return numbers


def build_draft(numbers: Sequence[str], *, code: str = "R6-1", may_follow_up: bool = False) -> DrillCampaign:
    """A draft with one group and its list."""
    plan = words()
    if may_follow_up:
        plan = replace(plan, may_follow_up=True, follow_up_until=plan.keep_until)
    campaign = save_campaign(CLERK, YEAR, code, plan)
    set_groups(CLERK, campaign.pk, [GroupChoice("A", "全職員", "nenmatsu-chosei")])
    return freeze_list(CLERK, campaign.pk, [ListedPerson(number, address_of(number), "A") for number in numbers])


def build_sent(numbers: Sequence[str], *, minutes_ago: int = 30, may_follow_up: bool = False) -> DrillCampaign:
    """A running drill whose mails the relay took half an hour ago."""
    campaign = build_draft(numbers, may_follow_up=may_follow_up)
    move_campaign(CLERK, campaign.pk, "submit")
    move_campaign(DIRECTOR, campaign.pk, "approve")
    campaign = move_campaign(CLERK, campaign.pk, "start")
    sent_at = timezone.now() - timedelta(minutes=minutes_ago)
    rows = DrillRecipient.objects.filter(campaign=campaign, state="waiting")
    note_sending(CLERK, campaign.pk, [SendNote(row.pk, "accepted", sent_at, reply_code="250") for row in rows])
    return campaign


def tokens_of(campaign: DrillCampaign) -> dict[str, str]:
    """Staff number -> token of the link, as only the sender of the mails knows it."""
    keyring = keyring_of(campaign)
    rows = DrillIdentity.objects.filter(campaign=campaign)
    return {opened(keyring, row.sealed)[2]: keyring.link_token(row.event_token) for row in rows}
