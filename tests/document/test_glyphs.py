"""Is every character that cannot be printed found before anything is made, and can it be replaced?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from kansa.document.blocks import Cell, Chart, Column, Document, Heading, Num, Para, Table, Text
from kansa.document.glyphs import GETA, missing_glyphs, replace_glyphs, unprintable
from kansa.document.render.pdf import render_pdf
from tests.document.sample_document import ATTACHMENTS, sample_book, sample_document

BOOK = sample_book()
DOCUMENT = sample_document(BOOK)
BAD = "\ue000"
SVG = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>題</title><text>課{BAD}</text></svg>'


def document_with(bad: str) -> Document:
    """The character in every kind of place."""
    column = Column("name", f"所属{bad}")
    table = Table("t", "表１", "一覧", (column,), ((Cell((Text(f"第{bad}課"),)),),))
    blocks = (
        Heading(1, "１", "概要", "one"),
        Para((Text(f"担当は{bad}田である。"), Num("staff.count", "1,234"))),
        table,
        Chart("c", "図１", "図", SVG, "図の説明", replace(table, id="d", label="")),
    )
    return replace(DOCUMENT, blocks=blocks)


def test_the_names_that_offices_really_have_are_printable() -> None:
    assert missing_glyphs(DOCUMENT) == []
    assert unprintable("髙﨑邉邊𠮷𠮟頰剝塡槗栁德濵①⑳㈱㍿㋿○◎△×０９⼾") == frozenset()


def test_a_character_another_font_has_is_printable() -> None:
    # Neither Japanese font has it; the typesetter falls back.
    assert unprintable("≒☑") == frozenset()


@pytest.mark.parametrize("char", ["\ue000", "\U000f0000", "𰻝", "😀", "\x07", "\x85", "\ud800", "\uffff"])
def test_what_no_font_has_or_no_file_may_hold_is_found(char: str) -> None:
    assert unprintable(f"監査{char}課") == {char}


def test_all_faults_are_found_among_many_good_characters() -> None:
    # Every kanji of a Japanese character set of 1978, rows 16 to 47.
    codes = (bytes((row + 0xA0, cell + 0xA0)) for row in range(16, 48) for cell in range(1, 95))
    good = "".join(code.decode("euc_jp", "ignore") for code in codes)
    assert len(good) > 2900
    assert unprintable(f"{good[:300]}😀{good[300:]}𰻝\ue000") == {"😀", "𰻝", "\ue000"}


def test_a_variation_of_a_kanji_is_no_fault() -> None:
    assert missing_glyphs(replace(DOCUMENT, blocks=(Para((Text("葛\U000e0100城、辻\U000e0101"),)),))) == []


def test_each_place_is_named_in_reading_order() -> None:
    assert missing_glyphs(document_with(BAD)) == [
        (BAD, "「１概要」の段落「担当は\ue000田である。1,234」"),
        (BAD, "表１の列見出し「所属\ue000」"),
        (BAD, "表１の1行目「第\ue000課」"),
        (BAD, "図１"),
        (BAD, "図１のデータの列見出し「所属\ue000」"),
        (BAD, "図１のデータの1行目「第\ue000課」"),
    ]


def test_the_title_is_looked_at_too() -> None:
    assert missing_glyphs(replace(DOCUMENT, title=f"報告{BAD}", blocks=())) == [(BAD, "文書の題名")]


def test_replacing_leaves_nothing_to_refuse_and_the_rest_alone() -> None:
    mended = replace_glyphs(document_with(BAD))
    assert missing_glyphs(mended) == []
    paragraph, table, chart = mended.blocks[1:]
    assert isinstance(paragraph, Para)
    assert paragraph.runs == (Text(f"担当は{GETA}田である。"), Num("staff.count", "1,234"))
    assert isinstance(table, Table)
    assert table.columns[0].code == "name"
    assert isinstance(chart, Chart)
    assert f"課{GETA}" in chart.svg
    assert render_pdf(mended, BOOK, ATTACHMENTS).startswith(b"%PDF")


def test_a_clean_document_is_given_back_as_it_is() -> None:
    assert replace_glyphs(DOCUMENT) is DOCUMENT


@pytest.mark.parametrize("char", ["≒", "☑", "⼾", "㋿", "\u3099", "\u200b"])
def test_what_is_called_printable_really_is(char: str) -> None:
    assert unprintable(char) == frozenset()
    document = replace(DOCUMENT, blocks=(Para((Text(f"あ{char}い"),)),))
    assert render_pdf(document, BOOK, ATTACHMENTS).startswith(b"%PDF")
