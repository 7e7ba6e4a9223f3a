"""How are records and empty forms of each kind written, so that reading them back gives the same?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kansa.formats.readers import SPECS, Exported
from kansa.formats.readers.settings import SETTINGS
from kansa.formats.records import Record
from kansa.formats.tables import Column, TableSpec
from kansa.formats.writers.text import write_delimited
from kansa.formats.writers.workbook import OutCell, OutColumn, OutSheet, out_column, write_workbook

EXPLANATION_SHEET = "説明"
_EXPLANATION = (
    OutColumn("列"),
    OutColumn("必須"),
    OutColumn("説明", is_wrapped=True),
    OutColumn("入力できる値", is_wrapped=True),
    OutColumn("例"),
)


def write_table(columns: Sequence[OutColumn], rows: Sequence[Sequence[OutCell]], title: str) -> bytes:
    """An Excel file with one table."""
    return write_workbook([OutSheet(title, tuple(columns), rows)])


def write_csv(columns: Sequence[OutColumn], rows: Iterable[Sequence[OutCell]]) -> bytes:
    """A CSV file with one table, for Excel."""
    return write_delimited([column.header_ja for column in columns], rows)


def export_xlsx(name: str, records: Sequence[Record]) -> bytes:
    """Records of one kind as an Excel file that the reader of the kind reads to the same records. `name`: see SPECS."""
    sheets = []
    for place in range(len(SPECS[name].tables)):
        columns, rows = export_rows(name, records, place)
        sheets.append(OutSheet(sheet_title(SPECS[name].tables[place]), columns, rows))
    return write_workbook(sheets)


def export_csv(name: str, records: Sequence[Record], table: int = 0) -> bytes:
    """Records of one kind and table (only `year` has two) as CSV that the reader of the kind reads back."""
    columns, rows = export_rows(name, records, table)
    return write_csv(columns, rows)


def export_rows(
    name: str, records: Sequence[Record], table: int = 0
) -> tuple[tuple[OutColumn, ...], list[list[OutCell]]]:
    """Header and cells of the records that belong to one table of the kind."""
    spec = SPECS[name]
    exported = [one for one in map(spec.export, records) if one.table == table]
    extras = list(dict.fromkeys(key for one in exported for key in one.extras))
    columns = spec.tables[table].columns
    header = (*map(out_column, columns), *map(OutColumn, extras))
    return header, [_cells(one, columns, extras) for one in exported]


def _cells(one: Exported, columns: Sequence[Column], extras: Sequence[str]) -> list[OutCell]:
    cells: list[OutCell] = [_cell(one.values[column.key], column) for column in columns]
    return cells + [one.extras.get(key, "") for key in extras]


def _cell(value: object, column: Column) -> OutCell:
    return "" if value is None and column.kind.blank is None else column.kind.show(value, column)


def template(name: str, extra_headers: Sequence[str] = ()) -> bytes:
    """An empty form of one kind: header, dropdowns, text format; the sheet 説明 says what to enter.

    `extra_headers` are further columns, e.g. the item codes of a self-inspection. An unfilled form reads as no rows.
    """
    sheets = []
    for place, table in enumerate(SPECS[name].tables):
        extras = tuple(map(OutColumn, extra_headers)) if place == 0 else ()
        columns = (*map(_form_column, table.columns), *extras)
        sheets.append(OutSheet(sheet_title(table), columns, (), has_dropdowns=True))
    sheets.append(OutSheet(EXPLANATION_SHEET, _EXPLANATION, _explanation(name)))
    return write_workbook(sheets)


def _form_column(column: Column) -> OutColumn:
    written = out_column(column)
    if column.key != "name":
        return written
    return OutColumn(written.header_ja, choices=tuple(setting.name_ja for setting in SETTINGS))


def sheet_title(table: TableSpec) -> str:
    """The table's title as a sheet name: Excel allows 31 characters without []:*?/\\."""
    return table.title_ja.translate(str.maketrans("[]:*?/\\", "［］：＊？／＼"))[:31]


def _explanation(name: str) -> list[list[OutCell]]:
    spec = SPECS[name]
    rows: list[list[OutCell]] = [
        ["", "", "このシートは読み込まれません。入力は他のシートに行ってください。", "", ""],
    ]
    for table in spec.tables:
        if len(spec.tables) > 1:
            rows.append([f"【シート「{sheet_title(table)}」】", "", "", "", ""])
        for column in table.columns:
            need = "必須" if column.required and not column.may_be_blank else ""
            rows.append([column.header_ja, need, column.explanation_ja, column.accepted_ja(), _example(column)])
        if table.extra is not None:
            rows.append(["（項目ごとの列）", "必須", table.extra.explanation_ja, "", "Q01"])
    if name == "year":
        rows.append(["【項目に入力できる名称】", "", "", "", ""])
        for setting in SETTINGS:
            accepted = setting.column.accepted_ja()
            rows.append([setting.name_ja, "", setting.explanation_ja, accepted, _example(setting.column)])
    return rows


def _example(column: Column) -> str:
    return f"例：{column.example_ja}" if column.example_ja else ""
