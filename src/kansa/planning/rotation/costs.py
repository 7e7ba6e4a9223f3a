"""What does a plan cost, line by line? Counted from the cells alone, so that the solver's objective is verified.

Belongs to the checker: it shares nothing with the model but the values. The sum of the lines is the objective.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from kansa.planning.rotation.facts import Facts, facts_of
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, Cost, PlanCell, PlannedDepartment, RotationTask

SIZES: tuple[tuple[str, str, Callable[[PlannedDepartment], int]], ...] = (
    ("staff", "職員数の差（許容を超える分）", lambda one: one.staff_count),
    ("risk", "リスクの差（許容を超える分）", lambda one: one.risk_level),
    ("systems", "システム数の差（許容を超える分）", lambda one: one.systems_count),
    ("distance", "移動時間の差（許容を超える分）", lambda one: one.distance_minutes),
)


def costs(task: RotationTask, cells: Iterable[PlanCell]) -> tuple[Cost, ...]:
    """Every line of the objective, also those that cost nothing, in a fixed order."""
    plan = tuple(cells)
    facts = facts_of(task, plan)
    return (
        *_balance(facts),
        _gap(facts),
        *_travel(facts),
        *_wishes(facts),
        *_external_choice(facts),
        _changes(facts, plan),
    )


def objective(task: RotationTask, cells: Iterable[PlanCell]) -> int:
    """The sum of all lines."""
    return sum(one.cost for one in costs(task, cells))


def yearly_loads(task: RotationTask, cells: Iterable[PlanCell]) -> dict[int, dict[str, int]]:
    """Year -> count, staff, risk, systems and distance of its internal audits; for the matrix and the documents."""
    facts = facts_of(task, cells)
    loads = {year: dict.fromkeys(("count", *(term for term, _, _ in SIZES)), 0) for year in task.rules.years}
    for code, years in facts.internal.items():
        for year in years:
            if code in facts.departments and year in loads:
                loads[year]["count"] += 1
                for term, _, size in SIZES:
                    loads[year][term] += size(facts.departments[code])
    return loads


def _spread(values: Iterable[int]) -> int:
    known = list(values)
    return max(known) - min(known)


def _balance(facts: Facts) -> Iterator[Cost]:
    task, weights = facts.task, facts.task.rules.weights
    loads = yearly_loads(task, _cells(facts))
    yield Cost("count", "件数の差", _spread(load["count"] for load in loads.values()), weights.count)
    kinds: dict[str, Counter[int]] = {one.kind: Counter() for one in task.departments}
    for code, visits in facts.internal.items():
        if code in facts.departments:
            kinds[facts.departments[code].kind].update(visits)
    uneven = sum(_spread(count[year] for year in task.rules.years) for count in kinds.values())
    yield Cost("kind", "課所等の種別ごとの件数の差", uneven, weights.kind)
    standing = [one for one in task.departments if any(facts.stands_in(one, year) for year in task.rules.years)]
    by_term = {
        "staff": weights.staff,
        "risk": weights.risk,
        "systems": weights.systems,
        "distance": weights.distance,
    }
    for term, words, size in SIZES:
        allowed = sum(map(size, standing)) * weights.tolerance_percent // (100 * len(task.rules.years))
        beyond = max(0, _spread(load[term] for load in loads.values()) - allowed)
        yield Cost(term, words, beyond, by_term[term])


def _cells(facts: Facts) -> Iterator[PlanCell]:
    for code, years in facts.internal.items():
        for year in years:
            yield PlanCell(code, year)


def _gap(facts: Facts) -> Cost:
    off = 0
    for one in facts.task.departments:
        if one.last_audited_year is not None:
            ideal = one.last_audited_year + facts.task.rules.rotation_length
            off += sum(abs(year - ideal) for year in facts.internal.get(one.code, ()))
    return Cost("gap", "前回からの間隔と一巡の年数の差（年）", off, facts.task.rules.weights.gap)


def _travel(facts: Facts) -> Iterator[Cost]:
    sites: dict[str, set[int]] = {}
    for one in facts.task.departments:
        if one.site_code:
            sites.setdefault(one.site_code, set()).update(facts.internal.get(one.code, ()))
    beyond = sum(max(0, len(years) - 1) for years in sites.values())
    yield Cost("site", "同じ庁舎・施設へ行く年度の増分", beyond, facts.task.rules.weights.site)
    for group in facts.task.rules.same_year:
        if not group.is_hard:
            visited = {year for code in group.department_codes for year in facts.internal.get(code, ())}
            words = f"「{group.name_ja}」が分かれる年度"
            yield Cost("same_year", words, max(0, len(visited) - 1), group.weight)


def _wishes(facts: Facts) -> Iterator[Cost]:
    for wish in facts.task.rules.wishes:
        is_visited = wish.fiscal_year in facts.internal.get(wish.department_code, ())
        name = facts.name_ja(wish.department_code)
        words = f"{name}の希望（{wish.fiscal_year}年度{'以外' if wish.is_avoided else ''}）に合わない"
        yield Cost("wish", words, int(is_visited == wish.is_avoided), wish.weight)


def _external_choice(facts: Facts) -> Iterator[Cost]:
    lacking_years = lacking_risk = 0
    two_laps = 2 * facts.task.rules.rotation_length
    for code, years in facts.external.items():
        one = facts.departments.get(code)
        for year in years:
            if one is None or year in facts.given_external.get(code, ()):
                continue
            if one.last_external_year is not None:
                lacking_years += max(0, two_laps - year + one.last_external_year)
            lacking_risk += max(0, 100 - one.risk_level) // 10
    weights = facts.task.rules.weights
    yield Cost("external_gap", "選んだ外部監査の対象の前回からの不足（年）", lacking_years, weights.external_gap)
    yield Cost("external_risk", "選んだ外部監査の対象のリスクの不足（10点単位）", lacking_risk, weights.external_risk)


def _changes(facts: Facts, plan: tuple[PlanCell, ...]) -> Cost:
    now = {(cell.department_code, cell.fiscal_year, cell.stream) for cell in plan}
    before = {
        (cell.department_code, cell.fiscal_year, cell.stream)
        for cell in facts.task.previous
        if cell.department_code in facts.departments
        and cell.fiscal_year in facts.task.rules.years
        and cell.stream in (INTERNAL, EXTERNAL)
    }
    return Cost("change", "前の計画から変わる欄", len(before - now), facts.task.rules.weights.change)
