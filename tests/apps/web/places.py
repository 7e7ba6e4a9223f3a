"""Which real addresses of the small town stand for the patterns of the access matrix?"""

from __future__ import annotations

EXAMPLES = {
    "<fiscal_year:fiscal_year>": "2024",
    "templates/<slug:kind>": "templates/year",
    "download/<slug:kind>": "download/html",
    "<path:figure_id>": "external.mean",
    "passkeys/<int:pk>": "passkeys/1",
}


def address(pattern: str) -> str:
    """A real address of a pattern of the matrix."""
    for part, example in EXAMPLES.items():
        pattern = pattern.replace(part, example)
    assert "<" not in pattern, f"{pattern}: give an example"
    return f"/{pattern}"
