"""What share of people clicked or reported in the mail drill, of whom?

開封率 has several meanings; the year names its own, and every rate is printed with numerator and denominator.
Counts are people, each counted once, never events. Worked examples: docs/spec/09-drills.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NothingJudged

DEFINITIONS_JA = {
    "clicked/delivered": "リンク又は添付ファイルを開いた職員数 ÷ 訓練メールが届いた職員数",
    "clicked/sent": "リンク又は添付ファイルを開いた職員数 ÷ 訓練メールを送信した職員数",
    "opened/delivered": "訓練メールを開いた職員数 ÷ 訓練メールが届いた職員数",
    "opened/sent": "訓練メールを開いた職員数 ÷ 訓練メールを送信した職員数",
}
OMITTED = "omitted"  # the year prints no open rate, on purpose
REPORT_RATE_JA = "報告した職員数 ÷ 訓練メールが届いた職員数"
REPORT_RATE_AMONG_CLICKED_JA = "リンク又は添付ファイルを開いた後に報告した職員数 ÷ リンク又は添付ファイルを開いた職員数"


@dataclass(frozen=True, slots=True)
class DrillCounts:
    """People by what happened to their training mail."""

    sent: int
    delivered: int
    opened: int
    clicked: int
    submitted: int
    reported: int
    reported_after_click: int


def _share(numerator: int, denominator: int, reason_ja: str) -> Fraction:
    if denominator <= 0:
        raise NothingJudged(reason_ja)
    return Fraction(numerator, denominator)


def open_rate(counts: DrillCounts, definition: str) -> Fraction:
    """開封率 by the year's definition (see DEFINITIONS_JA), 0..1.

    Raises NothingJudged when the denominator is 0, ValueError for an unknown definition.
    """
    if definition not in DEFINITIONS_JA:
        raise ValueError(f"unknown definition of the open rate: {definition!r}")
    numerator = counts.clicked if definition.startswith("clicked") else counts.opened
    if definition.endswith("sent"):
        return _share(numerator, counts.sent, "送信した訓練メールがないため算出できない")
    return _share(numerator, counts.delivered, "届いた訓練メールがないため算出できない")


def report_rate(counts: DrillCounts) -> Fraction:
    """People who reported / people reached, 0..1. Raises NothingJudged."""
    return _share(counts.reported, counts.delivered, "届いた訓練メールがないため算出できない")


def report_rate_among_clicked(counts: DrillCounts, *, is_ordered: bool = True) -> Fraction:
    """People who reported after clicking / people who clicked, 0..1.

    Raises NothingJudged when nobody clicked, and when the records do not say what came first (`is_ordered`).
    """
    if not is_ordered:
        raise NothingJudged("クリックか報告の時刻がない記録があり、前後が分からないため算出できない")
    return _share(counts.reported_after_click, counts.clicked, "開いた職員がいないため算出できない")
