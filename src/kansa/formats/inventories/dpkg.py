"""Which packages does a host of Debian or Ubuntu have: by the collecting script, /var/lib/dpkg/status or `dpkg -l`?

Only what is installed counts: a removed package whose settings are left is none. Source: dpkg-query(1), dpkg(1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kansa.formats.inventories.records import InstalledPackage, Note
from kansa.formats.scans.opening import Report

# ${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${db:Status-Status}
_COLUMNS = 6
_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]{1,200}")
_VERSION = re.compile(r"(?:[0-9]{1,9}:)?[0-9A-Za-z.+~:-]{1,200}")
_SOURCE = re.compile(r"(?P<name>[a-z0-9][a-z0-9+.-]{1,200})(?: \((?P<version>[^()]{1,200})\))?")
_LISTED = re.compile(
    r"(?P<want>[uihrp])(?P<state>[ncHUFWti])(?P<fault>[ R])\s+(?P<name>\S+)\s+(?P<version>\S+)\s+(?P<arch>\S+)"
)

Line = InstalledPackage | Note


def is_dpkg(head: str) -> bool:
    """A list of the collecting script, the database of dpkg, or what `dpkg -l` prints."""
    if re.search(r"(?m)^Package: \S+\nStatus: ", head):
        return True
    if re.search(r"(?m)^ii[ R]\s+\S+\s+\S+\s+(?:all|amd64|i386|arm64|armhf)\s", head):
        return True
    return re.search(r"(?m)^[a-z0-9][a-z0-9+.-]+\t\S+\t\S+\t\S*\t\S*\t(?:installed|config-files)\s*$", head) is not None


def lines_of(report: Report) -> Iterator[Line]:
    """The packages, and the lines that could not be read."""
    if re.search(r"(?m)^Package: \S+\nStatus: ", report.head):
        yield from _of_status(report)
    elif re.search(r"(?m)^ii[ R]\s", report.head):
        yield from _of_list(report)
    else:
        yield from _of_query(report)


def _package(
    place: int, name: str, version: str, architecture: str = "", source: str = "", source_version: str = ""
) -> Line:
    name = name.partition(":")[0]
    if _NAME.fullmatch(name) is None or _VERSION.fullmatch(version) is None:
        return Note(place, "パッケージの名前又は版が読み取れません。")
    return InstalledPackage(name, version, architecture, source, source_version, place=place)


def _of_query(report: Report) -> Iterator[Line]:
    for place, raw in report.lines():
        line = raw.decode("utf-8").rstrip("\r\n")
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != _COLUMNS:
            yield Note(place, f"列の数が違います（{_COLUMNS}列のところ{len(columns)}列）。")
        elif columns[5].strip() == "installed":
            name, version, architecture, source, source_version, _state = (one.strip() for one in columns)
            yield _package(place, name, version, architecture, source or name, source_version or version)


def _of_list(report: Report) -> Iterator[Line]:
    """`dpkg -l` names no sources, and cuts names off when the window is narrow: such a line is told."""
    for place, raw in report.lines():
        match = _LISTED.match(raw.decode("utf-8"))
        if match is not None and match["state"] == "i":
            yield _package(place, match["name"], match["version"], match["arch"])


def _of_status(report: Report) -> Iterator[Line]:
    fields: dict[str, str] = {}
    began = 0
    for place, raw in report.lines():
        line = raw.decode("utf-8").rstrip("\r\n")
        if line:
            name, colon, value = line.partition(":")
            if colon and not line[0].isspace() and name in ("Package", "Status", "Version", "Architecture", "Source"):
                began = began or place
                fields[name] = value.strip()
            continue
        yield from _of_paragraph(fields, began)
        fields, began = {}, 0
    yield from _of_paragraph(fields, began)


def _of_paragraph(fields: dict[str, str], place: int) -> Iterator[Line]:
    if fields.get("Status", "").split()[-1:] != ["installed"]:
        return
    name, version = fields.get("Package", ""), fields.get("Version", "")
    source = _SOURCE.fullmatch(fields.get("Source", ""))
    named = source["name"] if source else name
    built_from = (source["version"] if source else "") or version
    yield _package(place, name, version, fields.get("Architecture", ""), named, built_from)
