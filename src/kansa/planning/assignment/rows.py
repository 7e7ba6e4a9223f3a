"""Which whole-number program chooses the teams? One row per rule and instance, each rule hard, left out, or priced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from kansa.planning.assignment.candidates import Candidate, loads, own_departments, team_size
from kansa.planning.assignment.values import AssignmentCase
from kansa.planning.program import UNBOUNDED, Program

Instance = tuple[str, int, int]  # rule, auditor (-1: none), task (-1: none)


@dataclass(slots=True)
class TeamProgram:
    """The program with its columns: `chosen` (auditor, task) -> column, `slack` instance of a rule -> column."""

    case: AssignmentCase
    off: Collection[str] = ()  # rules left out
    is_priced: bool = False  # every rule that has a price may be broken at that price; wishes cost nothing
    program: Program = field(default_factory=Program)
    chosen: dict[tuple[int, int], int] = field(default_factory=dict)
    slack: dict[Instance, int] = field(default_factory=dict)
    barred: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)  # priced pairs -> rules they break
    labels: dict[int, Instance] = field(default_factory=dict)  # row number -> the instance it stands for
    constant: int = 0

    def row(
        self, instance: Instance, terms: Iterable[tuple[int, int]], lower: int = -UNBOUNDED, upper: int = UNBOUNDED
    ) -> None:
        """A row of the program that remembers which rule it is."""
        self.labels[len(self.program.rows)] = instance
        self.program.row(terms, lower, upper)

    def give(self, instance: Instance, most: int) -> list[tuple[int, int]]:
        """The slack of one row as a term of it; nothing where the rule is hard."""
        price = self.case.rules.repair_prices.get(instance[0])
        if not self.is_priced or price is None:
            return []
        self.slack[instance] = self.program.variable(0, most, price)
        return [(self.slack[instance], 1)]

    def is_off(self, rule: str) -> bool:
        """True when the rule is left out."""
        return rule in self.off

    def teams(self, values: tuple[int, ...]) -> list[list[int]]:
        """Auditors of every task."""
        found: list[list[int]] = [[] for _ in self.case.tasks]
        for (auditor, task), column in self.chosen.items():
            if values[column]:
                found[task].append(auditor)
        return found

    def forbid(self, pairs: Iterable[tuple[int, int]], most: int) -> None:
        """At most `most` of these pairs together."""
        self.program.row([(self.chosen[pair], 1) for pair in pairs if pair in self.chosen], upper=most)


def team_program(
    case: AssignmentCase, pairs: list[Candidate], off: Collection[str] = (), is_priced: bool = False
) -> TeamProgram:
    """The teams of the year. A rule in `off` is left out; with `is_priced` only the prices of broken rules are paid."""
    built = TeamProgram(case, frozenset(off), is_priced)
    _columns(built, pairs)
    _fixed(built, pairs)
    _teams(built)
    _loads(built, pairs)
    _mutual(built)
    return built


def _columns(built: TeamProgram, pairs: list[Candidate]) -> None:
    prices = built.case.rules.repair_prices
    kept = {
        (place, task): built.case.rules.change_weight
        for place, task in _previous(built.case)
        if not built.is_priced and built.case.rules.change_weight
    }
    built.constant = sum(kept.values())
    for pair in pairs:
        barred = [rule for rule in sorted(pair.barred) if not built.is_off(rule)]
        if any(not built.is_priced or rule not in prices for rule in barred):
            continue
        key = (pair.auditor, pair.task)
        cost = sum(prices[rule] for rule in barred) if built.is_priced else pair.cost - kept.get(key, 0)
        built.chosen[key] = built.program.variable(cost=cost)
        if barred:
            built.barred[key] = tuple(barred)


def _previous(case: AssignmentCase) -> list[tuple[int, int]]:
    people = {one.staff_number: place for place, one in enumerate(case.auditors)}
    tasks = {task.code: place for place, task in enumerate(case.tasks)}
    return [
        (people[number], tasks[team.task_code])
        for team in case.previous
        if team.task_code in tasks
        for number in team.staff_numbers
        if number in people
    ]


def _fixed(built: TeamProgram, pairs: list[Candidate]) -> None:
    if built.is_off("fixed"):
        return
    for pair in pairs:
        if pair.is_fixed:
            column = built.chosen.get((pair.auditor, pair.task))
            instance = ("fixed", pair.auditor, pair.task)
            terms = built.give(instance, 1)
            built.row(instance, [*terms, *([(column, 1)] if column is not None else [])], lower=1)


def _teams(built: TeamProgram) -> None:
    case = built.case
    members: list[list[int]] = [[] for _ in case.tasks]
    for auditor, number in built.chosen:
        members[number].append(auditor)
    able = {
        "experienced": {place for place, one in enumerate(case.auditors) if one.is_experienced},
        "trained": {place for place, one in enumerate(case.auditors) if one.is_trained},
        "lead": {place for place, one in enumerate(case.auditors) if one.may_lead},
    }
    rules = case.rules
    for place, task in enumerate(case.tasks):
        size = team_size(case, task)
        everybody = [(built.chosen[auditor, place], 1) for auditor in members[place]]
        short = [] if built.is_off("team_size") else built.give(("team_size", -1, place), size)
        built.row(("team_size", -1, place), [*everybody, *short], 0 if built.is_off("team_size") else size, size)
        wanted = {"experienced": rules.experienced_count, "trained": rules.trained_count}
        wanted["lead"] = rules.lead_count if task.needs_lead else 0
        for rule, count in wanted.items():
            if count and not built.is_off(rule):
                fitting = [(built.chosen[one, place], 1) for one in members[place] if one in able[rule]]
                built.row((rule, -1, place), [*fitting, *built.give((rule, -1, place), count)], lower=count)


def _loads(built: TeamProgram, pairs: list[Candidate]) -> None:
    work: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (auditor, _task), column in built.chosen.items():
        work[auditor].append((column, 1))
    for place, (low, high) in enumerate(loads(built.case, pairs)):
        one = built.case.auditors[place]
        if one.max_audits is not None and not built.is_off("max_audits"):
            limit = ("max_audits", place, -1)
            over = built.give(limit, len(built.case.tasks))
            built.row(limit, [*work[place], *((column, -1) for column, _ in over)], upper=one.max_audits)
        if built.is_off("load"):
            continue
        # One slack serves both directions: more than the even share, or fewer.
        share = ("load", place, -1)
        slack = built.give(share, len(built.case.tasks))
        built.row(share, [*work[place], *((column, -1) for column, _ in slack)], upper=high)
        built.row(share, [*work[place], *slack], lower=low)


def _mutual(built: TeamProgram) -> None:
    """Departments that would audit each other: somebody of p at q, and somebody of q at p."""
    case = built.case
    going: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    audited = {task.department_code for task in case.tasks}
    for auditor, task in built.chosen:
        for own in own_departments(case, case.auditors[auditor]) & audited:
            going[own, case.tasks[task].department_code].append((auditor, task))
    for (own, other), there in sorted(going.items()):
        back = going.get((other, own), [])
        if own < other and back:
            for rule in ("mutual_audit", "head_audit"):
                _mutual_rows(built, rule, there, back)


def _mutual_rows(built: TeamProgram, rule: str, there: list[tuple[int, int]], back: list[tuple[int, int]]) -> None:
    rules, auditors = built.case.rules, built.case.auditors
    policy = rules.mutual_audit_rule if rule == "mutual_audit" else rules.head_audit_rule
    # Whatever `mutual_audit` blocks needs no second row for heads.
    clashes = [
        (first, second)
        for first in there
        for second in back
        if rule == "mutual_audit" or auditors[first[0]].is_head or auditors[second[0]].is_head
    ]
    if not clashes or built.is_off(rule) or (policy == "warn" and (built.is_priced or not rules.warning_weight)):
        return
    instance = (rule, there[0][0], there[0][1])
    if policy == "warn":
        spare = [(built.program.variable(cost=rules.warning_weight), -1)]
    else:
        spare = [(column, -1) for column, _ in built.give(instance, 1)]
    if len(clashes) == len(there) * len(back) > len(there) + len(back):
        # Many on both sides: one variable says which direction is open.
        direction = built.program.variable()
        for pair in there:
            built.row(instance, [(built.chosen[pair], 1), (direction, -1), *spare], upper=0)
        for pair in back:
            built.row(instance, [(built.chosen[pair], 1), (direction, 1), *spare], upper=1)
        return
    for first, second in clashes:
        built.row(instance, [(built.chosen[first], 1), (built.chosen[second], 1), *spare], -UNBOUNDED, 1)
