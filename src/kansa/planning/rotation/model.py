"""How is the rotation said in whole numbers? x: audited internally, z: external target; rules in instances with rows.

Every rule is an instance with its kind, place and rows, so that it can be left out or be given a price. What cannot be
otherwise (years in which a department does not stand, visits that were made) is no rule: the variable is missing or 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kansa.planning.program import UNBOUNDED, Program
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, PlanCell, PlannedDepartment, RotationTask

Key = tuple[str, int]
Terms = list[tuple[int, int]]
Row = tuple[Terms, int, int]


@dataclass(frozen=True, slots=True)
class Instance:
    """One rule about one department, year or group: all its rows hold together."""

    kind: str
    department_code: str
    fiscal_year: int | None
    rows: tuple[Row, ...]
    name_ja: str = ""


@dataclass(slots=True)
class Model:
    """The variables of a task and the instances of its rules; costs are added by objective.py."""

    task: RotationTask
    program: Program = field(default_factory=Program)
    x: dict[Key, int] = field(default_factory=dict)
    z: dict[Key, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)  # department -> 1 when an external audit is its visit
    instances: list[Instance] = field(default_factory=list)

    def years_of(self, code: str) -> list[tuple[int, int]]:
        """The years in which this department may be audited internally, with their variables."""
        return [(year, self.x[code, year]) for year in self.task.rules.years if (code, year) in self.x]

    def cells(self, values: Iterable[int]) -> tuple[PlanCell, ...]:
        """The plan that values of the variables stand for, by year, department and stream."""
        chosen = list(values)
        methods = {one.code: one.method for one in self.task.departments}
        found = [
            PlanCell(code, year, stream, methods[code])
            for stream, variables in ((INTERNAL, self.x), (EXTERNAL, self.z))
            for (code, year), variable in variables.items()
            if chosen[variable]
        ]
        return tuple(sorted(found, key=lambda cell: (cell.fiscal_year, cell.department_code, cell.stream)))


def past(task: RotationTask, stream: str) -> set[Key]:
    """The visits of the lap that were made."""
    return {
        (one.cell.department_code, one.cell.fiscal_year)
        for one in task.fixed
        if one.is_past and one.cell.stream == stream
    }


def given_external(task: RotationTask) -> set[Key]:
    """External targets that are not for the plan to choose, the year before the lap included."""
    fixed = {(one.cell.department_code, one.cell.fiscal_year) for one in task.fixed if one.cell.stream == EXTERNAL}
    return fixed | {(one.department_code, one.fiscal_year) for one in task.external_targets}


def open_years(task: RotationTask, one: PlannedDepartment) -> list[int]:
    """The years of the lap that can still be planned and in which the department stands."""
    start = max(task.rules.first_fiscal_year, task.open_from or 0, one.opens_in or 0)
    return [year for year in task.rules.years if year >= start and (one.closes_in is None or year < one.closes_in)]


def is_required(task: RotationTask, one: PlannedDepartment) -> bool:
    """Does the lap have to reach it? Not one that closes within the lap, opens after it, or was left out."""
    last = task.rules.years[-1]
    closes = one.closes_in is not None and one.closes_in <= last
    opens_later = one.opens_in is not None and one.opens_in > last
    return not closes and not opens_later and one.code not in {out.department_code for out in task.rules.excluded}


def build(task: RotationTask) -> Model:
    """Variables and rules of a canonical task."""
    model = Model(task)
    made = past(task, INTERNAL)
    for one in task.departments:
        years = set(open_years(task, one)) | {year for code, year in made if code == one.code}
        for year in sorted(years):
            model.x[one.code, year] = model.program.variable(lower=int((one.code, year) in made))
    _external_variables(model)
    for rules in (_once, _external, _external_change, _external_amounts, _wanted, _same_year, _capacities):
        model.instances += rules(model)
    return model


def _external_variables(model: Model) -> None:
    task = model.task
    lap = task.rules.years
    facts = past(task, EXTERNAL)
    counts = {one.fiscal_year for one in task.external_counts}
    chosen = {
        (one.code, year)
        for one in task.departments
        if is_required(task, one)
        for year in open_years(task, one)
        if year in counts
    }
    for code, year in sorted(chosen | {key for key in given_external(task) if key[1] in lap}):
        model.z[code, year] = model.program.variable(lower=int((code, year) in facts))
    if not task.rules.external_counts_for_rotation:
        return
    for code in sorted({code for code, _ in model.z}):
        mine = [model.z[code, year] for year in lap if (code, year) in model.z]
        if len(mine) == 1:
            model.counted[code] = mine[0]
            continue
        any_year = model.counted[code] = model.program.variable()
        model.program.row([(any_year, -1), *((one, 1) for one in mine)], lower=0)
        for one in mine:
            model.program.row([(any_year, 1), (one, -1)], lower=0)


def _once(model: Model) -> Iterator[Instance]:
    """Exactly one visit a lap; none for those the lap does not reach or that were reached before."""
    task = model.task
    made = past(task, INTERNAL)
    left_out = {one.department_code for one in task.rules.excluded}
    asked = {one.department_code for one in task.rules.must}
    asked |= {one.cell.department_code for one in task.fixed if one.cell.stream == INTERNAL}
    for one in task.departments:
        visits = [(variable, 1) for _, variable in model.years_of(one.code)]
        facts = sum(1 for code, _ in made if code == one.code)
        if one.code in left_out or one.covered_in is not None:
            kind = "excluded" if one.code in left_out else "covered"
            yield Instance(kind, one.code, None, ((visits, facts, facts),))
        elif facts:
            yield Instance("once", one.code, None, ((visits, facts, facts),))
        elif is_required(task, one):
            counted = [(model.counted[one.code], 1)] if one.code in model.counted else []
            yield Instance("once", one.code, None, ((visits + counted, 1, 1),))
        elif visits:
            # It closes within the lap: visited only when somebody asks for it, never to make the years even.
            kind, most = ("once", 1) if one.code in asked else ("closed", 0)
            yield Instance(kind, one.code, None, ((visits, 0, most),))


def _external(model: Model) -> Iterator[Instance]:
    """No internal audit in the year of an external one."""
    both = past(model.task, INTERNAL) & past(model.task, EXTERNAL)
    for key, external in model.z.items():
        if key in model.x and key not in both:
            yield Instance("external", *key, (([(model.x[key], 1), (external, 1)], -UNBOUNDED, 1),))


def _external_change(model: Model) -> Iterator[Instance]:
    """No department is an external target in two successive years."""
    task = model.task
    facts = past(task, EXTERNAL)
    before = given_external(task)
    for (code, year), external in model.z.items():
        if (code, year) in facts and (year == task.rules.first_fiscal_year or (code, year - 1) in facts):
            continue
        if (code, year - 1) in model.z:
            terms = [(model.z[code, year - 1], 1), (external, 1)]
            yield Instance("external_change", code, year, ((terms, -UNBOUNDED, 1),))
        elif (code, year - 1) in before:
            yield Instance("external_change", code, year, (([(external, 1)], 0, 0),))


def _external_amounts(model: Model) -> Iterator[Instance]:
    """Given targets, the number of targets of a year, and how often the plan may choose one department."""
    task = model.task
    given = given_external(task)
    facts = past(task, EXTERNAL)
    for key in sorted(given - facts):
        if key in model.z:
            yield Instance("external_target", *key, (([(model.z[key], 1)], 1, 1),))
    if not task.external_counts:
        return
    for one in task.external_counts:
        targets = [(variable, 1) for (_, year), variable in model.z.items() if year == one.fiscal_year]
        yield Instance("external_count", "", one.fiscal_year, ((targets, one.count, one.count),))
    for code in sorted({code for code, _ in model.z}):
        mine = [(model.z[code, year], 1) for year in task.rules.years if (code, year) in model.z]
        fixed = sum(1 for year in task.rules.years if (code, year) in given)
        limit = max(task.rules.external_limit, fixed)
        if len(mine) > limit:
            yield Instance("external_limit", code, None, ((mine, -UNBOUNDED, limit),))


def _wanted(model: Model) -> Iterator[Instance]:
    """Must, must not, and cells that were set by hand; of years that are over nothing is wanted any more."""
    task = model.task
    made = past(task, INTERNAL)
    for must in task.rules.must:
        if must.fiscal_year < (task.open_from or 0):
            continue
        key = must.department_code, must.fiscal_year
        yield Instance("must", *key, (([(model.x[key], 1)], 1, 1),), must.reason_ja)
    for barred in task.rules.must_not:
        key = barred.department_code, barred.fiscal_year
        if key in model.x and key not in made:
            yield Instance("must_not", *key, (([(model.x[key], 1)], 0, 0),), barred.reason_ja)
    for one in task.fixed:
        key = one.cell.department_code, one.cell.fiscal_year
        if not one.is_past and one.cell.stream == INTERNAL:
            yield Instance("fixed", *key, (([(model.x[key], 1)], 1, 1),), one.reason_ja)


def _same_year(model: Model) -> Iterator[Instance]:
    """Hard groups: one year for all members that the plan still places."""
    task = model.task
    made = {code for code, _ in past(task, INTERNAL)}
    covered = {one.code for one in task.departments if one.covered_in is not None}
    for group in task.rules.same_year:
        members = [code for code in group.department_codes if code not in made and code not in covered]
        if not group.is_hard or len(members) < 2:
            continue
        years = sorted({year for code in members for year, _ in model.years_of(code)})
        chosen = {year: model.program.variable() for year in years}
        model.program.row([(variable, 1) for variable in chosen.values()], upper=1)
        rows = tuple(
            ([(variable, 1), (chosen[year], -1)], -UNBOUNDED, 0)
            for code in members
            for year, variable in model.years_of(code)
        )
        yield Instance("same_year", members[0], None, rows, group.name_ja)


def _capacities(model: Model) -> Iterator[Instance]:
    task = model.task
    for one in task.rules.capacities:
        if one.fiscal_year < (task.open_from or 0):
            continue
        terms = [(variable, 1) for (_, year), variable in model.x.items() if year == one.fiscal_year]
        if one.at_least:
            yield Instance("capacity_least", "", one.fiscal_year, ((terms, one.at_least, UNBOUNDED),))
        if one.at_most is not None:
            yield Instance("capacity_most", "", one.fiscal_year, ((terms, -UNBOUNDED, one.at_most),))


def stated(model: Model, instances: Iterable[Instance] | None = None) -> Program:
    """The program with these instances (None: all); the model's own program stays as it is."""
    program = copied(model.program)
    for instance in model.instances if instances is None else instances:
        for row in instance.rows:
            program.row(*row)
    return program


def copied(program: Program) -> Program:
    """The same variables and rows, to be added to."""
    return Program(list(program.lower), list(program.upper), list(program.cost), list(program.rows))


@dataclass(frozen=True, slots=True)
class Slack:
    """How much the rows of an instance are broken: one variable for each row and direction."""

    instance: Instance
    variable: int


def elastic(model: Model, prices: Mapping[str, int]) -> tuple[Program, list[Slack]]:
    """The program in which every instance of a priced kind may be broken, one unit for its price."""
    program, slacks = copied(model.program), []
    for instance in model.instances:
        price = prices.get(instance.kind)
        for terms, lower, upper in instance.rows:
            given = list(terms)
            if price is not None:
                top = max(1, len(terms), abs(lower) if lower > -UNBOUNDED else 0)
                if upper < UNBOUNDED:
                    slacks.append(Slack(instance, program.variable(0, top, price)))
                    given.append((slacks[-1].variable, -1))
                if lower > -UNBOUNDED:
                    slacks.append(Slack(instance, program.variable(0, top, price)))
                    given.append((slacks[-1].variable, 1))
            program.row(given, lower, upper)
    return program, slacks
