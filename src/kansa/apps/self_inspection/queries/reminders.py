"""Who may be reminded today, through which head, and what was sent so far?

Of an anonymous campaign nobody knows who is silent: there whole groups are reminded, the groups that answers are
counted in. In no mode is anything of an answer read here but that the person, or how many of the group, has given any.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, QuerySet, Sum

from kansa.apps.mail.queries import addresses_of, verified_domains
from kansa.apps.people.models import Appointment, Department
from kansa.apps.self_inspection.models import Campaign, CampaignMember, Reminder, ReminderMark, ReminderRule
from kansa.apps.self_inspection.queries.campaigns import Progress, progress_of, silent_members
from kansa.core.errors import InputError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.mail.addresses import mail_address
from kansa.core.reminders import Reminded, ReminderLimits, may_remind

SUBJECT_JA = "【締切{{deadline}}】{{title}}への回答のお願い"
TEXT_JA = """{{department}}　{{name}} 様

いつもお世話になっております。監査事務局です。

{{title}}について、{{deadline}}までに御回答くださいますようお願いいたします。
所要時間は３分から５分程度です。途中まで回答した方は、続きから回答できます。

回答の入口：{{link}}

アカウントのない方は、お手元の回答票の番号を入力してください。
紙の回答用紙で回答される方は、所属の長へ提出してください。

既に御回答いただいた場合は、行き違いですので御容赦ください。
"""
HEAD_SUBJECT_JA = "【締切{{deadline}}】{{title}}の回答状況について（依頼）"
HEAD_TEXT_JA = """{{department}}の長　{{name}} 様

いつもお世話になっております。監査事務局です。

{{title}}について、貴所属では{{count}}人の回答をまだ確認できておりません。
{{deadline}}までに回答するよう、所属の職員への声掛けをお願いいたします。

所属の状況：{{link}}

