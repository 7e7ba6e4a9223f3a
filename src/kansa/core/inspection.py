"""How does a self-inspection go: its states, its promises of privacy, and whose answers are counted together?

A promise is kept by what is not stored (docs/adr/0025). Departments with fewer people than k would give a person away
by the department alone, so in the modes that keep the person apart their answers are counted in a larger one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kansa.core.errors import RuleError

PRIVACIES_JA = {
    "identified": "記名",
    "confidential": "秘匿（回答は所属だけと結び付く）",
    "anonymous": "無記名（誰が回答したかも残さない）",
}
PRIVACIES = tuple(PRIVACIES_JA)
STATES_JA = {"draft": "作成中", "approved": "承認済", "open": "実施中", "closed": "終了"}
STATES = tuple(STATES_JA)
ANSWERS_JA = {"yes": "はい", "no": "いいえ", "not_applicable": "該当なし"}


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


def answer_bits(answer: str, bit: int) -> tuple[int, int, int]:
    """met, applicable, answered: what one answer sets in the three masks.

    >>> answer_bits("no", 3)
    (0, 8, 8)
    """
    if answer not in ANSWERS_JA:
        raise RuleError("no_such_answer", "はい・いいえ・該当なしのいずれかを選んでください。")
    mask = 1 << bit
    return (mask if answer == "yes" else 0), (0 if answer == "not_applicable" else mask), mask


def answer_of(masks: tuple[int, int, int], bit: int) -> str:
    """The answer that the masks (met, applicable, answered) hold; "" for none.

    >>> answer_of((0, 8, 8), 3)
    'no'
    """
    met, applicable, answered = (mask >> bit & 1 for mask in masks)
    if not answered:
        return ""
    return "yes" if met else "no" if applicable else "not_applicable"


def counted_together(people: Mapping[int, int], bureaus: Mapping[int, str], k: int) -> dict[int, int]:
    """Department -> the department its answers are counted in, which has at least k people (each key: a department).

    A department of fewer than k goes to the smallest one of its bureau that has k, else of the whole city; ties go by
    key. Raises RuleError when no department has k people.

    >>> counted_together({1: 2, 2: 9, 3: 7}, {1: "総務部", 2: "総務部", 3: "市民部"}, 5)
    {1: 2, 2: 2, 3: 3}
    """
    large = sorted((count, key) for key, count in people.items() if count >= k)
    found: dict[int, int] = {}
    for key, count in sorted(people.items()):
        if count >= k:
            found[key] = key
            continue
        if not large:
            reason = f"対象者が{k}人以上の所属がないため、回答者が分かってしまいます。「記名」で実施してください。"
            raise RuleError("too_few_people", reason)
        near = [one for _, one in large if bureaus[one] == bureaus[key]]
        found[key] = (near or [one for _, one in large])[0]
    return found
