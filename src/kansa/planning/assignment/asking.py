"""Can the question be answered at all? Refuses bad input with its place; sorts the rest: order never matters."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date, time

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_date_ja, era_year_ja, fiscal_year_end, fiscal_year_start
from kansa.planning.assignment.values import REPAIR_PRICES, AssignmentCase, AssignmentRules, Auditor
from kansa.planning.calendar.slots import HALVES

AUDITORS, TASKS, SLOTS, RULES, PAIRS = "監査員", "監査", "時間枠", "規則", "固定・除外"


def settled(case: AssignmentCase) -> AssignmentCase:
    """The same question in canonical order. Raises InputError with every fault found, each with its place."""
    faults = [*_about_rules(case.rules), *_about_auditors(case), *_about_slots(case), *_about_tasks(case)]
    faults += _about_pairs(case)
    if faults:
        raise InputError(*faults)
    return replace(
        case,
        auditors=tuple(
            replace(one, posts=tuple(sorted(set(one.posts), key=lambda post: (post.fiscal_year, post.department_code))))
            for one in sorted(case.auditors, key=lambda one: one.staff_number)
        ),
        tasks=tuple(sorted(case.tasks, key=lambda task: task.code)),
        slots=tuple(sorted(case.slots, key=lambda slot: (slot.on, slot.half, slot.starts_at or time(), slot.slot_id))),
        successions=tuple(sorted(case.successions, key=repr)),
        travel=tuple(sorted(case.travel, key=repr)),
        fixed=tuple(sorted(set(case.fixed), key=lambda pair: (pair.task_code, pair.staff_number, pair.is_override))),
        excluded=tuple(sorted(set(case.excluded), key=lambda pair: (pair.task_code, pair.staff_number))),
        fixed_slots=tuple(sorted(set(case.fixed_slots), key=lambda one: (one.task_code, one.slot_id))),
        previous=tuple(
            replace(team, staff_numbers=tuple(sorted(team.staff_numbers)))
            for team in sorted(case.previous, key=lambda team: team.task_code)
        ),
    )


def input_sha256(case: AssignmentCase) -> str:
    """The fingerprint of the question: the same whatever the order in which it was put."""
    text = json.dumps(_plain(case), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: object) -> object:
    """A value as JSON can hold it; sets sorted, days as ISO text."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(one) for one in value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _refuse(code: str, sheet: str, what: str, reason_ja: str) -> Refusal:
    return Refusal(code, reason_ja, Place(sheet=sheet, column=what))


def _doubled(names: Iterable[str]) -> list[str]:
    return sorted(name for name, count in Counter(names).items() if count > 1)


def _about_rules(rules: AssignmentRules) -> Iterator[Refusal]:
    if rules.team_size < 1:
        yield _refuse("team_size", RULES, "班の人数", f"班の人数は１人以上です（{rules.team_size}）。")
    for name, value in (
        ("過去の所属の扱い", rules.former_post_rule),
        ("相互監査の扱い", rules.mutual_audit_rule),
        ("所属長との相互監査の扱い", rules.head_audit_rule),
    ):
        if value not in ("block", "warn"):
            yield _refuse("rule_unknown", RULES, name, f"block 又は warn です（{value}）。")
    for field in fields(rules):
        value = getattr(rules, field.name)
        if isinstance(value, int) and value < 0:
            yield _refuse("negative", RULES, field.name, f"０以上です（{value}）。")
    if rules.site_capacity == 0:
        yield _refuse("site_capacity", RULES, "拠点の件数", "同じ時間枠に同じ拠点で行える件数は１以上です。")
    for rule, price in sorted(rules.repair_prices.items()):
        if rule not in REPAIR_PRICES or price < 1:
            yield _refuse("price_unknown", RULES, rule, f"譲れる規則とその価格（１以上）ではありません（{price}）。")


def _about_auditors(case: AssignmentCase) -> Iterator[Refusal]:
    slot_ids = {slot.slot_id for slot in case.slots}
    for number in _doubled(one.staff_number for one in case.auditors):
        yield _refuse("staff_number_doubled", AUDITORS, number, "同じ職員番号の監査員が２人以上います。")
    for one in case.auditors:
        yield from _about_auditor(case, one, slot_ids)


