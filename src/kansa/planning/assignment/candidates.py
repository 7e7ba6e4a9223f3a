"""Which auditor could take which audit, at what cost, and which rules stand against it? The model's own derivation.

Successions are followed forwards, from the past to the audited year. The checker asks `core.independence`, which
follows them backwards: both must agree, and a test compares them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from kansa.core.year import Succession
from kansa.planning.assignment.values import AssignmentCase, Auditor, AuditTask

NEVER = frozenset({"own_department", "related_department"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """One auditor for one audit: `cost` of the pair, `barred` by these rules (empty: allowed), fixed or not."""

    auditor: int
    task: int
    cost: int
    barred: frozenset[str]
    is_fixed: bool


def candidates(case: AssignmentCase) -> list[Candidate]:
    """Every pair, in the order of the case (which has to be settled)."""
    former, related = _heirs_of_former(case), _related(case)
    fixed = {(pair.staff_number, pair.task_code): pair.is_override for pair in case.fixed}
    excluded = {(pair.staff_number, pair.task_code) for pair in case.excluded}
    minutes = {(one.from_site, one.to_site): one.minutes for one in case.travel}
    free = [free_slots(case, task) if task.needs_slot and case.slots else None for task in case.tasks]
    found = []
    for place, one in enumerate(case.auditors):
        own = own_departments(case, one)
        gone_to = {code for post in one.posts for code in former.get((post.fiscal_year, post.department_code), ())}
        near = {code for mine in own for code in related[mine]}
        for number, task in enumerate(case.tasks):
            key = (one.staff_number, task.code)
            barred = set()
            if task.department_code in own:
                barred.add("own_department")
            elif task.department_code in near:
                barred.add("related_department")
            was_there = task.department_code in gone_to and task.department_code not in own
            if was_there and case.rules.former_post_rule == "block":
                barred.add("former_post")
            if (slots := free[number]) is not None and slots <= one.busy_slots:
                barred.add("availability")
            if key in excluded:
                barred.add("excluded")
            if fixed.get(key):
                barred &= NEVER | {"availability"}
            cost = _cost(case, one, task, minutes) + was_there * case.rules.warning_weight * (
                case.rules.former_post_rule == "warn"
            )
            found.append(Candidate(place, number, cost, frozenset(barred), key in fixed))
    return found


def own_departments(case: AssignmentCase, one: Auditor) -> frozenset[str]:
    """Where the person works in the audited year."""
    return frozenset(post.department_code for post in one.posts if post.fiscal_year == case.fiscal_year)


def free_slots(case: AssignmentCase, task: AuditTask) -> frozenset[str]:
    """The slots this audit may be held in, before anybody is asked."""
    settled = {one.slot_id for one in case.fixed_slots if one.task_code == task.code}
    allowed = frozenset(slot.slot_id for slot in case.slots) if task.slots is None else task.slots
    return allowed & settled if settled else allowed


def team_size(case: AssignmentCase, task: AuditTask) -> int:
    """How many people audit: the task's own number, else that of the rules."""
    return case.rules.team_size if task.team_size is None else task.team_size


def even_level(demand: int, limits: list[int]) -> int:
    """The most audits everybody can take (up to the own limit) before `demand` is used up."""
    level = 0
    while level < max(limits, default=0) and sum(min(limit, level + 1) for limit in limits) <= demand:
        level += 1
    return level


def loads(case: AssignmentCase, pairs: list[Candidate]) -> list[tuple[int, int]]:
    """Fewest and most audits of every auditor when all is spread evenly; tolerance and fixed pairs included."""
    open_to = Counter(pair.auditor for pair in pairs if not pair.barred)
    settled = Counter(pair.auditor for pair in pairs if pair.is_fixed)
    tops = [len(case.tasks) if one.max_audits is None else one.max_audits for one in case.auditors]
    limits = [min(open_to[place], top) for place, top in enumerate(tops)]
    demand = sum(team_size(case, task) for task in case.tasks)
    level, spare = even_level(demand, limits), case.rules.load_tolerance
    ceiling = level + (sum(min(limit, level) for limit in limits) < demand)
    return [
        (max(0, min(limit, level) - spare), max(min(top, ceiling + spare), settled[place]))
        for place, (limit, top) in enumerate(zip(limits, tops, strict=True))
    ]


def _cost(case: AssignmentCase, one: Auditor, task: AuditTask, minutes: Mapping[tuple[str, str], int]) -> int:
    rules = case.rules
    cost = 0
    if one.site and task.site and one.site != task.site:
        there = minutes.get((one.site, task.site), minutes.get((task.site, one.site), rules.unknown_travel_minutes))
        cost += -(-there * rules.travel_weight // 10)
    if task.department_code in one.preferred_departments:
        cost -= rules.preferred_weight
    if task.department_code in one.avoided_departments:
        cost += rules.avoided_weight
    return cost


def _steps(successions: tuple[Succession, ...]) -> dict[int, tuple[dict[str, set[str]], set[str]]]:
    """Per year: where codes went on 1 April, and codes that are somebody else's new name since."""
    steps: dict[int, tuple[dict[str, set[str]], set[str]]] = defaultdict(lambda: (defaultdict(set), set()))
    for change in successions:
        went, taken = steps[change.fiscal_year]
        if change.successor_code:
            went[change.predecessor_code].add(change.successor_code)
        if change.kind == "renamed":
            taken.add(change.successor_code)
    return steps


def _heirs(
    steps: Mapping[int, tuple[dict[str, set[str]], set[str]]], code: str, first: int, last: int
) -> frozenset[str]:
    """What a code of `first` has become by `last`."""
    codes = {code}
    for year in range(first + 1, last + 1):
        went, taken = steps.get(year, ({}, set()))
        codes = {heir for one in codes for heir in went.get(one, ())} | (codes - taken)
    return frozenset(codes)


def _heirs_of_former(case: AssignmentCase) -> dict[tuple[int, str], frozenset[str]]:
    """(year, code) of every former post within the look-back -> departments of this year that stand for it."""
    steps = _steps(case.successions)
    year = case.fiscal_year
    posts = {post for one in case.auditors for post in one.posts}
    return {
        (post.fiscal_year, post.department_code): _heirs(steps, post.department_code, post.fiscal_year, year)
        for post in posts
        if year - case.rules.former_post_years <= post.fiscal_year < year
    }


def _related(case: AssignmentCase) -> dict[str, frozenset[str]]:
    """Own department -> departments it came from or, until the next 1 April, becomes."""
    steps = _steps(case.successions)
    first, last = case.fiscal_year - max(case.rules.former_post_years, 1), case.fiscal_year + 1
    own = {code for one in case.auditors for code in own_departments(case, one)}
    audited = {task.department_code for task in case.tasks}
    later = {code: _heirs(steps, code, first, last) for code in own | audited}
    return {
        mine: frozenset(code for code in audited if mine != code and (mine in later[code] or code in later[mine]))
        for mine in own
    }
