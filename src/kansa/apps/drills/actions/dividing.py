"""Who is in which group of a drill, with which text, and who gets nothing? From the roster, page by page of the wizard.

The list is frozen again after every change, so that what stands in it is always whole: groups, texts and exclusions.
Nothing is kept beside it; what a page shows of the old list is read out of the sealed rows of the draft.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace

from django.db import transaction

from kansa.apps.drills.actions.listing import ListedPerson, freeze_list
from kansa.apps.drills.actions.locking import locked, must_be_draft
from kansa.apps.drills.actions.planning import CampaignWords, GroupChoice, save_campaign, set_groups
from kansa.apps.drills.models import DrillCampaign, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries import opened
from kansa.apps.drills.queries.keys import keyring_of
from kansa.apps.mail.queries import addresses_of
from kansa.apps.people.models import StaffMember
from kansa.apps.people.queries import staff_by_number
from kansa.apps.trail.actions import require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.mail_drill import SCENARIOS

MOST_GROUPS = 12
CODES = "ABCDEFGHIJKL"
OTHERS_JA = "その他"
NO_ADDRESSES_JA = (
    "メールアドレスのある職員が名簿にいません。名簿のメールアドレスの保存を始めて、取り込み直してください。"
)


@dataclass(frozen=True, slots=True)
class Division:
    """How people are divided; `departments`: codes of those that take part, all when empty."""

    method: str  # all | random | bureau | post
    count: int = 2
    departments: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Listed:
    """What came of a division: people on the list, and those of the roster who have no address."""

    listed_count: int
    without_address_count: int


def divide(actor: Actor, campaign_id: int, division: Division) -> Listed:
    """Makes the groups of a draft and its list anew; reasons for leaving people out stay with the people.

    Raises InputError for an address that is not ours, RuleError when nobody is left or there are too many groups.
    """
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        must_be_draft(campaign)
        year = campaign.drill.fiscal_year
        staff = [
            person
            for (_, number), person in sorted(staff_by_number(actor.municipality_id, [year]).items())
            if not division.departments or person.department.code in division.departments
        ]
        addresses = addresses_of(actor.municipality_id, year)
        reachable = [person for person in staff if addresses.get(person.staff_number)]
        if not reachable:
            raise RuleError("no_addresses", NO_ADDRESSES_JA)
        names = METHODS[division.method](reachable, division.count, campaign.seed)
        order = sorted(set(names.values()))
        if len(order) > MOST_GROUPS:
            reason = f"組が{len(order)}になります。{MOST_GROUPS}以下になる分け方にしてください。"
            raise RuleError("too_many_groups", reason)
        codes = dict(zip(order, CODES, strict=False))
        reasons = {one.staff_number: one.excluded_reason_ja for one in listed_people(campaign)}
        texts = {group.code: group.scenario_code for group in campaign.groups.all()}
        first = first_text(campaign)
        set_groups(
            actor, campaign_id, [GroupChoice(code, name, texts.get(code, first)) for name, code in codes.items()]
        )
        people = [
            ListedPerson(number, addresses[number], codes[name], reasons.get(number, ""))
            for number, name in names.items()
        ]
        freeze_list(actor, campaign_id, people)
    return Listed(len(people), len(staff) - len(reachable))


def all_in_one(staff: Iterable[StaffMember], count: int, seed: int) -> dict[str, str]:
    """Everybody gets the same text."""
    del count, seed
    return {person.staff_number: "全職員" for person in staff}


def by_chance(staff: Iterable[StaffMember], count: int, seed: int) -> dict[str, str]:
    """Groups of nearly the same size, each department dealt out over all of them."""
    draw = random.Random(seed)
    departments: dict[int, list[str]] = {}
    for person in staff:
        departments.setdefault(person.department_id, []).append(person.staff_number)
    found: dict[str, str] = {}
    for _, numbers in sorted(departments.items()):
        draw.shuffle(numbers)
        for number in numbers:
            found[number] = f"無作為 {len(found) % count + 1}組"
    return found


def by_bureau(staff: Iterable[StaffMember], count: int, seed: int) -> dict[str, str]:
    """One group for each bureau."""
    del count, seed
    return {person.staff_number: person.department.bureau_ja or OTHERS_JA for person in staff}


def by_post(staff: Iterable[StaffMember], count: int, seed: int) -> dict[str, str]:
    """One group for each post, as results are told apart by it."""
    del count, seed
    return {person.staff_number: person.post_ja or OTHERS_JA for person in staff}


METHODS: Mapping[str, Callable[[Iterable[StaffMember], int, int], dict[str, str]]] = {
    "all": all_in_one,
    "random": by_chance,
    "bureau": by_bureau,
    "post": by_post,
}


def first_text(campaign: DrillCampaign) -> str:
    """The text that a new group begins with: of the season when there is one."""
    month = campaign.opens_at.month
    return next((one.code for one in SCENARIOS.values() if month in one.months), next(iter(SCENARIOS)))


def listed_people(campaign: DrillCampaign) -> list[ListedPerson]:
    """The list of a draft, unsealed; for making it anew, never for a page."""
    own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
    rows = DrillRecipient.objects.filter(**own).values_list("event_token", "group__code", "excluded_reason_ja")
    places = {token: (group, reason) for token, group, reason in rows}
    if not places:
        return []
    keyring = keyring_of(campaign)
    people = []
    for token, sealed in DrillIdentity.objects.filter(**own).values_list("event_token", "sealed"):
        address, _, number = opened(keyring, sealed)
        people.append(ListedPerson(number, address, *places[token]))
    return sorted(people, key=lambda one: one.staff_number)


def set_texts(actor: Actor, campaign_id: int, texts: Mapping[str, str]) -> int:
    """Another text for some groups (code of the group -> code of the text); the people stay where they are.

    The number of groups. Raises InputError and RuleError as `set_groups`.
    """
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        must_be_draft(campaign)
        people = listed_people(campaign)
        if not people:
            raise RuleError("empty_list", "先に、対象の組を決めてください。")
        groups = campaign.groups.order_by("code")
        choices = [GroupChoice(one.code, one.name_ja, texts.get(one.code, one.scenario_code)) for one in groups]
        set_groups(actor, campaign_id, choices)
        freeze_list(actor, campaign_id, people)
    return len(choices)


def leave_out(actor: Actor, campaign_id: int, reasons: Mapping[str, str]) -> int:
    """Leaves out exactly these people (staff number -> reason) besides those whom the roster leaves out. How many.

    Raises InputError for a number that is not on the list, and for one without a reason.
    """
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        must_be_draft(campaign)
        people = listed_people(campaign)
        known = {one.staff_number for one in people}
        faults = []
        for row, (number, reason) in enumerate(reasons.items(), 1):
            place, shown = Place(row=row, column="除外する人"), number[:40]
            if number not in known:
                faults.append(Refusal("unknown_staff", f"職員番号「{shown}」は対象者にいません。", place))
            elif not reason:
                faults.append(Refusal("no_reason", f"職員番号「{shown}」を除外する理由がありません。", place))
        if faults:
            raise InputError(*faults[:50])
        freeze_list(
            actor, campaign_id, [replace(one, excluded_reason_ja=reasons.get(one.staff_number, "")) for one in people]
        )
    return len(reasons)


def words_of(campaign: DrillCampaign) -> CampaignWords:
    """What a draft says now."""
    names = [one.name for one in fields(CampaignWords) if one.name != "name_ja"]
    return CampaignWords(name_ja=campaign.drill.name_ja, **{name: getattr(campaign, name) for name in names})


def change_plan(actor: Actor, campaign: DrillCampaign, changes: dict[str, object]) -> DrillCampaign:
    """The draft with other words in some fields, and its list checked against them. Raises InputError, RuleError."""
    with transaction.atomic():
        words = replace(words_of(campaign), **changes)  # type: ignore[arg-type]
        made = save_campaign(actor, campaign.drill.fiscal_year, campaign.drill.code, words, version=campaign.version)
        if changes.get("domains", campaign.domains) != campaign.domains:
            freeze_again(actor, campaign.pk)
    return made


def freeze_again(actor: Actor, campaign_id: int) -> None:
    """Checks the list of a draft against domains and roster as they are now. Raises InputError."""
    with transaction.atomic():
        people = listed_people(locked(actor, campaign_id))
        if people:
            freeze_list(actor, campaign_id, people)
