"""What is waiting for this person, in all rooms of the house?

A source is a function (actor, today) -> Waiting values; `SOURCES` lists them. Each asks its own app in a fixed number
of queries, however many audits there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse

from kansa.apps.annual_report.queries.frozen import frozen_years
from kansa.apps.annual_report.queries.year_data import years_recorded
from kansa.apps.assessment.models import EngagementSurvey
from kansa.apps.diagnosis.queries.measure_waits import measure_waits
from kansa.apps.education.queries import is_trained
from kansa.apps.findings.models import FactCheck, Finding
from kansa.apps.findings.queries import standings
from kansa.apps.findings.queries import waiting as findings_waiting
from kansa.apps.people.models import Account, Appointment, Department
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.self_inspection.queries import campaigns_asking, campaigns_for, has_answered, silent_members
from kansa.core.fiscal import era_year_ja, fiscal_year_of, fiscal_year_start
from kansa.core.flow import STATES_JA, moves_from
from kansa.core.permission import AUDITEES, Actor, can, roles_towards

SOON = timedelta(days=14)
URGENCIES = ("overdue", "soon", "")  # most urgent first
ONE_BY_ONE = 4  # more audits with one and the same next step are told in one line
NEW_YEAR_MONTH = 3  # from March on the next year's roles are looked at
# What the next step is called where its move only says where the work ends.
WORK_JA = {"fieldwork": "項目を判定し、監査調書にまとめる", "working_paper": "監査調書を確かめ、次に進める"}

KIND_JA = {"rollout": "水平展開", "fact_check": "事実の確認", "decision": "事実の確認"}
FINDINGS_JA = {
    "fact_check": "事実に誤りがないか答える",
    "decision": "意見の扱いを決める",
    "plan": "改善計画を書く",
    "due_soon": "期限までに改善する",
    "overdue": "期限を過ぎた改善を進める",
    "verification": "改善を確かめる",
    "acceptance": "リスク受容の申出に答える",
    "review": "受容したリスクを見直す",
    "returned": "診断で再び見付かった検出事項を確かめる",
    "rollout": "同じことがないか答える",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing to do: its kind, what it is, where it is done, by when, how urgent ("overdue", "soon" or "")."""

    kind_ja: str
    title_ja: str
    url: str
    due_on: date | None = None
    urgency: str = ""


def urgency_of(due_on: date | None, today: date) -> str:
    """How urgent a day makes it."""
    if due_on is None or due_on > today + SOON:
        return ""
    return "overdue" if due_on < today else "soon"


def waiting(actor: Actor, today: date) -> list[Waiting]:
    """Everything that waits for the person: most urgent first, then the nearest day, what has no day last."""
    found = [one for source in SOURCES for one in source(actor, today)]
    return sorted(
        found, key=lambda one: (URGENCIES.index(one.urgency), one.due_on or date.max, one.kind_ja, one.title_ja)
    )


def of_engagements(actor: Actor, today: date) -> Iterator[Waiting]:
    """Audits whose next step is the person's. At most nine queries."""
    if not can(actor, "read_engagements"):
        return
    rows = list(
        Engagement.objects.visible_to(actor)
        .exclude(state="closed")
        .select_related("department")
        .order_by("fiscal_year", "code")
    )
    if not rows:
        return
    numbers = auditor_numbers(actor, rows)
    surveyed = handed_in(actor)
    held_up = waits_for_others(actor, rows, today)
    by_step: dict[tuple[int, str, str], list[Engagement]] = defaultdict(list)
    for row in rows:
        is_surveyed = row.pk in surveyed
        step_ja = own_step(actor, row, numbers[row.pk], is_surveyed=is_surveyed) if row.pk not in held_up else ""
        if step_ja:
            by_step[row.fiscal_year, row.state, step_ja].append(row)
    for (fiscal_year, state, step_ja), found in by_step.items():
        is_past = state == "planned" and fiscal_year < fiscal_year_of(today)
        yield from told_together(fiscal_year, state, step_ja, found, today, is_past=is_past)


def auditor_numbers(actor: Actor, rows: Sequence[Engagement]) -> dict[int, frozenset[str]]:
    """Engagement key -> staff numbers of its auditors; one query."""
    found: dict[int, set[str]] = defaultdict(set)
    people = EngagementAuditor.objects.filter(municipality_id=actor.municipality_id, staff__isnull=False)
    people = people.filter(engagement__in=Engagement.objects.visible_to(actor).exclude(state="closed"))
    for engagement, number in people.values_list("engagement_id", "staff__staff_number"):
        found[engagement].add(number)
    return {row.pk: frozenset(found.get(row.pk, ())) for row in rows}


