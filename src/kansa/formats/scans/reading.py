"""What does an uploaded report say? Its kind is found by its content, and it is read under one set of limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO

from kansa.core.errors import InputError, Place, Refusal
from kansa.formats.scans import nessus, nessus_csv
from kansa.formats.scans.containers import open_reports
from kansa.formats.scans.limits import Clock, ScanLimits
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanItem, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat, unknown_report
from kansa.formats.unsafe import UnsafeFile

# In the order in which a report is tried: a format that another one could be taken for stands before it.
READERS: dict[str, ScanFormat] = {
    one.name: one
    for one in (
        nessus.FORMAT,
        nessus_csv.FORMAT,
    )
}

Read = Callable[[Report], Iterator[ScanRecord]]


def reports_of(
    stream: IO[bytes], file_name: str, limits: ScanLimits | None = None, clock: Clock | None = None
) -> Iterator[Report]:
    """Each report of an upload (a seekable stream), itself or those of a zip; InputError for what is not opened."""
    try:
        yield from open_reports(stream, file_name, limits, clock)
    except UnsafeFile as fault:
        raise _told(fault, file_name) from None


def kind_of(report: Report) -> str:
    """The name of the reader that knows the report, "" when none does. Raises InputError for a hostile beginning."""
    look = Look(report)
    try:
        return next((name for name, reader in READERS.items() if reader.is_like(look)), "")
    except UnsafeFile as fault:
        raise _told(fault, report.name) from None


def read_report(report: Report, kind: str = "", read: Read | None = None) -> Iterator[ScanRecord]:
    """The records of a report in its order. `kind` is asked of the content when it is not given.

    `read` is a reader that is no entry of READERS: a vendor's table by its mapping. Raises InputError, possibly at the
    very end (a file that was cut off): whoever keeps the records takes all of them back then.
    """
    count = 0
    try:
        if read is None:
            found = kind_of(report)
            if not found:
                raise unknown_report(report)
            if kind and kind != found:
                raise UnsafeFile(
                    "wrong_kind",
                    f"「{READERS[kind].title_ja}」ではなく「{READERS[found].title_ja}」のファイルです。種類を選び直してください。",
                )
            read = READERS[found].read
        for record in read(report):
            if isinstance(record, (ScanItem, Unread)):
                count += 1
                if count > report.limits.items:
                    raise UnsafeFile(
                        "too_many_items",
                        f"項目が多すぎます（{report.limits.items:,}件まで）。対象を分けて出力し直してください。",
                    )
            yield record
    except UnsafeFile as fault:
        raise _told(fault, report.name) from None


def _told(fault: UnsafeFile, name: str) -> InputError:
    return InputError(Refusal(fault.code, fault.reason_ja, Place(name)))
