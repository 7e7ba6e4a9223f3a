"""Are days that auditors cannot come read from a table, and bad cells told with their place?"""

from __future__ import annotations

from datetime import date

from kansa.formats.readers.availability import read_availability

HEADER = "職員番号,始まりの日,終わりの日,時間帯,理由\n"


def test_spans_half_days_and_single_days() -> None:
    text = (
        HEADER + "00012,2025-10-01,令和7年10月3日,午前,会議\n00013,R7.10.6,,,\n００１４,2025/10/7,2025/10/7,終日,研修\n"
    )
    records, refusals = read_availability(text.encode("cp932"), "予定.csv")
    assert refusals == ()
    assert [(one.staff_number, one.first_on, one.last_on, one.half, one.reason_ja) for one in records] == [
        ("00012", date(2025, 10, 1), date(2025, 10, 3), "am", "会議"),
        ("00013", date(2025, 10, 6), date(2025, 10, 6), "", ""),
        ("0014", date(2025, 10, 7), date(2025, 10, 7), "", "研修"),
    ]


def test_only_the_columns_that_are_needed() -> None:
    records, refusals = read_availability("職員番号,日付\nS1,2025-10-01\n".encode(), "予定.csv")
    assert refusals == ()
    assert records[0].first_on == records[0].last_on == date(2025, 10, 1)


def test_bad_cells_have_their_row_and_column() -> None:
    text = HEADER + "S1,2025-10-03,2025-10-01,,\nS2,十月,,,\nS3,2025-10-01,,夜,\n,2025-10-01,,,\n"
    records, refusals = read_availability(text.encode(), "予定.csv")
    assert records == ()
    assert sorted((one.place.row, one.place.column) for one in refusals) == [
        (2, "終わりの日"),
        (3, "始まりの日"),
        (4, "時間帯"),
        (5, "職員番号"),
    ]


def test_another_table_is_refused() -> None:
    _records, refusals = read_availability("課所等,年度\n101,2025\n".encode(), "別.csv")
    assert len(refusals) == 1
