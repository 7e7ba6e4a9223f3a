"""Which auditor took part in which training (監査員研修)?"""

from __future__ import annotations

from kansa.formats.readers.columns import FISCAL_YEAR
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, unique
from kansa.formats.records import ReadResult, TrainingRecord
from kansa.formats.tables import Column, TableSpec
from kansa.formats.tables.kinds import CODE, DATE, LINE, WHOLE, WORD
from kansa.formats.words import TRAINING_KINDS

TABLE = TableSpec(
    "監査員研修",
    (
        FISCAL_YEAR,
        Column(
            "staff_number", "職員番号", CODE, "受講した監査員の職員番号。", "000123", ("監査員番号",), required=True
        ),
        Column(
            "kind",
            "種類",
            WORD,
            "研修の種類。",
            "事前学習",
            ("研修の種類", "研修種別"),
            words=TRAINING_KINDS,
            required=True,
            fills_down=True,
        ),
        Column(
            "title_ja",
            "研修名",
            LINE,
            "研修の名称。",
            "内部監査員研修",
            ("名称", "件名"),
            required=True,
            fills_down=True,
        ),
        Column(
            "held_on",
            "実施日",
            DATE,
            "研修を行った日。",
            "令和６年９月２日",
            ("受講日", "開催日"),
            required=True,
            fills_down=True,
        ),
        Column(
            "minutes",
            "時間（分）",
            WHOLE,
            "研修の時間（分）。",
            "60",
            ("時間", "分", "所要時間"),
            required=True,
            fills_down=True,
        ),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The training of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        one(TrainingRecord),
        (
            unique(
                lambda record: (record.fiscal_year, record.staff_number, record.kind, record.title_ja, record.held_on),
                "同じ研修の受講",
                "職員番号",
            ),
        ),
    )


SPEC = ReaderSpec("training", "監査員研修", (TABLE,), read)
