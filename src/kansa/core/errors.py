"""Which things can go wrong that a person can mend, and where did they happen?"""

from __future__ import annotations

from dataclasses import dataclass

# Code and reason when somebody saved what the person has open: nothing of either is lost.
CHANGED_MEANWHILE = (
    "changed_meanwhile",
    "開いている間に、ほかの人が保存しました。「今の内容」と見比べ、必要な所を直して、もう一度保存してください。",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault lies, in the words a person sees on the screen or in Excel."""

    file: str = ""
    sheet: str = ""
    row: int = 0
    column: str = ""

    def ja(self) -> str:
        """The place in one Japanese phrase; empty when nothing is known."""
        parts = []
        if self.file:
            parts.append(f"ファイル「{self.file}」")
        if self.sheet:
            parts.append(f"シート「{self.sheet}」")
        if self.row:
            parts.append(f"{self.row}行目")
        if self.column:
            parts.append(f"「{self.column}」")
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One thing that was not accepted: a stable code, the reason in Japanese, its place."""

    code: str
    reason_ja: str
    place: Place = Place()

    def ja(self) -> str:
        """Place and reason in one line."""
        where = self.place.ja()
        return f"{where}：{self.reason_ja}" if where else self.reason_ja


class KansaError(Exception):
    """A fault that is told to the person, never a bug."""


class InputError(KansaError):
    """The person can mend the input: every refusal has its place."""

    def __init__(self, *refusals: Refusal) -> None:
        self.refusals = refusals
        super().__init__("\n".join(refusal.ja() for refusal in refusals))


class RuleError(KansaError):
    """The act is not allowed in this state or for this person."""

    def __init__(self, code: str, reason_ja: str) -> None:
        self.code = code
        self.reason_ja = reason_ja
        super().__init__(reason_ja)


class NotComputable(KansaError):
    """A figure has no value: a named reason instead of 0 or -1."""

    def __init__(self, code: str, reason_ja: str) -> None:
        self.code = code
        self.reason_ja = reason_ja
        super().__init__(reason_ja)


class NothingJudged(NotComputable):
    """No judgement or no applicable answer: the denominator is zero."""

    def __init__(self, reason_ja: str = "判定がないため算出できない") -> None:
        super().__init__("nothing_judged", reason_ja)
