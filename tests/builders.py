"""How does a test get its records? Plain functions with keyword defaults that go through the actions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from kansa.apps.annual_report.actions.importing import ImportOutcome, import_records
from kansa.apps.people.actions import found_municipality
from kansa.apps.people.models import Municipality
from kansa.apps.trail.actions import ImportOptions, Upload
from kansa.core.permission import Actor
from kansa.formats.records import (
    AnswerRecord,
    AssetRecord,
    ChecklistItemRecord,
    DepartmentRecord,
    DrillEventRecord,
    DrillRecord,
    EngagementRecord,
    FindingRecord,
    GuidelineItemRecord,
    JudgementRecord,
    PlanRecord,
    Record,
    ScaleLevelRecord,
    Source,
    StaffRecord,
    TrainingRecord,
    YearSettingRecord,
)
from tests.cast import CLERK
from tests.records import changed

YEAR = 2024


def upload(name: str = "表.csv", data: bytes = b"") -> Upload:
    """A file; its bytes are its name unless they matter."""
    return Upload(name, data or name.encode())


def source(row: int = 2, file: Upload | None = None, sheet: str = "表") -> Source:
    """Where a record comes from."""
    file = file or upload()
    return Source(file.sha256, file.name, sheet, row)


def placed(records: Sequence[Any], file: Upload | None = None) -> list[Any]:
    """The records as rows 2, 3, ... of one file."""
    return [changed(one, source=source(row, file)) for row, one in enumerate(records, 2)]


def imported(
    kind: str,
    records: Sequence[Record],
    *,
    actor: Actor = CLERK,
    apply: bool = True,
    file: Upload | None = None,
    options: ImportOptions | None = None,
) -> ImportOutcome:
    """Imports records as rows of one file."""
    file = file or upload(f"{kind}.csv")
    return import_records(actor, kind, placed(records, file), [file], apply=apply, options=options)


def build_city(actor: Actor = CLERK, name_ja: str = "みほん市") -> Municipality:
    """A registered municipality."""
    return found_municipality(actor, name_ja)


def setting(key: str = "pass_mark", value: str = "3.00", fiscal_year: int = YEAR) -> YearSettingRecord:
    """One rule of the year."""
    return YearSettingRecord(fiscal_year, key, value, source())


def scale(fiscal_year: int = YEAR) -> list[ScaleLevelRecord]:
    """The five levels."""
    return [
        ScaleLevelRecord(fiscal_year, level, f"レベル{level}", f"基準{level}", source()) for level in range(4, -1, -1)
    ]


def department(code: str = "101", **fields: Any) -> DepartmentRecord:
    """課所等."""
    values: dict[str, Any] = {
        "name_ja": f"第{code}課",
        "bureau_ja": "総務部",
        "kind": "head_office",
        "valid_from": 2000,
        "valid_to": None,
        "succession": "",
        "predecessor_codes": (),
    }
    return DepartmentRecord(code=code, source=source(), **{**values, **fields})


def staff(number: str = "S001", department_code: str = "101", **fields: Any) -> StaffRecord:
    """職員."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "name_ja": f"職員{number}",
        "mail_address": f"{number.lower()}@mihon.example",
        "post_ja": "主事",
        "is_auditor": False,
        "excluded_reason_ja": "",
    }
    return StaffRecord(staff_number=number, department_code=department_code, source=source(), **{**values, **fields})


def item(code: str = "A1", stream: str = "external_audit", **fields: Any) -> ChecklistItemRecord:
    """監査項目."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "domain_ja": "人的",
        "text_ja": f"項目{code}を行っているか",
        "criteria_ja": "規程",
        "lineage": "carried",
        "prior_code": code,
        "same_as_code": "",
        "is_editorial": False,
        "policy_clause": "",
        "mic_number": "",
        "jis_number": "",
        "law_ja": "",
        "edition_ja": "",
    }
    return ChecklistItemRecord(code=code, stream=stream, source=source(), **{**values, **fields})


def guideline_item(number: str = "1", edition_ja: str = "令和7年3月版", **fields: Any) -> GuidelineItemRecord:
    """監査ガイドラインの項目."""
    values: dict[str, Any] = {
        "requirement": "required",
        "chapter_ja": "1. 組織体制",
        "text_ja": f"項目{number}が定められているか",
        "documents_ja": "",
        "procedure_ja": "",
        "example_number": "",
        "jis_number": "",
        "note_ja": "",
    }
    return GuidelineItemRecord(edition_ja, number, source=source(), **{**values, **fields})


def engagement(code: str = "E1", department_code: str = "101", **fields: Any) -> EngagementRecord:
    """実施計画の一件."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "stream": "external_audit",
        "method": "control_check",
        "started_on": date(YEAR, 10, 1),
        "ended_on": date(YEAR, 10, 2),
        "auditor_numbers": ("監査法人 一郎",),
        "is_special": False,
    }
    return EngagementRecord(code=code, department_code=department_code, source=source(), **{**values, **fields})


