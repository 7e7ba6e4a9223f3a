"""What does a check say, and how grave is it?"""

from __future__ import annotations

from dataclasses import dataclass

SEVERITIES = ("block", "warn", "info")
SEVERITIES_JA = {"block": "要対応", "warn": "注意", "info": "参考"}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing a check found, told to the office before anything is printed.

    `severity`: block (the year is not frozen), warn, info. A block that is `acceptable` lets the year be frozen when
    the office gives a reason for this code; one that is not must be mended.
    """

    code: str
    severity: str
    message_ja: str
    place_ja: str
    way_on_ja: str
    acceptable: bool
