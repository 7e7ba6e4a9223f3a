"""Is an engagement closed only by the whole way, and is nothing of the way ever lost?"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from kansa.core.errors import RuleError
from kansa.core.flow import (
    EDITABLE,
    MOVES,
    STATES,
    EngagementFacts,
    Step,
    may_edit,
    moves_from,
    reopenings_from,
    step,
    unmet,
)
from kansa.core.permission import ROLES_JA

ALL_ROLES = tuple(ROLES_JA)
REASON = "理由"


@st.composite
def facts(draw: st.DrawFn) -> EngagementFacts:
    """Mostly good facts: each need fails in about one of six."""
    values: dict[str, Any] = {}
    for field in fields(EngagementFacts):
        if field.type == "bool":
            values[field.name] = draw(st.integers(0, 5)) > 0
        else:
            values[field.name] = draw(st.sampled_from([0, 0, 0, 0, 0, 1]))
    values["auditor_count"] = draw(st.integers(0, 3))
    values["item_count"] = draw(st.integers(0, 2))
    values["finding_count"] = draw(st.integers(0, 2))
    values["detection_count"] = draw(st.integers(0, values["finding_count"]))
    return EngagementFacts(**values)


def reachable(given_facts: EngagementFacts) -> set[str]:
    """Every state that moves ahead reach while the facts stay as they are."""
    found, waiting = {"planned"}, ["planned"]
    while waiting:
        state = waiting.pop()
        for move in moves_from(state, ALL_ROLES):
            if not unmet(move, given_facts) and move.to_state not in found:
                found.add(move.to_state)
                waiting.append(move.to_state)
    return found


@settings(max_examples=400)
@given(facts())
def test_closed_is_reached_only_with_everything_there(case: EngagementFacts) -> None:
    if "closed" not in reachable(case):
        return
    assert case.has_department and case.auditor_count and case.has_day
    assert case.has_notice_document and case.has_result_document
    assert case.has_lead or case.auditor_count == 1
    assert not (case.not_judged_count or case.unexplained_count or case.unraised_count or case.open_count)
    assert case.item_count or not case.is_control_check
    assert not (case.judges_apart and case.unreconciled_count)
    assert not (case.wants_review and case.unreviewed_count)
    if case.finding_count:
        assert not (case.incomplete_finding_count or case.unanswered_count or case.undecided_count)
    if case.detection_count:
        assert not case.unplanned_count
        assert not case.unsettled_count or not case.unsettled_due_count


def test_moves_ahead_go_ahead_and_reach_every_state() -> None:
    for move in MOVES:
        assert STATES.index(move.from_state) < STATES.index(move.to_state)
    assert {move.to_state for move in MOVES} == set(STATES[1:])
    assert {move.from_state for move in MOVES} == set(STATES[:-1])
    assert len({move.code for move in MOVES}) == len(MOVES)


def test_every_role_of_a_move_is_a_role() -> None:
    assert {role for move in MOVES for role in move.roles} <= set(ROLES_JA)


@given(st.sampled_from(STATES), st.sampled_from(ALL_ROLES), facts())
def test_a_person_makes_exactly_the_moves_that_are_offered(state: str, role: str, case: EngagementFacts) -> None:
    offered = {move.code for move in moves_from(state, {role}) if not unmet(move, case)}
    made = set()
    for move in MOVES:
        try:
            assert step(state, move.code, case, {role}, REASON).to_state == move.to_state
        except RuleError as fault:
            assert fault.reason_ja.endswith("。")
        else:
            made.add(move.code)
    assert made == offered


@given(st.sampled_from(STATES), st.sampled_from(ALL_ROLES), facts())
def test_only_the_director_goes_back_and_only_with_a_reason(state: str, role: str, case: EngagementFacts) -> None:
    for move in reopenings_from(state):
        assert STATES.index(move.to_state) < STATES.index(state)
        for reason in ("", " \n", REASON):
            if role == "audit_director" and reason == REASON:
                assert step(state, move.code, case, {role}, reason) == Step(move.code, state, move.to_state, reason)
                continue
            with pytest.raises(RuleError):
                step(state, move.code, case, {role}, reason)


def test_auditors_and_auditees_keep_apart() -> None:
    auditors = {"external_auditor", "staff_auditor", "audit_director", "audit_clerk"}
    auditees = {"auditee_head", "auditee_contact"}
    for state in STATES:
        for what in ("preliminary", "fact_check_answer", "improvement_plan"):
            assert not may_edit(state, what, auditors)
        for what in ("engagement", "judgement", "finding", "fact_check_decision", "verification"):
            assert not may_edit(state, what, auditees)


def test_nothing_is_edited_in_a_closed_engagement() -> None:
    assert not any(may_edit("closed", what, ALL_ROLES) for what in EDITABLE)


def test_what_cannot_be_edited_has_no_name() -> None:
    with pytest.raises(KeyError):
        may_edit("planned", "everything", ALL_ROLES)


class EngagementMachine(RuleBasedStateMachine):
    """An engagement with its findings, moved and edited at random within what is allowed."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "planned"
        self.history: list[Step] = []
        self.way: list[str] = []  # codes of the moves that lead to the state, what was reopened left out
        self.seen: list[Step] = []
        self.planned_right = self.preliminary = self.documents = False
        self.not_judged = 3
        self.findings: list[dict[str, bool]] = []

    def facts(self) -> EngagementFacts:
        """The counts of what is there."""
        detections = [finding for finding in self.findings if finding["detection"]]
        unsettled = [finding for finding in detections if not finding["verified"] and not finding["carried"]]
        right = self.planned_right
        return EngagementFacts(
            has_department=right,
            auditor_count=2 if right else 0,
            has_lead=right,
            has_day=right,
            has_notice_document=right,
            preliminary_submitted=self.preliminary,
            preliminary_waived=False,
            is_control_check=True,
            item_count=3,
            not_judged_count=self.not_judged,
            unexplained_count=0,
            judges_apart=False,
            unreconciled_count=0,
            wants_review=False,
            unreviewed_count=0,
            finding_count=len(self.findings),
            detection_count=len(detections),
            unraised_count=0,
            incomplete_finding_count=sum(not finding["complete"] for finding in self.findings),
            unanswered_count=sum(not finding["answered"] for finding in self.findings),
            undecided_count=sum(finding["disagreed"] for finding in self.findings),
            has_result_document=self.documents,
            unplanned_count=sum(not finding["planned"] for finding in detections),
            unsettled_count=len(unsettled),
            unsettled_due_count=sum(not finding["later"] for finding in unsettled),
            open_count=sum(not finding["verified"] for finding in detections),
        )

    def allowed(self, what: str) -> bool:
        return may_edit(self.state, what, ALL_ROLES)

    @rule()
    def edit_everything_allowed(self) -> None:
        if self.allowed("engagement"):
            self.planned_right = True
        if self.allowed("preliminary"):
            self.preliminary = True
        if self.allowed("judgement"):
            self.not_judged = 0
        self.documents = True
        done = {
            "finding": {"complete": True},
            "fact_check_answer": {"answered": True},
            "fact_check_decision": {"disagreed": False},
            "improvement_plan": {"planned": True},
            "verification": {"verified": True},
        }
        for what, change in done.items():
            if self.allowed(what):
                for finding in self.findings:
                    finding.update(change)

    @precondition(lambda self: self.allowed("finding"))
    @rule(is_detection=st.booleans())
    def raise_a_finding(self, is_detection: bool) -> None:
        names = ("complete", "answered", "disagreed", "planned", "verified", "carried", "later")
        self.findings.append({"detection": is_detection, **dict.fromkeys(names, False)})

    @precondition(lambda self: self.allowed("judgement"))
    @rule()
    def take_a_judgement_back(self) -> None:
        self.not_judged = 1

    @precondition(lambda self: self.allowed("fact_check_answer") and self.findings)
    @rule(data=st.data())
    def disagree(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.findings)).update(answered=True, disagreed=True)

    @precondition(lambda self: self.allowed("improvement_plan") and self.findings)
    @rule(data=st.data())
    def promise_for_a_later_year(self, data: st.DataObject) -> None:
        data.draw(st.sampled_from(self.findings)).update(planned=True, later=True)

    @rule(data=st.data())
    def move_on(self, data: st.DataObject) -> None:
        moves = moves_from(self.state, ALL_ROLES)
        if moves:
            self.try_to(data.draw(st.sampled_from(moves)).code)

    @rule(data=st.data(), dice=st.integers(0, 3))
    def reopen(self, data: st.DataObject, dice: int) -> None:
        moves = reopenings_from(self.state)
        if moves and dice == 0:
            self.try_to(data.draw(st.sampled_from(moves)).code)

    def try_to(self, code: str) -> None:
        """Make the move, or stay when something is missing."""
        try:
            made = step(self.state, code, self.facts(), ALL_ROLES, REASON)
        except RuleError as fault:
            assert fault.code == "needs_unmet"
            return
        self.history.append(made)
        self.state = made.to_state
        ahead = {move.code: move.to_state for move in MOVES}
        if code in ahead:
            self.way.append(code)
        else:
            kept = [known for known in self.way if STATES.index(ahead[known]) <= STATES.index(self.state)]
            self.way = kept

    @invariant()
    def the_history_is_kept_and_unbroken(self) -> None:
        assert self.history[: len(self.seen)] == self.seen
        self.seen = list(self.history)
        states = ["planned", *(made.to_state for made in self.history)]
        assert [made.from_state for made in self.history] == states[:-1]
        assert states[-1] == self.state

    @invariant()
    def findings_went_through_the_fact_check(self) -> None:
        if STATES.index(self.state) >= STATES.index("result_notified") and self.findings:
            assert "notify_result" in self.way
            assert all(finding["answered"] and not finding["disagreed"] for finding in self.findings)
            assert all(finding["complete"] for finding in self.findings)

    @invariant()
    def closed_only_by_the_whole_way(self) -> None:
        if self.state != "closed":
            return
        assert {"notify", "write_up", "close"} <= set(self.way)
        assert self.planned_right and not self.not_judged and self.documents
        assert all(finding["verified"] and finding["planned"] for finding in self.findings if finding["detection"])


TestEngagement = EngagementMachine.TestCase
TestEngagement.settings = settings(max_examples=150, stateful_step_count=50, derandomize=True, deadline=None)
