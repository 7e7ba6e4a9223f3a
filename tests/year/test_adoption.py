"""Can a city begin with nothing but its published report, and say exactly that, each figure with its source line?

The file cites the published FY2024 report that kansa must be able to produce (戸田市, 令和7年3月31日).
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from kansa.apps.annual_report.actions import freeze, import_file
from kansa.apps.annual_report.queries import frozen_bytes
from kansa.apps.people.actions import found_municipality
from kansa.document.blocks import Num
from kansa.document.report import FORMATS, Report, make_bundle, read_report, render
from kansa.document.trace import trace
from kansa.document.verify import read_bundle, verify
from tests.cast import CLERK
from tests.document.test_outline import before_annex, text_of

pytestmark = pytest.mark.django_db
REFERENCE = files("kansa.sample") / "reference"


def adopted() -> Report:
    """The reference city, entered from the two files and frozen."""
    found_municipality(CLERK, "戸田市")
    for kind, name in (("published", "published-toda-fy2024.csv"), ("year", "year-reference.csv")):
        data = (REFERENCE / name).read_bytes()
        outcome = import_file(CLERK, kind, data, name, apply=True)
        assert not outcome.refusals, [refusal.ja() for refusal in outcome.refusals]
    freeze(CLERK, 2024, "")
    return read_report(frozen_bytes(CLERK, 2024), is_draft=True)


@pytest.fixture
def report(db: None) -> Report:
    return adopted()


def test_it_states_exactly_the_published_figures(report: Report) -> None:
    text = text_of(report.document)
    for said in (
        "2.88点",
        "3.12点",
        "2.83点",
        "95.2％",
        "94.1％",
        "4.00点満点中3.00点以上",
        "平成17年度から３か年で一巡",
        "令和５年度から７巡目",
        "次の３つの手法",
        "0.1点程度",
    ):
        assert said in text, said


def test_it_states_no_other_number(report: Report) -> None:
    """Every printed figure is published, or made of published ones by subtraction or by the calendar."""
    derived = {"difference_of_published/1", "era_year/1", "rotation_place/1", "stated/1", "passes/1", "wording/1"}
    for para in before_annex(report.document):
        for run in para.runs:
            if isinstance(run, Num):
                figure = report.book[run.figure]
                assert figure.is_published or figure.formula in derived, figure


def test_what_was_not_published_is_left_out_by_name(report: Report) -> None:
    text = text_of(report.document)
    assert "検出事項の数は記録されていない" in text
    assert "開封率及び報告率は記録されていない" in text
    assert "前年度の判定の記録がないため、変化の内訳は分けられない" in text
    assert report.book["external.mean.prior"].value is None
    assert not re.search(r"検出率|回答率|適合率", text)


@pytest.mark.parametrize(
    "figure_id", ["external.mean", "internal.mean", "internal.mean.prior", "self.rate", "self.rate.prior"]
)
def test_each_is_traced_to_its_source_line(report: Report, figure_id: str) -> None:
    (row,) = trace(report.year, report.book, figure_id).rows
    assert "情報セキュリティ監査実施報告書（令和６年度、戸田市）" in row.label_ja
    assert "「" in row.label_ja
    assert row.file == "published-toda-fy2024.csv"
    assert row.rows.isdigit()


def test_all_outputs_come_and_verify(report: Report) -> None:
    members = read_bundle(make_bundle(report, render(report, FORMATS), "test"), "b.zip")
    assert [verdict for verdict in verify(members, "test") if not verdict.is_good] == []
