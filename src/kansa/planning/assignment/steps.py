"""What exactly has to give way in a repaired plan? Every step in Japanese, with its audit, its person and its price."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kansa.planning.assignment.candidates import free_slots, own_departments
from kansa.planning.assignment.joint import SlotColumns
from kansa.planning.assignment.rows import TeamProgram
from kansa.planning.assignment.schedule import UNSCHEDULED, scheduled
from kansa.planning.assignment.values import AssignmentCase
from kansa.planning.calendar.slots import HALVES
from kansa.planning.program import Program, Search


@dataclass(frozen=True, slots=True)
class Step:
    """One rule given up `amount` times, at `price` in all; `task_code` or `staff_number` is "" where none is meant."""

    rule: str
    task_code: str
    staff_number: str
    amount: int
    price: int
    words_ja: str


def team_steps(case: AssignmentCase, built: TeamProgram, values: tuple[int, ...]) -> tuple[Step, ...]:
    """What the teams need."""
    found = []
    prices = case.rules.repair_prices
    for pair, rules in built.barred.items():
        if values[built.chosen[pair]]:
            found += [_step(case, (rule, *pair), 1, prices[rule]) for rule in rules]
    for instance, column in built.slack.items():
        if amount := values[column]:
            if instance[0] in ("mutual_audit", "head_audit"):
                found += _mutual_steps(case, built, values, instance, prices[instance[0]])
            else:
                found.append(_step(case, instance, amount, amount * prices[instance[0]]))
    return tuple(sorted(found, key=lambda step: (step.task_code, step.staff_number, step.rule)))


def _step(case: AssignmentCase, instance: tuple[str, int, int], amount: int, price: int) -> Step:
    rule, auditor, task = instance
    who = f"監査員「{case.auditors[auditor].name_ja}」" if auditor >= 0 else ""
    what = f"監査「{case.tasks[task].code}」" if task >= 0 else ""
    words: dict[str, Callable[[], str]] = {
        "load": lambda: f"{who}の担当件数を均等な件数から{amount}件外す",
        "max_audits": lambda: f"{who}の担当件数の上限を{amount}件増やす",
        "availability": lambda: f"{who}の日程を{what}のために{amount}件空ける",
        "experienced": lambda: f"{what}の班に経験者が{amount}人足りないことを認める（又は経験者を増やす）",
        "trained": lambda: f"{what}の班に研修修了者が{amount}人足りないことを認める（又は研修を行う）",
        "lead": lambda: f"{what}の班に主任監査員が{amount}人足りないことを認める",
        "former_post": lambda: f"{who}が過去に在籍した所属の{what}を担当することを認める",
        "team_size": lambda: f"{what}の班を{amount}人減らす（又は監査員を増やす）",
        "excluded": lambda: f"{who}を{what}から外す指定を取り消す",
        "fixed": lambda: f"{who}の{what}への固定を外す",
    }
    number = case.auditors[auditor].staff_number if auditor >= 0 else ""
    return Step(rule, case.tasks[task].code if task >= 0 else "", number, amount, price, f"{words[rule]()}。")


def _mutual_steps(
    case: AssignmentCase, built: TeamProgram, values: tuple[int, ...], instance: tuple[str, int, int], price: int
) -> list[Step]:
    """Both directions of a mutual audit; the price is paid once."""
    rule, auditor, task = instance
    other = case.tasks[task].department_code
    found: list[Step] = []
    for own in sorted(own_departments(case, case.auditors[auditor])):
        for (person, place), column in built.chosen.items():
            there = {own, other} == {case.tasks[place].department_code, *own_departments(case, case.auditors[person])}
            if values[column] and there:
                names = "」と「".join(case.departments.get(code, code) for code in (own, other))
                words = f"「{names}」の相互監査を認める（{case.auditors[person].name_ja}・{case.tasks[place].code}）。"
                paid = 0 if found else price
                found.append(Step(rule, case.tasks[place].code, case.auditors[person].staff_number, 1, paid, words))
    return found


def slot_steps(
    case: AssignmentCase,
    slots: SlotColumns,
    is_joint: bool,
    teams: Sequence[Collection[int]],
    values: tuple[int, ...],
    search: Search,
) -> tuple[dict[int, str], tuple[Step, ...], bool]:
    """Slots of all teams, what has to be cleared for them, and whether nothing cheaper is possible."""
    if not scheduled(case):
        return {}, (), True
    if is_joint:
        held = {place: slot for (place, slot), column in slots.held.items() if values[column]}
        over = {key: values[column] for key, column in slots.crowded.items() if values[column]}
        return held, _steps_of(case, teams, held, over), True
    held, over, is_best = _cleared(case, teams, search)
    steps = _steps_of(case, teams, held, over)
    return held, steps, is_best and not steps


def _cleared(
    case: AssignmentCase, teams: Sequence[Collection[int]], search: Search
) -> tuple[dict[int, str], dict[tuple[str, str], int], bool]:
    """The second stage with prices: any slot may be taken, whoever is busy in it has to clear it."""
    program, prices = Program(), case.rules.repair_prices
    held: dict[tuple[int, str], int] = {}
    shared: dict[tuple[str, object, str], list[int]] = {}
    price = prices.get("availability", UNSCHEDULED)
    for place in scheduled(case):
        task, mine = case.tasks[place], free_slots(case, case.tasks[place])
        for slot in case.slots:
            busy = sum(slot.slot_id in case.auditors[one].busy_slots for one in teams[place])
            held[place, slot.slot_id] = program.variable(cost=price * (busy + (slot.slot_id not in mine)))
            kinds = [("slot", ""), ("department", task.department_code), *(("auditor", one) for one in teams[place])]
            for kind, what in [*kinds, *([("site", task.site)] if task.site else [])]:
                shared.setdefault((kind, what, slot.slot_id), []).append(held[place, slot.slot_id])
        program.row([(held[place, slot.slot_id], 1) for slot in case.slots], 1, 1)
    capacity = {slot.slot_id: slot.capacity for slot in case.slots}
    crowded: dict[tuple[str, str], int] = {}
    for (kind, what, slot_id), together in shared.items():
        most = {"slot": capacity[slot_id], "site": case.rules.site_capacity}.get(kind, 1)
        if most is None or len(together) <= most:
            continue
        terms = [(column, 1) for column in together]
        if kind in ("slot", "site"):
            crowded[str(what), slot_id] = program.variable(0, len(together), prices.get("capacity", UNSCHEDULED))
            terms.append((crowded[str(what), slot_id], -1))
        program.row(terms, upper=most)
    outcome = program.solve(search)
    if not outcome.values:
        return {}, {}, False
    return (
        {place: slot for (place, slot), column in held.items() if outcome.values[column]},
        {key: outcome.values[column] for key, column in crowded.items() if outcome.values[column]},
        outcome.status == "optimal",
    )


def _steps_of(
    case: AssignmentCase, teams: Sequence[Collection[int]], held: dict[int, str], over: dict[tuple[str, str], int]
) -> tuple[Step, ...]:
    prices = case.rules.repair_prices
    price = prices.get("availability", UNSCHEDULED)
    when = {slot.slot_id: f"{slot.on.month}月{slot.on.day}日{HALVES[slot.half]}" for slot in case.slots}
    found = []
    for place, slot_id in sorted(held.items()):
        task = case.tasks[place]
        if slot_id not in free_slots(case, task):
            words = f"監査「{task.code}」の日程を１件増やす（{when[slot_id]}）。"
            found.append(Step("availability", task.code, "", 1, price, words))
        for one in sorted(teams[place]):
            if slot_id in case.auditors[one].busy_slots:
                person = case.auditors[one]
                words = f"監査員「{person.name_ja}」の日程を１件空ける（{when[slot_id]}、監査「{task.code}」）。"
                found.append(Step("availability", task.code, person.staff_number, 1, price, words))
    for place in scheduled(case):
        if place not in held:
            words = f"監査「{case.tasks[place].code}」のために時間枠を増やす。"
            found.append(Step("availability", case.tasks[place].code, "", 1, price, words))
    for (site, slot_id), amount in sorted(over.items()):
        where = f"「{site}」で" if site else ""
        words = f"{where}{when[slot_id]}に行える件数を{amount}件増やす。"
        found.append(Step("capacity", "", "", amount, amount * prices.get("capacity", UNSCHEDULED), words))
    return tuple(found)
