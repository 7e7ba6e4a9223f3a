"""Which past figures are known only as they were published, and from which line of which document?

The printed form matters (2.80 is not 2.8). A number cell of Excel has lost it, and a cell shown as 95.2 % holds
0.952; so a number is accepted only where the quoted line prints the same number, and takes its form from there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast

from kansa.core.errors import Refusal
from kansa.formats.folding import fold_code
from kansa.formats.readers.columns import FISCAL_YEAR, line, mark
from kansa.formats.readers.spec import Exported, ReaderSpec, export_by_fields, unique
from kansa.formats.records import PublishedRecord, ReadResult, Record
from kansa.formats.tables import Column, Row, TableSpec, at_most, place_of, read_table
from kansa.formats.tables.kinds import CODE, DATE, LINE, PROSE, WORD, decimal_value
from kansa.formats.words import UNITS

TEXT_UNIT = "text"

TABLE = TableSpec(
    "公表済みの数値",
    (
        FISCAL_YEAR,
        Column(
            "figure_id",
            "項目コード",
            CODE,
            "報告書の数値の識別子（「数値一覧」の識別子）。",
            "external.mean",
            ("数値コード", "識別子"),
            required=True,
        ),
        line("label_ja", "項目名", "数値の名称（読む人のための覚え）。", "外部監査の対策レベルの平均", "名称"),
        Column(
            "shown",
            "値",
            LINE,
            "公表された表記のとおりの値。単位は含めません。",
            "2.88",
            ("公表値", "数値"),
            required=True,
        ),
        Column(
            "unit", "単位", WORD, "値の単位。数でない値は「文言」。", "点", words=UNITS, required=True, fills_down=True
        ),
        mark("is_approximate", "程度", "「程度」「約」などが付いて公表された場合に「○」。", "概数", "程度(概数)"),
        Column(
            "document_ja",
            "出典文書",
            LINE,
            "公表された文書の名称。",
            "情報セキュリティ監査実施報告書（令和６年度）",
            ("出典", "文書名"),
            required=True,
            fills_down=True,
        ),
        line("page", "頁", "文書の頁。", "2", "ページ"),
        line("line", "行", "頁の中の行又は章節。", "２（３）", "箇所"),
        Column(
            "quote_ja",
            "引用",
            PROSE,
            "値が書かれている文をそのまま。",
            "対策レベルの平均は、2.88 点であり",
            ("原文", "引用文"),
            required=True,
        ),
        Column("published_on", "公表日", DATE, "公表された日。", "令和７年３月31日", ("日付",), fills_down=True),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The published figures of a file."""
    table = read_table(data, file_name, TABLE)
    refusals = list(table.refusals)
    records = [record for row in table.rows for record in _build(row, refusals)]
    refusals += unique(_figure, "項目コード", "項目コード")(records)
    return ReadResult(tuple(records), at_most(refusals, file_name))


def _figure(record: PublishedRecord) -> tuple[int, str]:
    return record.fiscal_year, record.figure_id


def _build(row: Row, refusals: list[Refusal]) -> Iterator[PublishedRecord]:
    values = row.values
    shown, unit = str(values["shown"]), str(values["unit"])
    number = None
    if unit != TEXT_UNIT:
        if "shown" in row.numeric:
            shown = _as_quoted(shown, str(values["quote_ja"]))
        number = decimal_value(shown)
        if number is None:
            refusals.append(_value_refusal(row, shown))
            return
    yield PublishedRecord(
        fiscal_year=cast("int", values["fiscal_year"]),
        figure_id=str(values["figure_id"]),
        shown=shown if number is None else fold_code(shown),
        value=None if number is None else number[0],
        places=0 if number is None else number[1],
        unit=unit,
        is_approximate=bool(values["is_approximate"]),
        document_ja=str(values["document_ja"]),
        page=str(values["page"]),
        line=str(values["line"]),
        quote_ja=str(values["quote_ja"]),
        published_on=cast("date | None", values["published_on"]),
        source=row.source,
    )


_NUMERAL = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


def _as_quoted(shown: str, quote_ja: str) -> str:
    """The number as the quoted line prints it; "" when the line does not hold it."""
    wanted = decimal_value(shown)
    for numeral in _NUMERAL.findall(fold_code(quote_ja)):
        found = decimal_value(numeral)
        if wanted is not None and found is not None and found[0] == wanted[0]:
            return str(numeral)
    return ""


def _value_refusal(row: Row, shown: str) -> Refusal:
    place = place_of(row.source, "値")
    if "shown" in row.numeric:
        return Refusal(
            "value_not_in_quote",
            f"値「{row.values['shown']}」が引用の文に見当たりません。値の列を文字列の書式にして、公表された表記のとおりに入力してください。",
            place,
        )
    return Refusal(
        "bad_number",
        f"値「{shown[:40]}」は数として読めません。単位や「約」を除いた数だけを入力するか、単位を「文言」にしてください。",
        place,
    )


def _export(record: Record) -> Exported:
    return Exported({**export_by_fields(record).values, "label_ja": ""})


SPEC = ReaderSpec("published", "公表済みの数値", (TABLE,), read, _export)
