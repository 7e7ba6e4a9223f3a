"""What is a document made of? A tree of frozen blocks that every renderer prints in the same words.

Numbers never stand in a `Text`; they are `Num`, bound to a figure id. Labels (１, （１）, 表１, 図１) are
assigned once, in the model.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Words."""

    text: str


@dataclass(frozen=True, slots=True)
class Num:
    """A printed figure: `shown` is what the reader sees, `figure` the id it can be traced by."""

    figure: str
    shown: str


Run = Text | Num


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading; level 1 is a chapter. `label` is "１", "（１）" or "" and is printed before `text`."""

    level: int
    label: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph. `style`: body | date | title | lead | record_mark (記) | closing (以上) | note | source."""

    runs: tuple[Run, ...]
    style: str = "body"


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell. A data cell with one `Num` is numeric in machine-readable outputs."""

    runs: tuple[Run, ...]
    is_header: bool = False
    rowspan: int = 1
    align: str = "left"  # left | center | right


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: `code` names it for machines, `unit` says what its numbers count."""

    code: str
    title_ja: str
    unit: str = ""
    align: str = "left"
    width: int = 1  # relative


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows hold one cell a column, except where a rowspan above covers it."""

    id: str
    label: str  # 表１; "" = no caption line
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    machine_only: bool = False  # in xlsx, csv and the chart's data, not printed on paper


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture with its words (`alt`: the message, not the looks) and its data."""

    id: str
    label: str  # 図１
    caption: str
    svg: str
    alt: str
    data: Table


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A new page on paper; nothing on a screen."""


Block = Heading | Para | Table | Chart | PageBreak


@dataclass(frozen=True, slots=True)
class Theme:
    """The municipality's look, read by all renderers. Lengths in millimetres, sizes in tenths of a point."""

    margin_top_mm: int = 25
    margin_bottom_mm: int = 25
    margin_side_mm: int = 25
    body_size_tenths: int = 105
    serif_pdf: str = "Noto Serif JP"
    sans_pdf: str = "Noto Sans JP"
    serif_word: str = "ＭＳ 明朝"
    sans_word: str = "ＭＳ ゴシック"


@dataclass(frozen=True, slots=True)
class Document:
    """One report. `is_draft` prints the 案 watermark; `frozen_sha256` ties it to its frozen records."""

    title: str
    subject: str  # 令和６年度
    municipality_ja: str
    fiscal_year: int
    frozen_sha256: str
    is_draft: bool
    blocks: tuple[Block, ...]
    theme: Theme = Theme()
