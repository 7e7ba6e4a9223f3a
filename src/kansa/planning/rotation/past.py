"""When was each of today's departments last visited, under whatever name, and did this lap already reach it?

Goes through the years forwards: on 1 April reorganisations hand over what is known, then the year's visits are added.
Renamed and split departments inherit; a merged one has the oldest visit of its parts, and counts as reached when
parts with at least half of the staff were; a new one has nothing; a closed one hands nothing on (ADR 0021).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja
from kansa.core.year import Succession
from kansa.planning.rotation.values import EXTERNAL, INTERNAL

KINDS = ("renamed", "merged", "split", "closed")
SHEET_JA = "組織改編"


@dataclass(frozen=True, slots=True)
class Visit:
    """An audit that was made, by the department's code of that year."""

    department_code: str
    fiscal_year: int
    stream: str = INTERNAL


@dataclass(frozen=True, slots=True)
class History:
    """What is known of one of today's departments.

    `last_audited_year`, `last_external_year`: before the lap, own or inherited. `covered_in`: the latest year of the
    lap in which a former department was visited for it. `own_years`, `own_external_years`: visits of the lap under
    today's code, to be fixed as past cells.
    """

    last_audited_year: int | None = None
    last_external_year: int | None = None
    covered_in: int | None = None
    own_years: tuple[int, ...] = ()
    own_external_years: tuple[int, ...] = ()

    def reached_in(self, external_counts: bool) -> int | None:
        """The latest year of the lap in which it was visited, under any name."""
        years = [*self.own_years, *(self.own_external_years if external_counts else ())]
        years += [] if self.covered_in is None else [self.covered_in]
        return max(years, default=None)


def histories(
    codes: Iterable[str],
    fiscal_year: int,
    first_fiscal_year: int,
    visits: Iterable[Visit],
    successions: Sequence[Succession] = (),
    staff_counts: Mapping[str, int] | None = None,
    external_counts_for_rotation: bool = False,
) -> dict[str, History]:
    """Code of `fiscal_year` -> what is known of it at that year's 1 April; its own visits are still to come.

    `first_fiscal_year` is the lap's. Staff of a part that is unknown: all parts of that merger weigh the same. Raises
    InputError for a department that is succeeded by itself, a circle, a row twice, an unknown kind.
    """
    refusals = tuple(_faults(successions))
    if refusals:
        raise InputError(*refusals)
    known: dict[str, History] = {}
    events = [change for change in successions if change.fiscal_year <= fiscal_year]
    made = [visit for visit in visits if visit.fiscal_year < fiscal_year]
    for year in sorted({one.fiscal_year for one in events} | {one.fiscal_year for one in made}):
        today = [change for change in events if change.fiscal_year == year]
        known = _reorganised(known, today, staff_counts or {}, external_counts_for_rotation)
        for visit in sorted(made, key=lambda one: (one.department_code, one.stream)):
            if visit.fiscal_year == year:
                before = known.get(visit.department_code, History())
                is_counted = visit.stream == INTERNAL or external_counts_for_rotation
                known[visit.department_code] = _visited(before, visit, year >= first_fiscal_year, is_counted)
    return {code: known.get(code, History()) for code in codes}


def closed_reason_ja(
    successions: Iterable[Succession], code: str, fiscal_year: int, names_ja: Mapping[str, str]
) -> str:
    """Where a department went on 1 April of a year, in words; "" when no reorganisation says so."""
    found = [one for one in successions if one.predecessor_code == code and one.fiscal_year == fiscal_year]
    heirs = sorted({one.successor_code for one in found} - {""})
    if not heirs:
        return "廃止" if found else ""
    verbs = {"renamed": "に名称変更", "merged": "に統合", "split": "に分割"}
    return "・".join(f"「{names_ja.get(heir, heir)}」" for heir in heirs) + verbs.get(found[0].kind, "に引継ぎ")


def _visited(before: History, visit: Visit, is_in_lap: bool, is_counted: bool) -> History:
    year = visit.fiscal_year
    if visit.stream == EXTERNAL:
        if is_in_lap:
            before = replace(before, own_external_years=(*before.own_external_years, year))
        else:
            before = replace(before, last_external_year=year)
    elif is_in_lap:
        before = replace(before, own_years=(*before.own_years, year))
    return replace(before, last_audited_year=year) if is_counted and not is_in_lap else before


