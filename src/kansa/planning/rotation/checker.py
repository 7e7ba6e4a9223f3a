"""Does a plan keep every rule, and is every department reached exactly once a lap? Written apart from the model.

Reads cells and rules, never the solver's rows, so that a wrong model is found out. Quick enough to run after each
cell that a person changes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from kansa.core.fiscal import era_year_ja
from kansa.planning.rotation.facts import Facts, facts_of
from kansa.planning.rotation.values import (
    EXTERNAL,
    INTERNAL,
    Breach,
    Coverage,
    PlanCell,
    RotationTask,
)


def breaches(task: RotationTask, cells: Iterable[PlanCell]) -> tuple[Breach, ...]:
    """Every rule the plan breaks, by department, year and rule; empty for a plan that may be accepted."""
    plan = tuple(cells)
    facts = facts_of(task, plan)
    found: list[Breach] = []
    for part in (_cells, _fixed, _reached, _external, _external_amounts, _wanted, _together, _capacities):
        found += part(facts, plan)
    found.sort(key=lambda one: (one.department_code, one.fiscal_year or 0, one.rule))
    return tuple(found)


def coverage(task: RotationTask, cells: Iterable[PlanCell]) -> tuple[Coverage, ...]:
    """For each department, in the task's order: the visit of this lap, or the named reason why there is none."""
    facts = facts_of(task, cells)
    found = []
    year: int | None
    for one in task.departments:
        internal, why = facts.internal.get(one.code), facts.why_unreached(one)
        if internal:
            state, year, reason = "internal", internal[0], f"{era_year_ja(internal[0])}に内部監査を行います。"
        elif facts.counts_as_visit(one.code):
            year = facts.external[one.code][0]
            state, reason = "external", f"{era_year_ja(year)}の外部監査を一巡に数えます。"
        elif why is not None:
            state, year, reason = why[0], one.covered_in if why[0] == "predecessor" else None, why[1]
        else:
            state, year, reason = "missing", None, "どの年度にも計画されていません。"
        found.append(Coverage(one.code, one.name_ja, state, year, reason))
    return tuple(found)


