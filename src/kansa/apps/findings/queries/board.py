"""Which findings does the board show, how old are the open ones, and what is overdue?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from kansa.apps.findings import models
from kansa.apps.findings.queries.standing import Standing, standings
from kansa.core.improvement import AGE_BANDS_JA, STATES_JA, URGENCIES_JA
from kansa.core.permission import Actor

# What the list and its export show; the long texts are read for the export alone.
SHOWN = (
    *("municipality", "fiscal_year", "code", "stream", "classification", "title_ja", "severity"),
    *("is_withdrawn", "plan_due_on", "raised_at", "recurrence_of"),
    *("engagement__ended_on", "engagement__started_on", "department__name_ja", "item__code"),
)
URGENT = ("escalated", "overdue", "due_soon")


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardFilter:
    """What the person asked for; None, 0 and "" ask for everything."""

    fiscal_year: int | None = None
    stream: str = ""
    department: int | None = None
    state: str = ""  # a state, "open", or "recommendation"
    severity: str = ""
    urgency: str = ""  # a code of URGENCIES_JA, or "late" for overdue and escalated
    words: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one state."""

    code: str
    label_ja: str
    found: tuple[Standing, ...]


@dataclass(frozen=True, slots=True)
class AgeBar:
    """How many open findings are of one age. `width`: 0 to 100, the largest band is 100."""

    label_ja: str
    count: int
    width: int


@dataclass(frozen=True, slots=True)
class Board:
    """What the page of findings shows."""

    found: tuple[Standing, ...]
    counts: tuple[tuple[str, str, int], ...]  # state, words, number, before the state was chosen
    ages: tuple[AgeBar, ...]
    urgent: tuple[Standing, ...]
    late_count: int


def rows_of(actor: Actor, asked: BoardFilter) -> list[models.Finding]:
    """The findings that the person may see and asked for, but for what is derived."""
    chosen = Q()
    if asked.fiscal_year is not None:
        chosen &= Q(fiscal_year=asked.fiscal_year)
    if asked.stream:
        chosen &= Q(stream=asked.stream)
    if asked.department is not None:
        chosen &= Q(department_id=asked.department)
    if asked.severity:
        chosen &= Q(severity=asked.severity)
    if asked.words:
        chosen &= Q(title_ja__icontains=asked.words) | Q(code__icontains=asked.words)
    rows = models.Finding.objects.visible_to(actor).filter(chosen)
    return list(rows.select_related("engagement", "department", "item").only(*SHOWN).order_by("-fiscal_year", "code"))


def board(actor: Actor, asked: BoardFilter, today: date) -> Board:
    """The findings with their states. Withdrawn ones are shown only when the state is asked for."""
    everything = standings(rows_of(actor, asked), today)
    shown = [one for one in everything if is_urgent_as(one, asked.urgency)]
    counts = Counter(code_of(one) for one in shown)
    words = {**STATES_JA, "recommendation": "改善提言", "withdrawn": "取下げ"}
    opened = [one for one in shown if one.is_open]
    found = tuple(one for one in shown if is_state_as(one, asked.state))
    urgent = [one for one in found if one.urgency is not None and one.urgency.code in URGENT]
    return Board(
        found,
        tuple((code, label, counts[code]) for code, label in words.items() if counts[code]),
        age_bars(opened),
        tuple(sorted(urgent, key=lambda one: one.urgency.days if one.urgency else 0)),
        sum(1 for one in urgent if one.urgency and one.urgency.code != "due_soon"),
    )


def code_of(standing: Standing) -> str:
    """The state under which the board lists it."""
    return "withdrawn" if standing.finding.is_withdrawn else standing.state or "recommendation"


def is_state_as(standing: Standing, state: str) -> bool:
    """Whether it belongs to the state that was asked for."""
    code = code_of(standing)
    if state == "open":
        return standing.is_open
    return code == state if state else code != "withdrawn"


def is_urgent_as(standing: Standing, urgency: str) -> bool:
    """Whether it is as urgent as was asked for."""
    if not urgency:
        return True
    code = standing.urgency.code if standing.urgency else ""
    return code in ("overdue", "escalated") if urgency == "late" else code == urgency


def age_bars(opened: list[Standing]) -> tuple[AgeBar, ...]:
    """Open findings by how long they have been known."""
    counts = Counter(one.age_band for one in opened)
    largest = max(counts.values(), default=0)
    return tuple(
        AgeBar(label, counts[band], counts[band] * 100 // largest if largest else 0)
        for band, label in AGE_BANDS_JA.items()
    )


def grouped(found: tuple[Standing, ...]) -> tuple[Group, ...]:
    """The findings by state, in the order of STATES_JA."""
    labels = {**STATES_JA, "recommendation": "改善提言", "withdrawn": "取下げ"}
    groups: dict[str, list[Standing]] = {}
    for one in found:
        groups.setdefault(code_of(one), []).append(one)
    return tuple(Group(code, label, tuple(groups[code])) for code, label in labels.items() if code in groups)


def choices(actor: Actor) -> tuple[list[int], list[tuple[int, str]]]:
    """The years and departments of the findings that the person may see. Two queries."""
    rows = models.Finding.objects.visible_to(actor)
    years = sorted(set(rows.values_list("fiscal_year", flat=True)), reverse=True)
    named = rows.filter(department__isnull=False).values_list(
        "department_id", "department__code", "department__name_ja"
    )
    departments = sorted({(code, name, pk) for pk, code, name in named})
    return years, [(pk, name) for _code, name, pk in departments]


def urgency_ja(standing: Standing) -> str:
    """How urgent it is, in words."""
    return URGENCIES_JA[standing.urgency.code] if standing.urgency and standing.urgency.code else ""
