"""Do the pages of the checklists let the office edit, and nobody else?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kansa.apps.annual_report.actions import freeze
from kansa.apps.controls.actions import ListKey
from kansa.apps.controls.models import ControlItem, GuidelineItem
from kansa.formats.readers import READERS
from kansa.formats.records import GuidelineItemRecord
from tests.builders import YEAR, build_audit, build_city, imported, item, source
from tests.cast import CLERK, browser_of, sign_up

NEXT = YEAR + 1
LIST = f"/checklists/{NEXT}/external_audit/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    """The clerk's browser; last year has items A1 and A2, this year nothing yet."""
    build_city()
    build_audit()
    sign_up("clerk", "auditor", "external", "head", "ciso")
    return browser_of("clerk")


def found(code: str, fiscal_year: int = NEXT) -> ControlItem:
    return ControlItem.objects.get(code=code, checklist__fiscal_year=fiscal_year)


def page(code: str) -> str:
    return f"{LIST}items/{found(code).pk}/"


def form_of(client: Client, path: str) -> dict[str, str]:
    """What a browser would send back unchanged: the stamp and the texts."""
    text = client.get(path).content.decode()
    stamp = re.search(r'name="stamp" value="(\w+)"', text)
    assert stamp
    one = ControlItem.objects.get(pk=int(path.rstrip("/").rpartition("/")[2]))
    return {"stamp": stamp[1], "domain_ja": one.domain_ja, "text_ja": one.text_ja, "criteria_ja": one.criteria_ja}


def test_from_last_years_list_to_a_revised_item(office: Client) -> None:
    assert "前年度を複製" in office.get("/checklists/").content.decode()
    assert "「継続」として複製しました" in office.post(f"{LIST}copy/", follow=True).content.decode()
    typed = form_of(office, page("A1")) | {"text_ja": "項目A1を毎年行っているか"}
    refused = office.post(page("A1"), typed).content.decode()
    assert "「見直し」、変わらないなら「字句修正」" in refused
    assert re.search(r"<ins>.*毎年</ins>", refused)  # the typed words stand beside last year's at once
    answer = office.post(page("A1"), typed | {"change": "revised"}, follow=True)
    assert "保存しました" in answer.content.decode()
    assert (found("A1").lineage, found("A1").text_ja) == ("revised", "項目A1を毎年行っているか")
    shown = office.get(f"{LIST}?show=revised").content.decode()
    assert "A1" in shown
    assert page("A2") not in shown


def test_the_reason_of_dropping_is_asked_for_and_shown(office: Client) -> None:
    office.post(f"{LIST}copy/")
    assert 'name="reason_ja"' in office.get(page("A1")).content.decode()
    refused = office.post(f"{page('A1')}drop/", follow=True).content.decode()
    assert "廃止する理由を入力してください" in refused
    office.post(f"{page('A1')}drop/", {"reason_ja": "条例<b>の廃止"})
    shown = office.get(LIST).content.decode()
    assert "条例&lt;b&gt;の廃止" in shown
    assert "条例&lt;b&gt;の廃止" in office.get(page("A1")).content.decode()


def test_two_people_at_one_item(office: Client) -> None:
    office.post(f"{LIST}copy/")
    mine, theirs = form_of(office, page("A1")), form_of(office, page("A1"))
    office.post(page("A1"), theirs | {"domain_ja": "物理的"})
    told = office.post(page("A1"), mine | {"domain_ja": "技術的"})
    text = told.content.decode()
    assert "今登録されている内容" in text
    assert "物理的" in text
    assert 'value="技術的"' in text  # what was typed is not lost
    stamp = re.search(r'name="stamp" value="(\w+)"', text)
    assert stamp
    office.post(page("A1"), mine | {"domain_ja": "技術的", "stamp": stamp[1]})
    assert found("A1").domain_ja == "技術的"


