"""How is a cell of a worked example read, and how is an answer written back?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from kansa.core.errors import KansaError, NotComputable
from tests.spec.tables import Row

Rule = Callable[[list[Row], list[Row]], list[Row]]
NONE = "なし"
REFUSED = "受け付けない"
NO_VALUE = "算出できない"


def each(answer: Callable[[Row], Row]) -> Rule:
    """A rule that answers row by row."""
    return lambda rows, given: [answer(row) for row in rows]


def refusing(answer: Callable[[], str]) -> str:
    """The answer, or the word for a refusal by ValueError."""
    try:
        return answer()
    except ValueError:
        return REFUSED


def naming(answer: Callable[[], str]) -> str:
    """The answer, or why there is none."""
    try:
        return answer()
    except NotComputable as missing:
        return f"{NO_VALUE}（{missing.code}）"
    except KansaError as fault:
        return str(fault)


def ints(text: str) -> tuple[int, ...]:
    """Whole numbers between commas; none for なし."""
    return () if text == NONE else tuple(int(part.replace(",", "")) for part in text.split(", "))


def number(text: str) -> int:
    """A whole number with thousands separated by commas."""
    return int(text.replace(",", ""))


def yes_no(value: bool) -> str:
    """はい or いいえ."""
    return "はい" if value else "いいえ"


def listed(parts: Iterable[str]) -> str:
    """Words joined, なし when there are none."""
    return "、".join(parts) or NONE


def exact(value: Fraction | int | None) -> str:
    """p/q, なし for None."""
    return NONE if value is None else str(Fraction(value))


def levels(text: str) -> str:
    """「3×32, 2×8」 as one character a judgement."""
    runs = [part.split("×") for part in text.split(", ")]
    return "".join(sign * int(times) for sign, times in runs)
