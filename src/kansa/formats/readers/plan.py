"""Which department does the medium-term plan (監査中期計画) audit in which year?

Two forms: a list (年度, 所属コード, 区分), or a matrix with a row for each department and a column for each year, its
cells saying 内部 (also ○), 外部, or both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kansa.core.errors import Refusal
from kansa.core.fiscal import parse_fiscal_year
from kansa.formats.readers.columns import AUDIT_STREAM, DEPARTMENT_CODE, FISCAL_YEAR
from kansa.formats.readers.spec import ReaderSpec, one, unique
from kansa.formats.records import PlanRecord, ReadResult
from kansa.formats.tables import REMARKS, ExtraColumns, Row, TableSpec, at_most, place_of, read_tables
from kansa.formats.words import PLAN_MARKS

_BOTH = re.compile(r"[、，,・/／+＋\s]+")
_NAMES = (*REMARKS, "部局", "種別", "区分コード", "方法", "方法コード", "巡")


def fiscal_year_key(header: str) -> str | None:
    """The year a header names, as digits; None when it names none."""
    try:
        return str(parse_fiscal_year(header))
    except ValueError:
        return None


LIST = TableSpec("監査中期計画（一覧）", (FISCAL_YEAR, DEPARTMENT_CODE, AUDIT_STREAM), remark_headers=_NAMES)
MATRIX = TableSpec(
    "監査中期計画（一覧又は年度を列とする表）",
    (DEPARTMENT_CODE,),
    ExtraColumns(fiscal_year_key, "年度（例「令和６年度」）を見出しにした列"),
    remark_headers=_NAMES,
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The plan of a file, in either form."""
    listed, matrix = read_tables(data, file_name, (LIST, MATRIX))
    refusals = [*listed.refusals, *matrix.refusals]
    records = [record for row in listed.rows for record in one(PlanRecord)(row)]
    records += [record for row in matrix.rows for record in _cells(row, refusals)]
    refusals += unique(_cell, "同じ年度の同じ課所等・区分", "所属コード")(records)
    return ReadResult(tuple(records), at_most(refusals, file_name))


def _cell(record: PlanRecord) -> tuple[int, str, str]:
    return record.fiscal_year, record.department_code, record.stream


def _cells(row: Row, refusals: list[Refusal]) -> Iterable[PlanRecord]:
    for year, text in row.extras:
        for word in filter(None, _BOTH.split(text)):
            stream = PLAN_MARKS.code(word)
            if stream is None:
                refusals.append(
                    Refusal(
                        "unknown_word",
                        f"「{text[:40]}」は読めません。「内部」（「○」も可）、「外部」又は空欄にしてください。",
                        place_of(row.source, f"{year}年度"),
                    )
                )
                break
            yield PlanRecord(int(year), str(row.values["department_code"]), stream, row.source)


SPEC = ReaderSpec("plan", "監査中期計画", (LIST,), read)
