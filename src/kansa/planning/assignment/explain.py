"""Why not this auditor for that audit, and why this team? Concerns, load, slots, and what another choice would cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from kansa.core.errors import InputError, Place, Refusal
from kansa.planning.assignment.checker.breaches import check
from kansa.planning.assignment.checker.costs import pair_costs, team_cost
from kansa.planning.assignment.checker.standing import Standing
from kansa.planning.assignment.solve import assign
from kansa.planning.assignment.values import AssignmentCase, AssignmentPlan, Breach, Pair, Team
from kansa.planning.program import Search


@dataclass(frozen=True, slots=True)
class WhyNot:
    """`breaches`: what stands against this person taking the place of `instead_of` as the plan is.

    `extra_cost`: what the best plan with this person there costs more; None when there is none or nobody asked.
    `is_proved`: the extra cost is the least possible. `words_ja`: the answer in sentences.
    """

    staff_number: str
    task_code: str
    is_assigned: bool
    instead_of: str
    breaches: tuple[Breach, ...]
    extra_cost: int | None
    is_proved: bool
    words_ja: tuple[str, ...]


def why_not(
    case: AssignmentCase, plan: AssignmentPlan, staff_number: str, task_code: str, search: Search | None = None
) -> WhyNot:
    """The answer for one pair. With `search` the year is solved once more with this pair fixed.

    Raises InputError for a person or an audit that the year does not have.
    """
    standing = Standing(case, plan.teams)
    one, task = standing.people.get(staff_number), standing.tasks.get(task_code)
    if one is None or task is None:
        what = staff_number if one is None else task_code
        raise InputError(Refusal("unknown", "この年度にありません。", Place(sheet="割当", column=what)))
    team = next((team for team in plan.teams if team.task_code == task_code), Team(task_code, ()))
    if staff_number in team.staff_numbers:
        return WhyNot(staff_number, task_code, True, "", (), 0, True, why_this_team(case, plan, task_code))
    out, found = _least_breaches(case, plan.teams, team, staff_number)
    words = [breach.reason_ja for breach in found]
    extra, is_proved = None, False
    if search is not None and plan.objective is not None:
        fixed = replace(case, fixed=(*case.fixed, Pair(staff_number, task_code)))
        other = assign(fixed, search)
        if other.objective is not None:
            extra, is_proved = other.objective - plan.objective, other.gap == 0 and plan.gap == 0
        words.append(_cost_ja(one.name_ja, other.status, extra, is_proved))
    if not words:
        words.append(f"「{one.name_ja}」も担当できます。今の班と規則の上での違いはありません。")
    return WhyNot(staff_number, task_code, False, out, found, extra, is_proved, tuple(words))


def _least_breaches(
    case: AssignmentCase, teams: tuple[Team, ...], team: Team, staff_number: str
) -> tuple[str, tuple[Breach, ...]]:
    """Whom of the team the person would replace with the fewest new breaches, and those breaches."""
    before = set(check(case, teams))
    best: tuple[int, str, tuple[Breach, ...]] | None = None
    for out in sorted(team.staff_numbers) or [""]:
        people = tuple(sorted({*team.staff_numbers, staff_number} - {out}))
        changed = replace(team, staff_numbers=people, lead="")
        swapped = tuple(changed if one.task_code == team.task_code else one for one in teams)
        found = tuple(breach for breach in check(case, swapped) if breach not in before)
        if best is None or len(found) < best[0]:
            best = (len(found), out, found)
    assert best is not None
    return best[1], best[2]


def _cost_ja(name: str, status: str, extra: int | None, is_proved: bool) -> str:
    if status == "infeasible":
        return f"「{name}」をこの監査に固定すると、すべての規則を満たす割当はありません。"
    if extra is None:
        return f"「{name}」をこの監査に固定した割当は、時間内に見つかりませんでした。"
    proof = "" if is_proved else "（最良であることは証明されていません）"
    if extra <= 0:
        return f"「{name}」をこの監査に固定しても、全体の費用は増えません{proof}。"
    return f"「{name}」をこの監査に固定すると、全体の費用が{extra}増えます{proof}。"


def why_this_team(case: AssignmentCase, plan: AssignmentPlan, task_code: str) -> tuple[str, ...]:
    """What the team of one audit brings, what it costs, and how far the whole plan is proved best."""
    standing = Standing(case, plan.teams)
    team = next((team for team in plan.teams if team.task_code == task_code), None)
    if team is None or task_code not in standing.tasks:
        return ("この監査に班はありません。",)
    task, words = standing.tasks[task_code], []
    for number in team.staff_numbers:
        one = standing.people[number]
        roles = [
            ja
            for is_so, ja in (
                (number == team.lead, "主任監査員"),
                (one.is_experienced, "経験者"),
                (one.is_trained, "研修修了"),
            )
            if is_so
        ]
        count = sum(number in other.staff_numbers for other in plan.teams)
        words.append(f"「{one.name_ja}」（{'・'.join(roles) or '役割なし'}）：この年度に{count}件を担当します。")
        words += [f"{part}（費用{cost:+d}）。" for part, cost in pair_costs(standing, one, task)]
    is_fixed = {pair.staff_number for pair in case.fixed if pair.task_code == task_code} & set(team.staff_numbers)
    words += [f"「{standing.people[number].name_ja}」は固定されています。" for number in sorted(is_fixed)]
    if team.slot_id is not None:
        words.append(f"{standing.slot_ja(team.slot_id)}は全員の予定が空いています。")
    if plan.gap == 0:
        words.append(f"班全体の費用{team_cost(case, plan.teams)}より小さい割当はないことが証明されています。")
    elif plan.gap is not None:
        words.append(f"班全体の費用は、最良との差が最大{plan.gap}です（証明の途中で止めました）。")
    return tuple(words)
