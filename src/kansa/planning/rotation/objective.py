"""What does a plan cost in the model? Balance, time since the last visit, travel, wishes, and changes (ADR 0021).

The checker computes the same amounts again from the cells alone; the two share nothing but the values.
"""

from __future__ import annotations

from kansa.planning.rotation.model import Key, Model, given_external, is_required, past
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, PlannedDepartment, Weights

NEVER = 2  # a department never audited externally counts as two laps back


def add_objective(model: Model, is_relaxed: bool = False) -> None:
    """Costs, and the variables and rows they need, on top of a model. `is_relaxed`: a rule may be broken."""
    _balance(model, is_relaxed)
    _gaps(model)
    _wishes(model)
    _sites(model)
    _external_choice(model)
    _changes(model)


def _sizes(one: PlannedDepartment) -> tuple[int, int, int, int]:
    return one.staff_count, one.risk_level, one.systems_count, one.distance_minutes


def _size_weights(weights: Weights) -> tuple[int, int, int, int]:
    return weights.staff, weights.risk, weights.systems, weights.distance


def _balance(model: Model, is_relaxed: bool) -> None:
    task, weights = model.task, model.task.rules.weights
    by_code = {one.code: one for one in task.departments}
    _even(model, weights.count, dict.fromkeys(by_code, 1), 0, None if is_relaxed else _steady(model, set(by_code)))
    for kind in sorted({one.kind for one in task.departments}):
        members = {one.code for one in task.departments if one.kind == kind}
        total = None if is_relaxed else _steady(model, members)
        _even(model, weights.kind, dict.fromkeys(members, 1), 0, total)
    standing = [one for one in task.departments if _stands(model, one)]
    for place, weight in enumerate(_size_weights(weights)):
        sizes = {one.code: _sizes(one)[place] for one in task.departments if _sizes(one)[place]}
        whole = sum(_sizes(one)[place] for one in standing)
        slack = whole * weights.tolerance_percent // (100 * task.rules.rotation_length)
        _even(model, weight, sizes, slack, None)


def _stands(model: Model, one: PlannedDepartment) -> bool:
    years = model.task.rules.years
    return (one.opens_in is None or one.opens_in <= years[-1]) and (one.closes_in is None or one.closes_in > years[0])


def _steady(model: Model, codes: set[str]) -> int | None:
    """How many visits these departments have in every plan; None when plans differ in it."""
    task = model.task
    made = past(task, INTERNAL)
    left_out = {one.department_code for one in task.rules.excluded}
    asked = {one.department_code for one in task.rules.must}
    asked |= {one.cell.department_code for one in task.fixed if one.cell.stream == INTERNAL}
    total = 0
    for one in task.departments:
        if one.code not in codes:
            continue
        facts = sum(1 for code, _ in made if code == one.code)
        if facts or one.code in left_out or one.covered_in is not None:
            total += facts
        elif is_required(task, one) and one.code not in model.counted:
            total += 1
        elif is_required(task, one) or one.code in asked:
            return None
    return total


def _even(model: Model, weight: int, sizes: dict[str, int], slack: int, total: int | None) -> None:
    """`weight` for each unit by which the fullest year exceeds the emptiest, beyond `slack`.

    A known total makes the bound sharp: seven visits in three years are three in some year and two in another.
    """
    if not weight or not sizes:
        return
    program, years = model.program, model.task.rules.years
    top = sum(sizes.values())
    high = program.variable(0 if total is None else -(-total // len(years)), top)
    low = program.variable(0, top if total is None else total // len(years))
    for year in years:
        load = [(model.x[code, year], size) for code, size in sizes.items() if (code, year) in model.x]
        program.row([(high, 1), *((variable, -size) for variable, size in load)], lower=0)
        program.row([(low, -1), *load], lower=0)
    excess = program.variable(0, top, weight)
    program.row([(excess, 1), (high, -1), (low, 1)], lower=-slack)


def _gaps(model: Model) -> None:
    rules = model.task.rules
    for one in model.task.departments:
        if one.last_audited_year is None:
            continue
        for year, variable in model.years_of(one.code):
            off = abs(year - one.last_audited_year - rules.rotation_length)
            model.program.cost[variable] += rules.weights.gap * off


def _wishes(model: Model) -> None:
    for wish in model.task.rules.wishes:
        variable = model.x.get((wish.department_code, wish.fiscal_year))
        if wish.is_avoided and variable is not None:
            model.program.cost[variable] += wish.weight
        elif not wish.is_avoided:
            _unless(model, variable, wish.weight)


def _unless(model: Model, variable: int | None, weight: int) -> None:
    """`weight` when the variable is 0: a constant less the variable."""
    model.program.variable(1, 1, weight)
    if variable is not None:
        model.program.cost[variable] -= weight


def _sites(model: Model) -> None:
    """Each year beyond the first in which a group is audited costs: the same premises, or a soft rule of one year."""
    task = model.task
    groups: list[tuple[int, list[str]]] = []
    for site in sorted({one.site_code for one in task.departments} - {""}):
        groups.append((task.rules.weights.site, [one.code for one in task.departments if one.site_code == site]))
    for wished in task.rules.same_year:
        if not wished.is_hard:
            groups.append((wished.weight, list(wished.department_codes)))
    for weight, members in groups:
        if not weight or len(members) < 2:
            continue
        used: list[tuple[int, int]] = []
        for year in task.rules.years:
            mine = [model.x[code, year] for code in members if (code, year) in model.x]
            if mine:
                any_visit = model.program.variable()
                used.append((any_visit, 1))
                for variable in mine:
                    model.program.row([(any_visit, 1), (variable, -1)], lower=0)
        if used:
            beyond = model.program.variable(0, len(used), weight)
            model.program.row([(beyond, 1), *((variable, -1) for variable, _ in used)], lower=-1)


def _external_choice(model: Model) -> None:
    """Chosen targets: those whose last external audit is long ago, and those with much risk, cost least."""
    task = model.task
    weights = task.rules.weights
    given = given_external(task)
    by_code = {one.code: one for one in task.departments}
    for (code, year), variable in model.z.items():
        if (code, year) in given:
            continue
        one = by_code[code]
        laps = NEVER * task.rules.rotation_length
        lacking = 0 if one.last_external_year is None else max(0, laps - (year - one.last_external_year))
        model.program.cost[variable] += weights.external_gap * lacking
        model.program.cost[variable] += weights.external_risk * (max(0, 100 - one.risk_level) // 10)


def _changes(model: Model) -> None:
    """Each cell of the previous plan that is not kept; what is added costs nothing."""
    task = model.task
    known = {one.code for one in task.departments}
    seen: set[tuple[str, Key]] = set()
    for cell in task.previous:
        key = cell.department_code, cell.fiscal_year
        if cell.department_code not in known or key[1] not in task.rules.years or (cell.stream, key) in seen:
            continue
        seen.add((cell.stream, key))
        variables = {INTERNAL: model.x, EXTERNAL: model.z}.get(cell.stream, {})
        _unless(model, variables.get(key), task.rules.weights.change)
