"""Can somebody judge by keyboard alone, in two windows, without a network and without a script, and lose nothing?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import ControlItem
from kansa.apps.plan.models import Engagement
from tests.browser.conftest import Watched
from tests.browser.test_site import PAGE_BYTES, WIDTHS, small_targets, violations, weight
from tests.builders import imported, item, scale
from tests.cast import CITY

CODE = "W25-101"
SHEET = f"/engagements/2025/{CODE}/worksheet/"
SURVEY = f"/engagements/2025/{CODE}/preliminary/"
ITEMS = tuple(f"J{place}" for place in range(1, 7))

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(site: str) -> str:
    """The audit under way with six items and a scale, in the fieldwork."""
    imported("year", scale(2025))
    there = ControlItem.objects.filter(checklist__fiscal_year=2025, checklist__stream="internal_audit")
    codes = (*ITEMS, *there.order_by("position").values_list("code", flat=True))  # what findings refer to stays
    items = [item(code, "internal_audit", fiscal_year=2025, text_ja=f"{code}を確かめているか") for code in codes]
    assert imported("checklist", items).refusals == ()
    Engagement.objects.filter(code=CODE).update(state="fieldwork")
    return site


def marks() -> dict[str, str]:
    """Item -> what the database says."""
    rows = Judgement.objects.filter(engagement__code=CODE).exclude(state="not_judged")
    return {row.item.code: str(row.level) if row.level is not None else row.reason_ja for row in rows}


def test_five_items_are_judged_by_keyboard_alone(room: str, window: Window) -> None:
    watched = window(person="auditor")
    page = watched.context.new_page()
    page.goto(f"{room}{SHEET}items/J1/")
    page.keyboard.press("3")
    page.keyboard.press("e")
    page.keyboard.type("j3")  # letters in a text are letters
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.wait_for_url("**/items/J2/")
    page.keyboard.press("n")
    page.keyboard.type("端末がない")
    page.keyboard.press("PageDown")
    page.wait_for_url("**/items/J3/")
    for key, code in (("0", "J4"), ("4", "J5"), ("2", "J6")):
        page.keyboard.press(key)
        page.keyboard.press("ArrowRight")
        page.wait_for_url(f"**/items/{code}/")
    assert marks() == {"J1": "3", "J2": "端末がない", "J3": "0", "J4": "4", "J5": "2"}
    assert Judgement.objects.get(item__code="J1", engagement__code=CODE).evidence_ja == "j3"
    page.keyboard.press("k")
    page.wait_for_url("**/items/J5/")
    expect(page.locator("#mark-2")).to_be_checked()
    assert watched.complaints == []


def test_what_is_typed_is_saved_without_being_told_to(room: str, window: Window) -> None:
    page = window(person="auditor").context.new_page()
    page.goto(f"{room}{SHEET}items/J1/")
    page.keyboard.press("1")
    expect(page.locator("#saved")).to_have_text("保存しました")
    assert marks() == {"J1": "1"}
    page.locator("#evidence_ja").fill("離れる直前")
    page.goto(f"{room}{SHEET}")  # the page is left before the pause is over
    page.goto(f"{room}{SHEET}items/J1/")
    expect(page.locator("#evidence_ja")).to_have_value("離れる直前")


def test_two_windows_meet_side_by_side(room: str, window: Window) -> None:
    watched = window(person="auditor")
    first, second = watched.context.new_page(), watched.context.new_page()
    for page in (first, second):
        page.goto(f"{room}{SHEET}items/J1/")
    first.keyboard.press("3")
    expect(first.locator("#saved")).to_have_text("保存しました")
    second.bring_to_front()
    second.keyboard.press("1")
    expect(second.get_by_role("heading", level=1)).to_have_text("二つの入力を見比べる")
    assert violations(second) == []
    second.locator("input[name=choose_mark][value=mine]").check()
    second.get_by_role("button", name="選んだ内容で保存する").click()
    second.wait_for_url("**/items/J1/")
    assert marks() == {"J1": "1"}


def test_without_a_network_the_entry_stays_and_is_saved_later(room: str, window: Window) -> None:
    watched = window(person="auditor")
    page = watched.context.new_page()
    page.goto(f"{room}{SHEET}items/J1/")
    watched.context.set_offline(True)
    page.keyboard.press("2")
    expect(page.locator("#not-saved")).to_be_visible()
    watched.context.set_offline(False)
    page.keyboard.press("s")
    expect(page.locator("#saved")).to_have_text("保存しました")
    assert marks() == {"J1": "2"}


def test_a_session_that_ended_keeps_the_entry_on_the_page(room: str, window: Window) -> None:
    watched = window(person="auditor")
    page = watched.context.new_page()
    page.goto(f"{room}{SHEET}items/J1/")
    cookies = watched.context.cookies()
    watched.context.clear_cookies(name="sessionid")
    page.keyboard.press("2")
    expect(page.locator("#session-ended")).to_be_visible()
    assert marks() == {}
    watched.context.add_cookies(cookies)
    page.keyboard.press("s")
    expect(page.locator("#saved")).to_have_text("保存しました")


def test_the_single_keys_can_be_turned_off(room: str, window: Window) -> None:
    page = window(person="auditor").context.new_page()
    page.goto(f"{room}{SHEET}items/J1/")
    page.locator(".keys summary").click()
    page.locator("#has-keys").uncheck()
    page.locator("body").press("3")
    page.reload()
    page.locator("body").press("3")
    expect(page.locator("#mark-3")).not_to_be_checked()


def test_without_a_script_the_form_is_a_plain_one(room: str, window: Window) -> None:
    page = window(person="auditor", has_script=False).context.new_page()
    page.goto(f"{room}{SHEET}")
    page.get_by_role("link", name="判定を始める").click()
    page.get_by_label("2 レベル2").check()
    page.get_by_label("確認した証拠").fill("台帳")
    page.get_by_role("button", name="保存して次へ").click()
    page.wait_for_url("**/items/J2/")
    assert marks() == {"J1": "2"}


@pytest.mark.looks
@pytest.mark.parametrize("width", WIDTHS)
def test_the_judging_room_is_accessible_fits_and_is_light(room: str, window: Window, width: int) -> None:
    item_of = ControlItem.objects.get(code="J2", checklist__fiscal_year=2025)
    audit = Engagement.objects.get(code=CODE)
    Judgement.objects.create(municipality_id=CITY, engagement=audit, item=item_of, state="not_applicable")
    paths = [SHEET, f"{SHEET}?show=waiting", f"{SHEET}items/J2/", f"{SHEET}paper/", SURVEY, f"{SURVEY}items/J1/"]
    pages = [("auditor", path) for path in paths]
    pages += [("clerk", "/engagements/2025/matrix/?stream=internal_audit"), ("clerk", f"{SHEET}items/J2/")]
    faults: list[Any] = []
    for person, path in pages:
        watched = window(width, person=person)
        page = watched.context.new_page()
        bodies: list[int] = []
        page.on("response", lambda response, kept=bodies: kept.append(weight(response)))
        page.goto(room + path)
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        faults += violations(page, only_layout=width != WIDTHS[0])
        faults += [one for one in small_targets(page) if not re.search(r"type=.(radio|checkbox)", one)]
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path}: wider than {width}")
        if sum(bodies) > PAGE_BYTES:
            faults.append(f"{path}: {sum(bodies)} bytes")
        faults += watched.complaints + watched.strangers(room)
    assert faults == []
