"""Which rows would an import change or remove, in the words of the file?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kansa.apps.trail.actions import ImportPlan, TablePlan, place_of
from kansa.formats.readers import SPECS


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One value that would be another one, or one row that would go (`is_removed`; `before_ja` is its key)."""

    place_ja: str
    column_ja: str
    before_ja: str | None  # None: of a row that is referred to, only the new code is known
    after_ja: str
    is_removed: bool = False

    def ja(self) -> str:
        """The line as the command prints it."""
        if self.is_removed:
            return f"削除 {self.before_ja}"
        place = f"{self.place_ja} " if self.place_ja else ""
        before = f"「{self.before_ja}」" if self.before_ja is not None else ""
        return f"変更 {place}{self.column_ja}：{before}→「{self.after_ja}」"


def change_lines(kind: str, plan: ImportPlan) -> list[ChangeLine]:
    """Every changed value and every removed row of the plan; tables that name persons are left out."""
    words = column_words(kind)
    return [line for table in plan.tables if not table.is_personal for line in table_lines(table, words)]


def table_lines(table: TablePlan, words: dict[str, str]) -> Iterator[ChangeLine]:
    """The lines of one table."""
    for changed in table.changed:
        for name, before, after in zip(table.fields, changed.before, changed.row.values, strict=True):
            if before != getattr(after, "pk", after):
                yield ChangeLine(place_of(changed.row.source).ja(), words.get(name, name), *pair(before, after))
    for removed in table.removed:
        key = "、".join(str(value) for value in removed.before[: table.key_count])
        yield ChangeLine("", "", key, "", is_removed=True)


def column_words(kind: str) -> dict[str, str]:
    """Field name -> the header a person sees in the file."""
    spec = SPECS.get("judgements" if kind == "worksheet" else "drill" if kind.startswith("drill") else kind)
    named = {column.key: column.header_ja for table in spec.tables for column in table.columns} if spec else {}
    same = {"department": "department_code", "engagement": "engagement_code", "item": "item_code"}
    same |= {"level": "judgement", "state": "judgement", "value": "cell", "predecessor": "predecessor_codes"}
    return named | {name: named[key] for name, key in same.items() if key in named and name not in named}


def pair(before: object, after: object) -> tuple[str | None, str]:
    """Before and after in words."""
    if hasattr(after, "pk"):
        return None, str(getattr(after, "code", after.pk))
    return word(before), word(after)


def word(value: object) -> str:
    """A value as a person reads it."""
    if isinstance(value, bool):
        return "はい" if value else "いいえ"
    return "" if value is None else str(value)
