"""Can the staff answer on a small screen, by keyboard and without JavaScript, and does the office prepare it there?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions import move_campaign
from kansa.apps.self_inspection.models import Response
from tests.browser.conftest import Watched
from tests.browser.test_site import small_targets, violations
from tests.builders import imported, item, staff
from tests.cast import CLERK, this_fiscal_year
from tests.inspecting import build_campaign, build_staff, slips_of

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server: Any) -> str:
    """The address of a server with people and questions only."""
    build_staff()
    return str(live_server.url)


def masks() -> list[tuple[int, int, int]]:
    return list(Response.objects.values_list("met", "applicable", "answered"))


@pytest.mark.parametrize("has_script", [True, False])
def test_all_items_on_one_page_on_a_phone(site: str, window: Window, has_script: bool) -> None:
    campaign = build_campaign()
    watched = window(375, has_script=has_script, person="staff")
    page = watched.context.new_page()
    page.goto(f"{site}/answer/{campaign.pk}/")
    page.get_by_role("link", name="一つの画面で回答する").click()
    for position, label in ((1, "はい"), (2, "いいえ"), (3, "該当なし")):
        page.locator(f"#item{position}").get_by_role("button", name=label, exact=True).click()
        expect(page.locator(f"#item{position}")).to_contain_text("保存しました。")
    expect(page.locator("#item2")).to_contain_text("正しいやり方")
    page.get_by_role("link", name="回答を終える").click()
    expect(page.locator("main")).to_contain_text("3項目のうち3項目の回答を受け付けています")
    assert masks() == [(0b001, 0b011, 0b111)]
    assert watched.complaints == []
    assert watched.strangers(site) == []


def test_one_item_after_another_by_keyboard_with_a_slip_only(site: str, window: Window) -> None:
    campaign = build_campaign("confidential")
    slip = slips_of(campaign)[4]
    page = window(375, person="").context.new_page()
    page.goto(f"{site}/answer/")
    page.get_by_label("回答票の番号").fill(slip.code.lower())
    page.keyboard.press("Enter")
    page.get_by_role("button", name="回答を始める").press("Enter")
    expect(page.locator("main")).to_contain_text("再発行もできません")
    page.get_by_role("link", name="一問ずつ回答する").press("Enter")
    page.get_by_role("button", name="はい", exact=True).press("Enter")
    page.get_by_role("button", name="いいえ", exact=True).press("Enter")
    expect(page.locator("main")).to_contain_text("正しいやり方")
    page.get_by_role("link", name="次の項目").press("Enter")
    page.get_by_role("button", name="該当なし").press("Enter")
    expect(page.locator("main")).to_contain_text("全ての項目に回答しました")
    assert masks() == [(0b001, 0b011, 0b111)]


def build_kinds() -> None:
    """Beside はい and いいえ a scale, an item of one job type, which S003 has, and one for words."""
    year = this_fiscal_year()
    imported("staff", [staff("S003", fiscal_year=year, job_types=("システム管理者",))])
    levels = ("できない", "一部できる", "できる")
    kinds = (
        item("Q1", "self_inspection", fiscal_year=year),
        item("Q2", "self_inspection", fiscal_year=year, answer_kind="scale", levels=levels, met_from=3),
        item("Q3", "self_inspection", fiscal_year=year, asked_of=("システム管理者",)),
        item("Q4", "self_inspection", fiscal_year=year, answer_kind="comment"),
    )
    imported("checklist", kinds)


@pytest.mark.looks
def test_a_scale_an_own_item_and_words_on_a_phone_without_javascript(site: str, window: Window) -> None:
    build_kinds()
    campaign = build_campaign()
    watched, faults = window(375, has_script=False, person="staff"), []
    page = watched.context.new_page()
    page.goto(f"{site}/answer/{campaign.pk}/items/2/")
    page.get_by_role("button", name="文字を大きく").click()
    page.get_by_role("button", name="3 できる").click()
    page.get_by_role("button", name="いいえ", exact=True).click()  # the item of the own job type
    page.get_by_role("link", name="次の項目").click()
    page.get_by_role("textbox", name="項目Q4を行っているか").fill("手順書が古い")
    page.get_by_role("button", name="記入した内容を保存").click()
    expect(page.locator("main")).to_contain_text("自由記述は1件です")
    assert masks() == [(0b010, 0b110, 0b110)]
    move_campaign(CLERK, campaign.pk, "close")
    watched = window(375)
    page = watched.context.new_page()
    for path in ("items/", "levels/", "trial/"):
        page.goto(f"{site}/inspections/{campaign.pk}/{path}")
        faults += looked_at(page, 375)
    assert faults == []


@pytest.mark.looks
@pytest.mark.parametrize("width", [1280, 375])
def test_the_pages_are_accessible_and_fit(site: str, window: Window, width: int) -> None:
    campaign = build_campaign("confidential")
    slip = slips_of(campaign)[4]
    one, own, department = (
        f"/inspections/{campaign.pk}/",
        f"/answer/{campaign.pk}/",
        Department.objects.get(code="101").pk,
    )
    watched, faults = window(width), []
    page = watched.context.new_page()
    for path in ("/inspections/", one, f"{one}trial/", f"{one}silent/", f"{one}excluded/", f"{one}slips/{department}/"):
        page.goto(site + path)
        faults += looked_at(page, width)
    page.get_by_role("button", name="全員の分を作る").click()
    faults += looked_at(page, width)
    page.goto(f"{site}{one}edit/")
    faults += looked_at(page, width)
    other = window(width, person="")
    page = other.context.new_page()
    page.goto(f"{site}/answer/")
    faults += looked_at(page, width)
    slip = slips_of(campaign)[4]
    page.goto(f"{site}/answer/key/{slip.code}/")
    faults += looked_at(page, width)
    page.get_by_role("button", name="回答を始める").click()
    faults += looked_at(page, width)
    page.goto(f"{site}{own}items/2/")
    page.get_by_role("button", name="いいえ", exact=True).click()
    for path in (f"{own}items/2/", f"{own}all/", f"{own}receipt/", own):
        page.goto(site + path)
        faults += looked_at(page, width)
    assert faults == []
    assert watched.complaints + other.complaints == []


def looked_at(page: Any, width: int) -> list[str]:
    """What is wrong with the page that is shown."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(one => one.open = true)")
    faults = violations(page) + small_targets(page)
    if page.evaluate("document.documentElement.scrollWidth") > width:
        faults.append(f"{page.url}: wider than {width}")
    return faults
