"""What happened to each delivery of the mail drill, in the office's own table?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kansa.core.errors import Refusal
from kansa.formats.readers.columns import DEPARTMENT_CODE, FISCAL_YEAR, line, may_be_blank
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, refused, unique
from kansa.formats.records import DrillRecord, ReadResult
from kansa.formats.tables import Column, TableSpec
from kansa.formats.tables.kinds import CODE, DELIVERY, MOMENT
from kansa.formats.words import YES_NO

TABLE = TableSpec(
    "メール訓練の結果",
    (
        FISCAL_YEAR,
        Column(
            "drill_code",
            "訓練コード",
            CODE,
            "訓練の一回を一意に示すコード。",
            "R6-1",
            ("訓練番号", "訓練名"),
            required=True,
            fills_down=True,
        ),
        Column(
            "recipient",
            "受信者",
            CODE,
            "受信者のメールアドレス又は職員番号。",
            "a0123@example.lg.jp",
            ("メールアドレス", "職員番号", "宛先"),
            required=True,
        ),
        may_be_blank(
            replace(DEPARTMENT_CODE, required=False, fills_down=False),
            "送信時の所属コード。空欄の場合は職員の表から引きます。",
        ),
        Column(
            "sent_at", "送信日時", MOMENT, "送信した日時。送信していない場合は空欄。", "2024/10/15 10:00", ("送信",)
        ),
        Column(
            "is_delivered",
            "到達",
            DELIVERY,
            "届いた場合は「○」、届かなかった場合は「×」、不明の場合は空欄。",
            "○",
            ("配信", "到達有無"),
            words=YES_NO,
        ),
        Column("opened_at", "開封日時", MOMENT, "メールを開いた日時。", "2024/10/15 10:05", ("開封",)),
        Column(
            "clicked_at",
            "クリック日時",
            MOMENT,
            "リンクをクリックした、又は添付ファイルを開いた日時。",
            "2024/10/15 10:06",
            ("クリック", "リンククリック日時", "添付開封日時"),
        ),
        Column(
            "submitted_at", "入力日時", MOMENT, "リンク先で情報を入力した日時。", "", ("情報入力日時", "送信データ日時")
        ),
        Column(
            "reported_at",
            "報告日時",
            MOMENT,
            "不審なメールとして報告した日時。",
            "2024/10/15 10:10",
            ("報告", "通報日時"),
        ),
        line("excluded_reason_ja", "除外理由", "集計から外す理由。含める場合は空欄。", "休職", "対象外の理由"),
    ),
)
_MOMENTS = {
    "opened_at": "開封日時",
    "clicked_at": "クリック日時",
    "submitted_at": "入力日時",
    "reported_at": "報告日時",
}


def read(data: bytes, file_name: str) -> ReadResult:
    """The deliveries of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        one(DrillRecord),
        (
            unique(
                lambda record: (record.fiscal_year, record.drill_code, record.recipient.casefold()), "受信者", "受信者"
            ),
            in_order,
        ),
    )


def in_order(records: Sequence[DrillRecord], headings: Mapping[str, str] = _MOMENTS) -> Iterator[Refusal]:
    """A check that nobody acted on a mail that did not arrive, or before it was sent. `headings`: field -> heading."""
    for record in records:
        for field in _MOMENTS.keys() & headings.keys():
            at, column_ja = getattr(record, field), headings[field]
            if record.is_delivered is False and field.removesuffix("_at") in record.undated:
                yield refused(record, "event_without_delivery", f"届いていないのに{column_ja}があります。", column_ja)
            if at is None:
                continue
            if record.is_delivered is False:
                yield refused(record, "event_without_delivery", f"到達が「×」なのに{column_ja}があります。", column_ja)
            elif record.sent_at is not None and at < record.sent_at:
                yield refused(record, "event_before_sending", f"{column_ja}が送信日時より前です。", column_ja)


SPEC = ReaderSpec("drill", "メール訓練の結果", (TABLE,), read)
