"""How does each block stand in word/document.xml?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

from kansa.document.blocks import Block, Cell, Chart, Document, Heading, Num, PageBreak, Para, Run, Table
from kansa.document.figure import FigureBook
from kansa.document.render.docx.numbering import HeadingCounter, wide_digits
from kansa.document.render.docx.package import NAMESPACES, text_width_twips
from kansa.document.render.pdf import chart_size_tenths
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
_CAPTION = re.compile(r"(?P<name>表|図)(?P<number>[0-9０-９]+)")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")


def run(words: str) -> str:
    """A run of words; line breaks stay."""
    lines = words.split("\n")
    inner = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines)
    return f"<w:r>{inner}</w:r>"


class Body:
    """Writes the body of one document; counts headings, captions and controls as Word will."""

    def __init__(self, document: Document, book: FigureBook) -> None:
        self.document = document
        self.book = book
        self.headings = HeadingCounter()
        self.captions = {"表": 0, "図": 0}
        self.controls = 0
        self.pictures = 0

    def xml(self) -> str:
        """word/document.xml as text."""
        blocks = "".join(self.block(block) for block in self.document.blocks)
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document {NAMESPACES}><w:body>'
            f"{blocks}{self.section()}</w:body></w:document>"
        )

    def section(self) -> str:
        """A4 portrait with the theme's margins; a line grid as Japanese office documents have it."""
        theme = self.document.theme
        top, bottom, side = (
            mm * 1440 * 10 // 254 for mm in (theme.margin_top_mm, theme.margin_bottom_mm, theme.margin_side_mm)
        )
        header = '<w:headerReference w:type="default" r:id="rIdHeader"/>' if self.document.is_draft else ""
        return (
            f'<w:sectPr>{header}<w:footerReference w:type="default" r:id="rIdFooter"/>'
            f'<w:pgSz w:w="11906" w:h="16838"/>'
            f'<w:pgMar w:top="{top}" w:right="{side}" w:bottom="{bottom}" w:left="{side}"'
            f' w:header="680" w:footer="680" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="360"/></w:sectPr>'
        )

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return self.heading(block)
        if isinstance(block, Para):
            return paragraph(_STYLES.get(block.style, "BodyText"), self.runs(block.runs))
        if isinstance(block, Table):
            return "" if block.machine_only else self.table(block)
        if isinstance(block, Chart):
            return self.chart(block)
        if isinstance(block, PageBreak):
            return '<w:p><w:r><w:br w:type="page"/></w:r></w:p>'
        raise TypeError(f"no Word form for {type(block).__name__}")

    def runs(self, runs: Sequence[Run]) -> str:
        return "".join(self.num(one) if isinstance(one, Num) else run(one.text) for one in runs)

    def num(self, num: Num) -> str:
        """A figure as a locked content control, tagged with its id and named by what it is."""
        if len(num.figure) > TAG_LIMIT:
            raise ValueError(f"figure id {num.figure} is longer than the {TAG_LIMIT} characters Word keeps")
        self.controls += 1
        name = self.book[num.figure].label_ja[:TAG_LIMIT]
        return (
            f"<w:sdt><w:sdtPr><w:alias w:val={quoteattr(name)}/><w:tag w:val={quoteattr(num.figure)}/>"
            f'<w:id w:val="{self.controls}"/><w:lock w:val="sdtContentLocked"/></w:sdtPr>'
            f"<w:sdtContent>{run(num.shown)}</w:sdtContent></w:sdt>"
        )

    def heading(self, heading: Heading) -> str:
        """A heading numbered by Word where Word would count to the same label, else with its label as words."""
        style = f"Heading{min(heading.level, 3)}"
        if self.headings.counts_to(heading):
            return paragraph(style, run(heading.text))
        return paragraph(f"{style}Plain", run(heading_words(heading)))

    def caption(self, block: Table | Chart, keep_with_next: bool) -> str:
        """A caption whose number is a SEQ field where Word would count to the same number."""
        keep = "<w:keepNext/>" if keep_with_next else ""
        found = _CAPTION.fullmatch(block.label)
        if found:
            name, number = found["name"], int(found["number"].translate(_NARROW))
            self.captions[name] += 1
            if number == self.captions[name]:
                is_wide = found["number"] == wide_digits(number)
                form = "DBCHAR" if is_wide else "ARABIC"
                field = f'<w:fldSimple w:instr=" SEQ {name} \\* {form} ">{run(found["number"])}</w:fldSimple>'
                words = run(name) + field + run(FAIRLY_WIDE + block.caption)
                return paragraph("Caption", words, keep)
            self.captions[name] -= 1
        return paragraph("Caption", run(caption_words(block)), keep)

    def table(self, table: Table) -> str:
        """Caption above, header row on every page, rows that do not split, alternative text; a gap below."""
        caption = self.caption(table, keep_with_next=True) if table.label else ""
        widths = _widths(table, text_width_twips(self.document.theme))
        name = quoteattr(caption_words(table) or table.id)
        heads = "、".join(column_words(column) for column in table.columns)
        properties = (
            f'<w:tblPr><w:tblStyle w:val="ReportTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            f'<w:tblLayout w:type="fixed"/><w:tblLook w:val="0020" w:firstRow="1" w:lastRow="0" w:firstColumn="0"'
            f' w:lastColumn="0" w:noHBand="1" w:noVBand="1"/><w:tblCaption w:val={name}/>'
            f"<w:tblDescription w:val={quoteattr(f'列：{heads}')}/></w:tblPr>"
        )
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        return (
            f"{caption}<w:tbl>{properties}<w:tblGrid>{grid}</w:tblGrid>{self._head_row(table, widths)}"
            f"{self._rows(table, widths)}</w:tbl>{paragraph('AfterTable', '')}"
        )

    def _head_row(self, table: Table, widths: Sequence[int]) -> str:
        cells = "".join(
            _cell(paragraph("TableHead", run(column_words(column))), width, fill="E8E8E8")
            for column, width in zip(table.columns, widths, strict=True)
        )
        return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"

    def _rows(self, table: Table, widths: Sequence[int]) -> str:
        """Data rows; the places below a cell with a rowspan are continuation cells, as Word wants them."""
        rows = []
        for row in placed(table):
            own = dict(row)
            cells = [
                self._data_cell(own[at], table, at, width) if at in own else _cell("<w:p/>", width, merge="continue")
                for at, width in enumerate(widths)
            ]
            rows.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells)}</w:tr>")
        return "".join(rows)

    def _data_cell(self, cell: Cell, table: Table, at: int, width: int) -> str:
        place = f'<w:jc w:val="{alignment(cell, table.columns[at])}"/>'
        words = paragraph("TableText", self.runs(cell.runs), place)
        return _cell(words, width, "F3F3F3" if cell.is_header else "", "restart" if cell.rowspan > 1 else "")

    def chart(self, chart: Chart) -> str:
        """The picture (SVG, with a PNG for older programs) and its caption below."""
        self.pictures += 1
        number = self.pictures
        width, height = (side * EMU_PER_TENTH_MM for side in chart_size_tenths(chart.svg, self.document))
        drawing = (
            f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
            f'<wp:docPr id="{number}" name={quoteattr(f"図 {number}")} descr={quoteattr(chart.alt)}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="{number}" name="chart-{number}.png"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="rIdPng{number}"><a:extLst>'
            '<a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}">'
            f'<asvg:svgBlip r:embed="rIdSvg{number}"/></a:ext></a:extLst></a:blip>'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill>"
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
            "</wp:inline></w:drawing>"
        )
        picture = paragraph("Picture", f"<w:r>{drawing}</w:r>")
        return picture + (self.caption(chart, keep_with_next=False) if chart.label or chart.caption else "")


def paragraph(style: str, inner: str, properties: str = "") -> str:
    """A paragraph in a style; `properties` must stand in the order the schema demands."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{inner}</w:p>'


def _widths(table: Table, total: int) -> list[int]:
    """Column widths in twips that fill the line."""
    shares = [max(column.width, 1) for column in table.columns]
    widths = [total * share // sum(shares) for share in shares]
    widths[-1] += total - sum(widths)
    return widths


def _cell(content: str, width: int, fill: str = "", merge: str = "") -> str:
    merged = f'<w:vMerge w:val="{merge}"/>' if merge else ""
    shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{merged}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f"{content}</w:tc>"
    )
