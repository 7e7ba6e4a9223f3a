"""Does one whole audit year, from an empty database, give the figures the reference report prints?

The targets 2.88, 3.12 / 2.83, 95.2 / 94.1 stand in the published reference; here they must come out of records.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from kansa.apps.annual_report.actions import freeze, import_file
from kansa.apps.annual_report.queries import export_records, frozen_bytes, year_data
from kansa.apps.self_inspection.queries import results_of
from kansa.apps.trail.actions import ImportOptions
from kansa.core.errors import NotComputable
from kansa.core.publication import CITY
from kansa.document.frozen import dump
from kansa.document.report import FORMATS, make_bundle, read_report, render
from kansa.document.trace import trace
from kansa.document.verify import read_bundle, verify
from kansa.formats.records import JudgementRecord
from kansa.formats.writers import export_xlsx
from tests.cast import CLERK
from tests.document.test_outline import text_of
from tests.records import changed as record_with
from tests.year.conftest import THIS_YEAR, SampleYear

pytestmark = pytest.mark.django_db


def number(year: SampleYear, figure_id: str) -> Fraction:
    value = year.report.book[figure_id].value
    assert isinstance(value, Fraction | int), figure_id
    return Fraction(value)


@pytest.mark.parametrize(
    ("figure_id", "shown"),
    [
        ("external.mean", "2.88"),
        ("internal.mean", "3.12"),
        ("internal.mean.prior", "2.83"),
        ("self.rate", "95.2"),
        ("self.rate.prior", "94.1"),
        ("self.change", "+1.1"),
        ("rotation.round", "７"),
        ("external.carried_change.word", "0.1点程度"),
        ("external.change.word", "若干向上"),
        ("external.change_ratio.word", "約半分"),
        ("internal.change.word", "大きく向上"),
    ],
)
def test_the_published_figures_come_out_of_the_records(sample_year: SampleYear, figure_id: str, shown: str) -> None:
    figure = sample_year.report.book[figure_id]
    assert figure.shown == shown
    assert not figure.is_published


def test_the_result_pages_and_the_report_have_one_computation(sample_year: SampleYear) -> None:
    """95.2 / 94.1 / +1.1 of the pages, and every part of the change, are the exact values of the report."""
    results = results_of(CLERK.municipality_id, THIS_YEAR)
    city, prior = results.rate(CITY), results.prior_rate(CITY)
    assert prior is not None
    assert (city.shown, prior.shown) == ("95.2", "94.1")
    assert (city.rate, prior.rate) == (number(sample_year, "self.rate"), number(sample_year, "self.rate.prior"))
    comparison = results.comparison
    assert not isinstance(comparison, NotComputable)
    assert comparison.change == number(sample_year, "self.change")
    parts = {one.code: one.value for one in comparison.effects}
    assert parts == {code: number(sample_year, f"self.effect.{code}") for code in parts}


def test_the_story_of_the_reference_holds(sample_year: SampleYear) -> None:
    """Below the pass mark and yet improved; new items below the mean; fewer detections, more level 4 inside."""
    assert number(sample_year, "external.mean") < 3 < number(sample_year, "internal.mean")
    assert number(sample_year, "external.effect.revised") < 0
    assert number(sample_year, "internal.detection_rate") < number(sample_year, "internal.detection_rate.prior")
    assert number(sample_year, "internal.detections") < number(sample_year, "internal.detections.prior")
    assert number(sample_year, "internal.level.4.count") > number(sample_year, "internal.level.4.count.prior")
    assert number(sample_year, "self.effect.added") < 0
    assert number(sample_year, "self.added.rate") < number(sample_year, "self.rate")
    assert number(sample_year, "external.finding.planned") == number(sample_year, "external.finding.detected")


def test_every_effect_sums_exactly(sample_year: SampleYear) -> None:
    book = sample_year.report.book
    for prefix, change in (("external", "pooled_change"), ("internal", "pooled_change"), ("self", "change")):
        effects = [number(sample_year, name) for name in book.figures if name.startswith(f"{prefix}.effect.")]
        assert sum(effects) == number(sample_year, f"{prefix}.{change}")


def test_the_report_says_it_in_words(sample_year: SampleYear) -> None:
    text = text_of(sample_year.report.document)
    assert "検出の割合が減少し、レベル4の判定の割合が増加したことが、平均の向上に寄与している" in text.replace(
        "４", "4"
    )
    assert "0.1点程度改善されたものの" in text
    assert "約半分の向上に留まった" in text
    assert "新規に追加した項目" in text
    assert "多くの項目が維持又は向上していることで、全体の遵守率を押し上げている" in text


def test_every_number_is_traced_to_a_file_and_a_row(sample_year: SampleYear) -> None:
    report = sample_year.report
    names = {file.name for file in sample_year.files}
    for figure_id in ("external.mean", "internal.mean.prior", "external.finding.improved", "scale.pass_mark"):
        rows = trace(report.year, report.book, figure_id).rows
        assert rows, figure_id
        for row in rows:
            assert row.file in names, (figure_id, row)
            assert row.rows, (figure_id, row)


def test_the_trace_of_the_rate_covers_every_respondent(sample_year: SampleYear) -> None:
    report = sample_year.report
    rows = trace(report.year, report.book, "self.rate").rows
    people = sum(int(row.value_ja.removeprefix("回答者").removesuffix("人")) for row in rows)
    assert people == report.book["self.respondents"].value


def test_freezing_again_gives_the_same_hash(sample_year: SampleYear) -> None:
    again = freeze(CLERK, THIS_YEAR, "")
    assert not again.is_new
    assert again.sha256 == sample_year.report.frozen_sha256
    assert dump(year_data(CLERK.municipality_id, THIS_YEAR)) == frozen_bytes(CLERK, THIS_YEAR)


def test_two_runs_give_the_same_bytes_and_the_bundle_verifies(sample_year: SampleYear) -> None:
    report = sample_year.report
    outputs = render(report, FORMATS)
    assert render(report, FORMATS) == outputs
    members = read_bundle(make_bundle(report, outputs, "test"), "b.zip")
    assert [verdict for verdict in verify(members, "test") if not verdict.is_good] == []


def test_changing_one_judgement_changes_the_report(sample_year: SampleYear) -> None:
    """One level, imported again as a corrected file, and the next frozen version prints another mean."""
    records = list(export_records(CLERK, "judgements", THIS_YEAR))
    place, first = next(
        (place, record)
        for place, record in enumerate(records)
        if isinstance(record, JudgementRecord)
        and record.engagement_code.startswith(external_code(sample_year))
        and record.level == 2
    )
    records[place] = record_with(first, level=4)
    options = ImportOptions(fiscal_year=THIS_YEAR)
    data = export_xlsx("judgements", records)
    outcome = import_file(CLERK, "judgements", data, "訂正.xlsx", apply=True, options=options)
    assert not outcome.refusals
    assert outcome.plan.changed == 1
    frozen = freeze(CLERK, THIS_YEAR, "判定の訂正")
    assert frozen.is_new
    changed = read_report(frozen_bytes(CLERK, THIS_YEAR), is_draft=True)
    before, after = number(sample_year, "external.mean"), changed.book["external.mean"].value
    assert after == before + Fraction(2, int(number(sample_year, "external.judged")))
    assert text_of(changed.document) != text_of(sample_year.report.document)


def external_code(year: SampleYear) -> str:
    """What the codes of this year's external control checks begin with."""
    codes = [
        check.code
        for check in year.report.year.this.engagements
        if check.stream == "external_audit" and check.method == "control_check"
    ]
    return codes[0]
