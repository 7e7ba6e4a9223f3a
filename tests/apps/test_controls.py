"""Do a year's rules, scale and checklists come in as data of the year?"""

from __future__ import annotations

from fractions import Fraction

import pytest

from kansa.apps.controls.models import ControlItem, GuidelineItem
from kansa.apps.controls.queries import checklists, content_sha256, report_settings, year_rules, year_settings
from kansa.core.year import YearRules
from tests.builders import answer, department, guideline_item, imported, item, scale, setting
from tests.cast import CITY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


def rules(fiscal_year: int = 2024) -> YearRules:
    return year_rules(CITY, fiscal_year, year_settings(CITY, fiscal_year))


def test_a_year_without_rules_has_the_defaults_and_no_scale() -> None:
    assert rules() == YearRules(scale=())


def test_rules_are_exact_and_know_their_row() -> None:
    imported("year", [setting("pass_mark", "3.10"), setting("external_counts_for_rotation", "true"), *scale()])
    found = rules()
    assert found.pass_mark == Fraction(31, 10)
    assert found.external_counts_for_rotation is True
    assert [level.level for level in found.scale] == [4, 3, 2, 1, 0]
    assert [(name, source.rows) for name, source in found.sources] == [
        ("external_counts_for_rotation", "3"),
        ("pass_mark", "2"),
    ]
    assert rules(2023) == YearRules(scale=())


def test_settings_fall_back_to_the_register() -> None:
    imported("year", [setting("remark:external", "所見です。"), setting("report_on", "2025-03-31")])
    told = report_settings("みほん市", year_settings(CITY, 2024))
    assert (told.municipality_ja, told.title_ja) == ("みほん市", "情報セキュリティ監査実施報告書")
    assert told.remarks == (("external", "所見です。"),)
    assert [name for name, _ in told.sources] == ["remark:external", "report_on"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("pass_mark", "三"),
        ("pass_mark", "-1"),
        ("mean_places", "2.5"),
        ("headline_mean", "median"),
        ("no_such_rule", "1"),
        ("external_counts_for_rotation", "maybe"),
    ],
)
def test_a_rule_that_cannot_be_read_is_refused(key: str, value: str) -> None:
    outcome = imported("year", [setting(key, value)])
    assert [refusal.code for refusal in outcome.refusals] == ["bad_rule"]


def test_items_stand_in_the_order_of_the_file_and_dropped_ones_apart() -> None:
    imported("checklist", [item("B2"), item("A1"), item("C3", lineage="dropped", prior_code="C3")])
    (checklist,) = checklists(CITY, 2024)
    assert [one.code for one in checklist.items] == ["B2", "A1"]
    assert [one.code for one in checklist.dropped] == ["C3"]


def test_one_code_may_be_dropped_and_given_to_a_new_item() -> None:
    imported("checklist", [item("A1", lineage="added", prior_code=""), item("A1", lineage="dropped")])
    (checklist,) = checklists(CITY, 2024)
    assert (len(checklist.items), len(checklist.dropped)) == (1, 1)


def test_a_file_is_the_whole_checklist_of_its_stream() -> None:
    imported("checklist", [item("A1"), item("A2"), item("Q1", "self_inspection")])
    outcome = imported("checklist", [item("A2")])
    assert (outcome.plan.removed, outcome.plan.changed) == (1, 1)
    assert set(ControlItem.objects.values_list("code", flat=True)) == {"A2", "Q1"}


def test_an_item_keeps_its_bit_when_the_order_changes() -> None:
    imported("checklist", [item("Q1", "self_inspection"), item("Q2", "self_inspection")])
    imported("departments", [department()])
    imported("self_inspection", [answer("R1", "yn")])
    imported("checklist", [item(code, "self_inspection") for code in ("Q3", "Q2", "Q1")])
    bits = dict(ControlItem.objects.values_list("code", "bit"))
    assert bits == {"Q1": 0, "Q2": 1, "Q3": 2}


def test_a_question_that_was_answered_cannot_go() -> None:
    imported("checklist", [item("Q1", "self_inspection"), item("Q2", "self_inspection")])
    imported("departments", [department()])
    imported("self_inspection", [answer("R1", "yn")])
    outcome = imported("checklist", [item("Q1", "self_inspection")])
    assert [refusal.code for refusal in outcome.refusals] == ["still_used"]


def test_more_questions_than_a_mask_holds_are_refused() -> None:
    assert not imported("checklist", [item(f"Q{n}", "self_inspection") for n in range(63)], apply=False).refusals
    outcome = imported("checklist", [item(f"Q{n}", "self_inspection") for n in range(64)])
    assert [refusal.code for refusal in outcome.refusals] == ["too_many_items"]


def test_the_content_hash_ignores_blanks_only() -> None:
    assert content_sha256("施錠 している\nか", "") == content_sha256("施錠しているか", "")
    assert content_sha256("施錠しているか", "") != content_sha256("施錠しているか。", "")
    assert content_sha256("あ", "い") != content_sha256("あい", "")


def test_a_file_is_the_whole_edition_of_the_guideline_and_leaves_the_others() -> None:
    imported("guideline", [guideline_item("1"), guideline_item("2"), guideline_item("1", "令和6年10月版")])
    outcome = imported("guideline", [guideline_item("3"), guideline_item("1", note_ja="兼務の場合もある。")])
    assert not outcome.refusals
    assert (outcome.plan.added, outcome.plan.changed, outcome.plan.removed) == (1, 1, 1)
    rows = GuidelineItem.objects.filter(municipality_id=CITY).order_by("edition_ja", "position")
    assert list(rows.values_list("edition_ja", "number", "position", "note_ja")) == [
        ("令和6年10月版", "1", 0, ""),
        ("令和7年3月版", "3", 0, ""),
        ("令和7年3月版", "1", 1, "兼務の場合もある。"),
    ]


def test_the_guideline_stands_beside_the_years_and_warns_of_none() -> None:
    assert imported("guideline", [guideline_item()]).plan.warnings == ()
