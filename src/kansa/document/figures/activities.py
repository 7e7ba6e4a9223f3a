"""Which figures do the mail drill, the findings and the auditors' training give?"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from kansa.core.drill import OMITTED, DrillCounts, open_rate, report_rate, report_rate_among_clicked
from kansa.core.findings import FindingSummary, summarise
from kansa.core.wording import share_word
from kansa.core.year import Drill, Finding
from kansa.document.figure import Selection
from kansa.document.figures.maker import Maker

ORIGINS_JA = {"external_audit": "外部監査", "internal_audit": "内部監査", "technical_diagnosis": "技術的診断"}
ORIGIN_PREFIX = {"external_audit": "external", "internal_audit": "internal", "technical_diagnosis": "diagnosis"}
ZONES_JA = {
    "my_number": "マイナンバー利用事務系",
    "lgwan": "LGWAN接続系",
    "internet": "インターネット接続系",
    "isolated": "外部に接続しない領域",
}


def drill_counts(drill: Drill) -> DrillCounts:
    """City-wide numbers of people of one drill."""

    def total(name: str) -> int:
        return sum(getattr(row, name) for row in drill.rows)

    return DrillCounts(
        sent=total("sent"),
        delivered=total("delivered"),
        opened=total("opened"),
        clicked=total("clicked"),
        submitted=total("submitted"),
        reported=total("reported"),
        reported_after_click=total("reported_after_click"),
    )


def drill_figures(maker: Maker) -> None:
    """Numbers and rates of each drill of the year, with numerator and denominator named."""
    year = maker.year.this
    maker.count(
        "drill.count", "メール訓練の回数", len(year.drills), "count_drills/1", Selection("drill", year.fiscal_year)
    )
    for number, drill in enumerate(year.drills, start=1):
        _drill(maker, f"drill.{number}", drill)


def _drill(maker: Maker, prefix: str, drill: Drill) -> None:
    counts = drill_counts(drill)
    name_ja = drill.name_ja or f"メール訓練{drill.code}"
    chosen = Selection("drill", maker.year.this.fiscal_year, items=(drill.code,))
    # Clicks and reports, and nothing said of their order: some act has no time (apps.drills.queries.recorded).
    is_ordered = bool(
        not counts.clicked
        or not counts.reported
        or counts.reported_after_click
        or drill.reports_before_first_click is not None
    )
    for name, label_ja, value in (
        ("sent", "送信した人数", counts.sent),
        ("delivered", "到達した人数", counts.delivered),
        ("opened", "メールを開いた記録のある人数（参考）", counts.opened),
        ("clicked", "リンク又は添付を開いた人数", counts.clicked),
        ("reported", "報告した人数", counts.reported),
        *((("reported_after_click", "開いた後に報告した人数", counts.reported_after_click),) if is_ordered else ()),
    ):
        maker.count(f"{prefix}.{name}", f"{name_ja}：{label_ja}", value, "count_drill/1", chosen)
    definition = maker.rules.open_rate
    rates: tuple[tuple[str, str, Callable[[], Fraction], str], ...] = (
        (
            "open_rate",
            "開封率",
            lambda: open_rate(counts, definition),
            f"open_rate_{definition.replace('/', '_per_')}/1",
        ),
        ("report_rate", "報告率", lambda: report_rate(counts), "report_rate/1"),
        (
            "report_rate_among_clicked",
            "開いた人の報告率",
            lambda: report_rate_among_clicked(counts, is_ordered=is_ordered),
            "report_rate_among_clicked/1",
        ),
    )
    for name, label_ja, compute, formula in rates if definition != OMITTED else rates[1:]:
        maker.number(
            f"{prefix}.{name}",
            f"{name_ja}：{label_ja}",
            compute,
            unit="percent",
            formula=formula,
            places=maker.rules.rate_places,
            sources=[chosen],
        )
    for name, label_ja, minutes in (
        ("first_click_minutes", "最初に開かれるまでの分", drill.first_click_minutes),
        ("first_report_minutes", "最初の報告までの分", drill.first_report_minutes),
        ("reports_before_first_click", "最初に開かれる前の報告数", drill.reports_before_first_click),
    ):
        if minutes is not None:
            maker.count(f"{prefix}.{name}", f"{name_ja}：{label_ja}", minutes, "drill_times/1", chosen)


def finding_figures(maker: Maker) -> None:
    """Findings of the year by origin: planned, improved within the year, carried over, recurring."""
    year = maker.year.this
    for stream, prefix in ORIGIN_PREFIX.items():
        chosen = tuple(finding for finding in year.findings if finding.stream == stream)
        if chosen:
            _findings(maker, stream, f"{prefix}.finding", chosen)
    _zones(maker)


def _findings(maker: Maker, stream: str, prefix: str, findings: tuple[Finding, ...]) -> None:
    summary: FindingSummary = summarise(findings, maker.year.this.fiscal_year)
    heading = f"{ORIGINS_JA[stream]}の"
    selection = Selection("findings", maker.year.this.fiscal_year, stream)
    for name, label_ja, value in (
        ("detected", "検出事項", summary.detected),
        ("recommendations", "改善提言", summary.recommendations),
        ("planned", "改善計画のある検出事項", summary.planned),
        ("no_plan", "改善計画のない検出事項", summary.no_plan),
        ("improved", "年度内に改善し確認された検出事項", summary.improved_within_year),
        ("unverified", "改善の報告があり確認が済んでいない検出事項", summary.improved_unverified),
        ("promised", "年度内の改善を予定する検出事項", summary.promised_within_year),
        ("carried_over", "翌年度へ繰り越す検出事項", summary.carried_over),
        ("accepted", "リスク受容とした検出事項", summary.accepted),
        ("recurring", "再発した検出事項", summary.recurring),
        ("lateral", "水平展開の対象とする検出事項", summary.lateral),
    ):
        maker.count(f"{prefix}.{name}", f"{heading}{label_ja}の数", value, f"count_finding_{name}/1", selection)
    if not summary.detected:
        return
    version = maker.rules.wording_version
    for name, part, label_ja in (
        ("planned", summary.planned, "改善計画のある割合を表す語"),
        (
            "within_year",
            summary.improved_within_year + summary.promised_within_year,
            "年度内の改善・予定の割合を表す語",
        ),
    ):
        maker.text(
            f"{prefix}.{name}.word",
            f"{heading}{label_ja}",
            share_word(part, summary.detected, version),
            f"wording/{version}",
            inputs=[f"{prefix}.detected"],
        )


def _zones(maker: Maker) -> None:
    """Findings of the technical diagnosis by network zone."""
    findings = [finding for finding in maker.year.this.findings if finding.stream == "technical_diagnosis"]
    chosen = Selection("findings", maker.year.this.fiscal_year, "technical_diagnosis")
    for zone, zone_ja in ZONES_JA.items():
        number = sum(finding.network_zone == zone for finding in findings)
        if number:
            maker.count(f"diagnosis.zone.{zone}", f"技術的診断の検出事項（{zone_ja}）", number, "count_zone/1", chosen)


def training_figures(maker: Maker) -> None:
    """Training sessions of the auditors by kind."""
    year = maker.year.this
    for kind in ("prior_study", "case_study", "exercise", "lecture"):
        sessions = [training for training in year.trainings if training.kind == kind]
        if sessions:
            chosen = Selection("trainings", year.fiscal_year, items=(kind,))
            maker.count(f"training.{kind}.sessions", "監査員研修の回数", len(sessions), "count_trainings/1", chosen)
            attendees = max(session.attendee_count for session in sessions)
            maker.count(
                f"training.{kind}.attendees",
                "監査員研修の受講者数（最も多い回）",
                attendees,
                "count_attendees/1",
                chosen,
            )
