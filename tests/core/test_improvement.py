"""Does the state of an improvement follow from its facts, stay where it is final, and agree with the report?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.findings import is_improved_within_year
from kansa.core.fiscal import fiscal_year_end, fiscal_year_start
from kansa.core.improvement import (
    OPEN_STATES,
    STATES_JA,
    Detected,
    ImprovementFacts,
    ReminderRules,
    RiskAcceptance,
    age_band,
    plan_refusals,
    recurred_days,
    recurrences,
    state_on,
    urgency,
    verification_refusals,
)
from kansa.core.year import Finding

DAYS = st.dates(date(2023, 4, 1), date(2026, 3, 31))
MAYBE = st.none() | DAYS
ACCEPTANCES = st.none() | st.builds(RiskAcceptance, st.sampled_from(["副市長", ""]), st.just("理由"), MAYBE, MAYBE)
FACTS = st.builds(
    ImprovementFacts,
    planned_on=MAYBE,
    due_on=MAYBE,
    promised_fiscal_year=st.none() | st.integers(2023, 2026),
    improved_on=MAYBE,
    verified_on=MAYBE,
    acceptance=ACCEPTANCES,
    recurred_on=st.none() | DAYS,
    plan_due_on=MAYBE,
)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _finding(facts: ImprovementFacts) -> Finding:
    """The same facts as the report freezes them."""
    return Finding(
        *("1", "internal_audit", "", "", "", "detection", "", "", "", ()),
        planned_on=_iso(facts.planned_on),
        due_on=_iso(facts.due_on),
        promised_fiscal_year=facts.promised_fiscal_year,
        improved_on=_iso(facts.improved_on),
        verified_on=_iso(facts.verified_on),
        recurrence_of="",
        lateral_rollout=False,
    )


@given(FACTS, st.integers(2023, 2025))
def test_verified_is_what_the_report_calls_improved(facts: ImprovementFacts, year: int) -> None:
    bare = replace(facts, acceptance=None, recurred_on=None)
    state = state_on(bare, fiscal_year_end(year))
    begun = facts.improved_on is not None and facts.improved_on >= fiscal_year_start(year)
    assert is_improved_within_year(_finding(bare), year) == (state == "verified" and begun)


@given(FACTS, DAYS)
def test_what_is_dated_later_does_not_count(facts: ImprovementFacts, day: date) -> None:
    def known(moment: date | None) -> date | None:
        return moment if moment is not None and moment <= day else None

    accepted = facts.acceptance
    if accepted is not None and (accepted.accepted_on is None or accepted.accepted_on > day):
        accepted = None
    seen = replace(
        facts,
        planned_on=known(facts.planned_on),
        improved_on=known(facts.improved_on),
        verified_on=known(facts.verified_on),
        recurred_on=known(facts.recurred_on),
        acceptance=accepted,
    )
    assert state_on(seen, day) == state_on(facts, day)


@given(FACTS, DAYS, st.integers(0, 400))
def test_verified_and_recurred_stay(facts: ImprovementFacts, day: date, later: int) -> None:
    before, after = state_on(facts, day), state_on(facts, day + timedelta(days=later))
    if before == "recurred":
        assert after == "recurred"
    if before == "verified":
        assert after in ("verified", "recurred")
    assert before in STATES_JA


@given(FACTS, DAYS)
def test_nothing_is_verified_without_report_and_second_look(facts: ImprovementFacts, day: date) -> None:
    if state_on(facts, day) == "verified":
        assert facts.improved_on and facts.verified_on and facts.improved_on <= facts.verified_on <= day
    if state_on(facts, day) in ("risk_accepted", "review_due"):
        assert facts.acceptance and facts.acceptance.approver_ja and facts.acceptance.review_on


@given(FACTS, DAYS, st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_urgency_only_grows(facts: ImprovementFacts, day: date, soon: int, head: int, more: int) -> None:
    rules = ReminderRules(soon, head, head + more)
    order = ["", "due_soon", "overdue", "escalated"]
    today, tomorrow = urgency(facts, day, rules), urgency(facts, day + timedelta(days=1), rules)
    if today is None:
        assert state_on(facts, day) not in ("risk_accepted", "review_due")
        return
    assert state_on(facts, day) in OPEN_STATES | {"risk_accepted"}
    assert (today.days < 0) == (today.code in ("overdue", "escalated"))
    if tomorrow is not None and tomorrow.days == today.days - 1:
        assert order.index(tomorrow.code) >= order.index(today.code)
        assert set(today.roles) <= set(tomorrow.roles)


@given(st.text("ab", min_size=1, max_size=1), st.text("ab", min_size=1, max_size=1), st.text("ab", max_size=1))
def test_nobody_verifies_the_own_work(verifier: str, reporter: str, owner: str) -> None:
    day = date(2025, 3, 1)
    refused = verification_refusals({"audit_director", "staff_auditor"}, verifier, reporter, owner, (day, day))
    assert bool(refused) == (verifier in (reporter, owner))


DETECTED = st.builds(
    Detected,
    st.uuids().map(str),
    st.sampled_from(["e1", "e2", "e3"]),
    st.sampled_from(["", "x", "y"]),
    st.sampled_from(["甲", "乙"]),
    st.dates(date(2024, 4, 1), date(2024, 4, 9)),
)


@given(st.lists(DETECTED, max_size=12, unique_by=lambda found: found.code))
def test_recurrences_link_the_same_thing_backwards(found: list[Detected]) -> None:
    by_code = {one.code: one for one in found}
    links, days = recurrences(found), recurred_days(found)
    for later, earlier in ((by_code[a], by_code[b]) for a, b in links.items()):
        assert later.lineage == earlier.lineage != ""
        assert later.department == earlier.department
        assert later.engagement_code != earlier.engagement_code
        assert earlier.detected_on < days[earlier.code] <= later.detected_on
    assert links == recurrences(reversed(found))
    assert set(links.values()) <= set(days)


@given(DAYS, st.integers(0, 800))
def test_age(detected: date, days: int) -> None:
    limits = {"to_90": 90, "to_180": 180, "to_365": 365, "over_365": 10_000}
    band = age_band(detected, detected + timedelta(days=days))
    assert days <= limits[band]
    assert all(days > limit for limit in limits.values() if limit < limits[band])


def test_nothing_is_detected_tomorrow() -> None:
    with pytest.raises(ValueError, match="検出日"):
        age_band(date(2025, 1, 2), date(2025, 1, 1))


@given(st.none() | DAYS, st.none() | st.integers(2023, 2026))
def test_a_promise_can_be_kept(due: date | None, promised: int | None) -> None:
    complete = not plan_refusals("措置", "担当", due, promised)
    assert complete == (due is not None and promised is not None and due <= fiscal_year_end(promised))
