"""What does the report say of the diagnosis in counts: how many are open, settled, decided, in which zone?"""

from __future__ import annotations

from kansa.core.diagnosis_summary import DiagnosisSummary
from kansa.core.measures import TREATMENTS_JA
from kansa.core.vulnerability import OPEN_STATES
from kansa.core.weaknesses import COUNTED_KINDS, KINDS_JA
from kansa.core.year import YearData
from kansa.document.blocks import Block, Chart, Column, Table
from kansa.document.charts import ZoneBar, zone_bars
from kansa.document.figure import FigureBook
from kansa.document.figures.diagnosis import PREFIX
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.sentences import amount, by_length, has, number_cell, para, text_cell


def diagnosis_counts(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    """Sentences and a picture with its table; nothing where no report of a scanner was taken over."""
    summary = year.this.diagnosis
    if summary is None:
        return []
    blocks: list[Block] = [para(book, *_sentences(year, book))]
    if summary.zones:
        blocks.append(_picture(year, summary, book, numbering))
    return blocks


def _sentences(year: YearData, book: FigureBook) -> list[str]:
    """The state of the weaknesses that scanners found, in counts."""
    compared = (
        f"（前年度は{{{PREFIX}.open.prior}}件、差は{{{PREFIX}.open.change}}件）"
        if has(book, f"{PREFIX}.open.prior")
        else ""
    )
    brief = [
        f"診断では{{{PREFIX}.assets}}台の機器を検査した。年度末に未解消の脆弱性は{{{PREFIX}.open}}件{compared}である。",
        _decided(book),
    ]
    standard = [f"解消は、再度の診断で見付からなかったものに限り確認しており、今年度は{{{PREFIX}.resolved}}件である。"]
    if amount(book, f"{PREFIX}.overdue"):
        standard.append(f"決定した期限を年度末に過ぎているものは{{{PREFIX}.overdue}}件である。")
    if amount(book, f"{PREFIX}.unconfirmed"):
        standard.append(f"未解消のうち{{{PREFIX}.unconfirmed}}件は、今年度に検査していないため、状態を確認していない。")
    if has(book, f"{PREFIX}.advisory_days"):
        standard.append(f"更新プログラムの適用状況は、{{{PREFIX}.advisory_days}}の照合データにより確認した。")
    detailed = [
        f"取り込んだ診断結果は{{{PREFIX}.scans}}件で、新規の脆弱性は{{{PREFIX}.new}}件、",
        f"解消した後に再び検出したものは{{{PREFIX}.returned}}件である。",
    ]
    return by_length(year.this.rules.text_length, brief, standard, detailed)


def _decided(book: FigureBook) -> str:
    """What was decided about the open ones."""
    if not has(book, f"{PREFIX}.decided_rate"):
        return ""
    if not amount(book, f"{PREFIX}.decided_rate"):
        return "対応の決定は、これから行う。"
    kinds = [
        f"{treatment_ja}{{{PREFIX}.treatment.{treatment}}}件"
        for treatment, treatment_ja in TREATMENTS_JA.items()
        if amount(book, f"{PREFIX}.treatment.{treatment}")
    ]
    return (
        f"このうち{{{PREFIX}.decided_rate}}％について、リスクが顕在化する条件、対応により生じる動作の不具合及び"
        f"改善に要する費用を検討し、対応を決定した（{'、'.join(kinds)}）。"
    )


def _picture(year: YearData, summary: DiagnosisSummary, book: FigureBook, numbering: Numbering) -> Chart:
    bars, cells = [], []
    kinds = [KINDS_JA[kind] for kind in COUNTED_KINDS]
    prior = year.prior.diagnosis if year.prior is not None else None
    for code, zone_ja in summary.zones:
        here = f"{PREFIX}.zone.{code}"
        if prior is not None and f"{here}.open.prior" in book:
            bars.append(_bar(zone_ja, "前年度", prior, code, book[f"{here}.open.prior"].shown))
        bars.append(_bar(zone_ja, "今年度", summary, code, book[f"{here}.open"].shown))
        names = (*COUNTED_KINDS, "open", "open.prior", "resolved", "unconfirmed")
        cells.append((text_cell(zone_ja, is_header=True), *(number_cell(book, f"{here}.{name}") for name in names)))
    caption = "ネットワーク領域ごとの未解消の脆弱性"
    alt = f"{caption}。領域と年度ごとに、種類別の数を積み上げた帯で示す。"
    columns = (
        Column("zone", "領域", width=4),
        *(Column(kind, KINDS_JA[kind], "件", "right", 3) for kind in COUNTED_KINDS),
        Column("open", "未解消の計", "件", "right", 2),
        Column("open_prior", "前年度の計", "件", "right", 2),
        Column("resolved", "解消確認", "件", "right", 2),
        Column("unconfirmed", "うち未確認", "件", "right", 2),
    )
    table = Table("diagnosis_zones", "", caption, columns, tuple(cells))
    return Chart("diagnosis_zones_chart", numbering.chart(), caption, zone_bars(caption, alt, bars, kinds), alt, table)


def _bar(zone_ja: str, year_ja: str, summary: DiagnosisSummary, code: str, total_shown: str) -> ZoneBar:
    counts = [summary.count(zone=code, kind=kind, states=OPEN_STATES) for kind in COUNTED_KINDS]
    return ZoneBar(zone_ja, year_ja, counts, total_shown)
