"""Rules of words that figures allow, and of words that an audit may not use."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.advisory import find_assurance_wording
from kansa.core.intervals import VERDICTS_JA
from kansa.core.wording import WORDING_RULES, about_points_word, change_word, ratio_word, share_word
from tests.spec.rules.reading import NONE, Rule, each, listed, naming
from tests.spec.tables import Row

VERDICTS = {words: code for code, words in VERDICTS_JA.items()}


def _change(row: Row) -> Row:
    kind = "rate" if row["種類"] == "率" else "level"
    return {"語": change_word(Fraction(row["変化"]), VERDICTS.get(row["確からしさ"]), 1, kind=kind)}


def _share(row: Row) -> Row:
    return {"語": naming(lambda: share_word(int(row["該当"]), int(row["全体"]), 1))}


def _assurance(row: Row) -> Row:
    return {"使えない表現": listed(phrase for _start, phrase, _why in find_assurance_wording(row["文"]))}


def _statements(rows: list[Row], given: list[Row]) -> list[Row]:
    return [{"規則": statement} for statement in WORDING_RULES[1].statements_ja]


RULES: dict[str, Rule] = {
    "change_word": each(_change),
    "ratio_word": each(lambda row: {"語": ratio_word(Fraction(row["比"]), 1) or NONE}),
    "points_word": each(lambda row: {"語": about_points_word(Fraction(row["変化"]), 1)}),
    "share_word": each(_share),
    "wording_rules": _statements,
    "assurance": each(_assurance),
}
