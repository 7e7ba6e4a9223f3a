"""How do answers and tallies of past years come in from files that only a mapping can read?

Rows without a respondent number are known by what they say: the same row of the same department a second time is the
second one of its kind, so a file that comes twice, in another order or another format, adds nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items
from kansa.apps.people.models import Department
from kansa.apps.people.queries import department_book
from kansa.apps.self_inspection import models
from kansa.apps.self_inspection.actions.deciding import forget_decisions
from kansa.apps.self_inspection.actions.importing import STREAM, plan_self_inspection
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table, keep_mapping, place_of
from kansa.apps.trail.models import SourceFile
from kansa.core.errors import Refusal
from kansa.core.permission import Actor
from kansa.core.runs import encode_rows
from kansa.formats.past_answers import CountRecord, mapping_to_json
from kansa.formats.past_answers import Mapping as ColumnMapping
from kansa.formats.records import AnswerRecord, Source

HEAD_FIELDS = ("checklist", "department", "job_type", "respondent_count")
TALLY_FIELDS = ("department_tally", "item", "yes_count", "no_count", "not_applicable_count", "blank_count")
Counts = tuple[int, int, int, int]


def save_mapping(actor: Actor, name_ja: str, mapping: ColumnMapping) -> models.SavedMapping:
    """Keeps a mapping by name, in place of an earlier one of this name. Raises RuleError without a name."""
    told = {"columns": sum(bool(role) for _heading, role in mapping.columns), "answers": len(mapping.answers)}
    return keep_mapping(actor, models.SavedMapping, name_ja, mapping_to_json(mapping), told)


def plan_past_answers(municipality_id: int, records: Sequence[AnswerRecord], options: ImportOptions) -> ImportPlan:
    """What answers of a past year would change; departments by code or name, respondents by number or by content."""
    book = department_book(municipality_id)
    refusals: list[Refusal] = []
    placed: list[AnswerRecord] = []
    for one in records:
        department = book.called(one.department_code, one.fiscal_year)
        if isinstance(department, str):
            refusals.append(Refusal("unknown_department", department, place_of(one.source, "所属")))
        else:
            placed.append(replace(one, department_code=department.code))
    if refusals:
        return ImportPlan(STREAM, refusals=tuple(refusals))
    has_numbers = any(one.respondent for one in placed)
    plan = plan_self_inspection(municipality_id, list(numbered(placed)), options)
    warnings = plan.warnings if has_numbers else ()
    if plan.unchanged and not plan.refusals:
        told = f"{plan.unchanged}行は、取込み済みの回答と同じため数えません。"
        warnings = (*warnings, Refusal("known_rows", told))
    return replace(plan, warnings=warnings)


def numbered(records: Iterable[AnswerRecord]) -> Iterator[AnswerRecord]:
    """Rows without a respondent get a number of their content and their place among the equal ones."""
    seen: Counter[str] = Counter()
    files: dict[tuple[str, str, int], None] = {}
    for one in records:
        if one.respondent:
            yield one
            continue
        row = (one.source.file_sha256, one.source.sheet, one.source.row)
        if row in files:
            continue  # the very same file was chosen twice
        files[row] = None
        answered = sorted(pair for pair in one.answers if pair[1] != "blank")
        text = "\x1e".join((one.department_code, *(f"{code}\x1f{answer}" for code, answer in answered)))
        digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
        seen[digest] += 1
        yield replace(one, respondent=f"row/{digest}/{seen[digest]}")


def plan_past_counts(municipality_id: int, records: Sequence[CountRecord], options: ImportOptions) -> ImportPlan:
    """What a table of counts would change: straight into the tally, for a year without single answers.

    The tables are the whole tally of each department they name.
    """
    del options
    book = department_book(municipality_id)
    years = {one.fiscal_year for one in records}
    lists = {year: found for (year, stream), found in active_items(municipality_id, years).items() if stream == STREAM}
    refusals: list[Refusal] = []
    groups: dict[tuple[int, int], list[CountRecord]] = {}
    departments: dict[int, Department] = {}
    for one in records:
        department = book.called(one.department, one.fiscal_year)
        if isinstance(department, str):
            refusals.append(Refusal("unknown_department", department, place_of(one.source, "所属")))
            continue
        item = lists.get(one.fiscal_year, {}).get(one.item_code)
        if item is None or item.answer_kind != "yes_no":
            reason = f"項目「{one.item_code}」はこの年度の「はい・いいえ」の点検項目にありません。"
            refusals.append(Refusal("item_outside_checklist", reason, place_of(one.source)))
            continue
        departments[department.pk] = department
        groups.setdefault((one.fiscal_year, department.pk), []).append(one)
    refusals += counts_faults(municipality_id, lists)
    faults = [fault for found in groups.values() for fault in group_faults(found)]
    if refusals or faults:
        return ImportPlan(STREAM, refusals=(*refusals, *faults))
    return counts_plan(municipality_id, lists, groups, departments)


def counts_plan(
    municipality_id: int,
    lists: Mapping[int, Mapping[str, ControlItem]],
    groups: Mapping[tuple[int, int], Sequence[CountRecord]],
    departments: Mapping[int, Department],
) -> ImportPlan:
    """The rows of the tally that the groups want, compared with those that stand."""
    checklists = {year: next(iter(found.values())).checklist for year, found in lists.items() if found}
    own = models.DepartmentTally.objects.filter(
        municipality_id=municipality_id, checklist__in=[one.pk for one in checklists.values()]
    )
    standing = {(one.checklist_id, one.department_id): one for one in own.filter(job_type="")}
    heads: list[Row] = []
    tallies: list[Row] = []
    for (year, key), found in groups.items():
        checklist, total = checklists[year], total_of(found)
        head = standing.get((checklist.pk, key))
        made = models.DepartmentTally(municipality_id=municipality_id) if head is None else None
        heads.append(Row((checklist, departments[key], "", total), None, made))
        for one in found:
            given = (one.yes, one.no, one.not_applicable)
            values = (head or made, lists[year][one.item_code], *given, total - sum(given))
            tallies.append(Row(values, None))
    wanted = {(checklists[year].pk, pk) for year, pk in groups}
    named = [head.pk for cell, head in standing.items() if cell in wanted]
    items = models.Tally.objects.filter(municipality_id=municipality_id, department_tally__in=named)
    tables = (
        compare_table(models.DepartmentTally, HEAD_FIELDS, 3, heads, own),
        compare_table(models.Tally, TALLY_FIELDS, 2, tallies, items, remove=True),
    )
    finish = partial(note_sources, municipality_id, {checklists[year].pk: year for year in checklists}, groups)
    return ImportPlan(STREAM, tables, tuple(fault for table in tables for fault in table.refusals), (), finish)


def total_of(found: Sequence[CountRecord]) -> int:
    """Respondents of a department: as the table says, else the most that any of its items adds up to."""
    said = [one.respondents for one in found if one.respondents is not None]
    return max([*said, *(one.yes + one.no + one.not_applicable + (one.blank or 0) for one in found)])


def group_faults(found: Sequence[CountRecord]) -> Iterator[Refusal]:
    """Contradictions between the rows of one department."""
    first: dict[str, Source] = {}
    for one in found:
        earlier = first.setdefault(one.item_code, one.source)
        if earlier is not one.source:
            reason = f"同じ所属の同じ項目が{earlier.row}行目にもあります。一つにしてください。"
            yield Refusal("duplicate", reason, place_of(one.source))
    said = {one.respondents for one in found if one.respondents is not None}
    if len(said) > 1:
        listed = "、".join(f"{one:,}" for one in sorted(said))
        yield Refusal(
            "sum_differs", f"一つの所属の回答者数が行によって違います（{listed}）。", place_of(found[0].source)
        )
    if not total_of(found):
        yield Refusal(
            "nobody_answered",
            "回答者が一人もいない所属は取り込めません。行を消してください。",
            place_of(found[0].source),
        )


def counts_faults(municipality_id: int, lists: Mapping[int, Mapping[str, ControlItem]]) -> Iterator[Refusal]:
    """A year with single answers or a campaign has its own tally."""
    ids = [item.checklist_id for found in lists.values() for item in list(found.values())[:1]]
    own = {"municipality_id": municipality_id, "checklist__in": ids}
    if models.Response.objects.filter(**own).exists() or models.Campaign.objects.filter(**own).exists():
        reason = "この年度には一人ずつの回答か、画面で実施する自己点検があるため、集計表は取り込めません。"
        yield Refusal("answers_there", reason)


def note_sources(
    municipality_id: int, years: Mapping[int, int], groups: Mapping[tuple[int, int], Sequence[CountRecord]]
) -> None:
    """The rows that each department's tally comes from, so that a figure leads back to them."""
    forget_decisions(municipality_id, list(years))
    heads = models.DepartmentTally.objects.filter(
        municipality_id=municipality_id, checklist__in=list(years), job_type=""
    )
    known = {(years[one.checklist_id], one.department_id): one for one in heads}
    rows: dict[tuple[int, str, str], list[int]] = {}
    for key, found in groups.items():
        for one in found:
            rows.setdefault((known[key].pk, one.source.file_sha256, one.source.sheet), []).append(one.source.row)
    hashes = {sha256 for _head, sha256, _sheet in rows}
    files = dict(
        SourceFile.objects.filter(municipality_id=municipality_id, sha256__in=hashes).values_list("sha256", "pk")
    )
    models.TallySource.objects.filter(
        municipality_id=municipality_id, department_tally__in=[known[key].pk for key in groups]
    ).delete()
    models.TallySource.objects.bulk_create(
        models.TallySource(
            municipality_id=municipality_id,
            department_tally_id=head,
            source_file_id=files[sha256],
            sheet=sheet,
            rows=encode_rows(sorted(numbers)),
        )
        for (head, sha256, sheet), numbers in rows.items()
        if sha256 in files
    )
