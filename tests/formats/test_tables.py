"""Are rows found where Excel shows them, whatever stands around, above and between them?"""

from __future__ import annotations

from datetime import date

import pytest
from xlsxwriter.worksheet import Worksheet

from kansa.formats.readers import READERS
from kansa.formats.records import AnswerRecord, DepartmentRecord, EngagementRecord, PlanRecord, ReadResult
from kansa.formats.tables import REFUSAL_LIMIT
from tests.formats.workbooks import DEPARTMENTS, workbook


def departments(data: bytes) -> ReadResult:
    return READERS["departments"](data, "課所.xlsx")


def codes(result: ReadResult) -> list[tuple[str, int]]:
    return [(record.code, record.source.row) for record in result.records if isinstance(record, DepartmentRecord)]


def refusals(result: ReadResult) -> list[tuple[str, str, int, str]]:
    return [(one.code, one.place.sheet, one.place.row, one.place.column) for one in result.refusals]


def test_row_numbers_are_those_of_excel_with_blank_rows_and_columns_around() -> None:
    rows = [[], [], [None, None, "課所等一覧"], [], [None, None, *DEPARTMENTS], []]
    rows += [
        [None, None, "0101", "総務課", "総務部", "本庁", "令和６年度"],
        [],
        [None, None, "0102", "税務課", "", "本庁", 2024],
    ]
    result = departments(workbook(rows))
    assert refusals(result) == []
    assert codes(result) == [("0101", 7), ("0102", 9)]
    assert {record.source.sheet for record in result.records} == {"Sheet1"}


def test_numbers_are_read_as_the_text_they_show() -> None:
    result = departments(workbook([DEPARTMENTS, [101, "総務課", "総務部", "本庁", 2024.0]]))
    assert codes(result) == [("101", 2)]
    assert result.records[0].valid_from == 2024


def test_a_merged_label_stands_for_all_its_rows() -> None:
    def merge(page: Worksheet) -> None:
        page.merge_range(1, 2, 3, 2, "総務部")

    rows = [DEPARTMENTS] + [[f"010{n}", "課", None, "本庁", "R6"] for n in (1, 2, 3)]
    result = departments(workbook(rows, change=merge))
    assert refusals(result) == []
    assert [record.bureau_ja for record in result.records] == ["総務部"] * 3


def test_a_merged_value_is_refused_because_nobody_knows_for_which_row_it_is() -> None:
    def merge(page: Worksheet) -> None:
        page.merge_range(1, 1, 2, 1, "総務課")

    result = departments(
        workbook([DEPARTMENTS, ["0101", None, "部", "本庁", "R6"], ["0102", None, "部", "本庁", "R6"]], change=merge)
    )
    assert ("merged_cell", "Sheet1", 2, "課所等名") in refusals(result)


def test_hidden_filtered_and_sorted_rows_are_read_like_any_other() -> None:
    def hide(page: Worksheet) -> None:
        page.autofilter(0, 0, 2, 4)
        page.set_row(1, None, None, {"hidden": True})

    rows = [DEPARTMENTS, ["0102", "税務課", "", "本庁", "R6"], ["0101", "総務課", "", "本庁", "R6"]]
    assert codes(departments(workbook(rows, change=hide))) == [("0102", 2), ("0101", 3)]


def test_several_sheets_are_read_and_explanations_are_not() -> None:
    row = ["0102", "税務課", "", "本庁", "R6"]
    data = workbook(
        [DEPARTMENTS, ["0101", "総務課", "", "本庁", "R6"]],
        name="部局",
        others={"出先": [DEPARTMENTS, row], "説明": [DEPARTMENTS, ["9999"]], "表紙": [["課所等一覧"]]},
    )
    result = departments(data)
    assert refusals(result) == []
    assert [record.source.sheet for record in result.records] == ["部局", "出先"]


def test_a_duplicate_on_another_sheet_names_that_sheet() -> None:
    row = ["令和６年度", "000123", "甲", "0101"]
    head = ["年度", "職員番号", "氏名", "所属コード"]
    result = READERS["staff"](workbook([head, row], name="一", others={"二": [head, row]}), "職員.xlsx")
    assert refusals(result) == [("duplicate", "二", 2, "職員番号")]
    assert "シート「一」の2行目" in result.refusals[0].reason_ja


def test_error_cells_are_refused_and_not_taken_as_empty() -> None:
    """Excel stores #REF! as a cell of its own kind that the reading library shows as an empty one."""

    def fault(page: Worksheet) -> None:
        page.write_formula(1, 2, "=1/0", None, "#DIV/0!")

    result = departments(workbook([DEPARTMENTS, ["0101", "総務課", None, "本庁", "R6"]], change=fault))
    assert ("cell_error", "Sheet1", 2) in [one[:3] for one in refusals(result)]
    assert "C2" in result.refusals[0].reason_ja


def test_a_formula_gives_its_stored_value() -> None:
    def formula(page: Worksheet) -> None:
        page.write_formula(1, 1, '="総務"&"課"', None, "総務課")

    result = departments(workbook([DEPARTMENTS, ["0101", None, "総務部", "本庁", "R6"]], change=formula))
    assert [record.name_ja for record in result.records] == ["総務課"]


