"""Does a letter say exactly what it was given, in the city's own layout, and nothing else?"""

from __future__ import annotations

import io
import zipfile

import pytest

from kansa.core.errors import InputError
from kansa.document.letters.defaults import sample_lists, sample_values
from kansa.document.letters.template import ROWS, fill
from tests.document.letters.word import W, cell, lines, p, part, r, relation, row, table, word

BOLD = "<w:b/>"


def filled(
    body: str, kind: str = "notice", parts: dict[str, str] | None = None, relations: str = "", **values: str
) -> bytes:
    """The body as a template, filled with samples and these values."""
    given = {**sample_values(kind), **values}
    return fill(kind, word(body, parts, relations), given, sample_lists(kind))


def test_a_field_is_replaced_by_its_value() -> None:
    data = filled(p(r("宛先は{{ 宛先 }}です。")), 宛先="総務課長")
    assert lines(part(data)) == ["宛先は総務課長です。"]


@pytest.mark.parametrize("written", ["{{宛先}}", "{{　宛先　}}", "｛｛ 宛先 ｝｝", "{{ 宛 先 }}"])
def test_a_field_may_be_written_as_a_japanese_keyboard_writes_it(written: str) -> None:
    assert lines(part(filled(p(r(written)), 宛先="総務課長"))) == ["総務課長"]


def test_a_field_that_word_cut_into_runs_keeps_the_format_of_its_beginning() -> None:
    data = filled(p(r("前{"), r("{ 宛", BOLD), r("先 "), r("}}"), r("後", BOLD)), 宛先="総務課長")
    runs = [
        ("".join(text.text or "" for text in run.iter(f"{W}t")), run.find(f"{W}rPr/{W}b") is not None)
        for run in part(data).iter(f"{W}r")
    ]
    assert [one for one in runs if one[0]] == [("前総務課長", False), ("後", True)]


def test_two_fields_in_the_same_pieces_keep_their_order() -> None:
    data = filled(p(r("{{ 日付 }}、{{ 宛"), r("先 }}、{{ 年度 }}")), 日付="一日", 宛先="課長", 年度="六年")
    assert lines(part(data)) == ["一日、課長、六年"]


def test_a_hyphen_inside_a_link_or_an_inserted_run_does_not_stop_a_field() -> None:
    body = p("<w:ins>" + r("{{ 宛") + "</w:ins>", '<w:hyperlink w:anchor="x">' + r("先 }}") + "</w:hyperlink>")
    assert lines(part(filled(body, 宛先="課長"))) == ["課長"]


@pytest.mark.parametrize(
    "value",
    [
        "<b>&amp;</b>",
        '=HYPERLINK("http://x")',
        "#strong[a] $x$ \\u{1}",
        "{{ 差出人 }}",
        "]]><w:br/>",
        "{% for x in y %}",
    ],
)
def test_a_value_is_only_ever_text(value: str) -> None:
    data = filled(p(r("{{ 宛先 }}")), 宛先=value, 差出人="漏れた")
    assert lines(part(data)) == [value]


def test_lines_and_tabs_of_a_value_stay_lines_and_tabs() -> None:
    value = "一行目\r\n二行目\x0b三行目\t欄\u2028四行目"
    assert lines(part(filled(p(r("{{ 連絡先 }}")), 連絡先=value))) == ["一行目\n二行目\n三行目\t欄\n四行目"]


@pytest.mark.parametrize("sign", ["\x00", "\x07", "\ud800", "\ufffe"])
def test_a_character_no_word_file_can_hold_is_refused_by_the_fields_name(sign: str) -> None:
    with pytest.raises(InputError) as caught:
        filled(p(r("{{ 宛先 }}")), 宛先=f"総務{sign}課長")
    refusal = caught.value.refusals[0]
    assert refusal.code == "letter_character"
    assert "宛先" in refusal.reason_ja
    assert f"U+{ord(sign):04X}" in refusal.reason_ja


def test_headers_footers_text_boxes_and_inner_tables_are_filled() -> None:
    box = (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent>'
        + p(r("箱は{{ 宛先 }}"))
        + "</w:txbxContent></wps:txbx></w:drawing></mc:Choice></mc:AlternateContent></w:r>"
    )
    inner = table(f"<w:tr>{cell(table(row('{{ 年度 }}', 'b')), p())}{cell(p(r('x')))}</w:tr>")
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts = {
        "word/header1.xml": f"<w:hdr {names}>{p(r('{{ 文書番号 }}'))}</w:hdr>",
        "word/footer1.xml": f"<w:ftr {names}>{p(r('{{ 市区町村 }}'))}</w:ftr>",
    }
    relations = relation("rId1", "header", "header1.xml") + relation("rId2", "footer", "footer1.xml")
    data = filled(p(box) + inner, parts=parts, relations=relations, 宛先="課長", 年度="六年", 文書番号="一号")
    assert lines(part(data))[-4:] == ["箱は課長", "六年", "b", "x"]
    assert lines(part(data, "word/header1.xml")) == ["一号"]
    assert lines(part(data, "word/footer1.xml")) == ["みほん市"]


