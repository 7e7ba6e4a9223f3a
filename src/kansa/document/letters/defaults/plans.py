"""What does the plan of one audit say?"""

from __future__ import annotations

from kansa.document.letters.defaults.sheet import LETTER, Box, Sheet


def engagement_plan() -> Sheet:
    """監査実施計画書."""
    sheet = Sheet(has_pages=True)
    sheet.line("{{ 文書番号 }}", "LetterRight")
    sheet.line("{{ 日付 }}", "LetterRight")
    sheet.gap()
    sheet.line("監査実施計画書", "FormTitle")
    sheet.line("{{ 市区町村 }}{{ 年度 }}{{ 監査の種別 }}について、次のとおり実施する。", "LetterBody")
    for number, (name, value) in enumerate(
        (
            ("監査の目的", "{{ 監査の目的 }}"),
            ("被監査部門", "{{ 被監査部門 }}（実施番号　{{ 実施番号 }}）"),
            ("対象範囲", "{{ 対象範囲 }}"),
            ("対象外とする範囲", "{{ 対象外とした範囲 }}"),
            ("監査の基準", "{{ 監査の基準 }}"),
            ("監査の方法", "{{ 実施方法 }}"),
            ("重点項目", "{{ 重点項目 }}"),
        ),
        start=1,
    ):
        sheet.line(f"{chr(0xFF10 + number)}　{name}", "LetterHeading")
        sheet.line(value, left=2 * LETTER)
    sheet.line("８　監査の期間及び日程", "LetterHeading")
    sheet.line("{{ 期間 }}", left=2 * LETTER)
    sheet.table(
        (2100, 2300, 2600, 2600),
        (("日", "時間", "内容", "場所"), ("{{ 日程.日付 }}", "{{ 日程.時間 }}", "{{ 日程.内容 }}", "{{ 日程.場所 }}")),
        heads=1,
    )
    sheet.line("９　監査の体制", "LetterHeading")
    sheet.table(
        (2000, 3000, 4600),
        (("役割", "氏名", "所属及び職名"), (Box("{{ 監査体制.役割 }}"), "{{ 監査体制.氏名 }}", "{{ 監査体制.所属 }}")),
        heads=1,
    )
    sheet.line("10　その他", "LetterHeading")
    sheet.line("{{ 備考 }}", left=2 * LETTER)
    sheet.line(
        "この監査は助言を目的とし、対象範囲の外にある業務及び情報システムについては確かめない。", left=2 * LETTER
    )
    sheet.contact()
    return sheet
