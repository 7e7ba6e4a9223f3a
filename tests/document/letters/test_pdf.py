"""Does the PDF print what Word would print: the same words, page, tables, numbers; and refuse what it cannot?"""

from __future__ import annotations

import io
from collections import Counter

import pikepdf
import pypdfium2
import pytest

from kansa.core.errors import InputError
from kansa.document.letters.measure import NESTED_TABLES, PARAGRAPHS
from kansa.document.letters.opening import open_word
from kansa.document.letters.pdf import letter_pdf
from kansa.document.letters.reading.letter import read_letter
from tests.document.extract import squeezed
from tests.document.letters.word import BORDERS, NAMES, cell, p, r, relation, row, table, types, word
from tests.document.test_pdf import tags


def pdf_of(body: str, parts: dict[str, str | bytes] | None = None, relations: str = "", **options: bool) -> bytes:
    return letter_pdf(word(body, parts, relations), "監査実施通知書", "みほん市", **options)


def pages(data: bytes) -> list[str]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range().replace("\r\n", "\n") for page in document]


def said(body: str, **options: object) -> str:
    return squeezed("".join(pages(pdf_of(body, **options))))  # type: ignore[arg-type]


def boxes(data: bytes, words: str, page: int = 0) -> tuple[float, float, float, float]:
    """Where some words stand: left, bottom, right, top in points."""
    with pypdfium2.PdfDocument(data) as document:
        text = document[page].get_textpage()
        at = text.get_text_range().index(words)
        found = [text.get_charbox(at + number) for number in range(len(words))]
    return found[0][0], min(one[1] for one in found), found[-1][2], max(one[3] for one in found)


_MARGINS = " ".join(f'w:{side}="1400"' for side in ("top", "right", "bottom", "left"))
SECTION = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {_MARGINS}/></w:sectPr>'


def test_markup_in_words_is_printed_as_it_stands() -> None:
    assert said(p(r("*a* _b_ #c $d$ &lt;e&gt; =f [g] \\h //i @j"))) == "*a*_b_#c$d$<e>=f[g]\\h//i@j"


def test_it_claims_archive_and_accessibility_standards() -> None:
    data = pdf_of(p(r("題"), shape='<w:outlineLvl w:val="4"/>') + p(r("本文")) + table(row("a", "b")))
    with pikepdf.open(io.BytesIO(data)) as pdf:
        with pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("2", "A", "1")
            assert meta["dc:title"] == "みほん市　監査実施通知書"
        assert str(pdf.Root.Lang) == "ja-JP"
        kinds = Counter(str(node.S) for node in tags(pdf))
    # The first heading is of level 1 whatever Word calls it: the standard lets no level be skipped.
    assert (kinds["/H1"], kinds["/Table"], kinds["/TR"]) == (1, 1, 1)


def test_the_same_letter_has_the_same_bytes() -> None:
    assert pdf_of(p(r("本文"))) == pdf_of(p(r("本文")))


def test_paragraphs_stand_where_word_sets_them() -> None:
    body = (
        p(r("左"))
        + p(r("右"), shape='<w:jc w:val="right"/>')
        + p(r("中"), shape='<w:jc w:val="center"/>')
        + p(r("字下げ"), shape='<w:ind w:left="1000" w:firstLine="200"/>')
        + p(r("ぶら下げ"), shape='<w:ind w:left="1000" w:hanging="400"/>')
        + p(r("三字"), shape='<w:ind w:leftChars="300" w:left="1"/>')
        + SECTION
    )
    data = pdf_of(body)
    margin, width = 70, 11906 / 20
    assert abs(boxes(data, "左")[0] - margin) < 2
    assert abs(boxes(data, "右")[2] - (width - margin)) < 2
    assert abs(sum(boxes(data, "中")[::2]) / 2 - width / 2) < 2
    assert abs(boxes(data, "字")[0] - margin - 60) < 2
    assert abs(boxes(data, "ぶ")[0] - margin - 30) < 2
    assert abs(boxes(data, "三")[0] - margin - 31.5) < 2


