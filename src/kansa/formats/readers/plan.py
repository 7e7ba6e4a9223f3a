"""Which department does the medium-term plan (監査中期計画) audit in which year?

Two forms: a list (年度, 所属コード or 課所等名, 区分), or a matrix with a row for each department and a column for each
year, its cells saying 内部 (also ○), 外部, or both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from kansa.core.errors import Place, Refusal
from kansa.formats.folding import matching_key
from kansa.formats.readers.columns import AUDIT_STREAM, DEPARTMENT_CODE, FISCAL_YEAR, line, optional
from kansa.formats.readers.plan_layout import fiscal_year_key, laid_out
from kansa.formats.readers.spec import ReaderSpec, one, unique
from kansa.formats.records import PlanRecord, ReadResult
from kansa.formats.tables import REMARKS, Column, ExtraColumns, Row, TableSpec, at_most, place_of, read_tables
from kansa.formats.tables.header import header_key
from kansa.formats.words import PLAN_MARKS

_BOTH = re.compile(r"[、，,・/／+＋\s]+")
_NOTHING = frozenset("-－―—–ー‐×✕")  # what stands in a cell that means no
_REMARKS = (*REMARKS, "種別", "所在地", "摘要", "理由", "区分コード", "方法", "方法コード", "巡")

CODE = optional(DEPARTMENT_CODE, "課所等の表の所属コード。ないときは、課所等名で探す。")
NAME = line(
    "name_ja",
    "課所等名",
    "課所等の名称。所属コードの列がないときに必要。",
    "総務課",
    *("課所等", "課所名", "課所", "課名", "所属名", "所属", "部署名", "部署", "部門名", "担当課", "所管課"),
    *("対象課", "対象部署", "監査対象", "監査対象課", "被監査部門"),
)
BUREAU = replace(
    line(
        "bureau_ja", "部局名", "部局の名称。同じ名称の課所等が二つあるときに見分ける。", "総務部", "部局", "部名", "部"
    ),
    fills_down=True,
)
LIST = TableSpec("監査中期計画（一覧）", (FISCAL_YEAR, CODE, NAME, BUREAU, AUDIT_STREAM), remark_headers=_REMARKS)
MATRIX = TableSpec(
    "監査中期計画（一覧又は年度を列とする表）",
    (CODE, NAME, BUREAU),
    ExtraColumns(fiscal_year_key, "年度（例「令和６年度」）を見出しにした列"),
    remark_headers=_REMARKS,
)


def _keys(*columns: Column) -> frozenset[str]:
    """The headers of these columns, for comparison."""
    return frozenset(header_key(name) for column in columns for name in (column.header_ja, *column.aliases))


_LAID_OUT = partial(laid_out, names=_keys(CODE, NAME), listing=(_keys(FISCAL_YEAR), _keys(AUDIT_STREAM)))


def read(data: bytes, file_name: str) -> ReadResult:
    """The plan of a file, in either form."""
    listed, matrix = read_tables(data, file_name, (LIST, MATRIX), _LAID_OUT)
    refusals = [*listed.refusals, *matrix.refusals]
    records = [record for row in listed.rows for record in one(PlanRecord)(row)]
    records += [record for row in matrix.rows for record in _cells(row, refusals)]
    refusals += unnamed(records, file_name)
    refusals += unique(_cell, "同じ年度の同じ課所等・区分", "所属コード")(records)
    return ReadResult(tuple(records), at_most(refusals, file_name))


def unnamed(records: list[PlanRecord], file_name: str) -> Iterable[Refusal]:
    """Rows that say of no department what is planned; once for the file when no row names one."""
    nameless = [one for one in records if not one.department_code and not one.name_ja]
    if nameless and len(nameless) == len(records):
        reason = "「所属コード」又は「課所等名」の列が必要です。"
        yield Refusal("missing_column", reason, Place(file_name, column="所属コード"))
        return
    for record in nameless:
        reason = "所属コードも課所等名も空欄です。どちらかを入力してください。"
        yield Refusal("blank_cell", reason, place_of(record.source, "所属コード"))


def _cell(record: PlanRecord) -> tuple[int, str, str, str] | None:
    """What two rows must not say twice; None where no department is named."""
    if record.department_code:
        return record.fiscal_year, record.department_code, "", record.stream
    name = matching_key(record.name_ja)
    return (record.fiscal_year, name, matching_key(record.bureau_ja), record.stream) if name else None


def _cells(row: Row, refusals: list[Refusal]) -> Iterable[PlanRecord]:
    code, name, bureau = (str(row.values[key]) for key in ("department_code", "name_ja", "bureau_ja"))
    for year, text in row.extras:
        for word in filter(None, _BOTH.split(text)):
            stream = PLAN_MARKS.code(word)
            if stream is None and set(word) <= _NOTHING:
                continue
            if stream is None:
                refusals.append(
                    Refusal(
                        "unknown_word",
                        f"「{text[:40]}」は読めません。「内部」（「○」も可）、「外部」又は空欄にしてください。",
                        place_of(row.source, f"{year}年度"),
                    )
                )
                break
            yield PlanRecord(int(year), code, stream, row.source, name, bureau)


SPEC = ReaderSpec("plan", "監査中期計画", (LIST,), read)
