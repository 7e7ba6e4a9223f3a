"""What do the results say of a small city whose numbers can be counted by hand?"""

from __future__ import annotations

from fractions import Fraction

from kansa.core.compliance import AnswerCounts
from kansa.core.errors import NotComputable
from kansa.core.publication import CITY, TOTAL, AnswerRow, AnswerTable, department_group
from kansa.core.results import Audited, YearResults, many_no, year_results
from kansa.core.year import ControlItem, Department, Succession

CLAUSE = "第5条第1項"
# code, lineage, code of last year
ITEMS = (("Q1", "carried", "Q1"), ("Q2", "carried", "Q2"), ("Q3", "revised", "Q3"), ("Q4", "added", ""))
PLACES = (("101", 40), ("102", 25), ("103", 3))


def counts(people: int, no: int) -> AnswerCounts:
    return AnswerCounts(people - no, no)


def table(fiscal_year: int, no: dict[str, dict[str, int]], codes: tuple[str, ...]) -> AnswerTable:
    """Everybody answers はい, but for `no`: department -> item -> いいえ."""
    items = tuple(
        ControlItem(
            code, "", f"{code}の文", "", lineage if fiscal_year == 2024 else "added", prior, policy_clause=CLAUSE
        )
        for code, lineage, prior in ITEMS
        if code in codes
    )
    rows = tuple(
        AnswerRow(
            place,
            "",
            people,
            tuple(
                AnswerCounts(people - no.get(place, {}).get(code, 0), no.get(place, {}).get(code, 0)) for code in codes
            ),
        )
        for place, people in PLACES
    )
    departments = tuple(Department(place, f"第{place}課", "総務部", "head_office") for place, _people in PLACES)
    roster = tuple((place, "", people + 2) for place, people in PLACES)
    return AnswerTable(fiscal_year, items, departments, rows, roster, k=5)


def results(successions: tuple[Succession, ...] = ()) -> YearResults:
    """68 people; Q1 rose by one person, Q2 fell by three, Q3 was reworded, Q4 is new and known by half of 102."""
    prior = table(2023, {"101": {"Q1": 2, "Q2": 1, "Q3": 5}}, ("Q1", "Q2", "Q3"))
    this = table(2024, {"101": {"Q1": 1, "Q2": 4, "Q3": 2}, "102": {"Q4": 12}}, ("Q1", "Q2", "Q3", "Q4"))
    return year_results(this, prior, successions)


def test_the_rate_names_numerator_and_denominator_and_the_parts_add_up() -> None:
    """4 × 68 = 272 answers, 19 いいえ: 253 / 272; last year 8 of 204."""
    found = results()
    city = found.rate(CITY)
    assert city.counts == AnswerCounts(253, 19)
    assert city.rate == Fraction(253, 272)
    assert not isinstance(found.comparison, NotComputable)
    assert sum(one.value for one in found.comparison.effects) == Fraction(253, 272) - Fraction(196, 204)
    assert found.response_rate(CITY) == Fraction(68, 74)


def test_a_department_of_three_is_hidden_and_so_is_the_one_that_would_give_it_away() -> None:
    found = results()
    assert found.rate(department_group("103")).state == "primary"
    assert found.rate(department_group("102")).state == "complementary"
    assert found.rate(department_group("101")).rate == Fraction(153, 160)


def test_carried_items_rise_and_fall_and_a_reworded_one_has_no_direction() -> None:
    found = results()
    directions = {item.code: found.movement(item).direction for item in found.table.items}
    assert directions == {"Q1": "up", "Q2": "down", "Q3": "", "Q4": ""}
    change, count = found.like_for_like(CITY) or (Fraction(), 0)
    assert (change, count) == (Fraction(-5 + 3, 136), 2)


def test_what_to_teach_first_is_ranked_by_its_reasons() -> None:
    """Q4: 56/68 low, many (12 of 19 reach half), new. Then Q2 fell (64/68), Q3 was reworded (66/68)."""
    found = [(one.movement.item.code, one.reasons) for one in results().to_teach]
    assert found == [("Q4", ("low", "many", "new")), ("Q2", ("falling",)), ("Q3", ("revised",))]
    assert many_no({"Q1": 5, "Q2": 5, "Q3": 0}) == {"Q1"}  # ties by code


def test_a_department_is_compared_with_itself_only() -> None:
    """101 took over another department on 1 April: last year's 101 is not the same any more."""
    merged = (Succession(2024, "merged", "199", "101"), Succession(2024, "merged", "101", "101"))
    assert results().prior_rate(department_group("101"), TOTAL) is not None
    assert results(merged).prior_rate(department_group("101"), TOTAL) is None


def test_a_contradiction_needs_the_clause_the_low_level_and_a_printed_yes() -> None:
    low = Audited("I-101", "101", "I01", "監査の項目", CLAUSE, 1)
    elsewhere = Audited("I-101", "101", "I02", "監査の項目", "第9条", 0)
    higher = Audited("I-101", "101", "I03", "監査の項目", CLAUSE, 2)
    hidden = Audited("I-103", "103", "I01", "監査の項目", CLAUSE, 0)
    found = results().contradictions([higher, hidden, low, elsewhere])
    # Q1 39/40, Q2 36/40 = 90 %, Q3 38/40, Q4 40/40: all at least nine in ten.
    assert [(one.item.code, one.audited.item_code) for one in found] == [(f"Q{n}", "I01") for n in range(1, 5)]


def test_a_year_without_a_predecessor_says_so() -> None:
    this = table(2024, {}, ("Q1", "Q2", "Q3", "Q4"))
    found = year_results(this, None, ())
    assert isinstance(found.comparison, NotComputable)
    assert found.prior_rate(CITY) is None
