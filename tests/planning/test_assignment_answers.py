"""Does an impossible year name the right culprit and a way out, and do explanations and new plans say what is true?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.core.independence import Post
from kansa.planning.assignment.checker.breaches import blocking
from kansa.planning.assignment.checker.costs import faults
from kansa.planning.assignment.explain import why_not, why_this_team
from kansa.planning.assignment.greedy import greedy
from kansa.planning.assignment.repair import why_impossible
from kansa.planning.assignment.replan import difference, replan
from kansa.planning.assignment.solve import assign
from kansa.planning.assignment.values import AssignmentCase, AssignmentRules, Auditor, AuditTask, Pair, Team
from kansa.planning.calendar.slots import Slot
from kansa.planning.program import Search
from tests.planning.staffed_city import YEAR, staffed_city
from tests.planning.test_assignment import SLOTS, case_of, person

# --- impossible years: planted contradictions -------------------------------------------------------------------------


def test_nobody_with_experience() -> None:
    people = [person("1", "C", is_experienced=False), person("2", "D", is_experienced=False)]
    found = why_impossible(case_of(people, "A", "B"))
    assert (found.rules, found.is_minimal) == (("experienced",), True)
    assert [(step.rule, step.task_code, step.price) for step in found.steps] == [
        ("experienced", "I-A", 30),
        ("experienced", "I-B", 30),
    ]
    assert (found.price, found.is_cheapest, found.unnamed) == (60, True, ())
    assert "経験者" in found.steps[0].words_ja
    assert found.where
    assert {rule for rule, _task, _person in found.where} == {"experienced"}


def test_two_who_would_audit_each_other_or_nobody() -> None:
    """1 of A and 2 of B, audits at A and B: own departments leave only the mutual audit, or teams with nobody."""
    found = why_impossible(case_of([person("1", "A"), person("2", "B")], "A", "B"))
    assert set(found.rules) == {"mutual_audit", "team_size"}
    assert {(step.rule, step.staff_number) for step in found.steps} == {("mutual_audit", "1"), ("mutual_audit", "2")}
    assert (found.price, found.is_cheapest, found.unnamed) == (40, True, ())


def test_the_only_free_person_was_there_last_year() -> None:
    found = why_impossible(case_of([person("1", "A"), person("2", "C", (YEAR - 1, "A"))], "A"))
    assert "former_post" in found.rules
    assert len(found.rules) == 2  # and one of: the team's size, its lead, its experience
    assert [(step.rule, step.staff_number, step.price) for step in found.steps] == [("former_post", "2", 50)]


def test_own_limits_are_too_small() -> None:
    found = why_impossible(case_of([person("1", "C", max_audits=1), person("2", "D", max_audits=1)], "A", "B", "C"))
    assert "max_audits" in found.rules
    assert [step.rule for step in found.steps if step.rule == "max_audits"] == ["max_audits"]
    assert found.unnamed == ()


def test_a_slot_has_to_be_cleared() -> None:
    """Both free in different halves: clearing one slot of one person is enough, 20."""
    people = [person("1", "C", busy_slots=frozenset({"2"})), person("2", "D", busy_slots=frozenset({"1"}))]
    found = why_impossible(case_of(people, "A", rules=AssignmentRules(), slots=SLOTS))
    assert "availability" in found.rules
    assert (found.price, found.is_cheapest, found.unnamed) == (20, True, ())
    assert "１件空ける" in found.steps[0].words_ja


def test_an_audit_gets_one_more_slot() -> None:
    """Both auditors are free only in the afternoon, the department only in the morning: 20 instead of 40."""
    people = [person("1", "C", busy_slots=frozenset({"1"})), person("2", "D", busy_slots=frozenset({"1"}))]
    case = case_of(people, "A", rules=AssignmentRules(), slots=SLOTS)
    case = replace(case, tasks=(replace(case.tasks[0], slots=frozenset({"1"})),))
    found = why_impossible(case)
    assert [step.words_ja for step in found.steps] == ["監査「I-A」の日程を１件増やす（10月1日午後）。"]
    assert (found.price, found.is_cheapest) == (20, True)


def test_slots_hold_too_few() -> None:
    tight = tuple(Slot(str(n), date(YEAR, 10, n), "am", capacity=1) for n in (1, 2))
    people = [person(str(n), "D") for n in range(3)]
    found = why_impossible(case_of(people, "A", "B", "C", slots=tight))
    assert (found.rules, found.is_minimal) == (("capacity",), True)
    assert [(step.rule, step.amount, step.price) for step in found.steps] == [("capacity", 1, 20)]
    assert found.unnamed == ()


def test_a_fixed_pair_that_cannot_be() -> None:
    case = case_of([person("1", "A"), person("2", "D")], "A", "B", fixed=(Pair("1", "I-A"),))
    found = why_impossible(case)
    assert found.rules == ("fixed",)
    assert [step.words_ja for step in found.steps] == ["監査員「職員1」の監査「I-A」への固定を外す。"]


def test_a_rule_without_a_price_is_never_given_up() -> None:
    people = [person("1", "C", is_experienced=False), person("2", "D", is_experienced=False)]
    prices = {rule: price for rule, price in AssignmentRules().repair_prices.items() if rule != "experienced"}
    found = why_impossible(case_of(people, "A", rules=AssignmentRules(team_size=1, repair_prices=prices)))
    assert (found.steps, found.price) == ((), None)


def test_a_year_that_has_a_plan_needs_no_way_out() -> None:
    found = why_impossible(staffed_city(0))
    assert (found.rules, found.steps, found.price, found.is_cheapest) == ((), (), 0, True)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6))
def test_whatever_is_repaired_the_checker_finds_nothing_more(seed: int) -> None:
    case = staffed_city(seed, 6, 5, 4, 4, 50)
    plan, found = assign(case, Search(seconds=20)), why_impossible(case)
    assert found.unnamed == ()
    assert found.price is not None
    if plan.status == "optimal":
        assert found.price == 0 or not found.is_cheapest
    else:
        assert found.price > 0
        assert found.rules
        assert blocking(case, found.teams) != ()


# --- explanations ---------------------------------------------------------------------------------------------------


def two_by_two() -> AssignmentCase:
    """1 was at A last year; 2 and 3 may go anywhere, 3 would rather not to B."""
    people = [
        person("1", "C", (YEAR - 1, "A")),
        person("2", "D", preferred_departments=frozenset({"A"})),
        person("3", "D", avoided_departments=frozenset({"B"})),
    ]
    return case_of(people, "A", "B")


def test_why_not_the_one_who_was_there() -> None:
    case = two_by_two()
    plan = assign(case)
    answer = why_not(case, plan, "1", "I-A", Search(seconds=5))
    assert [breach.rule for breach in answer.breaches if breach.rule != "load"] == ["former_post"]
    assert answer.extra_cost is None
    assert "すべての規則を満たす割当はありません" in answer.words_ja[-1]


def test_why_not_another_says_what_it_would_cost() -> None:
    """Best: 2 at A (-3) and 1 at B (0). With 3 at B it is 6 more."""
    case = two_by_two()
    plan = assign(case)
    answer = why_not(case, plan, "3", "I-B", Search(seconds=5))
    assert (answer.instead_of, answer.extra_cost, answer.is_proved) == ("1", 6, True)
    assert "費用が6増えます" in answer.words_ja[-1]


def test_why_this_team() -> None:
    case = two_by_two()
    plan = assign(case)
    words = "".join(why_this_team(case, plan, "I-A"))
    assert "希望した所属（費用-3）" in words
    assert "証明されています" in words
    assert why_not(case, plan, "2", "I-A").is_assigned


def test_a_question_about_nobody_is_refused() -> None:
    case = two_by_two()
    with pytest.raises(InputError):
        why_not(case, assign(case), "9", "I-A")


# --- a new plan with few changes ------------------------------------------------------------------------------------


def test_one_drops_out_and_one_replaces() -> None:
    case = staffed_city(2)
    before = assign(case)
    gone = next(one for one in case.auditors if sum(one.staff_number in t.staff_numbers for t in before.teams) == 1)
    now = replace(case, auditors=tuple(one for one in case.auditors if one != gone))
    plan, changes = replan(now, before.teams)
    assert faults(replace(now, previous=before.teams), plan) == ()
    assert sum(len(change.joined) for change in changes) <= 2
    hit = next(change for change in changes if gone.staff_number in change.left)
    assert hit.kind == "changed"
    assert any(gone.staff_number in reason for reason in hit.reasons_ja)


def test_nothing_changes_when_nothing_happened() -> None:
    case = staffed_city(4)
    before = assign(case)
    _plan, changes = replan(case, before.teams)
    assert changes == ()


def test_a_move_on_1_april_is_seen_with_its_reason() -> None:
    """2 audits A and moves to A: 3 takes over; B stays with 1."""
    people = [person("1", "C"), person("2", "D"), person("3", "D")]
    before = (Team("I-A", ("2",), None, "2"), Team("I-B", ("1",), None, "1"))
    moved = case_of([people[0], replace(people[1], posts=(Post(YEAR, "A"),)), people[2]], "A", "B")
    _plan, changes = replan(moved, before)
    assert [(change.task_code, change.left, change.joined) for change in changes] == [("I-A", ("2",), ("3",))]
    assert "本人の所属" in changes[0].reasons_ja[0]


def test_fixed_pairs_stay_when_all_else_may_move() -> None:
    case = staffed_city(5)
    before = assign(case)
    fixed = tuple(Pair(number, team.task_code) for team in before.teams[:10] for number in team.staff_numbers)
    other = assign(replace(case, fixed=fixed, rules=replace(case.rules, travel_weight=0, preferred_weight=50)))
    kept = {team.task_code: team.staff_numbers for team in other.teams}
    assert all(kept[team.task_code] == team.staff_numbers for team in before.teams[:10])


def test_added_and_dropped_audits() -> None:
    old, new = (Team("X", ("1",)),), (Team("Y", ("1",)),)
    assert [(change.task_code, change.kind) for change in difference(old, new)] == [("X", "dropped"), ("Y", "added")]


def test_the_baseline_fills_what_it_can() -> None:
    case = staffed_city(0)
    teams = greedy(case)
    assert len(teams) == len(case.tasks)
    assert not {one.rule for one in blocking(case, teams)} & {"own_department", "former_post", "mutual_audit"}
    alone = AssignmentCase(
        YEAR, (Auditor("1", "甲", (Post(YEAR, "A"),)),), (AuditTask("I", "A"),), departments={"A": "甲課"}
    )
    assert greedy(alone)[0].staff_numbers == ()
