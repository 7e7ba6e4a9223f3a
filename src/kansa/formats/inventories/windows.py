"""Which updates does a Windows host have: by systeminfo or Get-HotFix, in Japanese or English, as text or CSV?

systeminfo gives the build without its last part, which alone settles cumulative updates: the line that `ver` prints
is read from the same file. Source: systeminfo and Get-HotFix of Microsoft.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from kansa.formats.scans.fields import names_in
from kansa.formats.scans.opening import Report

_KB = re.compile(r"\bKB(\d{6,8})\b", re.IGNORECASE)
_VER = re.compile(r"\[Version 10\.0\.(\d{4,6}\.\d{1,6})\]", re.IGNORECASE)
_BUILD = re.compile(r"10\.0\.(\d{4,6})\b")
_HOST = ("ホスト名", "Host Name", "CSName", "PSComputerName")
_PRODUCT = ("OS 名", "OS Name")
_VERSION = ("OS バージョン", "OS Version")
_MAKER = re.compile(r"^Microsoft(?:\(R\)|®)?\s+")
_EDITION = re.compile(
    r"\s+(?:Standard|Datacenter|Essentials|Foundation|Pro|Professional|Enterprise|Education|Home|Business|LTSC)"
    r"(?:\s+(?:Evaluation|Edition|LTSC|Core))*$"
)


def is_windows(head: str) -> bool:
    """What systeminfo or Get-HotFix prints."""
    has_updates = _KB.search(head) is not None
    is_system = any(re.search(rf'(?m)^"?{re.escape(one)}"?\s*[:：,"]', head) for one in _HOST[:2])
    return is_system or (has_updates and "HotFixID" in head) or (has_updates and _VER.search(head) is not None)


def product_of(name: str) -> str:
    """Microsoft's name of the product in its lists of updates, without maker and edition.

    >>> product_of("Microsoft Windows Server 2019 Standard")
    'Windows Server 2019'
    """
    return _EDITION.sub("", _MAKER.sub("", name.strip()))


def facts_of(report: Report) -> Iterator[tuple[str, str]]:
    """What the file says, as (what, value): host, product, build, full_build, update."""
    for _place, raw in report.lines():
        line = raw.decode("utf-8").strip()
        if match := _VER.search(line):
            yield "full_build", match[1]
        yield from _of_line(line)
        for number in _KB.findall(line):
            yield "update", number
    if '"' in report.head:
        yield from _of_table(report)


def _of_line(line: str) -> Iterator[tuple[str, str]]:
    """Facts of a line like "ホスト名:   SV01"."""
    name, colon, value = line.replace("：", ":", 1).partition(":")
    if not colon:
        return
    if name.strip() in _HOST:
        yield "host", value.strip()
    elif name.strip() in _PRODUCT:
        yield "product", product_of(value)
    elif name.strip() in _VERSION and (match := _BUILD.search(value)):
        yield "build", match[1]


def _of_table(report: Report) -> Iterator[tuple[str, str]]:
    """Facts of a CSV, whose first row names the columns."""
    texts = (raw.decode("utf-8") for _place, raw in report.lines())
    rows = csv.reader(line for line in texts if not line.startswith("#"))
    header: list[str] = []
    try:
        for row in rows:
            if not header:
                header = [one.strip() for one in row] if any(one.strip() in (*_HOST, *_PRODUCT) for one in row) else []
                continue
            for name, value in zip(header, row, strict=False):
                if name in _HOST and value.strip():
                    yield "host", value.strip()
                elif name in _PRODUCT:
                    yield "product", product_of(value)
                elif name in _VERSION and (match := _BUILD.search(value)):
                    yield "build", match[1]
    except csv.Error:
        return  # the lines themselves were read before


def host_name_of(text: str) -> str:
    """The name as a host's, lower case; "" for what cannot be one."""
    _address, full, short = names_in(text)
    return full or short
