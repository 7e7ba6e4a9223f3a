"""Can this task be planned at all, in which order is it read, and by which hash is it known?

Order never matters: a task is sorted before it is hashed or solved, so that the same city gives the same plan.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, replace
from typing import TypeVar

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_year_ja
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, RotationTask, Weights

DEPARTMENTS_JA = "課所等"
RULES_JA = "計画の条件"
EXTERNAL_JA = "外部監査の対象"
FIXED_JA = "固定した欄"
MAX_LENGTH = 10
T = TypeVar("T")
# Larger weights would make costs that the solver's floating point cannot tell apart any more.
MAX_WEIGHT = 100_000


def accepted(task: RotationTask) -> RotationTask:
    """The task in canonical order. Raises InputError with every fault and its place."""
    refusals = tuple(_faults(task))
    if refusals:
        raise InputError(*refusals)
    return canonical(task)


def canonical(task: RotationTask) -> RotationTask:
    """The same task with everything sorted: departments by code, rules by department, year and words."""
    rules = task.rules
    groups = tuple(replace(group, department_codes=tuple(sorted(group.department_codes))) for group in rules.same_year)
    return replace(
        task,
        departments=tuple(sorted(task.departments, key=lambda one: one.code)),
        rules=replace(
            rules,
            must=tuple(sorted(rules.must, key=_by_fields)),
            must_not=tuple(sorted(rules.must_not, key=_by_fields)),
            wishes=tuple(sorted(rules.wishes, key=_by_fields)),
            same_year=tuple(sorted(groups, key=_by_fields)),
            capacities=tuple(sorted(rules.capacities, key=lambda one: one.fiscal_year)),
            excluded=tuple(sorted(rules.excluded, key=_by_fields)),
        ),
        external_targets=tuple(sorted(task.external_targets, key=_by_fields)),
        external_counts=tuple(sorted(task.external_counts, key=_by_fields)),
        fixed=tuple(sorted(task.fixed, key=_by_fields)),
        previous=tuple(sorted(task.previous, key=_by_fields)),
    )


def input_sha256(task: RotationTask) -> str:
    """The SHA-256 of the canonical task as JSON."""
    text = json.dumps(asdict(canonical(task)), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _by_fields(value: object) -> str:
    return json.dumps(asdict(value), ensure_ascii=False)  # type: ignore[call-overload]


def _faults(task: RotationTask) -> Iterator[Refusal]:
    rules = task.rules
    if not 1 <= rules.rotation_length <= MAX_LENGTH:
        place = Place(sheet=RULES_JA, column="一巡の年数")
        yield Refusal("rotation_length", f"一巡の年数は１から{MAX_LENGTH}までです（{rules.rotation_length}）。", place)
        return
    if not 1873 <= rules.first_fiscal_year <= 9000:
        yield Refusal("first_year", "一巡の最初の年度を確認してください。", Place(sheet=RULES_JA, column="最初の年度"))
        return
    yield from _about_departments(task)
    yield from _about_weights(rules.weights)
    yield from _about_references(task)
    yield from _about_external(task)
    yield from _about_limits(task)
    yield from _about_fixed(task)
    yield from _about_standing(task)


def _about_departments(task: RotationTask) -> Iterator[Refusal]:
    if not task.departments:
        yield Refusal("no_departments", "課所等がありません。", Place(sheet=DEPARTMENTS_JA))
    seen: set[str] = set()
    for row, one in enumerate(task.departments, start=1):
        place = Place(sheet=DEPARTMENTS_JA, row=row, column=one.code)
        if not one.code:
            yield Refusal("no_code", "課所等のコードがありません。", place)
        if one.code in seen:
            yield Refusal("department_twice", f"「{one.name_ja}」（{one.code}）が二度あります。", place)
        seen.add(one.code)
        for number, words in (
            (one.staff_count, "職員数"),
            (one.risk_level, "リスク"),
            (one.systems_count, "システム数"),
            (one.distance_minutes, "移動時間"),
        ):
            if number < 0:
                yield Refusal("negative", f"「{one.name_ja}」の{words}が負の数です（{number}）。", place)
        if one.opens_in is not None and one.closes_in is not None and one.opens_in >= one.closes_in:
            yield Refusal("never_stands", f"「{one.name_ja}」は設置より前に廃止されています。", place)
        for year in (one.last_audited_year, one.last_external_year):
            if year is not None and year >= task.rules.first_fiscal_year:
                words = f"「{one.name_ja}」の前回の監査（{year}）は一巡より前の年度で指定してください。"
                yield Refusal("last_visit", words, place)
        if one.covered_in is not None and one.covered_in not in task.rules.years:
            yield Refusal("covered_in", f"「{one.name_ja}」の監査済みの年度が一巡の外です。", place)


def _about_weights(weights: Weights) -> Iterator[Refusal]:
    for one in fields(weights):
        value = getattr(weights, one.name)
        if not 0 <= value <= MAX_WEIGHT:
            place = Place(sheet=RULES_JA, column=one.name)
            yield Refusal("weight", f"重みは０から{MAX_WEIGHT:,}までです（{value}）。", place)


def _about_references(task: RotationTask) -> Iterator[Refusal]:
    """Every rule speaks of known departments and of years of the lap."""
    rules = task.rules
    known = {one.code for one in task.departments}
    lists: tuple[tuple[str, Iterable[tuple[str, int | None]]], ...] = (
        ("必ず監査する", [(one.department_code, one.fiscal_year) for one in rules.must]),
        ("監査しない", [(one.department_code, one.fiscal_year) for one in rules.must_not]),
        ("希望", [(one.department_code, one.fiscal_year) for one in rules.wishes]),
        ("同じ年度", [(code, None) for group in rules.same_year for code in group.department_codes]),
        ("対象外", [(one.department_code, None) for one in rules.excluded]),
    )
    for words, references in lists:
        for row, (code, year) in enumerate(references, start=1):
            place = Place(sheet=RULES_JA, row=row, column=words)
            if code not in known:
                yield Refusal("unknown_department", f"課所等「{code}」はありません。", place)
            if year is not None and year not in rules.years:
                yield Refusal("outside_round", f"「{year}」年度は一巡の外です。", place)
    for row, wish in enumerate(rules.wishes, start=1):
        if not 0 <= wish.weight <= MAX_WEIGHT:
            place = Place(sheet=RULES_JA, row=row, column="希望")
            yield Refusal("weight", f"重みは０から{MAX_WEIGHT:,}までです（{wish.weight}）。", place)
    for row, group in enumerate(rules.same_year, start=1):
        place = Place(sheet=RULES_JA, row=row, column="同じ年度")
        if not 0 <= group.weight <= MAX_WEIGHT:
            yield Refusal("weight", f"重みは０から{MAX_WEIGHT:,}までです（{group.weight}）。", place)
        if len(set(group.department_codes)) < max(2, len(group.department_codes)):
            yield Refusal("same_year", f"「{group.name_ja}」には異なる課所等が二つ以上必要です。", place)
    for row, one in enumerate(rules.excluded, start=1):
        if not one.reason_ja.strip():
            place = Place(sheet=RULES_JA, row=row, column="対象外")
            yield Refusal("no_reason", f"課所等「{one.department_code}」を対象外とする理由がありません。", place)


def _about_external(task: RotationTask) -> Iterator[Refusal]:
    known = {one.code for one in task.departments}
    first = task.rules.first_fiscal_year
    years = range(first - 1, first + task.rules.rotation_length)
    seen: Counter[tuple[str, int]] = Counter()
    for row, one in enumerate(task.external_targets, start=1):
        place = Place(sheet=EXTERNAL_JA, row=row, column=one.department_code)
        if one.department_code not in known:
            yield Refusal("unknown_department", f"課所等「{one.department_code}」はありません。", place)
        if one.fiscal_year not in years:
            yield Refusal("outside_round", f"「{one.fiscal_year}」年度は一巡の外です。", place)
        key = one.department_code, one.fiscal_year
        seen[key] += 1
        if seen[key] == 2:
            words = f"課所等「{one.department_code}」が同じ年度の外部監査に二度あります。"
            yield Refusal("external_twice", words, place)
    counted: set[int] = set()
    for row, count in enumerate(task.external_counts, start=1):
        place = Place(sheet=EXTERNAL_JA, row=row, column="対象数")
        if count.fiscal_year not in task.rules.years:
            yield Refusal("outside_round", f"「{count.fiscal_year}」年度は一巡の外です。", place)
        if count.fiscal_year in counted:
            yield Refusal("count_twice", f"「{count.fiscal_year}」年度の対象数が二度あります。", place)
        counted.add(count.fiscal_year)
        if not 0 <= count.count <= len(task.departments):
            yield Refusal("external_count", f"外部監査の対象数が正しくありません（{count.count}）。", place)


def _about_limits(task: RotationTask) -> Iterator[Refusal]:
    seen: set[int] = set()
    for row, one in enumerate(task.rules.capacities, start=1):
        place = Place(sheet=RULES_JA, row=row, column="年度の件数")
        if one.fiscal_year not in task.rules.years:
            yield Refusal("outside_round", f"「{one.fiscal_year}」年度は一巡の外です。", place)
        if one.fiscal_year in seen:
            yield Refusal("capacity_twice", f"「{one.fiscal_year}」年度の件数が二度あります。", place)
        seen.add(one.fiscal_year)
        if one.at_least < 0 or (one.at_most is not None and one.at_most < one.at_least):
            yield Refusal("capacity", f"件数の下限（{one.at_least}）と上限（{one.at_most}）が正しくありません。", place)
    if task.rules.external_limit < 1:
        place = Place(sheet=RULES_JA, column="外部監査の回数")
        yield Refusal("external_limit", "一巡で外部監査を受ける回数の上限は１以上です。", place)


def _about_fixed(task: RotationTask) -> Iterator[Refusal]:
    names = {one.code: one.name_ja for one in task.departments}
    seen: set[tuple[str, int, str]] = set()
    for row, one in enumerate(task.fixed, start=1):
        cell = one.cell
        place = Place(sheet=FIXED_JA, row=row, column=cell.department_code)
        if cell.department_code not in names:
            yield Refusal("unknown_department", f"課所等「{cell.department_code}」はありません。", place)
        if cell.fiscal_year not in task.rules.years:
            yield Refusal("outside_round", f"「{cell.fiscal_year}」年度は一巡の外です。", place)
        if cell.stream not in (INTERNAL, EXTERNAL):
            yield Refusal("stream", f"監査の種別「{cell.stream}」はありません。", place)
        key = cell.department_code, cell.fiscal_year, cell.stream
        if key in seen:
            name = names.get(cell.department_code, cell.department_code)
            yield Refusal("fixed_twice", f"「{name}」の{era_year_ja(cell.fiscal_year)}の欄が二度あります。", place)
        seen.add(key)


def _about_standing(task: RotationTask) -> Iterator[Refusal]:
    """Nothing is wanted of a department in a year in which it does not stand, or by hand in a year that is over."""
    wanted = [
        (RULES_JA, "必ず監査する", row, one.department_code, one.fiscal_year) for row, one in _rows(task.rules.must)
    ]
    wanted += [
        (EXTERNAL_JA, one.department_code, row, one.department_code, one.fiscal_year)
        for row, one in _rows(task.external_targets)
        if one.fiscal_year in task.rules.years
    ]
    by_hand = [(row, one.cell) for row, one in _rows(task.fixed) if not one.is_past]
    wanted += [(FIXED_JA, cell.department_code, row, cell.department_code, cell.fiscal_year) for row, cell in by_hand]
    known = {one.code: one for one in task.departments}
    for sheet, column, row, code, year in wanted:
        one = known.get(code)
        if one is not None and not (
            (one.opens_in is None or one.opens_in <= year) and (one.closes_in is None or year < one.closes_in)
        ):
            words = f"「{one.name_ja}」は{era_year_ja(year)}には存在しません。"
            yield Refusal("not_standing", words, Place(sheet=sheet, row=row, column=column))
    for row, cell in by_hand:
        if task.open_from is not None and cell.fiscal_year < task.open_from:
            words = "過ぎた年度の欄は、実施済みのものだけを固定できます。"
            yield Refusal("over", words, Place(sheet=FIXED_JA, row=row, column=cell.department_code))


def _rows(values: Iterable[T]) -> Iterable[tuple[int, T]]:
    return enumerate(values, start=1)
