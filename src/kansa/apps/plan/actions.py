"""How do the medium-term plan, engagements and trainings come into being?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kansa.apps.people.models import Department, StaffMember
from kansa.apps.people.queries import DepartmentBook, department_book, staff_by_number
from kansa.apps.plan import models
from kansa.apps.plan.queries import engagements_by_code
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table, place_of
from kansa.core.errors import Refusal
from kansa.formats.records import EngagementRecord, PlanRecord, TrainingRecord

CELL_FIELDS = ("fiscal_year", "department", "stream")
ENGAGEMENT_FIELDS = (
    "fiscal_year",
    "code",
    "stream",
    "method",
    "department",
    "started_on",
    "ended_on",
    "is_special",
)
AUDITOR_FIELDS = ("engagement", "reference", "staff")
TRAINING_FIELDS = ("fiscal_year", "kind", "title_ja", "held_on", "staff", "minutes")


def plan_plan(municipality_id: int, records: Sequence[PlanRecord], options: ImportOptions) -> ImportPlan:
    """What a medium-term plan would change."""
    book = department_book(municipality_id)
    refusals: list[Refusal] = []
    warnings: list[Refusal] = []
    rows: list[Row] = []
    for one in records:
        department = planned_department(one, book, refusals)
        if department is not None:
            rows.append(Row((one.fiscal_year, department, one.stream), one.source))
            warnings += other_name(one, department)
    objects = models.PlanCell.objects.filter(
        municipality_id=municipality_id, fiscal_year__in={one.fiscal_year for one in records}
    )
    table = compare_table(models.PlanCell, CELL_FIELDS, 3, rows, objects, remove=options.replace)
    return ImportPlan("plan", (table,), (*refusals, *table.refusals), tuple(warnings))


def other_name(one: PlanRecord, department: Department) -> Iterator[Refusal]:
    """A warning where code and name of a row mean different departments: one of the two is mistyped, or an old name."""
    if one.department_code and one.name_ja and not department.is_called(one.name_ja):
        reason = f"所属コード「{department.code}」は「{department.name_ja}」ですが、「{one.name_ja}」と書かれています。"
        yield Refusal("other_name", reason, place_of(one.source, "課所等名"))


def planned_department(one: PlanRecord, book: DepartmentBook, refusals: list[Refusal]) -> Department | None:
    """The department a record means, by code, else by name; what stands against it is put to the refusals."""
    if one.department_code:
        department = book.find(one.department_code, one.fiscal_year)
        if department is None:
            reason = book.unknown_ja(one.department_code, one.fiscal_year)
            refusals.append(Refusal("unknown_department", reason, place_of(one.source, "所属コード")))
        return department
    found = book.named(one.name_ja, one.fiscal_year, one.bureau_ja)
    if len(found) == 1:
        return found[0]
    if not found:
        reason = book.unnamed_ja(one.name_ja, one.fiscal_year)
        refusals.append(Refusal("unknown_department", reason, place_of(one.source, "課所等名")))
        return None
    listed = "、".join(f"{same.code}（{same.bureau_ja or '部局なし'}）" for same in found)
    reason = (
        f"「{one.name_ja}」という課所等は{len(found)}つあります：{listed}。部局名又は所属コードの列を加えてください。"
    )
    refusals.append(Refusal("ambiguous_department", reason, place_of(one.source, "課所等名")))
    return None


def plan_engagements(municipality_id: int, records: Sequence[EngagementRecord], options: ImportOptions) -> ImportPlan:
    """What a list of engagements would change; a record names all auditors of its engagement."""
    years = {one.fiscal_year for one in records}
    book = department_book(municipality_id)
    staff = staff_by_number(municipality_id, years)
    rostered = {fiscal_year for fiscal_year, _ in staff}
    standing = engagements_by_code(municipality_id, years)
    rows: list[Row] = []
    auditors: list[Row] = []
    faults: list[Refusal] = []
    warnings: list[Refusal] = []
    for one in records:
        department = book.find(one.department_code, one.fiscal_year) if one.department_code else None
        faults += engagement_faults(one, department, book)
        engagement = standing.setdefault(
            (one.fiscal_year, one.code), models.Engagement(municipality_id=municipality_id)
        )
        rows.append(engagement_row(one, engagement, department))
        for reference in one.auditor_numbers:
            person = staff.get((one.fiscal_year, reference))
            if one.stream == "internal_audit" and person is None and one.fiscal_year in rostered:
                reason = f"監査員「{reference}」はその年度の職員名簿にいません。"
                faults.append(Refusal("unknown_staff", reason, place_of(one.source, "監査員")))
            warnings += own_department(one, person, department)
            auditors.append(Row((engagement, reference, person), one.source))
    engagements = models.Engagement.objects.filter(municipality_id=municipality_id, fiscal_year__in=years)
    people = models.EngagementAuditor.objects.filter(engagement__in=named_pks(records, standing))
    tables = (
        compare_table(models.Engagement, ENGAGEMENT_FIELDS, 2, rows, engagements, remove=options.replace),
        compare_table(models.EngagementAuditor, AUDITOR_FIELDS, 2, auditors, people, remove=True, is_personal=True),
    )
    refusals = (*faults, *(fault for table in tables for fault in table.refusals))
    return ImportPlan("engagements", tables, refusals, tuple(warnings))


def engagement_row(one: EngagementRecord, engagement: models.Engagement, department: Department | None) -> Row:
    """The wanted row of one engagement."""
    values = (
        one.fiscal_year,
        one.code,
        one.stream,
        one.method,
        department,
        one.started_on,
        one.ended_on,
        one.is_special,
    )
    return Row(values, one.source, engagement if engagement.pk is None else None)


def named_pks(records: Sequence[EngagementRecord], standing: Mapping[tuple[int, str], models.Engagement]) -> list[int]:
    """Keys of the engagements that the file names and that exist already."""
    return [pk for one in records if (pk := standing[(one.fiscal_year, one.code)].pk) is not None]


def engagement_faults(one: EngagementRecord, department: Department | None, book: DepartmentBook) -> Iterator[Refusal]:
    """What is wrong with an engagement by itself."""
    if one.department_code and department is None:
        reason = book.unknown_ja(one.department_code, one.fiscal_year)
        yield Refusal("unknown_department", reason, place_of(one.source, "所属コード"))
    if one.started_on and one.ended_on and one.ended_on < one.started_on:
        yield Refusal("days_reversed", "終了日が開始日より前です。", place_of(one.source, "終了日"))


def own_department(
    one: EngagementRecord, person: StaffMember | None, department: Department | None
) -> Iterator[Refusal]:
    """Independence: nobody audits the own department. A warning, because the office may have a reason to record it."""
    if person is not None and department is not None and person.department_id == department.pk:
        reason = f"監査員「{person.staff_number}」は被監査部門に所属しています。"
        yield Refusal("own_department", reason, place_of(one.source, "監査員"))


def plan_training(municipality_id: int, records: Sequence[TrainingRecord], options: ImportOptions) -> ImportPlan:
    """What a training record would change; everyone in it must be on the roster of the year."""
    years = {one.fiscal_year for one in records}
    staff = staff_by_number(municipality_id, years)
    refusals: list[Refusal] = []
    rows: list[Row] = []
    for one in records:
        person = staff.get((one.fiscal_year, one.staff_number))
        if person is None:
            reason = f"職員番号「{one.staff_number}」はその年度の職員名簿にいません。"
            refusals.append(Refusal("unknown_staff", reason, place_of(one.source, "職員番号")))
            continue
        values = (one.fiscal_year, one.kind, one.title_ja, one.held_on, person, one.minutes)
        rows.append(Row(values, one.source))
    objects = models.TrainingAttendance.objects.filter(municipality_id=municipality_id, fiscal_year__in=years)
    table = compare_table(
        models.TrainingAttendance, TRAINING_FIELDS, 5, rows, objects, remove=options.replace, is_personal=True
    )
    return ImportPlan("training", (table,), (*refusals, *table.refusals))
