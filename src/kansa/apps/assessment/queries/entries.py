"""What does somebody say about an item: in one value, whichever table or form it comes from?"""

from __future__ import annotations

from dataclasses import dataclass

from kansa.apps.assessment.models import METHODS, AuditorJudgement, Judgement
from kansa.core.three_way import Record
from kansa.core.year import LEVELS
from kansa.formats.words import CHECKING_METHODS

NOT_APPLICABLE_MARK = "N"
FIELDS_JA = {"mark": "判定", "reason_ja": "対象外の理由", "evidence_ja": "確認した証拠", "methods": "確認の方法"}
FIELDS = tuple(FIELDS_JA)
TOGETHER = (("mark", "reason_ja"),)  # a level with the other's reason for 対象外 is nobody's judgement
METHODS_JA = CHECKING_METHODS.ja


@dataclass(frozen=True, slots=True)
class Entry:
    """A judgement as it is typed. `mark`: a level, N for 対象外, "" while nothing is judged."""

    mark: str = ""
    reason_ja: str = ""
    evidence_ja: str = ""
    methods: str = ""  # words of METHODS, joined by commas

    @property
    def state(self) -> str:
        """judged | not_applicable | not_judged."""
        if self.mark == NOT_APPLICABLE_MARK:
            return "not_applicable"
        return "judged" if self.mark else "not_judged"

    @property
    def level(self) -> int | None:
        """The level, None without one."""
        return LEVELS.index(self.mark) if self.state == "judged" else None

    @property
    def mark_ja(self) -> str:
        """The judgement in words."""
        return "対象外" if self.mark == NOT_APPLICABLE_MARK else self.mark or "未判定"

    @property
    def methods_ja(self) -> str:
        """The methods in words."""
        return "、".join(METHODS_JA[one] for one in METHODS if one in self.methods.split(","))

    def as_record(self) -> Record:
        """As core.three_way compares it."""
        return tuple((name, str(getattr(self, name))) for name in FIELDS)

    def columns(self) -> dict[str, object]:
        """As the tables have it; a reason stands only with 対象外."""
        is_left_out = self.state == "not_applicable"
        return {
            "state": self.state,
            "level": self.level,
            "reason_ja": self.reason_ja if is_left_out else "",
            "evidence_ja": self.evidence_ja,
            "methods": self.methods,
        }


def mark_of(state: str, level: int | None) -> str:
    """One character for a judgement: the level, N, or "" while nothing is judged."""
    if state == "judged" and level is not None:
        return LEVELS[level]
    return NOT_APPLICABLE_MARK if state == "not_applicable" else ""


def entry_of(row: Judgement | AuditorJudgement | None) -> Entry:
    """What a row says; an empty entry for none."""
    if row is None:
        return Entry()
    return Entry(mark_of(row.state, row.level), row.reason_ja, row.evidence_ja, row.methods)


def entry_from(values: dict[str, str]) -> Entry:
    """The entry of merged values."""
    return Entry(**{name: values[name] for name in FIELDS})
