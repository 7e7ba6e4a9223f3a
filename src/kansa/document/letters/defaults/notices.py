"""What do the letters say that announce an audit, or tell all departments of a finding?"""

from __future__ import annotations

from kansa.document.letters.defaults.sheet import LETTER, Box, Sheet


def notice() -> Sheet:
    """監査実施通知書."""
    sheet = Sheet()
    sheet.head("{{ 宛先 }}　様")
    sheet.line("{{ 年度 }}{{ 監査の種別 }}の実施について（通知）", "LetterTitle")
    sheet.gap()
    sheet.line(
        "このことについて、{{ 年度 }}の監査計画に基づき、下記のとおり監査を実施しますので、御協力をお願いします。",
        "LetterBody",
    )
    sheet.line(
        "なお、この監査は、助言を目的とするものです。予備調査票に御回答の上、根拠とする資料を当日までに御用意ください。",
        "LetterBody",
    )
    sheet.line("記", "RecordMark")
    rows = (
        ("被監査部門", "{{ 被監査部門 }}（実施番号　{{ 実施番号 }}）"),
        ("対象範囲", "{{ 対象範囲 }}"),
        ("対象外の範囲", "{{ 対象外とした範囲 }}"),
        ("監査の基準", "{{ 監査の基準 }}"),
        ("監査の期間", "{{ 期間 }}"),
        ("実地監査", "{{ 実地監査日時 }}"),
        ("場所", "{{ 実地監査場所 }}"),
        ("監査の方法", "{{ 実施方法 }}"),
        ("監査員", "{{ 監査員 }}"),
        ("予備調査", "予備調査票の回答期限　{{ 予備調査期限 }}"),
        ("準備する資料", "{{ 準備資料 }}"),
        ("その他", "{{ 備考 }}"),
    )
    for number, (name, value) in enumerate(rows, start=1):
        sheet.item(_wide(number), name, value, wide=8)
    sheet.contact()
    return sheet


def _wide(number: int) -> str:
    """One full-width digit, or two half-width ones: both as wide as one letter."""
    return chr(0xFF10 + number) if number < 10 else str(number)


def rollout_notice() -> Sheet:
    """水平展開通知."""
    sheet = Sheet(has_pages=True)
    sheet.head("{{ 宛先 }}　様")
    sheet.line("{{ 年度 }}{{ 監査の種別 }}の検出事項に関する点検について（通知）", "LetterTitle")
    sheet.gap()
    sheet.line(
        "{{ 年度 }}{{ 監査の種別 }}において、下記の事項（{{ 件名 }}）が検出されました。"
        "同様の状況がほかの課所等にもあり得ることから、全庁で点検を行います。",
        "LetterBody",
    )
    sheet.line(
        "ついては、点検内容の欄に沿って自らの課所等の状況を確かめ、期限までに回答くださるようお願いします。",
        "LetterBody",
    )
    sheet.line("記", "RecordMark")
    sheet.line("１　点検を求める事項", "LetterHeading")
    cells = (
        "{{ 展開事項.番号 }}",
        "{{ 展開事項.題名 }}",
        "{{ 展開事項.事実 }}",
        "{{ 展開事項.影響 }}",
        "{{ 展開事項.点検内容 }}",
    )
    sheet.table(
        (640, 1650, 2500, 2100, 2210),
        (("番号", "題名", "検出された事実", "考えられる影響", "点検内容"), (Box(cells[0], align="center"), *cells[1:])),
        heads=1,
    )
    sheet.line("２　対象", "LetterHeading")
    sheet.line("{{ 対象部門 }}", left=2 * LETTER)
    sheet.line("３　回答の区分", "LetterHeading")
    for words in (
        "（１）同様の状況がある（改善の予定と期限を書いてください。）",
        "（２）該当しない（そのように判断した理由を書いてください。）",
        "（３）対応済みである（対応した内容と、それを示す資料を書いてください。）",
    ):
        sheet.line(words, left=4 * LETTER, hanging=3 * LETTER)
    sheet.line("４　回答の期限及び方法", "LetterHeading")
    sheet.item("", "期限", "{{ 回答期限 }}", wide=4)
    sheet.item("", "方法", "{{ 回答方法 }}", wide=4)
    sheet.contact()
    return sheet
