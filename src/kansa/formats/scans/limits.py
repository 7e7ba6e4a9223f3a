"""How large, how deep and how slow may a foreign report be before it is refused?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kansa.formats.unsafe import UnsafeFile

MEGABYTE = 1024 * 1024

Clock = Callable[[], float]  # seconds, only their difference counts: time.monotonic


@dataclass(frozen=True, slots=True)
class ScanLimits:
    """What one uploaded file may ask of this machine. Real reports stay far below every one of them."""

    file_bytes: int = 1024 * MEGABYTE  # as uploaded, and everything unpacked of it together
    member_bytes: int = 512 * MEGABYTE  # one file of an archive
    members: int = 1_000
    ratio: int = 100  # unpacked / packed, from `ratio_from` on: below, a high ratio does no harm
    ratio_from: int = 4 * MEGABYTE
    item_bytes: int = 16 * MEGABYTE  # one item, and whatever stands between two of them
    depth: int = 64  # of elements, or of JSON lists and objects
    items: int = 2_000_000
    whole_json_bytes: int = 64 * MEGABYTE  # up to here JSON is read at once, above as a stream
    seconds: float = 900.0


class Deadline:
    """Until when reading may go on. Without a clock it may go on for ever, which is for tests."""

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        self._clock = clock
        self._end = clock() + seconds if clock is not None else 0.0

    def check(self) -> None:
        """Raises UnsafeFile when the time is over."""
        if self._clock is not None and self._clock() > self._end:
            raise UnsafeFile(
                "took_too_long", "読み込みに時間がかかりすぎるため中止しました。対象を分けて出力し直してください。"
            )
