"""Which records does a year hold, in the form its files are written and read again?

Answers and deliveries cannot be exported: who gave them is not stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from django.utils import timezone

from kansa.apps.annual_report.models import PublishedFigure
from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import FiscalYearRule, GuidelineItem, ScaleLevel
from kansa.apps.controls.queries import checklist_records
from kansa.apps.diagnosis.queries import asset_records
from kansa.apps.findings.models import Finding, ImprovementPlan
from kansa.apps.findings.queries.measured import measured
from kansa.apps.people.models import Department, StaffMember, Succession
from kansa.apps.plan.models import Engagement, EngagementAuditor, PlanCell, TrainingAttendance
from kansa.apps.trail.models import FromFile
from kansa.core.errors import RuleError
from kansa.core.job_types import labels_of
from kansa.core.permission import Actor, can
from kansa.formats.records import (
    DepartmentRecord,
    EngagementRecord,
    FindingRecord,
    GuidelineItemRecord,
    JudgementRecord,
    PlanRecord,
    PublishedRecord,
    Record,
    ScaleLevelRecord,
    Source,
    StaffRecord,
    TrainingRecord,
    YearSettingRecord,
)


def source_of(row: FromFile) -> Source:
    """Where a row came from; empty for a typed one. Needs select_related("source_file")."""
    file = row.source_file
    return Source(file.sha256 if file else "", file.name if file else "", row.sheet, row.row)


def year_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """年度設定 and 判定基準."""
    rules = FiscalYearRule.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for rule in rules.select_related("source_file").order_by("key"):
        yield YearSettingRecord(fiscal_year, rule.key, rule.value, source_of(rule))
    levels = ScaleLevel.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for level in levels.select_related("source_file").order_by("-level"):
        yield ScaleLevelRecord(fiscal_year, level.level, level.label_ja, level.criterion_ja, source_of(level))


def department_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """課所等 of all years: a list of one year alone would lose the predecessors."""
    del fiscal_year
    origins: dict[int, list[Succession]] = {}
    successions = Succession.objects.filter(municipality_id=municipality_id).select_related("predecessor")
    for succession in successions.order_by("predecessor__code"):
        origins.setdefault(succession.successor_id, []).append(succession)
    rows = Department.objects.filter(municipality_id=municipality_id).select_related("source_file")
    for row in rows.order_by("code", "valid_from"):
        came_from = origins.get(row.pk, [])
        yield DepartmentRecord(
            row.code,
            row.name_ja,
            row.bureau_ja,
            row.kind,
            row.valid_from,
            row.valid_to,
            came_from[0].kind if came_from else "",
            tuple(succession.predecessor.code for succession in came_from),
            source_of(row),
        )


def staff_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """職員 of a year; the mail address is blank because only its token is kept (a blank one changes nothing)."""
    rows = StaffMember.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for row in rows.select_related("department", "source_file").order_by("staff_number"):
        yield StaffRecord(
            fiscal_year,
            row.staff_number,
            row.name_ja,
            row.department.code,
            "",
            row.post_ja,
            row.is_auditor,
            row.excluded_reason_ja,
            source_of(row),
            labels_of(row.job_type),
        )


def checklist_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """Items of all checklists of a year, in checklist order."""
    return checklist_records(municipality_id, fiscal_year)


def guideline_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """Items of all editions of the guideline: an edition belongs to no fiscal year."""
    del fiscal_year
    rows = GuidelineItem.objects.filter(municipality_id=municipality_id).select_related("source_file")
    for row in rows.order_by("edition_ja", "position", "pk"):
        yield GuidelineItemRecord(
            edition_ja=row.edition_ja,
            number=row.number,
            requirement=row.requirement,
            chapter_ja=row.chapter_ja,
            text_ja=row.text_ja,
            documents_ja=row.documents_ja,
            procedure_ja=row.procedure_ja,
            example_number=row.example_number,
            jis_number=row.jis_number,
            note_ja=row.note_ja,
            source=source_of(row),
        )


def plan_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """監査中期計画 of a year."""
    rows = PlanCell.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for row in rows.select_related("department", "source_file").order_by("department__code", "stream"):
        one = row.department
        yield PlanRecord(fiscal_year, one.code, row.stream, source_of(row), one.name_ja, one.bureau_ja)


def engagement_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """実施計画 with their auditors."""
    auditors: dict[int, list[str]] = {}
    people = EngagementAuditor.objects.filter(municipality_id=municipality_id, engagement__fiscal_year=fiscal_year)
    for engagement, reference in people.order_by("pk").values_list("engagement_id", "reference"):
        auditors.setdefault(engagement, []).append(reference)
    rows = Engagement.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for row in rows.select_related("department", "source_file").order_by("code"):
        yield EngagementRecord(
            fiscal_year,
            row.code,
            row.stream,
            row.method,
            row.department.code if row.department else "",
            row.started_on,
            row.ended_on,
            tuple(auditors.get(row.pk, ())),
            row.is_special,
            source_of(row),
        )


def judgement_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """判定 of a year, by engagement and item."""
    rows = Judgement.objects.filter(municipality_id=municipality_id, engagement__fiscal_year=fiscal_year)
    related = rows.select_related("engagement__department", "item", "source_file")
    for row in related.order_by("engagement__code", "item__position"):
        department = row.engagement.department
        yield JudgementRecord(
            fiscal_year,
            row.engagement.code,
            department.code if department else "",
            row.item.code,
            row.state,
            row.level,
            row.reason_ja,
            row.evidence_ja,
            row.auditor_ja,
            source_of(row),
        )


def finding_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """検出事項 with their improvement plans."""
    plans = {
        plan.finding_id: plan
        for plan in ImprovementPlan.objects.filter(municipality_id=municipality_id, finding__fiscal_year=fiscal_year)
    }
    rows = Finding.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    told = list(rows.select_related("engagement", "department", "item", "source_file").order_by("code"))
    through = measured(municipality_id, [row.pk for row in told], timezone.localdate())
    plans |= {pk: one.plan for pk, one in through.items()}
    for row in told:
        plan, by_measures = plans.get(row.pk) or ImprovementPlan(), through.get(row.pk)
        weighed = tuple(row.weighed.split(",")) if row.weighed else ()
        yield FindingRecord(
            fiscal_year=fiscal_year,
            code=row.code,
            stream=row.stream,
            engagement_code=row.engagement.code if row.engagement else "",
            department_code=row.department.code if row.department else "",
            item_code=row.item.code if row.item else "",
            classification=row.classification,
            title_ja=row.title_ja,
            fact_ja=row.fact_ja,
            network_zone=row.network_zone,
            treatment=by_measures.treatment if by_measures else row.treatment,
            weighed=by_measures.weighed if by_measures else weighed,
            measure_ja=plan.measure_ja,
            planned_on=plan.planned_on,
            due_on=plan.due_on,
            promised_fiscal_year=plan.promised_fiscal_year,
            improved_on=plan.improved_on,
            verified_on=plan.verified_on,
            verifier_ja=plan.verifier_ja,
            recurrence_of=row.recurrence_of,
            is_lateral_rollout=row.is_lateral_rollout,
            source=source_of(row),
        )


def training_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """監査員研修 of a year."""
    rows = TrainingAttendance.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for row in rows.select_related("staff", "source_file").order_by("held_on", "kind", "staff__staff_number"):
        number = row.staff.staff_number
        yield TrainingRecord(fiscal_year, number, row.kind, row.title_ja, row.held_on, row.minutes, source_of(row))


def published_rows(municipality_id: int, fiscal_year: int) -> Iterable[Record]:
    """Published figures of a year."""
    rows = PublishedFigure.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year)
    for row in rows.select_related("source_file").order_by("figure_id"):
        yield PublishedRecord(
            fiscal_year,
            row.figure_id,
            row.shown,
            Fraction(row.value) if row.value else None,
            row.places,
            row.unit,
            row.is_approximate,
            row.document_ja,
            row.page,
            row.line,
            row.quote_ja,
            row.published_on,
            source_of(row),
        )


EXPORTS: dict[str, Callable[[int, int], Iterable[Record]]] = {
    "year": year_rows,
    "departments": department_rows,
    "staff": staff_rows,
    "checklist": checklist_rows,
    "guideline": guideline_rows,
    "plan": plan_rows,
    "engagements": engagement_rows,
    "judgements": judgement_rows,
    "findings": finding_rows,
    "training": training_rows,
    "assets": asset_records,
    "published": published_rows,
}


def export_records(actor: Actor, kind: str, fiscal_year: int) -> tuple[Record, ...]:
    """The records of one kind and year; read again, they change nothing. Raises RuleError."""
    if not can(actor, "export"):
        raise RuleError("not_allowed", "書き出す権限がありません。")
    if kind not in EXPORTS:
        reason = f"「{kind}」は書き出せません。自己点検の回答と訓練の結果は、誰のものかを保存していないためです。"
        raise RuleError("not_exportable", reason)
    return tuple(EXPORTS[kind](actor.municipality_id, fiscal_year))
