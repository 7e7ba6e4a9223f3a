"""Up to which day do the data speak that a patch check was matched against, in words?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kansa.core.fiscal import era_date_ja


def as_of_ja(days: Sequence[Sequence[str]]) -> str:
    """The days in one phrase; "" when there are no data, as for scans of other tools. A range names both its ends.

    `days`: kind, release, ISO day ("" unknown), short hash of each file.

    >>> as_of_ja([["updateinfo", "", "2026-11-28", "ab"]])
    '令和８年11月28日時点'
    """
    if not days:
        return ""
    known = sorted(one[2] for one in days if one[2])
    if not known:
        return "時点不明"
    oldest, newest = _day_ja(known[0]), _day_ja(known[-1])
    said = f"{oldest}時点" if oldest == newest else f"{oldest}時点から{newest}時点まで"
    return said if len(known) == len(days) else f"{said}（時点不明のものを含む）"


def _day_ja(text: str) -> str:
    return era_date_ja(date.fromisoformat(text))
