"""Do the segments give both texts back, to the character?"""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from kansa.core.characters import clusters, keyed, matching_key, narrow
from kansa.core.text_diff import text_diff

SIGNS = st.text("持出簿に記録\n\r、\U000e0100゙がﾞ", max_size=16)
TEXTS = SIGNS | st.text(max_size=10)


@given(TEXTS, TEXTS)
def test_both_texts_come_back(old: str, new: str) -> None:
    segments = text_diff(old, new)
    assert "".join(one.text for one in segments if one.kind != "inserted") == old
    assert "".join(one.text for one in segments if one.kind != "deleted") == new
    assert all(one.text for one in segments)
    kinds = [one.kind for one in segments]
    assert all(kind != after for kind, after in itertools.pairwise(kinds))
    assert ("inserted", "deleted") not in itertools.pairwise(kinds)
    assert segments == text_diff(old, new)


@given(TEXTS)
def test_nothing_changed(text: str) -> None:
    assert [one.kind for one in text_diff(text, text)] == (["same"] if text else [])


@given(TEXTS, TEXTS)
def test_no_single_character_stands_between_changes(old: str, new: str) -> None:
    segments = text_diff(old, new)
    for before, piece, after in zip(segments, segments[1:], segments[2:], strict=False):
        if piece.kind == "same" and before.kind != "same" and after.kind != "same":
            assert len(clusters(piece.text)) >= 2 or piece.text.strip("\r\n") == ""


@given(TEXTS)
def test_clusters_are_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text
    assert all(clusters(text))


@given(TEXTS)
def test_a_key_knows_where_it_came_from(text: str) -> None:
    key, places = keyed(text)
    assert key == matching_key(text)
    assert len(places) == len(key)
    for sign, (start, end) in zip(key, places, strict=True):
        assert sign in matching_key(text[start:end])


@given(TEXTS)
def test_narrow_text_keeps_its_places(text: str) -> None:
    assert len(narrow(text)) == len(text)


def test_width_case_blanks_and_variants_do_not_matter() -> None:
    assert matching_key("ｶﾞｲﾄﾞ　ＬＧｗａｎ") == matching_key("ガイドlg wan")
    assert matching_key("髙\U000e0100橋") == matching_key("高橋")
    assert matching_key("山﨑") == matching_key("山崎")
