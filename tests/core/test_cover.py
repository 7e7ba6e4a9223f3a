"""Is nobody alone where answers are stored by department and job type?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.cover import Cell, counted_as, cover_cells
from kansa.core.errors import RuleError
from kansa.core.inspection import NO_ANSWERS, Masks, answer_bits, answer_of
from kansa.core.job_types import joined, labels_of

LABELS = st.sets(st.sampled_from(["保育士", "システム管理者", "個人番号利用事務"]), max_size=3).map(joined)
PEOPLE = st.dictionaries(st.tuples(st.integers(1, 12), LABELS), st.integers(1, 12), min_size=1, max_size=25)


def test_one_system_manager_in_each_department_is_counted_with_the_others_of_the_bureau() -> None:
    """Worked by hand, k = 3: three managers of 総務部 pool under department 1; the one of 市民部 has no other cover."""
    people = {(1, "管理者"): 1, (2, "管理者"): 1, (3, "管理者"): 1, (4, "管理者"): 1, (1, ""): 9, (4, ""): 9}
    bureaus = {1: "総務部", 2: "総務部", 3: "総務部", 4: "市民部"}
    found = cover_cells(people, bureaus, 3)
    assert {found[department, "管理者"] for department in (1, 2, 3, 4)} == {(1, "管理者")}
    assert found[1, ""] == (1, "") and found[4, ""] == (4, "")


def test_a_rare_combination_loses_first_what_no_item_asks_and_then_the_rarest() -> None:
    """Worked by hand, k = 5: no item asks 保育士, so those two are asked as 管理者; 番号 is rarer than 管理者."""
    people = {"": 30, "管理者": 6, "保育士": 20, "保育士、管理者": 2, "番号、管理者": 1, "番号": 1}
    found = counted_as(people, 5, {"管理者", "番号"})
    assert found["保育士、管理者"] == "管理者" and found["番号、管理者"] == "管理者" and found["番号"] == ""


def test_people_without_a_job_type_are_not_left_alone() -> None:
    assert counted_as({"": 1, "事務": 6, "保育士": 9}, 5) == {"": "", "事務": "", "保育士": "保育士"}


@given(PEOPLE, st.integers(1, 8), st.sets(st.sampled_from(["保育士", "システム管理者"])))
def test_no_cell_that_is_stored_has_fewer_than_k_people(people: dict[Cell, int], k: int, addressed: set[str]) -> None:
    """Which also bounds whoever looks at the answered items: all of a cell are asked as its job type."""
    bureaus = {department: f"部{department % 3}" for department, _job_type in people}
    if sum(people.values()) < k:
        with pytest.raises(RuleError):
            cover_cells(people, bureaus, k, addressed)
        return
    sums: dict[Cell, int] = {}
    found = cover_cells(people, bureaus, k, addressed)
    for own, other in found.items():
        sums[other] = sums.get(other, 0) + people[own]
        assert set(labels_of(other[1])) <= set(labels_of(own[1]))  # nobody is asked another's items
    assert found.keys() == people.keys() and min(sums.values()) >= k


@given(st.lists(st.integers(0, 7), min_size=1, max_size=20), st.integers(2, 7), st.integers(0, 7))
def test_levels_are_read_back_from_their_planes(levels: list[int], level_count: int, met_from: int) -> None:
    """0 stands for 該当なし. Met are the levels from the rule on; without a rule the item is in no mask of the rate."""
    levels = [min(level, level_count) for level in levels]
    met_from = min(met_from, level_count)
    masks = NO_ANSWERS
    for bit, level in enumerate(levels):
        one = answer_bits(str(level) if level else "not_applicable", bit, level_count, met_from)
        masks = Masks(*(mask | more for mask, more in zip(masks, one, strict=True)))
    for bit, level in enumerate(levels):
        assert answer_of(masks, bit) == (str(level) if level else "not_applicable")
        assert (masks.applicable >> bit & 1) == (level > 0 and met_from > 0)
        assert (masks.met >> bit & 1) == (0 < met_from <= level)


@pytest.mark.parametrize("answer", ["0", "6", "yes", "", "１"])
def test_what_is_no_level_is_refused(answer: str) -> None:
    with pytest.raises(RuleError):
        answer_bits(answer, 0, level_count=5)
