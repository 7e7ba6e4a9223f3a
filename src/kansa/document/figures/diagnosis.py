"""Which figures does the technical diagnosis give: open, settled, decided, by zone and kind, against last year?

Counts only: no host, address or version is frozen with a year.
"""

from __future__ import annotations

from kansa.core.diagnosis_summary import DiagnosisSummary
from kansa.core.measures import TREATMENTS_JA
from kansa.core.vulnerability import OPEN_STATES, STATES_JA
from kansa.core.weaknesses import COUNTED_KINDS, KINDS_JA
from kansa.document.figure import Selection
from kansa.document.figures.maker import Maker

PREFIX = "diagnosis.vulnerability"


def diagnosis_figures(maker: Maker) -> None:
    """The counts of this year, and last year's beside them; none where no report of a scanner was taken over."""
    this, prior = maker.year.this, maker.year.prior
    if this.diagnosis is None:
        return
    _totals(maker, this.diagnosis, "")
    _decided(maker, this.diagnosis)
    _zones(maker, this.diagnosis, "")
    if prior is not None and prior.diagnosis is not None:
        _totals(maker, prior.diagnosis, ".prior")
        _zones(maker, prior.diagnosis, ".prior")
        change = this.diagnosis.open_count - prior.diagnosis.open_count
        maker.number(
            f"{PREFIX}.open.change",
            "未解消の脆弱性の数の前年度との差",
            lambda: change,
            unit="count",
            formula="difference/1",
            signed=True,
            inputs=[f"{PREFIX}.open", f"{PREFIX}.open.prior"],
        )


def _totals(maker: Maker, summary: DiagnosisSummary, suffix: str) -> None:
    chosen = Selection("vulnerabilities", summary.fiscal_year)
    year_ja = "前年度の" if suffix else ""
    for name, label_ja, value, formula in (
        ("open", "未解消の脆弱性", summary.open_count, "count_vulnerabilities/1"),
        ("detected", "年度内に検出した脆弱性", summary.detected_count, "count_detected_vulnerabilities/1"),
        ("scans", "取り込んだ診断結果", summary.scan_count, "count_scans/1"),
        ("assets", "検査した機器", summary.asset_count, "count_scanned/1"),
    ):
        maker.count(f"{PREFIX}.{name}{suffix}", f"{year_ja}{label_ja}の数", value, formula, chosen)
    for state, state_ja in STATES_JA.items():
        value = summary.count(states=[state])
        label_ja = f"{year_ja}脆弱性（{state_ja}）の数"
        maker.count(f"{PREFIX}.{state}{suffix}", label_ja, value, "count_vulnerabilities_in_state/1", chosen)


def _decided(maker: Maker, summary: DiagnosisSummary) -> None:
    chosen = Selection("vulnerabilities", summary.fiscal_year)
    maker.number(
        f"{PREFIX}.decided_rate",
        "対応を決定した割合",
        lambda: summary.decided_rate,
        unit="percent",
        formula="decided_rate/1",
        places=maker.rules.rate_places,
        n=summary.open_count,
        sources=[chosen],
    )
    treated = dict(summary.treatments)
    for treatment, treatment_ja in TREATMENTS_JA.items():
        label_ja = f"対応を「{treatment_ja}」と決定した脆弱性の数"
        maker.count(f"{PREFIX}.treatment.{treatment}", label_ja, treated.get(treatment, 0), "count_treated/1", chosen)
    maker.count(f"{PREFIX}.overdue", "期限を過ぎた脆弱性の数", summary.overdue_count, "count_overdue/1", chosen)
    if summary.advisory_days_ja:
        words = summary.advisory_days_ja
        maker.text(f"{PREFIX}.advisory_days", "照合データの時点", words, "advisory_days/1")


def _zones(maker: Maker, summary: DiagnosisSummary, suffix: str) -> None:
    year_ja = "前年度の" if suffix else ""
    for code, zone_ja in summary.zones:
        chosen = Selection("vulnerabilities", summary.fiscal_year, code)
        for kind in COUNTED_KINDS:
            value = summary.count(zone=code, kind=kind, states=OPEN_STATES)
            label_ja = f"{year_ja}未解消の脆弱性（{zone_ja}、{KINDS_JA[kind]}）の数"
            source = Selection("vulnerabilities", summary.fiscal_year, code, items=(kind,))
            maker.count(f"{PREFIX}.zone.{code}.{kind}{suffix}", label_ja, value, "count_vulnerabilities/1", source)
        for name, name_ja, states, formula in (
            ("open", "未解消の脆弱性", OPEN_STATES, "count_vulnerabilities/1"),
            ("resolved", "解消を確認した脆弱性", ("resolved",), "count_vulnerabilities_in_state/1"),
            ("unconfirmed", "状態を確認していない脆弱性", ("unconfirmed",), "count_vulnerabilities_in_state/1"),
        ):
            label_ja = f"{year_ja}{name_ja}（{zone_ja}）の数"
            value = summary.count(zone=code, states=states)
            maker.count(f"{PREFIX}.zone.{code}.{name}{suffix}", label_ja, value, formula, chosen)
