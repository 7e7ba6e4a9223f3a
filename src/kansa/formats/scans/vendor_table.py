"""What does a diagnosing firm's table (Excel or CSV, also CP932) say, by a mapping that the city saved once?

The mapping says which header holds which field and which words mean what; the firm's words for the severity are kept.
A table without a number for its checks is told apart by CVE, else by the title as the firm writes it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from kansa.core.errors import InputError, Place, Refusal
from kansa.formats.folding import fold_code, matching_key
from kansa.formats.scans.fields import (
    BadItem,
    address_in,
    bad_vectors,
    clean,
    cves_in,
    distinct,
    host_of,
    mac_in,
    moment,
    names_in,
    port_in,
    url_parts,
)
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import Component, ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.rows import DELIMITERS, csv_rows, header_delimiter
from kansa.formats.tables import at_most
from kansa.formats.tables.kinds import cell_text
from kansa.formats.tables.workbook import Sheet, open_book
from kansa.formats.unsafe import UnsafeFile

TOOL = "vendor"

# What a column can hold, with the words for it on the screen where the mapping is made.
FIELDS_JA: dict[str, str] = {
    "asset_number": "資産番号",
    "address": "IPアドレス",
    "fqdn": "FQDN（完全な名前）",
    "host_name": "ホスト名",
    "mac_address": "MACアドレス",
    "operating_system": "OS",
    "rule": "検査の番号",
    "title": "脆弱性の名称",
    "severity_word": "危険度",
    "port": "ポート番号",
    "protocol": "プロトコル",
    "service": "サービス",
    "url": "URL",
    "path": "パス・画面",
    "cves": "CVE番号",
    "component": "ソフトウェア名",
    "component_version": "ソフトウェアの版",
    "fixed_version": "修正済みの版",
    "vector": "CVSSの短縮表記",
    "score": "CVSSの値",
    "outcome": "検出の有無・状態",
    "output": "検出内容",
    "solution": "対策",
    "references": "参考情報",
    "seen_at": "検査の日時",
}
HOST_FIELDS = ("asset_number", "address", "fqdn", "host_name", "url")
WEAKNESS_FIELDS = ("rule", "title", "cves")
OUTCOMES = ("open", "fixed", "not_affected", "passed", "information", "undecided")
FILLED_DOWN = (*HOST_FIELDS, "mac_address", "operating_system")


@dataclass(frozen=True, slots=True)
class VendorMapping:
    """How one firm's table is read. Headers are compared without regard to width and spaces."""

    name: str
    columns: Mapping[str, str]  # field -> header
    outcomes: Mapping[str, str] = field(default_factory=dict)  # the firm's word -> outcome; others are open
    sheet: str = ""  # "": every sheet with these headers
    fills_down: bool = True  # an empty cell of a host's column means the one above, as merged cells do

    def faults(self) -> tuple[str, ...]:
        """What is wrong with the mapping itself, in Japanese; empty when it can be used."""
        found = [f"「{name}」という欄はありません。" for name in self.columns if name not in FIELDS_JA]
        found += [
            f"「{word}」の意味「{code}」はありません。" for word, code in self.outcomes.items() if code not in OUTCOMES
        ]
        headers = [matching_key(header) for header in self.columns.values()]
        if len(set(headers)) < len(headers) or not all(headers):
            found.append("見出しが空欄か、同じ見出しが二つの欄に使われています。")
        if not any(name in self.columns for name in HOST_FIELDS):
            found.append(
                "対象の機器が分かる列（資産番号、IPアドレス、FQDN、ホスト名又はURL）を一つ以上指定してください。"
            )
        if not any(name in self.columns for name in WEAKNESS_FIELDS):
            found.append("脆弱性が分かる列（検査の番号、脆弱性の名称又はCVE番号）を一つ以上指定してください。")
        return tuple(found)

    def as_data(self) -> dict[str, Any]:
        """As it is stored: plain texts, lists and truth values."""
        return {
            "name": self.name,
            "columns": dict(self.columns),
            "outcomes": dict(self.outcomes),
            "sheet": self.sheet,
            "fills_down": self.fills_down,
        }


def mapping_from(data: Mapping[str, Any]) -> VendorMapping:
    """The mapping that was stored. Raises InputError for one that cannot be used."""
    known = {one.name for one in fields(VendorMapping)}
    mapping = VendorMapping(**{name: value for name, value in data.items() if name in known})
    if faults := mapping.faults():
        raise InputError(*(Refusal("bad_mapping", fault) for fault in faults))
    return mapping


