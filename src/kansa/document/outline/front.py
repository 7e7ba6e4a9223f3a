"""What stands before the first chapter, and chapter 1: date, title, lead, 記, the judging scale."""

from __future__ import annotations

from fractions import Fraction

from kansa.document.blocks import Block, Cell, Column, Num, Para, Table, Text
from kansa.document.figure import FigureBook
from kansa.document.outline.numbering import Numbering
from kansa.document.outline.sentences import has, para, say

CONFORMS_JA = "適合「○」"
FAILS_JA = "不適合「×」"


def front(book: FigureBook, title_ja: str, contract_ja: str) -> list[Block]:
    """Date, title, lead and 記."""
    blocks: list[Block] = []
    if has(book, "report.on"):
        blocks.append(para(book, "{report.on}", style="date"))
    else:
        blocks.append(para(book, "（報告日未定）", style="date"))
    blocks.append(Para((Text(title_ja),), "title"))
    by_contract = f"の「{contract_ja}」" if contract_ja else ""
    blocks.append(
        para(
            book,
            f"この報告書は、{{year.name}}に実施した{{report.municipality}}{by_contract}に係る情報セキュリティ外部監査"
            "（以下「外部監査」という。）、情報セキュリティ内部監査（以下「内部監査」という。）及び"
            "情報セキュリティ自己点検（以下「自己点検」という。）の結果を報告するものである。",
            style="lead",
        )
    )
    blocks.append(para(book, "それぞれの結果は、下記のとおりである。", style="lead"))
    blocks.append(para(book, "記", style="record_mark"))
    return blocks


def criteria(book: FigureBook, numbering: Numbering) -> list[Block]:
    """Chapter 1: the scale by which each item was judged."""
    heading = numbering.chapter("外部監査及び内部監査における判定基準", "criteria")
    levels = _levels(book)
    if not levels:
        return [heading, para(book, "判定基準は記録されていない。")]
    sentence = "外部監査及び内部監査では、監査項目ごとに、次の表に示す判定基準により、対策の状況を判定した。"
    return [heading, para(book, sentence), _scale_table(book, numbering, levels)]


def _levels(book: FigureBook) -> list[int]:
    """Levels that have a label, the highest first."""
    found = [level for level in range(10) if has(book, f"scale.{level}.label")]
    return sorted(found, reverse=True)


def _scale_table(book: FigureBook, numbering: Numbering, levels: list[int]) -> Table:
    border = book.value("scale.conforms_from")
    conforming = [level for level in levels if isinstance(border, int | Fraction) and level >= border]
    rows = []
    for level in levels:
        cells: list[Cell] = []
        group = conforming if level in conforming else [other for other in levels if other not in conforming]
        if level == group[0]:
            mark = CONFORMS_JA if level in conforming else FAILS_JA
            cells.append(Cell((Text(mark),), is_header=True, rowspan=len(group), align="center"))
        cells.append(Cell((Num(f"scale.{level}.label", book[f"scale.{level}.label"].shown),), align="center"))
        cells.append(Cell(_criterion(book, level)))
        rows.append(tuple(cells))
    columns = (
        Column("verdict", "評価", align="center", width=3),
        Column("level", "成熟度判定", align="center", width=3),
        Column("criterion", "分類基準", width=12),
    )
    return Table("scale", numbering.table(), "監査の判定基準", columns, tuple(rows))


def _criterion(book: FigureBook, level: int) -> tuple[Num | Text, ...]:
    if has(book, f"scale.{level}.criterion"):
        return say(book, f"{{scale.{level}.criterion}}")
    return (Text("（記録なし）"),)
