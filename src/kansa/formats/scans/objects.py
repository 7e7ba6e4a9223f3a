"""Which values does a foreign JSON report hold at these places, at whatever size the report has?

A place is written `runs.item.results.item`: `item` is each element of a list, `*` each value of an object. Reports
of usual size are read at once by orjson, large ones as a stream by ijson; the values and their order are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import ijson
import orjson

from kansa.formats.scans.limits import MEGABYTE
from kansa.formats.scans.markup import too_deep
from kansa.formats.scans.opening import Report, too_large_item
from kansa.formats.unsafe import UnsafeFile

_OPENS = frozenset(("start_map", "start_array"))
_CLOSES = frozenset(("end_map", "end_array"))


class Found(NamedTuple):
    """A value, the place it was asked for by, and the key or the position (0-based) it stands at."""

    place: str
    key: str | int
    value: Any


def broken_json(line: int = 0) -> UnsafeFile:
    """The refusal of JSON that is damaged or cut off."""
    where = f"{line:,}行目付近で" if line else ""
    return UnsafeFile(
        "broken_json",
        f"JSON が{where}壊れているか、途中で切れているため読み込めません。診断ツールから出力し直してください。",
    )


def values(report: Report, *places: str) -> Iterator[Found]:
    """The values at the places in the order of the report. Raises UnsafeFile, at its end if it is cut off there."""
    if report.size <= report.limits.whole_json_bytes:
        yield from _of_whole(report, places)
    else:
        yield from _of_stream(report, places)


def first_value(report: Report, place: str) -> Any:
    """The first value at a place; None when there is none."""
    return next((found.value for found in values(report, place)), None)


def parsed(data: bytes, depth: int, line: int = 0) -> Any:
    """A JSON text as values, of at most this depth."""
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as fault:
        raise broken_json(line or fault.lineno) from None
    _check_depth(value, depth)
    return value


def _check_depth(value: Any, depth: int) -> None:
    level = [value]
    for _ in range(depth):
        below: list[Any] = []
        for one in level:
            if isinstance(one, dict):
                below += [inner for inner in one.values() if isinstance(inner, (dict, list))]
            elif isinstance(one, list):
                below += [inner for inner in one if isinstance(inner, (dict, list))]
        if not below:
            return
        level = below
    raise too_deep()


def _of_whole(report: Report, places: tuple[str, ...]) -> Iterator[Found]:
    whole = _whole(report)
    paths = {place: tuple(place.split(".")) if place else () for place in places}
    yield from _walk(whole, "", paths, ())


def _whole(report: Report) -> Any:
    """The report's value, parsed once."""
    kept = report.__dict__.get("_whole_json")
    if kept is None:
        kept = (parsed(report.rewound().read(), report.limits.depth),)
        report.__dict__["_whole_json"] = kept
    return kept[0]


def _walk(value: Any, key: str | int, paths: dict[str, tuple[str, ...]], above: tuple[str, ...]) -> Iterator[Found]:
    """What lies at the paths, of which all begin with `above`."""
    here = len(above)
    for place, path in paths.items():
        if len(path) == here:
            yield Found(place, key, value)
    deeper = {place: path for place, path in paths.items() if len(path) > here}
    if not deeper:
        return
    steps = {path[here] for path in deeper.values()}
    if isinstance(value, dict):
        for name, inner in value.items():
            step = name if name in steps and name not in ("item", "*") else "*"
            if step in steps:
                below = {place: path for place, path in deeper.items() if path[here] == step}
                yield from _walk(inner, name, below, (*above, step))
    elif isinstance(value, list) and "item" in steps:
        below = {place: path for place, path in deeper.items() if path[here] == "item"}
        for position, inner in enumerate(value):
            yield from _walk(inner, position, below, (*above, "item"))


class _Level:
    """One open list or object on the way down: what is asked for inside it, and where the stream stands in it."""

    __slots__ = ("at", "is_list", "paths")

    def __init__(self, paths: dict[str, tuple[str, ...]], is_list: bool) -> None:
        self.paths = paths  # place -> what is left of its path
        self.is_list = is_list
        self.at: str | int = -1 if is_list else ""

    def below(self) -> dict[str, tuple[str, ...]]:
        """What is asked for at the current key or position."""
        if isinstance(self.at, int):
            self.at += 1
            return {place: path[1:] for place, path in self.paths.items() if path[:1] == ("item",)}
        exact = {place: path[1:] for place, path in self.paths.items() if path and path[0] == self.at != "item"}
        return exact or {place: path[1:] for place, path in self.paths.items() if path[:1] == ("*",)}


class _Watched:
    """The report's bytes; a text so long that no event comes for a whole item's worth of them is refused."""

    def __init__(self, report: Report) -> None:
        self._stream = report.rewound()
        self._limit = report.limits.item_bytes + 2 * MEGABYTE
        self.bytes_read = self.silent = 0

    def read(self, size: int = -1) -> bytes:
        """As ijson asks for it."""
        piece = self._stream.read(size)
        self.bytes_read += len(piece)
        self.silent += len(piece)
        if self.silent > self._limit:
            raise too_large_item(0)
        return piece


def _of_stream(report: Report, places: tuple[str, ...]) -> Iterator[Found]:
    """The same by ijson, which has no limit of depth and would take all memory: the levels are counted here."""
    start = {place: tuple(place.split(".")) if place else () for place in places}
    levels: list[_Level] = []
    builder: Any = None
    asked: list[str] = []
    at: str | int = ""
    built_from = depth = began = 0
    stream = _Watched(report)
    try:
        for number, (event, value) in enumerate(ijson.basic_parse(stream, use_float=True, buf_size=MEGABYTE)):
            stream.silent = 0
            if number % 50_000 == 0:
                report.deadline.check()
            if event in _CLOSES:
                depth -= 1
            if builder is not None:
                builder.event(event, value)
                if stream.bytes_read - began > report.limits.item_bytes + 2 * MEGABYTE:
                    raise too_large_item(0)
                if event in _OPENS:
                    depth += 1
                elif event in _CLOSES and depth == built_from:
                    yield from (Found(place, at, builder.value) for place in asked)
                    builder = None
            elif event == "map_key":
                levels[-1].at = value
            elif event in _CLOSES:
                levels.pop()
            else:
                below = levels[-1].below() if levels else start
                asked = [place for place, path in below.items() if not path]
                at = levels[-1].at if levels else ""
                if event not in _OPENS:
                    yield from (Found(place, at, value) for place in asked)
                elif asked:
                    builder, built_from, began = ijson.ObjectBuilder(), depth, stream.bytes_read
                    builder.event(event, value)
                    depth += 1
                else:
                    levels.append(_Level(below, event == "start_array"))
                    depth += 1
            if depth > report.limits.depth:
                raise too_deep()
    except (ijson.JSONError, UnicodeDecodeError, ValueError) as fault:
        if isinstance(fault, UnsafeFile):
            raise
        raise broken_json() from None
