"""Which small audit year do the tests of figures and sentences compute by hand? Every number here is made up."""

from __future__ import annotations

from dataclasses import replace

from kansa.core.diagnosis_summary import DiagnosisCell, DiagnosisSummary
from kansa.core.year import (
    Checklist,
    ControlItem,
    Department,
    Drill,
    DrillRow,
    Engagement,
    Finding,
    PlanCell,
    ReportSettings,
    ScaleLevel,
    SourceFile,
    SourceRows,
    TallyRow,
    Training,
    YearData,
    YearRecords,
    YearRules,
)

FILE = SourceFile("a" * 64, "判定.xlsx")
SCALE = tuple(ScaleLevel(level, f"レベル{level}", f"基準その{level}") for level in range(5))


def item(
    code: str, lineage: str = "carried", prior_code: str | None = None, domain_ja: str = "組織体制"
) -> ControlItem:
    """An item; a carried or revised one continues the item of the same code unless told."""
    origin = prior_code if prior_code is not None else ("" if lineage == "added" else code)
    return ControlItem(code, domain_ja, f"{code}を行っているか", "規程を見る", lineage, origin)


def check(stream: str, department: str, levels: str, row: int = 2) -> Engagement:
    """A control check whose judgements stand in consecutive rows from `row`."""
    rows = f"{row}-{row + len(levels) - 1}" if len(levels) > 1 else str(row)
    source = SourceRows(FILE.sha256, "判定", rows)
    return Engagement(
        f"{stream[:2]}-{department}",
        stream,
        "control_check",
        department,
        "2024-10-01",
        "",
        2,
        levels,
        sources=(source,),
    )


def department(code: str, bureau_ja: str = "総務部", kind: str = "head_office") -> Department:
    return Department(code, f"{code}課", bureau_ja, kind)


def tally_row(code: str, people: int, *answers: tuple[int, int, int, int]) -> TallyRow:
    """One department: (yes, no, not applicable, blank) per item; the roster has one person more."""
    yes, no, not_applicable, blank = (tuple(column) for column in zip(*answers, strict=True))
    source = SourceRows(FILE.sha256, "回答", f"2-{people + 1}")
    return TallyRow(code, people + 1, people, yes, no, not_applicable, blank, (source,))


def finding(code: str, **changes: object) -> Finding:
    """A planned detection of the external audit, not yet improved."""
    plain = Finding(
        code,
        "external_audit",
        "ex-A",
        "A",
        "E1",
        "detection",
        f"検出{code}",
        "",
        "fix",
        (),
        "2024-12-01",
        "2025-02-28",
        2024,
        "",
        "",
        "",
        False,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def this_records() -> YearRecords:
    """FY2024: external 3+3+2 | 4+N+2, internal 4+4 | 3+2."""
    return YearRecords(
        2024,
        YearRules(SCALE),
        departments=(department("A"), department("B"), department("C", "福祉部", "nursery")),
        checklists=(
            Checklist("external_audit", (item("E1"), item("E2", "revised"), item("E3", "added", domain_ja="運用"))),
            Checklist("internal_audit", (item("N1"), item("N2"))),
            Checklist("self_inspection", (item("Q1"), item("Q2", "added"))),
        ),
        engagements=(
            check("external_audit", "A", "332"),
            check("external_audit", "B", "4N2", 5),
            check("internal_audit", "A", "44", 8),
            check("internal_audit", "C", "32", 10),
        ),
        tally=(
            tally_row("A", 10, (9, 1, 0, 0), (8, 2, 0, 0)),
            tally_row("B", 20, (20, 0, 0, 0), (15, 5, 0, 0)),
            tally_row("C", 30, (27, 1, 1, 1), (24, 4, 2, 0)),
        ),
        drills=(Drill("D1", "秋の訓練", "2024-10-01", (DrillRow("A", 50, 48, 20, 6, 1, 12, 2),)),),
        findings=(finding("F1"), finding("F2", improved_on="2025-01-10", verified_on="2025-02-01")),
        trainings=(Training("prior_study", "事前学習", "2024-07-01", 60, 12),),
        diagnosis=this_diagnosis(),
    )


def prior_records() -> YearRecords:
    """FY2023: external 3+2+2 | 3+3+1, internal 3+3 | 3+1."""
    return YearRecords(
        2023,
        YearRules(SCALE),
        departments=(department("A"), department("B"), department("C", "福祉部", "nursery")),
        checklists=(
            Checklist("external_audit", (item("E1", "added"), item("E2", "added"), item("E9", "added"))),
            Checklist("internal_audit", (item("N1", "added"), item("N2", "added"))),
            Checklist("self_inspection", (item("Q1", "added"), item("Q9", "added"))),
        ),
        engagements=(
            check("external_audit", "A", "322"),
            check("external_audit", "B", "331", 5),
            check("internal_audit", "B", "33", 8),
            check("internal_audit", "C", "31", 10),
        ),
        tally=(
            tally_row("A", 10, (8, 2, 0, 0), (9, 1, 0, 0)),
            tally_row("B", 20, (18, 2, 0, 0), (19, 1, 0, 0)),
            tally_row("C", 30, (26, 4, 0, 0), (28, 2, 0, 0)),
        ),
        diagnosis=DiagnosisSummary(
            2023, (cell("lgwan", "patch", "new", 9), cell("internet", "cryptography", "new", 3)), 2, 4, 0
        ),
    )


def cell(zone: str, kind: str, state: str, count: int, decided: int = 0, detected: int = 0) -> DiagnosisCell:
    """So many vulnerabilities of one zone, kind and state."""
    names = {"lgwan": "LGWAN接続系", "internet": "インターネット接続系"}
    return DiagnosisCell(zone, names[zone], kind, state, count, detected, decided)


def this_diagnosis() -> DiagnosisSummary:
    """4 + 2 + 1 + 3 = 10 open ones, of which 3 + 1 are decided; 5 were looked for and are gone."""
    cells = (
        cell("lgwan", "patch", "new", 4, decided=3, detected=4),
        cell("lgwan", "patch", "resolved", 5),
        cell("lgwan", "setting", "continuing", 2, decided=1, detected=2),
        cell("internet", "cryptography", "returned", 1, detected=1),
        cell("internet", "patch", "unconfirmed", 3),
    )
    return DiagnosisSummary(2024, cells, 3, 6, 1, (("accept", 1), ("fix", 3)), 2, 0, "令和７年２月１日時点")


def made_year(**changes: object) -> YearData:
    """The whole year; keyword arguments replace parts of it."""
    plain = YearData(
        ReportSettings("みほん市", "", "", "2025-03-31"),
        this_records(),
        prior_records(),
        plan=(PlanCell(2024, "A", "internal_audit"), PlanCell(2023, "B", "internal_audit")),
        files=(FILE,),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]
