"""Are radicals, compositions and keys folded as the source says, and prose left alone otherwise?"""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.formats.folding import fold_code, fold_prose, matching_key
from tests.formats.settings import PROPERTY


def test_the_radicals_of_the_reference_report() -> None:
    """The extracted text of the published report prints the city's name and common words with radicals."""
    assert fold_prose("⼾⽥市 ⾃⼰点検 若⼲ ⽀所 ⽔平 ⾒直し") == "戸田市 自己点検 若干 支所 水平 見直し"


def test_the_door_radical_is_the_japanese_door() -> None:
    assert unicodedata.normalize("NFKC", "⼾") == "戶"
    assert fold_prose("⼾籍課") == "戸籍課"


@pytest.mark.parametrize("code", range(0x2F00, 0x2FD6))
def test_every_kangxi_radical_becomes_its_kanji(code: int) -> None:
    """Unicode's own compatibility mapping is the source for all but U+2F3E."""
    expected = "戸" if code == 0x2F3E else unicodedata.normalize("NFKC", chr(code))
    assert fold_prose(chr(code)) == expected


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("㈱①Ａ１ｱ％", "㈱①Ａ１ｱ％"),  # NFKC would change every one of these
        ("髙﨑邉𠮷", "髙﨑邉𠮷"),
        ("神\ufa19", "神\ufa19"),  # a variant kanji in a name stays what it is
        ("か\u3099", "が"),  # two code points from a Mac
        ("一行\r\n二行\r三行", "一行\n二行\n三行"),
        ("\u3000 前後 \t", "前後"),
        ("零\u200b幅\ufeff\x07", "零幅"),
        ("\ud800壊れた", "壊れた"),
        ("⺟⻑⻄⻘", "母長西青"),
    ],
)
def test_prose(text: str, folded: str) -> None:
    assert fold_prose(text) == folded


@given(st.text())
@PROPERTY
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold_prose(text)
    assert fold_prose(once) == once
    assert matching_key(once) == matching_key(text)


def test_keys_and_codes() -> None:
    assert matching_key(" レベル ３ ") == matching_key("ﾚﾍﾞﾙ3")
    assert fold_code(" ０１０２−Ａ ") == "0102-A"
