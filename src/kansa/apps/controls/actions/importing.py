"""How do a year's rules, scale and checklists come into being?"""

from __future__ import annotations

from collections.abc import Sequence

from kansa.apps.controls import models
from kansa.apps.controls.queries import asked_sha256, read_rule
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, TablePlan, compare_table, place_of
from kansa.core.errors import Refusal
from kansa.core.job_types import joined
from kansa.formats.records import ChecklistItemRecord, GuidelineItemRecord, ScaleLevelRecord, YearSettingRecord

RULE_FIELDS = ("fiscal_year", "key", "value")
LEVEL_FIELDS = ("fiscal_year", "level", "label_ja", "criterion_ja")
CHECKLIST_FIELDS = ("fiscal_year", "stream")
GUIDELINE_FIELDS = (
    "edition_ja",
    "number",
    "position",
    "requirement",
    "chapter_ja",
    "text_ja",
    "documents_ja",
    "procedure_ja",
    "example_number",
    "jis_number",
    "note_ja",
)
ITEM_FIELDS = (
    "checklist",
    "code",
    "position",
    "bit",
    "domain_ja",
    "text_ja",
    "criteria_ja",
    "lineage",
    "prior_code",
    "same_as_code",
    "is_editorial",
    "policy_clause",
    "mic_number",
    "jis_number",
    "law_ja",
    "edition_ja",
    "answer_kind",
    "levels_ja",
    "met_from",
    "asked_of",
    "content_sha256",
)


def plan_year(
    municipality_id: int, records: Sequence[YearSettingRecord | ScaleLevelRecord], options: ImportOptions
) -> ImportPlan:
    """What a year's settings and scale would change."""
    refusals: list[Refusal] = []
    rules: list[Row] = []
    levels: list[Row] = []
    for one in records:
        if isinstance(one, ScaleLevelRecord):
            levels.append(Row((one.fiscal_year, one.level, one.label_ja, one.criterion_ja), one.source))
            continue
        try:
            read_rule(one.key, one.value)
        except ValueError as fault:
            refusals.append(Refusal("bad_rule", f"「{one.key}」：{fault}", place_of(one.source, "値")))
            continue
        rules.append(Row((one.fiscal_year, one.key, one.value), one.source))
    standing_rules = models.FiscalYearRule.objects.filter(
        municipality_id=municipality_id, fiscal_year__in={row.values[0] for row in rules}
    )
    standing_levels = models.ScaleLevel.objects.filter(
        municipality_id=municipality_id, fiscal_year__in={row.values[0] for row in levels}
    )
    tables = (
        compare_table(models.FiscalYearRule, RULE_FIELDS, 2, rules, standing_rules, remove=options.replace),
        compare_table(models.ScaleLevel, LEVEL_FIELDS, 2, levels, standing_levels, remove=options.replace),
    )
    return ImportPlan("year", tables, (*refusals, *(fault for table in tables for fault in table.refusals)))


def plan_checklist(municipality_id: int, records: Sequence[ChecklistItemRecord], options: ImportOptions) -> ImportPlan:
    """What a checklist would change. A file is always the whole checklist of each year and stream it names.

    An item it lacks goes, and is refused to go once it has judgements, a finding or a tally.
    """
    del options  # a checklist is never partial
    by_list: dict[tuple[int, str], list[ChecklistItemRecord]] = {}
    for one in records:
        by_list.setdefault((one.fiscal_year, one.stream), []).append(one)
    standing = {
        (row.fiscal_year, row.stream): row
        for row in models.Checklist.objects.filter(
            municipality_id=municipality_id, fiscal_year__in={fiscal_year for fiscal_year, _ in by_list}
        )
    }
    list_rows: list[Row] = []
    active: list[Row] = []
    dropped: list[Row] = []
    refusals: list[Refusal] = []
    for key, items in by_list.items():
        checklist = standing.get(key) or models.Checklist(municipality_id=municipality_id)
        list_rows.append(Row(key, None, checklist if checklist.pk is None else None))
        bits = bits_of(checklist, [one for one in items if one.lineage != "dropped"])
        if bits and max(bits.values()) > models.LARGEST_BIT:
            reason = f"自己点検の項目は{models.LARGEST_BIT + 1}項目までです。"
            refusals.append(Refusal("too_many_items", reason, place_of(items[0].source)))
        for position, one in enumerate(items):
            row = item_row(checklist, position, bits.get(one.code), one)
            (dropped if one.lineage == "dropped" else active).append(row)
    keys = [standing[key].pk for key in by_list if key in standing]
    tables = (
        compare_table(models.Checklist, CHECKLIST_FIELDS, 2, list_rows, models.Checklist.objects.filter(pk__in=keys)),
        item_table(keys, active, is_dropped=False),
        item_table(keys, dropped, is_dropped=True),
    )
    return ImportPlan("checklist", tables, (*refusals, *(fault for table in tables for fault in table.refusals)))


