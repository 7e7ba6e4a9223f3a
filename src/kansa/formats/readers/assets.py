"""Which servers and equipment does a list name, where do they stand, and who is in charge of them?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from ipaddress import ip_address

from kansa.core.errors import Refusal
from kansa.formats.readers.columns import DEPARTMENT_CODE, FISCAL_YEAR, line, mark
from kansa.formats.readers.spec import ReaderSpec, one, read_rows, refused, unique
from kansa.formats.records import AssetRecord, ReadResult
from kansa.formats.tables import Column, TableSpec
from kansa.formats.tables.kinds import CODE, CODES, DATE, LINE, WORD, YEAR
from kansa.formats.words import IMPORTANCES

TABLE = TableSpec(
    "情報資産",
    (
        replace(FISCAL_YEAR, explanation_ja="この行の内容が当てはまる年度。次に変わる年度まで続くとみなします。"),
        Column(
            "asset_number",
            "資産番号",
            CODE,
            "機器を一意に示す番号。診断結果のホストを見分ける最初の手掛かりです。",
            "SV-0012",
            ("管理番号", "機器番号", "資産管理番号", "資産コード"),
            required=True,
        ),
        line(
            "system_ja",
            "システム名",
            "機器が属する情報システムの名称。",
            "住民記録システム",
            "情報システム名",
            "システム",
        ),
        replace(DEPARTMENT_CODE, header_ja="所管課コード", explanation_ja="システムを所管する課所等の所属コード。"),
        Column(
            "network_zone",
            "ネットワーク領域",
            LINE,
            "「マイナンバー利用事務系」、「LGWAN接続系」、「インターネット接続系」など、登録した領域の名称。",
            "LGWAN接続系",
            ("領域", "接続系", "ネットワーク"),
            required=True,
            fills_down=True,
        ),
        line(
            "host_name", "ホスト名", "ドメインを除いたホスト名。", "jumin-ap01", "コンピュータ名", "サーバ名", "機器名"
        ),
        line("fqdn", "FQDN", "ドメインまで書いたホスト名。", "jumin-ap01.city.example", "完全修飾ドメイン名"),
        Column(
            "addresses",
            "IPアドレス",
            CODES,
            "IPv4 又は IPv6。複数は「、」で区切ります。",
            "10.20.0.11、10.20.1.11",
            ("アドレス", "IP", "IPv4アドレス"),
        ),
        Column("importance", "重要性", WORD, "機器の扱う情報の重要性。", "高", ("重要度",), words=IMPORTANCES),
        mark("has_personal_number", "個人番号", "個人番号を扱えば「○」。", "特定個人情報", "マイナンバー"),
        mark(
            "is_published",
            "公開",
            "インターネットから届く機器であれば「○」。領域によらず、攻撃が届くものとみなします。",
            "インターネット公開",
            "公開サーバ",
            "外部公開",
        ),
        line(
            "product_ja", "製品", "主な製品の名称と版。公表する報告書には載りません。", "住民記録 V5", "製品名", "機種"
        ),
        line("operating_system", "OS", "OSの名称と版。", "Windows Server 2019", "基本ソフト", "OS名"),
        Column(
            "support_ends_on",
            "サポート終了日",
            DATE,
            "製品又はOSのサポートが終わる日。",
            "令和11年１月９日",
            ("サポート期限", "EOL", "EOS"),
        ),
        line("vendor_ja", "保守事業者", "保守を受け持つ事業者。", "みほん情報株式会社", "ベンダ", "ベンダー", "業者名"),
        line("contract_ja", "保守契約", "契約の名称又は番号。", "住民記録保守 R6-12", "契約名", "契約番号"),
        Column(
            "contract_ends_on",
            "契約終了日",
            DATE,
            "保守契約が終わる日。",
            "令和９年３月31日",
            ("契約期限", "契約満了日"),
        ),
        Column(
            "retired_in", "廃止年度", YEAR, "使わなくなった最初の年度。使っていれば空欄。", "令和８年度", ("撤去年度",)
        ),
        line("note_ja", "特記事項", "診断や対応で気を付けること。", "再起動は休日のみ", "注意事項"),
    ),
)


def read(data: bytes, file_name: str) -> ReadResult:
    """The assets of a file."""
    return read_rows(
        data,
        file_name,
        TABLE,
        one(AssetRecord),
        (unique(lambda record: (record.fiscal_year, record.asset_number), "資産番号", "資産番号"), record_faults),
    )


def record_faults(records: Sequence[AssetRecord]) -> Iterator[Refusal]:
    """What a record can be wrong in by itself, whether it was read or typed."""
    for record in records:
        for address in record.addresses:
            try:
                ip_address(address)
            except ValueError:
                reason = f"IPアドレス「{address[:60]}」は読めません。「10.20.0.11」のように入力してください。"
                yield refused(record, "bad_address", reason, "IPアドレス")
        if record.fqdn and ("." not in record.fqdn.strip(".") or any(sign in record.fqdn for sign in " /:@")):
            reason = f"FQDN「{record.fqdn[:60]}」は読めません。ドメインまで書くか、空欄にしてください。"
            yield refused(record, "bad_fqdn", reason, "FQDN")


SPEC = ReaderSpec("assets", "情報資産", (TABLE,), read)
