"""Where does what stand on a list of measures? Writer and reader agree here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kansa.core.measures import TESTINGS_JA, TREATMENTS_JA, VENDOR_SUPPORTS_JA, WAY_BACK_JA
from kansa.core.ssvc import EXPOSURE_JA
from kansa.formats.tables.kinds import DATE, PROSE, WHOLE, YEAR
from kansa.formats.tables.spec import CellKind, Column

SCHEMA = 1
SHEET = "対策"
DETAIL_SHEET = "検出一覧"
META_SHEET = "_meta"
HEADER_MARK = "kansa-measure"  # stands in the hidden first column of the header row
HEADER_ROW = 4  # as written; read by the mark, never by number
FILE_BYTES = 2_000_000  # a list of 1,000 measures and 10,000 vulnerabilities has a third of it
META_KEYS = ("schema", "municipality", "department", "fiscal_year", "codes")
CODES_A_CELL = 2_000

# Columns (0-based): hidden ones, locked ones, then the ones to fill in.
CODE, BASE, MARKS, FIRST_LOCKED = 0, 1, 2, 3
LOCKED = (
    ("対策", 34),
    ("種類", 14),
    ("領域", 16),
    ("機器", 22),
    ("未解消の検出", 8),
    ("CVE", 18),
    ("優先度", 16),
    ("優先度の根拠", 40),
    ("進み具合", 12),
)
FIRST_ENTRY = FIRST_LOCKED + len(LOCKED)
DETAILS = (
    ("対策", 34),
    ("資産番号", 14),
    ("システム", 18),
    ("領域", 16),
    ("検出", 44),
    ("場所", 14),
    ("CVE", 18),
    ("深刻さ", 8),
    ("状態", 10),
    ("ツールの示す対策", 50),
)


@dataclass(frozen=True, slots=True)
class EntryColumn:
    """One column to fill in. `words`: code -> what is chosen from a list; without any, `kind` reads the cell."""

    key: str
    header_ja: str
    width: int
    kind: CellKind = PROSE
    words: Mapping[str, str] = field(default_factory=dict)
    most: int = 0  # characters of a text, or the largest number

    def column(self) -> Column:
        """As the readers of cells want it."""
        return Column(self.key, self.header_ja, self.kind, "")


ENTRIES = (
    EntryColumn("treatment", "対応方針", 10, words=TREATMENTS_JA),
    EntryColumn("reason_ja", "選定理由", 34, most=2000),
    EntryColumn("testing", "検証", 16, words=TESTINGS_JA),
    EntryColumn("malfunction_ja", "起こり得る不具合", 30, most=2000),
    EntryColumn("vendor_support", "事業者の動作保証", 14, words=VENDOR_SUPPORTS_JA),
    EntryColumn("downtime_minutes", "停止時間（分）", 9, WHOLE, most=10**6),
    EntryColumn("way_back", "切戻し", 9, words=WAY_BACK_JA),
    EntryColumn("cost_once", "初期費用（円）", 12, WHOLE, most=10**12),
    EntryColumn("cost_yearly", "年額（円）", 12, WHOLE, most=10**12),
    EntryColumn("work_minutes", "作業時間（分）", 9, WHOLE, most=10**6),
    EntryColumn("budget_fiscal_year", "予算年度", 9, YEAR),
    EntryColumn("renewal_on", "更改予定日", 12, DATE),
    EntryColumn("owner_ja", "担当", 16, most=100),
    EntryColumn("due_on", "期限", 12, DATE),
    EntryColumn("residual_exposure", "軽減した後の到達のしやすさ", 18, words=EXPOSURE_JA),
    EntryColumn("residual_ja", "残存リスク", 30, most=2000),
    EntryColumn("review_on", "見直し日", 12, DATE),
)
