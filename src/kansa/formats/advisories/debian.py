"""What do Debian's and Ubuntu's own files say: the index of a suite, its signed list of hashes, the security tracker?

An index (Packages) says only that a newer version is there; which CVEs it mends is said by the tracker.
Source: Debian repository format; the JSON of the security tracker.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

from kansa.formats.advisories.records import Advisory, AdvisoryRecord, Stamp
from kansa.formats.advisories.releases import of_code_name
from kansa.formats.scans.fields import cves_in, map_in, text_in
from kansa.formats.scans.objects import values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.spec import Look

_SOURCE = re.compile(r"(\S+)(?: \(([^()]+)\))?")
_NOT_CONCERNED = "0"  # the tracker's way of saying that no version was


def is_index(look: Look) -> bool:
    """A Packages file."""
    return re.search(r"(?m)\APackage: \S+$", look.report.head) is not None and "\nFilename: " in look.report.head


def is_release(look: Look) -> bool:
    """A Release or InRelease file."""
    head = look.report.head
    return re.search(r"(?m)^Codename: \S+$", head) is not None and re.search(r"(?m)^SHA256:\s*$", head) is not None


def is_tracker(look: Look) -> bool:
    """The tracker's JSON: package, CVE, releases."""
    return any(re.fullmatch(r"[a-z0-9+.-]+\.(?:CVE|TEMP)-[0-9A-Z-]+\.releases", key) for key in look.keys)


def read_index(report: Report) -> Iterator[AdvisoryRecord]:
    """The newest version of each package; which release it is for stands in the Release file beside it."""
    fields: dict[str, str] = {}
    for _place, raw in report.lines():
        line = raw.decode("utf-8").rstrip("\r\n")
        if line:
            name, colon, value = line.partition(":")
            if colon and name in ("Package", "Version", "Architecture"):
                fields[name] = value.strip()
            continue
        yield from _of_paragraph(fields)
        fields = {}
    yield from _of_paragraph(fields)


def _of_paragraph(fields: dict[str, str]) -> Iterator[Advisory]:
    name, version = fields.get("Package", ""), fields.get("Version", "")
    if name and version:
        architecture = fields.get("Architecture", "")
        yield Advisory("", name, False, version, "", architecture="" if architecture == "all" else architecture)


def read_release(report: Report) -> Iterator[AdvisoryRecord]:
    """Code name and day of a suite. The hashes are read by `hashes_of`."""
    release, day = "", None
    for _place, raw in report.lines():
        name, _colon, value = raw.decode("utf-8").rstrip("\r\n").partition(":")
        if name == "Codename":
            release = of_code_name(value)
        elif name == "Date":
            try:
                day = parsedate_to_datetime(value.strip()).date()
            except (ValueError, TypeError):
                day = None
        elif name == "SHA256":
            break
    yield Stamp(day, release)


def hashes_of(report: Report) -> frozenset[str]:
    """The SHA-256 of every file that a Release file vouches for."""
    found: set[str] = set()
    is_inside = False
    for _place, raw in report.lines():
        line = raw.decode("utf-8").rstrip("\r\n")
        if not line.startswith(" "):
            is_inside = line.strip() == "SHA256:"
        elif is_inside:
            found.add(line.split()[0].lower())
    return frozenset(found)


def read_tracker(report: Report) -> Iterator[AdvisoryRecord]:
    """What the tracker says of each package, CVE and release that is still looked after."""
    for found in values(report, "*"):
        for cve, entry in map_in(found.value).items():
            entry = map_in(entry)
            for code_name, state in map_in(entry.get("releases")).items():
                release = of_code_name(code_name)
                if release:
                    yield from _of_state(str(found.key), cve, release, map_in(state), text_in(entry.get("description")))


def _of_state(package: str, cve: str, release: str, state: dict[str, object], title: str) -> Iterator[Advisory]:
    status, fixed = text_in(state.get("status")), text_in(state.get("fixed_version"))
    if fixed == _NOT_CONCERNED or status == "undetermined" or (status == "resolved" and not fixed):
        return
    yield Advisory(
        release,
        package,
        True,
        fixed if status == "resolved" else "",
        cve,
        cves_in(cve),
        text_in(state.get("urgency")),
        title[:500],
        status_word="" if status == "resolved" else text_in(state.get("nodsa_reason")) or status,
    )
