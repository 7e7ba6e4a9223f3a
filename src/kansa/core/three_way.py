"""How are two edits of one record brought together without losing either, and where must a person choose?

A record is a tuple of (field, value). Fields that mean something only together (a level and the reason of 対象外) are
decided together, so that no record comes out that nobody wrote. Worked examples: docs/spec/22-three-way.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kansa.core.errors import RuleError

Value = str | int | bool | None
Record = tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class MergedField:
    """One field: same, mine, theirs or conflict; `value` is None while it is a conflict."""

    name: str
    kind: str
    base: Value
    mine: Value
    theirs: Value
    value: Value


def merge(
    base: Record, mine: Record, theirs: Record, together: Iterable[Sequence[str]] = ()
) -> tuple[MergedField, ...]:
    """Each field of the base in order: what became of it and, but for conflicts, the merged value.

    same: nobody changed it, or both to the same value. mine, theirs: only one changed it. `together` has groups of
    fields decided as one. Raises ValueError when the records do not have the same fields.

    >>> [field.kind for field in merge((("level", "3"),), (("level", "2"),), (("level", "3"),))]
    ['mine']
    """
    was, ours, others = dict(base), dict(mine), dict(theirs)
    if not was.keys() == ours.keys() == others.keys() or len(was) != len(base):
        raise ValueError("the three records must have the same fields, each once")
    torn = {name for group in together if _both_changed(group, was, ours, others) for name in group}
    return tuple(_merged(name, was[name], ours[name], others[name], name in torn) for name in was)


def _both_changed(
    group: Sequence[str], was: Mapping[str, Value], ours: Mapping[str, Value], others: Mapping[str, Value]
) -> bool:
    return any(ours[name] != was[name] for name in group) and any(others[name] != was[name] for name in group)


def _merged(name: str, was: Value, ours: Value, others: Value, is_torn: bool) -> MergedField:
    if ours == others:
        return MergedField(name, "same", was, ours, others, ours)
    if is_torn or was not in (ours, others):
        return MergedField(name, "conflict", was, ours, others, None)
    if ours == was:
        return MergedField(name, "theirs", was, ours, others, others)
    return MergedField(name, "mine", was, ours, others, ours)


def resolved(
    fields: Sequence[MergedField], choices: Mapping[str, str], together: Iterable[Sequence[str]] = ()
) -> Record:
    """The merged record, each conflict settled by the choice mine or theirs of its field.

    Raises RuleError: conflict_open while a conflict has no choice, conflict_split when fields of one group are taken
    from different sides.
    """
    conflicts = {field.name for field in fields if field.kind == "conflict"}
    missing = [name for name in sorted(conflicts) if choices.get(name) not in ("mine", "theirs")]
    if missing:
        raise RuleError(
            "conflict_open", f"双方が違う値に直した欄が{len(missing)}件あります。どちらを採るか選んでください。"
        )
    for group in together:
        if len({choices[name] for name in group if name in conflicts}) > 1:
            raise RuleError("conflict_split", "組で扱う欄は、同じ側の値を選んでください。")
    return tuple((field.name, _settled(field, choices)) for field in fields)


def _settled(field: MergedField, choices: Mapping[str, str]) -> Value:
    if field.kind != "conflict":
        return field.value
    return field.mine if choices[field.name] == "mine" else field.theirs
