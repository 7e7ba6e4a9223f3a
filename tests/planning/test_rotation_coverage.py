"""Does the paragraph of the document add up, and does it hide nothing?"""

from __future__ import annotations

from kansa.planning.rotation.coverage import coverage_ja
from kansa.planning.rotation.values import Breach, Coverage


def proof(state: str, count: int) -> list[Coverage]:
    return [Coverage(f"{state}{number}", "課", state, None, "") for number in range(count)]


def test_every_department_stands_in_one_group() -> None:
    # 12 + 1 + 2 = 15 departments.
    told = coverage_ja([*proof("internal", 12), *proof("excluded", 1), *proof("closed", 2)], [])
    assert told == (
        "一巡の間に置かれる課所等は15で、内部監査を行うもの12、監査の前に廃止されるもの２、"
        "対象としないと定めたもの１である。計画を作る計算とは別のしくみで確かめた。条件に合わない所はない。"
    )


def test_what_is_broken_is_told() -> None:
    breach = Breach("once", "101", None, "第101課がどの年度にも計画されていません。", True)
    told = coverage_ja(proof("missing", 1), [breach])
    assert "理由なく計画にないもの１" in told
    assert told.endswith("条件に合わない所が１件ある。")


def test_a_lap_without_departments_claims_nothing() -> None:
    assert coverage_ja([], []) == ""
