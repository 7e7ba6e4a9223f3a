"""Which word does a figure allow? 若干, 大きく, 約半分 are figures too: thresholds with a version, printable.

A published report keeps the version it was written with; a new reading of a word is a new version, never an edit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kansa.core.errors import NothingJudged
from kansa.core.fiscal import official_digits
from kansa.core.rounding import printed, rounded


@dataclass(frozen=True, slots=True)
class ChangeThresholds:
    """For one kind of figure: below `flat` 横ばい, below `slight` 若干, from `large` on 大きく, if beyond turnover."""

    flat: Fraction
    slight: Fraction
    large: Fraction


@dataclass(frozen=True, slots=True)
class WordingRules:
    """All thresholds of one version and their statement in Japanese. Levels in points, rates 0..1."""

    level: ChangeThresholds
    rate: ChangeThresholds
    half_from: Fraction
    half_below: Fraction
    same_from: Fraction
    same_to: Fraction
    statements_ja: tuple[str, ...]


def _limit_ja(level: Fraction, rate: Fraction, side_ja: str) -> str:
    return f"{printed(level, 3)}点{side_ja}（率は{printed(rate * 100, 2)}ポイント{side_ja}）"


def _statements(
    level: ChangeThresholds, rate: ChangeThresholds, half: tuple[Fraction, Fraction], same: tuple[Fraction, Fraction]
) -> tuple[str, ...]:
    """The rules in Japanese, made of the thresholds themselves so that both cannot drift apart."""
    flat, slight = _limit_ja(level.flat, rate.flat, "未満"), _limit_ja(level.slight, rate.slight, "未満")
    large = _limit_ja(level.large, rate.large, "以上")
    halves = f"{printed(half[0], 1)}以上{printed(half[1], 1)}未満"
    sames = f"{printed(same[0], 1)}以上{printed(same[1], 1)}以下"
    return (
        f"「横ばい」は、増減が{flat}のとき用いる。",
        f"「若干」は、横ばいではなく、増減が{slight}のとき用いる。",
        f"「大きく」は、増減が{large}であり、かつ、対象所属の違いでは説明しにくいときに限り用いる。",
        f"「約半分」は比が{halves}のとき、「ほぼ同じ」は{sames}のときに用いる。",
        "「約○割」は、これら以外で比が１未満のとき、比を一割単位に四捨五入して用い、一割に満たないときは「わずか」とする。",
        "「0.1点程度」は、小数点以下第１位に四捨五入して0.1となるとき用いる。",
        "「全て」は全件、「多く」は半数を超えるとき、「半数」はちょうど半数、「一部」は半数未満のとき用いる。",
    )


def _version_1() -> WordingRules:
    level = ChangeThresholds(Fraction(5, 1000), Fraction(1, 10), Fraction(2, 10))
    rate = ChangeThresholds(Fraction(5, 10000), Fraction(1, 100), Fraction(5, 100))
    half, same = (Fraction(4, 10), Fraction(6, 10)), (Fraction(9, 10), Fraction(11, 10))
    return WordingRules(
        level=level,
        rate=rate,
        half_from=half[0],
        half_below=half[1],
        same_from=same[0],
        same_to=same[1],
        statements_ja=_statements(level, rate, half, same),
    )


WORDING_RULES: dict[int, WordingRules] = {1: _version_1()}


def _rules(version: int) -> WordingRules:
    if version not in WORDING_RULES:
        raise ValueError(f"unknown wording version {version}")
    return WORDING_RULES[version]


def change_word(change: Fraction, verdict: str | None, version: int = 1, *, kind: str = "level") -> str:
    """大きく向上 | 向上 | 若干向上 | 横ばい | 若干低下 | 低下 | 大きく低下.

    `change` is in level points, or with kind="rate" a difference of rates (0.011 = 1.1 ポイント).
    `verdict` comes from `intervals`; 大きく needs beyond_turnover. None (no interval known) never gives 大きく.
    """
    if kind not in ("level", "rate"):
        raise ValueError(f"unknown kind of change {kind!r}")
    rules = _rules(version)
    limits = rules.level if kind == "level" else rules.rate
    size = abs(change)
    if size < limits.flat:
        return "横ばい"
    direction = "向上" if change > 0 else "低下"
    if size < limits.slight:
        return "若干" + direction
    if size >= limits.large and verdict == "beyond_turnover":
        return "大きく" + direction
    return direction


def ratio_word(ratio: Fraction, version: int = 1) -> str:
    """約半分, ほぼ同じ, 約２割, わずか (below 0.05), 約1.5倍; "" for a negative ratio: then the directions differ."""
    rules = _rules(version)
    if ratio < 0:
        return ""
    if rules.half_from <= ratio < rules.half_below:
        return "約半分"
    if rules.same_from <= ratio <= rules.same_to:
        return "ほぼ同じ"
    if ratio > rules.same_to:
        return f"約{printed(ratio, 1)}倍"
    tenths = int(rounded(ratio * 10, 0))
    return f"約{official_digits(tenths)}割" if tenths else "わずか"


def about_points_word(change: Fraction, version: int = 1) -> str:
    """「0.1点程度」 for the size of a change, one decimal; 「0.1点未満」 when that rounds to zero. No sign."""
    _rules(version)
    shown = printed(abs(change), 1)
    return "0.1点未満" if rounded(change, 1) == 0 else f"{shown}点程度"


def share_word(part: int, whole: int, version: int = 1) -> str:
    """全て | 多く | 半数 | 一部 | なし for `part` of `whole` things. Raises NothingJudged when there are none."""
    _rules(version)
    if not 0 <= part <= max(whole, 0):
        raise ValueError(f"{part} of {whole} is not a share")
    if whole == 0:
        raise NothingJudged("対象がないため表せない")
    if part in (0, whole):
        return "全て" if part else "なし"
    if 2 * part == whole:
        return "半数"
    return "多く" if 2 * part > whole else "一部"
