"""Which rules, texts and judging scale does an office set for a fiscal year?

Two tables, on two sheets or in two CSV files: 年度設定 (年度, 項目, 値) and 判定基準 (年度, レベル, 表示, 適合, 基準).
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import cast

from kansa.core.errors import Refusal
from kansa.formats.readers.columns import FISCAL_YEAR
from kansa.formats.readers.settings import BY_KEY, SETTINGS, VALUE_HEADER, setting_named
from kansa.formats.readers.spec import Exported, ReaderSpec, export_by_fields, unique
from kansa.formats.records import ReadResult, Record, ScaleLevelRecord, YearSettingRecord
from kansa.formats.tables import Cell, CellFault, CellKind, Column, Row, TableSpec, at_most, place_of, read_tables
from kansa.formats.tables.kinds import LEVEL, LINE, PROSE, WORD
from kansa.formats.words import SCALE_CONFORMITY

CONFORMS_FROM = "conforms_from"


def _any(cell: Cell, _column: Column) -> Cell:
    return cell


# The kind of a value depends on the name beside it, so the cell is passed on as it is.
ANY = CellKind("any", _any, lambda value, _column: str(value), "項目ごとに「説明」のとおり")

SETTING_TABLE = TableSpec(
    "年度設定",
    (
        FISCAL_YEAR,
        Column("name", "項目", LINE, "設定の名称。", "合格点", ("設定項目", "設定"), required=True),
        Column("cell", VALUE_HEADER, ANY, "設定の値。", "3.00", ("設定値", "内容"), required=True, may_be_blank=True),
        Column("explanation", "説明", PROSE, "読み込まれない説明。", ""),
    ),
)
SCALE_TABLE = TableSpec(
    "判定基準",
    (
        FISCAL_YEAR,
        Column("level", "レベル", LEVEL, "成熟度のレベル。", "3", ("成熟度レベル", "段階"), required=True),
        Column(
            "label_ja", "表示", LINE, "報告書に記すレベルの名称。", "レベル３", ("名称", "成熟度判定"), required=True
        ),
        Column(
            "conforms",
            "適合",
            WORD,
            "このレベルが適合か不適合か。年度設定の「適合レベル」の代わりに使えます。",
            "適合",
            ("評価", "適合・不適合"),
            words=SCALE_CONFORMITY,
            fills_down=True,
        ),
        Column(
            "criterion_ja",
            "基準",
            PROSE,
            "判定の基準。",
            "標準的で適切な状態である。",
            ("分類基準", "判定基準"),
            required=True,
        ),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The settings and the scale of a file."""
    settings_table, scale_table = read_tables(data, file_name, (SETTING_TABLE, SCALE_TABLE))
    refusals = [*settings_table.refusals, *scale_table.refusals]
    settings = [record for row in settings_table.rows for record in _setting(row, refusals)]
    scale = [_level(row) for row in scale_table.rows]
    settings += _conforms_from(scale_table.rows, settings, refusals)
    refusals += unique(_setting_key, "項目", "項目")(settings)
    refusals += unique(_level_key, "レベル", "レベル")(scale)
    return ReadResult((*settings, *scale), at_most(refusals, file_name))


def _setting_key(record: YearSettingRecord) -> tuple[int, str]:
    return record.fiscal_year, record.key


def _level_key(record: ScaleLevelRecord) -> tuple[int, int]:
    return record.fiscal_year, record.level


def _setting(row: Row, refusals: list[Refusal]) -> Iterator[YearSettingRecord]:
    """A setting; a row with a name and no value is not set, so it is left out."""
    name, cell = str(row.values["name"]), cast("Cell", row.values["cell"])
    setting = setting_named(name)
    if setting is None:
        near = difflib.get_close_matches(name, [known.name_ja for known in SETTINGS], n=1, cutoff=0.5)
        hint = f"「{near[0]}」の誤りではありませんか。" if near else "ひな形の「説明」にある項目名を使ってください。"
        refusals.append(
            Refusal("unknown_setting", f"「{name[:40]}」という項目はありません。{hint}", place_of(row.source, "項目"))
        )
        return
    if cell == "":
        return
    try:
        value = setting.value_of(cell)
    except CellFault as fault:
        refusals.append(Refusal(fault.code, fault.reason_ja, place_of(row.source, VALUE_HEADER)))
        return
    yield YearSettingRecord(cast("int", row.values["fiscal_year"]), setting.key, value, row.source)


def _level(row: Row) -> ScaleLevelRecord:
    values = row.values
    return ScaleLevelRecord(
        cast("int", values["fiscal_year"]),
        cast("int", values["level"]),
        str(values["label_ja"]),
        str(values["criterion_ja"]),
        row.source,
    )


def _conforms_from(
    rows: Sequence[Row], settings: Sequence[YearSettingRecord], refusals: list[Refusal]
) -> Iterator[YearSettingRecord]:
    """「適合レベル」 from the 適合 column of the scale, where the settings do not say it themselves."""
    years: dict[int, list[tuple[int, str, Row]]] = {}
    for row in rows:
        if row.values["conforms"]:
            level = cast("int", row.values["level"])
            years.setdefault(cast("int", row.values["fiscal_year"]), []).append(
                (level, str(row.values["conforms"]), row)
            )
    for fiscal_year, marked in years.items():
        conforming = [level for level, word, _row in marked if word == "yes"]
        lowest = min(conforming, default=10)
        stated = {record.value for record in settings if _setting_key(record) == (fiscal_year, CONFORMS_FROM)}
        for level, word, row in marked:
            if (word == "yes") != (level >= lowest) or (stated and str(lowest) not in stated and level == lowest):
                reason = "適合・不適合が、レベルの順又は年度設定の「適合レベル」と食い違っています。"
                refusals.append(Refusal("conformity_contradicts", reason, place_of(row.source, "適合")))
        if conforming and not stated:
            source = next(row.source for level, _word, row in marked if level == lowest)
            yield YearSettingRecord(fiscal_year, CONFORMS_FROM, str(lowest), source)


def _export(record: Record) -> Exported:
    if isinstance(record, YearSettingRecord):
        setting = BY_KEY[record.key]
        values = {"name": setting.name_ja, "cell": setting.shown(record.value), "explanation": ""}
        return Exported({"fiscal_year": record.fiscal_year, **values})
    return Exported({**export_by_fields(record).values, "conforms": ""}, table=1)


SPEC = ReaderSpec("year", "年度設定と判定基準", (SETTING_TABLE, SCALE_TABLE), read, _export)
