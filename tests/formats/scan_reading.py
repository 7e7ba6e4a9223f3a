"""How do tests read a report: through the same door as an upload?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from kansa.core.errors import InputError
from kansa.formats.scans import ScanLimits, read_report, reports_of
from kansa.formats.scans.records import ScanRecord

SCANS = Path(__file__).parent / "scans"
SAMPLES = sorted(path for path in SCANS.glob("*/*") if not path.name.endswith(".expected.json"))


def read(data: bytes, name: str = "report", limits: ScanLimits | None = None) -> list[ScanRecord]:
    """All records of all reports of an upload."""
    return [record for report in reports_of(io.BytesIO(data), name, limits) for record in read_report(report)]


def code_of(data: bytes, name: str = "report", limits: ScanLimits | None = None) -> str:
    """The code of the refusal; "" when the upload is read to its end."""
    try:
        read(data, name, limits)
    except InputError as fault:
        return fault.refusals[0].code
    return ""


def of_kind(records: list[ScanRecord], kind: type) -> Iterator[Any]:
    """The records of one class."""
    return (record for record in records if isinstance(record, kind))


def plain(value: object) -> object:
    """A field as JSON can say it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, tuple):
        return [plain(one) for one in value]
    return value
