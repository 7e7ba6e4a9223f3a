"""Chapter 4: what did all staff answer in the self-inspection?"""

from __future__ import annotations

from fractions import Fraction

from kansa.core.compliance import RATE_EFFECTS_JA
from kansa.core.streams import SELF_INSPECTION
from kansa.core.year import YearData
from kansa.document.blocks import Block, Chart, Column, Para, Table
from kansa.document.charts import RateRow, Step, rate_bars, waterfall
from kansa.document.figure import FigureBook
from kansa.document.figures.self_inspection import KINDS_JA
from kansa.document.outline.external import remark
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.sentences import amount, by_length, has, number_cell, para, text_cell, word

MARKERS = {"added": "new", "revised": "revised"}
LINEAGE_JA = {"carried": "継続", "revised": "見直し", "added": "新規"}
SHORT_JA = {
    "carried": "変更なし項目",
    "coverage": "構成の変化",
    "carried_not_applicable": "片年該当なし",
    "revised": "見直し項目",
    "added": "追加項目",
    "dropped": "廃止項目",
    "not_comparable": "比較不能",
}


def inspection(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    """The chapter on the self-inspection."""
    blocks: list[Block] = [numbering.chapter("情報セキュリティ自己点検", "self-inspection")]
    blocks += [numbering.section("自己点検の概要", "self-inspection-outline"), _outline(year, book)]
    blocks.append(numbering.section("自己点検の結果", "self-inspection-result"))
    if not has(book, "self.rate"):
        reason = book["self.rate"].missing_ja
        return [*blocks, para(book, f"遵守率は算出できない（{reason}）。"), *remark(year, book, "self_inspection")]
    blocks.append(_result(year, book))
    blocks.append(
        para(
            book,
            "今後も継続的な周知と点検を行うことにより、情報セキュリティ対策についての認識の定着を図ることが望まれる。",
        )
    )
    blocks += remark(year, book, "self_inspection")
    return [*blocks, *_pictures(year, book, numbering)]


def _outline(year: YearData, book: FigureBook) -> Block:
    brief = [
        (
            "毎年度、内部監査を補う取組として、市の全職員を対象に自己点検を実施し、"
            "集計した結果により情報セキュリティ対策の浸透の状況を継続して確認している。"
        )
    ]
    if any(item.lineage != "carried" for item in year.this.checklist(SELF_INSPECTION).items):
        brief.append("なお、点検の内容は、毎年度一部を見直している。")
    standard = []
    if has(book, "self.respondents", "self.response_rate"):
        standard.append(
            "今年度は、対象職員{self.roster}人のうち{self.respondents}人が回答した（回答率{self.response_rate}％）。"
        )
    detailed = []
    if has(book, "self.yes"):
        detailed.append(
            "回答の延べ数の内訳は、「はい」{self.yes}、「いいえ」{self.no}、「該当なし」{self.not_applicable}、"
            "無回答{self.blank}である。"
        )
    return para(book, *by_length(year.this.rules.text_length, brief, standard, detailed))


def _result(year: YearData, book: FigureBook) -> Para:
    published = "（公表値）" if book["self.rate"].is_published else ""
    sentences = [f"市全体の遵守率は{{self.rate}}％{published}", _change(book)]
    if has(book, "self.carried_change"):
        brief = [_items_sentence(book)]
        standard = [_movement_sentence(book)]
        detailed = [_effects_sentence(book)]
        sentences += by_length(year.this.rules.text_length, brief, standard, detailed)
    elif has(book, "self.change"):
        sentences.append("前年度の項目ごとの記録がないため、変化の内訳は分けられない。")
    return para(book, *sentences)


def _change(book: FigureBook) -> str:
    if not has(book, "self.rate.prior"):
        return (
            "であった。"
            if book["self.rate"].is_published
            else "であった。前年度の値は記録されていないため、比較していない。"
        )
    published = "公表値" if book["self.rate.prior"].is_published else ""
    ending = "であった" if word(book, "self.change.word") == "横ばい" else "した"
    return (
        f"（前年度{published}{{self.rate.prior}}％）となり、前年度と比べて{{self.change}}ポイントの変化で、"
        f"{{self.change.word}}{ending}。"
    )


def _items_sentence(book: FigureBook) -> str:
    """「新規に追加した項目は平均を下げているが、多くの項目が維持又は向上」: said only as far as the figures go."""
    added = _added_sentence(book)
    if not has(book, "self.items.up"):
        return added
    rising = amount(book, "self.items.up") + amount(book, "self.items.kept")
    falling = amount(book, "self.items.down")
    if rising <= falling:
        return f"{added}継続した項目では、低下したものの数が、維持又は向上したものの数以上である。"
    lifted = "全体の遵守率を押し上げている" if amount(book, "self.carried_change") > 0 else "全体の遵守率は保たれている"
    if amount(book, "self.change") <= 0:
        lifted = "全体の遵守率の向上には至っていない"
    start = f"{added[:-1]}が、" if added.endswith("下げている。") else added
    return f"{start}多くの項目が維持又は向上していることで、{lifted}。"


def _added_sentence(book: FigureBook) -> str:
    if not has(book, "self.added.rate", "self.effect.added"):
        return ""
    if amount(book, "self.effect.added") < 0:
        return "新規に追加した項目（遵守率{self.added.rate}％）は平均を下げている。"
    return "新規に追加した項目（遵守率{self.added.rate}％）は平均を下げていない。"


def _movement_sentence(book: FigureBook) -> str:
    if not has(book, "self.items.up"):
        return ""
    start = "継続した項目のうち、向上したものは{self.items.up}、"
    return start + "維持したものは{self.items.kept}、低下したものは{self.items.down}である。"


def _effects_sentence(book: FigureBook) -> str:
    parts = [
        f"{RATE_EFFECTS_JA[code]}による分が{{self.effect.{code}}}ポイント"
        for code in SHORT_JA
        if has(book, f"self.effect.{code}") and amount(book, f"self.effect.{code}")
    ]
    return f"変化の内訳は、{'、'.join(parts)}である。" if parts else ""


def _pictures(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    if not year.this.tally:
        return []
    blocks: list[Block] = [_items_chart(year, book, numbering)]
    if has(book, "self.carried_change") and not book["self.change"].is_published:
        blocks.append(_waterfall(book, numbering))
    return [*blocks, *_group_tables(year, book, numbering)]


def _items_chart(year: YearData, book: FigureBook, numbering: Numbering) -> Chart:
    rows, cells = [], []
    for item in year.this.checklist(SELF_INSPECTION).items:
        base = f"self.item.{item.code}"
        prior_id = f"{base}.rate.prior"
        label = f"{item.code} {item.text_ja}"
        value, shown = plotted(book, f"{base}.rate")
        prior, prior_shown = plotted(book, prior_id)
        rows.append(RateRow(label, value, shown, MARKERS.get(item.lineage, ""), prior, prior_shown))
        numbers = (
            number_cell(book, f"{base}.{name}")
            for name in ("yes", "no", "not_applicable", "blank", "rate", "rate.prior")
        )
        lineage = text_cell(LINEAGE_JA.get(item.lineage, ""), align="center")
        cells.append((text_cell(item.code, is_header=True), text_cell(item.text_ja), lineage, *numbers))
    caption = "自己点検の項目別の遵守率"
    alt = f"{caption}。項目ごとに今年度と前年度の遵守率を示し、新規の項目と見直した項目に印を付ける。"
    columns = (
        Column("item", "項目", width=2),
        Column("text", "点検の内容", width=8),
        Column("lineage", "区分", width=2, align="center"),
        Column("yes", "はい", "回答", "right", 2),
        Column("no", "いいえ", "回答", "right", 2),
        Column("not_applicable", "該当なし", "回答", "right", 2),
        Column("blank", "無回答", "回答", "right", 2),
        Column("rate", "遵守率", "％", "right", 2),
        Column("rate_prior", "前年度", "％", "right", 2),
    )
    table = Table("self_items", "", caption, columns, tuple(cells))
    return Chart("self_items_chart", numbering.chart(), caption, rate_bars(caption, alt, rows), alt, table)


def plotted(book: FigureBook, figure_id: str) -> tuple[Fraction | None, str]:
    """A rate for a picture: its place and its words; what is hidden or a band has only words."""
    if figure_id not in book:
        return None, ""
    value, shown = book.value(figure_id), book[figure_id].shown
    return (Fraction(value), f"{shown}％") if isinstance(value, int | Fraction) else (None, shown)


def _waterfall(book: FigureBook, numbering: Numbering) -> Chart:
    effects = [(code, f"self.effect.{code}") for code in SHORT_JA if has(book, f"self.effect.{code}")]
    steps = [
        Step(SHORT_JA[code], amount(book, figure_id) * 100, book[figure_id].shown)
        for code, figure_id in effects
        if amount(book, figure_id)
    ]
    start, end = "self.rate.prior", "self.rate"
    caption = "自己点検の遵守率の前年度からの変化の内訳"
    alt = f"{caption}。前年度の遵守率から、項目の区分ごとの押し上げと押し下げを経て、今年度の遵守率に至る。"
    svg = waterfall(caption, alt, _end(book, "前年度", start), steps, _end(book, "今年度", end))
    rows = [
        ("前年度の遵守率（％）", start),
        *((RATE_EFFECTS_JA[code], figure_id) for code, figure_id in effects),
        ("今年度の遵守率（％）", end),
    ]
    cells = tuple((text_cell(label, is_header=True), number_cell(book, figure_id)) for label, figure_id in rows)
    columns = (Column("part", "内訳", width=8), Column("points", "ポイント", "ポイント", "right", 2))
    return Chart(
        "self_change_chart", numbering.chart(), caption, svg, alt, Table("self_change", "", caption, columns, cells)
    )


def _end(book: FigureBook, label: str, figure_id: str) -> Step:
    return Step(label, Fraction(amount(book, figure_id)) * 100, book[figure_id].shown)


def _group_tables(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    """Rates by bureau and kind, and by department for the machine-readable outputs; hidden cells say so."""
    bureaus = list(dict.fromkeys(department.bureau_ja for department in year.this.departments))
    kinds = [kind for kind in KINDS_JA if any(department.kind == kind for department in year.this.departments)]
    groups = [
        ("self_bureaus", "部局別の回答率と遵守率", "部局", [(name, f"bureau.{name}") for name in bureaus], False),
        (
            "self_kinds",
            "所属の種別ごとの回答率と遵守率",
            "種別",
            [(KINDS_JA[kind], f"kind.{kind}") for kind in kinds],
            False,
        ),
        (
            "self_departments",
            "所属別の回答率と遵守率",
            "所属",
            [(department.name_ja, f"department.{department.code}") for department in year.this.departments],
            True,
        ),
    ]
    tables: list[Block] = []
    for table_id, caption, head, rows, machine_only in groups:
        found = [(label, key) for label, key in rows if f"self.{key}.rate" in book]
        names = ("roster", "respondents", "response_rate", "rate")
        cells = tuple(
            (text_cell(label, is_header=True), *(number_cell(book, f"self.{key}.{name}") for name in names))
            for label, key in found
        )
        columns = (
            Column("name", head, width=6),
            Column("roster", "対象職員数", "人", "right", 3),
            Column("respondents", "回答者数", "人", "right", 3),
            Column("response_rate", "回答率", "％", "right", 3),
            Column("rate", "遵守率", "％", "right", 3),
        )
        label = "" if machine_only else numbering.table()
        tables.append(Table(table_id, label, caption, columns, cells, machine_only))
    return tables
