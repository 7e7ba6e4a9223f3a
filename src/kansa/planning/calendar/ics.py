"""How does an appointment look as an iCalendar file that Outlook, Google Calendar or a phone reads?

Source: RFC 5545 (content lines of at most 75 octets, CRLF, escaped TEXT, VTIMEZONE for every TZID). The stamp is an
argument, so the same plan gives the same bytes; UIDs are made of the municipality, the year and the audit, so a newer
file replaces the older entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

OCTETS = 75
ZONE = "Asia/Tokyo"
PRODUCT = "-//kansa//audit calendar//JA"
ZONE_LINES = (
    "BEGIN:VTIMEZONE",
    f"TZID:{ZONE}",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "TZNAME:JST",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry. Without `starts_at` it lasts the whole day; `sequence` grows with every change of the same entry."""

    uid: str
    title_ja: str
    on: date
    starts_at: time | None = None
    ends_at: time | None = None
    place_ja: str = ""
    text_ja: str = ""
    sequence: int = 0
    is_cancelled: bool = False


def entry_uid(municipality: str, fiscal_year: int, task_code: str, kind: str = "audit") -> str:
    """The same for the same audit, whatever its day or team; says nothing about either."""
    text = "\n".join((municipality, str(fiscal_year), kind, task_code))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@kansa.invalid"


def calendar_text(entries: Iterable[CalendarEntry], stamped_at: datetime, name_ja: str = "") -> str:
    """The file as text, lines ended by CRLF; to be written as UTF-8. Raises ValueError for a stamp without zone."""
    if stamped_at.tzinfo is None:
        raise ValueError("a stamp without time zone")
    stamp = f"{stamped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    if name_ja:
        lines.append(f"X-WR-CALNAME:{escaped(name_ja)}")
    lines += ZONE_LINES
    for entry in entries:
        lines += _entry_lines(entry, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _entry_lines(entry: CalendarEntry, stamp: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{entry.uid}"
    yield f"DTSTAMP:{stamp}"
    if entry.starts_at is None:
        yield f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{entry.on + timedelta(1):%Y%m%d}"
    else:
        yield f"DTSTART;TZID={ZONE}:{entry.on:%Y%m%d}T{entry.starts_at:%H%M%S}"
        if entry.ends_at is not None:
            yield f"DTEND;TZID={ZONE}:{entry.on:%Y%m%d}T{entry.ends_at:%H%M%S}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield f"SUMMARY:{escaped(entry.title_ja)}"
    if entry.place_ja:
        yield f"LOCATION:{escaped(entry.place_ja)}"
    if entry.text_ja:
        yield f"DESCRIPTION:{escaped(entry.text_ja)}"
    yield "END:VEVENT"


def escaped(text: str) -> str:
    """TEXT of RFC 5545 3.3.11: backslash, semicolon, comma and line ends escaped, other control characters dropped."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(one for one in joined if one in "\n\t" or (one >= " " and one != "\x7f"))
    return kept.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """The line in parts of at most 75 octets; the parts after the first begin with a blank, no character is split."""
    part, octets = "", 0
    for one in line:
        width = len(one.encode())
        if octets + width > OCTETS:
            yield part
            part, octets = " ", 1
        part, octets = part + one, octets + width
    yield part
