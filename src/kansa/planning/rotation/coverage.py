"""In one paragraph of a document: is every department reached once a lap, and if not, why not?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from kansa.core.fiscal import official_digits
from kansa.planning.rotation.values import Breach, Coverage

STATES_JA = {
    "internal": "内部監査を行うもの",
    "external": "外部監査を一巡に数えるもの",
    "predecessor": "改編前の課所等で監査を終えたもの",
    "closed": "監査の前に廃止されるもの",
    "later": "一巡の後に置かれるもの",
    "excluded": "対象としないと定めたもの",
    "missing": "理由なく計画にないもの",
}


def coverage_ja(proofs: Iterable[Coverage], found: Iterable[Breach]) -> str:
    """How many departments there are, what becomes of them, and how many rules are broken. "" without departments."""
    counts = Counter(one.state for one in proofs)
    if not counts:
        return ""
    total = official_digits(sum(counts.values()))
    parts = "、".join(f"{words}{official_digits(counts[state])}" for state, words in STATES_JA.items() if counts[state])
    broken = sum(1 for _ in found)
    told = f"条件に合わない所が{official_digits(broken)}件ある。" if broken else "条件に合わない所はない。"
    return f"一巡の間に置かれる課所等は{total}で、{parts}である。計画を作る計算とは別のしくみで確かめた。{told}"
