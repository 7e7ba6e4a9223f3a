"""Is a firm's table of a drill read as the office says, its words and times too, and refused with its place?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kansa.core.errors import Place
from kansa.formats.drill_tables import (
    DrillMapping,
    drill_mapping_from_json,
    drill_mapping_to_json,
    proposed_drill_mapping,
    read_mapped,
)
from kansa.formats.past_answers import past_tables
from tests.formats.workbooks import workbook

# As a firm hands it over: a title above, names; a word, a day and a moment in one column.
ROWS = (
    ("令和6年度 標的型攻撃メール訓練 結果一覧", None, None, None, None, None),
    ("No.", "メールアドレス", "部署", "配信結果", "開封", "報告日時"),
    (1, "s001@mihon.example", "第101課", "成功", "2024/10/15 10:06", ""),
    (2, "s002@mihon.example", "第101課", "成功", "開封", "2024/10/15 10:04:30"),
    (3, "s003@mihon.example", "第102課", "成功", "2024/10/15", ""),
    (4, "s004@mihon.example", "第102課", "不達", "未開封", ""),
)
CSV = "\n".join(",".join("" if cell is None else str(cell) for cell in row) for row in ROWS)


def proposed(data: bytes, file_name: str = "結果.csv") -> DrillMapping:
    (table,), refusals = past_tables(data, file_name)
    assert refusals == ()
    return proposed_drill_mapping(table)


@pytest.mark.parametrize("data", [CSV.encode("cp932"), CSV.encode("utf-8-sig"), workbook(ROWS)])
def test_the_proposal_reads_a_table_and_a_time_that_is_not_there_stays_unknown(data: bytes) -> None:
    mapping = drill_mapping_from_json(drill_mapping_to_json(proposed(data)))
    assert mapping.headings() == {
        "recipient": "メールアドレス",
        "department_code": "部署",
        "is_delivered": "配信結果",
        "clicked_at": "開封",
        "reported_at": "報告日時",
    }
    assert dict(mapping.words) == {"成功": "yes", "不達": "no", "開封": "yes", "未開封": "no"}
    result = read_mapped(data, "結果", 2024, "R6-1", mapping)
    assert result.refusals == ()
    first, second, third, fourth = result.records
    assert (first.clicked_at, first.undated) == (datetime(2024, 10, 15, 1, 6, tzinfo=UTC), ())
    assert (second.clicked_at, second.undated, second.acts) == (None, ("clicked",), {"clicked", "reported"})
    assert (third.clicked_at, third.undated, third.department_code) == (None, ("clicked",), "第102課")
    assert (fourth.acts, fourth.is_delivered, fourth.source.row) == (frozenset(), False, 6)


def test_what_no_mapping_says_is_refused_with_sheet_row_and_column() -> None:
    mapping = proposed(CSV.encode())
    rows = (*ROWS, (5, "s005@mihon.example", "第101課", "成功", "ときどき", ""), (6, "", "第101課", "成功", "", ""))
    result = read_mapped(workbook(rows, name="明細"), "結果.xlsx", 2024, "R6-1", mapping)
    assert [(one.code, one.place) for one in result.refusals] == [
        ("unknown_word", Place("結果.xlsx", "明細", 7, "開封")),
        ("blank_cell", Place("結果.xlsx", "明細", 8, "メールアドレス")),
    ]
    late = CSV + "\n7,s007@mihon.example,第101課,不達,○,\n8,S001@mihon.example,第101課,成功,,"
    known = replace(mapping, words=(*mapping.words, ("○", "yes")))
    found = read_mapped(late.encode(), "結果.csv", 2024, "R6-1", known).refusals
    assert [(one.code, one.place.row) for one in found] == [("duplicate", 8), ("event_without_delivery", 7)]


def test_a_summary_sheet_beside_the_list_is_not_read_and_said() -> None:
    data = workbook(ROWS, name="明細", others={"部署別": [("部署", "開封"), ("第101課", 2)]})
    result = read_mapped(data, "結果.xlsx", 2024, "R6-1", proposed(CSV.encode()))
    assert (result.refusals, result.skipped, len(result.records)) == ((), ("部署別",), 4)


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ((), ["no_recipient_column", "no_sending"]),
        ((("メールアドレス", "recipient"), ("開封", "clicked_at")), ["no_sending"]),
        (
            (("メールアドレス", "recipient"), ("開封", "is_delivered"), ("報告日時", "is_delivered")),
            ["repeated_role"],
        ),
        ((("メールアドレス", "recipient"), ("配信結果", "is_delivered"), ("氏名", "password")), ["repeated_role"]),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(columns: tuple[tuple[str, str], ...], codes: list[str]) -> None:
    result = read_mapped(CSV.encode(), "結果.csv", 2024, "R6-1", DrillMapping(columns))
    assert [refusal.code for refusal in result.refusals] == codes


def test_a_heading_that_is_not_there_is_refused_by_its_name() -> None:
    mapping = DrillMapping((("メールアドレス", "recipient"), ("部署", "department_code"), ("通報", "reported_at")))
    result = read_mapped(CSV.encode(), "結果.csv", 2024, "R6-1", mapping, datetime(2024, 10, 15, tzinfo=UTC))
    assert [(one.code, one.place.column) for one in result.refusals] == [("missing_column", "通報")]
