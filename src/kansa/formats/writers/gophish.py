"""How is a drill of ours handed on in the shape of GoPhish, without saying who anybody is?

The columns are those that GoPhish exports (see formats.readers.gophish). What they hold of persons and machines is left
out: a recipient is a number of this export only, names, position, address and user agent are empty. UTF-8 without a
byte order mark, as GoPhish writes it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from kansa.formats.writers.text import guarded

RESULT_COLUMNS = (
    *("id", "status", "ip", "latitude", "longitude", "send_date", "reported", "modified_date"),
    *("email", "first_name", "last_name", "position"),
)
EVENT_COLUMNS = ("campaign_id", "email", "time", "message", "details")
MESSAGES = {"opened": "Email Opened", "clicked": "Clicked Link", "reported": "Email Reported"}
NEVER = "0001-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class GophishPerson:
    """One recipient of the export. `sent_at`: None for one who got nothing; `acts`: act -> first moment."""

    number: int
    sent_at: datetime | None
    is_failed: bool
    acts: tuple[tuple[str, datetime], ...]

    @property
    def mail(self) -> str:
        """An address that reaches nobody (RFC 2606)."""
        return f"r{self.number:05d}@recipient.invalid"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _written(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def gophish_results(people: Iterable[GophishPerson]) -> bytes:
    """results.csv: the last status of each recipient, and whether he or she reported."""
    rows = []
    for one in people:
        acts = dict(one.acts)
        status = "Scheduled" if one.sent_at is None else "Email Sent"
        if "clicked" in acts:
            status = "Clicked Link"
        elif "opened" in acts:
            status = "Email Opened"
        elif one.is_failed:
            status = "Error"
        last = max((*acts.values(), *((one.sent_at,) if one.sent_at else ())), default=None)
        rows.append(
            (
                *(f"r{one.number:05d}", status, "", "0", "0", _time(one.sent_at) if one.sent_at else NEVER),
                *("true" if "reported" in acts else "false", _time(last) if last else NEVER, one.mail, "", "", ""),
            )
        )
    return _written(RESULT_COLUMNS, rows)


def gophish_events(campaign_id: int, people: Iterable[GophishPerson]) -> bytes:
    """events.csv: what was counted of each recipient, earliest first."""
    found: list[tuple[datetime, str, str]] = []
    for one in people:
        if one.sent_at is not None:
            found.append((one.sent_at, one.mail, "Error Sending Email" if one.is_failed else "Email Sent"))
        found += [(at, one.mail, MESSAGES[act]) for act, at in one.acts]
    rows = [(str(campaign_id), mail, _time(at), message, "{}") for at, mail, message in sorted(found)]
    return _written(EVENT_COLUMNS, rows)
