"""How do findings and their improvement plans come into being?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items
from kansa.apps.findings import models
from kansa.apps.people.models import Department
from kansa.apps.people.queries import DepartmentBook, department_book
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import engagements_by_code
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table, place_of
from kansa.core.errors import Refusal
from kansa.formats.records import FindingRecord

FINDING_FIELDS = (
    "fiscal_year",
    "code",
    "stream",
    "engagement",
    "department",
    "item",
    "classification",
    "title_ja",
    "fact_ja",
    "network_zone",
    "treatment",
    "weighed",
    "recurrence_of",
    "is_lateral_rollout",
)
PLAN_FIELDS = (
    "finding",
    "measure_ja",
    "planned_on",
    "due_on",
    "promised_fiscal_year",
    "improved_on",
    "verified_on",
    "verifier_ja",
)
# A technical diagnosis is part of the external audit and uses its checklist.
CHECKLIST_OF = {
    "external_audit": "external_audit",
    "internal_audit": "internal_audit",
    "technical_diagnosis": "external_audit",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the findings of a file may refer to."""

    book: DepartmentBook
    engagements: Mapping[tuple[int, str], Engagement]
    items: Mapping[tuple[int, str], Mapping[str, ControlItem]]
    codes: frozenset[str]  # of every finding, the file's own included


def plan_findings(municipality_id: int, records: Sequence[FindingRecord], options: ImportOptions) -> ImportPlan:
    """What a list of findings would change."""
    years = {one.fiscal_year for one in records}
    objects = models.Finding.objects.filter(municipality_id=municipality_id)
    known = {(finding.fiscal_year, finding.code): finding for finding in objects.filter(fiscal_year__in=years)}
    codes = {one.code for one in records} | set(objects.values_list("code", flat=True))
    standing = Standing(
        department_book(municipality_id),
        engagements_by_code(municipality_id, years),
        active_items(municipality_id, years),
        frozenset(codes),
    )
    refusals: list[Refusal] = []
    warnings: list[Refusal] = []
    rows: list[Row] = []
    plans: list[Row] = []
    named: list[int] = []
    own = own_plans(municipality_id, known.values())
    carried = of_measures(municipality_id)
    for one in records:
        links = links_of(one, standing)
        faults = [*link_faults(one, links, standing), *day_faults(one)]
        refusals += faults
        if faults:
            continue
        if one.recurrence_of and one.recurrence_of not in codes:
            reason = f"再発元の検出事項「{one.recurrence_of}」は登録されていません。"
            warnings.append(Refusal("unknown_recurrence", reason, place_of(one.source, "再発元番号")))
        finding = known.setdefault((one.fiscal_year, one.code), models.Finding(municipality_id=municipality_id))
        if finding.pk in carried:
            one = replace(one, treatment=finding.treatment, weighed=tuple(filter(None, finding.weighed.split(","))))
        rows.append(finding_row(finding, one, links))
        if finding.pk in carried:
            reason = "改善は診断の対策によります。ファイルの改善の欄と対応方針は取り込みません。"
            warnings.append(Refusal("plan_of_measures", reason, place_of(one.source, "検出番号")))
            continue
        if finding.pk in own:
            reason = "改善計画は対象所属が画面で書いています。ファイルの改善の欄は取り込みません。"
            warnings.append(Refusal("plan_written_here", reason, place_of(one.source, "検出番号")))
            continue
        if finding.pk is not None:
            named.append(finding.pk)
        plans += plan_rows(finding, one)
    of_years = objects.filter(fiscal_year__in=years)
    of_named = models.ImprovementPlan.objects.filter(finding__in=named)
    tables = (
        compare_table(models.Finding, FINDING_FIELDS, 2, rows, of_years, remove=options.replace),
        compare_table(models.ImprovementPlan, PLAN_FIELDS, 1, plans, of_named, remove=True),
    )
    faults = [fault for table in tables for fault in table.refusals]
    return ImportPlan("findings", tables, (*refusals, *faults), tuple(warnings))


def of_measures(municipality_id: int) -> frozenset[int]:
    """Keys of the findings that measures carry."""
    rows = models.FindingMeasure.objects.filter(municipality_id=municipality_id)
    return frozenset(rows.values_list("finding_id", flat=True))


def own_plans(municipality_id: int, findings: Iterable[models.Finding]) -> frozenset[int]:
    """Keys of the findings whose plan was written on the screens: a file never writes over what a department wrote."""
    written = models.ImprovementPlan.objects.filter(
        municipality_id=municipality_id,
        finding__fiscal_year__in={finding.fiscal_year for finding in findings},
        version__gt=0,
    )
    return frozenset(written.values_list("finding_id", flat=True))


Links = tuple[Engagement | None, Department | None, ControlItem | None]


def links_of(one: FindingRecord, standing: Standing) -> Links:
    """Engagement, department and item of a finding, as far as they are known."""
    department = standing.book.find(one.department_code, one.fiscal_year) if one.department_code else None
    items = standing.items.get((one.fiscal_year, CHECKLIST_OF[one.stream]), {})
    return (
        standing.engagements.get((one.fiscal_year, one.engagement_code)),
        department,
        items.get(one.item_code),
    )


def link_faults(one: FindingRecord, links: Links, standing: Standing) -> Iterator[Refusal]:
    """What a finding names that does not exist."""
    engagement, department, item = links
    if one.engagement_code and engagement is None:
        reason = f"実施計画「{one.engagement_code}」は{one.fiscal_year}年度に登録されていません。"
        yield Refusal("unknown_engagement", reason, place_of(one.source, "実施番号"))
    if one.department_code and department is None:
        reason = standing.book.unknown_ja(one.department_code, one.fiscal_year)
        yield Refusal("unknown_department", reason, place_of(one.source, "所属コード"))
    if one.item_code and item is None:
        reason = f"項目「{one.item_code}」は、この年度のチェックリストにありません。"
        yield Refusal("item_outside_checklist", reason, place_of(one.source, "項目コード"))


def day_faults(one: FindingRecord) -> Iterator[Refusal]:
    """Days that contradict each other: what was not improved cannot have been verified."""
    if one.verified_on and not one.improved_on:
        reason = "改善日がないのに確認日があります。「改善の計画」と「改善済」は別です。"
        yield Refusal("verified_without_improvement", reason, place_of(one.source, "確認日"))
    elif one.verified_on and one.improved_on and one.verified_on < one.improved_on:
        yield Refusal("days_reversed", "確認日が改善日より前です。", place_of(one.source, "確認日"))


def finding_row(finding: models.Finding, one: FindingRecord, links: Links) -> Row:
    """The wanted row of one finding."""
    values = (
        one.fiscal_year,
        one.code,
        one.stream,
        *links,
        one.classification,
        one.title_ja,
        one.fact_ja,
        one.network_zone,
        one.treatment,
        ",".join(one.weighed),
        one.recurrence_of,
        one.is_lateral_rollout,
    )
    return Row(values, one.source, finding if finding.pk is None else None)


def plan_rows(finding: models.Finding, one: FindingRecord) -> Iterator[Row]:
    """The improvement plan of a finding, when the record says anything about one."""
    values = (
        one.measure_ja,
        one.planned_on,
        one.due_on,
        one.promised_fiscal_year,
        one.improved_on,
        one.verified_on,
        one.verifier_ja,
    )
    if any(values):
        yield Row((finding, *values), one.source)
