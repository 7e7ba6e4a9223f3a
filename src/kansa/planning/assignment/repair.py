"""Why is there no plan, and what is the cheapest way out? Rules in conflict, and a plan that breaks few of them.

Every rule may be broken at its price (`repair_prices`); the program pays as little as possible. Wishes do not count
here: they do again once the office has accepted the way out and the year is assigned anew. The checker goes over the
repaired plan: what it finds must be what the repair names.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from kansa.planning.assignment.asking import settled
from kansa.planning.assignment.candidates import candidates
from kansa.planning.assignment.checker.breaches import blocking
from kansa.planning.assignment.joint import SlotColumns, add_slots, overlaps
from kansa.planning.assignment.rows import TeamProgram, team_program
from kansa.planning.assignment.schedule import has_slots_for_all, scheduled
from kansa.planning.assignment.solve import named_teams
from kansa.planning.assignment.steps import Step, slot_steps, team_steps
from kansa.planning.assignment.values import RULES_JA, AssignmentCase, Breach, Team
from kansa.planning.program import Outcome, Search

JOINT_SIZE = 1000  # tasks x slots up to which teams and slots may be repaired in one program
JOINT_SECONDS = 1.0  # that this program may take, and the search for its contradiction as much again
CUTS = 60
CERTIFICATE_SECONDS = 2.0  # that counting may take to show a contradiction; where it does, a tenth is enough
Conflict = tuple[tuple[str, ...], bool, tuple[tuple[str, str, str], ...]]  # rules, minimal or not, where


@dataclass(frozen=True, slots=True)
class Impossible:
    """`rules`: kinds of rules that contradict each other; none of them can be left out of the contradiction.

    `is_minimal` is false when time ran out first. `steps`: the way out; `is_cheapest` when no cheaper one exists.
    `teams`: the plan after these steps. `unnamed`: breaches that the checker found and no step names; must be empty.
    `where`: (rule, audit, person) that contradict by counting: enough for the contradiction, not always the fewest;
    empty when counting does not show it.
    """

    rules: tuple[str, ...]
    is_minimal: bool
    steps: tuple[Step, ...]
    price: int | None
    is_cheapest: bool
    teams: tuple[Team, ...]
    unnamed: tuple[Breach, ...]
    seconds: float
    where: tuple[tuple[str, str, str], ...] = ()

    @property
    def rules_ja(self) -> str:
        """The contradicting kinds in Japanese."""
        return "、".join(f"「{RULES_JA[rule]}」" for rule in self.rules)


@dataclass(slots=True)
class Elastic:
    """The priced program of one question, solved several times with rules switched on and off."""

    case: AssignmentCase
    built: TeamProgram
    slots: SlotColumns
    is_joint: bool
    seconds: float = 0.0

    def columns(self) -> dict[int, tuple[str, ...]]:
        """Every column that stands for a broken rule, with the rules it breaks."""
        found: dict[int, tuple[str, ...]] = {column: (instance[0],) for instance, column in self.built.slack.items()}
        found |= {self.built.chosen[pair]: rules for pair, rules in self.built.barred.items()}
        found.update({self.slots.held[key]: ("availability",) for key in self.slots.opened})
        found |= dict.fromkeys(self.slots.cleared.values(), ("availability",))
        return found | dict.fromkeys(self.slots.crowded.values(), ("capacity",))

    def solve(self, search: Search) -> Outcome:
        """Solves, and adds rows for people who would be in two places at once until nobody is."""
        for _ in range(CUTS):
            outcome = self.built.program.solve(replace(search, seconds=max(0.1, search.seconds - self.seconds)))
            self.seconds += outcome.seconds
            missing = overlaps(self.case, self.built, self.slots, outcome.values) if outcome.values else []
            if not missing:
                return outcome
            if self.seconds >= search.seconds:
                break
            for terms in missing:
                self.built.program.row([(column, 1) for column in terms], upper=3)
        return replace(outcome, status="unknown", values=(), objective=None, bound=None)


@dataclass(frozen=True, slots=True)
class WayOut:
    """One repaired plan, before the checker has seen it."""

    steps: tuple[Step, ...]
    teams: tuple[Team, ...]
    is_cheapest: bool

    @property
    def price(self) -> int:
        """All steps together."""
        return sum(step.price for step in self.steps)


def why_impossible(case: AssignmentCase, search: Search | None = None) -> Impossible:
    """The contradiction and the cheapest way out. For a year that has a plan: no rules, no steps, price 0.

    Teams are repaired first and slots for them afterwards. Where that is not proved cheapest and the year is small, one
    program does both, for a limited time.
    """
    asked, ready = search or Search(seconds=20), settled(case)
    apart = Elastic(ready, team_program(ready, candidates(ready), is_priced=True), SlotColumns(), False)
    best = apart.solve(asked)
    if best.objective is None:
        return Impossible((), False, (), None, False, (), (), apart.seconds)
    way, joint = _way_out(apart, best, asked), None
    if not way.is_cheapest and way.price and len(scheduled(ready)) * len(ready.slots) <= JOINT_SIZE:
        joint = _joint(ready)
        brief = replace(asked, seconds=min(asked.seconds, JOINT_SECONDS))
        other = joint.solve(brief)
        if other.values and (better := _way_out(joint, other, asked)).price <= way.price:
            way = better
    if best.objective:
        rules, is_minimal, where = conflict(apart, asked, best.values)
    else:
        rules, is_minimal, where = _conflict_of_slots(ready, way, joint, asked)
    found = unnamed(ready, way.teams, way.steps)
    seconds = apart.seconds + (joint.seconds if joint else 0)
    return Impossible(rules, is_minimal, way.steps, way.price, way.is_cheapest, way.teams, found, seconds, where)


def _joint(case: AssignmentCase) -> Elastic:
    # With slots in the same program, a person without a common slot is its matter, not the pair's.
    built = team_program(case, candidates(case), ("availability",), is_priced=True)
    return Elastic(case, built, add_slots(case, built), True)


def _way_out(elastic: Elastic, best: Outcome, asked: Search) -> WayOut:
    case, built = elastic.case, elastic.built
    teams = built.teams(best.values)
    steps = team_steps(case, built, best.values)
    held, later, is_exact = slot_steps(case, elastic.slots, elastic.is_joint, teams, best.values, asked)
    # A person without a common slot: the second stage says which one has to be cleared.
    every = (*(step for step in steps if step.rule != "availability" or not scheduled(case)), *later)
    is_cheapest = best.status == "optimal" and is_exact and (elastic.is_joint or not _may_clear(built))
    price = sum(step.price for step in every)
    return WayOut(every, named_teams(case, teams, held), is_cheapest or not price)


def _may_clear(built: TeamProgram) -> bool:
    """True when teams alone pay for slots by the person, although one slot cleared might serve two."""
    return any("availability" in rules for rules in built.barred.values())


def _conflict_of_slots(case: AssignmentCase, way: WayOut, joint: Elastic | None, asked: Search) -> Conflict:
    """Teams alone are possible: what contradicts when slots are added?"""
    if not way.price:
        return (), True, ()
    if not has_slots_for_all(case, asked):
        roomy = tuple(replace(slot, capacity=None) for slot in case.slots)
        wide = replace(case, slots=roomy, rules=replace(case.rules, site_capacity=None))
        return (("capacity",) if has_slots_for_all(wide, asked) else ("availability",)), True, ()
    if joint is not None:
        found = conflict(joint, replace(asked, seconds=joint.seconds + JOINT_SECONDS))
        if found[1]:
            return found
    return tuple(sorted({step.rule for step in way.steps})), False, ()


def conflict(elastic: Elastic, search: Search, best_values: tuple[int, ...] = ()) -> Conflict:
    """Kinds of rules that cannot hold together, each of them needed for that: leave one out, and there is a plan."""
    costs, tops = elastic.built.program.cost, elastic.built.program.upper
    columns = elastic.columns()
    kept_cost, kept_top = list(costs), list(tops)
    prices = elastic.case.rules.repair_prices
    kinds = sorted({rule for rules in columns.values() for rule in rules}, key=lambda rule: (prices[rule], rule))
    # Where rows contradict by counting, rules that are not among them are innocent, save those that bar pairs.
    columns_only = {rule for rules in elastic.built.barred.values() for rule in rules}
    guilty = _guilty(elastic, columns)
    # An even load is the weakest of all reasons: tried first. Rules that the way out does not touch are probably
    # innocent: tried together.
    touched = {rule for column, rules in columns.items() if best_values and best_values[column] for rule in rules}
    doubtful = touched | {"load", "max_audits"}
    costs[:] = [0] * len(costs)
    off: set[str] = {kind for kind in kinds if guilty and kind not in guilty | columns_only}
    is_minimal = True
    left = [kind for kind in kinds if kind not in off]
    waiting = [[kind for kind in left if kind == "load"], [kind for kind in left if kind not in doubtful]]
    waiting += [[kind] for kind in left if kind in doubtful - {"load"}]
    while waiting:
        block = waiting.pop(0)
        if not block or (len(block) == 1 and touched and touched <= off | set(block)):
            continue  # the way out itself shows a plan without this rule
        if elastic.seconds > search.seconds:
            is_minimal = False
        elif _is_impossible(elastic, columns, kept_top, off | set(block), search, not guilty >= set(block)):
            off |= set(block)
        elif len(block) > 1:
            waiting[:0] = [block[: len(block) // 2], block[len(block) // 2 :]]
    _switch(elastic, columns, kept_top, off)
    where = _where(elastic)
    costs[:], tops[:] = kept_cost, kept_top
    return tuple(kind for kind in RULES_JA if kind in kinds and kind not in off), is_minimal, where


def _guilty(elastic: Elastic, columns: dict[int, tuple[str, ...]]) -> set[str]:
    """Rules of rows that contradict by counting when nothing may be broken; none when that is not the reason."""
    tops = list(elastic.built.program.upper)
    _switch(elastic, columns, tops, ())
    rows = elastic.built.program.contradiction(CERTIFICATE_SECONDS)
    elastic.built.program.upper[:] = tops
    labels = elastic.built.labels
    return {labels[row][0] for row in rows} if all(row in labels for row in rows) else set()


def _where(elastic: Elastic) -> tuple[tuple[str, str, str], ...]:
    """Rule, audit and person of the rows that contradict by counting, as the rules are switched now."""
    case, labels = elastic.case, elastic.built.labels
    instances = {labels[row] for row in elastic.built.program.contradiction(CERTIFICATE_SECONDS) if row in labels}
    return tuple(
        sorted(
            (
                rule,
                case.tasks[task].code if task >= 0 else "",
                case.auditors[auditor].staff_number if auditor >= 0 else "",
            )
            for rule, auditor, task in instances
        )
    )


def _switch(elastic: Elastic, columns: dict[int, tuple[str, ...]], tops: list[int], off: Collection[str]) -> None:
    """Lets only the rules in `off` be broken."""
    for column, rules in columns.items():
        elastic.built.program.upper[column] = tops[column] if all(rule in off for rule in rules) else 0


def _is_impossible(
    elastic: Elastic,
    columns: dict[int, tuple[str, ...]],
    tops: list[int],
    off: Collection[str],
    search: Search,
    is_likely: bool,
) -> bool:
    """True when there is no plan although the rules in `off` may be broken. Likely ones are counted longer first."""
    _switch(elastic, columns, tops, off)
    program = elastic.built.program
    return program.is_empty_even_in_fractions(1.0 if is_likely else 0.3) or elastic.solve(search).status == "infeasible"


def unnamed(case: AssignmentCase, teams: tuple[Team, ...], steps: tuple[Step, ...]) -> tuple[Breach, ...]:
    """Blocking breaches of the repaired plan whose rule no step names for this audit or this person."""
    named = {(step.rule, step.task_code, step.staff_number) for step in steps}
    tasks = {(rule, task) for rule, task, _person in named if task}
    people = {(rule, person) for rule, _task, person in named if person}
    everywhere = {rule for rule, task, person in named if not task and not person}
    return tuple(
        one
        for one in blocking(case, teams)
        if one.rule not in everywhere
        and (one.rule, one.task_code) not in tasks
        and (one.rule, one.staff_number) not in people
    )
