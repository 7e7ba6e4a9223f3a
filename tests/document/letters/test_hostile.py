"""Whatever XML stands in a Word file: is there always a refusal or a result, never a crash?"""

from __future__ import annotations

from contextlib import suppress

import pypdfium2
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.document.letters.defaults import default_template, sample_lists, sample_values
from kansa.document.letters.pdf import letter_pdf
from kansa.document.letters.template import check_template, fill
from tests.document.letters.word import NAMES, relation, word

TAGS = (
    *("p", "r", "t", "tab", "br", "tbl", "tr", "tc", "tblPr", "tblGrid", "gridCol", "tcPr", "trPr", "pPr", "rPr"),
    *(
        "gridSpan",
        "vMerge",
        "gridBefore",
        "trHeight",
        "tblHeader",
        "cantSplit",
        "tblBorders",
        "tcBorders",
        "top",
        "left",
    ),
    *("insideH", "tblCellMar", "tblW", "tcW", "tblInd", "jc", "ind", "spacing", "tabs", "numPr", "ilvl", "numId", "sz"),
    *("b", "u", "color", "fitText", "vertAlign", "rFonts", "outlineLvl", "pStyle", "keepNext", "pageBreakBefore"),
    *("sectPr", "pgSz", "pgMar", "cols", "docGrid", "type", "titlePg", "pgNumType", "headerReference", "sdt"),
    *("sdtContent", "hyperlink", "ins", "del", "fldSimple", "fldChar", "instrText", "sym", "ruby", "rubyBase", "rt"),
    *("ptab", "shd", "vAlign", "txbxContent", "pict", "bookmarkStart", "body", "document", "snapToGrid", "tcMar"),
)
KEYS = (
    *("val", "w", "h", "type", "left", "right", "hanging", "firstLine", "firstLineChars", "line", "lineRule", "pos"),
    *("before", "afterLines", "top", "bottom", "header", "footer", "sz", "color", "fill", "hRule", "instr"),
    *("fldCharType", "char", "alignment", "linePitch", "start", "fmt", "orient", "num", "eastAsia", "ascii", "id"),
)
VALUES = (
    *(
        "",
        "0",
        "1",
        "2",
        "3",
        "7",
        "-5",
        "240",
        "400",
        "12000",
        "99999999999",
        "-2147483648",
        "1.5",
        "10mm",
        "50%",
        "x",
    ),
    *(
        "auto",
        "single",
        "nil",
        "double",
        "restart",
        "continue",
        "center",
        "right",
        "both",
        "distribute",
        "page",
        "begin",
    ),
    *("separate", "end", "PAGE", " NUMPAGES ", "exact", "atLeast", "lines", "FF0000", "superscript", "F0A8", "first"),
    *("nextPage", "continuous", "ＭＳ ゴシック", "decimal", "a1", "#$%", "true", "off"),
)
WORDS = (
    *(
        "本文",
        "{{ 宛先 }}",
        "{{ 宛",
        "先 }}",
        "{{",
        "}}",
        "{{ 監査体制.氏名 }}",
        "{{ 日程.内容 }}",
        "{{ 謎 }}",
        " ",
        "#[x]$",
    ),
    *("{{ 年度 }}{{ 日付 }}", "、。「」" * 30, "｛｛宛先｝｝", "PAGE", "\\u{0}"),
)


def attributes() -> st.SearchStrategy[str]:
    one = st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES))
    return st.lists(one, max_size=3, unique_by=lambda pair: pair[0]).map(
        lambda pairs: "".join(f' w:{key}="{value}"' for key, value in pairs)
    )


def element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(st.sampled_from(TAGS), attributes(), st.lists(children, max_size=5)).map(
        lambda made: f"<w:{made[0]}{made[1]}>{''.join(made[2])}</w:{made[0]}>"
    )


ANYTHING = st.recursive(
    st.one_of(st.sampled_from(WORDS).map(lambda words: f"<w:t>{words}</w:t>"), element(st.just(""))),
    element,
    max_leaves=25,
)


def holder(name: str, inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(attributes(), st.lists(inside, max_size=4)).map(
        lambda made: f"<w:{name}{made[0]}>{''.join(made[1])}</w:{name}>"
    )


# Bodies that look more like Word's: properties first, cells in rows in tables.
RUN = st.one_of(holder("r", st.one_of(holder("rPr", ANYTHING), ANYTHING)), ANYTHING)
PARAGRAPH = holder("p", st.one_of(holder("pPr", ANYTHING), RUN))
CELL = holder("tc", st.one_of(holder("tcPr", ANYTHING), PARAGRAPH))
ROW = holder("tr", st.one_of(holder("trPr", ANYTHING), CELL))
TABLE = holder("tbl", st.one_of(holder("tblPr", ANYTHING), ROW))
BODY = st.lists(st.one_of(PARAGRAPH, TABLE, holder("sectPr", ANYTHING), ANYTHING), max_size=5).map("".join)


def stays_calm(data: bytes) -> None:
    """Checks, fills and sets the file; every refusal is one that is told to the person."""
    check = check_template("notice", data)
    assert all(refusal.reason_ja for refusal in check.refusals)
    with suppress(InputError):
        letter = fill("notice", data, sample_values("notice"), sample_lists("notice"))
        assert not check.refusals
        assert check_template("notice", letter).refusals == ()
    with suppress(InputError), pypdfium2.PdfDocument(letter_pdf(data, "題", "市", replace_missing=True)) as document:
        assert len(document) >= 1


@given(BODY)
def test_any_body_gives_a_refusal_or_a_letter(body: str) -> None:
    stays_calm(word(body))


@given(BODY, BODY, st.lists(ANYTHING, max_size=6).map("".join))
def test_any_styles_numbering_and_header_too(body: str, header: str, shapes: str) -> None:
    parts: dict[str, str | bytes] = {
        "word/styles.xml": f'<w:styles {NAMES}><w:style w:styleId="a1" w:default="1">{shapes}</w:style></w:styles>',
        "word/numbering.xml": f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="1">{shapes}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>{shapes}</w:numbering>',
        "word/settings.xml": f"<w:settings {NAMES}>{shapes}</w:settings>",
        "word/header1.xml": f"<w:hdr {NAMES}>{header}</w:hdr>",
    }
    kinds = ("styles", "numbering", "settings", "header")
    files = {"header": "header1.xml"}
    relations = "".join(relation(f"rId{at}", kind, files.get(kind, f"{kind}.xml")) for at, kind in enumerate(kinds))
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/></w:sectPr>'
    stays_calm(word(body + section, parts, relations))


@given(st.data())
def test_a_damaged_file_gives_a_refusal_or_a_letter(data: st.DataObject) -> None:
    whole = bytearray(default_template("notice"))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    stays_calm(bytes(whole[: data.draw(st.integers(0, len(whole)))] if data.draw(st.booleans()) else whole))
