"""How does a test change a record? Judgements are named tuples, all others frozen dataclasses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kansa.formats.records import JudgementRecord


def changed(record: Any, **changes: object) -> Any:
    """A copy of the record with other values."""
    return record._replace(**changes) if isinstance(record, JudgementRecord) else replace(record, **changes)
