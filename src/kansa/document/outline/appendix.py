"""別紙: how were the figures computed, what was left out, and where do published figures come from?"""

from __future__ import annotations

from kansa.core.drill import OMITTED
from kansa.core.rounding import ROUNDING_NOTE_JA, ROUNDING_RULE_JA
from kansa.core.wording import WORDING_RULES
from kansa.core.year import PublishedFigure, YearData
from kansa.document.blocks import Block, Cell, Column, Heading, PageBreak, Para, Table, Text
from kansa.document.figure import FigureBook
from kansa.document.figures.audits import BASES_JA
from kansa.document.formulas import formula_ja
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.sentences import has, number_cell, para, text_cell

MAIN_FIGURES = (
    "external.mean",
    "external.pooled_change",
    "external.carried_change",
    "external.change_ratio.word",
    "external.interval",
    "external.detections",
    "internal.mean",
    "internal.pooled_change",
    "internal.contribution.fewer",
    "internal.contribution.above",
    "internal.interval",
    "internal.detections",
    "drill.1.open_rate",
    "drill.1.report_rate",
    "self.rate",
    "self.change",
    "self.response_rate",
    "self.added.rate",
)


def appendix(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    """The annex: rules and definitions, missing figures, accepted exceptions, sources of published figures."""
    blocks: list[Block] = [PageBreak(), Heading(1, "別紙", "数値の算出方法等", "appendix")]
    blocks += _rules(year, book)
    blocks += _definitions(book, numbering)
    blocks += _wording(year)
    blocks += _left_out(year, book)
    blocks += _published(year, book, numbering)
    return blocks


def _sub(text: str, anchor: str) -> Heading:
    return Heading(2, "", text, anchor)


def _words(text: str) -> Para:
    return Para((Text(text),))


def _rules(year: YearData, book: FigureBook) -> list[Block]:
    differs = any(figure.note_ja == ROUNDING_NOTE_JA for figure in book.figures.values())
    rounding = ROUNDING_RULE_JA + ROUNDING_NOTE_JA if differs else ROUNDING_RULE_JA
    blocks: list[Block] = [_sub("計算と表示の規則", "rules"), _words(rounding)]
    basis = BASES_JA[year.this.rules.headline_mean]
    if has(book, "external.mean.judgements") or has(book, "internal.mean.judgements"):
        blocks.append(
            para(
                book,
                f"「対策レベルの平均」は、年度の規則により「{basis}」を用いている。",
                *_other_means(book),
                "合格点との比較は、四捨五入する前の平均で行っている。",
            )
        )
    if year.this.tally:
        blocks.append(
            para(
                book,
                "自己点検の結果は、回答者が{rules.small_cell_k}人に満たない所属等と、他の欄から逆算できる欄を「秘匿」とし、"
                "回答者の少ない所属で全員の回答が同じときは幅で示している。",
            )
        )
    blocks.append(
        _words(
            "この監査は助言を目的とするものであり、対象は本書に記載した所属及び項目に限られる。"
            "記載のない所属、項目及び時点の状況について、何らかの結論を述べるものではない。"
        )
    )
    return blocks


def _other_means(book: FigureBook) -> list[str]:
    parts = []
    for prefix, stream_ja in (("external", "外部監査"), ("internal", "内部監査")):
        if has(book, f"{prefix}.mean.judgements", f"{prefix}.mean.departments", f"{prefix}.mean.items"):
            parts.append(
                f"{stream_ja}について、判定全体の平均は{{{prefix}.mean.judgements}}点、"
                f"所属ごとの平均の平均は{{{prefix}.mean.departments}}点、"
                f"項目ごとの平均の平均は{{{prefix}.mean.items}}点である。"
            )
    return parts


def _definitions(book: FigureBook, numbering: Numbering) -> list[Block]:
    found = [book[figure_id] for figure_id in MAIN_FIGURES if has(book, figure_id)]
    if not found:
        return []
    rows = tuple(
        (
            text_cell(figure.label_ja, is_header=True),
            number_cell(book, figure.id),
            text_cell(formula_ja(figure.formula)),
        )
        for figure in found
    )
    columns = (
        Column("figure", "数値", width=5),
        Column("value", "値", align="right", width=2),
        Column("formula", "算出方法", width=9),
    )
    return [Table("definitions", numbering.table(), "主な数値の算出方法", columns, rows)]


def _wording(year: YearData) -> list[Block]:
    rules = WORDING_RULES[year.this.rules.wording_version]
    return [_sub("程度を表す語の基準", "wording"), *(_words(statement) for statement in rules.statements_ja)]


def _left_out(year: YearData, book: FigureBook) -> list[Block]:
    """What could not be computed, and what the office accepted with a reason."""
    blocks: list[Block] = []
    heads = ("external.mean", "internal.mean", "self.rate", "external.pooled_change", "internal.pooled_change")
    missing = [book[figure_id] for figure_id in heads if figure_id in book and book[figure_id].missing_ja]
    for figure in missing:
        blocks.append(_words(f"{figure.label_ja}は算出していない（{figure.missing_ja}）。"))
    if year.this.drills and year.this.rules.open_rate == OMITTED:
        blocks.append(_words("メール訓練の開封率は、年度設定により載せていない。"))
    for acceptance in year.accepted:
        blocks.append(
            _words(f"確認事項「{acceptance.code}」は、次の理由により承知の上で凍結した。{acceptance.reason_ja}")
        )
    return [_sub("集計対象外とした事項", "left-out"), *blocks] if blocks else []


def _published(year: YearData, book: FigureBook, numbering: Numbering) -> list[Block]:
    parts = [(year.this, "")]
    if year.prior is not None:
        parts.append((year.prior, ".prior"))
    rows = []
    for records, suffix in parts:
        for stated in records.published:
            figure_id = f"{stated.figure_id}{suffix}"
            if figure_id in book and book[figure_id].is_published:
                rows.append(
                    (
                        text_cell(book[figure_id].label_ja, is_header=True),
                        number_cell(book, figure_id, align="left"),
                        _origin(stated),
                    )
                )
    if not rows:
        return []
    columns = (
        Column("figure", "数値等", width=4),
        Column("value", "値", width=5),
        Column("source", "出典", width=7),
    )
    return [
        _sub("公表値の出典", "published"),
        Table("published", numbering.table(), "公表値の出典", columns, tuple(rows)),
    ]


def _origin(stated: PublishedFigure) -> Cell:
    place = "　".join(part for part in (stated.document_ja, stated.page, stated.line) if part)
    quote = f"「{stated.quote_ja}」" if stated.quote_ja else ""
    return text_cell(f"{place}{quote}")
