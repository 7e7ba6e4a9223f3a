"""Do the sample city's records give the published figures? Counted here with plain arithmetic, without kansa.core."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

import pytest

from kansa.formats.records import AnswerRecord, ChecklistItemRecord, JudgementRecord, Record
from kansa.sample.contents import city_batches

City = dict[str, list[Record]]
YEARS = (2023, 2024)


def lineage(city: City, stream: str) -> dict[int, dict[str, str]]:
    """Fiscal year -> item code -> class seen from FY2024."""
    classes: dict[int, dict[str, str]] = {2023: {}, 2024: {}}
    for item in city["checklist"]:
        assert isinstance(item, ChecklistItemRecord)
        if item.stream != stream or item.fiscal_year != 2024:
            continue
        if item.lineage != "dropped":
            classes[2024][item.code] = item.lineage
        if item.prior_code:
            classes[2023][item.prior_code] = item.lineage
    return classes


def levels(city: City, stream: str, year: int, only: str = "") -> list[int]:
    """The levels judged in the year, of all items or of one class."""
    letter = {"external_audit": "EX", "internal_audit": "IN"}[stream]
    classes = lineage(city, stream)[year]
    found = []
    for record in city["judgements"]:
        assert isinstance(record, JudgementRecord)
        is_mine = record.fiscal_year == year and record.engagement_code.startswith(letter)
        if is_mine and record.level is not None and (not only or classes[record.item_code] == only):
            found.append(record.level)
    return found


def mean(values: list[int]) -> Fraction:
    return Fraction(sum(values), len(values))


def printed(value: Fraction, places: int) -> str:
    """Half up, for positive values."""
    return f"{(value * 10**places + Fraction(1, 2)).__floor__() / 10**places:.{places}f}"


def answers(city: City, year: int) -> dict[str, Counter[str]]:
    """Item code -> how often each answer was given."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for record in city["self_inspection"]:
        assert isinstance(record, AnswerRecord)
        if record.fiscal_year == year:
            for code, answer in record.answers:
                counts[code][answer] += 1
    return counts


def rate(counts: Counter[str]) -> Fraction:
    return Fraction(counts["yes"], counts["yes"] + counts["no"])


def test_external_mean_rises_from_283_to_288(city: City) -> None:
    assert [printed(mean(levels(city, "external_audit", year)), 2) for year in YEARS] == ["2.83", "2.88"]


def test_carried_items_gain_about_a_tenth_and_the_whole_about_half_of_it(city: City) -> None:
    prior, this = (mean(levels(city, "external_audit", year, "carried")) for year in YEARS)
    carried = this - prior
    whole = mean(levels(city, "external_audit", 2024)) - mean(levels(city, "external_audit", 2023))
    assert printed(carried, 1) == "0.1"
    assert Fraction(4, 10) <= whole / carried < Fraction(6, 10)
    assert mean(levels(city, "external_audit", 2024, "revised")) < mean(levels(city, "external_audit", 2023, "revised"))


def test_internal_mean_rises_from_283_to_312(city: City) -> None:
    assert [printed(mean(levels(city, "internal_audit", year)), 2) for year in YEARS] == ["2.83", "3.12"]


def test_inside_there_are_fewer_detections_and_more_level_4(city: City) -> None:
    prior, this = (Counter(levels(city, "internal_audit", year)) for year in YEARS)
    found = [Fraction(counts[0] + counts[1] + counts[2], counts.total()) for counts in (prior, this)]
    high = [Fraction(counts[4], counts.total()) for counts in (prior, this)]
    assert found[1] < found[0] / 2
    assert high[1] > 2 * high[0]


def test_compliance_rises_from_941_to_952_by_11_points(city: City) -> None:
    prior, this = (rate(sum(answers(city, year).values(), Counter())) for year in YEARS)
    assert (printed(prior * 100, 1), printed(this * 100, 1)) == ("94.1", "95.2")
    assert printed((this - prior) * 100, 1) == "1.1"


def test_added_questions_pull_down_and_most_others_hold_or_rise(city: City) -> None:
    classes = lineage(city, "self_inspection")[2024]
    this = {code: rate(counts) for code, counts in answers(city, 2024).items()}
    prior = {code: rate(counts) for code, counts in answers(city, 2023).items()}
    whole = rate(sum(answers(city, 2024).values(), Counter()))
    assert all(this[code] < whole for code, name in classes.items() if name == "added")
    links = [
        (item.code, item.prior_code)
        for item in city["checklist"]
        if isinstance(item, ChecklistItemRecord)
        and (item.stream, item.fiscal_year) == ("self_inspection", 2024)
        and item.lineage in ("carried", "revised")
    ]
    held = [code for code, before in links if (this[code] - prior[before]) * 100 > Fraction(-5, 100)]
    assert len(links) == 28
    assert len(held) >= 24


@pytest.mark.parametrize("seed", [1, 7, 31337])
def test_every_seed_gives_the_same_published_figures(seed: int) -> None:
    records: City = defaultdict(list)
    for batch in city_batches(seed):
        records[batch.kind] += batch.records
    test_external_mean_rises_from_283_to_288(records)
    test_carried_items_gain_about_a_tenth_and_the_whole_about_half_of_it(records)
    test_internal_mean_rises_from_283_to_312(records)
    test_inside_there_are_fewer_detections_and_more_level_4(records)
    test_compliance_rises_from_941_to_952_by_11_points(records)
    test_added_questions_pull_down_and_most_others_hold_or_rise(records)