def handed_in(actor: Actor) -> frozenset[int]:
    """Keys of the audits whose preliminary survey was handed in; one query."""
    rows = EngagementSurvey.objects.visible_to(actor).filter(engagement__state="preliminary")
    return frozenset(rows.values_list("engagement_id", flat=True))


def own_step(actor: Actor, row: Engagement, numbers: frozenset[str], *, is_surveyed: bool) -> str:
    """What the person does next about this audit, in words; "" when it is not the person's turn."""
    roles = roles_towards(actor, department=row.department_id, firm=row.firm_id, auditor_numbers=numbers)
    if row.state == "preliminary" and not is_surveyed:
        return "予備調査に回答する" if roles & AUDITEES else ""
    moves = moves_from(row.state, roles)
    return (WORK_JA.get(row.state) or moves[0].label_ja) if moves else ""


def waits_for_others(actor: Actor, rows: Sequence[Engagement], today: date) -> set[int]:
    """Keys of audits whose next step lacks an answer or an improvement that is not the office's or an auditor's."""
    asked = [row.pk for row in rows if row.state == "fact_check"]
    improving = [row.pk for row in rows if row.state in ("improvement", "followed_up")]
    found: set[int] = set()
    if asked:
        answered = FactCheck.objects.filter(municipality_id=actor.municipality_id, answered_at__isnull=False)
        open_ones = Finding.objects.visible_to(actor).filter(engagement__in=asked, is_withdrawn=False)
        unanswered = open_ones.exclude(pk__in=answered.values("finding_id"))
        found.update(unanswered.values_list("engagement_id", flat=True))
    if improving:
        detections = Finding.objects.visible_to(actor).filter(
            engagement__in=improving, classification="detection", is_withdrawn=False
        )
        for standing in standings(detections.select_related("engagement").order_by("pk"), today):
            if standing.is_open and standing.finding.engagement_id is not None:
                found.add(standing.finding.engagement_id)
    return found


def told_together(
    fiscal_year: int, state: str, step_ja: str, rows: Sequence[Engagement], today: date, *, is_past: bool
) -> Iterator[Waiting]:
    """A line for each audit, or one for many with the same next step; audits of past years are only to be closed."""
    listed = f"{reverse('audits:engagements_of', args=[fiscal_year])}?state={state}"
    if is_past:
        title = (
            f"{era_year_ja(fiscal_year)}の監査{len(rows)}件が「{STATES_JA[state]}」のままです。終わったものを整理する"
        )
        yield Waiting("監査", title, listed)
        return
    if len(rows) > ONE_BY_ONE:
        due_on = min((day for row in rows if (day := due_day(row))), default=None)
        yield Waiting("監査", f"{step_ja}（{len(rows)}件）", listed, due_on, urgency_of(due_on, today))
        return
    for row in rows:
        name = row.department.name_ja if row.department else "全庁"
        url = reverse("audits:engagement", args=[row.fiscal_year, row.code])
        due_on = due_day(row)
        yield Waiting("監査", f"{row.code}　{name}：{step_ja}", url, due_on, urgency_of(due_on, today))


def due_day(row: Engagement) -> date | None:
    """By which day the next step should be taken: before the fieldwork begins, then when it ends."""
    if row.state in ("planned", "notified", "preliminary"):
        return row.started_on
    return (row.ended_on or row.started_on) if row.state in ("fieldwork", "working_paper") else None


def of_accounts(actor: Actor, today: date) -> Iterator[Waiting]:
    """Accounts that can sign in but have no role in the year, or in the coming one from March on. Two queries."""
    if not can(actor, "manage_accounts"):
        return
    this_year = fiscal_year_of(today)
    is_turn = today.month == NEW_YEAR_MONTH
    for fiscal_year in (this_year, this_year + 1) if is_turn else (this_year,):
        appointed = Appointment.objects.visible_to(actor).filter(fiscal_year=fiscal_year)
        rows = Account.objects.visible_to(actor).filter(is_active=True, valid_through__gte=this_year)
        count = rows.exclude(pk__in=appointed.values("account_id")).count()
        if count:
            due_on = fiscal_year_start(fiscal_year) if fiscal_year > this_year else None
            title = f"{era_year_ja(fiscal_year)}の役割がないアカウントが{count}件あります"
            yield Waiting("アカウント", title, reverse("people:accounts"), due_on, urgency_of(due_on, today))


