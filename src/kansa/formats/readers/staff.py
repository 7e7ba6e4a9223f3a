"""Who was on the staff of a fiscal year, in which department, and who may audit?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kansa.core.errors import Refusal
from kansa.core.job_types import LONGEST_JOB_TYPE, joined
from kansa.formats.readers.columns import DEPARTMENT_CODE, FISCAL_YEAR, line, mark
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, refused, unique
from kansa.formats.records import ReadResult, StaffRecord
from kansa.formats.tables import Column, TableSpec
from kansa.formats.tables.kinds import CODE, LINE, NAMES

TABLE = TableSpec(
    "職員",
    (
        FISCAL_YEAR,
        Column(
            "staff_number",
            "職員番号",
            CODE,
            "職員を一意に示す番号。先頭の０も意味をもちます。",
            "000123",
            ("職員コード", "職員ID"),
            required=True,
        ),
        Column(
            "name_ja",
            "氏名",
            LINE,
            "職員の氏名。",
            "職員０１２３",
            ("名前", "職員氏名"),
            required=True,
            may_be_blank=True,
        ),
        DEPARTMENT_CODE,
        line(
            "mail_address",
            "メールアドレス",
            "訓練メールの宛先。なければ空欄。",
            "a0123@example.lg.jp",
            "メール",
            "E-mail",
        ),
        line("post_ja", "職名", "職名。", "主査", "役職", "職"),
        mark("is_auditor", "監査員", "内部監査員であれば「○」。", "内部監査員"),
        line(
            "excluded_reason_ja",
            "除外理由",
            "自己点検や訓練の対象から外す理由（休職、派遣など）。対象であれば空欄。",
            "休職",
            "対象外の理由",
        ),
        Column(
            "job_types",
            "職種",
            NAMES,
            "自己点検で職種ごとの項目を尋ねるための区分。複数可。",
            "システム管理者、個人番号利用事務",
            ("職種区分", "業務区分"),
        ),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The staff of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        one(StaffRecord),
        (
            unique(lambda record: (record.fiscal_year, record.staff_number), "職員番号", "職員番号"),
            unique(
                lambda record: record.mail_address and (record.fiscal_year, record.mail_address.casefold()),
                "メールアドレス",
                "メールアドレス",
            ),
            _mail_addresses,
            _job_types,
        ),
    )


def _mail_addresses(records: Sequence[StaffRecord]) -> Iterator[Refusal]:
    for record in records:
        address = record.mail_address
        local, _at, domain = address.rpartition("@")
        if address and (not local or not domain or not address.isascii() or any(sign in address for sign in " \t<>,")):
            yield refused(
                record, "bad_mail_address", f"メールアドレス「{address[:60]}」は読めません。", "メールアドレス"
            )


def _job_types(records: Sequence[StaffRecord]) -> Iterator[Refusal]:
    for record in records:
        if len(joined(record.job_types)) > LONGEST_JOB_TYPE:
            yield refused(
                record, "job_types_too_long", f"職種は合わせて{LONGEST_JOB_TYPE}文字以内にしてください。", "職種"
            )


SPEC = ReaderSpec("staff", "職員", (TABLE,), read)
