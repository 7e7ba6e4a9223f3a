"""How are teams and slots chosen in one program? The way out when teams chosen first keep ending without a slot."""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

from kansa.planning.assignment.candidates import free_slots, team_size
from kansa.planning.assignment.rows import TeamProgram
from kansa.planning.assignment.schedule import scheduled
from kansa.planning.assignment.values import AssignmentCase


def add_slots(case: AssignmentCase, built: TeamProgram) -> dict[tuple[int, str], int]:
    """Adds a column per task and slot: whoever is not free cannot be in the team. Clashes of a person are cut later."""
    columns: dict[tuple[int, str], int] = {}
    shared: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place in scheduled(case):
        task = case.tasks[place]
        for slot_id in sorted(free_slots(case, task)):
            columns[place, slot_id] = built.program.variable()
            shared["department", task.department_code, slot_id].append(columns[place, slot_id])
            shared["slot", "", slot_id].append(columns[place, slot_id])
            if task.site:
                shared["site", task.site, slot_id].append(columns[place, slot_id])
        mine = [(column, 1) for (number, _slot), column in columns.items() if number == place]
        built.program.row(mine, 1, 1)
    capacity = {slot.slot_id: slot.capacity for slot in case.slots}
    for (kind, _what, slot_id), together in shared.items():
        most = {"slot": capacity[slot_id], "site": case.rules.site_capacity, "department": 1}[kind]
        if most is not None and len(together) > most:
            built.program.row([(column, 1) for column in together], upper=most)
    _free_only(case, built, columns)
    return columns


def _free_only(case: AssignmentCase, built: TeamProgram, columns: dict[tuple[int, str], int]) -> None:
    people: dict[int, list[int]] = defaultdict(list)
    for auditor, task in built.chosen:
        people[task].append(auditor)
    for (place, slot_id), column in columns.items():
        size = team_size(case, case.tasks[place])
        busy = [one for one in people[place] if slot_id in case.auditors[one].busy_slots]
        if busy:
            built.program.row([*((built.chosen[one, place], 1) for one in busy), (column, size)], upper=size)


def overlaps(
    case: AssignmentCase, built: TeamProgram, columns: dict[tuple[int, str], int], values: tuple[int, ...]
) -> list[list[int]]:
    """Rows that are missing: somebody in two teams whose slot is the same, in every slot both tasks could share."""
    at: dict[int, str] = {place: slot for (place, slot), column in columns.items() if values[column]}
    work: dict[int, list[int]] = defaultdict(list)
    for (auditor, task), column in built.chosen.items():
        if values[column] and task in at:
            work[auditor].append(task)
    found = []
    for auditor, tasks in work.items():
        for one, other in combinations(tasks, 2):
            if at[one] != at[other]:
                continue
            for slot in case.slots:
                pair = (one, slot.slot_id), (other, slot.slot_id)
                if pair[0] in columns and pair[1] in columns:
                    both = [built.chosen[auditor, one], built.chosen[auditor, other]]
                    found.append([*both, columns[pair[0]], columns[pair[1]]])
    return found
