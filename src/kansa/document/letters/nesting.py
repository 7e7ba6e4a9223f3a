"""How deep do tables stand in tables? Deep nesting serves no letter and costs the typesetter its footing."""

from __future__ import annotations

from kansa.core.errors import Refusal
from kansa.document.letters.opening import Element, W

NESTED_TABLES = 5


def nesting(root: Element) -> int:
    """The largest number of tables inside each other; 0 without a table."""
    table = f"{W}tbl"
    return max((1 + sum(1 for _ in one.iterancestors(table)) for one in root.iter(table)), default=0)


def too_nested(name_ja: str) -> Refusal:
    """The refusal of a part with tables too deep."""
    reason = f"{name_ja}に、表の中の表が{NESTED_TABLES}段を超えて重なっています。段を減らしてください。"
    return Refusal("template_nested_tables", reason)
