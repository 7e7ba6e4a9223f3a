"""Rules of the checks: a sound year, changed in one respect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

from kansa.core.checks import SEVERITIES_JA, run_checks
from kansa.core.year import (
    Checklist,
    ControlItem,
    Department,
    Drill,
    DrillRow,
    Engagement,
    Finding,
    PlanCell,
    PublishedFigure,
    ReportSettings,
    ScaleLevel,
    Succession,
    TallyRow,
    YearData,
    YearRecords,
    YearRules,
)
from tests.spec.rules.reading import NONE, Rule, each, yes_no
from tests.spec.tables import Row


def item(code: str, lineage: str, prior_code: str = "", text_ja: str = "文書を 保管している。") -> ControlItem:
    """A control item with the same words everywhere unless said otherwise."""
    return ControlItem(code, "運用", text_ja, "規程どおりである。", lineage, prior_code)


def engagement(code: str, stream: str, department_code: str, levels: str) -> Engagement:
    """A control check in October of the year."""
    return Engagement(code, stream, "control_check", department_code, "2024-10-01", "2024-10-31", 2, levels)


FINDING = Finding(
    code="F1",
    stream="internal_audit",
    engagement_code="N1",
    department_code="D2",
    item_code="T1",
    classification="detection",
    title_ja="保管の不備",
    network_zone="",
    treatment="fix",
    weighed=(),
    planned_on="2024-12-01",
    due_on="2025-03-01",
    promised_fiscal_year=2024,
    improved_on="2025-02-01",
    verified_on="2025-02-10",
    recurrence_of="",
    lateral_rollout=True,
)
PRIOR = YearRecords(
    2023,
    YearRules(scale=tuple(ScaleLevel(level, f"レベル{level}", "基準") for level in range(5))),
    departments=tuple(Department(f"D{n}", f"第{n}課", "総務部", "head_office") for n in (1, 2, 3)),
    checklists=(
        Checklist("internal_audit", (item("P1", "added"), item("P2", "added"))),
        Checklist("self_inspection", (item("Q1", "added"),)),
    ),
    tally=(TallyRow("D1", 10, 10, (9,), (1,), (0,), (0,)),),
)
THIS = replace(
    PRIOR,
    fiscal_year=2024,
    checklists=(
        Checklist("external_audit", (item("E1", "added"),)),
        Checklist("internal_audit", (item("T1", "carried", "P1"), item("T2", "carried", "P2"))),
        Checklist("self_inspection", (item("Q1", "carried", "Q1"),)),
    ),
    engagements=(
        engagement("G1", "external_audit", "D1", "3"),
        replace(engagement("N1", "internal_audit", "D2", "3N"), reasons=((1, "該当する機器がない"),)),
    ),
    tally=(TallyRow("D1", 10, 9, (8,), (1,), (0,), (0,)),),
    drills=(Drill("M1", "秋の訓練", "2024-11-01", (DrillRow("D1", 10, 10, 4, 2, 1, 5, 1),)),),
    findings=(FINDING,),
)
PLAN = (
    PlanCell(2024, "D1", "external_audit"),
    PlanCell(2023, "D1", "internal_audit"),
    PlanCell(2024, "D2", "internal_audit"),
    PlanCell(2025, "D3", "internal_audit"),
)
SOUND = YearData(ReportSettings("みほん市", "報告書", "", "2025-03-31"), THIS, PRIOR, PLAN)


def this_year(**changes: object) -> YearData:
    """The sound year with other records."""
    return replace(SOUND, this=replace(THIS, **changes))  # type: ignore[arg-type]


def judged(place: int, **changes: object) -> YearData:
    """The sound year with one engagement changed."""
    checks = list(THIS.engagements)
    checks[place] = replace(checks[place], **changes)  # type: ignore[arg-type]
    return this_year(engagements=tuple(checks))


def internal_items(*items: ControlItem) -> YearData:
    """The sound year with another checklist of the internal audit."""
    lists = (THIS.checklists[0], Checklist("internal_audit", items), THIS.checklists[2])
    checks = (THIS.engagements[0], engagement("N1", "internal_audit", "D2", "3" * len(items)))
    return this_year(checklists=lists, engagements=checks)


def found(**changes: object) -> YearData:
    """The sound year with its finding changed."""
    return this_year(findings=(replace(FINDING, **changes),))  # type: ignore[arg-type]


def reported(**changes: object) -> YearData:
    """The sound year with other settings of the report."""
    return replace(SOUND, settings=replace(SOUND.settings, **changes))  # type: ignore[arg-type]


def published(year: int, figure_id: str, shown: str, *, approximate: bool = False) -> YearData:
    """The sound year with a figure as it was published."""
    unit = "％" if figure_id == "self.rate" else "点"
    places = len(shown.partition(".")[2])
    figure = PublishedFigure(
        year, figure_id, shown, Fraction(shown), places, unit, approximate, "報告書", "２頁", "５行", "", "2025-03-31"
    )
    if year == 2024:
        return this_year(published=(figure,))
    return replace(SOUND, prior=replace(PRIOR, published=(figure,)))


def _renamed() -> YearData:
    plan = (*PLAN[:1], PlanCell(2023, "旧D1", "internal_audit"), *PLAN[2:])
    return replace(SOUND, plan=plan, successions=(Succession(2024, "renamed", "旧D1", "D1"),))


def _renamed_later() -> YearData:
    plan = (*PLAN[:3], PlanCell(2025, "新D3", "internal_audit"))
    return replace(SOUND, plan=plan, successions=(Succession(2025, "renamed", "D3", "新D3"),))


SITUATIONS: dict[str, Callable[[], YearData]] = {
    "そろっている": lambda: SOUND,
    "記録が１件もない": lambda: this_year(engagements=(), tally=(), drills=(), findings=()),
    "公表済みの数値だけがある": lambda: replace(
        SOUND,
        this=replace(published(2024, "internal.mean", "3.12").this, engagements=(), tally=(), drills=(), findings=()),
    ),
    "判定が終わっていない項目がある": lambda: judged(0, levels="-"),
    "判定基準がない": lambda: this_year(rules=YearRules(())),
    "判定基準にないレベルの判定がある": lambda: judged(0, levels="5"),
    "理由のない対象外がある": lambda: judged(1, reasons=((1, " "),)),
    "計画にない所属を監査した": lambda: judged(1, department_code="D3"),
    "計画にない所属を特命監査とした": lambda: judged(1, department_code="D3", special=True),
    "外部監査の対象を内部監査でも監査した": lambda: replace(
        judged(1, department_code="D1"), plan=(*PLAN, PlanCell(2024, "D1", "internal_audit"))
    ),
    "一巡の計画に入らない所属がある": lambda: replace(SOUND, plan=(*PLAN[:3], PlanCell(2025, "D2", "internal_audit"))),
    "一巡の後の年度の計画がまだない": lambda: replace(SOUND, plan=PLAN[:3]),
    "一巡の前の年度に改称前の所属で計画した": _renamed,
    "一巡の後の年度に改称後の所属で計画した": _renamed_later,
    "実施日が年度の外にある": lambda: judged(0, ended_on="2025-04-01"),
    "所属にない所属コードの判定がある": lambda: this_year(
        departments=THIS.departments[1:], tally=(), drills=(), engagements=THIS.engagements
    ),
    "チェックリストにない項目の検出事項がある": lambda: found(item_code="P1"),
    "前年度にない項目を引き継いでいる": lambda: internal_items(
        item("T1", "carried", "P1"),
        item("T2", "revised", "P9", "新しい文。"),
        item("T3", "revised", "P2", "直した文。"),
    ),
    "二つの項目が同じ項目を変更なしで引き継いでいる": lambda: internal_items(
        item("T1", "carried", "P1"), item("T2", "carried", "P1"), item("T3", "revised", "P2", "直した文。")
    ),
    "変更がないのに文言が異なる": lambda: internal_items(
        item("T1", "carried", "P1", "別の文。"), item("T2", "carried", "P2")
    ),
    "変更がなく空白だけが異なる": lambda: internal_items(
        item("T1", "carried", "P1", "文書を\n保管している。"), item("T2", "carried", "P2")
    ),
    "見直したのに文言が同じ": lambda: internal_items(item("T1", "revised", "P1"), item("T2", "carried", "P2")),
    "前年度の項目がどこにも引き継がれていない": lambda: internal_items(
        item("T1", "carried", "P1"), item("T2", "added")
    ),
    "回答数の合計が回答者数より多い": lambda: this_year(tally=(TallyRow("D1", 10, 9, (8,), (2,), (0,), (0,)),)),
    "回答者が名簿より多い": lambda: this_year(tally=(TallyRow("D1", 8, 9, (8,), (1,), (0,), (0,)),)),
    "開いた職員が届いた職員より多い": lambda: this_year(
        drills=(replace(THIS.drills[0], rows=(DrillRow("D1", 10, 1, 1, 2, 1, 5, 1),)),)
    ),
    "改善計画のない検出事項がある": lambda: found(planned_on=""),
    "確認日が改善日より前": lambda: found(verified_on="2025-01-31"),
    "公表した平均が記録と異なる": lambda: published(2024, "internal.mean", "3.12"),
    "公表した平均が記録と一致する": lambda: published(2024, "internal.mean", "3.00"),
    "公表した概数が記録と異なる": lambda: published(2024, "internal.mean", "3.1", approximate=True),
    "公表した前年度の遵守率が記録と異なる": lambda: published(2023, "self.rate", "94.1"),
    "所見に保証と受け取られる表現がある": lambda: reported(remarks=(("外部監査", "重要な問題は発見されなかった。"),)),
    "報告日がない": lambda: reported(report_on=""),
    "報告日が年度の末日より前": lambda: reported(report_on="2025-03-30"),
    "報告日が日付として読めない": lambda: reported(report_on="3月末"),
}


def _checked(row: Row) -> Row:
    notices = run_checks(SITUATIONS[row["状況"]]())
    words = {
        (notice.code, SEVERITIES_JA[notice.severity], yes_no(notice.acceptable))
        for notice in notices
        if notice.message_ja and notice.place_ja and notice.way_on_ja
    }
    code, severity, acceptable = sorted(words)[0] if words else (NONE, NONE, NONE)
    several = "（ほか）" if len(words) > 1 else ""
    return {"符号": code + several, "扱い": severity, "理由で可": acceptable}


RULES: dict[str, Rule] = {"checks": each(_checked)}