def _cells(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """Cells that cannot be: unknown, outside the lap or the department's life, given twice."""
    seen: Counter[tuple[str, int, str]] = Counter()
    for cell in plan:
        code, year = cell.department_code, cell.fiscal_year
        one, name = facts.departments.get(code), facts.name_ja(code)
        seen[code, year, cell.stream] += 1
        if one is None:
            yield Breach("unknown_department", code, year, f"{name}という課所等はありません。", False)
        elif cell.stream not in (INTERNAL, EXTERNAL):
            yield Breach("stream", code, year, f"{name}の監査の種別「{cell.stream}」はありません。", False)
        elif year not in facts.task.rules.years:
            yield Breach("outside_round", code, year, f"{name}の{era_year_ja(year)}は一巡の外です。", False)
        elif not facts.stands_in(one, year) and not _is_past(facts, cell):
            yield Breach("not_standing", code, year, f"{name}は{era_year_ja(year)}には存在しません。", False)
        if seen[code, year, cell.stream] == 2:
            yield Breach("cell_twice", code, year, f"{name}の{era_year_ja(year)}の欄が二度あります。", False)


def _is_past(facts: Facts, cell: PlanCell) -> bool:
    past = facts.past_internal if cell.stream == INTERNAL else facts.past_external
    return cell.fiscal_year in past.get(cell.department_code, ())


def _fixed(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """What was done stays done; what was set by hand stays; years that are over take nothing new."""
    planned = {(cell.department_code, cell.fiscal_year, cell.stream) for cell in plan}
    kept = set()
    for one in facts.task.fixed:
        cell = one.cell
        key = cell.department_code, cell.fiscal_year, cell.stream
        kept.add(key)
        if key in planned:
            continue
        what = f"{facts.name_ja(cell.department_code)}の{era_year_ja(cell.fiscal_year)}の監査"
        if one.is_past:
            yield Breach("past", cell.department_code, cell.fiscal_year, f"実施済みの{what}が計画にありません。", False)
        else:
            yield Breach("fixed", cell.department_code, cell.fiscal_year, f"固定した{what}が計画にありません。", True)
    start = facts.task.open_from
    given = {(target.department_code, target.fiscal_year, EXTERNAL) for target in facts.task.external_targets}
    for code, year, _ in sorted(planned - kept - given):
        if start is not None and year < start:
            words = f"{facts.name_ja(code)}：{era_year_ja(year)}は計画を変えられない年度です。"
            yield Breach("past", code, year, words, False)


def _reached(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """Exactly once a lap, or a named reason."""
    asked = {must.department_code for must in facts.task.rules.must}
    asked |= {fixed.cell.department_code for fixed in facts.task.fixed if fixed.cell.stream == INTERNAL}
    for one in facts.task.departments:
        years, name = facts.internal.get(one.code, []), facts.name_ja(one.code)
        done = len(facts.past_internal.get(one.code, ()))
        why, extra = facts.why_unreached(one), len(years) > done
        shown = "、".join(era_year_ja(year) for year in years)
        if why is not None and why[0] in ("excluded", "predecessor"):
            if extra:
                rule = "excluded" if why[0] == "excluded" else "covered"
                yield Breach(rule, one.code, None, f"{name}が計画にあります（{shown}）。{why[1]}", True)
        elif why is not None and why[0] == "closed" and extra and one.code not in asked:
            yield Breach("closed", one.code, None, f"{name}が計画にあります（{shown}）が、{why[1]}", True)
        elif len(years) > max(1, done):
            yield Breach("once", one.code, None, f"{name}の内部監査が一巡に二度以上あります（{shown}）。", True)
        elif extra and not done and why is None and facts.counts_as_visit(one.code):
            words = f"{name}は外部監査を一巡に数えるのに、内部監査もあります（{shown}）。"
            yield Breach("once", one.code, None, words, True)
        elif not years and why is None and not facts.counts_as_visit(one.code):
            yield Breach("once", one.code, None, f"{name}がどの年度にも計画されていません。", True)


def _external(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """Not audited internally in the year of an external audit; external targets change every year."""
    first = facts.task.rules.first_fiscal_year
    for code, years in sorted(facts.external.items()):
        name, past = facts.name_ja(code), facts.past_external.get(code, [])
        for year in years:
            both_done = year in past and year in facts.past_internal.get(code, ())
            if year in facts.internal.get(code, ()) and not both_done:
                words = f"{name}は{era_year_ja(year)}の外部監査の対象なので、同じ年度に内部監査を行いません。"
                yield Breach("external", code, year, words, True)
            if year == first:
                repeated = code in facts.external_before and year not in past
            else:
                repeated = year - 1 in years and not (year in past and year - 1 in past)
            if repeated:
                words = f"{name}の外部監査が{era_year_ja(year - 1)}と{era_year_ja(year)}に続いています。"
                yield Breach("external_change", code, year, words, True)


def _external_amounts(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """The given targets, and no others than a number of targets asks for."""
    task = facts.task
    counts = {one.fiscal_year: one.count for one in task.external_counts}
    for code, years in sorted(facts.given_external.items()):
        for year in years:
            if year not in facts.external.get(code, ()) and year not in facts.past_external.get(code, ()):
                words = f"{facts.name_ja(code)}は{era_year_ja(year)}の外部監査の対象ですが、計画にありません。"
                yield Breach("external_target", code, year, words, True)
    per_year = Counter(year for years in facts.external.values() for year in years)
    for year, count in sorted(counts.items()):
        if per_year[year] != count:
            words = f"{era_year_ja(year)}の外部監査の対象は{count}課所等のはずが、{per_year[year]}課所等です。"
            yield Breach("external_count", "", year, words, True)
    for code, years in sorted(facts.external.items()):
        given, one = facts.given_external.get(code, []), facts.departments.get(code)
        why = facts.why_unreached(one) if one is not None else None
        for year in years:
            if year not in given and year in counts and why is not None and why[0] != "predecessor":
                words = f"{facts.name_ja(code)}は外部監査の対象に選べません。{why[1]}"
                yield Breach("external_target", code, year, words, True)
            if year not in given and year not in counts:
                words = f"{facts.name_ja(code)}は{era_year_ja(year)}の外部監査の対象に選ばれていません。"
                yield Breach("external_target", code, year, words, True)
        if counts and len(years) > max(task.rules.external_limit, len(given)):
            words = f"{facts.name_ja(code)}の外部監査が一巡に{len(years)}回あります。"
            yield Breach("external_limit", code, None, words, True)


def _wanted(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """Must and must not; a visit that was made breaks no wish of not making it."""
    for must in facts.task.rules.must:
        code, year = must.department_code, must.fiscal_year
        if year >= (facts.task.open_from or year) and year not in facts.internal.get(code, ()):
            reason = f"（{must.reason_ja}）" if must.reason_ja else ""
            words = f"{facts.name_ja(code)}は{era_year_ja(year)}に必ず監査します{reason}が、計画にありません。"
            yield Breach("must", code, year, words, True)
    for barred in facts.task.rules.must_not:
        code, year = barred.department_code, barred.fiscal_year
        if year in facts.internal.get(code, ()) and year not in facts.past_internal.get(code, ()):
            reason = f"（{barred.reason_ja}）" if barred.reason_ja else ""
            words = f"{facts.name_ja(code)}は{era_year_ja(year)}には監査しません{reason}が、計画にあります。"
            yield Breach("must_not", code, year, words, True)


def _together(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    """Hard groups in one year, as far as the plan still places their members."""
    for group in facts.task.rules.same_year:
        if not group.is_hard:
            continue
        years: dict[int, list[str]] = {}
        for code in group.department_codes:
            one = facts.departments.get(code)
            if one is None or one.covered_in is not None or facts.past_internal.get(code):
                continue
            for year in facts.internal.get(code, ()):
                years.setdefault(year, []).append(code)
        if len(years) > 1:
            shown = "、".join(era_year_ja(year) for year in sorted(years))
            words = f"「{group.name_ja}」は同じ年度に監査しますが、{shown}に分かれています。"
            yield Breach("same_year", min(code for codes in years.values() for code in codes), None, words, True)


def _capacities(facts: Facts, plan: tuple[PlanCell, ...]) -> Iterator[Breach]:
    per_year = Counter(cell.fiscal_year for cell in plan if cell.stream == INTERNAL)
    for one in facts.task.rules.capacities:
        year, made = one.fiscal_year, per_year[one.fiscal_year]
        if facts.task.open_from is not None and year < facts.task.open_from:
            continue
        if made < one.at_least:
            words = f"{era_year_ja(year)}の内部監査は{made}件で、下限の{one.at_least}件に足りません。"
            yield Breach("capacity_least", "", year, words, True)
        if one.at_most is not None and made > one.at_most:
            words = f"{era_year_ja(year)}の内部監査は{made}件で、上限の{one.at_most}件を超えています。"
            yield Breach("capacity_most", "", year, words, True)
