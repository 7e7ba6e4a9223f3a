"""Can a city begin with nothing but its published report, and say exactly that, each figure with its source line?

The file cites the published FY2024 report that kansa must be able to produce (戸田市, 令和7年3月31日).
"""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from kansa.apps.annual_report.actions import freeze, import_file
from kansa.apps.annual_report.queries import frozen_bytes, year_data
from kansa.apps.people.actions import found_municipality
from kansa.core.checks import Notice, run_checks
from kansa.document.blocks import Num
from kansa.document.report import FORMATS, Report, make_bundle, read_report, render
from kansa.document.trace import trace
from kansa.document.verify import read_bundle, verify
from kansa.sample import generate
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


def test_the_day_in_the_published_report_is_enough(report: Report) -> None:
    assert [notice for notice in run_checks(report.year) if notice.code == "report_date"] == []


def test_a_year_from_records_after_a_year_that_exists_only_as_published(db: None) -> None:
    """The second year with kansa: this year's records, last year's two printed figures."""
    found_municipality(CLERK, "みほん市（架空）")
    for file in generate():
        if file.options.get("fiscal_year", 2024) != 2024 or file.kind == "findings":
            continue
        outcome = import_file(CLERK, file.kind, file.data, file.name, apply=True)
        assert not outcome.refusals, (file.name, [refusal.ja() for refusal in outcome.refusals[:3]])
    header = "年度,項目コード,項目名,値,単位,程度,出典文書,頁,行,引用,公表日\n"
    lines = [
        "令和５年度,internal.mean,内部監査の平均,2.83,点,,令和５年度の報告書,3,12,2.83点,令和６年３月29日\n",
        "令和５年度,self.rate,遵守率,94.1,％,,令和５年度の報告書,4,8,94.1％,令和６年３月29日\n",
    ]
    data = (header + "".join(lines)).encode("utf-8-sig")
    outcome = import_file(CLERK, "published", data, "昨年度の公表値.csv", apply=True)
    assert not outcome.refusals, [refusal.ja() for refusal in outcome.refusals]
    accepted = {notice.code: "初年度のため" for notice in checked() if notice.severity == "block"}
    freeze(CLERK, 2024, "", accepted)
    report = read_report(frozen_bytes(CLERK, 2024), is_draft=True)
    assert report.book["internal.mean"].shown == "3.12"
    assert not report.book["internal.mean"].is_published
    assert report.book["internal.mean.prior"].is_published
    assert report.book["internal.change"].shown == "+0.29"
    assert report.book["self.change"].shown == "+1.1"
    assert report.book["external.mean.prior"].value is None
    text = text_of(report.document)
    assert "公表値、2.83点" in text
    assert "変化の内訳は分けられない" in text


def checked() -> tuple[Notice, ...]:
    return run_checks(year_data(CLERK.municipality_id, 2024))