def test_a_tab_leads_to_its_stop() -> None:
    shape = '<w:tabs><w:tab w:val="left" w:pos="4000"/><w:tab w:val="right" w:pos="8000"/></w:tabs>'
    data = pdf_of(p(r("前"), "<w:r><w:tab/></w:r>", r("中"), "<w:r><w:tab/></w:r>", r("後"), shape=shape) + SECTION)
    assert abs(boxes(data, "中")[0] - 70 - 200) < 2
    assert abs(boxes(data, "後")[2] - 70 - 400) < 2


def test_the_line_grid_sets_the_distance_of_lines() -> None:
    section = SECTION.replace("</w:sectPr>", '<w:docGrid w:type="lines" w:linePitch="400"/></w:sectPr>')
    data = pdf_of(p(r("国")) + p() + p(r("図")) + section)
    assert abs(boxes(data, "国")[1] - boxes(data, "図")[1] - 40) < 1


def test_pages_have_the_size_of_their_section() -> None:
    wide = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    body = p(r("縦"), shape=SECTION) + p(r("横")) + f"<w:sectPr>{wide}</w:sectPr>"
    with pypdfium2.PdfDocument(pdf_of(body)) as document:
        assert [(int(page.get_width()), int(page.get_height())) for page in document] == [(595, 841), (841, 595)]


def test_page_breaks_break_pages() -> None:
    body = p(r("一")) + p('<w:r><w:br w:type="page"/></w:r>', r("二")) + p(r("三"), shape="<w:pageBreakBefore/>")
    assert [squeezed(page) for page in pages(pdf_of(body))] == ["一", "二", "三"]


def test_headers_footers_and_page_numbers() -> None:
    number = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>9</w:t></w:r></w:fldSimple>'
    total = "".join(
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> NUMPAGES </w:instrText></w:r>',
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r>',
            r("8"),
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        )
    )
    parts: dict[str, str | bytes] = {
        "word/header1.xml": f"<w:hdr {NAMES}>{p(r('表題'))}</w:hdr>",
        "word/header2.xml": f"<w:hdr {NAMES}>{p(r('初頁'))}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {NAMES}>{p(number, r('／'), total)}</w:ftr>",
    }
    relations = (
        relation("rId1", "header", "header1.xml")
        + relation("rId2", "header", "header2.xml")
        + relation("rId3", "footer", "footer1.xml")
    )
    section = (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/><w:headerReference w:type="first" r:id="rId2"/>'
        '<w:footerReference w:type="default" r:id="rId3"/>{}<w:titlePg/></w:sectPr>'
    )
    body = p(r("甲")) + p('<w:r><w:br w:type="page"/></w:r>', r("乙")) + section
    first, second = (squeezed(page) for page in pages(pdf_of(body.format(""), parts, relations)))
    assert "初頁" in first
    assert "／" not in first  # a title page without a footer of its own has none
    assert "表題" in second
    assert "2／2" in second
    _, second = (
        squeezed(page)
        for page in pages(pdf_of(body.format('<w:pgNumType w:start="5" w:fmt="numberInDash"/>'), parts, relations))
    )
    assert "-6-／" in second


def test_numbered_paragraphs_have_their_labels() -> None:
    def level(at: int, form: str, text: str) -> str:
        shape = f'<w:pPr><w:ind w:left="{420 * (at + 1)}" w:hanging="420"/></w:pPr>'
        label = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
        return f'<w:lvl w:ilvl="{at}">{label}{shape}</w:lvl>'

    numbering = (
        f'<w:numbering {NAMES}><w:abstractNum w:abstractNumId="3">'
        + level(0, "decimalFullWidth", "%1")
        + level(1, "aiueoFullWidth", "（%1-%2）")
        + '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="3"/></w:num></w:numbering>'
    )

    def item(words: str, at: int) -> str:
        return p(r(words), shape=f'<w:numPr><w:ilvl w:val="{at}"/><w:numId w:val="7"/></w:numPr>')

    body = item("甲", 0) + item("乙", 1) + item("丙", 1) + item("丁", 0) + item("戊", 1)
    parts: dict[str, str | bytes] = {"word/numbering.xml": numbering}
    text = said(body, parts=parts, relations=relation("rId1", "numbering", "numbering.xml"))
    assert text == "１甲（１-ア）乙（１-イ）丙２丁（２-ア）戊"


