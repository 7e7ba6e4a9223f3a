"""How does each block stand in the body of the Word file?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import Any

from docx.document import Document as WordFile
from docx.enum.table import WD_ALIGN_VERTICAL
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.oxml.table import CT_Row, CT_Tc
from docx.shared import Emu, Twips
from docx.text.paragraph import Paragraph

from kansa.document.blocks import Block, Cell, Chart, Document, Heading, Num, PageBreak, Para, Run, Table
from kansa.document.figure import FigureBook
from kansa.document.render.docx.container import text_width
from kansa.document.render.docx.numbering import HeadingCounter, wide_digits
from kansa.document.render.docx.styles import TABLE_STYLE
from kansa.document.render.docx.xml import Element, field, made, run
from kansa.document.render.pdf import chart_size_tenths
from kansa.document.render.pictures import pngs
from kansa.document.render.words import (
    FAIRLY_WIDE,
    alignment,
    caption_words,
    column_words,
    heading_words,
    placed,
)

TAG_LIMIT = 64
EMU_PER_TENTH_MM = 3600

_STYLES = {
    "body": "BodyText",
    "lead": "BodyText",
    "date": "Date",
    "title": "Title",
    "record_mark": "RecordMark",
    "closing": "Closing",
    "note": "Note",
    "source": "Note",
}
_ALIGNMENTS = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_HEAD_FILL, _ROW_HEAD_FILL = "E8E8E8", "F3F3F3"
_CAPTION = re.compile(r"(?P<name>表|図)(?P<number>[0-9０-９]+)")
_SVG = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">'
    '<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{relation}"/>'
    "</a:ext></a:extLst>"
)


class Body:
    """Writes the blocks of one document; counts headings, captions and controls as Word will."""

    def __init__(self, file: WordFile, document: Document, book: FigureBook) -> None:
        self.file = file
        self.document = document
        self.book = book
        self.headings = HeadingCounter()
        self.captions = {"表": 0, "図": 0}
        self.controls = 0
        self.pictures: Iterator[bytes] = iter(pngs([block for block in document.blocks if isinstance(block, Chart)]))

    def write(self) -> None:
        """Every block, in order."""
        for block in self.document.blocks:
            self.block(block)

    def block(self, block: Block) -> None:
        if isinstance(block, Heading):
            self.heading(block)
        elif isinstance(block, Para):
            self.paragraph(_STYLES.get(block.style, "BodyText"), *self.runs(block.runs))
        elif isinstance(block, Table):
            if not block.machine_only:
                self.table(block)
        elif isinstance(block, Chart):
            self.chart(block)
        elif isinstance(block, PageBreak):
            self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        else:
            raise TypeError(f"no Word form for {type(block).__name__}")

    def paragraph(self, style: str, *content: Element) -> Paragraph:
        """A paragraph in the style of that id."""
        paragraph = self.file.add_paragraph()
        paragraph._p.style = style
        paragraph._p.extend(content)
        return paragraph

    def runs(self, runs: Sequence[Run]) -> list[Element]:
        return [self.num(one) if isinstance(one, Num) else run(one.text) for one in runs]

    def num(self, num: Num) -> Element:
        """A figure as a locked content control, tagged with its id and named by what it is."""
        if len(num.figure) > TAG_LIMIT:
            raise ValueError(f"figure id {num.figure} is longer than the {TAG_LIMIT} characters Word keeps")
        self.controls += 1
        properties = made(
            "w:sdtPr",
            made("w:alias", val=self.book[num.figure].label_ja[:TAG_LIMIT]),
            made("w:tag", val=num.figure),
            made("w:id", val=self.controls),
            made("w:lock", val="sdtContentLocked"),
        )
        return made("w:sdt", properties, made("w:sdtContent", run(num.shown)))

    def heading(self, heading: Heading) -> None:
        """A heading numbered by Word where Word would count to the same label, else with its label as words."""
        style = f"Heading{min(heading.level, 3)}"
        if self.headings.counts_to(heading):
            self.paragraph(style, run(heading.text))
        else:
            self.paragraph(f"{style}Plain", run(heading_words(heading)))

    def caption(self, block: Table | Chart) -> Paragraph:
        """A caption whose number is a SEQ field where Word would count to the same number."""
        found = _CAPTION.fullmatch(block.label)
        if found:
            name, number = found["name"], int(found["number"])
            if number == self.captions[name] + 1:
                self.captions[name] = number
                form = "DBCHAR" if found["number"] == wide_digits(number) else "ARABIC"
                counted = field(f"SEQ {name} \\* {form}", found["number"])
                return self.paragraph("Caption", run(name), counted, run(FAIRLY_WIDE + block.caption))
        return self.paragraph("Caption", run(caption_words(block)))

    def table(self, table: Table) -> None:
        """Caption above, header row on every page, rows that do not split, alternative text; a gap below."""
        if table.label:
            self.caption(table).paragraph_format.keep_with_next = True
        widths = _widths(table, text_width(self.document.theme))
        # Rows and cells are walked once: asking the table for a cell by its place walks the whole table each time.
        element = self.file.add_table(len(table.rows) + 1, len(widths), TABLE_STYLE)._tbl
        _describe(element.tblPr, table, sum(widths))
        for column, width in zip(element.tblGrid.gridCol_lst, widths, strict=True):
            column.w = Twips(width)
        head, *rows = element.tr_lst
        self._head_row(head, table, widths)
        for row, cells in zip(rows, placed(table), strict=True):
            self._row(row, dict(cells), table, widths)
        self.paragraph("AfterTable")

    def _head_row(self, row: CT_Row, table: Table, widths: Sequence[int]) -> None:
        row.get_or_add_trPr().extend((made("w:cantSplit"), made("w:tblHeader")))
        for place, column, width in zip(row.tc_lst, table.columns, widths, strict=True):
            _shape(place, width, _HEAD_FILL)
            place.p_lst[0].style = "TableHead"
            place.p_lst[0].append(run(column_words(column)))

    def _row(self, row: CT_Row, cells: dict[int, Cell], table: Table, widths: Sequence[int]) -> None:
        """A data row; the places below a cell with a rowspan are continuation cells, as Word wants them."""
        row.get_or_add_trPr().append(made("w:cantSplit"))
        for at, (place, width) in enumerate(zip(row.tc_lst, widths, strict=True)):
            cell = cells.get(at)
            if cell is None:
                _shape(place, width, merge="continue")
                continue
            _shape(place, width, _ROW_HEAD_FILL if cell.is_header else "", "restart" if cell.rowspan > 1 else "")
            paragraph = place.p_lst[0]
            paragraph.style = "TableText"
            paragraph.alignment = _ALIGNMENTS[alignment(cell, table.columns[at])]
            paragraph.extend(self.runs(cell.runs))

    def chart(self, chart: Chart) -> None:
        """The picture (SVG, with a PNG for older programs) and its caption below."""
        width, height = (Emu(side * EMU_PER_TENTH_MM) for side in chart_size_tenths(chart.svg, self.document))
        picture = self.paragraph("Picture").add_run().add_picture(BytesIO(next(self.pictures)), width, height)
        inline: Element = picture._inline
        for side in "TBLR":  # unsaid, LibreOffice keeps an eighth of an inch free and shifts the picture
            inline.set(f"dist{side}", "0")
        inline.docPr.name = f"図 {inline.docPr.id}"
        inline.docPr.set("descr", chart.alt)
        inline.graphic.graphicData.pic.blipFill.blip.append(parse_xml(_SVG.format(relation=self._svg_part(chart))))
        if chart.label or chart.caption:
            self.caption(chart)

    def _svg_part(self, chart: Chart) -> str:
        """The drawing as a part of the file: the id of its relation."""
        package: Any = self.file.part.package
        name: PackURI = package.next_partname("/word/media/image%d.svg")
        return self.file.part.relate_to(
            Part(name, "image/svg+xml", chart.svg.encode(), package), RELATIONSHIP_TYPE.IMAGE
        )


def _widths(table: Table, total: int) -> list[int]:
    """Column widths in twips that fill the line."""
    shares = [max(column.width, 1) for column in table.columns]
    widths = [total * share // sum(shares) for share in shares]
    widths[-1] += total - sum(widths)
    return widths


def _describe(properties: Element, table: Table, width: int) -> None:
    """Width, fixed columns, which row is the head, and what the table says to who cannot see it."""
    for child in properties.xpath("w:tblW | w:tblLook"):
        properties.remove(child)
    properties.autofit = False
    properties.tblLayout.addprevious(made("w:tblW", w=width, type="dxa"))
    bands = {"firstRow": 1, "lastRow": 0, "firstColumn": 0, "lastColumn": 0, "noHBand": 1, "noVBand": 1}
    heads = "、".join(column_words(column) for column in table.columns)
    properties.extend(
        (
            made("w:tblLook", val="0020", **bands),
            made("w:tblCaption", val=caption_words(table) or table.id),
            made("w:tblDescription", val=f"列：{heads}"),
        )
    )


def _shape(place: CT_Tc, width: int, fill: str = "", merge: str = "") -> None:
    """Width in twips, merging with the cell above or below, colour of the ground."""
    place.width = Twips(width)
    properties: Element = place.get_or_add_tcPr()
    if merge:
        place.vMerge = merge
    if fill:
        properties.append(made("w:shd", val="clear", color="auto", fill=fill))
    properties.vAlign_val = WD_ALIGN_VERTICAL.CENTER
