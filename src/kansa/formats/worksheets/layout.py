"""Where does what stand on a worksheet? Writer and reader agree here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from kansa.formats.words import CHECKING_METHODS

SCHEMA = 2  # 2: 確認方法, and what was judged when it was written
SHEET = "監査調書"
META_SHEET = "_meta"
CHOICES_NAME = "判定一覧"
METHODS_NAME = "確認方法一覧"
NOT_APPLICABLE_JA = "対象外"
ID_HEADER = "kansa-item"  # marks the header row; stands in the hidden first column
BASE_CHARACTERS = 20_000  # of the state it was written with, in one cell
CODES_A_CELL = 200  # item codes in one cell of the meta sheet (a cell holds 32,767 characters)


# Every way to combine the methods, those with fewest first: Excel's list takes only whole entries.
METHOD_CHOICES = {
    "、".join(CHECKING_METHODS.ja[code] for code in chosen): chosen
    for count in range(1, len(CHECKING_METHODS.ja) + 1)
    for chosen in combinations(CHECKING_METHODS.ja, count)
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: 0-based position by order, width in half-widths."""

    header_ja: str
    width: int
    is_input: bool = False
    is_hidden: bool = False
    is_centred: bool = False


COLUMNS = (
    SheetColumn(ID_HEADER, 10, is_hidden=True),
    SheetColumn("kansa-marks", 10, is_hidden=True),
    SheetColumn("番号", 6, is_centred=True),
    SheetColumn("領域", 14),
    SheetColumn("項目コード", 11),
    SheetColumn("監査項目", 38),
    SheetColumn("着眼点", 30),
    SheetColumn("参照", 16),
    SheetColumn("前年度", 8, is_centred=True),
    SheetColumn("判定", 8, is_input=True, is_centred=True),
    SheetColumn("対象外の理由", 18, is_input=True),
    SheetColumn("確認方法", 14, is_input=True),
    SheetColumn("確認した証拠", 28, is_input=True),
    SheetColumn("監査員", 12, is_input=True),
)
ID, MARKS = 0, 1
FIRST_LOCKED, FIRST_INPUT = 2, 9
JUDGEMENT, REASON, METHODS, EVIDENCE, AUDITOR = 9, 10, 11, 12, 13
