"""Is an installed version older than the mended one, as dpkg and rpm themselves would say?

The comparison is univers'; that it agrees with `dpkg --compare-versions` and with rpm is tested on mutated pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from univers.debian import Version as DebianVersion
from univers.rpm import RpmVersion


class UnreadableVersion(ValueError):
    """A text that is no version: nothing can be said of it."""


@lru_cache(maxsize=65536)
def _dpkg(text: str) -> Any:
    try:
        return DebianVersion.from_string(text)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, AttributeError):
        raise UnreadableVersion(text) from None


@lru_cache(maxsize=65536)
def _rpm(text: str) -> Any:
    if not text.strip():
        raise UnreadableVersion(text)
    try:
        return RpmVersion.from_string(text)  # type: ignore[no-untyped-call]
    except (ValueError, TypeError, AttributeError):
        raise UnreadableVersion(text) from None


ORDERS: dict[str, Callable[[str], Any]] = {"dpkg": _dpkg, "rpm": _rpm}


def compare(kind: str, left: str, right: str) -> int:
    """-1, 0 or 1 as `left` is older, the same or newer. Raises UnreadableVersion.

    >>> compare("dpkg", "1.2~rc1-1", "1.2-1"), compare("rpm", "1:1.0-1", "2.0-1"), compare("rpm", "1.0^1-1", "1.0-1")
    (-1, 1, 1)
    """
    first, second = ORDERS[kind](left), ORDERS[kind](right)
    return -1 if first < second else 1 if first > second else 0


def newest(kind: str, versions: list[str]) -> str:
    """The newest of some versions; those that cannot be read are left out. Raises UnreadableVersion with none left."""
    found = ""
    for one in versions:
        try:
            if not found or compare(kind, found, one) < 0:
                ORDERS[kind](one)
                found = one
        except UnreadableVersion:
            continue
    if not found:
        raise UnreadableVersion(", ".join(versions))
    return found


def build_at_least(build: str, wanted: str) -> bool | None:
    """Whether a build of Windows is at least another one of the same line; None when that cannot be said.

    >>> build_at_least("17763.6054", "17763.5458"), build_at_least("17763", "17763.5458")
    (True, None)
    >>> build_at_least("20348.1", "17763.9") is None
    True
    """
    line, _, number = build.partition(".")
    wanted_line, _, wanted_number = wanted.partition(".")
    if line != wanted_line or not number.isdecimal() or not wanted_number.isdecimal():
        return None
    return int(number) >= int(wanted_number)
