"""How good would a plan be that fills one audit after another? The baseline that the solver is measured against.

Without a solver: the audit with the fewest people first, for each the cheapest people with the fewest audits so far,
then the first slot that is free for all. Audits that find nobody stay short, and the checker says so.
"""

from __future__ import annotations

from collections import Counter

from kansa.planning.assignment.asking import settled
from kansa.planning.assignment.candidates import Candidate, candidates, free_slots, own_departments, team_size
from kansa.planning.assignment.schedule import scheduled
from kansa.planning.assignment.solve import named_teams
from kansa.planning.assignment.values import AssignmentCase, Team


def greedy(case: AssignmentCase) -> tuple[Team, ...]:
    """Teams as an unhurried person would fill them in; they may break rules."""
    ready = settled(case)
    open_pairs: list[list[Candidate]] = [[] for _ in ready.tasks]
    for pair in candidates(ready):
        if not pair.barred:
            open_pairs[pair.task].append(pair)
    work: Counter[int] = Counter()
    going: set[tuple[str, str]] = set()
    taken: set[tuple[object, str]] = set()
    teams: list[list[int]] = [[] for _ in ready.tasks]
    held: dict[int, str] = {}
    for place in sorted(range(len(ready.tasks)), key=lambda place: (len(open_pairs[place]), place)):
        teams[place] = _team(ready, place, open_pairs[place], work, going)
        slot_id = _slot(ready, place, teams[place], taken)
        if slot_id is not None:
            held[place] = slot_id
            taken |= {(one, slot_id) for one in teams[place]} | {(ready.tasks[place].department_code, slot_id)}
        work.update(teams[place])
        for one in teams[place]:
            going |= {(own, ready.tasks[place].department_code) for own in own_departments(ready, ready.auditors[one])}
    return named_teams(ready, teams, held)


def _team(
    case: AssignmentCase, place: int, pairs: list[Candidate], work: Counter[int], going: set[tuple[str, str]]
) -> list[int]:
    """The cheapest person for each role that is still missing, then whoever is cheapest."""
    task, chosen = case.tasks[place], list[int]()
    ordered = sorted(pairs, key=lambda pair: (work[pair.auditor], pair.cost, pair.auditor))
    fitting = [
        pair.auditor
        for pair in ordered
        if not any((task.department_code, own) in going for own in own_departments(case, case.auditors[pair.auditor]))
        and work[pair.auditor] < (case.auditors[pair.auditor].max_audits or len(case.tasks))
    ]
    for is_wanted in (True, False):
        for one in fitting:
            person = case.auditors[one]
            has_experience = any(case.auditors[other].is_experienced for other in chosen)
            useful = person.is_experienced and not has_experience
            if len(chosen) < team_size(case, task) and one not in chosen and (useful or not is_wanted):
                chosen.append(one)
    return chosen


def _slot(case: AssignmentCase, place: int, team: list[int], taken: set[tuple[object, str]]) -> str | None:
    """The first slot in which everybody and the department are free."""
    task = case.tasks[place]
    if place not in scheduled(case):
        return None
    allowed = free_slots(case, task)
    for slot in case.slots:
        is_free = not any(slot.slot_id in case.auditors[one].busy_slots or (one, slot.slot_id) in taken for one in team)
        if slot.slot_id in allowed and is_free and (task.department_code, slot.slot_id) not in taken:
            return slot.slot_id
    return None
