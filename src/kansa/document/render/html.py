"""How does a report become one accessible page that needs nothing else: no script, no font, no other file?

JIS X 8341-3 AA: language, skip link, one h1, headings in order, captions, header cells, focusable scroll regions.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources
from urllib.parse import quote

from kansa.document.blocks import Block, Cell, Chart, Document, Heading, Num, Para, Run, Table
from kansa.document.figure import FigureBook
from kansa.document.render.attachments import Attachments
from kansa.document.render.words import (
    DRAFT_JA,
    alignment,
    caption_words,
    column_words,
    exact,
    heading_words,
    placed,
    require_figures,
    title_words,
)

FIGURE_SLOT = "{figure}"

_PAGE_CSS = (
    "@page {{ size: A4; margin: {top}mm {side}mm {bottom}mm;"
    ' @bottom-center {{ content: counter(page) " / " counter(pages); font-size: 8pt; }} }}'
)


@cache
def style_text() -> str:
    """The style sheet that is the same for every report."""
    return resources.files("kansa.document.render").joinpath("report.css").read_text(encoding="utf-8")


def page_style(document: Document) -> str:
    """The style sheet of one document: the common part and its paper margins."""
    theme = document.theme
    page = _PAGE_CSS.format(top=theme.margin_top_mm, side=theme.margin_side_mm, bottom=theme.margin_bottom_mm)
    return f"{style_text()}\n{page}\n"


def style_hash(document: Document) -> str:
    """The source expression that allows this page's style in a Content-Security-Policy."""
    digest = hashlib.sha256(page_style(document).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


class _Page:
    """Writes the parts of one page; knows the figures and where a figure is explained."""

    def __init__(self, book: FigureBook, trace_url: str | None) -> None:
        self.book = book
        self.trace_url = trace_url

    def num(self, num: Num) -> str:
        value = escape(exact(self.book[num.figure]), quote=True)
        shown = escape(num.shown, quote=False)
        data = f'<data value="{value}" data-figure="{escape(num.figure, quote=True)}">{shown}</data>'
        if self.trace_url is None:
            return data
        url = self.trace_url.replace(FIGURE_SLOT, quote(num.figure, safe=""))
        return f'<a class="trace" href="{escape(url, quote=True)}">{data}</a>'

    def runs(self, runs: Sequence[Run]) -> str:
        return "".join(self.num(run) if isinstance(run, Num) else escape(run.text, quote=False) for run in runs)

    def heading(self, heading: Heading) -> str:
        tag = f"h{min(heading.level + 1, 6)}"
        return f'<{tag} id="{escape(heading.anchor, quote=True)}">{escape(heading_words(heading), quote=False)}</{tag}>'

    def para(self, para: Para) -> str:
        tag = "h1" if para.style == "title" else "p"
        kind = "" if para.style == "body" else f' class="{escape(para.style, quote=True)}"'
        return f"<{tag}{kind}>{self.runs(para.runs)}</{tag}>"

    def cell(self, cell: Cell, align: str) -> str:
        tag, scope = ("th", ' scope="row"') if cell.is_header else ("td", "")
        span = f' rowspan="{cell.rowspan}"' if cell.rowspan > 1 else ""
        where = "" if align == "left" else f' class="{align}"'
        return f"<{tag}{scope}{span}{where}>{self.runs(cell.runs)}</{tag}>"

    def grid(self, table: Table, caption: str) -> str:
        """A table in a region that scrolls sideways by itself and can be reached with the keyboard."""
        heads = "".join(f'<th scope="col">{escape(column_words(one), quote=False)}</th>' for one in table.columns)
        rows = "".join(
            "<tr>" + "".join(self.cell(one, alignment(one, table.columns[at])) for at, one in row) + "</tr>\n"
            for row in placed(table)
        )
        name = escape(caption or "表", quote=True)
        words = f"<caption>{escape(caption, quote=False)}</caption>" if caption else ""
        return (
            f'<div class="scroll" role="region" aria-label="{name}" tabindex="0"><table id="{_id(table)}">{words}'
            f"<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>"
        )

    def table(self, table: Table) -> str:
        caption = caption_words(table)
        if not table.machine_only:
            return self.grid(table, caption if table.label else "")
        return f"<details><summary>{escape(caption, quote=False)}</summary>{self.grid(table, caption)}</details>"

    def chart(self, chart: Chart) -> str:
        """The picture under its message, its caption, and its data to unfold."""
        caption = caption_words(chart)
        svg = chart.svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
        name = f"{chart.label or '図'}のデータ"
        return (
            f'<figure id="{escape(chart.id, quote=True)}">'
            f'<div class="scroll" role="region" aria-label="{escape(caption or "図", quote=True)}" tabindex="0">'
            f'<div class="picture" role="img" aria-label="{escape(chart.alt, quote=True)}">{svg}</div></div>'
            f"<figcaption>{escape(caption, quote=False)}</figcaption></figure>\n"
            f"<details><summary>{escape(name, quote=False)}</summary>{self.grid(chart.data, name)}</details>"
        )

    def block(self, block: Block) -> str:
        if isinstance(block, Heading):
            return self.heading(block)
        if isinstance(block, Para):
            return self.para(block)
        if isinstance(block, Table):
            return self.table(block)
        if isinstance(block, Chart):
            return self.chart(block)
        return '<div class="break"></div>'


def _id(table: Table) -> str:
    return "table-" + escape(table.id, quote=True)


def _contents(document: Document) -> str:
    """The list of chapters and sections, with links."""
    items = "".join(
        f'<li class="level{block.level}"><a href="#{escape(block.anchor, quote=True)}">'
        f"{escape(heading_words(block), quote=False)}</a></li>"
        for block in document.blocks
        if isinstance(block, Heading) and block.level <= 2
    )
    return f'<nav aria-label="目次"><p class="nav-title">目次</p><ul>{items}</ul></nav>' if items else ""


def body_html(document: Document, book: FigureBook, *, trace_url: str | None = None) -> str:
    """The blocks as HTML without a page around them, for a page of the web application."""
    page = _Page(book, trace_url)
    return "\n".join(page.block(block) for block in document.blocks)


def render_html(
    document: Document, book: FigureBook, attachments: Attachments, *, trace_url: str | None = None
) -> bytes:
    """The report as one page, UTF-8.

    `trace_url` is an address with `{figure}` in it, where each number is explained; None leaves numbers unlinked.
    The attachments are not embedded; their hash stands at the foot.
    """
    require_figures(document, book)
    name = escape(title_words(document), quote=False)
    draft = ""
    if document.is_draft:
        draft = f'<p class="draft"><strong>{DRAFT_JA}</strong>　この文書は確定前の案である。</p>\n'
    has_title = any(isinstance(block, Para) and block.style == "title" for block in document.blocks)
    heading = "" if has_title else f'<h1 class="title">{escape(document.title, quote=False)}</h1>\n'
    kind = ' class="is-draft"' if document.is_draft else ""
    return (
        '<!DOCTYPE html>\n<html lang="ja">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{page_style(document)}</style>\n</head>\n"
        f'<body{kind}>\n<a class="skip" href="#main">本文へ移動</a>\n{draft}{_contents(document)}\n'
        f'<main id="main" tabindex="-1">\n{heading}{body_html(document, book, trace_url=trace_url)}\n</main>\n'
        f"<footer><p>{escape(document.municipality_ja, quote=False)}　{escape(document.subject, quote=False)}"
        f"　記録のハッシュ値（SHA-256） <code>{escape(document.frozen_sha256, quote=False)}</code></p></footer>\n"
        "</body>\n</html>\n"
    ).encode()
