"""Rules of intervals and of cells that stay hidden."""

from __future__ import annotations

from fractions import Fraction

from kansa.core.intervals import VERDICTS_JA, ChangeInterval, paired_change, t_quantile, welch_change, wilson
from kansa.core.rounding import printed
from kansa.core.suppression import BANDS_JA, band_extreme, suppress
from tests.spec.rules.reading import NONE, Rule, each, ints, listed
from tests.spec.tables import Row


def _wilson(row: Row) -> Row:
    low, high = wilson(int(row["該当"]), int(row["件数"]))
    return {"下限（％）": printed(low * 100, 1), "上限（％）": printed(high * 100, 1)}


def _sums(text: str) -> dict[str, tuple[int, int]]:
    """Sums of levels of departments with ten judgements each; departments are numbered."""
    return {f"所属{place}": (total, 10) for place, total in enumerate(ints(text))}


def _interval(change: ChangeInterval) -> Row:
    half = change.half_width
    return {
        "変化": printed(change.change, 4, signed=True),
        "幅（±）": NONE if half is None else printed(half, 4),
        "自由度": NONE if change.df is None else str(change.df),
        "言えること": VERDICTS_JA[change.verdict],
    }


def _welch(row: Row) -> Row:
    return _interval(welch_change(_sums(row["前年度の合計"]), _sums(row["今年度の合計"])))


def _paired(row: Row) -> Row:
    return _interval(paired_change(_sums(row["前回の合計"]), _sums(row["今回の合計"])))


def _tree(text: str) -> tuple[dict[str, list[str]], dict[str, int]]:
    """「市：総務部、福祉部／総務部：甲=3、乙=9」 as parents and counts."""
    children: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for part in text.split("／"):
        parent, _, cells = part.partition("：")
        for cell in cells.split("、"):
            name, given, number = cell.partition("=")
            children.setdefault(parent, []).append(name)
            if given:
                counts[name] = int(number)
    return children, counts


def _suppressed(row: Row) -> Row:
    children, counts = _tree(row["表"])
    return _hidden(suppress(children, counts, int(row["k"])))


def _hidden(hidden: dict[str, str]) -> Row:
    return {
        "少人数のため": listed(sorted(cell for cell, reason in hidden.items() if reason == "primary")),
        "逆算を防ぐため": listed(sorted(cell for cell, reason in hidden.items() if reason == "complementary")),
    }


def _two_views(row: Row) -> Row:
    children, counts = _tree(row["部局の表"])
    kinds, _ = _tree(row["区分の表"])
    return _hidden(suppress(children | kinds, counts, int(row["k"])))


def _band(row: Row) -> Row:
    people = int(row["人数"])
    band = band_extreme(Fraction(int(row["遵守"]), people), people)
    return {"表示": "そのまま" if band is None else BANDS_JA[band]}


RULES: dict[str, Rule] = {
    "wilson": each(_wilson),
    "t_quantile": each(lambda row: {"値": printed(t_quantile(int(row["自由度"])), 3)}),
    "welch": each(_welch),
    "paired": each(_paired),
    "suppressed": each(_suppressed),
    "two_views": each(_two_views),
    "band": each(_band),
}
