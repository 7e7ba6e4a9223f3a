"""Which rows does a foreign CSV report hold, at whatever size, with line breaks in its cells?"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import NamedTuple

from kansa.formats.scans.opening import Report, too_large_item
from kansa.formats.unsafe import UnsafeFile

DELIMITERS = (",", ";", "\t")
SEARCHED_ROWS = 20


class CsvRow(NamedTuple):
    """A row below the header: the line it ends at, and header in lower case -> cell as it stands."""

    line: int
    cells: dict[str, str]
    width: int  # cells in the row
    columns: int  # cells in the header


def csv_rows(report: Report, is_header: Callable[[set[str]], bool]) -> Iterator[CsvRow]:
    """The rows below the header row, which is looked for among the first rows with each delimiter.

    Raises UnsafeFile; quotation marks that do not match (a file that was cut off) are found at the end.
    """
    delimiter = header_delimiter(report, is_header)
    if not delimiter:
        raise UnsafeFile(
            "no_header", "見出しの行が見つかりません。診断ツールから出力した CSV をそのまま選んでください。"
        )
    header: list[str] = []
    width = count = 0
    for line, row in _split(report, delimiter):
        width = len(row)
        names = [cell.strip().lower() for cell in row]
        if not header:
            header = names if is_header(set(names)) else []
        elif any(row):
            count += 1
            cells = {name: cell for name, cell in zip(header, row, strict=False) if name}
            yield CsvRow(line, cells, width, len(header))
    # A header alone is an empty result, which closes findings: it must be whole.
    if (width < len(header) or not count) and not _ends_with_line(report):
        raise UnsafeFile(
            "cut_off", "最後の行が途中で切れているため読み込めません。診断ツールから出力し直してください。"
        )


def _ends_with_line(report: Report) -> bool:
    """Whether the last row is whole, as far as its end can tell."""
    stream = report.rewound()
    stream.seek(-1, 2)
    return stream.read(1) in (b"\n", b"\r")


def rows_above_header(report: Report, is_header: Callable[[set[str]], bool]) -> list[list[str]]:
    """What stands above the header: the metadata some tools write there."""
    delimiter = header_delimiter(report, is_header)
    above: list[list[str]] = []
    for _line, row in _split(report, delimiter or ","):
        if len(above) >= SEARCHED_ROWS or is_header({cell.strip().lower() for cell in row}):
            break
        above.append(row)
    return above


def header_delimiter(report: Report, is_header: Callable[[set[str]], bool]) -> str:
    """The delimiter with which a header is found among the first rows; "" with none."""
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(report.head, newline=""), delimiter=delimiter)
        try:
            for _number, row in zip(range(SEARCHED_ROWS), reader, strict=False):
                if is_header({cell.strip().lower() for cell in row}):
                    return delimiter
        except csv.Error:
            continue
    return ""


def _split(report: Report, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    taken = 0

    def texts() -> Iterator[str]:
        nonlocal taken
        for number, line in report.lines():
            taken += len(line)
            if taken > report.limits.item_bytes:
                raise too_large_item(number)
            yield line.decode("utf-8")

    reader = csv.reader(texts(), delimiter=delimiter, strict=True)
    usual = csv.field_size_limit(report.limits.item_bytes)  # of the whole process: given back below
    try:
        for row in reader:
            taken = 0
            yield reader.line_num, row
    except csv.Error:
        raise UnsafeFile(
            "broken_csv",
            f'{reader.line_num:,}行目付近で引用符（"）の対応が取れていないか、一つの項目が長すぎるため読み込めません。'
            "途中で切れたファイルの可能性があります。出力し直してください。",
        ) from None
    finally:
        csv.field_size_limit(usual)
