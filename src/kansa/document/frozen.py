"""How does an audit year become bytes that are the same wherever the same records are?

Canonical JSON (sorted keys, no spaces, UTF-8, integers only); fractions are "p/q", dates stay ISO text.
Reading is strict: an unknown key, a missing key or a value of the wrong type is refused by name.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.year import SCHEMA, YearData

_LARGEST_EXACT = 2**53
# Schema -> what its records of a year do not have yet, with the value that says so: what was frozen is read for ever.
UPGRADES: dict[int, dict[str, Any]] = {1: {"diagnosis": None}}


def canonical(value: Any) -> bytes:
    """JSON bytes that depend on the value only. Raises ValueError for floats and integers beyond 2**53."""
    _refuse_inexact(value)
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")


def _refuse_inexact(value: Any) -> None:
    if isinstance(value, dict):
        for part in value.values():
            _refuse_inexact(part)
    elif isinstance(value, list):
        for part in value:
            _refuse_inexact(part)
    elif isinstance(value, int):
        if abs(value) >= _LARGEST_EXACT:
            raise ValueError(f"integer {value} does not survive JSON readers")
    elif value is not None and not isinstance(value, str):
        raise ValueError(f"{type(value).__name__} has no canonical form")


def sha256(data: bytes) -> str:
    """The hexadecimal SHA-256 of the bytes."""
    return hashlib.sha256(data).hexdigest()


def dump(year: YearData) -> bytes:
    """The frozen bytes of a year."""
    return canonical(plain(year))


def load(data: bytes) -> YearData:
    """The year that `dump` wrote. Raises InputError for bytes that are not such a year."""
    try:
        tree = json.loads(data.decode("utf-8"))
        schema = tree.get("schema") if isinstance(tree, dict) else None
        if schema in UPGRADES:
            _upgrade(tree)
            schema = tree["schema"]
        if schema != SCHEMA:
            raise _refused(f"凍結データの版が{schema}です。この版の kansa が読めるのは{SCHEMA}です。")
        year = _decoder(YearData)(tree, "")
    except (ValueError, RecursionError) as fault:
        raise _refused(f"凍結データとして読めません（{fault}）。") from fault
    assert isinstance(year, YearData)
    return year


def _upgrade(tree: dict[str, Any]) -> None:
    """Gives an old year what later schemas added. Raises ValueError for one that has it already."""
    while tree["schema"] in UPGRADES:
        for records in (tree.get("this"), tree.get("prior")):
            if isinstance(records, dict):
                added = UPGRADES[tree["schema"]]
                if added.keys() & records.keys():
                    raise ValueError(f"{'、'.join(sorted(added))}: not of schema {tree['schema']}")
                records.update(added)
        tree["schema"] += 1


def plain(value: Any) -> Any:
    """Dataclasses, tuples and fractions as plain JSON values."""
    if isinstance(value, str | NoneType | bool):
        return value
    if isinstance(value, int):
        return value
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(getattr(value, name)) for name in _field_names(type(value))}
    raise ValueError(f"{type(value).__name__} cannot be frozen")


@cache
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


def _refused(reason_ja: str) -> InputError:
    return InputError(Refusal("frozen_unreadable", reason_ja, Place(file="frozen.json")))


Decoder = Callable[[Any, str], Any]


def from_plain(kind: Any, tree: Any) -> Any:
    """The value that `plain` was given, read strictly. Raises ValueError that names the place."""
    return _decoder(kind)(tree, "")


@cache
def _decoder(kind: Any) -> Decoder:
    """A strict reader for one annotated type; the second argument is the path for the message."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _optional_decoder(kind)
    if origin is tuple:
        return _tuple_decoder(get_args(kind))
    if kind is Fraction:
        return _fraction
    if is_dataclass(kind):
        return _dataclass_decoder(kind)

    def scalar(value: Any, path: str) -> Any:
        if type(value) is not kind:
            raise ValueError(f"{path}: {kind.__name__} expected")
        return value

    return scalar


def _optional_decoder(kind: Any) -> Decoder:
    inner = _decoder(next(part for part in get_args(kind) if part is not NoneType))
    return lambda value, path: None if value is None else inner(value, path)


def _tuple_decoder(parts: tuple[Any, ...]) -> Decoder:
    if len(parts) == 2 and parts[1] is Ellipsis:
        inner = _decoder(parts[0])

        def many(value: Any, path: str) -> Any:
            if type(value) is not list:
                raise ValueError(f"{path}: list expected")
            return tuple([inner(part, path) for part in value])

        return many
    inners = [_decoder(part) for part in parts]

    def few(value: Any, path: str) -> Any:
        if type(value) is not list or len(value) != len(inners):
            raise ValueError(f"{path}: list of {len(inners)} expected")
        return tuple(inner(part, path) for inner, part in zip(inners, value, strict=True))

    return few


def _fraction(value: Any, path: str) -> Fraction:
    if type(value) is not str or value.count("/") != 1:
        raise ValueError(f"{path}: fraction expected")
    numerator, denominator = value.split("/")
    if not (numerator.removeprefix("-").isascii() and numerator.removeprefix("-").isdigit()):
        raise ValueError(f"{path}: fraction expected")
    if not (denominator.isascii() and denominator.isdigit() and int(denominator) > 0):
        raise ValueError(f"{path}: fraction expected")
    return Fraction(int(numerator), int(denominator))


def _dataclass_decoder(kind: Any) -> Decoder:
    hints = get_type_hints(kind)
    names = _field_names(kind)
    expected = set(names)
    inners: dict[str, Decoder] = {}

    def read(value: Any, path: str) -> Any:
        if not inners:
            inners.update({name: _decoder(hints[name]) for name in names})
        if type(value) is not dict or value.keys() != expected:
            odd = sorted(expected.symmetric_difference(value)) if type(value) is dict else []
            raise ValueError(f"{path or kind.__name__}: {'、'.join(odd) or 'object expected'}")
        return kind(**{name: inners[name](value[name], f"{path}.{name}") for name in names})

    return read
