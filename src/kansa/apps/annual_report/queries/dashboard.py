"""How does the year go on so far: when is what done, how are the means, how old are the open findings?

The values are live, from the records as they are now, exact until they are printed; the report reads the frozen year.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Max, Min
from django.utils import timezone

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import Checklist
from kansa.apps.controls.queries import year_rules, year_settings
from kansa.apps.drills.models import Delivery
from kansa.apps.findings.models import TEXTS_JA, Finding
from kansa.apps.findings.queries import loaded, standings
from kansa.apps.plan.models import AUDIT_STREAMS, Engagement
from kansa.apps.self_inspection.models import DepartmentTally
from kansa.core.errors import NothingJudged
from kansa.core.improvement import AGE_BANDS_JA
from kansa.core.maturity import LevelCounts, mean_level
from kansa.core.permission import Actor
from kansa.core.year import LEVELS, YearRules

STREAMS_JA = {
    "technical_diagnosis": "技術的セキュリティ診断",
    "mail_drill": "標的型攻撃メール訓練",
    "external_audit": "外部監査（対策状況確認）",
    "internal_audit": "内部監査（対策状況確認）",
    "self_inspection": "自己点検",
}
BASES = {"judgements": "engagement__fiscal_year", "departments": "engagement__department", "items": "item"}


@dataclass(frozen=True, slots=True)
class StreamLine:
    """One of the five streams in a year: from when to when, how many, how many of them have no day."""

    code: str
    title_ja: str
    spans: tuple[tuple[date, date], ...]
    count: int
    unit_ja: str
    undated_count: int

    @property
    def first_on(self) -> date | None:
        """The first day."""
        return min((start for start, _end in self.spans), default=None)

    @property
    def last_on(self) -> date | None:
        """The last day."""
        return max((end for _start, end in self.spans), default=None)


@dataclass(frozen=True, slots=True)
class LiveMean:
    """A mean before anything is frozen; None while nothing is judged."""

    stream: str
    mean: Fraction | None
    judged_count: int
    left_count: int
    rules: YearRules


@dataclass(frozen=True, slots=True)
class AgeBand:
    """How many open findings have been known for so long."""

    label_ja: str
    count: int


def timeline(actor: Actor, fiscal_year: int) -> list[StreamLine]:
    """The five streams of a year. Five queries."""
    found: dict[str, list[tuple[date | None, date | None]]] = {code: [] for code in STREAMS_JA}
    rows = Engagement.objects.visible_to(actor).filter(fiscal_year=fiscal_year)
    for stream, method, started_on, ended_on in rows.values_list("stream", "method", "started_on", "ended_on"):
        found[stream if method == "control_check" else method].append((started_on, ended_on))
    lines = [
        line(code, [(start or end, end or start) for start, end in found[code]], "件")
        for code in STREAMS_JA
        if code not in ("mail_drill", "self_inspection")
    ]
    drills = drill_days(actor, fiscal_year) or [(start or end, end or start) for start, end in found["mail_drill"]]
    lines.insert(1, line("mail_drill", drills, "回"))
    return [*lines, self_inspection_line(actor, fiscal_year)]


def line(code: str, days: Sequence[tuple[date | None, date | None]], unit_ja: str) -> StreamLine:
    """A stream of acts with their first and last days."""
    spans = tuple(sorted({(start, end) for start, end in days if start and end}))
    undated = sum(1 for start, _end in days if start is None)
    return StreamLine(code, STREAMS_JA[code], spans, len(days), unit_ja, undated)


def drill_days(actor: Actor, fiscal_year: int) -> list[tuple[date | None, date | None]]:
    """First and last day of sending of each drill."""
    sent = Delivery.objects.filter(municipality_id=actor.municipality_id, drill__fiscal_year=fiscal_year)
    days = sent.values("drill").annotate(first=Min("sent_at"), last=Max("sent_at")).order_by("drill")
    return [
        (timezone.localtime(one["first"]).date(), timezone.localtime(one["last"]).date())
        if one["first"]
        else (None, None)
        for one in days
    ]


def self_inspection_line(actor: Actor, fiscal_year: int) -> StreamLine:
    """The self-inspection: who answered on which day is not kept, so it has no span."""
    keys = {"municipality_id": actor.municipality_id, "fiscal_year": fiscal_year, "stream": "self_inspection"}
    checklist = Checklist.objects.filter(**keys).first()
    tallies = DepartmentTally.objects.filter(municipality_id=actor.municipality_id, checklist=checklist)
    count = sum(tallies.values_list("respondent_count", flat=True)) if checklist else 0
    return StreamLine("self_inspection", STREAMS_JA["self_inspection"], (), count, "人", count)


def live_means(actor: Actor, fiscal_year: int) -> list[LiveMean]:
    """The mean of the external and the internal audit by the rules of the year. Four queries."""
    rules = year_rules(actor.municipality_id, fiscal_year, year_settings(actor.municipality_id, fiscal_year))
    return [live_mean(actor, fiscal_year, stream, rules) for stream in AUDIT_STREAMS]


def live_mean(actor: Actor, fiscal_year: int, stream: str, rules: YearRules) -> LiveMean:
    """One mean, over the same judgements and on the same basis as the report. One query."""
    rows = Judgement.objects.filter(
        municipality_id=actor.municipality_id,
        engagement__fiscal_year=fiscal_year,
        engagement__stream=stream,
        engagement__method="control_check",
        engagement__is_special=False,
    )
    basis = BASES[rules.headline_mean]
    groups: dict[object, Counter[int]] = {}
    left = 0
    for group, state, level, count in rows.values_list(basis, "state", "level").annotate(Count("pk")).order_by():
        if state == "judged":
            groups.setdefault(group, Counter())[level] += count
        elif state == "not_judged":
            left += count
    counts = [LevelCounts(tuple(levels[level] for level in range(len(LEVELS)))) for levels in groups.values()]
    return LiveMean(stream, mean_of(counts), sum(one.judged for one in counts), left, rules)


def mean_of(counts: Sequence[LevelCounts]) -> Fraction | None:
    """The mean of the groups' means; of one group its own. None for nothing judged."""
    try:
        means = [mean_level(one) for one in counts]
    except NothingJudged:
        return None
    return sum(means, Fraction(0)) / len(means) if means else None


def open_ages(actor: Actor, today: date) -> list[AgeBand]:
    """Open findings by how long they have been known; five queries for every 500 findings."""
    rows = Finding.objects.visible_to(actor).filter(classification="detection", is_withdrawn=False)
    found = standings(loaded(rows).defer(*TEXTS_JA).order_by("pk"), today)
    counts = Counter(one.age_band for one in found if one.is_open)
    return [AgeBand(label, counts[band]) for band, label in AGE_BANDS_JA.items()]