御多忙のところ恐れ入りますが、よろしくお願いいたします。
"""


@dataclass(frozen=True, slots=True)
class HeadAccount:
    """被監査部門の長 with an account: for which departments, and at which address ("" when none is known)."""

    account_id: int
    name_ja: str
    departments: tuple[int, ...]
    address: str


@dataclass(frozen=True, slots=True)
class ReminderGroup:
    """A department, or departments counted together: who is asked, how many are silent, whom the limits let through.

    `own_departments`: keys of the departments whose people these are.
    """

    department: Department
    member_count: int
    silent_count: int
    due: tuple[CampaignMember, ...]
    held_count: int
    head_count: int
    own_departments: frozenset[int]

    @property
    def percent(self) -> int:
        """Whole percent of those who answered (begun, where only that is known), rounded down."""
        return (self.member_count - self.silent_count) * 100 // self.member_count


def rule_of(campaign: Campaign) -> ReminderRule:
    """The rule of a campaign; the defaults, not saved, when there is none."""
    found = ReminderRule.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    return found.select_related("relay").first() or ReminderRule(
        municipality_id=campaign.municipality_id,
        campaign=campaign,
        subject_ja=SUBJECT_JA,
        text_ja=TEXT_JA,
        head_subject_ja=HEAD_SUBJECT_JA,
        head_text_ja=HEAD_TEXT_JA,
    )


def reminded_of(campaign: Campaign) -> dict[int, Reminded]:
    """Member key -> how often and when last."""
    marks = ReminderMark.objects.filter(
        municipality_id=campaign.municipality_id, reminder__campaign=campaign, reminder__is_cancelled=False
    )
    rows = marks.values_list("member_id").annotate(Count("pk"), Max("reminder__made_on"))
    return {member: Reminded(count, last_on) for member, count, last_on in rows}


def reminder_groups(campaign: Campaign, today: date, rule: ReminderRule | None = None) -> list[ReminderGroup]:
    """Every department with somebody silent, by code, as the limits stand today."""
    rule = rule or rule_of(campaign)
    limits, known = ReminderLimits(rule.most_count, rule.gap_days), reminded_of(campaign)
    asked = CampaignMember.objects.filter(
        municipality_id=campaign.municipality_id, campaign=campaign, excluded_reason_ja=""
    )
    silent: dict[int, list[CampaignMember]] = {}
    if campaign.privacy == "anonymous":
        counts = {one.department.pk: one for one in progress_of(campaign)}
        behind = [key for key, one in counts.items() if one.answered_count < one.member_count]
        rows = asked.filter(counted_in__in=behind).select_related("department")
        for one in rows.order_by("department__code", "staff_number"):
            silent.setdefault(one.counted_in_id, []).append(one)
        sizes = {key: one.member_count for key, one in counts.items()}
    else:
        counts = {}
        for one in silent_members(campaign):
            silent.setdefault(one.department_id, []).append(one)
        sizes = dict(asked.order_by().values_list("department_id").annotate(Count("pk")))
    heads = Counter(key for head in heads_of(campaign, today) if head.address for key in head.departments)
    departments = Department.objects.filter(pk__in=silent).order_by("code")
    return [
        group_of(one, silent[one.pk], sizes[one.pk], counts.get(one.pk), (known, limits, today), heads)
        for one in departments
    ]


def group_of(
    department: Department,
    people: Sequence[CampaignMember],
    member_count: int,
    counted: Progress | None,
    standing: tuple[Mapping[int, Reminded], ReminderLimits, date],
    heads: Mapping[int, int],
) -> ReminderGroup:
    """One group; `counted`: of an anonymous campaign, how many have answered."""
    known, limits, today = standing
    due = tuple(one for one in people if may_remind(known.get(one.pk, Reminded()), limits, today))
    own = frozenset(one.department_id for one in people)
    silent = len(people) if counted is None else counted.member_count - counted.answered_count
    return ReminderGroup(
        department, member_count, silent, due, len(people) - len(due), sum(heads.get(key, 0) for key in own), own
    )


def heads_of(campaign: Campaign, today: date) -> list[HeadAccount]:
    """The heads in force today who may sign in, by name; the address is that of the roster."""
    year = fiscal_year_of(today)
    rows = Appointment.objects.filter(
        municipality_id=campaign.municipality_id,
        fiscal_year=year,
        role="auditee_head",
        account__is_active=True,
        account__valid_through__gte=year,
    )
    found: dict[int, tuple[str, str, list[int]]] = {}
    for account_id, name, number, department in rows.order_by("account__name_ja", "account_id").values_list(
        "account_id", "account__name_ja", "account__staff_number", "department_id"
    ):
        found.setdefault(account_id, (name, number, []))[2].append(department)
    addresses = usable_addresses(campaign) if found else {}
    return [
        HeadAccount(account_id, name, tuple(departments), addresses.get(number, "") if number else "")
        for account_id, (name, number, departments) in found.items()
    ]


def usable_addresses(campaign: Campaign) -> dict[str, str]:
    """Staff number -> address to which mail may go; of several people with one mailbox the first one only."""
    municipality_id = campaign.municipality_id
    domains, seen, found = verified_domains(municipality_id), set(), {}
    for number, text in sorted(addresses_of(municipality_id, campaign.checklist.fiscal_year).items()):
        try:
            address = mail_address(text, domains).text
        except InputError:
            continue  # such a person gets a slip
        if address.casefold() not in seen:
            seen.add(address.casefold())
            found[number] = address
    return found


def reminders_of(campaign: Campaign) -> QuerySet[Reminder]:
    """What was sent so far, newest first, with its counts."""
    rows = Reminder.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    rows = rows.select_related("mail_batch", "head_batch").order_by("-number")
    return rows.annotate(
        reminded_count=Sum("departments__reminded_count"),
        mail_count=Sum("departments__mail_count"),
        slip_count=Sum("departments__slip_count"),
        head_count=Sum("departments__head_count"),
    )


def slip_people(reminder: Reminder, department_ids: Collection[int] | None = None) -> list[CampaignMember]:
    """Who of a round gets a printed slip, by department."""
    rows = CampaignMember.objects.filter(
        municipality_id=reminder.municipality_id,
        reminder_marks__reminder=reminder,
        reminder_marks__is_by_slip=True,
    ).select_related("department")
    if department_ids is not None:
        rows = rows.filter(department__in=department_ids)
    return list(rows.order_by("department__code", "staff_number"))
