"""What is a reader of scan reports: its name, how its reports are known, and how they are read?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import ijson

from kansa.formats.scans.markup import check_prolog
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanRecord
from kansa.formats.scans.rows import header_delimiter
from kansa.formats.unsafe import UnsafeFile

KEY_DEPTH = 5

_SPACE = re.compile(r"""\sxmlns(?::[^\s=]+)?\s*=\s*["']([^"']{1,300})["']""")


@dataclass(frozen=True)
class Look:
    """What the beginning of a report shows. By content alone: the name of a file proves nothing."""

    report: Report

    @cached_property
    def root(self) -> str:
        """The name of the root element without its prefix; "" when it is no XML."""
        if not self.report.head.lstrip().startswith("<"):
            return ""
        return check_prolog(self.report).rpartition(":")[2]

    @cached_property
    def namespaces(self) -> str:
        """The namespaces named near the beginning, one after the other."""
        return " ".join(_SPACE.findall(self.report.head[:20_000]))

    @cached_property
    def keys(self) -> frozenset[str]:
        """The places of a JSON report's beginning, as `runs.item.tool`; empty when it is no JSON."""
        start = self.report.head.lstrip()
        if not start.startswith(("{", "[")):
            return frozenset()
        found: set[str] = set()
        try:
            for place, event, _value in ijson.parse(start.encode("utf-8", "ignore")):
                if place.count(".") < KEY_DEPTH:
                    found.add(f"{place}[]" if event == "start_array" else place)
                if len(place) > 4_000:
                    break
        except (ijson.JSONError, UnicodeDecodeError, ValueError):
            pass  # the beginning ends somewhere; what was seen before counts
        return frozenset(found)

    def has(self, *places: str) -> bool:
        """Whether all these places stand in the beginning of a JSON report."""
        return self.keys.issuperset(places)

    @cached_property
    def first_line(self) -> str:
        """The first line that says something."""
        return next((line.strip() for line in self.report.head.splitlines() if line.strip()), "")

    def has_header(self, is_header: Callable[[set[str]], bool]) -> bool:
        """Whether a CSV header like this stands among the first rows."""
        if self.report.is_workbook or self.root or self.keys:
            return False
        return bool(header_delimiter(self.report, is_header))


@dataclass(frozen=True, slots=True)
class ScanFormat:
    """One kind of report. `tool` is what the head of its records says; several formats may be of one tool."""

    name: str
    tool: str
    title_ja: str
    is_like: Callable[[Look], bool]
    read: Callable[[Report], Iterator[ScanRecord]]


def unknown_report(report: Report) -> UnsafeFile:
    """The refusal of what no reader knows."""
    start = report.head.lstrip()[:200].lower()
    if start.startswith(("<!doctype html", "<html")):
        reason = "HTML の報告書は読み込めません。診断ツールから XML、JSON 又は CSV で出力し直してください。"
    else:
        reason = (
            "どの診断ツールの出力か分かりません。対応しているツールと出力の方法は、手引の「診断結果のファイル」にあります。"
            "診断業者の表（Excel、CSV）は、列の対応を登録してから読み込みます。"
        )
    return UnsafeFile("unknown_report", reason)
