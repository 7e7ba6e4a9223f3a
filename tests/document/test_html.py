"""Does the page stand alone, read well with assistive technology and lead from each number to its origin?"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from kansa.document.blocks import Chart, Heading, Para, Text
from kansa.document.render.html import body_html, render_html, style_hash
from tests.browsing import CHROMIUM
from tests.document.extract import html_blocks
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document

BOOK = sample_book()
DOCUMENT = sample_document(BOOK)
PAGE = render_html(DOCUMENT, BOOK, ATTACHMENTS).decode()


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def tags(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    return parser.found


def test_it_needs_nothing_else() -> None:
    for tag, attributes in tags(PAGE):
        assert tag not in ("script", "link", "img", "iframe")
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert not (attributes.get("href") or "#").startswith(("http", "//"))
    assert not re.search(r"url\(|@import|@font-face", PAGE)


def test_language_skip_link_and_one_title() -> None:
    found = tags(PAGE)
    assert ("html", {"lang": "ja"}) in found
    assert [tag for tag, _ in found].count("h1") == 1
    first_link = next(attributes for tag, attributes in found if tag == "a")
    assert first_link["href"] == "#main"
    assert any(tag == "main" and attributes["id"] == "main" for tag, attributes in found)


def test_headings_do_not_skip_and_are_in_the_contents() -> None:
    levels = [int(tag[1]) for tag, _ in tags(PAGE) if re.fullmatch("h[1-6]", tag)]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    links = {attributes.get("href") for tag, attributes in tags(PAGE) if tag == "a"}
    headings = [block for block in DOCUMENT.blocks if isinstance(block, Heading) and block.level <= 2]
    assert {f"#{block.anchor}" for block in headings} <= links


def test_ids_are_unique() -> None:
    ids = [attributes["id"] for _, attributes in tags(PAGE) if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_header_cells_have_a_scope() -> None:
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in tags(PAGE) if tag == "th")


def test_a_number_carries_its_exact_value_and_its_figure() -> None:
    assert '<data value="1037/360" data-figure="external.mean">2.88</data>' in PAGE
    assert '<data value="" data-figure="drill.rate">—</data>' in PAGE  # unknown is not 0


def test_numbers_are_linked_only_where_there_is_a_page_for_them() -> None:
    assert 'class="trace"' not in PAGE
    linked = body_html(DOCUMENT, BOOK, trace_url="/years/2024/figures/{figure}?a=1&b=2")
    assert '<a class="trace" href="/years/2024/figures/external.mean?a=1&amp;b=2"><data value="1037/360"' in linked


def test_words_are_never_markup() -> None:
    assert "&lt;b&gt;&amp;amp;" in PAGE
    assert "<b>" not in PAGE


def test_only_a_draft_is_marked() -> None:
    final = render_html(replace(DOCUMENT, is_draft=False), BOOK, ATTACHMENTS).decode()
    assert "確定前の案" in PAGE
    assert "確定前の案" not in final
    assert "（案）" not in final
    assert 'class="is-draft"' not in final


def test_a_document_without_a_title_paragraph_still_has_a_heading() -> None:
    page = render_html(replace(DOCUMENT, blocks=(Para((Text("本文"),)),)), BOOK, ATTACHMENTS)
    assert ("h1", "情報セキュリティ監査実施報告書") in html_blocks(page)


def test_the_message_of_a_picture_is_its_name() -> None:
    names = [attributes.get("aria-label") for tag, attributes in tags(PAGE) if attributes.get("role") == "img"]
    for block in DOCUMENT.blocks:
        if isinstance(block, Chart):
            assert block.alt in names


def test_the_hash_allows_exactly_this_style() -> None:
    style = re.search(r"<style>(.*?)</style>", PAGE, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert style_hash(DOCUMENT) == f"'sha256-{digest}'"


@pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")
def test_in_a_browser_axe_finds_nothing_and_nothing_overflows(tmp_path: Path, chromium: Any) -> None:
    path = tmp_path / "report.html"
    path.write_text(PAGE, encoding="utf-8")
    linked = tmp_path / "linked.html"
    linked.write_bytes(render_html(DOCUMENT, BOOK, ATTACHMENTS, trace_url="/f/{figure}"))
    for one, width in ((path, 1280), (linked, 375)):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(one.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
