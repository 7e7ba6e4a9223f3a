"""How is an exact value printed? Rounded once, half up away from zero, on integers only.

Printed parts are never adjusted to force a sum; a note says so instead. Worked examples: docs/spec/02-rounding.md.
"""

from __future__ import annotations

from fractions import Fraction

ROUNDING_RULE_JA = (
    "数値は端数処理をしない値で計算し、表示するときに一度だけ、表示する桁の次の桁を四捨五入している。"
    "増減は表示前の値の差を四捨五入したものである。"
)
ROUNDING_NOTE_JA = "四捨五入の関係で、表示した数値の差又は合計が一致しない場合がある。"
MINUS = "−"  # U+2212, as printed; machines get the exact value, not this text


def _scaled(value: Fraction | int, places: int) -> int:
    """The rounded value times 10**places, as an integer."""
    if places < 0:
        raise ValueError("places must be 0 or more")
    exact = Fraction(value)
    size = abs(exact.numerator)
    unit: int = 10**places
    scaled = (2 * size * unit + exact.denominator) // (2 * exact.denominator)
    return scaled if exact >= 0 else -scaled


def rounded(value: Fraction | int, places: int) -> Fraction:
    """The value rounded half up away from zero to `places` decimals (>= 0), exact.

    >>> rounded(Fraction(2675, 1000), 2)
    Fraction(67, 25)
    """
    return Fraction(_scaled(value, places), 10**places)


def printed(value: Fraction | int, places: int, *, signed: bool = False, commas: bool = True) -> str:
    """The printed form with exactly `places` decimals.

    Thousands are separated by commas unless `commas` is False. A negative number has the sign "−"; with `signed` a
    positive one has "+". What rounds to zero has no sign.

    >>> printed(Fraction(2246, 720), 2)
    '3.12'
    """
    scaled = _scaled(value, places)
    whole, rest = divmod(abs(scaled), 10**places)
    text = f"{whole:,}" if commas else str(whole)
    if places:
        text = f"{text}.{rest:0{places}d}"
    if scaled < 0:
        return MINUS + text
    return "+" + text if signed and scaled > 0 else text


def printed_against(value: Fraction | int, places: int, threshold: Fraction | int) -> str:
    """The printed form with as many further decimals as keep it on its own side of `threshold`.

    A value below the threshold never prints as the threshold itself, and one that reaches it never prints below.

    >>> printed_against(Fraction(2996, 1000), 2, 3)
    '2.996'
    """
    reaches = value >= threshold
    while value != threshold and (rounded(value, places) >= threshold) != reaches:
        places += 1
    return printed(value, places)


def differs_from_printed(difference: Fraction | int, a: Fraction | int, b: Fraction | int, places: int) -> bool:
    """Whether the printed difference is not the difference of the printed values, so that the note is needed.

    `difference` is the exact a - b or b - a; rounding is symmetric, so the order does not matter.
    """
    of_printed = abs(rounded(a, places) - rounded(b, places))
    return abs(rounded(difference, places)) != of_printed
