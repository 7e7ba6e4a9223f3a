"""Is an official told what is wrong with a template, where, and what to do; and is nothing dangerous taken in?"""

from __future__ import annotations

import io
import zipfile

import pytest

from kansa.document.letters import opening
from kansa.document.letters.template import TemplateCheck, check_template
from tests.document.letters.word import NAMES, cell, p, r, relation, row, table, types, word

MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}.main+xml"


def check(body: str, parts: dict[str, str | bytes] | None = None, relations: str = "") -> TemplateCheck:
    return check_template("notice", word(body, parts, relations))


def codes(found: TemplateCheck) -> list[str]:
    return [refusal.code for refusal in found.refusals]


def test_a_good_template_is_taken_and_its_fields_are_told() -> None:
    found = check(p(r("{{ 宛先 }}様")) + table(row("{{ 監査体制.氏名 }}", "{{ 年度 }}")))
    assert found == TemplateCheck((), (), ("宛先", "監査体制.氏名", "年度"))


def test_an_unknown_field_is_named_with_its_place_and_what_was_meant() -> None:
    found = check(p(r("正しい")) + p(r("{{ 宛名 }}　様")) + table(row("見出し", "x"), row("a", "{{ 監査体制.役職 }}")))
    assert codes(found) == ["template_unknown_field"] * 2
    first, second = (refusal.reason_ja for refusal in found.refusals)
    assert "本文の段落「{{ 宛名 }} 様」" in first
    assert "「宛先」" in first
    assert "表1の2行目2列目" in second
    assert "「監査体制.役割」" in second


def test_a_field_of_another_kind_is_unknown() -> None:
    assert codes(check(p(r("{{ 展開事項.題名 }}"))))[0] == "template_unknown_field"
    assert "template_unknown_field" not in codes(
        check_template("rollout_notice", word(table(row("{{ 展開事項.題名 }}", ""))))
    )


def test_a_field_without_a_name_is_refused() -> None:
    assert codes(check(p(r("{{　}}")))) == ["template_unknown_field"]


@pytest.mark.parametrize("words", ["{{ 宛先", "宛先 }}", "{{ 宛先 }", "{{ 宛{先 }}", "{{ 宛先 }} {{"])
def test_braces_without_a_partner_are_refused_with_their_place(words: str) -> None:
    found = check(p(r(words)))
    assert "template_open_field" in codes(found)
    assert "本文の段落「" in found.refusals[0].reason_ja


def test_a_field_over_two_paragraphs_is_refused() -> None:
    assert codes(check(p(r("{{ 宛")) + p(r("先 }}")))) == ["template_open_field"] * 2


def test_single_braces_are_words() -> None:
    assert check(p(r("{a} } { 集合 {1}"))).refusals == ()


def test_a_field_of_a_list_needs_a_row() -> None:
    assert codes(check(p(r("{{ 監査体制.氏名 }}")))) == ["template_list_outside_row"]


def test_a_row_has_fields_of_one_list() -> None:
    assert codes(check(table(row("{{ 監査体制.氏名 }}", "{{ 日程.内容 }}")))) == ["template_mixed_lists"]


def test_a_repeated_row_holds_no_repeated_rows() -> None:
    inner = f"<w:tr>{cell(p(r('{{ 監査体制.氏名 }}')), table(row('{{ 日程.内容 }}', 'x')), p())}</w:tr>"
    assert codes(check(table(inner, columns=1))) == ["template_nested_list"]


def nested(depth: int) -> str:
    body = p()
    for _ in range(depth):
        body = table(f"<w:tr>{cell(body, p())}</w:tr>", columns=1)
    return body


def test_tables_in_tables_have_an_end() -> None:
    assert check(nested(5)).refusals == ()
    assert codes(check(nested(6))) == ["template_nested_tables"]


