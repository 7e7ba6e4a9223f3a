"""What would an import change? The plan that both the dry run and the real run follow, so that they cannot differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from django.db import models
from django.db.models.deletion import Collector, ProtectedError, RestrictedError

from kansa.core.errors import Place, Refusal
from kansa.formats.records import Source

LARGEST_INTEGER = 2**31 - 1

AnyField: TypeAlias = "models.Field[Any, Any]"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the person says besides the files.

    fiscal_year: the year the files must be about; None = whatever they say.
    drill_code: GoPhish files do not name the drill.
    replace: the files are the whole list; rows of the same year that they lack are removed.
    seen: what the person was shown before saying yes (ImportPlan.numbers); when it is no longer so, nothing is applied.
    """

    fiscal_year: int | None = None
    drill_code: str = ""
    replace: bool = False
    seen: tuple[int, int, int, int] | None = None


class Row(NamedTuple):
    """One row as it should stand; values in the order of the table plan's fields, foreign keys as model instances.

    `instance` is the unsaved object other rows of the plan refer to, when there are such rows.
    """

    values: tuple[object, ...]
    source: Source | None = None
    instance: models.Model | None = None


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that exists with other values."""

    pk: int
    before: tuple[object, ...]
    row: Row


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A row that goes, because the file is the whole list and lacks it."""

    pk: int
    before: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class TablePlan:
    """What happens to one table. The first `key_count` fields identify a row within the municipality."""

    model: type[models.Model]
    fields: tuple[str, ...]
    key_count: int
    added: tuple[Row, ...] = ()
    changed: tuple[ChangedRow, ...] = ()
    unchanged: int = 0
    removed: tuple[RemovedRow, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    is_personal: bool = False  # values never enter the trail


@dataclass(frozen=True, slots=True)
class ToldAct:
    """An act of an import that gets a row of its own in the trail, as if it had been done by hand."""

    verb: str
    object_kind: str
    object_key: str
    after: dict[str, object]


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """Everything one import would do. With refusals nothing is done. `finish` runs last, in the same transaction."""

    kind: str
    tables: tuple[TablePlan, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    warnings: tuple[Refusal, ...] = ()
    finish: Callable[[], None] | None = field(default=None, compare=False)
    acts: tuple[ToldAct, ...] = ()

    @property
    def added(self) -> int:
        """Rows that would be new."""
        return sum(len(table.added) for table in self.tables)

    @property
    def changed(self) -> int:
        """Rows that would get other values."""
        return sum(len(table.changed) for table in self.tables)

    @property
    def unchanged(self) -> int:
        """Rows that already stand as the file says."""
        return sum(table.unchanged for table in self.tables)

    @property
    def removed(self) -> int:
        """Rows that would go."""
        return sum(len(table.removed) for table in self.tables)

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Rows added, changed, unchanged, removed."""
        return self.added, self.changed, self.unchanged, self.removed


def place_of(source: Source | None, column: str = "") -> Place:
    """The place of a record, as a person sees it."""
    if source is None:
        return Place(column=column)
    return Place(source.file_name, source.sheet, source.row, column)


def plain(value: object) -> object:
    """A value as the database gives it: a foreign key as its number; an unsaved one equals only itself."""
    if isinstance(value, models.Model):
        return value.pk if value.pk is not None else ("new", id(value))
    return value


def limit_of(column: AnyField) -> int:
    """The longest text or the largest number a column holds on every database; 0 when there is no limit to watch."""
    if isinstance(column, models.CharField):
        return column.max_length or 0
    is_number = isinstance(column, models.IntegerField) and not isinstance(column, models.BigIntegerField)
    return LARGEST_INTEGER if is_number else 0


def beyond(value: object, limit: int, source: Source | None) -> Iterator[Refusal]:
    """A refusal when a value does not fit its column; SQLite would take it silently, PostgreSQL break off."""
    if isinstance(value, str) and len(value) > limit:
        reason = f"「{value[:20]}…」は{len(value)}文字あります。{limit}文字以内で入力してください。"
        yield Refusal("too_long", reason, place_of(source))
    if isinstance(value, int) and abs(value) > limit:
        yield Refusal("too_large", f"数「{value}」が大きすぎます。", place_of(source))


def asked_once(column: Sequence[object], ask: Callable[[Any], object]) -> list[object]:
    """What `ask` says of each parent object in a column; asked once an object, however many rows refer to it."""
    parents = {id(parent): parent for parent in column}
    answers = {number: ask(parent) for number, parent in parents.items()}
    return [answers[id(parent)] for parent in column]


def plain_columns(rows: Sequence[Row], fields: Sequence[AnyField]) -> list[Sequence[object]]:
    """The values of the rows, column by column, foreign keys as numbers."""
    columns: list[Sequence[object]] = [*zip(*(row.values for row in rows), strict=True)] or [()] * len(fields)
    for place, column in enumerate(fields):
        if isinstance(column, models.ForeignKey):
            columns[place] = asked_once(columns[place], plain)
    return columns


def tight_limits(columns: Sequence[Sequence[object]], fields: Sequence[AnyField]) -> list[tuple[int, int]]:
    """Place and limit of the columns where some value does not fit; equal values are looked at once."""
    limits = [(place, limit) for place, column in enumerate(fields) if (limit := limit_of(column))]
    return [
        (place, limit)
        for place, limit in limits
        if any(fault for value in set(columns[place]) for fault in beyond(value, limit, None))
    ]


def compare_table(
    model: type[models.Model],
    fields: tuple[str, ...],
    key_count: int,
    rows: Iterable[Row],
    existing: models.QuerySet[Any],
    *,
    remove: bool = False,
    is_personal: bool = False,
) -> TablePlan:
    """Compares the wanted rows with the existing ones by their key; one query.

    Two wanted rows with one key and other values are refused at the second one's place; equal ones count once.
    """
    known = {field.name: field for field in model._meta.concrete_fields}
    names = [known[name].attname for name in fields]
    standing = {
        tuple(values[1 : key_count + 1]): (values[0], values[1:]) for values in existing.values_list("pk", *names)
    }
    rows = list(rows)
    columns = plain_columns(rows, [known[name] for name in fields])
    limits = tight_limits(columns, [known[name] for name in fields])
    added: list[Row] = []
    changed: list[ChangedRow] = []
    refusals: list[Refusal] = []
    wanted: dict[tuple[object, ...], tuple[object, ...]] = {}
    unchanged = 0
    keys = zip(*columns[:key_count], strict=True)
    for row, key, values in zip(rows, keys, zip(*columns, strict=True), strict=True):
        if key in wanted:
            if wanted[key] != values:
                refusals.append(Refusal("duplicate", "同じものが違う内容で二度あります。", place_of(row.source)))
            continue
        wanted[key] = values
        for place, limit in limits:
            refusals += beyond(values[place], limit, row.source)
        found = standing.get(key)
        if found is None:
            added.append(row)
        elif found[1] == values:
            unchanged += 1
        else:
            changed.append(ChangedRow(found[0], found[1], row))
    removed = [RemovedRow(*found) for key, found in standing.items() if remove and key not in wanted]
    refusals += still_used(model, removed)
    return TablePlan(
        model, fields, key_count, tuple(added), tuple(changed), unchanged, tuple(removed), tuple(refusals), is_personal
    )


def still_used(model: type[models.Model], removed: Sequence[RemovedRow]) -> Iterator[Refusal]:
    """A refusal when a row that would go is still referred to."""
    if not removed:
        return
    collector = Collector(using="default")
    try:
        collector.collect(model._default_manager.filter(pk__in=[row.pk for row in removed]))
    except (ProtectedError, RestrictedError):
        reason = "ファイルにない登録を取り除こうとしましたが、他の記録が参照しているため取り除けません。"
        yield Refusal("still_used", reason)
