"""Does the last visit follow a department through its reorganisations? Worked examples, one for each kind of change."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.core.year import Succession
from kansa.planning.rotation.past import History, Visit, closed_reason_ja, histories

LAP = 2023  # the lap is FY2023 to FY2025; the question is asked on 1 April of a year


def history(
    code: str,
    *changes: tuple[int, str, str, str],
    visits: dict[str, int],
    year: int = 2025,
    staff: dict[str, int] | None = None,
    external: tuple[str, int] | None = None,
    counts: bool = False,
) -> History:
    """The history of one code; visits are internal."""
    made = [Visit(visited, when) for visited, when in visits.items()]
    if external is not None:
        made.append(Visit(*external, "external_audit"))
    successions = [Succession(*change) for change in changes]
    return histories([code], year, LAP, made, successions, staff, counts)[code]


def test_without_reorganisation() -> None:
    assert history("A", visits={"A": 2021}) == History(last_audited_year=2021)
    assert history("A", visits={"A": 2023}) == History(own_years=(2023,))
    assert history("A", visits={"A": 2025}) == History()  # this year's is still to come


def test_a_renamed_department_inherits() -> None:
    renamed = (2024, "renamed", "A", "B")
    assert history("B", renamed, visits={"A": 2021}) == History(last_audited_year=2021)
    assert history("B", renamed, visits={"A": 2023}) == History(covered_in=2023)
    assert history("C", renamed, (2025, "renamed", "B", "C"), visits={"A": 2023}) == History(covered_in=2023)


def test_a_merged_department_has_the_oldest_visit_of_its_parts() -> None:
    merged = ((2024, "merged", "A", "C"), (2024, "merged", "B", "C"))
    assert history("C", *merged, visits={"A": 2020, "B": 2022}).last_audited_year == 2020


@pytest.mark.parametrize(("staff_of_a", "covered_in"), [(10, 2023), (11, 2023), (9, None)])
def test_a_merged_department_is_reached_when_half_of_its_staff_was(staff_of_a: int, covered_in: int | None) -> None:
    merged = ((2024, "merged", "A", "C"), (2024, "merged", "B", "C"))
    found = history("C", *merged, visits={"A": 2023, "B": 2021}, staff={"A": staff_of_a, "B": 10})
    assert found == History(last_audited_year=2021, covered_in=covered_in)


def test_parts_of_unknown_size_weigh_the_same() -> None:
    merged = tuple((2024, "merged", code, "Z") for code in "ABC")
    assert history("Z", *merged, visits={"A": 2023}, staff={"A": 90}).covered_in is None
    assert history("Z", *merged, visits={"A": 2023, "B": 2023}).covered_in == 2023


def test_a_department_that_takes_another_in_is_a_part_itself() -> None:
    merged = (2024, "merged", "B", "A")
    own = history("A", merged, visits={"A": 2023, "B": 2020}, staff={"A": 20, "B": 5})
    assert own == History(last_audited_year=2020, own_years=(2023,))
    swallowed = history("A", merged, visits={"A": 2023, "B": 2020}, staff={"A": 5, "B": 20})
    assert swallowed == History(last_audited_year=2020)


def test_split_departments_both_inherit() -> None:
    split = ((2024, "split", "A", "B"), (2024, "split", "A", "C"))
    for code in "BC":
        assert history(code, *split, visits={"A": 2022}) == History(last_audited_year=2022)
        assert history(code, *split, visits={"A": 2023}) == History(covered_in=2023)


def test_a_department_that_loses_a_part_keeps_its_visits() -> None:
    assert history("A", (2024, "split", "A", "B"), visits={"A": 2023}) == History(own_years=(2023,))


def test_new_and_closed_departments_have_nothing() -> None:
    assert history("N", visits={"A": 2021}) == History()
    assert history("A", (2024, "closed", "A", ""), visits={"A": 2021}) == History()


def test_a_later_change_is_not_known_yet() -> None:
    assert history("B", (2025, "renamed", "A", "B"), visits={"A": 2021}, year=2024) == History()


def test_codes_handed_on_in_a_chain_on_one_day() -> None:
    changes = ((2024, "renamed", "A", "B"), (2024, "renamed", "B", "C"))
    found = histories(
        ["A", "B", "C"], 2025, LAP, [Visit("A", 2020), Visit("B", 2021)], [Succession(*c) for c in changes]
    )
    assert found == {"A": History(), "B": History(last_audited_year=2020), "C": History(last_audited_year=2021)}


def test_external_audits_are_visits_only_where_they_count() -> None:
    assert history("A", visits={}, external=("A", 2021)) == History(last_external_year=2021)
    assert history("A", visits={}, external=("A", 2021), counts=True) == History(2021, 2021)
    assert history("A", visits={}, external=("A", 2023)) == History(own_external_years=(2023,))
    renamed = (2024, "renamed", "A", "B")
    assert history("B", renamed, visits={}, external=("A", 2023)).covered_in is None
    assert history("B", renamed, visits={}, external=("A", 2023), counts=True).covered_in == 2023


def test_why_a_department_left() -> None:
    changes = [Succession(2024, "merged", "A", "C"), Succession(2024, "closed", "B", "")]
    assert closed_reason_ja(changes, "A", 2024, {"C": "市民課"}) == "「市民課」に統合"
    assert closed_reason_ja(changes, "B", 2024, {}) == "廃止"
    assert closed_reason_ja(changes, "C", 2024, {}) == ""


@pytest.mark.parametrize(
    ("changes", "code", "row"),
    [
        ([(2024, "renamed", "A", "A")], "own_successor", 1),
        ([(2024, "renamed", "A", "B"), (2024, "renamed", "B", "A")], "circle", 0),
        ([(2024, "renamed", "A", "B"), (2024, "renamed", "A", "B")], "succession_twice", 2),
        ([(2024, "sold", "A", "B")], "succession_kind", 1),
        ([(2024, "closed", "A", "B")], "successor", 1),
        ([(2024, "merged", "A", "")], "successor", 1),
    ],
)
def test_impossible_successions_are_refused(changes: list[tuple[int, str, str, str]], code: str, row: int) -> None:
    with pytest.raises(InputError) as refused:
        histories(["A"], 2025, LAP, (), [Succession(*change) for change in changes])
    assert (code, row) in {(one.code, one.place.row) for one in refused.value.refusals}
    assert all(one.place.sheet == "組織改編" for one in refused.value.refusals)


def test_going_back_to_the_old_name_later_is_no_circle() -> None:
    changes = ((2023, "renamed", "A", "B"), (2024, "renamed", "B", "A"))
    assert history("A", *changes, visits={"A": 2021}) == History(last_audited_year=2021)


names = st.sampled_from("ABCDE")


@given(
    st.lists(st.tuples(names, st.integers(2018, 2024)), max_size=8, unique=True),
    st.lists(st.tuples(st.integers(2019, 2025), names, names), max_size=5, unique=True),
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_nothing_is_invented(visits: list[tuple[str, int]], changes: list[tuple[int, str, str]]) -> None:
    """Every year that is told is the year of some visit, on the right side of the lap's beginning."""
    successions = [Succession(year, "merged", before, after) for year, before, after in changes if before < after]
    found = histories("ABCDE", 2025, LAP, [Visit(*visit) for visit in visits], successions)
    made = {year for _, year in visits}
    for one in found.values():
        told = [one.last_audited_year, one.covered_in, *one.own_years]
        assert {year for year in told if year is not None} <= made
        assert one.last_audited_year is None or one.last_audited_year < LAP
        assert one.covered_in is None or one.covered_in >= LAP
        assert not (one.own_years and one.covered_in is not None)
