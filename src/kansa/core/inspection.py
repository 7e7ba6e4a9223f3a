"""How does a self-inspection go: its states, its promises of privacy, and what does an answer set in the masks?

A promise is kept by what is not stored (docs/adr/0025, 0027); whose answers are counted together says core.cover.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kansa.core.errors import RuleError

PRIVACIES_JA = {
    "identified": "記名",
    "confidential": "秘匿（回答は所属と職種だけと結び付く）",
    "anonymous": "無記名（誰が回答したかも残さない）",
}
PRIVACIES = tuple(PRIVACIES_JA)
STATES_JA = {"draft": "作成中", "approved": "承認済", "open": "実施中", "closed": "終了"}
STATES = tuple(STATES_JA)
ANSWERS_JA = {"yes": "はい", "no": "いいえ", "not_applicable": "該当なし"}
KINDS_JA = {"yes_no": "はい・いいえ", "scale": "段階", "comment": "自由記述"}
COMMENT_LENGTH = 500
LEVEL_COUNTS = (2, 7)  # how many levels a scale may have; three planes hold seven


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state, and the verb that its doer needs."""

    code: str
    from_state: str
    to_state: str
    label_ja: str
    verb: str


MOVES = {
    one.code: one
    for one in (
        Move("approve", "draft", "approved", "承認する", "approve_inspection"),
        Move("withdraw", "approved", "draft", "承認を取り消して直す", "manage_inspection"),
        Move("open", "approved", "open", "開始する", "manage_inspection"),
        Move("close", "open", "closed", "終了して集計する", "manage_inspection"),
    )
}


class Masks(NamedTuple):
    """The answers of one respondent, or of one answer: a bit for each item in each mask.

    A level of a scale is the number 1..7 that the item's bits in the three planes are (plane_0 counts 1); 0 = none.
    """

    met: int
    applicable: int
    answered: int
    plane_0: int = 0
    plane_1: int = 0
    plane_2: int = 0

    @property
    def leveled(self) -> int:
        """Items with a level."""
        return self.plane_0 | self.plane_1 | self.plane_2

    def level(self, bit: int) -> int:
        """The level of an item; 0 = none."""
        return (self.plane_0 >> bit & 1) + 2 * (self.plane_1 >> bit & 1) + 4 * (self.plane_2 >> bit & 1)


NO_ANSWERS = Masks(0, 0, 0)


def answer_bits(answer: str, bit: int, level_count: int = 0, met_from: int = 0) -> Masks:
    """What one answer sets in the masks; for a scale of `level_count` levels the answer is "1" .. "7" or 該当なし.

    A level is met from `met_from`; with 0 it is neither met nor applicable: the item is outside the compliance rate.

    >>> answer_bits("no", 3)[:3], answer_bits("2", 0, level_count=5, met_from=4)
    ((0, 8, 8), Masks(met=0, applicable=1, answered=1, plane_0=0, plane_1=1, plane_2=0))
    """
    mask = 1 << bit
    if answer == "not_applicable":
        return Masks(0, 0, mask)
    if not level_count:
        if answer not in ANSWERS_JA:
            raise RuleError("no_such_answer", "はい・いいえ・該当なしのいずれかを選んでください。")
        return Masks(mask if answer == "yes" else 0, mask, mask)
    if answer not in {str(level) for level in range(1, level_count + 1)}:
        raise RuleError("no_such_answer", "示された段階又は該当なしのいずれかを選んでください。")
    level = int(answer)
    planes = (mask if level >> place & 1 else 0 for place in range(3))
    return Masks(mask if 0 < met_from <= level else 0, mask if met_from else 0, mask, *planes)


def answer_of(masks: Masks, bit: int) -> str:
    """The answer that the masks hold; "" for none.

    >>> answer_of(Masks(0, 8, 8), 3), answer_of(answer_bits("2", 0, level_count=5), 0)
    ('no', '2')
    """
    if not masks.answered >> bit & 1:
        return ""
    level = masks.level(bit)
    if level:
        return str(level)
    return "yes" if masks.met >> bit & 1 else "no" if masks.applicable >> bit & 1 else "not_applicable"
