"""Is no listed name left, is nothing else touched, and is every residue where it is said to be?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.anonymity import REASONS_JA, Names, anonymised, residues
from kansa.core.characters import matching_key

# No sign of a placeholder is in a name, so that none can arise beside one.
NAME = st.text("総務税東西みほﾎさａ", min_size=1, max_size=4)
LISTS = st.lists(NAME, max_size=3).map(tuple)
NAMES = st.builds(Names, LISTS, LISTS, LISTS, LISTS, LISTS)
FILLER = st.text("、。の鍵ア12", max_size=3)


def all_names(names: Names) -> list[str]:
    return [*names.departments, *names.bureaus, *names.staff, *names.municipalities, *names.systems]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Names, list[str]]:
    """Texts in which names stand, in full and half width, with blanks inside."""
    names = draw(NAMES)
    words = st.sampled_from([*all_names(names), "鍵"])
    shapes = st.sampled_from([str, lambda word: unicodedata.normalize("NFKC", word), "　".join, str.upper])
    parts = st.tuples(FILLER, words, shapes)
    texts = st.lists(st.lists(parts, max_size=4), max_size=3)
    return names, ["".join(filler + shape(word) for filler, word, shape in text) for text in draw(texts)]


@given(cases())
def test_no_listed_name_is_left(case: tuple[Names, list[str]]) -> None:
    names, texts = case
    for text in anonymised(texts, names).texts:
        key = matching_key(text)
        for name in all_names(names):
            if len(matching_key(name)) >= 2:
                assert matching_key(name) not in key
        assert all(residue.code != "name" for residue in residues(text, names))


@given(cases())
def test_a_placeholder_stands_for_one_name(case: tuple[Names, list[str]]) -> None:
    names, texts = case
    done = anonymised(texts, names)
    assert len(done.texts) == len(texts)
    assert len({word for _name, word in done.placeholders}) == len(done.placeholders)
    assert len({matching_key(name) for name, _word in done.placeholders}) == len(done.placeholders)


@given(NAMES)
def test_the_longest_name_is_taken_whole(names: Names) -> None:
    for name in all_names(names):
        if len(matching_key(name)) >= 2:
            done = anonymised([name, name], names)
            [(taken, word)] = done.placeholders
            assert matching_key(taken) == matching_key(name)
            assert done.texts == (word, word)


def test_a_bureau_and_a_department_with_the_same_ending_stay_two() -> None:
    names = Names(departments=("東部",), bureaus=("総務部",))
    assert anonymised(["総務部と東部"], names).texts == ("Ａ部とＢ部",)


@given(st.lists(st.text(max_size=12), max_size=3))
def test_without_names_nothing_changes(texts: list[str]) -> None:
    assert anonymised(texts, Names()).texts == tuple(texts)


@given(cases(), st.text(max_size=20))
def test_residues_are_where_they_say(case: tuple[Names, list[str]], tail: str) -> None:
    names, texts = case
    for text in [*texts, tail]:
        found = residues(text, names)
        assert all(text[one.start : one.end] == one.text for one in found)
        assert all(one.code in REASONS_JA for one in found)
        assert list(found) == sorted(found, key=lambda one: (one.start, -one.end))
        for one in all_names(names):
            if one in text:
                assert found


@pytest.mark.parametrize(
    "text",
    ["令和６年10月５日", "012-345-6789", "taro@example.lg.jp", "10.1.2.3", "職員番号１２３４５", "税務課", "鈴木さん"],
)
def test_what_identifies_is_told_anywhere_in_a_text(text: str) -> None:
    found = residues(f"鍵が、{text}、あった。", Names())
    assert found and all(one.start >= 3 for one in found)
    assert any(text.endswith(one.text) for one in found)
