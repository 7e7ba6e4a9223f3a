"""Which departments (課所等) does a file list, how long do they exist, and what did they come from?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from kansa.core.errors import Refusal
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, refused
from kansa.formats.records import DepartmentRecord, ReadResult
from kansa.formats.tables import Column, TableSpec
from kansa.formats.tables.kinds import CODE, CODES, LINE, WORD, YEAR
from kansa.formats.words import DEPARTMENT_KINDS, SUCCESSIONS

TABLE = TableSpec(
    "課所等",
    (
        Column(
            "code",
            "所属コード",
            CODE,
            "課所等を一意に示すコード。先頭の０も意味をもつため、文字列で入力します。",
            "0101",
            ("課所コード", "所属番号", "部署コード", "組織コード"),
            required=True,
        ),
        Column(
            "name_ja",
            "課所等名",
            LINE,
            "課所等の正式な名称。",
            "総務課",
            ("課所名", "所属名", "所属名称", "部署名", "課所等"),
            required=True,
        ),
        Column(
            "bureau_ja",
            "部局",
            LINE,
            "課所等が属する部局の名称。",
            "総務部",
            ("部局名", "部", "部名"),
            required=True,
            may_be_blank=True,
            fills_down=True,
        ),
        Column(
            "kind",
            "種別",
            WORD,
            "課所等の種別。",
            "本庁",
            ("課所種別", "所属種別", "種類"),
            words=DEPARTMENT_KINDS,
            required=True,
            fills_down=True,
        ),
        Column(
            "valid_from",
            "開始年度",
            YEAR,
            "この名称・所属で存在する最初の年度。",
            "令和５年度",
            ("有効開始年度", "設置年度", "適用開始年度"),
            required=True,
            fills_down=True,
        ),
        Column(
            "valid_to",
            "終了年度",
            YEAR,
            "存在した最後の年度。続いている場合は空欄。",
            "",
            ("有効終了年度", "廃止年度", "適用終了年度"),
        ),
        Column(
            "succession",
            "改編区分",
            WORD,
            "組織改編でできた課所等の場合に、その別。",
            "名称変更",
            ("組織改編", "改編の種類", "承継区分"),
            words=SUCCESSIONS,
        ),
        Column(
            "predecessor_codes",
            "改編前コード",
            CODES,
            "改編前の課所等の所属コード。統合の場合は「、」で区切って全て。",
            "0105、0106",
            ("前身コード", "旧所属コード", "承継元コード"),
        ),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The departments of a file."""
    return read_rows(data, file_name, TABLE, one(DepartmentRecord), (record_faults, _overlap))


def record_faults(records: Sequence[DepartmentRecord]) -> Iterator[Refusal]:
    """What a record can be wrong in by itself, whether it was read or typed."""
    yield from _validity(records)
    yield from _succession(records)


def _validity(records: Sequence[DepartmentRecord]) -> Iterator[Refusal]:
    for record in records:
        if record.valid_to is not None and record.valid_to < record.valid_from:
            yield refused(record, "end_before_start", "終了年度が開始年度より前です。", "終了年度")


def _succession(records: Sequence[DepartmentRecord]) -> Iterator[Refusal]:
    for record in records:
        if record.succession and not record.predecessor_codes:
            yield refused(
                record, "succession_incomplete", "改編区分があるのに改編前コードがありません。", "改編前コード"
            )
        elif record.predecessor_codes and not record.succession:
            yield refused(record, "succession_incomplete", "改編前コードがあるのに改編区分がありません。", "改編区分")
        elif record.succession in ("renamed", "split") and len(record.predecessor_codes) > 1:
            yield refused(
                record,
                "too_many_predecessors",
                "改編前コードが二つ以上あるのは「統合」の場合だけです。",
                "改編前コード",
            )
        elif len(set(record.predecessor_codes)) < len(record.predecessor_codes):
            yield refused(record, "duplicate", "改編前コードに同じコードが二度あります。", "改編前コード")


def _overlap(records: Sequence[DepartmentRecord]) -> Iterator[Refusal]:
    """The same code may come back with another validity, never with an overlapping one."""
    by_code: dict[str, list[DepartmentRecord]] = {}
    for record in records:
        by_code.setdefault(record.code, []).append(record)
    for same in by_code.values():
        for first, second in combinations(same, 2):
            if _begins_before_end(first, second) and _begins_before_end(second, first):
                yield refused(
                    second,
                    "duplicate",
                    f"所属コード「{second.code}」は{first.source.row}行目と有効な年度が重なっています。",
                    "所属コード",
                )


def _begins_before_end(record: DepartmentRecord, other: DepartmentRecord) -> bool:
    return other.valid_to is None or record.valid_from <= other.valid_to


SPEC = ReaderSpec("departments", "課所等", (TABLE,), read)