def _about_auditor(case: AssignmentCase, one: Auditor, slot_ids: set[str]) -> Iterator[Refusal]:
    own = [post.department_code for post in one.posts if post.fiscal_year == case.fiscal_year]
    if not one.staff_number.strip():
        yield _refuse("staff_number_missing", AUDITORS, one.name_ja, "職員番号がありません。")
    if one.is_staff and not own:
        year = era_year_ja(case.fiscal_year)
        yield _refuse(
            "department_missing", AUDITORS, one.staff_number, f"「{one.name_ja}」の{year}の所属がありません。"
        )
    for code in sorted({*own, *one.preferred_departments, *one.avoided_departments} - set(case.departments)):
        yield _refuse("department_unknown", AUDITORS, one.staff_number, f"所属「{code}」はこの年度にありません。")
    if one.max_audits is not None and one.max_audits < 0:
        yield _refuse("max_audits", AUDITORS, one.staff_number, "担当件数の上限は０以上です。")
    for slot_id in sorted(one.busy_slots - slot_ids):
        yield _refuse("slot_unknown", AUDITORS, one.staff_number, f"時間枠「{slot_id}」はありません。")
    for code in sorted(one.preferred_departments & one.avoided_departments):
        yield _refuse("wish_contradicts", AUDITORS, one.staff_number, f"所属「{code}」を希望し、かつ避けています。")


def _about_slots(case: AssignmentCase) -> Iterator[Refusal]:
    first, last = fiscal_year_start(case.fiscal_year), fiscal_year_end(case.fiscal_year)
    for slot_id in _doubled(slot.slot_id for slot in case.slots):
        yield _refuse("slot_doubled", SLOTS, slot_id, "同じ番号の時間枠が２つ以上あります。")
    for slot in case.slots:
        if not first <= slot.on <= last:
            reason = f"{era_date_ja(slot.on)}は{era_year_ja(case.fiscal_year)}の日ではありません。"
            yield _refuse("slot_outside_year", SLOTS, slot.slot_id, reason)
        if slot.half not in HALVES:
            yield _refuse("half_unknown", SLOTS, slot.slot_id, f"am 又は pm です（{slot.half}）。")
        if slot.capacity is not None and slot.capacity < 1:
            yield _refuse("slot_capacity", SLOTS, slot.slot_id, "行える件数は１以上です。")
        if slot.starts_at and slot.ends_at and slot.starts_at >= slot.ends_at:
            yield _refuse("slot_times", SLOTS, slot.slot_id, "終わりの時刻が始まりより後ではありません。")


def _about_tasks(case: AssignmentCase) -> Iterator[Refusal]:
    slot_ids = {slot.slot_id for slot in case.slots}
    for code in _doubled(task.code for task in case.tasks):
        yield _refuse("task_doubled", TASKS, code, "同じ番号の監査が２件以上あります。")
    for task in case.tasks:
        size = case.rules.team_size if task.team_size is None else task.team_size
        needed = max(
            case.rules.experienced_count, case.rules.trained_count, case.rules.lead_count if task.needs_lead else 0
        )
        if task.department_code not in case.departments:
            yield _refuse(
                "department_unknown", TASKS, task.code, f"所属「{task.department_code}」はこの年度にありません。"
            )
        if size < 1:
            yield _refuse("team_size", TASKS, task.code, f"班の人数は１人以上です（{size}）。")
        elif needed > size:
            yield _refuse(
                "team_too_small", TASKS, task.code, f"班の人数{size}人に、必要な役割の人数{needed}人は入りません。"
            )
        for slot_id in sorted(((task.slots or frozenset()) | task.wanted_slots) - slot_ids):
            yield _refuse("slot_unknown", TASKS, task.code, f"時間枠「{slot_id}」はありません。")
        if task.needs_slot and case.slots and task.slots is not None and not task.slots:
            yield _refuse("task_without_slot", TASKS, task.code, "行える時間枠が１つもありません。")
        elif task.needs_slot and task.slots and not case.slots:
            yield _refuse("no_slots", SLOTS, task.code, "年度の時間枠が１つもありません。")


def _about_pairs(case: AssignmentCase) -> Iterator[Refusal]:
    people, tasks = {one.staff_number for one in case.auditors}, {task.code: task for task in case.tasks}
    for pair in (*case.fixed, *case.excluded):
        what = f"{pair.staff_number}・{pair.task_code}"
        if pair.staff_number not in people:
            yield _refuse("auditor_unknown", PAIRS, what, "この監査員はいません。")
        if pair.task_code not in tasks:
            yield _refuse("task_unknown", PAIRS, what, "この監査はありません。")
    both = {(one.staff_number, one.task_code) for one in case.fixed} & {
        (one.staff_number, one.task_code) for one in case.excluded
    }
    for staff_number, code in sorted(both):
        yield _refuse("fixed_and_excluded", PAIRS, f"{staff_number}・{code}", "固定と除外の両方になっています。")
    for code in _doubled(one.task_code for one in set(case.fixed_slots)):
        yield _refuse("slot_fixed_twice", PAIRS, code, "２つの時間枠に固定されています。")
    slot_ids = {slot.slot_id for slot in case.slots}
    for one in sorted(set(case.fixed_slots), key=repr):
        if one.task_code not in tasks:
            yield _refuse("task_unknown", PAIRS, one.task_code, "この監査はありません。")
        elif one.slot_id not in slot_ids:
            yield _refuse("slot_unknown", PAIRS, one.task_code, f"時間枠「{one.slot_id}」はありません。")