def of_reports(actor: Actor, today: date) -> Iterator[Waiting]:
    """Reports of past years that are not frozen, or frozen without an approval. Five queries."""
    if not can(actor, "freeze"):
        return
    newest = {form.fiscal_year: form for form in reversed(frozen_years(actor))}
    last_year = fiscal_year_of(today) - 1
    if last_year not in {*newest, *years_recorded(actor.municipality_id)}:
        return
    form = newest.get(last_year)
    url = reverse("annual_report:year", args=[last_year])
    if form is None:
        yield Waiting("報告書", f"{era_year_ja(last_year)}の記録を確かめて凍結する", url)
    elif form.is_draft:
        yield Waiting("報告書", f"{era_year_ja(last_year)}の報告書の決裁を記録する", url)


def of_findings(actor: Actor, today: date) -> Iterator[Waiting]:
    """Findings and rollouts that wait for the person; many of one kind are one line. About twelve queries."""
    if not can(actor, "read_engagements"):
        return
    by_kind: dict[str, list[findings_waiting.Waiting]] = defaultdict(list)
    for one in findings_waiting.waiting(actor, today):
        by_kind[one.kind].append(one)
    for kind, found in by_kind.items():
        due_on = min((one.due_on for one in found if one.due_on), default=None)
        if len(found) > ONE_BY_ONE:
            title = f"{FINDINGS_JA[kind]}（{len(found)}件）"
            listed = reverse("findings:rollouts" if kind == "rollout" else "findings:board")
            yield Waiting(KIND_JA.get(kind, "検出事項"), title, listed, due_on, urgency_of(due_on, today))
            continue
        for one in found:
            url = reverse(one.url_name, kwargs=one.kwargs)
            title = f"{one.title_ja}：{FINDINGS_JA[kind]}"
            yield Waiting(KIND_JA.get(kind, "検出事項"), title, url, one.due_on, urgency_of(one.due_on, today))


def of_education(actor: Actor, today: date) -> Iterator[Waiting]:
    """The training that the year asks of an auditor before being assigned. At most six queries."""
    if "staff_auditor" not in actor.roles or not actor.staff_number:
        return
    this_year = fiscal_year_of(today)
    if not is_trained(actor.municipality_id, this_year, actor.staff_number):
        title = f"{era_year_ja(this_year)}の監査員の研修を終える"
        yield Waiting("研修", title, reverse("education:year", args=[this_year]))


def of_self_inspection(actor: Actor, today: date) -> Iterator[Waiting]:
    """The self-inspections that ask the person and are still to be answered or begun. Two queries."""
    for campaign in campaigns_asking(actor, today):
        if campaign.privacy == "identified" and has_answered(campaign, actor.staff_number):
            continue
        url = reverse("self_inspection:answer", args=[campaign.pk])
        due_on = campaign.closes_on
        yield Waiting("自己点検", f"{campaign.title_ja}に回答する", url, due_on, urgency_of(due_on, today))
    if "auditee_head" in actor.roles:
        yield from of_silent_staff(actor, today)


def of_silent_staff(actor: Actor, today: date) -> Iterator[Waiting]:
    """People of the head's department who have not answered a self-inspection. Four queries for each under way."""
    for campaign in campaigns_for(actor).filter(state="open", opens_on__lte=today):
        by_department: dict[Department, int] = defaultdict(int)
        for one in silent_members(campaign, actor.departments):
            by_department[one.department] += 1
        for department, count in by_department.items():
            url = reverse("self_inspection:department", args=[campaign.pk, department.pk])
            title = f"{campaign.title_ja}：{department.name_ja}の{count}人に回答を促す"
            yield Waiting("自己点検", title, url, campaign.closes_on, urgency_of(campaign.closes_on, today))


Source = Callable[[Actor, date], Iterable[Waiting]]


def of_measures(actor: Actor, today: date) -> Iterator[Waiting]:
    """Measures of the technical diagnosis, told by what is to be done next."""
    for one in measure_waits(actor, today):
        is_single = one.count == 1
        title = f"{one.step_ja}：{one.first.title_ja}" if is_single else f"{one.step_ja}（{one.count}件）"
        url = reverse("diagnosis:measure", args=[one.first.pk]) if is_single else reverse("diagnosis:measures")
        urgency = "overdue" if one.is_late else urgency_of(one.due_on, today)
        yield Waiting("技術的診断", title, url, one.due_on, urgency)


SOURCES: tuple[Source, ...] = (
    of_findings,
    of_engagements,
    of_measures,
    of_education,
    of_self_inspection,
    of_accounts,
    of_reports,
)