def table_of(body: str, elements: list[dict[str, str]]) -> list[list[str]]:
    """The rows of the first table, after filling the list 監査体制 of a notice."""
    lists = {**sample_lists("notice"), "監査体制": elements}
    data = fill("notice", word(body), sample_values("notice"), lists)
    return [lines(one) for one in next(part(data).iter(f"{W}tbl")).findall(f"{W}tr")]


TWO = [{"役割": "責任者", "氏名": "佐藤", "所属": "総務"}, {"役割": "監査員", "氏名": "鈴木", "所属": "市民"}]


def test_a_row_with_fields_of_a_list_is_repeated_for_each_element() -> None:
    body = table(row("氏名", "役割"), row("{{ 監査体制.氏名 }}", "{{監査体制．役割}}（{{ 年度 }}）"), row("計", "終"))
    assert table_of(body, TWO) == [
        ["氏名", "役割"],
        ["佐藤", "責任者（令和６年度）"],
        ["鈴木", "監査員（令和６年度）"],
        ["計", "終"],
    ]


def test_rows_that_follow_each_other_are_repeated_together() -> None:
    body = table(row("氏名", "{{ 監査体制.氏名 }}"), row("役割", "{{ 監査体制.役割 }}"), row("終", "終"))
    assert table_of(body, TWO) == [
        ["氏名", "佐藤"],
        ["役割", "責任者"],
        ["氏名", "鈴木"],
        ["役割", "監査員"],
        ["終", "終"],
    ]


def test_two_lists_in_one_table_are_repeated_apart() -> None:
    body = table(row("{{ 監査体制.氏名 }}", "a"), row("{{ 日程.内容 }}", "b"))
    assert table_of(body, TWO) == [
        ["佐藤", "a"],
        ["鈴木", "a"],
        ["予備調査票の回答期限", "b"],
        ["実地監査", "b"],
        ["意見交換（事実誤認の確認）", "b"],
    ]


def test_an_empty_list_says_so_across_the_row() -> None:
    body = table(
        row("氏名", "役割"), row("{{ 監査体制.氏名 }}", "{{ 監査体制.役割 }}"), row("{{ 監査体制.所属 }}", "x")
    )
    lists = {**sample_lists("notice"), "監査体制": []}
    data = fill("notice", word(body), sample_values("notice"), lists)
    rows = next(part(data).iter(f"{W}tbl")).findall(f"{W}tr")
    assert [lines(one) for one in rows] == [["氏名", "役割"], ["該当なし"]]
    cells = rows[1].findall(f"{W}tc")
    assert len(cells) == 1
    span = cells[0].find(f"{W}tcPr/{W}gridSpan")
    assert span is not None
    assert span.get(f"{W}val") == "2"


def test_a_value_in_a_repeated_row_is_not_read_again() -> None:
    elements = [{"役割": "{{ 監査体制.氏名 }}", "氏名": "{{ 年度 }}", "所属": ""}]
    assert table_of(table(row("{{ 監査体制.役割 }}", "{{ 監査体制.氏名 }}")), elements) == [
        ["{{ 監査体制.氏名 }}", "{{ 年度 }}"]
    ]


def test_what_may_stand_once_in_a_file_is_not_copied_with_the_rows() -> None:
    marked = '<w:bookmarkStart w:id="1" w:name="a"/><w:bookmarkEnd w:id="1"/>'
    body = table(f"<w:tr>{cell(p(marked, r('{{ 監査体制.氏名 }}')))}</w:tr>", columns=1)
    lists = {**sample_lists("notice"), "監査体制": TWO}
    data = fill("notice", word(body), sample_values("notice"), lists)
    assert len(list(part(data).iter(f"{W}bookmarkStart"))) == 1


def test_the_same_letter_has_the_same_bytes_and_names_nobody() -> None:
    first, second = (filled(p(r("{{ 宛先 }}"))) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert "作成した人" not in core
    assert "監査実施通知書" in core
    assert "みほん市" in core


def test_every_value_must_be_given_and_no_other() -> None:
    values, lists = sample_values("notice"), sample_lists("notice")
    data = word(p(r("本文")))
    without = {name: value for name, value in values.items() if name != "宛先"}
    with pytest.raises(ValueError, match="宛先"):
        fill("notice", data, without, lists)
    with pytest.raises(ValueError, match="宛名"):
        fill("notice", data, {**values, "宛名": "x"}, lists)
    with pytest.raises(ValueError, match="日程"):
        fill("notice", data, values, {"監査体制": TWO})
    with pytest.raises(ValueError, match=r"監査体制\.所属"):
        fill("notice", data, values, {**lists, "監査体制": [{"役割": "", "氏名": ""}]})


def test_a_template_that_would_be_refused_is_not_filled() -> None:
    with pytest.raises(InputError) as caught:
        filled(p(r("{{ 宛名 }}")))
    assert [refusal.code for refusal in caught.value.refusals] == ["template_unknown_field"]


def test_a_letter_without_end_is_refused() -> None:
    body = table(*[row("{{ 監査体制.氏名 }}", "x") + row("y", "z") for _ in range(20)])
    lists = {**sample_lists("notice"), "監査体制": TWO * (ROWS // 20)}
    with pytest.raises(InputError) as caught:
        fill("notice", word(body), sample_values("notice"), lists)
    assert caught.value.refusals[0].code == "letter_too_long"
