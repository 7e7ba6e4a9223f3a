"""What does an OSV file say of the packages of Linux distributions? One entry, a list, or one a line.

Source: OSV schema 1.6. Withdrawn entries are left out; ecosystems that no inventory has, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from kansa.formats.advisories.records import Advisory, AdvisoryRecord, Stamp
from kansa.formats.advisories.releases import of_ecosystem
from kansa.formats.scans.fields import BadItem, cves_in, distinct, list_in, map_in, text_in, texts_in
from kansa.formats.scans.objects import parsed, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.spec import Look

# The names of source packages; elsewhere OSV names what is installed.
_OF_SOURCES = ("debian", "ubuntu")


def is_osv(look: Look) -> bool:
    """An entry has an id and what it concerns."""
    if look.has("id", "affected[]") or look.has("item.id", "item.affected[]"):
        return True
    return look.first_line.startswith("{") and '"affected"' in look.first_line and '"id"' in look.first_line


def read(report: Report) -> Iterator[AdvisoryRecord]:
    """The entries, however they are packed."""
    latest: date | None = None
    for entry in _entries(report):
        try:
            records = list(_of_entry(map_in(entry)))
        except BadItem:
            continue  # an entry of another shape concerns none of our packages
        for record in records:
            if isinstance(record, Stamp):
                latest = max(filter(None, (latest, record.as_of)), default=None)
            else:
                yield record
    yield Stamp(latest)


def _entries(report: Report) -> Iterator[Any]:
    lines = 0
    for line, raw in report.lines():
        lines = line
        if line > 1 and raw.lstrip().startswith(b"{"):
            break
    is_list = report.head.lstrip().startswith("[")
    if is_list:
        yield from (found.value for found in values(report, "item"))
    elif lines > 1 and _is_one_a_line(report):
        for line, raw in report.lines():
            if raw.strip():
                yield parsed(raw, report.limits.depth, line)
    else:
        yield from (found.value for found in values(report, ""))


def _is_one_a_line(report: Report) -> bool:
    first = report.head.partition("\n")[0].rstrip()
    return first.startswith("{") and first.endswith("}")


def _of_entry(entry: dict[str, Any]) -> Iterator[AdvisoryRecord]:
    if entry.get("withdrawn"):
        return
    identifier = text_in(entry.get("id"))
    issued, modified = text_in(entry.get("published"))[:10], text_in(entry.get("modified"))[:10]
    if day := _day(modified or issued):
        yield Stamp(day)
    aliases = (*texts_in(entry.get("aliases")), *texts_in(entry.get("upstream")), *texts_in(entry.get("related")))
    cves = cves_in(identifier, *aliases)
    for affected in list_in(entry.get("affected")):
        affected = map_in(affected)
        package = map_in(affected.get("package"))
        ecosystem = text_in(package.get("ecosystem"))
        release = of_ecosystem(ecosystem)
        if not release or not text_in(package.get("name")):
            continue
        for introduced, fixed in _ranges(affected):
            yield Advisory(
                release,
                text_in(package.get("name")),
                ecosystem.lower().startswith(_OF_SOURCES),
                fixed,
                identifier,
                cves,
                _severity(entry, affected),
                (text_in(entry.get("summary")) or text_in(entry.get("details")))[:500],
                issued,
                introduced="" if introduced == "0" else introduced,
            )


def _ranges(affected: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Pairs of introduced and fixed; a range that was never closed has no mended version."""
    for one in list_in(affected.get("ranges")):
        one = map_in(one)
        if text_in(one.get("type")) != "ECOSYSTEM":
            continue
        introduced: str | None = None
        for event in list_in(one.get("events")):
            event = map_in(event)
            if "introduced" in event:
                introduced = text_in(event["introduced"])
            elif "fixed" in event and introduced is not None:
                yield introduced, text_in(event["fixed"])
                introduced = None
        if introduced is not None:
            yield introduced, ""


def _severity(entry: dict[str, Any], affected: dict[str, Any]) -> str:
    for place in ("ecosystem_specific", "database_specific"):
        word = map_in(affected.get(place)).get("urgency") or map_in(affected.get(place)).get("severity")
        if isinstance(word, str):
            return text_in(word)
    scores = (text_in(map_in(one).get("score")) for one in list_in(entry.get("severity")))
    return next(iter(distinct(*scores)), "")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
