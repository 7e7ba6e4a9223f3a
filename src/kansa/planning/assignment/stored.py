"""How is a question kept as JSON, and read again exactly? Days as ISO text, sets sorted, everything by its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from kansa.planning.assignment import values
from kansa.planning.assignment.values import AssignmentCase, Team

Decoder = Callable[[Any], Any]


def plain(value: Any) -> Any:
    """Values of the assignment as JSON can hold them. Raises ValueError for anything else, numbers with a point too."""
    if isinstance(value, str | int | NoneType):
        return value
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in sorted(value.items())}
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    raise ValueError(f"{type(value).__name__} cannot be kept")


def case_of(tree: Any) -> AssignmentCase:
    """The question that `plain` was given. Raises ValueError for another shape."""
    found: AssignmentCase = _decoder(AssignmentCase)(tree)
    return found


def teams_of(tree: Any) -> tuple[Team, ...]:
    """The teams that `plain` was given. Raises ValueError for another shape."""
    found: tuple[Team, ...] = _decoder(tuple[Team, ...])(tree)
    return found


@cache
def _decoder(kind: Any) -> Decoder:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        inner = _decoder(next(one for one in parts if one is not NoneType))
        return lambda tree: None if tree is None else inner(tree)
    if origin in (tuple, frozenset):
        inner = _decoder(parts[0])
        return lambda tree: origin(inner(one) for one in _typed(list, tree))
    if origin is Mapping:
        inner = _decoder(parts[1])
        return lambda tree: {key: inner(one) for key, one in _typed(dict, tree).items()}
    if is_dataclass(kind):
        return _dataclass_decoder(kind)
    if kind in (date, time):
        return lambda tree: kind.fromisoformat(_typed(str, tree))
    return lambda tree: _typed(kind, tree)


def _typed(kind: Any, tree: Any) -> Any:
    if type(tree) is not kind:
        raise ValueError(f"{kind.__name__} expected")
    return tree


def _dataclass_decoder(kind: Any) -> Decoder:
    types = get_type_hints(kind, vars(values) if kind.__module__ == values.__name__ else None)
    names = [field.name for field in fields(kind)]

    def read(tree: Any) -> Any:
        given = _typed(dict, tree)
        if set(given) != set(names):
            raise ValueError(f"{kind.__name__}: {sorted(set(given) ^ set(names))}")
        return kind(**{name: _decoder(types[name])(given[name]) for name in names})

    return read
