"""What concerns one department: its audits of all years, what it was told, what it has to do, how it was judged?

Everything is asked through `visible_to`, so that a department sees its own and nobody sees another one's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import FiscalYearRule
from kansa.apps.controls.queries import as_mark
from kansa.apps.findings.models import TEXTS_JA, Finding, RolloutTarget
from kansa.apps.findings.queries import Standing, loaded, standings
from kansa.apps.people.models import Department
from kansa.apps.people.queries import lineage_of
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import era_year_ja
from kansa.core.flow import STATES, STATES_JA
from kansa.core.maturity import LevelCounts, mean_level
from kansa.core.permission import Actor, can
from kansa.core.rounding import printed
from kansa.core.year import LEVELS, YearRules

# From here on the audited department is told how it was judged.
TOLD_STATES = STATES[STATES.index("result_notified") :]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that the department was sent: its kind (of document.letters), number and day."""

    engagement: Engagement
    kind: str
    title_ja: str
    number: str
    sent_on: date | None


@dataclass(frozen=True, slots=True)
class Judged:
    """How one audit judged the department, exact."""

    engagement: Engagement
    mean: Fraction
    judged_count: int
    pass_mark: Fraction

    @property
    def mark(self) -> str:
        """The pass mark as printed."""
        return printed(self.pass_mark, 2)


@dataclass(frozen=True, slots=True)
class DepartmentView:
    """The page of one department."""

    department: Department
    former: tuple[Department, ...]  # whom it stands for
    engagements: tuple[tuple[Engagement, str, str], ...]  # with year and state in words, newest first
    letters: tuple[Letter, ...]
    fact_checks: tuple[Standing, ...]
    open_findings: tuple[Standing, ...]
    settled_count: int
    rollouts: tuple[RolloutTarget, ...]
    judged: tuple[Judged, ...]  # oldest first


def own_departments(actor: Actor, fiscal_year: int) -> list[Department]:
    """The departments of the year that the person may open: the own ones, or for the office all."""
    rows = Department.objects.visible_to(actor).filter(valid_from__lte=fiscal_year).exclude(valid_to__lt=fiscal_year)
    if not can(actor, "read_all"):
        rows = rows.filter(pk__in=sorted(actor.departments))
    return list(rows.order_by("code", "valid_from"))


def department_view(actor: Actor, department: Department, today: date) -> DepartmentView:
    """Everything on the page; about fifteen queries, however many audits there were."""
    keys = lineage_of(actor.municipality_id, [department.pk])
    engagements = list(
        Engagement.objects.visible_to(actor)
        .filter(department__in=sorted(keys))
        .select_related("department")
        .order_by("-fiscal_year", "code")
    )
    found = findings_of(actor, keys, today)
    former = Department.objects.visible_to(actor).filter(pk__in=sorted(keys - {department.pk}))
    return DepartmentView(
        department,
        tuple(former.order_by("code", "valid_from")),
        tuple((one, era_year_ja(one.fiscal_year), STATES_JA[one.state]) for one in engagements),
        tuple(letter for one in engagements for letter in letters_of(one)),
        tuple(one for one in found if is_asked(one)),
        tuple(one for one in found if one.is_open and not is_asked(one)),
        sum(1 for one in found if one.state and not one.is_open),
        tuple(rollouts_of(actor, keys)),
        tuple(judged_of(actor, engagements)),
    )


def findings_of(actor: Actor, keys: frozenset[int], today: date) -> list[Standing]:
    """The department's findings with their state, those of an audit of the department without an own one included."""
    of_audit = Q(department__isnull=True, engagement__department__in=sorted(keys))
    rows = Finding.objects.visible_to(actor).filter(Q(department__in=sorted(keys)) | of_audit, is_withdrawn=False)
    return standings(loaded(rows).defer(*TEXTS_JA).order_by("-fiscal_year", "code"), today)


def is_asked(standing: Standing) -> bool:
    """Whether the department is asked if the facts are right."""
    engagement = standing.finding.engagement
    return engagement is not None and engagement.state == "fact_check"


def letters_of(engagement: Engagement) -> list[Letter]:
    """The letters that were sent about an audit."""
    found = []
    if engagement.noticed_on or engagement.notice_number:
        found.append(Letter(engagement, "notice", "監査実施通知書", engagement.notice_number, engagement.noticed_on))
    if engagement.state in TOLD_STATES and (engagement.result_on or engagement.result_number):
        found.append(
            Letter(engagement, "result_notice", "監査結果通知書", engagement.result_number, engagement.result_on)
        )
    return found


def rollouts_of(actor: Actor, keys: frozenset[int]) -> list[RolloutTarget]:
    """Requests of rollouts to the department that are still open, the nearest day first."""
    rows = RolloutTarget.objects.visible_to(actor).filter(department__in=sorted(keys), rollout__closed_at__isnull=True)
    return list(rows.select_related("rollout").order_by("answer", "rollout__due_on", "pk"))


def judged_of(actor: Actor, engagements: Sequence[Engagement]) -> list[Judged]:
    """The means of the control checks; the department is told only once the result was notified. Two queries."""
    told = [one for one in engagements if can(actor, "read_all") or one.state in TOLD_STATES]
    counts: dict[int, Counter[int]] = {}
    rows = Judgement.objects.filter(
        municipality_id=actor.municipality_id, engagement__in=[one.pk for one in told], state="judged"
    )
    for engagement, level, count in rows.values_list("engagement_id", "level").annotate(Count("pk")).order_by():
        counts.setdefault(engagement, Counter())[level or 0] += count
    marks = FiscalYearRule.objects.filter(
        municipality_id=actor.municipality_id, key="pass_mark", fiscal_year__in={one.fiscal_year for one in told}
    )
    pass_marks = {year: as_mark(value) for year, value in marks.values_list("fiscal_year", "value")}
    usual = YearRules(scale=()).pass_mark
    return [
        Judged(one, mean_level(levels), levels.judged, pass_marks.get(one.fiscal_year, usual))
        for one in reversed(told)
        if (levels := LevelCounts(tuple(counts.get(one.pk, Counter())[level] for level in range(len(LEVELS))))).judged
    ]
