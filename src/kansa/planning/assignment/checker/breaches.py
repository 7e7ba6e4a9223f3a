"""Which rules does this plan break? Every breach with its audit, its person and the reason in Japanese.

Independence is asked of `core.independence`; everything else is counted here, without the model.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence

from kansa.planning.assignment.checker.standing import OVERRIDABLE, Standing, breach
from kansa.planning.assignment.values import AssignmentCase, Auditor, AuditTask, Breach, Team


def check(case: AssignmentCase, teams: Sequence[Team]) -> tuple[Breach, ...]:
    """Every breach, blocking ones and warnings; empty for a plan that keeps all rules.

    Order: rule by rule as in RULES, then as the teams were given.
    """
    standing = Standing(case, teams)
    return tuple(one for rule in RULES for one in rule(standing))


def blocking(case: AssignmentCase, teams: Sequence[Team]) -> tuple[Breach, ...]:
    """Only what forbids."""
    return tuple(one for one in check(case, teams) if one.is_blocking)


def _complete(standing: Standing) -> Iterator[Breach]:
    counts = Counter(team.task_code for team in standing.teams)
    for code, count in counts.items():
        if code not in standing.tasks:
            yield breach("unknown", code, "", f"監査「{code}」はこの年度にありません。")
        elif count > 1:
            yield breach("doubled", code, "", f"{standing.task_ja(code)}に班が{count}つあります。")
    for team in standing.teams:
        for number, times in Counter(team.staff_numbers).items():
            if number not in standing.people:
                yield breach("unknown", team.task_code, number, f"職員番号「{number}」の監査員はいません。")
            elif times > 1:
                yield breach(
                    "doubled", team.task_code, number, f"{standing.task_ja(team.task_code)}に同じ人が２回います。"
                )
    for code in standing.tasks:
        if code not in counts:
            yield breach("team_size", code, "", f"{standing.task_ja(code)}に班がありません。")


def _members(standing: Standing) -> Iterator[Breach]:
    for team in standing.teams:
        task = standing.tasks.get(team.task_code)
        if task is None:
            continue
        people = [standing.people[number] for number in set(team.staff_numbers) if number in standing.people]
        name, rules = standing.task_ja(task.code), standing.case.rules
        if len(people) != standing.size(task):
            reason = f"{name}の班は{standing.size(task)}人ですが、{len(people)}人です。"
            yield breach("team_size", task.code, "", reason)
        if sum(one.is_experienced for one in people) < rules.experienced_count:
            yield breach("experienced", task.code, "", f"{name}の班に経験者が{rules.experienced_count}人必要です。")
        if sum(one.is_trained for one in people) < rules.trained_count:
            yield breach("trained", task.code, "", f"{name}の班に研修修了者が{rules.trained_count}人必要です。")
        if task.needs_lead and sum(one.may_lead for one in people) < rules.lead_count:
            reason = f"{name}の班に主任監査員になれる人が{rules.lead_count}人必要です。"
            yield breach("lead", task.code, "", reason)
        elif team.lead and team.lead not in {one.staff_number for one in people if one.may_lead}:
            yield breach("lead", task.code, team.lead, f"{name}の主任監査員は、班の中で主任になれる人ではありません。")


def _independent(standing: Standing) -> Iterator[Breach]:
    for one, task, _team in standing.known():
        for concern in standing.about(one, task):
            overridden = concern.code in OVERRIDABLE and standing.is_overridden(one, task)
            reason = f"{standing.task_ja(task.code)}の監査員「{one.name_ja}」：{concern.reason_ja}"
            yield breach(concern.code, task.code, one.staff_number, reason, concern.is_blocking and not overridden)


def _not_mutual(standing: Standing) -> Iterator[Breach]:
    rules = standing.case.rules
    for rule, policy, heads_only in (
        ("mutual_audit", rules.mutual_audit_rule, False),
        ("head_audit", rules.head_audit_rule, True),
    ):
        made = standing.assignments(heads_only)
        for one, task, _team in standing.known():
            if not made.get(task.department_code):
                continue
            for concern in standing.ask(one, task, made[task.department_code], policy):
                if concern.code == "mutual_audit":
                    head = "（相手は所属長）" if heads_only else ""
                    reason = f"{standing.task_ja(task.code)}の監査員「{one.name_ja}」{head}：{concern.reason_ja}"
                    yield breach(rule, task.code, one.staff_number, reason, concern.is_blocking)


def _settled(standing: Standing) -> Iterator[Breach]:
    team_of = {team.task_code: team for team in standing.teams}
    for pair in standing.case.fixed:
        team = team_of.get(pair.task_code)
        if team is None or pair.staff_number not in team.staff_numbers:
            reason = f"{standing.task_ja(pair.task_code)}に固定した「{_name(standing, pair.staff_number)}」がいません。"
            yield breach("fixed", pair.task_code, pair.staff_number, reason)
    for one, task, _team in standing.known():
        if standing.is_excluded(one, task):
            reason = f"{standing.task_ja(task.code)}から外した「{one.name_ja}」がいます。"
            yield breach("excluded", task.code, one.staff_number, reason, not standing.is_overridden(one, task))


def _name(standing: Standing, number: str) -> str:
    return standing.people[number].name_ja if number in standing.people else number


def _loads(standing: Standing) -> Iterator[Breach]:
    case = standing.case
    counts = Counter(one.staff_number for one, _task, _team in standing.known())
    for one, low, high in even_shares(standing):
        count = counts[one.staff_number]
        if one.max_audits is not None and count > one.max_audits:
            reason = f"「{one.name_ja}」の担当は{count}件で、本人の上限{one.max_audits}件を超えています。"
            yield breach("max_audits", "", one.staff_number, reason)
        if not low - case.rules.load_tolerance <= count <= high:
            share = str(low) if low == high else f"{low}～{high}"
            reason = f"「{one.name_ja}」の担当は{count}件で、均等な件数（{share}件）から外れています。"
            yield breach("load", "", one.staff_number, reason)


def even_shares(standing: Standing) -> list[tuple[Auditor, int, int]]:
    """Fewest and most audits of everybody: filled up evenly, like water, each up to what the person can take."""
    case = standing.case
    demand = sum(standing.size(task) for task in case.tasks)
    waiting = {one.staff_number: (one, iter(case.tasks)) for one in case.auditors}
    room: dict[str, int] = dict.fromkeys(waiting, 0)
    poured, level = 0, 0
    # One more layer as long as everybody who has room can be given it.
    while True:
        layer = [number for number, (one, tasks) in waiting.items() if _has_room(standing, one, tasks, room[number])]
        if not layer or poured + len(layer) > demand:
            break
        for number in layer:
            room[number] += 1
        waiting = {number: waiting[number] for number in layer}
        poured, level = poured + len(layer), level + 1
    top = level + (poured < demand) + case.rules.load_tolerance
    fixed = Counter(pair.staff_number for pair in set(case.fixed))
    return [
        (
            one,
            room[one.staff_number],
            max(fixed[one.staff_number], top if one.max_audits is None else min(top, one.max_audits)),
        )
        for one in case.auditors
    ]


def _has_room(standing: Standing, one: Auditor, tasks: Iterator[AuditTask], taken: int) -> bool:
    """True when the person could take one more audit than `taken`; moves on to the next audit open to the person."""
    if one.max_audits is not None and taken >= one.max_audits:
        return False
    return any(standing.is_open(one, task) for task in tasks)


def _in_time(standing: Standing) -> Iterator[Breach]:
    if not standing.case.slots:
        return
    for team in standing.teams:
        task = standing.tasks.get(team.task_code)
        if task is None or not task.needs_slot:
            continue
        if team.slot_id is None:
            yield breach("availability", task.code, "", f"{standing.task_ja(task.code)}の日程がありません。")
            continue
        when = standing.slot_ja(team.slot_id)
        if team.slot_id not in standing.allowed_slots(task):
            yield breach("availability", task.code, "", f"{standing.task_ja(task.code)}は{when}に行えません。")
        for number in team.staff_numbers:
            if number in standing.people and team.slot_id in standing.people[number].busy_slots:
                reason = f"{standing.task_ja(task.code)}の{when}に「{_name(standing, number)}」の予定があります。"
                yield breach("availability", task.code, number, reason)


def _without_clash(standing: Standing) -> Iterator[Breach]:
    together: dict[str, list[tuple[AuditTask, Team]]] = defaultdict(list)
    for team in standing.teams:
        if team.slot_id is not None and team.task_code in standing.tasks:
            together[team.slot_id].append((standing.tasks[team.task_code], team))
    for slot_id, held in together.items():
        when, codes = standing.slot_ja(slot_id), "、".join(task.code for task, _team in held)
        for number, count in Counter(n for _task, team in held for n in set(team.staff_numbers)).items():
            if count > 1:
                reason = f"「{_name(standing, number)}」の監査が{when}に{count}件重なっています。"
                yield breach("availability", held[0][0].code, number, reason)
        for code, count in Counter(task.department_code for task, _team in held).items():
            if count > 1:
                name = standing.case.departments.get(code, code)
                yield breach("capacity", held[0][0].code, "", f"「{name}」の監査が{when}に{count}件重なっています。")
        slot = standing.slots.get(slot_id)
        if slot is not None and slot.capacity is not None and len(held) > slot.capacity:
            yield breach("capacity", held[0][0].code, "", f"{when}は{slot.capacity}件までです（{codes}）。")
        for site, count in Counter(task.site for task, _team in held if task.site).items():
            if standing.case.rules.site_capacity is not None and count > standing.case.rules.site_capacity:
                reason = f"「{site}」で{when}に行えるのは{standing.case.rules.site_capacity}件までです（{count}件）。"
                yield breach("capacity", held[0][0].code, "", reason)


RULES: tuple[Callable[[Standing], Iterator[Breach]], ...] = (
    _complete,
    _members,
    _independent,
    _not_mutual,
    _settled,
    _loads,
    _in_time,
    _without_clash,
)
