"""Does the frame hold at every width, for many entries and few, in both languages, with and without JavaScript?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import Watched

# 640 is also a window of 1280 at 200 %.
WIDTHS = (320, 375, 640, 700, 768, 900, 1024, 1100, 1280)
PEOPLE = ("director", "administrator", "staff")
LONGEST_NAME = "監査統括責任者 情報政策部情報政策課 山田太郎左衛門"
MEASURE = """() => {
  const box = one => {
    const r = one.getBoundingClientRect();
    return [r.left, r.right, r.top, r.bottom].map(Math.round);
  };
  const found = {page: document.documentElement.scrollWidth};
  found.settings = box(document.querySelector('.who a'));
  found.leave = box(document.querySelector('.who button'));
  found.entries = [...document.querySelectorAll('header.site nav > ul > li')].map(box);
  found.menus = [...document.querySelectorAll('header.site .menu')].map(menu => {
    menu.open = true;
    const opened = box(menu.querySelector('ul'));
    menu.open = false;
    return opened;
  });
  return found;
}"""

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


def faults_of(found: dict[str, Any], width: int) -> list[str]:
    """What is cut off, wider than the window, or pushed about."""
    faults = []
    if found["page"] > width:
        faults.append(f"the page is {found['page']} wide")
    for left, right, *_ in (found["settings"], found["leave"], *found["menus"]):
        if left < 0 or right > width:
            faults.append(f"something from {left} to {right}")
    if found["settings"][2:] != found["leave"][2:]:
        faults.append("settings and signing out are torn apart")
    below = found["leave"][3]
    if any(entry[2] < below - 1 for entry in found["entries"]):
        faults.append("entries stand beside the name")
    return faults


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_frame_holds_at_every_width(site: str, window: Window, language: str) -> None:
    faults = []
    for person in PEOPLE:
        page = window(1280, person=person).context.new_page()
        page.goto(f"{site}/own/?lang={language}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            faults += [f"{person} {width}: {one}" for one in faults_of(page.evaluate(MEASURE), width)]
    assert faults == []


def test_japanese_entries_take_one_row_from_640_on(site: str, window: Window) -> None:
    page = window(640, person="director").context.new_page()
    page.goto(f"{site}/own/")
    for width in (640, 768, 1024, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert len({entry[2] for entry in page.evaluate(MEASURE)["entries"]}) == 1, width


def test_a_long_name_leaves_signing_out_in_sight(site: str, window: Window) -> None:
    from kansa.apps.people.models import Account

    Account.objects.filter(login="director").update(name_ja=LONGEST_NAME)
    page = window(375, person="director").context.new_page()
    page.goto(f"{site}/own/")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert faults_of(page.evaluate(MEASURE), width) == [], width


def test_without_javascript_the_menu_opens_and_closes(site: str, window: Window) -> None:
    page = window(375, has_script=False, person="administrator").context.new_page()
    page.goto(f"{site}/own/")
    link = page.get_by_role("link", name="アカウント", exact=True)
    assert not link.is_visible()
    page.locator("header.site .menu > summary").click()
    assert link.is_visible()
    box = link.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 375