class _Row(NamedTuple):
    """A row below the header: its place, and field -> text."""

    sheet: str
    line: int
    cells: dict[str, str]


def reader(mapping: VendorMapping) -> Callable[[Report], Iterator[ScanRecord]]:
    """A reader for `read_report`, by this mapping."""

    def read(report: Report) -> Iterator[ScanRecord]:
        yield ScanHead(TOOL, policy=mapping.name)
        seen: set[str] = set()
        above: dict[str, str] = {}
        for place, row in enumerate(_rows(report, mapping), start=1):
            cells = _filled(row.cells, above) if mapping.fills_down else row.cells
            above = cells
            host = _host(cells)
            if host is None:
                yield Unread(row.line, _where(row, "対象の機器（IPアドレス、ホスト名など）が空欄です。"))
                continue
            if host.key not in seen:
                seen.add(host.key)
                yield host
            try:
                item = _item(cells, host.key, mapping, row.line)
            except BadItem as fault:
                yield Unread(row.line, _where(row, str(fault)))
                continue
            if item is not None:
                yield item
            if place % 5_000 == 0:
                report.deadline.check()

    return read


def _where(row: _Row, reason: str) -> str:
    return f"シート「{row.sheet}」：{reason}" if row.sheet else reason


def _first_rows_widest(report: Report) -> Callable[[str], list[str]]:
    """For a delimiter the cells of the row, among the first ones, that has most of them."""

    def widest(delimiter: str) -> list[str]:
        rows = csv.reader(io.StringIO(report.head, newline=""), delimiter=delimiter)
        try:
            listed = [
                [cell.strip() for cell in row if cell.strip()] for row, _number in zip(rows, range(20), strict=False)
            ]
        except csv.Error:
            return []
        return max(listed, key=len, default=[])

    return widest


def headers_of(report: Report) -> list[tuple[str, list[str]]]:
    """Sheet and texts of its first rows that could be a header: what a person chooses from when making a mapping."""
    if not report.is_workbook:
        return [("", max(map(_first_rows_widest(report), DELIMITERS), key=len))]
    found = []
    for sheet in open_book(report.rewound().read()).sheets:
        rows = [[cell_text(cell) for cell in row] for row in sheet.rows[:20]]
        widest = max(rows, key=lambda row: sum(map(bool, row)), default=[])
        if any(widest) and not sheet.is_hidden:
            found.append((sheet.name, [text for text in widest if text]))
    return found


def _rows(report: Report, mapping: VendorMapping) -> Iterator[_Row]:
    keys = {matching_key(header): name for name, header in mapping.columns.items()}
    if report.is_workbook:
        yield from _of_workbook(report, keys, mapping)
        return

    def is_header(names: set[str]) -> bool:
        return keys.keys() <= {matching_key(name) for name in names}

    if not header_delimiter(report, is_header):
        raise _no_header(mapping, _missing(report, keys))
    for row in csv_rows(report, is_header):
        named = ((keys.get(matching_key(header)), cell) for header, cell in row.cells.items())
        yield _Row("", row.line, {name: clean(cell).strip() for name, cell in named if name})


def _missing(report: Report, keys: dict[str, str]) -> list[str]:
    """The headers of the mapping that stand nowhere near the beginning of the file."""
    start = matching_key(report.head[:20_000])
    return [name for key, name in keys.items() if key not in start]


def _no_header(mapping: VendorMapping, missing: Sequence[str]) -> UnsafeFile:
    listed = "、".join(f"「{mapping.columns[name]}」" for name in missing or mapping.columns)
    return UnsafeFile(
        "no_header",
        f"列の対応「{mapping.name}」の見出し（{listed}）が同じ行に見つかりません。"
        "ファイルか列の対応を選び直すか、列の対応を直してください。",
    )