def test_styles_lend_their_shape() -> None:
    styles = (
        f'<w:styles {NAMES}><w:style w:type="paragraph" w:styleId="a"><w:pPr><w:jc w:val="right"/></w:pPr>'
        '<w:rPr><w:sz w:val="40"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="c"><w:basedOn w:val="c"/></w:style></w:styles>'
    )
    parts: dict[str, str | bytes] = {"word/styles.xml": styles}
    data = pdf_of(
        p(r("題"), shape='<w:pStyle w:val="b"/>') + p(r("環"), shape='<w:pStyle w:val="c"/>') + SECTION,
        parts,
        relation("rId1", "styles", "styles.xml"),
    )
    left, _, right, _ = boxes(data, "題")
    assert abs(right - (11906 / 20 - 70)) < 3
    assert right - left > 15


def test_merged_cells_widths_and_lines() -> None:
    tall = cell(p(r("縦")), shape='<w:vMerge w:val="restart"/>')
    below = cell(p(), shape="<w:vMerge/>")
    wide = cell(p(r("横")), shape='<w:gridSpan w:val="2"/>')
    body = (
        f"<w:tbl><w:tblPr><w:tblBorders>{BORDERS}</w:tblBorders></w:tblPr><w:tblGrid>"
        '<w:gridCol w:w="1000"/><w:gridCol w:w="3000"/><w:gridCol w:w="2000"/></w:tblGrid>'
        f"<w:tr>{tall}{wide}</w:tr><w:tr>{below}{cell(p(r('甲')))}{cell(p(r('乙')))}</w:tr></w:tbl>"
    )
    data = pdf_of(body)
    assert abs(boxes(data, "乙")[0] - boxes(data, "甲")[0] - 150) < 2
    with pikepdf.open(io.BytesIO(data)) as pdf:
        attributes = [node.A for node in tags(pdf) if "/A" in node]
        flat = [one for found in attributes for one in (found if isinstance(found, pikepdf.Array) else [found])]
    assert [int(one.RowSpan) for one in flat if "/RowSpan" in one] == [2]
    assert [int(one.ColSpan) for one in flat if "/ColSpan" in one] == [2]


def test_a_table_without_lines_is_layout_and_not_a_table() -> None:
    body = table(row("宛先", "差出人")).replace(BORDERS, "")
    with pikepdf.open(io.BytesIO(pdf_of(body))) as pdf:
        assert not [node for node in tags(pdf) if str(node.S) == "/Table"]


def test_a_cell_says_its_own_lines() -> None:
    none = "".join(f'<w:{side} w:val="nil"/>' for side in ("top", "left", "bottom", "right"))
    free = f"<w:tr>{cell(p(r('a')), shape=f'<w:tcBorders>{none}</w:tcBorders>')}{cell(p(r('b')))}</w:tr>"
    tree = read_letter(open_word(word(table(free))))
    first, second = tree["sections"][0]["blocks"][0]["cells"]
    assert first["lines"] == {}
    assert set(second["lines"]) == {"top", "right", "bottom"}


def test_head_rows_stand_on_every_page_and_long_rows_lose_nothing() -> None:
    head = f"<w:tr><w:trPr><w:tblHeader/></w:trPr>{cell(p(r('見出し')))}</w:tr>"
    words = "".join(f"第{number}文。" for number in range(1200))
    whole = f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell(p(r(words)))}</w:tr>"
    found = [squeezed(page) for page in pages(pdf_of(table(head, whole, columns=1)))]
    assert len(found) > 2
    assert all(page.startswith("見出し") for page in found)
    assert "".join(page.removeprefix("見出し") for page in found) == words


