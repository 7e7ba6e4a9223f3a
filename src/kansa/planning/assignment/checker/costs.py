"""What does this plan cost, counted again from the teams alone? Must equal what the model says it minimised."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kansa.planning.assignment.checker.breaches import blocking
from kansa.planning.assignment.checker.standing import Standing
from kansa.planning.assignment.values import AssignmentCase, AssignmentPlan, Auditor, AuditTask, Team


def team_cost(case: AssignmentCase, teams: Sequence[Team]) -> int:
    """Travel, wishes, warnings and changes of the teams; wishes that are met count below zero."""
    return sum(cost for _words, cost in team_costs(case, teams))


def team_costs(case: AssignmentCase, teams: Sequence[Team]) -> list[tuple[str, int]]:
    """Every part of the cost with its words."""
    standing = Standing(case, teams)
    found = [part for one, task, _team in standing.known() for part in pair_costs(standing, one, task)]
    return [*found, *_mutual(standing), *_changes(standing)]


def pair_costs(standing: Standing, one: Auditor, task: AuditTask) -> Iterator[tuple[str, int]]:
    """What this person at this audit costs, part by part."""
    rules, where = standing.case.rules, standing.task_ja(task.code)
    if one.site != task.site and "" not in (one.site, task.site):
        minutes = rules.unknown_travel_minutes
        for way in standing.case.travel:
            if {way.from_site, way.to_site} == {one.site, task.site}:
                minutes = way.minutes
                break
        cost = (minutes * rules.travel_weight + 9) // 10
        yield f"{where}・{one.name_ja}：移動{minutes}分", cost
    if task.department_code in one.preferred_departments:
        yield f"{where}・{one.name_ja}：希望した所属", -rules.preferred_weight
    if task.department_code in one.avoided_departments:
        yield f"{where}・{one.name_ja}：避けたい所属", rules.avoided_weight
    if any(concern.code == "former_post" and not concern.is_blocking for concern in standing.about(one, task)):
        yield f"{where}・{one.name_ja}：過去の所属（注意）", rules.warning_weight


def _mutual(standing: Standing) -> Iterator[tuple[str, int]]:
    rules = standing.case.rules
    going = {(own, task.department_code) for one, task, _team in standing.known() for own in standing.own(one)}
    by_head = {
        (own, task.department_code) for one, task, _team in standing.known() if one.is_head for own in standing.own(one)
    }
    for own, other in sorted(going):
        if own < other and (other, own) in going:
            names = "・".join(standing.case.departments.get(code, code) for code in (own, other))
            if rules.mutual_audit_rule == "warn":
                yield f"相互監査（注意）：{names}", rules.warning_weight
            if rules.head_audit_rule == "warn" and by_head & {(own, other), (other, own)}:
                yield f"所属長との相互監査（注意）：{names}", rules.warning_weight


def _changes(standing: Standing) -> Iterator[tuple[str, int]]:
    now = {team.task_code: set(team.staff_numbers) for team in standing.teams}
    for team in standing.case.previous:
        for number in sorted(set(team.staff_numbers)):
            is_possible = team.task_code in standing.tasks and number in standing.people
            if is_possible and number not in now.get(team.task_code, set()):
                name = standing.people[number].name_ja
                words = f"{standing.task_ja(team.task_code)}：「{name}」を外す変更"
                yield words, standing.case.rules.change_weight


def slot_cost(case: AssignmentCase, teams: Sequence[Team]) -> int:
    """What the slots cost: outside the wanted ones, or moved."""
    tasks = {task.code: task for task in case.tasks}
    before = {team.task_code: team.slot_id for team in case.previous if team.slot_id is not None}
    cost = 0
    for team in teams:
        task = tasks.get(team.task_code)
        if task is None or team.slot_id is None:
            continue
        if task.wanted_slots and team.slot_id not in task.wanted_slots:
            cost += case.rules.slot_weight
        if before.get(team.task_code, team.slot_id) != team.slot_id:
            cost += case.rules.change_weight
    return cost


def faults(case: AssignmentCase, plan: AssignmentPlan) -> tuple[str, ...]:
    """Why a plan of the solver is not to be trusted, in Japanese; empty when it keeps all rules and its own figures."""
    if plan.objective is None:
        return ()
    found = [breach.reason_ja for breach in blocking(case, plan.teams)]
    if (cost := team_cost(case, plan.teams)) != plan.objective:
        found.append(f"班の費用は{cost}ですが、計画には{plan.objective}とあります。")
    if plan.slot_objective is not None and (cost := slot_cost(case, plan.teams)) != plan.slot_objective:
        found.append(f"日程の費用は{cost}ですが、計画には{plan.slot_objective}とあります。")
    if plan.bound is not None and plan.bound > plan.objective:
        found.append(f"下限{plan.bound}が費用{plan.objective}を上回っています。")
    return tuple(found)
