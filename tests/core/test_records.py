"""Do row runs, findings, successions, words and permissions keep their promises for any input?"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.advisory import find_assurance_wording
from kansa.core.drill import DrillCounts, open_rate
from kansa.core.findings import summarise
from kansa.core.permission import ROLES, VERBS, Actor, can
from kansa.core.runs import decode_rows, encode_rows
from kansa.core.succession import all_predecessors, prior_departments
from kansa.core.wording import change_word, ratio_word, share_word
from kansa.core.year import Finding, Succession

FINDING = Finding("1", "internal_audit", "", "", "", "detection", "", "", "", (), "", "", None, "", "", "", False)
DAYS = st.sampled_from(["", "2024-03-31", "2024-04-01", "2025-03-31", "2025-04-01"])
FINDINGS = st.builds(
    lambda kind, planned, due, promised, improved, verified: replace(
        FINDING,
        classification=kind,
        planned_on=planned,
        due_on=due,
        promised_fiscal_year=promised,
        improved_on=improved,
        verified_on=verified,
    ),
    st.sampled_from(["detection", "detection", "recommendation"]),
    DAYS,
    DAYS,
    st.sampled_from([None, 2023, 2024, 2025]),
    DAYS,
    DAYS,
)


@given(st.lists(st.integers(0, 40)))
def test_rows_come_back(rows: list[int]) -> None:
    assert decode_rows(encode_rows(rows)) == tuple(rows)


@pytest.mark.parametrize("text", ["5-", "-5", "7-5", "5-5", "5,,6", "a", "5-6-7", "５", " 5"])
def test_other_notations_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="run"):
        decode_rows(text)


def test_negative_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        encode_rows([3, -1])


@given(st.lists(FINDINGS, max_size=12))
def test_findings_are_counted_once(findings: list[Finding]) -> None:
    counts = summarise(findings, 2024)
    assert counts.detected == counts.improved_within_year + counts.promised_within_year + counts.carried_over
    assert counts.detected == counts.planned + counts.no_plan
    assert counts.detected + counts.recommendations == len(findings)
    assert counts.improved_within_year + counts.improved_later <= counts.verified


@given(st.lists(FINDINGS, max_size=8))
def test_planned_is_not_improved(findings: list[Finding]) -> None:
    without = [replace(finding, improved_on="", verified_on="") for finding in findings]
    assert summarise(without, 2024).improved_within_year == 0
    assert summarise(without, 2024).planned == summarise(findings, 2024).planned


CODES = st.sampled_from("甲乙丙丁")
CHANGES = st.lists(
    st.builds(
        Succession,
        st.sampled_from([2023, 2024]),
        st.sampled_from(["renamed", "merged", "split", "closed"]),
        CODES,
        CODES,
    ),
    max_size=5,
)


@given(CHANGES, st.sets(CODES), st.sets(CODES), st.randoms(use_true_random=False))
def test_the_same_department_stands_once(
    changes: list[Succession], prior: set[str], this: set[str], random: st.Random
) -> None:
    same = prior_departments(changes, sorted(prior), sorted(this), 2024)
    assert same.keys() <= this and set(same.values()) <= prior
    assert len(set(same.values())) == len(same)
    shuffled = list(changes)
    random.shuffle(shuffled)
    assert prior_departments(shuffled, sorted(prior), sorted(this), 2024) == same


def test_all_predecessors_follow_every_kind_of_change() -> None:
    changes = [
        Succession(2024, "merged", "甲", "丙"),
        Succession(2024, "merged", "乙", "丙"),
        Succession(2023, "renamed", "丁", "甲"),
    ]
    assert {"丁", "乙"} <= all_predecessors(changes, "丙", 2024, 2022)
    assert "甲" not in all_predecessors(changes, "丙", 2024, 2022)
    assert all_predecessors(changes, "戊", 2024, 2022) == {"戊"}


RATIOS = st.fractions(min_value=-3, max_value=3, max_denominator=1000)


@given(
    RATIOS, st.sampled_from(["beyond_turnover", "within_turnover", "too_few", None]), st.sampled_from(["level", "rate"])
)
def test_words_of_a_change_are_symmetric(change: Fraction, verdict: str | None, kind: str) -> None:
    word, opposite = change_word(change, verdict, kind=kind), change_word(-change, verdict, kind=kind)
    assert word.replace("向上", "低下") == opposite.replace("向上", "低下")
    assert ("大きく" in word) <= (verdict == "beyond_turnover")


@given(RATIOS)
def test_a_ratio_has_a_word_unless_directions_differ(ratio: Fraction) -> None:
    assert bool(ratio_word(ratio)) == (ratio >= 0)


@given(st.integers(1, 50), st.data())
def test_all_means_all(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    word = share_word(part, whole)
    assert (word == "全て") == (part == whole) and (word == "なし") == (part == 0)
    assert (word == "多く") == (2 * part > whole and part < whole)


@pytest.mark.parametrize(
    "call",
    [
        lambda: change_word(Fraction(1), None, 99),
        lambda: change_word(Fraction(1), None, kind="people"),
        lambda: share_word(3, 2),
        lambda: open_rate(DrillCounts(1, 1, 1, 1, 1, 1, 1), "clicked/everyone"),
    ],
)
def test_unknown_versions_and_definitions_are_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        call()  # type: ignore[operator]


@given(st.text(alphabet="重要な問題は、 \n発見されなかった。大きい", max_size=40))
def test_a_phrase_is_quoted_as_written(text: str) -> None:
    for start, phrase, why_ja in find_assurance_wording(text):
        assert text[start : start + len(phrase)] == phrase and why_ja


READS_ALL = {"read_report", "read_trace", "read_all", "read_engagements", "read_trail", "read_department", "read_plan"}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("operator", set(VERBS)),
        (
            "ciso",
            {*READS_ALL, "accept_risk", "read_diagnosis", "read_inspection", "approve_drills", "check_drill_mail"},
        ),
        (
            "administrator",
            {
                *("manage_accounts", "manage_organisation", "read_trail", "manage_relay"),
                "check_drill_mail",
                "manage_keys",
            },
        ),
        ("external_auditor", {"read_engagements", "read_diagnosis", "upload_scan"}),
        ("staff_member", set()),
    ],
)
def test_each_role_may_do_what_the_table_says(role: str, allowed: set[str]) -> None:
    assert {verb for verb in VERBS if can(Actor(1, "担当", role), verb)} == allowed


@given(st.text(), st.text())
def test_what_is_not_in_the_table_is_refused(role: str, verb: str) -> None:
    if role not in ROLES or verb not in VERBS:
        assert not can(Actor(1, "担当", role), verb)