def bits_of(checklist: models.Checklist, items: Sequence[ChecklistItemRecord]) -> dict[str, int]:
    """Item code -> bit in the answer masks: the one it has, or the first that no item ever had; none for audits."""
    if not items or items[0].stream != "self_inspection":
        return {}
    bits: dict[str, int] = {}
    if checklist.pk is not None:
        rows = models.ControlItem.objects.filter(checklist=checklist, bit__isnull=False)
        bits = {code: bit for code, bit in rows.values_list("code", "bit") if bit is not None}
    following = max(bits.values(), default=-1) + 1
    result: dict[str, int] = {}
    for one in items:
        if one.code in bits:
            result[one.code] = bits[one.code]
        elif one.code not in result:
            result[one.code] = following
            following += 1
    return result


def item_row(checklist: models.Checklist, position: int, bit: int | None, one: ChecklistItemRecord) -> Row:
    """The wanted row of one item."""
    values = (
        checklist,
        one.code,
        position,
        None if one.lineage == "dropped" else bit,
        one.domain_ja,
        one.text_ja,
        one.criteria_ja,
        one.lineage,
        one.prior_code,
        one.same_as_code,
        one.is_editorial,
        one.policy_clause,
        one.mic_number,
        one.jis_number,
        one.law_ja,
        one.edition_ja,
        one.answer_kind,
        "\n".join(one.levels),
        one.met_from or 0,
        joined(one.asked_of),
        asked_sha256(one),
    )
    return Row(values, one.source)


def item_table(checklist_ids: Sequence[int], rows: Sequence[Row], *, is_dropped: bool) -> TablePlan:
    """Items that are asked and items that were dropped are compared apart: one code may be both."""
    objects = models.ControlItem.objects.filter(checklist_id__in=checklist_ids)
    objects = objects.filter(lineage="dropped") if is_dropped else objects.exclude(lineage="dropped")
    return compare_table(models.ControlItem, ITEM_FIELDS, 2, rows, objects, remove=True)


def plan_guideline(municipality_id: int, records: Sequence[GuidelineItemRecord], options: ImportOptions) -> ImportPlan:
    """What an edition of the guideline would change. A file is always the whole table of each edition it names."""
    del options  # an edition is never partial
    positions: dict[str, int] = {}
    rows: list[Row] = []
    for one in records:
        position = positions.setdefault(one.edition_ja, 0)
        positions[one.edition_ja] += 1
        values = (
            one.edition_ja,
            one.number,
            position,
            one.requirement,
            one.chapter_ja,
            one.text_ja,
            one.documents_ja,
            one.procedure_ja,
            one.example_number,
            one.jis_number,
            one.note_ja,
        )
        rows.append(Row(values, one.source))
    standing = models.GuidelineItem.objects.filter(municipality_id=municipality_id, edition_ja__in=list(positions))
    table = compare_table(models.GuidelineItem, GUIDELINE_FIELDS, 2, rows, standing, remove=True)
    return ImportPlan("guideline", (table,), table.refusals)
