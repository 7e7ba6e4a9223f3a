"""How long may a letter be, and how deep may tables stand in tables, before it costs the typesetter its footing?"""

from __future__ import annotations

from collections.abc import Mapping

from kansa.core.errors import InputError, Refusal
from kansa.document.letters.opening import Element, W

NESTED_TABLES = 5
PARAGRAPHS = 40_000  # those of cells too; a checklist of 300 items has about 3,000


def nesting(root: Element) -> int:
    """The largest number of tables inside each other; 0 without a table."""
    table = f"{W}tbl"
    return max((1 + sum(1 for _ in one.iterancestors(table)) for one in root.iter(table)), default=0)


def too_nested(name_ja: str) -> Refusal:
    """The refusal of a part with tables too deep."""
    reason = f"{name_ja}に、表の中の表が{NESTED_TABLES}段を超えて重なっています。段を減らしてください。"
    return Refusal("template_nested_tables", reason)


def too_long() -> Refusal:
    """The refusal of a letter without end."""
    return Refusal("letter_too_long", "文書が長くなりすぎるため作れません。対象を分けてください。")


def check_measure(roots: Mapping[str, Element]) -> None:
    """Raises InputError for parts, by their Japanese names, that are too long or too deep to be set."""
    for name_ja, root in roots.items():
        if nesting(root) > NESTED_TABLES:
            raise InputError(too_nested(name_ja))
    if sum(1 for root in roots.values() for _ in root.iter(f"{W}p")) > PARAGRAPHS:
        raise InputError(too_long())
