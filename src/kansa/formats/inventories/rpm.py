"""Which packages does a host of the Red Hat family have: by the collecting script or by `rpm -qa`?

Source: rpm(8), query format. The key of a signature (gpg-pubkey) is no software and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kansa.formats.inventories.records import InstalledPackage, Note
from kansa.formats.scans.opening import Report

# %{NAME}\t%{EPOCHNUM}\t%{VERSION}\t%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{MODULARITYLABEL}
_COLUMNS = 7
_ARCHES = r"(?:noarch|x86_64|i[3-6]86|aarch64|ppc64le|s390x|src)"
_NAMED = re.compile(
    rf"(?P<name>[\w+.-]+)-(?:(?P<epoch>\d+):)?(?P<version>[^-\s]+)-(?P<release>[^-\s]+)\.(?P<arch>{_ARCHES})"
)
_SOURCE = re.compile(r"(?P<name>[\w+.-]+)-(?P<version>[^-\s]+)-(?P<release>[^-\s]+)\.(?:no)?src\.rpm")
_PART = re.compile(r"[\w+.~^-]{1,200}")

Line = InstalledPackage | Note


def is_rpm(head: str) -> bool:
    """A list of the collecting script or of `rpm -qa`."""
    if re.search(rf"(?m)^[\w+.-]+\t\d+\t\S+\t\S+\t{_ARCHES}\t", head):
        return True
    return len(re.findall(rf"(?m)^[\w+.-]+-[^-\s]+-[^-\s]+\.{_ARCHES}\s*$", head)) > 1


def evr(epoch: str, version: str, release: str) -> str:
    """Epoch, version and release as one text; an epoch of 0 is not written.

    >>> evr("0", "1.2", "3.el9"), evr("1", "1.2", "3.el9")
    ('1.2-3.el9', '1:1.2-3.el9')
    """
    whole = f"{version}-{release}" if release else version
    return f"{epoch}:{whole}" if epoch.strip("0") else whole


def lines_of(report: Report) -> Iterator[Line]:
    """The packages, and the lines that could not be read."""
    for place, raw in report.lines():
        line = raw.decode("utf-8").strip("\r\n")
        if not line.strip() or line.startswith("#"):
            continue
        if "\t" in line:
            yield from _of_columns(place, line.split("\t"))
        else:
            match = _NAMED.fullmatch(line.strip())
            if match is None:
                yield Note(place, "パッケージの名前と版が読み取れません。")
            elif match["name"] != "gpg-pubkey":
                version = evr(match["epoch"] or "0", match["version"], match["release"])
                yield InstalledPackage(match["name"], version, match["arch"], place=place)


def _of_columns(place: int, columns: list[str]) -> Iterator[Line]:
    if len(columns) != _COLUMNS:
        yield Note(place, f"列の数が違います（{_COLUMNS}列のところ{len(columns)}列）。")
        return
    name, epoch, version, release, architecture, source_file, label = (_said(one) for one in columns)
    if name == "gpg-pubkey":
        return
    if not (_PART.fullmatch(name) and _PART.fullmatch(version) and _PART.fullmatch(release) and epoch.isdecimal()):
        yield Note(place, "パッケージの名前又は版が読み取れません。")
        return
    source = _SOURCE.fullmatch(source_file)
    yield InstalledPackage(
        name,
        evr(epoch, version, release),
        architecture,
        source["name"] if source else "",
        f"{source['version']}-{source['release']}" if source else "",
        label,
        place,
    )


def _said(value: str) -> str:
    """A value of rpm's, which writes (none) for nothing."""
    value = value.strip()
    return "" if value == "(none)" else value
