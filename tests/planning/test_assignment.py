"""Are auditors sent where they may, as cheaply as can be, and does the checker find every broken rule?

Worked by hand first: three departments, a handful of people. Then any city against trying everything and the checker.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.core.independence import Post
from kansa.core.year import Succession
from kansa.planning.assignment.asking import input_sha256, settled
from kansa.planning.assignment.candidates import candidates
from kansa.planning.assignment.checker.breaches import blocking, check
from kansa.planning.assignment.checker.costs import faults, slot_cost, team_cost
from kansa.planning.assignment.checker.standing import Standing
from kansa.planning.assignment.solve import assign
from kansa.planning.assignment.values import (
    AssignmentCase,
    AssignmentRules,
    Auditor,
    AuditTask,
    FixedSlot,
    Pair,
    Team,
    Travel,
)
from kansa.planning.calendar.slots import Slot
from kansa.planning.program import Progress, Search
from tests.planning.staffed_city import YEAR, shuffled, staffed_city

NAMES = {"A": "総務課", "B": "税務課", "C": "市民課", "D": "福祉課"}
SLOTS = (Slot("1", date(YEAR, 10, 1), "am"), Slot("2", date(YEAR, 10, 1), "pm"))


def person(number: str, own: str, *former: tuple[int, str], **told: object) -> Auditor:
    """An experienced auditor of one department."""
    posts = (Post(YEAR, own), *(Post(year, code) for year, code in former))
    facts: dict[str, object] = {"is_experienced": True}
    return Auditor(number, f"職員{number}", posts, **{**facts, **told})  # type: ignore[arg-type]


def wishing(number: str, own: str, wish: str, *former: tuple[int, str]) -> Auditor:
    """An auditor who would like to audit one department: without the rule under test the plan would say so."""
    return person(number, own, *former, preferred_departments=frozenset({wish}))


def case_of(people: list[Auditor], *departments: str, **told: object) -> AssignmentCase:
    """One audit for every department named; teams of one unless the rules say otherwise."""
    rules = told.pop("rules", AssignmentRules(team_size=1))
    tasks = tuple(AuditTask(f"I-{code}", code) for code in departments)
    return AssignmentCase(YEAR, tuple(people), tasks, rules, departments=NAMES, **told)  # type: ignore[arg-type]


def sent(case: AssignmentCase) -> dict[str, tuple[str, ...]]:
    """Who goes where, after the checker agreed."""
    plan = assign(case)
    assert plan.status == "optimal", plan
    assert faults(case, plan) == ()
    return {team.task_code: team.staff_numbers for team in plan.teams}


def test_a_year_without_audits_and_one_without_anybody() -> None:
    assert (assign(case_of([person("1", "A")])).status, assign(case_of([person("1", "A")])).teams) == ("optimal", ())
    assert assign(case_of([], "A")).status == "infeasible"
    assert assign(case_of([person("1", "A")], "A")).status == "infeasible"


def test_nobody_audits_the_own_department() -> None:
    assert sent(case_of([person("1", "A"), person("2", "C")], "A", "B"))["I-A"] == ("2",)


def test_a_former_post_counts_for_three_years() -> None:
    """1 was at A three years ago, so 2, who was there four years ago, goes, although both would rather not swap."""
    people = [wishing("1", "C", "A", (YEAR - 3, "A")), wishing("2", "D", "B", (YEAR - 4, "A"))]
    assert sent(case_of(people, "A", "B")) == {"I-A": ("2",), "I-B": ("1",)}


def test_a_former_post_follows_the_merger() -> None:
    """X was merged into A on 1 April of the year before: who worked at X two years ago worked at what A now is."""
    people = [wishing("1", "C", "A", (YEAR - 2, "X")), wishing("2", "D", "B")]
    merger = (Succession(YEAR - 1, "merged", "X", "A"), Succession(YEAR - 1, "merged", "Y", "A"))
    assert sent(case_of(people, "A", "B", successions=merger)) == {"I-A": ("2",), "I-B": ("1",)}


def test_departments_do_not_audit_each_other() -> None:
    """A's person wishes for B and B's for A: only one of them can have the wish, 3 less instead of 6."""
    case = case_of([wishing("1", "A", "B"), wishing("2", "B", "A"), person("3", "D")], "A", "B", "C")
    teams = sent(case)
    assert not (teams["I-B"] == ("1",) and teams["I-A"] == ("2",))
    assert assign(case).objective == -case.rules.preferred_weight


def test_a_head_forbids_where_others_only_warn() -> None:
    soft = AssignmentRules(team_size=1, mutual_audit_rule="warn")
    people = [person("1", "A"), person("2", "B")]
    plan = assign(case_of(people, "A", "B", rules=soft))
    assert (plan.status, plan.objective) == ("optimal", soft.warning_weight)
    heads = [person("1", "A", is_head=True), person("2", "B")]
    assert assign(case_of(heads, "A", "B", rules=soft)).status == "infeasible"
    assert assign(case_of(people, "A", "B")).status == "infeasible"


def test_each_team_has_one_with_experience_one_trained_and_a_lead() -> None:
    rules = AssignmentRules()
    people = [
        person("1", "C", may_lead=False),
        person("2", "C", is_experienced=False),
        person("3", "D", is_trained=False, may_lead=False),
        person("4", "D", is_experienced=False),
    ]
    plan = assign(case_of(people, "A", "B", rules=rules))
    assert blocking(case_of(people, "A", "B", rules=rules), plan.teams) == ()
    assert {team.lead for team in plan.teams} == {"2", "4"}


def test_work_is_spread_evenly_and_own_limits_are_kept() -> None:
    people = [person("1", "D"), person("2", "D"), person("3", "D", max_audits=0)]
    numbers = sorted(number for team in sent(case_of(people, "A", "B", "C")).values() for number in team)
    assert numbers in (["1", "1", "2"], ["1", "2", "2"])


def test_the_nearer_and_the_wished_are_chosen() -> None:
    """60 minutes cost 6, a wish met is 3 less, an avoided department 6 more: 1 to A and 2 to B costs 6 - 3."""
    people = [
        person("1", "C", site="北", avoided_departments=frozenset({"B"})),
        person("2", "D", site="南", preferred_departments=frozenset({"B"})),
    ]
    case = case_of(people, "A", "B", travel=(Travel("北", "南", 60),))
    case = replace(case, tasks=(replace(case.tasks[0], site="南"), replace(case.tasks[1], site="南")))
    plan = assign(case)
    assert (plan.objective, plan.gap) == (3, 0)
    assert sent(case) == {"I-A": ("1",), "I-B": ("2",)}


def test_a_team_needs_a_slot_in_common() -> None:
    """1 is free in the morning, 2 in the afternoon, 3 always: no team of 1 and 2."""
    people = [
        person("1", "C", busy_slots=frozenset({"2"})),
        person("2", "C", busy_slots=frozenset({"1"})),
        person("3", "C", max_audits=2),
    ]
    plan = assign(case_of(people, "A", "B", rules=AssignmentRules(), slots=SLOTS))
    assert {team.staff_numbers: team.slot_id for team in plan.teams} == {("1", "3"): "1", ("2", "3"): "2"}


def test_settled_slots_wishes_and_capacity() -> None:
    people = [person("1", "C"), person("2", "D")]
    one_at_a_time = tuple(replace(slot, capacity=1) for slot in SLOTS)
    case = case_of(people, "A", "B", slots=one_at_a_time, fixed_slots=(FixedSlot("I-B", "1"),))
    case = replace(case, tasks=(replace(case.tasks[0], wanted_slots=frozenset({"1"})), case.tasks[1]))
    plan = assign(case)
    assert {team.task_code: team.slot_id for team in plan.teams} == {"I-A": "2", "I-B": "1"}
    assert plan.slot_objective == case.rules.slot_weight
    assert faults(case, plan) == ()


def test_a_year_with_fewer_slots_than_audits_is_infeasible() -> None:
    people = [person("1", "D"), person("2", "D"), person("3", "D")]
    tight = tuple(replace(slot, capacity=1) for slot in SLOTS)
    assert assign(case_of(people, "A", "B", "C", slots=tight)).status == "infeasible"


def test_a_fixed_pair_stays_and_an_excluded_one_goes() -> None:
    people = [person("1", "C"), person("2", "D")]
    assert sent(case_of(people, "A", "B", fixed=(Pair("2", "I-A"),)))["I-A"] == ("2",)
    assert sent(case_of(people, "A", "B", excluded=(Pair("2", "I-A"),)))["I-A"] == ("1",)


def test_an_overridden_pair_is_kept_and_only_warned_of() -> None:
    people = [person("1", "C", (YEAR - 1, "A")), person("2", "D", (YEAR - 1, "B"))]
    assert assign(case_of(people, "A", "B", fixed=(Pair("1", "I-A"),))).status == "infeasible"
    kept = case_of(people, "A", "B", fixed=(Pair("1", "I-A", True), Pair("2", "I-B", True)))
    plan = assign(kept)
    assert [one.is_blocking for one in check(kept, plan.teams)] == [False, False]
    own = case_of([person("1", "A"), person("2", "D")], "A", "B", fixed=(Pair("1", "I-A", True),))
    assert assign(own).status == "infeasible"


BAD_TEAMS = [
    ("own_department", [Team("I-A", ("1",)), Team("I-B", ("2",))]),
    ("team_size", [Team("I-A", ("2",))]),
    ("team_size", [Team("I-A", ("2", "1")), Team("I-B", ("1",))]),
    ("doubled", [Team("I-A", ("2",)), Team("I-A", ("2",)), Team("I-B", ("1",))]),
    ("unknown", [Team("I-A", ("9",)), Team("I-B", ("1",))]),
    ("unknown", [Team("I-A", ("2",)), Team("I-B", ("1",)), Team("I-Z", ("1",))]),
    ("load", [Team("I-A", ("2",)), Team("I-B", ("2",))]),
    ("lead", [Team("I-A", ("2",), lead="1"), Team("I-B", ("1",))]),
    ("lead", [Team("I-A", ("2", "9"), lead="9"), Team("I-B", ("1",))]),
]


@pytest.mark.parametrize(("rule", "teams"), BAD_TEAMS)
def test_the_checker_finds_what_a_hand_broke(rule: str, teams: list[Team]) -> None:
    case = case_of([person("1", "A"), person("2", "C")], "A", "B")
    found = [one for one in check(case, teams) if one.rule == rule]
    assert found
    assert all(one.reason_ja.endswith("。") for one in found)


def test_the_checker_finds_a_mutual_audit_made_by_hand() -> None:
    teams = [Team("I-A", ("2",)), Team("I-B", ("1",))]
    plain = case_of([person("1", "A"), person("2", "B")], "A", "B")
    assert [(one.rule, one.staff_number) for one in check(plain, teams)] == [
        ("mutual_audit", "2"),
        ("mutual_audit", "1"),
    ]
    headed = case_of([person("1", "A", is_head=True), person("2", "B")], "A", "B")
    assert [(one.rule, one.staff_number) for one in check(headed, teams) if one.rule == "head_audit"] == [
        ("head_audit", "2")
    ]


def test_a_good_plan_by_hand_has_no_breach() -> None:
    case = case_of([person("1", "A"), person("2", "C")], "A", "B")
    assert check(case, [Team("I-A", ("2",)), Team("I-B", ("1",))]) == ()


def test_clashes_in_time_are_found() -> None:
    people = [person("1", "C"), person("2", "D", busy_slots=frozenset({"2"}))]
    case = case_of(people, "A", "B", slots=SLOTS, rules=AssignmentRules(team_size=1, load_tolerance=2, site_capacity=1))
    case = replace(case, tasks=tuple(replace(task, site="本庁") for task in case.tasks))

    def found(*teams: Team) -> list[str]:
        return [one.rule for one in check(case, teams)]

    assert found(Team("I-A", ("1",), "1"), Team("I-B", ("1",), "1")) == ["availability", "capacity"]
    assert found(Team("I-A", ("1",), "1"), Team("I-B", ("2",), "2")) == ["availability"]
    assert found(Team("I-A", ("1",), "1"), Team("I-B", ("1",))) == ["availability"]


BAD_CASES = [
    ("department_missing", replace(case_of([Auditor("1", "甲", ())], "A"))),
    ("team_size", case_of([person("1", "C")], "A", rules=AssignmentRules(team_size=0))),
    ("staff_number_doubled", case_of([person("1", "C"), person("1", "D")], "A")),
    ("task_doubled", case_of([person("1", "C")], "A", "A")),
    ("department_unknown", case_of([person("1", "Z")], "A")),
    ("department_unknown", replace(case_of([person("1", "C")]), tasks=(AuditTask("I-Z", "Z"),))),
    ("slot_unknown", case_of([person("1", "C", busy_slots=frozenset({"9"}))], "A", slots=SLOTS)),
    ("slot_outside_year", case_of([person("1", "C")], "A", slots=(Slot("1", date(YEAR, 3, 31), "am"),))),
    (
        "task_without_slot",
        replace(case_of([person("1", "C")], slots=SLOTS), tasks=(AuditTask("I", "A", slots=frozenset()),)),
    ),
    ("no_slots", replace(case_of([person("1", "C")]), tasks=(AuditTask("I", "A", slots=frozenset({"1"})),))),
    ("auditor_unknown", case_of([person("1", "C")], "A", fixed=(Pair("9", "I-A"),))),
    ("task_unknown", case_of([person("1", "C")], "A", fixed=(Pair("1", "I-Z"),))),
    ("fixed_and_excluded", case_of([person("1", "C")], "A", fixed=(Pair("1", "I-A"),), excluded=(Pair("1", "I-A"),))),
    ("team_too_small", case_of([person("1", "C")], "A", rules=AssignmentRules(team_size=1, experienced_count=2))),
    ("rule_unknown", case_of([person("1", "C")], "A", rules=AssignmentRules(former_post_rule="maybe"))),
    ("max_audits", case_of([person("1", "C", max_audits=-1)], "A")),
]


@pytest.mark.parametrize(("code", "case"), BAD_CASES, ids=[code for code, _case in BAD_CASES])
def test_bad_input_is_refused_with_its_place(code: str, case: AssignmentCase) -> None:
    with pytest.raises(InputError) as refused:
        assign(case)
    found = [one for one in refused.value.refusals if one.code == code]
    assert found
    assert all(one.place.sheet for one in found)


sizes = st.tuples(st.integers(3, 12), st.integers(3, 9), st.integers(1, 6), st.integers(2, 8), st.integers(0, 50))
policies = st.builds(
    AssignmentRules,
    former_post_rule=st.sampled_from(["block", "warn"]),
    mutual_audit_rule=st.sampled_from(["block", "warn"]),
    head_audit_rule=st.sampled_from(["block", "warn"]),
    load_tolerance=st.integers(0, 1),
    site_capacity=st.sampled_from([None, 1]),
)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), sizes, policies)
def test_the_checker_accepts_every_plan_of_the_solver(
    seed: int, size: tuple[int, int, int, int, int], rules: AssignmentRules
) -> None:
    case = staffed_city(seed, *size, rules=rules)
    plan = assign(case, Search(seconds=20))
    assert plan.status in ("optimal", "infeasible")
    assert faults(case, plan) == ()
    again = assign(shuffled(case, seed), Search(seconds=20))
    assert (again.teams, again.objective, again.input_sha256) == (plan.teams, plan.objective, plan.input_sha256)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(3, 6), policies)
def test_model_and_core_agree_on_independence(seed: int, departments: int, rules: AssignmentRules) -> None:
    case = settled(staffed_city(seed, departments, 8, 4, 6, rules=rules))
    standing = Standing(case, ())
    for pair in candidates(case):
        one, task = case.auditors[pair.auditor], case.tasks[pair.task]
        against = {concern.code for concern in standing.about(one, task) if concern.is_blocking}
        assert pair.barred - {"availability"} == against
        assert standing.is_open(one, task) == (not pair.barred)


def cheapest_by_trying(case: AssignmentCase) -> int | None:
    """The least cost of any teams with any slots that the checker accepts."""
    numbers = [one.staff_number for one in case.auditors]
    size = case.rules.team_size
    best: int | None = None
    for chosen in product(list(combinations(numbers, size)), repeat=len(case.tasks)):
        bare = [Team(task.code, team) for task, team in zip(case.tasks, chosen, strict=True)]
        cost = team_cost(case, bare)
        if best is not None and cost >= best:
            continue
        if blocking(replace(case, slots=()), bare):
            continue
        for slots in product([slot.slot_id for slot in case.slots], repeat=len(case.tasks)):
            held = [replace(team, slot_id=slot) for team, slot in zip(bare, slots, strict=True)]
            if not blocking(case, held):
                best = cost
                break
    return best


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), policies)
def test_tiny_years_agree_with_trying_everything(seed: int, rules: AssignmentRules) -> None:
    # The load is spread by whoever has a slot, so the years without slots need tolerance to be comparable.
    case = staffed_city(seed, 4, 4, 2, 2, 30, rules=replace(rules, load_tolerance=2))
    plan = assign(case)
    assert plan.objective == cheapest_by_trying(case)
    assert plan.status == ("infeasible" if plan.objective is None else "optimal")


def test_the_order_of_the_input_does_not_matter() -> None:
    case = staffed_city(3)
    assert input_sha256(settled(shuffled(case, 1))) == input_sha256(settled(case))
    assert assign(shuffled(case, 1)).teams == assign(case).teams


def test_a_stopped_search_says_what_it_has() -> None:
    told: list[Progress] = []
    case = staffed_city(0, 300, 150, 100, 30)
    plan = assign(case, Search(on_progress=told.append, wants_stop=lambda: bool(told)))
    assert plan.status in ("feasible", "unknown", "optimal")
    assert faults(case, plan) == ()
    if plan.status == "feasible":
        assert plan.gap is not None
        assert plan.gap > 0


def test_costs_of_slots_are_counted_apart() -> None:
    case = staffed_city(1)
    plan = assign(case)
    assert plan.slot_objective == slot_cost(case, plan.teams) == plan.slot_bound
