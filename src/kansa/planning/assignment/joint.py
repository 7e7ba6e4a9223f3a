"""How are teams and slots chosen in one program? The way out when teams chosen first keep ending without a slot."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import combinations

from kansa.planning.assignment.candidates import free_slots, team_size
from kansa.planning.assignment.rows import TeamProgram
from kansa.planning.assignment.schedule import scheduled
from kansa.planning.assignment.values import AssignmentCase


@dataclass(slots=True)
class SlotColumns:
    """Columns by (task, slot); in a priced program also what a slot costs that somebody has to clear."""

    held: dict[tuple[int, str], int] = field(default_factory=dict)
    cleared: dict[tuple[int, str], int] = field(default_factory=dict)  # how many people must clear that slot
    opened: set[tuple[int, str]] = field(default_factory=set)  # slots outside those of the audit, at a price
    crowded: dict[tuple[str, str], int] = field(default_factory=dict)  # (site or "", slot): audits over the capacity


def add_slots(case: AssignmentCase, built: TeamProgram) -> SlotColumns:
    """Adds a column per task and slot: whoever is not free cannot be in the team. Clashes of a person are cut later."""
    found = SlotColumns()
    price = case.rules.repair_prices.get("availability") if built.is_priced else None
    shared: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for place in scheduled(case):
        task, mine = case.tasks[place], free_slots(case, case.tasks[place])
        for slot in case.slots:
            key = (place, slot.slot_id)
            if slot.slot_id not in mine:
                if price is None:
                    continue
                found.opened.add(key)
            found.held[key] = built.program.variable(cost=0 if slot.slot_id in mine else price or 0)
            shared["department", task.department_code, slot.slot_id].append(found.held[key])
            shared["slot", "", slot.slot_id].append(found.held[key])
            if task.site:
                shared["site", task.site, slot.slot_id].append(found.held[key])
        columns = [column for (number, _slot), column in found.held.items() if number == place]
        built.program.row([(column, 1) for column in columns], 1, 1)
    _capacities(case, built, found, shared)
    _free_only(case, built, found, price)
    return found


def _capacities(
    case: AssignmentCase, built: TeamProgram, found: SlotColumns, shared: dict[tuple[str, str, str], list[int]]
) -> None:
    capacity = {slot.slot_id: slot.capacity for slot in case.slots}
    price = case.rules.repair_prices.get("capacity") if built.is_priced else None
    for (kind, what, slot_id), together in shared.items():
        most = {"slot": capacity[slot_id], "site": case.rules.site_capacity, "department": 1}[kind]
        if most is None or len(together) <= most:
            continue
        terms = [(column, 1) for column in together]
        if price is not None and kind != "department":
            found.crowded[what, slot_id] = built.program.variable(0, len(together), price)
            terms.append((found.crowded[what, slot_id], -1))
        built.program.row(terms, upper=most)


def _free_only(case: AssignmentCase, built: TeamProgram, found: SlotColumns, price: int | None) -> None:
    people: dict[int, list[int]] = defaultdict(list)
    for auditor, task in built.chosen:
        people[task].append(auditor)
    for (place, slot_id), column in found.held.items():
        size = team_size(case, case.tasks[place])
        busy = [one for one in people[place] if slot_id in case.auditors[one].busy_slots]
        if not busy:
            continue
        terms = [*((built.chosen[one, place], 1) for one in busy), (column, size)]
        if price is not None:
            found.cleared[place, slot_id] = built.program.variable(0, size, price)
            terms.append((found.cleared[place, slot_id], -1))
        built.program.row(terms, upper=size)


def overlaps(case: AssignmentCase, built: TeamProgram, slots: SlotColumns, values: tuple[int, ...]) -> list[list[int]]:
    """Rows that are missing: somebody in two teams whose slot is the same, in every slot both tasks could share."""
    at: dict[int, str] = {place: slot for (place, slot), column in slots.held.items() if values[column]}
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
                if pair[0] in slots.held and pair[1] in slots.held:
                    both = [built.chosen[auditor, one], built.chosen[auditor, other]]
                    found.append([*both, slots.held[pair[0]], slots.held[pair[1]]])
    return found