def judgement(
    item_code: str = "A1", level: int | None = 3, engagement_code: str = "E1", **fields: Any
) -> JudgementRecord:
    """判定; without a level it is 対象外 with a reason."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "department_code": "101",
        "state": "judged" if level is not None else "not_applicable",
        "reason_ja": "" if level is not None else "該当する機器がない",
        "evidence_ja": "規程集",
        "auditor_ja": "監査法人 一郎",
    }
    return JudgementRecord(
        item_code=item_code, level=level, engagement_code=engagement_code, source=source(), **{**values, **fields}
    )


def answer(respondent: str = "R001", answers: str = "yn", **fields: Any) -> AnswerRecord:
    """自己点検 of one respondent; `answers`: one letter for Q1, Q2, ...: y, n, - (該当なし), blank."""
    words = {"y": "yes", "n": "no", "-": "not_applicable", " ": "blank"}
    given = tuple((f"Q{place}", words[letter]) for place, letter in enumerate(answers, 1))
    values: dict[str, Any] = {"fiscal_year": YEAR, "department_code": "101"}
    return AnswerRecord(respondent=respondent, answers=given, source=source(), **{**values, **fields})


def delivery(recipient: str = "s001@mihon.example", **fields: Any) -> DrillRecord:
    """メール訓練: one mail to one person."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "drill_code": "D1",
        "department_code": "",
        "sent_at": None,
        "is_delivered": None,
        "opened_at": None,
        "clicked_at": None,
        "submitted_at": None,
        "reported_at": None,
        "excluded_reason_ja": "",
    }
    return DrillRecord(recipient=recipient, source=source(), **{**values, **fields})


def drill_event(recipient: str, kind: str, at: Any, **fields: Any) -> DrillEventRecord:
    """メール訓練: one raw event."""
    values: dict[str, Any] = {"fiscal_year": YEAR, "drill_code": "D1"}
    return DrillEventRecord(recipient=recipient, kind=kind, at=at, source=source(), **{**values, **fields})


def finding(code: str = "F1", **fields: Any) -> FindingRecord:
    """検出事項, without a plan."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "stream": "external_audit",
        "engagement_code": "E1",
        "department_code": "101",
        "item_code": "A1",
        "classification": "detection",
        "title_ja": "施錠の不徹底",
        "fact_ja": "書庫が施錠されていなかった",
        "network_zone": "",
        "treatment": "",
        "weighed": (),
        "measure_ja": "",
        "planned_on": None,
        "due_on": None,
        "promised_fiscal_year": None,
        "improved_on": None,
        "verified_on": None,
        "verifier_ja": "",
        "recurrence_of": "",
        "is_lateral_rollout": False,
    }
    return FindingRecord(code=code, source=source(), **{**values, **fields})


def asset(number: str = "A-1", **fields: Any) -> AssetRecord:
    """情報資産（機器）."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "system_ja": "庁内基盤",
        "department_code": "101",
        "network_zone": "LGWAN接続系",
        "host_name": "",
        "fqdn": "",
        "addresses": (),
        "importance": "high",
        "has_personal_number": False,
        "product_ja": "",
        "operating_system": "",
        "support_ends_on": None,
        "vendor_ja": "",
        "contract_ja": "",
        "contract_ends_on": None,
        "retired_in": None,
        "note_ja": "",
    }
    return AssetRecord(asset_number=number, source=source(), **{**values, **fields})


def training(number: str = "S001", **fields: Any) -> TrainingRecord:
    """監査員研修."""
    values: dict[str, Any] = {
        "fiscal_year": YEAR,
        "kind": "prior_study",
        "title_ja": "内部監査の進め方",
        "held_on": date(YEAR, 6, 3),
        "minutes": 90,
    }
    return TrainingRecord(staff_number=number, source=source(), **{**values, **fields})


def plan_cell(department_code: str = "101", fiscal_year: int = YEAR, stream: str = "external_audit") -> PlanRecord:
    """監査中期計画."""
    return PlanRecord(fiscal_year, department_code, stream, source())


def build_audit() -> None:
    """One external engagement E1 of department 101 with items A1 and A2, a scale and a pass mark; not yet judged."""
    imported("year", [setting(), setting("report_on", "2025-03-31"), *scale()])
    imported("departments", [department("101"), department("102", bureau_ja="市民部")])
    imported("checklist", [item("A1"), item("A2")])
    imported("engagements", [engagement()])


def build_questions() -> None:
    """A self-inspection with questions Q1 and Q2."""
    imported("checklist", [item("Q1", "self_inspection"), item("Q2", "self_inspection")])