def test_what_word_does_not_print_is_not_printed() -> None:
    body = p(
        r("見える"),
        r("隠し", "<w:vanish/>"),
        "<w:del><w:r><w:delText>消した</w:delText></w:r></w:del>",
        "<w:moveFrom>" + r("移した") + "</w:moveFrom>",
        "<w:ins>" + r("足した") + "</w:ins>",
        "<w:r><w:ruby><w:rt>" + r("ふり") + "</w:rt><w:rubyBase>" + r("振") + "</w:rubyBase></w:ruby></w:r>",
        '<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>',
        r("☐☑"),
        "<w:sdt><w:sdtContent>" + r("枠内") + "</w:sdtContent></w:sdt>",
    )
    assert said(body) == "見える足した振□□■枠内"


def test_evenly_spread_words_keep_their_letters() -> None:
    body = p(r("通知先", '<w:fitText w:val="2000" w:id="5"/>'), r("は")) + p(
        r("均等"), shape='<w:jc w:val="distribute"/>'
    )
    data = pdf_of(body + SECTION)
    left, _, _, _ = boxes(data, "通")
    assert abs(boxes(data, "は")[0] - left - 100) < 2
    assert said(body) == "通知先は均等"


def test_a_character_without_a_glyph_is_refused_with_its_place() -> None:
    body = p(r("正しい段落")) + p(r("外字\ue000課")) + table(row("𰻝麺", "x"))
    with pytest.raises(InputError) as caught:
        pdf_of(body)
    reasons = [refusal.reason_ja for refusal in caught.value.refusals]
    assert {refusal.code for refusal in caught.value.refusals} == {"missing_glyph"}
    assert "段落「外字" in reasons[0]
    assert "U+E000" in reasons[0]
    assert "表の中の段落「𰻝麺」" in reasons[1]
    assert said(body, replace_missing=True) == "正しい段落外字〓課〓麺x"


def test_what_is_no_word_file_is_refused() -> None:
    with pytest.raises(InputError):
        letter_pdf(b"x", "題", "市")
    with pytest.raises(InputError):
        letter_pdf(word("", {"[Content_Types].xml": types() + "<!--vbaProject-->"}), "題", "市")


def test_what_is_too_long_or_too_deep_to_set_is_refused() -> None:
    deep = p()
    for _ in range(NESTED_TABLES + 1):
        deep = table(f"<w:tr>{cell(deep, p())}</w:tr>", columns=1)
    for body, code in ((deep, "template_nested_tables"), ("<w:p/>" * (PARAGRAPHS + 1), "letter_too_long")):
        with pytest.raises(InputError) as caught:
            pdf_of(body)
        assert caught.value.refusals[0].code == code


def test_an_empty_letter_is_an_empty_page() -> None:
    assert [squeezed(page) for page in pages(pdf_of(""))] == [""]


def test_the_theme_tells_gothic_from_mincho() -> None:
    theme = (
        '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:fontScheme><a:majorFont>'
        '<a:ea typeface=""/><a:font script="Jpan" typeface="游ゴシック Light"/></a:majorFont><a:minorFont>'
        '<a:ea typeface=""/><a:font script="Jpan" typeface="游明朝"/></a:minorFont></a:fontScheme></a:theme>'
    )
    runs = [r("甲", f'<w:rFonts w:eastAsiaTheme="{kind}EastAsia"/>') for kind in ("major", "minor")]
    tree = read_letter(
        open_word(word(p(*runs), {"word/theme/theme1.xml": theme}, relation("rId1", "theme", "theme/theme1.xml")))
    )
    assert [token["look"]["gothic"] for token in tree["sections"][0]["blocks"][0]["tokens"]] == [True, False]
