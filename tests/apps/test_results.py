"""Do pages and files of results say the same, to the right people, and nothing that could give a hidden cell away?"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from datetime import date
from fractions import Fraction

import pytest

from kansa.apps.annual_report.queries import year_data
from kansa.apps.jobs.actions import work_off
from kansa.apps.self_inspection.actions import move_campaign
from kansa.apps.self_inspection.actions.deciding import decide_year
from kansa.apps.self_inspection.queries import decisions, results_of
from kansa.config.jobs import TASKS
from kansa.document.figures import build_figures
from tests.builders import (
    answer,
    build_city,
    department,
    engagement,
    imported,
    item,
    judgement,
    scale,
    setting,
    staff,
    upload,
)
from tests.cast import CITY as MUNICIPALITY
from tests.cast import CLERK, browser_of, sign_up, this_fiscal_year
from tests.core.test_publication import less, row_space
from tests.inspecting import browser_with, build_campaign, build_staff, give, slips_of

pytestmark = pytest.mark.django_db

BUREAUS = {"101": "総務部", "102": "総務部", "103": "総務部", "201": "福祉部", "202": "福祉部", "203": "福祉部"}
SIZES = {"101": 24, "102": 9, "103": 3, "201": 30, "202": 8, "203": 7}
HOSTILE = '=HYPERLINK("http://evil.example")'


def letters(code: str, n: int, no: str) -> str:
    """Q1 to Q4 of the person n: the first says いいえ, and only four people are concerned by Q4."""
    refused = no if n == 0 and code != "202" else ""
    return "".join("n" if q in refused else "-" if q == "4" and n > 3 else "y" for q in "1234")


def wording(place: int) -> str:
    """The text of an item; the first looks like a formula."""
    return HOSTILE if place == 1 else f"点検{place}"


def answered(fiscal_year: int, no: str) -> None:
    """Everybody answers; in every department the first person of each says いいえ to the items named."""
    questions = [
        item(
            f"Q{place}",
            "self_inspection",
            fiscal_year=fiscal_year,
            text_ja=HOSTILE if place == 1 else f"点検{place}",
            policy_clause=f"{place}条",
        )
        for place in range(1, 5)
    ]
    imported("checklist", questions, file=upload(f"項目{fiscal_year}.csv"))
    people = [(f"{code}-{n}", code, n) for code, size in SIZES.items() for n in range(size)]
    roster = [staff(number, code, fiscal_year=fiscal_year) for number, code, _n in people]
    imported("staff", [*roster, staff("101-x", "101", fiscal_year=fiscal_year)], file=upload(f"名簿{fiscal_year}.csv"))
    rows = [
        answer(
            number,
            "".join(
                "n" if str(q) in no and n == 0 and code != "202" else "-" if q == 4 and n > 3 else "y"
                for q in range(1, 5)
            ),
            fiscal_year=fiscal_year,
            department_code=code,
        )
        for number, code, n in people
    ]
    imported("self_inspection", rows, file=upload(f"回答{fiscal_year}.csv"))


@pytest.fixture
def two_years(db: None) -> int:
    """A city with two imported years, the later one this year, and people who look at it."""
    year = this_fiscal_year()
    build_city()
    places = [department(code, name_ja=f"第{code}課", bureau_ja=bureau) for code, bureau in BUREAUS.items()]
    imported("departments", places)
    imported("year", [setting(fiscal_year=year)])
    answered(year - 1, "12")
    answered(year, "1")
    sign_up("director", "clerk", "head", "other_head", "ciso", "staff", "contact")
    return year


def rows_of(year: int, who: str) -> list[dict[str, str]]:
    body = browser_of(who).get(f"/inspections/results/{year}/files/table.csv").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(body)))


def inside(row: dict[str, str]) -> dict[tuple[str, str], Fraction]:
    """The unknown numbers (department, item) that a row adds up, from the words of the file alone."""
    of = {"市全体": lambda code: True, "部局別": lambda code: BUREAUS[code] == row["名称"]}
    of |= {"所属別": lambda code: code == row["所属コード"], "所属の種別ごと": lambda code: True}
    places = [code for code in BUREAUS if of[row["区分"]](code)]
    items = [row["項目コード"]] if row["項目コード"] else ["Q1", "Q2", "Q3", "Q4"]
    return {(code, one): Fraction(1) for code in places for one in items}


def test_no_hidden_cell_of_the_files_follows_from_the_numbers_in_them(two_years: int) -> None:
    """Every number of every row is an equation; the years have other people and are attacked each by itself."""
    for year in (two_years, two_years - 1):
        rows = rows_of(year, "clerk")
        known = row_space(inside(row) for row in rows if row["はい"])
        others = [row for row in rows if not row["はい"]]
        assert {row["遵守率の状態"] for row in others} == {"秘匿", "幅で表示"}
        assert [row for row in others if not less(inside(row), known)] == []
        # The numbers are what the other forms print too.
        told = json.loads(browser_of("clerk").get(f"/inspections/results/{year}/files/results.json").content)
        assert [str(one["yes_count"] or "") for one in told["cells"]] == [row["はい"] for row in rows]


def test_a_large_city_waits_for_its_decision_which_goes_when_what_it_rests_on_changes(
    two_years: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows_of(two_years, "clerk")
    monkeypatch.setattr(decisions, "AT_ONCE", 0)
    path = f"/inspections/results/{two_years}/"
    assert browser_of("clerk").get(f"{path}files/table.csv").status_code == 202
    waiting = browser_of("clerk").get(path)
    assert (waiting.status_code, "公表できる範囲を決めています" in waiting.content.decode()) == (202, True)
    work_off(TASKS, beats=False)
    assert rows_of(two_years, "clerk") == before
    assert not decide_year(MUNICIPALITY, two_years)  # once is enough
    # Other answers: the decision is gone with the counts it was made from, and the job is asked for again.
    given = [answer("101-x", "nyyy", fiscal_year=two_years, department_code="101")]
    assert imported("self_inspection", given, file=upload("追加.csv")).refusals == ()
    assert browser_of("clerk").get(path).status_code == 202
    work_off(TASKS, beats=False)
    after = rows_of(two_years, "clerk")
    assert [row["回答者数"] for row in after[:1]] == [str(sum(SIZES.values()) + 1)]
    # Another rule, of which this app hears nothing.
    imported("year", [setting("small_cell_k", "9", two_years)], file=upload("規則.csv"))
    assert browser_of("clerk").get(path).status_code == 202


def test_disagreements_are_taken_away_as_the_decision_prints_them(two_years: int) -> None:
    """Every department was found at level 1 in everything: the file has what the results print of it, and no more."""
    days = {"started_on": date(two_years, 10, 1), "ended_on": date(two_years, 10, 2)}
    imported("year", scale(two_years))
    audited = {f"A{place}": f"{place}条" for place in range(1, 5)}
    told = {"fiscal_year": two_years, "text_ja": HOSTILE}
    imported("checklist", [item(code, policy_clause=clause, **told) for code, clause in audited.items()])
    imported("engagements", [engagement(f"E{code}", code, fiscal_year=two_years, **days) for code in BUREAUS])
    levels = [
        judgement(one, 1, f"E{code}", fiscal_year=two_years, department_code=code)
        for code in BUREAUS
        for one in audited
    ]
    assert imported("judgements", levels).refusals == ()
    base = f"/inspections/results/{two_years}/contradictions/"

    def taken(who: str) -> dict[tuple[str, str], tuple[str, str]]:
        body = browser_of(who).get(f"{base}files/table.csv").content.decode("utf-8-sig")
        rows = csv.DictReader(io.StringIO(body))
        return {(row["所属コード"], row["点検項目コード"]): (row["遵守率"], row["はい"]) for row in rows}

    cells = {
        (row["所属コード"], row["項目コード"]): (row["遵守率"], row["はい"])
        for row in rows_of(two_years, "clerk")
        if row["区分"] == "所属別" and row["項目コード"]
    }
    said = {key: cell for key, cell in cells.items() if cell[0] in ("95％以上", "96.7", "100.0")}
    assert taken("clerk") == said
    assert {cell[0] for cell in said.values()} >= {"95％以上"}
    assert {cell[0] for cell in cells.values()} >= {""}  # others are hidden, and are not there
    page = browser_of("clerk").get(base).content.decode()
    assert page.count('<th scope="row"') == len(said)
    for form in ("print.xlsx", "table.xlsx"):
        sheets = zipfile.ZipFile(io.BytesIO(browser_of("clerk").get(f"{base}files/{form}").content))
        assert not [name for name in sheets.namelist() if "worksheets/" in name and b"<f>" in sheets.read(name)]
    # A head reads of the own department, and of audits whose result was told; others nothing.
    assert taken("head") == {}
    assert browser_of("staff").get(f"{base}files/table.csv").status_code == 403


def test_last_years_numbers_in_this_years_file_are_those_of_last_years_file(two_years: int) -> None:
    keys = ("区分", "所属コード", "名称", "項目コード")
    before = {tuple(row[key] for key in keys): row["はい"] for row in rows_of(two_years - 1, "clerk")}
    rows = [row for row in rows_of(two_years, "clerk") if row["前年度はい"]]
    assert rows
    assert [row for row in rows if row["前年度はい"] != before[tuple(row[key] for key in keys)]] == []


def test_the_report_prints_what_the_pages_print(two_years: int) -> None:
    book = build_figures(year_data(MUNICIPALITY, two_years))
    results = results_of(MUNICIPALITY, two_years)
    page = browser_of("ciso").get(f"/inspections/results/{two_years}/").content.decode()
    assert f"<b>{book['self.rate'].shown}" in page.replace("\n", "")
    assert f"<b>{book['self.change'].shown}</b>" in page
    for row in rows_of(two_years, "clerk"):
        group = {"部局別": f"bureau.{row['名称']}", "所属別": f"department.{row['所属コード']}"}.get(row["区分"], "")
        if group and not row["項目コード"]:
            assert results.rate(group).shown == book[f"self.{group}.rate"].shown


def test_a_head_sees_the_own_department_and_the_city(two_years: int) -> None:
    rows = rows_of(two_years, "head")
    assert {(row["区分"], row["所属コード"]) for row in rows} == {("市全体", ""), ("所属別", "101")}
    head, base = browser_of("head"), f"/inspections/results/{two_years}/"
    assert head.get(f"{base}departments/101/").status_code == 200
    assert head.get(f"{base}departments/102/").status_code == 404
    assert head.get(f"{base}by/bureaus/").status_code == 404
    assert "第102課" not in head.get(f"{base}items/Q1/").content.decode()
    assert "第102課" not in head.get(f"{base}map/").content.decode()
    assert browser_of("contact").get(base).status_code == 403
    assert browser_of("staff").get(f"{base}files/results.json").status_code == 403


def test_text_that_looks_like_a_formula_stays_text(two_years: int) -> None:
    rows = rows_of(two_years, "clerk")
    assert {row["点検項目"] for row in rows if row["項目コード"] == "Q1"} == {f"'{HOSTILE}"}
    body = browser_of("clerk").get(f"/inspections/results/{two_years}/files/print.xlsx").content
    sheets = zipfile.ZipFile(io.BytesIO(body))
    assert not [name for name in sheets.namelist() if name.startswith("xl/worksheets/") and b"<f>" in sheets.read(name)]
    assert HOSTILE in sheets.read("xl/sharedStrings.xml").decode().replace("&quot;", '"')


def test_a_year_under_way_is_shown_only_after_it_is_closed() -> None:
    build_staff()
    campaign = build_campaign()
    year = this_fiscal_year()
    for slip in slips_of(campaign)[:6]:
        give(browser_with(slip.code.replace("-", "")), campaign, "yn-")
    assert browser_of("director").get(f"/inspections/results/{year}/").status_code == 404
    move_campaign(CLERK, campaign.pk, "close")
    page = browser_of("director").get(f"/inspections/results/{year}/")
    assert page.status_code == 200
    assert f"/inspections/{campaign.pk}/" in page.content.decode()
    assert (
        f"/inspections/results/{year}/" in browser_of("director").get(f"/inspections/{campaign.pk}/").content.decode()
    )