def _reorganised(
    known: dict[str, History], today: Sequence[Succession], staff: Mapping[str, int], external_counts: bool
) -> dict[str, History]:
    """All changes of one 1 April at once: codes may be handed on in a chain."""
    leaving = {change.predecessor_code for change in today}
    after = dict(known)
    for change in today:
        if change.kind != "split":
            after.pop(change.predecessor_code, None)
    parts: dict[str, list[str]] = {}
    for change in today:
        if change.successor_code:
            parts.setdefault(change.successor_code, []).append(change.predecessor_code)
    for heir, parents in sorted(parts.items()):
        everybody = sorted({*parents, *({heir} if heir in known and heir not in leaving else ())})
        after[heir] = _inherited(heir, everybody, known, staff, external_counts)
    return after


def _inherited(
    heir: str, parents: Sequence[str], known: Mapping[str, History], staff: Mapping[str, int], external_counts: bool
) -> History:
    parts = {code: known.get(code, History()) for code in parents}
    sizes = {code: staff.get(code, 0) for code in parents}
    if any(size <= 0 for size in sizes.values()):
        sizes = dict.fromkeys(parents, 1)
    reached = {code: part.reached_in(external_counts) for code, part in parts.items()}
    share = sum(sizes[code] for code, year in reached.items() if year is not None)
    is_covered = 2 * share >= sum(sizes.values())
    own = parts.get(heir, History()) if is_covered else History()
    foreign = [year for code, year in reached.items() if year is not None and code != heir]
    inherited = [part.covered_in for code, part in parts.items() if code == heir and part.covered_in is not None]
    return History(
        last_audited_year=_oldest(part.last_audited_year for part in parts.values()),
        last_external_year=_latest(part.last_external_year for part in parts.values()),
        # Where the department goes on under its own code and was visited under it, that visit stays its own.
        covered_in=max([*foreign, *inherited], default=None) if is_covered and not own.own_years else None,
        own_years=own.own_years,
        own_external_years=parts.get(heir, History()).own_external_years,
    )


def _oldest(years: Iterable[int | None]) -> int | None:
    return min((year for year in years if year is not None), default=None)


def _latest(years: Iterable[int | None]) -> int | None:
    return max((year for year in years if year is not None), default=None)


def _faults(successions: Sequence[Succession]) -> Iterator[Refusal]:
    seen: Counter[tuple[int, str, str]] = Counter()
    for row, change in enumerate(successions, start=1):
        place = Place(sheet=SHEET_JA, row=row, column=change.predecessor_code)
        if change.kind not in KINDS:
            yield Refusal("succession_kind", f"組織改編の種類「{change.kind}」はありません。", place)
        if change.predecessor_code == change.successor_code:
            yield Refusal("own_successor", f"「{change.predecessor_code}」が自分自身の後継になっています。", place)
        if (change.kind == "closed") != (not change.successor_code):
            yield Refusal("successor", "廃止には後継がなく、それ以外には後継が必要です。", place)
        key = change.fiscal_year, change.predecessor_code, change.successor_code
        seen[key] += 1
        if seen[key] == 2:
            yield Refusal("succession_twice", "同じ組織改編が二度あります。", place)
    for year in sorted({change.fiscal_year for change in successions}):
        circle = _circle([change for change in successions if change.fiscal_year == year])
        if circle:
            codes = "、".join(sorted(circle))
            place = Place(sheet=SHEET_JA, column=codes)
            yield Refusal("circle", f"{era_year_ja(year)}の組織改編が循環しています（{codes}）。", place)


def _circle(changes: Collection[Succession]) -> set[str]:
    """The codes that are handed round in a circle on one day; those succeeded by themselves are told apart."""
    edges = [(one.predecessor_code, one.successor_code) for one in changes if one.successor_code]
    edges = [(before, after) for before, after in edges if before != after]
    while True:
        kept = [
            (before, after)
            for before, after in edges
            if before in {other for _, other in edges} and after in {other for other, _ in edges}
        ]
        if len(kept) == len(edges):
            return {before for before, _ in edges}
        edges = kept