def test_real_date_cells() -> None:
    def day(page: Worksheet) -> None:
        page.write_datetime(1, 5, date(2024, 10, 5), page_format)

    import io

    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    page_format = book.add_format({"num_format": "yyyy/m/d"})
    page = book.add_worksheet()
    for position, text in enumerate(["年度", "実施番号", "区分", "手法", "所属コード", "開始日"]):
        page.write_string(0, position, text)
    for position, text in enumerate(["R6", "01", "内部", "対策状況確認", "0101"]):
        page.write_string(1, position, text)
    day(page)
    book.close()
    result = READERS["engagements"](buffer.getvalue(), "実施計画.xlsx")
    assert refusals(result) == []
    record = result.records[0]
    assert isinstance(record, EngagementRecord) and record.started_on == date(2024, 10, 5)


def test_notes_beside_the_table_are_refused_because_a_shifted_row_looks_the_same() -> None:
    result = departments(workbook([DEPARTMENTS, ["0101", "総務課", "", "本庁", "R6", None, "要確認"]]))
    assert refusals(result) == [("cell_without_header", "Sheet1", 2, "G列")]


def test_headers_are_found_by_alias_decoration_and_line_break() -> None:
    head = ["※所属番号", "課所\n等名", "部局（必須）", "種 別", "設置年度*", "備考"]
    result = departments(workbook([head, ["0101", "総務課", "", "本庁", "R6", "何か"]]))
    assert refusals(result) == []
    assert codes(result) == [("0101", 2)]


def test_years_as_numbers_in_the_header_of_a_plan() -> None:
    result = READERS["plan"](workbook([["所属コード", 2024, 2025.0], ["0101", "○", "外部"]]), "計画.xlsx")
    assert refusals(result) == []
    plan = [(one.fiscal_year, one.stream) for one in result.records if isinstance(one, PlanRecord)]
    assert plan == [(2024, "internal_audit"), (2025, "external_audit")]


def test_an_unknown_column_says_what_it_may_have_meant() -> None:
    result = departments(workbook([[*DEPARTMENTS, "改編前のコード"], ["0101", "総務課", "", "本庁", "R6"]]))
    assert refusals(result) == [("unknown_column", "Sheet1", 1, "改編前のコード")]
    assert "「改編前コード」の誤りではありませんか" in result.refusals[0].reason_ja


def test_more_refusals_than_the_limit_are_counted() -> None:
    rows = [[f"{n:04}", "課", "", "未知", "R6"] for n in range(REFUSAL_LIMIT + 51)]
    result = departments(workbook([DEPARTMENTS, *rows]))
    assert len(result.refusals) == REFUSAL_LIMIT + 1
    assert result.refusals[-1].code == "more_refusals"
    assert "51件" in result.refusals[-1].reason_ja


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_delimiters_and_encodings(separator: str, encoding: str) -> None:
    lines = [DEPARTMENTS, ("0101", "髙齢課", "福祉部", "本庁", "R6")]
    data = "\r\n".join(separator.join(line) for line in lines).encode(encoding)
    result = READERS["departments"](data, "課所.csv")
    assert refusals(result) == []
    assert [(one.name_ja, one.source.sheet) for one in result.records] == [("髙齢課", "")]


def test_a_byte_order_mark_before_a_quoted_header() -> None:
    """Questionnaire tools quote every field, so the mark stands before a quotation mark."""
    lines = [("年度", "職員番号", "所属コード", "Q01"), ("R6", "000123", "0101", "はい")]
    text = "".join(";".join(f'"{cell}"' for cell in line) + "\r\n" for line in lines) + "\r\n"
    result = READERS["self_inspection"](text.encode("utf-8-sig"), "回答.csv")
    assert refusals(result) == []
    assert [one.answers for one in result.records] == [(("Q01", "yes"),)]


def test_columns_for_the_eye_are_not_read() -> None:
    head = ["年度", "実施番号", "所属コード", "課所等名", "項目コード", "監査項目", "判定", "備考"]
    result = READERS["judgements"](
        workbook([head, ["R6", "01", "0101", "総務課", "A-01", "本文", 3, "済"]]), "判定.xlsx"
    )
    assert refusals(result) == []
    assert [(one.item_code, one.level) for one in result.records] == [("A-01", 3)]


def test_a_line_break_in_a_quoted_cell_counts_as_one_row_as_in_excel() -> None:
    header = "年度,区分,項目コード,領域,項目,継続区分,前年度コード\r\n"
    data = header + 'R6,外部,A-01,甲,"一行\r\n二行",追加,\r\nR6,外部,A-02,甲,乙,追加,\r\n'
    result = READERS["checklist"](data.encode(), "項目.csv")
    assert refusals(result) == []
    assert [one.source.row for one in result.records] == [2, 3]
    assert result.records[0].text_ja == "一行\n二行"


def test_answers_are_matched_by_code_in_any_column_order() -> None:
    result = READERS["self_inspection"](
        workbook([["Q02", "所属コード", "Q01 ロック", "年度", "職員番号"], ["いいえ", "0101", "はい", "R6", "000123"]]),
        "回答.xlsx",
    )
    assert refusals(result) == []
    record = result.records[0]
    assert isinstance(record, AnswerRecord) and dict(record.answers) == {"Q01": "yes", "Q02": "no"}


def test_a_number_cell_of_a_published_figure_takes_its_form_from_the_quoted_line() -> None:
    head = ["年度", "項目コード", "値", "単位", "出典文書", "引用"]
    rows = [
        head,
        ["R6", "scale.full_mark", 4.0, "点", "報告書", "4.00 点満点中"],
        ["R6", "self.rate", 0.952, "％", "報告書", "95.2％"],
    ]
    result = READERS["published"](workbook(rows), "公表値.xlsx")
    assert refusals(result) == [("value_not_in_quote", "Sheet1", 3, "値")]
    assert [(one.shown, one.places) for one in result.records] == [("4.00", 2)]
