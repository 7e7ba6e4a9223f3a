"""What does an answer sheet hold: for which campaign and workplace, which items, and lines for whom?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from kansa.core.inspection import ANSWERS_JA

YES_NO_CHOICES: tuple[tuple[str, str], ...] = tuple(ANSWERS_JA.items())


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item. `choices` are (answer, what it is called), without any: an answer in own words."""

    code: str
    text_ja: str
    help_ja: str = ""
    choices: tuple[tuple[str, str], ...] = YES_NO_CHOICES


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One person's place. `key` is the staff number in an identified campaign, else a number that means nobody.

    `not_asked`: codes of items that this person is not asked.
    """

    key: str
    name_ja: str = ""
    not_asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """One sheet. `campaign` and `department` are keys, `serial` is by chance and tells sheets apart."""

    title_ja: str
    year_ja: str
    fiscal_year: int
    campaign: int
    department: int
    department_ja: str
    privacy: str
    privacy_ja: str
    closes_ja: str
    serial: str
    items: tuple[SheetItem, ...]
    lines: tuple[SheetLine, ...]

    @property
    def is_named(self) -> bool:
        """Whether names stand above the answers."""
        return self.privacy == "identified"


def items_digest(items: Iterable[SheetItem]) -> str:
    """SHA-256 over codes, words and choices in order: a sheet of other items, or in another order, is noticed."""
    digest = hashlib.sha256()
    for item in items:
        words = (item.code, item.text_ja, item.help_ja, *(part for choice in item.choices for part in choice))
        for part in (str(len(words)), *words):
            data = part.encode("utf-8")
            digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()