def _of_workbook(report: Report, keys: dict[str, str], mapping: VendorMapping) -> Iterator[_Row]:
    book = open_book(report.rewound().read())
    chosen = [
        (sheet, *found)
        for sheet in book.sheets
        if not sheet.is_hidden and mapping.sheet in ("", sheet.name) and (found := _header(sheet, keys)) is not None
    ]
    if not chosen:
        raise _no_header(mapping, ())
    names = {sheet.name for sheet, _number, _positions in chosen}
    # A formula without a stored value would be read as an empty cell: a finding could go unseen.
    silent = [
        Refusal(one.code, one.reason_ja, Place(report.name, one.place.sheet, one.place.row))
        for one in book.refusals
        if one.place.sheet in names
    ]
    if silent:
        raise InputError(*at_most(silent, report.name))
    for sheet, number, positions in chosen:
        yield from _below(sheet, number, positions)


def _header(sheet: Sheet, keys: dict[str, str]) -> tuple[int, dict[str, int]] | None:
    """The header's row (0-based) and field -> column; None when the sheet has no such header."""
    for number, row in enumerate(sheet.rows[:20]):
        positions = {matching_key(cell_text(cell)): place for place, cell in enumerate(row) if cell != ""}
        if keys.keys() <= positions.keys():
            return number, {name: positions[key] for key, name in keys.items()}
    return None


def _below(sheet: Sheet, header: int, positions: dict[str, int]) -> Iterator[_Row]:
    for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
        cells = {name: clean(cell_text(row[at])).strip() if at < len(row) else "" for name, at in positions.items()}
        if any(cells.values()):
            yield _Row(sheet.name, number, cells)


def _filled(cells: dict[str, str], above: dict[str, str]) -> dict[str, str]:
    """The host of the row above where a row names none, but says something of a weakness."""
    if any(cells.get(name) for name in HOST_FIELDS) or not any(cells.get(name) for name in WEAKNESS_FIELDS):
        return cells
    return cells | {name: above[name] for name in FILLED_DOWN if above.get(name)}


def _host(cells: dict[str, str]) -> ScannedHost | None:
    number, url = fold_code(cells.get("asset_number", "")), url_parts(cells.get("url", ""))[0]
    address = address_in(fold_code(cells.get("address", "")))
    fqdn = names_in(fold_code(cells.get("fqdn", "")))[1]
    name = names_in(fold_code(cells.get("host_name", "")))
    key = (
        number or fqdn or name[1] or name[2] or address or url or cells.get("address", "") or cells.get("host_name", "")
    )
    if not key:
        return None
    by_url = host_of(url)
    return ScannedHost(
        key,
        address or by_url.address,
        fqdn or name[1] or by_url.fqdn,
        name[2] or fqdn.partition(".")[0] or by_url.host_name,
        mac_in(cells.get("mac_address", "")),
        number,
        cells.get("operating_system", ""),
        True,
    )


def _item(cells: dict[str, str], key: str, mapping: VendorMapping, line: int) -> ScanItem | None:
    """The item of a row; None for a row that says of a host that nothing was found."""
    title = cells.get("title", "")
    cves = cves_in(fold_code(cells.get("cves", "")), title)
    rule = fold_code(cells.get("rule", "")) or ("+".join(sorted(cves)) if cves else matching_key(title))
    if not rule:
        if any(cells.get(name) for name in ("severity_word", "output", "solution", "component")):
            raise BadItem("脆弱性の名称、検査の番号及びCVE番号のどれも空欄です。")
        return None
    host, port, scheme, path = url_parts(cells.get("url", ""))
    word = cells.get("outcome", "")
    meanings = {matching_key(said): code for said, code in mapping.outcomes.items()}
    vectors = distinct(fold_code(cells.get("vector", "")))
    score = fold_code(cells.get("score", ""))
    number, _, protocol = fold_code(cells.get("port", "")).partition("/")
    name = cells.get("component", "")
    component = Component(name, cells.get("component_version", ""), cells.get("fixed_version", "")) if name else None
    return ScanItem(
        key,
        rule,
        title or rule,
        severity_word=cells.get("severity_word", ""),
        port=port_in(number) or (port if host else None),
        protocol=(fold_code(cells.get("protocol", "")) or protocol).lower(),
        service=cells.get("service", "") or scheme,
        path=cells.get("path", "") or (path if host else ""),
        cves=cves,
        component=component,
        vectors=vectors,
        bad_vectors=bad_vectors(vectors),
        scores=(("cvss", score),) if score else (),
        outcome=meanings.get(matching_key(word), "open"),
        outcome_word=word,
        output=cells.get("output", ""),
        solution=cells.get("solution", ""),
        references=distinct(*cells.get("references", "").split()),
        seen_at=moment(cells.get("seen_at", "")),
        place=line,
    )
