"""Are the pages of accounts, staff, the organisation and the record of acts usable for eye, finger and small screen?"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Watched
from tests.browser.test_site import WIDTHS, small_targets, violations
from tests.cast import firm_named

PAGES = {
    "accounts": "/accounts/",
    "no_match": "/accounts/?q=いない人",
    "account": "/accounts/of/clerk/",
    "add": "/accounts/add/",
    "copy": "/accounts/copy/",
    "appoint": "/accounts/of/clerk/appoint/",
    "disable": "/accounts/of/clerk/disable/",
    "password": "/accounts/of/clerk/password/",
    "factors": "/accounts/of/clerk/factors/",
    "firms": "/firms/",
    "staff": "/staff/",
    "person": "/staff/of/S001/",
    "organisation": "/organisation/",
    "department": "/organisation/history/2000/101/",
    "rename": "/organisation/rename/2000/101/",
    "split": "/organisation/split/2000/101/",
    "close": "/organisation/close/2000/101/",
    "correct": "/organisation/correct/2000/101/",
    "merge": "/organisation/merge/",
    "add_department": "/organisation/add/",
    "trail": "/trail/",
    "seals": "/trail/seals/?check=1",
    "english": "/accounts/of/clerk/?lang=en",
}

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.looks
@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_of_the_administrator_is_accessible_and_fits(site: str, window: Window, width: int) -> None:
    watched = window(width, person="administrator")
    pages = PAGES | {"end_contract": f"/firms/{firm_named().pk}/end/"}
    faults: list[str] = []
    page = watched.context.new_page()
    for name, path in pages.items():
        answer = page.goto(site + path)
        if answer is None or answer.status != 200:
            faults.append(f"{name}: not shown")
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        faults += violations(page, only_layout=width != WIDTHS[0]) + small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{name}: wider than {width}")
    assert faults == []
    assert watched.complaints == [] and watched.strangers(site) == []


def test_a_change_of_the_organisation_is_seen_before_it_is_made(site: str, window: Window) -> None:
    watched = window(375, person="administrator")
    page = watched.context.new_page()
    page.goto(f"{site}/organisation/rename/2000/101/")
    page.get_by_label("課所等名").fill("総務法務課")
    page.get_by_role("button", name="変更の内容を確かめる").click()
    assert "まだ変更していません" in page.locator("main").inner_text()
    assert violations(page) == [] and small_targets(page) == []
    page.get_by_role("button", name="この内容で変更する").click()
    assert "組織を変更しました" in page.locator("main").inner_text()
    assert watched.complaints == []
