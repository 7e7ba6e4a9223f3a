"""What did each respondent answer to each item of the self-inspection (自己点検)?

One row a respondent; the headers after the fixed columns are item codes, or begin with one (「Q01 離席時の…」).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

from kansa.core.errors import Place, Refusal
from kansa.formats.folding import fold_code
from kansa.formats.readers.columns import DEPARTMENT_CODE, FISCAL_YEAR
from kansa.formats.readers.spec import Exported, ReaderSpec, export_by_fields, unique
from kansa.formats.records import AnswerRecord, ReadResult, Record, Source
from kansa.formats.tables import REMARKS, Column, ExtraColumns, Row, TableSpec, at_most, place_of, read_table
from kansa.formats.tables.kinds import CODE
from kansa.formats.words import ANSWERS

_ITEM_CODE = re.compile(
    r"([0-9A-Za-z][0-9A-Za-z._\-]{0,39}(?:\[[0-9A-Za-z]+\])?)(?:[\s:：.．、)）「(（].*)?", re.DOTALL
)
_LEVEL = re.compile(r"([1-7])(?:[\s.．:：].*)?")
_DIGIT = re.compile(r"[0-9]")


def item_code_of(header: str) -> str | None:
    """The item code a header is or begins with; None for a header without one. A code has at least one digit."""
    match = _ITEM_CODE.fullmatch(fold_code(header))
    return match[1] if match is not None and _DIGIT.search(match[1]) else None


TABLE = TableSpec(
    "自己点検の回答",
    (
        FISCAL_YEAR,
        Column(
            "respondent",
            "回答者番号",
            CODE,
            "回答者を一意に示す番号（職員番号）。",
            "000123",
            ("職員番号", "回答番号", "回答ID"),
            required=True,
        ),
        DEPARTMENT_CODE,
    ),
    ExtraColumns(
        item_code_of,
        "項目コード（例「Q01」）を見出しにした回答の列（「はい」「いいえ」「該当なし」又は空欄、「○」「×」「－」も可。段階の項目は段階の数字）",
    ),
    remark_headers=(*REMARKS, "氏名", "回答日時", "タイムスタンプ"),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The answers of a file."""
    table = read_table(data, file_name, TABLE)
    refusals = list(table.refusals)
    records = [record for row in table.rows for record in _build(row, refusals)]
    once = unique(_respondent, "回答者番号", "回答者番号")
    refusals += once(records)
    return ReadResult(tuple(records), at_most(refusals, file_name))


def _respondent(record: AnswerRecord) -> tuple[int, str]:
    return record.fiscal_year, record.respondent


def _build(row: Row, refusals: list[Refusal]) -> Iterable[AnswerRecord]:
    answers = []
    faults = len(refusals)
    for item, text in row.extras:
        answer = ANSWERS.code(text) or level_in(text)
        if answer is None:
            refusals.append(_unknown_answer(row.source, item, text))
        else:
            answers.append((item, answer))
    if len(refusals) == faults:
        values = row.values
        year = cast("int", values["fiscal_year"])
        yield AnswerRecord(year, str(values["respondent"]), str(values["department_code"]), tuple(answers), row.source)


def level_in(text: str) -> str | None:
    """The level of a scale as it was typed ("4", "４", "4 できている"); None when it begins with none."""
    match = _LEVEL.fullmatch(fold_code(text))
    return match[1] if match is not None else None


def _unknown_answer(source: Source, item: str, text: str) -> Refusal:
    place: Place = place_of(source, item)
    return Refusal(
        "unknown_answer",
        f"回答「{text[:40]}」は読めません。「はい」「いいえ」「該当なし」（「○」「×」「－」も可）、段階の数字又は空欄にしてください。",
        place,
    )


def _export(record: Record) -> Exported:
    if not isinstance(record, AnswerRecord):
        raise TypeError(type(record).__name__)
    answers = {item: ANSWERS.ja.get(answer, answer) for item, answer in record.answers}
    return Exported(export_by_fields(record).values, extras=answers)


SPEC = ReaderSpec("self_inspection", "自己点検の回答", (TABLE,), read, _export)
