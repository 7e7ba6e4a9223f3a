"""What does the letter say that tells a department the result of its audit?"""

from __future__ import annotations

from kansa.document.letters.defaults.sheet import HEAD, LETTER, Box, Sheet, label

_ROWS = (
    ("基準", "{{ 検出事項.基準 }}"),
    ("事実", "{{ 検出事項.事実 }}"),
    ("原因", "{{ 検出事項.原因 }}"),
    ("影響", "{{ 検出事項.影響 }}"),
    ("改善提言", "{{ 検出事項.改善提言 }}"),
    ("部門の見解", "{{ 検出事項.被監査部門の見解 }}"),
)

_NOTES = (
    "（１）この監査は、対象範囲について確かめた事実に基づいて助言するもので、保証の意見を述べるものではありません。",
    "（２）次の範囲は監査の対象としていません。{{ 対象外とした範囲 }}",
    "（３）重要度は、監査人の参考です。対応の要否と順序は、業務への影響と費用を踏まえ、被監査部門において決めてください。",
    "（４）改善の措置は、被監査部門が定めて実施するものです。監査人が措置を命じるものではありません。",
)


def result_notice() -> Sheet:
    """監査結果通知書."""
    sheet = Sheet(has_pages=True)
    sheet.head("{{ 宛先 }}　様")
    sheet.line("{{ 年度 }}{{ 監査の種別 }}の結果について（通知）", "LetterTitle")
    sheet.gap()
    sheet.line(
        "このことについて、下記のとおり結果を通知します。検出事項について改善計画書を作成し、"
        "{{ 改善計画の提出期限 }}までに提出くださるようお願いします。",
        "LetterBody",
    )
    sheet.line("記", "RecordMark")
    _outline(sheet)
    sheet.line("２　総括所見", "LetterHeading")
    sheet.line("{{ 総括所見 }}", left=LETTER, firstLine=LETTER)
    sheet.line("３　検出事項及び改善提言", "LetterHeading")
    _findings(sheet)
    sheet.line("４　留意事項", "LetterHeading")
    for words in _NOTES:
        sheet.line(words, left=4 * LETTER, hanging=3 * LETTER)
    sheet.contact()
    return sheet


def _outline(sheet: Sheet) -> None:
    sheet.line("１　監査の概要", "LetterHeading")
    rows = (
        ("被監査部門", "{{ 被監査部門 }}（実施番号　{{ 実施番号 }}）"),
        ("対象範囲", "{{ 対象範囲 }}"),
        ("監査の基準", "{{ 監査の基準 }}"),
        ("監査の期間", "{{ 期間 }}"),
        ("監査の方法", "{{ 実施方法 }}"),
        ("監査員", "{{ 監査員 }}"),
        ("判定の結果", "{{ 判定した項目数 }}項目を判定、平均　{{ 判定の平均 }}"),
        ("検出事項等", "{{ 検出事項の数 }}件"),
    )
    for name, value in rows:
        sheet.item("", name, value, wide=7)


def _findings(sheet: Sheet) -> None:
    """Each finding takes seven rows: number, kind and title above, then what a finding has to hold."""
    first = (
        Box("{{ 検出事項.番号 }}", align="center", merge="restart"),
        Box("{{ 検出事項.区分 }}", fill=HEAD, align="center"),
        Box("{{ 検出事項.題名 }}（監査項目　{{ 検出事項.監査項目 }}）", fill=HEAD),
        Box("重要度　{{ 検出事項.重要度 }}", fill=HEAD, align="center"),
    )
    rest = [(Box("", merge="continue"), label(name), Box(words, span=2)) for name, words in _ROWS]
    sheet.table((600, 1300, 5600, 1570), (first, *rest), together=True)