@pytest.mark.parametrize("data", [b"", b"abc", b"PK\x03\x04junk", "表,件\n1,2".encode("cp932"), b"%PDF-1.7"])
def test_what_is_no_word_file_is_refused(data: bytes) -> None:
    found = check_template("notice", data)
    assert codes(found) == ["template_not_word"]
    assert ".docx" in found.refusals[0].reason_ja


def test_a_workbook_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", types())
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert codes(check_template("notice", packed.getvalue())) == ["template_not_word"]


def test_an_old_or_locked_file_is_refused_with_the_way_on() -> None:
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    assert codes(check_template("notice", ole)) == ["template_old_word"]
    assert codes(check_template("notice", ole + "EncryptedPackage".encode("utf-16-le"))) == ["template_encrypted"]


def test_a_dotx_is_refused() -> None:
    found = check(p(), {"[Content_Types].xml": types(MAIN.format("template"))})
    assert codes(found) == ["template_not_word"]
    assert ".dotx" in found.refusals[0].reason_ja


@pytest.mark.parametrize(
    "parts",
    [
        {"word/vbaProject.bin": b"x"},
        {"[Content_Types].xml": types("application/vnd.ms-word.document.macroEnabled.main+xml")},
        {"word/other.bin": b"x", "[Content_Types].xml": types() + "<!-- application/vnd.ms-office.vbaProject -->"},
    ],
)
def test_macros_are_refused(parts: dict[str, str | bytes]) -> None:
    assert codes(check(p(), parts)) == ["template_macro"]


@pytest.mark.parametrize(
    ("kind", "target", "way"),
    [
        ("hyperlink", "https://example.org/", "ハイパーリンクの削除"),
        ("hyperlink", "mailto:a@example.org", "ハイパーリンクの削除"),
        ("image", "file://server/share/x.png", "埋め込んで"),
        ("attachedTemplate", "file:///C:/x.dotm", "Normal"),
    ],
)
def test_what_lies_outside_is_refused_with_its_address(kind: str, target: str, way: str) -> None:
    for mode in ("External", "external", ""):
        found = check(p(), relations=relation("rId9", kind, target, mode))
        assert codes(found) == ["template_external_link"]
        assert target in found.refusals[0].reason_ja
        assert way in found.refusals[0].reason_ja


@pytest.mark.parametrize("mode", ["External", "external", "EXTERNAL"])
def test_a_target_that_is_called_external_is_refused_whatever_it_looks_like(mode: str) -> None:
    assert codes(check(p(), relations=relation("rId9", "image", "media/x.png", mode))) == ["template_external_link"]


@pytest.mark.parametrize("kind", ["oleObject", "package", "control", "aFChunk", "subDocument"])
def test_files_inside_the_file_are_refused(kind: str) -> None:
    assert codes(check(p(), relations=relation("rId9", kind, "x.bin"))) == ["template_embedded_object"]


def instruction(words: str) -> str:
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in words.split("|"))
        + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        + r("前の値")
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


@pytest.mark.parametrize(
    "words",
    [" DDE|AUTO c:\\\\x", "includetext x", ' INCLUDEPICTURE "http://x"', "LINK Excel.Sheet", ' HYPERLINK "http://x"'],
)
def test_word_fields_that_reach_outside_are_refused(words: str) -> None:
    assert codes(check(p(instruction(words)))) == ["template_active_field"]


def test_a_field_with_a_computed_name_is_refused() -> None:
    body = p(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>',
        instruction("QUOTE 68 68 69"),
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>',
    )
    assert codes(check(body)) == ["template_active_field"]


@pytest.mark.parametrize(
    "words", ["PAGE", " NUMPAGES \\* Arabic", ' HYPERLINK \\l "_Toc1"', "REF link", "SEQ 表", "DATE"]
)
def test_ordinary_word_fields_are_taken(words: str) -> None:
    assert check(p(instruction(words), r("{{ 宛先 }}"))).refusals == ()


def test_a_file_too_large_is_refused() -> None:
    assert codes(check_template("notice", b"PK" + b"\0" * opening.FILE_BYTES)) == ["template_too_large"]


