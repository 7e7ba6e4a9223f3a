"""Is nobody set on the own department, whatever it was called, and does a stricter rule never allow more?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.independence import Assignment, AuditorFacts, IndependenceRules, Post, concerns
from kansa.core.year import Succession

YEAR = 2024
CODES = st.sampled_from(["甲", "乙", "丙", "丁"])
POSTS = st.lists(st.builds(Post, st.integers(2018, YEAR), CODES), max_size=5).map(tuple)
AUDITORS = st.builds(AuditorFacts, POSTS, st.booleans(), st.booleans())
SUCCESSIONS = st.lists(
    st.builds(Succession, st.integers(2018, 2025), st.sampled_from(["renamed", "merged", "split"]), CODES, CODES),
    max_size=4,
)
ASSIGNMENTS = st.lists(st.builds(Assignment, CODES, CODES), max_size=4)
WORDS = st.sampled_from(["block", "warn"])
RULES = st.builds(IndependenceRules, st.integers(0, 6), WORDS, WORDS, st.booleans())


def blocked(*arguments: object) -> bool:
    return any(concern.is_blocking for concern in concerns(*arguments))  # type: ignore[arg-type]


@given(AUDITORS, CODES, RULES, SUCCESSIONS, ASSIGNMENTS)
def test_the_own_department_is_always_blocked(
    auditor: AuditorFacts,
    auditee: str,
    rules: IndependenceRules,
    successions: list[Succession],
    assignments: list[Assignment],
) -> None:
    if Post(YEAR, auditee) in auditor.posts:
        assert blocked(auditor, auditee, YEAR, rules, successions, assignments)


@given(AUDITORS, CODES, RULES, SUCCESSIONS, ASSIGNMENTS)
def test_a_longer_look_back_never_allows_more(
    auditor: AuditorFacts,
    auditee: str,
    rules: IndependenceRules,
    successions: list[Succession],
    assignments: list[Assignment],
) -> None:
    longer = IndependenceRules(rules.former_post_years + 1, "block", "block", True)
    if blocked(auditor, auditee, YEAR, rules, successions, assignments):
        assert blocked(auditor, auditee, YEAR, longer, successions, assignments)


@given(AUDITORS, CODES, RULES)
def test_without_successions_codes_are_compared(auditor: AuditorFacts, auditee: str, rules: IndependenceRules) -> None:
    found = {concern.code for concern in concerns(auditor, auditee, YEAR, rules)}
    years = {post.fiscal_year for post in auditor.posts if post.department_code == auditee}
    assert ("own_department" in found) == (YEAR in years)
    if "own_department" not in found:
        recent = {year for year in years if YEAR - rules.former_post_years <= year < YEAR}
        assert ("former_post" in found) == bool(recent)
    assert "related_department" not in found and "mutual_audit" not in found
    assert ("training_missing" in found) == (rules.wants_training and not auditor.is_trained)


@given(CODES, CODES, st.integers(2022, YEAR))
def test_renaming_hides_no_former_post(before: str, after: str, year: int) -> None:
    renamed = [Succession(year, "renamed", before, after)]
    auditor = AuditorFacts((Post(2021, before), Post(YEAR, "別")), is_staff=True, is_trained=True)
    found = concerns(auditor, after, YEAR, IndependenceRules(), renamed)
    assert [concern.code for concern in found] == ["former_post"]


@given(CODES, CODES)
def test_mutual_audits_are_seen_from_both_sides(one: str, other: str) -> None:
    if one == other:
        return
    for mine, theirs in ((one, other), (other, one)):
        auditor = AuditorFacts((Post(YEAR, mine),), is_staff=True, is_trained=True)
        found = concerns(auditor, theirs, YEAR, IndependenceRules(), (), [Assignment(theirs, mine)])
        assert [concern.code for concern in found] == ["mutual_audit"]


def test_reasons_speak_with_names() -> None:
    auditor = AuditorFacts((Post(2023, "0102"), Post(YEAR, "0101")), is_staff=True, is_trained=True)
    names = {"0101": "総務課", "0102": "税務課"}
    found = concerns(auditor, "0102", YEAR, IndependenceRules(), names_ja=names)
    assert found[0].reason_ja == "令和５年度に「税務課」に在籍していました。"


def test_a_rule_is_block_or_warn() -> None:
    with pytest.raises(ValueError, match="block or warn"):
        concerns(AuditorFacts((), False, True), "甲", YEAR, IndependenceRules(3, "allow"))
