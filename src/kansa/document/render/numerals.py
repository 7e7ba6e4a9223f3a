"""How does an exact or a printed number become a decimal that a spreadsheet can hold?"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from fractions import Fraction

# A spreadsheet keeps 15 to 17 significant digits; the division is rounded once, at the seventeenth.
_SEVENTEEN = Context(prec=17)
_PRINTED = re.compile(r"([+＋−-]?)(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?[%％]?", re.ASCII)


def decimal_of(value: Fraction) -> Decimal:
    """The value to 17 significant digits."""
    return _SEVENTEEN.divide(Decimal(value.numerator), Decimal(value.denominator))


def printed_decimal(shown: str) -> tuple[Decimal, int] | None:
    """The number a printed form says and its decimals; None when it is not a plain number.

    >>> printed_decimal("−1,234.50")
    (Decimal('-1234.50'), 2)
    """
    match = _PRINTED.fullmatch(shown.strip())
    if match is None:
        return None
    sign, whole, rest = match.groups()
    minus = "-" if sign in ("−", "-") else ""
    digits = whole.replace(",", "") + (f".{rest}" if rest else "")
    return Decimal(minus + digits), len(rest or "")
