"""Who gets a training mail? The list is frozen from the year's roster; what it holds of a person is sealed."""

from __future__ import annotations

import random
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from django.db import transaction

from kansa.apps.drills.actions.locking import key_of, locked, must_be_draft
from kansa.apps.drills.actions.planning import bump
from kansa.apps.drills.models import DrillCampaign, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries import link_hash, mail_hash
from kansa.apps.drills.queries.keys import Keyring, keyring_of
from kansa.apps.people.models import StaffMember
from kansa.apps.people.queries import staff_by_number
from kansa.apps.trail.actions import record, require
from kansa.apps.trail.queries import derived_key, person_token
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail.addresses import mail_address
from kansa.core.permission import Actor

AT_ONCE = 1000
EVENT_BYTES = 24


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One line of the list: a person of the roster, the address, the group, and why he or she gets nothing."""

    staff_number: str
    mail_address: str
    group_code: str
    excluded_reason_ja: str = ""


def freeze_list(actor: Actor, campaign_id: int, people: Sequence[ListedPerson]) -> DrillCampaign:
    """Puts the whole list of a draft in place of the old one; nothing is kept unless every line is good.

    Raises InputError with a refusal for each line that does not fit roster, groups or domains; no refusal repeats an
    address. RuleError when there is no list or the campaign is no draft.
    """
    require(actor, "manage_drills")
    if not people:
        raise RuleError("empty_list", "対象者が一人もいません。")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        must_be_draft(campaign)
        groups = {group.code: group.pk for group in campaign.groups.all()}
        roster = staff_by_number(actor.municipality_id, [campaign.drill.fiscal_year])
        staff = {number: person for (_, number), person in roster.items()}
        faults = tuple(list_faults(campaign, people, groups, staff))
        if faults:
            raise InputError(*faults[:200])
        own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
        DrillIdentity.objects.filter(**own).delete()
        DrillRecipient.objects.filter(**own).delete()
        recipients, identities = _rows(campaign, keyring_of(campaign), people, groups, staff)
        DrillRecipient.objects.bulk_create(recipients, batch_size=AT_ONCE)
        DrillIdentity.objects.bulk_create(identities, batch_size=AT_ONCE)
        bump(campaign)
        excluded = sum(one.state == "excluded" for one in recipients)
        after: dict[str, object] = {"listed": len(recipients), "excluded": excluded}
        record(actor, "freeze_list", "drill_campaign", key_of(campaign), {}, after)
    return campaign


def list_faults(
    campaign: DrillCampaign, people: Sequence[ListedPerson], groups: Collection[str], staff: dict[str, StaffMember]
) -> Iterator[Refusal]:
    """What is wrong with which line (1-based)."""
    domains = set(campaign.domains.split())
    key = derived_key("person")
    seen_numbers: set[str] = set()
    seen_addresses: set[str] = set()
    for row, one in enumerate(people, 1):
        person = staff.get(one.staff_number)
        if person is None:
            yield _fault("unknown_staff", "職員番号がその年度の職員名簿にありません。", row, "職員番号")
        elif person.mail_token and person.mail_token != person_token(
            campaign.municipality_id, "mail", one.mail_address, key=key
        ):
            yield _fault("other_address", "メールアドレスが職員名簿のものと違います。", row, "メールアドレス")
        if one.staff_number in seen_numbers:
            yield _fault("twice", "同じ職員番号が二度あります。", row, "職員番号")
        seen_numbers.add(one.staff_number)
        if one.group_code not in groups:
            yield _fault("unknown_group", "組のコードが計画にありません。", row, "組")
        try:
            mail_address(one.mail_address, domains, Place(row=row, column="メールアドレス"))
        except InputError as foreign:
            yield from foreign.refusals
        folded = one.mail_address.casefold()
        if folded in seen_addresses:
            yield _fault("twice", "同じメールアドレスが二度あります。", row, "メールアドレス")
        seen_addresses.add(folded)


def _fault(code: str, reason_ja: str, row: int, column_ja: str) -> Refusal:
    return Refusal(code, reason_ja, Place(row=row, column=column_ja))


def sending_order(people: Sequence[ListedPerson], staff: dict[str, StaffMember], seed: int) -> list[ListedPerson]:
    """By chance inside each department, and department by department in turn: neighbours do not get it together."""
    draw = random.Random(seed)
    departments: dict[int, list[ListedPerson]] = {}
    for one in sorted(people, key=lambda one: one.staff_number):
        departments.setdefault(staff[one.staff_number].department_id, []).append(one)
    for group in departments.values():
        draw.shuffle(group)
    rows = list(departments.values())
    draw.shuffle(rows)
    return [one for turn in zip_longest(*rows) for one in turn if one is not None]


def _rows(
    campaign: DrillCampaign,
    keyring: Keyring,
    people: Sequence[ListedPerson],
    groups: dict[str, int],
    staff: dict[str, StaffMember],
) -> tuple[list[DrillRecipient], list[DrillIdentity]]:
    recipients, identities = [], []
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    sender_domain = campaign.sender_address.rpartition("@")[2]
    for position, one in enumerate(sending_order(people, staff, keyring.order_seed(campaign.seed)), 1):
        person = staff[one.staff_number]
        reason = (one.excluded_reason_ja or person.excluded_reason_ja)[:200]
        event_token = secrets.token_hex(EVENT_BYTES)
        recipients.append(
            DrillRecipient(
                **own,
                group_id=groups[one.group_code],
                department_id=person.department_id,
                job_type_ja=person.post_ja,
                position=position,
                link_token=link_hash(keyring.link_token(event_token)),
                event_token=event_token,
                mail_token=mail_hash(keyring.message_id(event_token, sender_domain)),
                state="excluded" if reason else "waiting",
                excluded_reason_ja=reason,
            )
        )
        identities.append(
            DrillIdentity(
                **own,
                event_token=event_token,
                address_token=keyring.address_token(one.mail_address),
                sealed=keyring.sealed(one.mail_address, person.name_ja, person.staff_number),
            )
        )
    # The order in which identities lie must not tell the position of anybody.
    random.SystemRandom().shuffle(identities)
    return recipients, identities


def set_absent(actor: Actor, campaign_id: int, mail_addresses: Collection[str]) -> int:
    """Marks who was away during the whole window, by address; everybody else is present. The number that was found."""
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if campaign.state == "closed":
            raise RuleError("drill_closed", "終了した訓練の対象者は変えられません。")
        keyring = keyring_of(campaign)
        own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
        tokens = [keyring.address_token(address) for address in mail_addresses]
        events = DrillIdentity.objects.filter(**own, address_token__in=tokens).values_list("event_token", flat=True)
        rows = DrillRecipient.objects.filter(**own)
        rows.update(is_absent=False)
        count: int = rows.filter(event_token__in=list(events)).update(is_absent=True)
        record(actor, "set_absent", "drill_campaign", key_of(campaign), {}, {"absent": count})
    return count