def test_a_frozen_year_is_shown_and_cannot_be_changed(office: Client) -> None:
    freeze(CLERK, YEAR, "", {"half_judged": "試験"})
    frozen = f"/checklists/{YEAR}/external_audit/"
    one = found("A1", YEAR)
    text = office.get(f"{frozen}items/{one.pk}/").content.decode()
    assert "凍結済み" in text
    assert 'name="stamp"' not in text
    told = office.post(f"{frozen}items/{one.pk}/drop/", follow=True).content.decode()
    assert "凍結済みのため変えられません" in told
    assert found("A1", YEAR).lineage == "carried"


@pytest.mark.parametrize("person", ["auditor", "external", "head", "ciso"])
def test_others_neither_see_nor_edit(office: Client, person: str) -> None:
    office.post(f"{LIST}copy/")
    stranger = browser_of(person)
    for path in ("/checklists/", LIST, page("A1"), f"{LIST}export/csv/"):
        assert stranger.get(path).status_code == 403
    assert stranger.post(f"{LIST}items/{found('A1').pk}/drop/").status_code == 403
    assert found("A1").lineage == "carried"


@pytest.mark.parametrize(
    "path", ["/checklists/2025/no_stream/", "/checklists/1800/external_audit/", f"{LIST}items/999999/"]
)
def test_what_there_cannot_be_is_not_found(office: Client, path: str) -> None:
    assert office.get(path).status_code == 404


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_exported_list_is_read_again(office: Client, kind: str) -> None:
    office.post(f"{LIST}copy/")
    answer = office.get(f"{LIST}export/{kind}/")
    assert "attachment" in answer.headers["Content-Disposition"]
    result = READERS["checklist"](b"".join(answer), f"x.{kind}")  # type: ignore[arg-type]
    assert [(one.code, one.fiscal_year) for one in result.records] == [("A1", NEXT), ("A2", NEXT)]  # type: ignore[union-attr]


def test_items_are_made_of_the_guidelines_table(office: Client) -> None:
    office.post(f"{LIST}copy/")
    assert "まだ取り込まれていません" in office.get(f"{LIST}guideline/").content.decode()
    rows = [
        GuidelineItemRecord(
            "令和7年3月版",
            number,
            "required",
            "1. 組織体制／(1) 責任",
            f"責任者{number}を定めているか",
            "規程",
            "聞き取り",
            "",
            "5.2",
            "",
            source(),
        )
        for number in ("12", "13")
    ]
    imported("guideline", rows)
    one = GuidelineItem.objects.get(number="12")
    office.post(f"{LIST}guideline/", {"item": [str(one.pk), "x"]})
    made = found("G12")
    assert (made.lineage, made.prior_code, made.mic_number, made.jis_number, made.edition_ja) == (
        "added",
        "",
        "12",
        "5.2",
        "令和7年3月版",
    )
    assert (made.domain_ja, made.criteria_ja) == ("1. 組織体制", "規程\n聞き取り")
    again = office.post(f"{LIST}guideline/", {"item": [str(one.pk)]}).content.decode()
    assert "「G12」は既に使われています" in again


def test_html_in_an_item_stays_text(office: Client) -> None:
    imported("checklist", [item("A1", fiscal_year=NEXT, text_ja="<script>alert(1)</script>")])
    for path in (LIST, page("A1"), f"{LIST}print/"):
        assert "<script>alert" not in office.get(path).content.decode()


def test_a_long_list_pages_and_asks_the_database_the_same_few_times(
    office: Client, django_assert_max_num_queries: object
) -> None:
    imported("checklist", [item(f"B{place:03}", fiscal_year=NEXT) for place in range(120)])
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        text = office.get(LIST).content.decode()
    assert text.count("/items/") == 50
    assert "1 / 3" in text


def test_a_key_names_its_list() -> None:
    assert ListKey(2025, "internal_audit", lambda _city, _year: False).ja() == "令和７年度の内部監査"