@pytest.mark.parametrize(
    "parts",
    [
        {"word/media/image1.png": b"\0" * (opening.UNPACKED_BYTES + 1)},
        {"word/theme/theme1.xml": "<a>" + " " * opening.XML_BYTES + "</a>"},
        {"word/theme/theme1.xml": "<a>" + "<b/>" * opening.XML_TAGS + "</a>"},
        {f"word/media/{number}.bin": b"" for number in range(opening.ENTRIES)},
    ],
)
def test_a_small_file_that_unpacks_to_much_is_refused(parts: dict[str, str | bytes]) -> None:
    assert codes(check(p(), parts)) == ["template_zip_bomb"]


def test_a_document_type_is_refused() -> None:
    body = f"<!DOCTYPE x [<!ENTITY a 'b'>]><w:document {NAMES}><w:body/></w:document>"
    assert codes(check("", {"word/document.xml": body})) == ["template_unsafe_xml"]
    wide = f'<?xml version="1.0" encoding="utf-16"?>{body}'.encode("utf-16")
    assert codes(check("", {"word/document.xml": wide})) == ["template_unsafe_xml"]


@pytest.mark.parametrize("broken", ["<w:document", "", "\0", f"<w:document {NAMES}><w:body></w:document>"])
def test_broken_xml_is_refused(broken: str) -> None:
    assert codes(check("", {"word/document.xml": broken})) == ["template_unsafe_xml"]


def test_a_part_under_two_names_is_refused() -> None:
    packed = io.BytesIO(word(p()))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("WORD/document.xml", "<x/>")
    assert codes(check_template("notice", packed.getvalue())) == ["template_not_word"]


@pytest.mark.parametrize(
    ("inside", "said"),
    [
        (
            "<w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
            + p()
            + "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>",
            "テキストボックス",
        ),
        ("<w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict></w:r>", "画像"),
        ("<m:oMath/>", "数式"),
        ('<w:r><w:footnoteReference w:id="1"/></w:r>', "脚注"),
        ('<w:r><w:commentReference w:id="1"/></w:r>', "コメント"),
        ("<w:ins>" + r("x") + "</w:ins>", "変更履歴"),
        ("<w:del><w:r><w:delText>x</w:delText></w:r></w:del>", "変更履歴"),
        (r("x", "<w:i/>"), "斜体"),
        (
            "<w:r><w:ruby><w:rt>" + r("ふ") + "</w:rt><w:rubyBase>" + r("振") + "</w:rubyBase></w:ruby></w:r>",
            "ふりがな",
        ),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>', "記号の書体"),
    ],
)
def test_what_the_pdf_cannot_show_is_told_and_does_not_stop(inside: str, said: str) -> None:
    found = check(p(r("{{ 宛先 }}"), inside))
    assert found.refusals == ()
    assert any(said in warning for warning in found.warnings)


def test_columns_are_told() -> None:
    assert any(
        "段組み" in one for one in check(p(r("{{ 宛先 }}")) + '<w:sectPr><w:cols w:num="2"/></w:sectPr>').warnings
    )


def test_only_words_set_from_above_are_told_as_such() -> None:
    def said(direction: str) -> tuple[str, ...]:
        section = f'<w:sectPr><w:textDirection w:val="{direction}"/></w:sectPr>'
        return check(p(r("{{ 宛先 }}")) + section).warnings

    assert said("lrTb") == ()
    assert any("縦書き" in one for one in said("tbRl"))


def test_a_template_without_fields_is_taken_with_a_warning() -> None:
    found = check(p(r("いつも同じ文面")))
    assert found.refusals == ()
    assert "一つもありません" in found.warnings[0]


def test_many_faults_are_told_together_but_not_without_end() -> None:
    found = check("".join(p(r(f"{{{{ 謎{number} }}}}")) for number in range(200)))
    assert len(found.refusals) == 50


def test_an_unknown_kind_is_a_bug() -> None:
    with pytest.raises(KeyError):
        check_template("postcard", word(p()))
