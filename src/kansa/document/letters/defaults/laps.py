"""What do the papers of planning say: the plan of a lap, and the plan of one fiscal year?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from kansa.document.letters.defaults.sheet import LETTER, Box, Sheet
from kansa.document.letters.kinds import KINDS
from kansa.document.letters.lists import PLACES, YEARS_MOST

USUAL_YEARS = 3
UPRIGHT_YEARS = 5  # with more years the matrix needs the page lying


def medium_term_plan(years: int = USUAL_YEARS) -> Sheet:
    """監査中期計画書 of a lap of so many years."""
    sheet = Sheet(is_wide=years > UPRIGHT_YEARS, has_pages=True)
    _head(sheet, "情報セキュリティ監査中期計画書", "{{ 巡 }}（{{ 期間 }}）")
    _section(sheet, 1, "基本方針", "{{ 基本方針 }}")
    _section(sheet, 2, "計画の期間", "{{ 期間 }}（{{ 一巡の年数 }}年間）")
    _section(sheet, 3, "監査の基準", "{{ 監査の基準 }}")
    _section(sheet, 4, "監査の方法", "{{ 監査の方法 }}")
    counted = "内部監査　{{ 内部監査の件数 }}件、外部監査　{{ 外部監査の件数 }}件"
    _section(sheet, 5, "対象の件数", f"課所等　{{{{ 対象の課所等の数 }}}}（{counted}）")
    sheet.table(
        (2000, 1700, 1700, 1600, 2100),
        (
            ("年度", "内部監査（件）", "外部監査（件）", "職員数（人）", "情報システム（件）"),
            _row("年度別件数", ("年度", "内部監査", "外部監査", "職員数", "システム数"), "crrrr"),
        ),
        heads=1,
    )
    sheet.line("職員数及び情報システムは、内部監査の対象とする課所等の合計である。", "TableWords")
    _section(sheet, 6, "年度ごとの対象")
    names: tuple[str, ...] = ("年度", "区分", "部局", "件数", "課所等", "方法")
    sheet.table((1200, 1080, 1600, 620, 3150, 1500), (names, _row("年度別対象", names, "cclrll")), heads=1)
    _matrix(sheet, years)
    _section(sheet, 8, "一巡の間に内部監査を行わない課所等")
    names = ("コード", "課所等", "理由")
    sheet.table((1000, 3000, 5000), (names, _row("対象外", names, "cll")), heads=1)
    _section(sheet, 9, "一巡の確認", "{{ 確認の結果 }}")
    sheet.table((2600, 6400), (("課所等", "合わない条件"), _row("合わない条件", ("課所等", "内容"), "ll")), heads=1)
    sheet.line("計算の記録　{{ 計算の記録 }}", "TableWords")
    _section(sheet, 10, "その他", "{{ 備考 }}")
    sheet.contact()
    return sheet


def annual_plan() -> Sheet:
    """年度監査計画書."""
    sheet = Sheet(has_pages=True)
    _head(sheet, "{{ 年度 }}情報セキュリティ監査計画書", "（{{ 巡 }}）")
    _section(sheet, 1, "監査の目的", "{{ 監査の目的 }}")
    _section(sheet, 2, "重点項目", "{{ 重点項目 }}")
    _section(sheet, 3, "監査の基準", "{{ 監査の基準 }}")
    _section(sheet, 4, "監査の方法", "{{ 監査の方法 }}")
    _section(sheet, 5, "監査の期間", "{{ 期間 }}")
    names: tuple[str, ...] = ("番号", "実施番号", "部局", "課所等", "方法", "日程", "監査員", "摘要")
    widths = (580, 960, 1200, 1430, 940, 1800, 1460, 880)
    _section(sheet, 6, "内部監査（{{ 内部監査の件数 }}件）")
    sheet.table(widths, (names, _row("内部監査", names, "ccllllll")), heads=1)
    _section(sheet, 7, "外部監査（{{ 外部監査の件数 }}件）")
    sheet.table(widths, (names, _row("外部監査", names, "ccllllll")), heads=1)
    _section(sheet, 8, "全庁を対象とする診断、訓練及び自己点検")
    names = ("番号", "方法", "実施番号", "対象", "日程", "担当")
    sheet.table((600, 2300, 1200, 1100, 2450, 1500), (names, _row("全庁", names, "clclll")), heads=1)
    _section(sheet, 9, "監査員（{{ 監査員の数 }}人）")
    names = ("氏名", "所属", "件数")
    heads = ("氏名", "所属及び職名", "担当件数")
    sheet.table((2400, 5200, 1400), (heads, _row("監査員", names, "llr")), heads=1)
    _section(sheet, 10, "監査員の研修")
    names = ("日付", "区分", "題名", "時間", "人数")
    sheet.table((2100, 1400, 3400, 1000, 1100), (names, _row("研修", names, "lclrr")), heads=1)
    _section(sheet, 11, "その他", "{{ 備考 }}")
    sheet.contact()
    return sheet


@cache
def lap_template(years: int) -> bytes:
    """The template of the plan of a lap of so many years. Raises ValueError for more than a template has fields for."""
    if not 1 <= years <= YEARS_MOST:
        raise ValueError(f"a lap has 1 to {YEARS_MOST} years")
    return medium_term_plan(years).bytes(KINDS["medium_term_plan"].title_ja)


def _head(sheet: Sheet, title: str, under: str) -> None:
    sheet.line("{{ 文書番号 }}", "LetterRight")
    sheet.line("{{ 日付 }}", "LetterRight")
    sheet.line("{{ 策定者 }}", "LetterRight")
    sheet.gap()
    sheet.line(title, "FormTitle")
    sheet.line(under, "LetterTitle")


def _section(sheet: Sheet, number: int, title: str, words: str = "") -> None:
    shown = chr(0xFF10 + number) if number < 10 else str(number)
    sheet.line(f"{shown}　{title}", "LetterHeading")
    if words:
        sheet.line(words, left=LETTER, firstLine=LETTER)


def _matrix(sheet: Sheet, years: int) -> None:
    """課所等と年度の表: one row for each department, one column for each year."""
    _section(sheet, 7, "課所等ごとの計画")
    sheet.line("○は内部監査、「外部」は外部監査を示す。", "TableWords", stays=True)
    places = PLACES[:years]
    heads = ("番号", "コード", "部局", "課所等", *(f"{{{{ {place}の年度 }}}}" for place in places), "摘要")
    names = ("番号", "コード", "部局", "課所等", *places, "摘要")
    widths = (600, 800, 1750, 2600, *[680] * years, 1500)
    sheet.table(widths, (heads, _row("計画表", names, "ccll" + "c" * years + "l")), heads=1)


def _row(list_name: str, names: Sequence[str], shape: str) -> tuple[Box, ...]:
    """The repeated row of a list. `shape`: l, c or r for each cell."""
    sides = {"l": "left", "c": "center", "r": "right"}
    return tuple(Box(f"{{{{ {list_name}.{name} }}}}", align=sides[one]) for name, one in zip(names, shape, strict=True))
