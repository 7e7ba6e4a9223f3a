"""Is every row of a survey's file read once and as it is, whatever it holds, and is nothing guessed?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kansa.formats.past_answers import (
    Mapping,
    mapping_from_json,
    mapping_to_json,
    new_items,
    past_tables,
    propose,
    read_past_answers,
)
from tests.formats.settings import PROPERTY, SLOW_PROPERTY

ITEMS = {"Q1": "離席するときに画面をロックしているか。", "Q2": "パスワードを使い回していないか。"}
MAPPING = Mapping(
    "answers",
    (("submitdate", "submitted"), ("G1", "department"), ("Q1[SQ001]", "item:Q1"), ("Q2", "item:Q2"), ("memo", "")),
    (("Y", "yes"), ("N", "no"), ("A3", "not_applicable")),
)
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r"), max_size=12)


def lime(rows: list[tuple[str, ...]], delimiter: str) -> bytes:
    """A file as LimeSurvey writes it."""
    head = ("id", "submitdate", "G1", "Q1[SQ001]", "Q2", "memo")
    quoted = ["".join(('"', cell.replace('"', '""'), '"')) for row in (head, *rows) for cell in row]
    lines = [delimiter.join(quoted[at : at + 6]) for at in range(0, len(quoted), 6)]
    return ("\ufeff" + "\r\n".join(lines) + "\r\n\r\n").encode()


@SLOW_PROPERTY
@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from("YN"), st.sampled_from(["Y", "A3", ""]), TEXT), max_size=8),
    st.sampled_from([",", ";"]),
)
def test_every_sent_row_is_read_once(rows: list[tuple[bool, str, str, str]], delimiter: str) -> None:
    """Free texts with quotes, delimiters and line breaks move no answer to another column."""
    file = [
        (str(at), "2023-11-01" if sent else "", "総務課", one, two, memo)
        for at, (sent, one, two, memo) in enumerate(rows, 1)
    ]
    found = read_past_answers(lime(file, delimiter), "a.csv", MAPPING, 2023)
    means = {"Y": "yes", "N": "no", "A3": "not_applicable", "": "blank"}
    wanted = [(("Q1", means[one]), ("Q2", means[two])) for sent, one, two, _memo in rows if sent]
    assert [one.answers for one in found.answers] == wanted
    assert found.unfinished == sum(not sent for sent, *_rest in rows)
    assert [one.code for one in found.refusals] == ([] if wanted else ["no_rows"])


@PROPERTY
@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    tables, refusals = past_tables(data, "a.csv")
    assert tables or refusals
    for table in tables:
        mapping = propose(table, ITEMS, ("総務課",)).mapping
        assert mapping_from_json(mapping_to_json(mapping)) == mapping
        found = read_past_answers(data, "a.csv", mapping, 2023)
        assert found.answers or found.counts or found.refusals or found.unfinished


def test_what_no_mapping_says_is_refused_not_guessed() -> None:
    found = read_past_answers(lime([("1", "2023-11-01", "総務課", "A1", "はい", "")], ","), "a.csv", MAPPING, 2023)
    assert [(one.code, one.place.row, one.place.column) for one in found.refusals] == [
        ("unknown_answer", 2, "Q1[SQ001]"),
        ("unknown_answer", 2, "Q2"),
    ]
    assert found.answers == ()


def test_another_years_file_by_the_same_mapping_says_which_columns_are_gone() -> None:
    data = "submitdate,G1,Q2\n2024-11-01,総務課,Y\n".encode()
    found = read_past_answers(data, "a.csv", MAPPING, 2024)
    assert [(one.code, one.place.column) for one in found.refusals] == [("missing_column", "Q1[SQ001]")]


def test_items_are_likened_to_the_next_years() -> None:
    made = new_items(["離席するときは画面をロックしている", "Q2", "新しい問い"], ITEMS)
    assert [(one.later_code, one.is_same) for one in made] == [("Q1", False), ("Q2", True), ("", False)]
    assert made[1].text_ja == ITEMS["Q2"]  # the file has the code only
