"""What does a kind of letter offer to its templates: single fields, and lists of which a table row is repeated?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LetterField:
    """A field: its name between the braces, its meaning, a sample, and in a list the samples of further rows."""

    name: str
    meaning_ja: str
    sample: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LetterList:
    """A list: {{ name.field }} in a table row repeats the row for each element."""

    name: str
    meaning_ja: str
    fields: tuple[LetterField, ...]

    @property
    def field_names(self) -> tuple[str, ...]:
        """The names after the point."""
        return tuple(field.name for field in self.fields)

    def samples(self) -> tuple[dict[str, str], ...]:
        """Rows of samples; a field without a further sample repeats its last one."""
        rows = 1 + max(len(field.more) for field in self.fields)
        return tuple(
            {field.name: ((field.sample, *field.more)[min(at, len(field.more))]) for field in self.fields}
            for at in range(rows)
        )
