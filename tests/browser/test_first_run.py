"""Does one clerk, with a browser and nothing else, get from an empty database to the first audit?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kansa.apps.people.actions import first_administrator, prepare_municipality
from kansa.apps.people.models import Account, Department
from kansa.apps.plan.models import Engagement
from tests.browser.conftest import Watched
from tests.browser.test_site import WIDTHS, Window, violations
from tests.cast import CLERK, PASSWORD, this_fiscal_year

THIS = this_fiscal_year()
DEPARTMENTS = f"所属コード,課所等名,部局,種別,有効開始年度,有効終了年度\n101,総務課,総務部,本庁,{THIS},\n"
STAFF = f"年度,職員番号,氏名,所属コード,監査員\n{THIS},S001,監査 花子,101,はい\n"
ITEMS = (
    f"年度,区分,項目コード,分野,項目,継続区分,前年度コード\n{THIS},内部監査,A1,組織体制,体制が定められているか,追加,\n"
)

pytestmark = pytest.mark.django_db(transaction=True)


def take_in(page: Any, folder: Path, name: str, text: str) -> None:
    """Chooses a file on the page that is open, looks, and says yes."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    page.locator("input[type=file]").set_input_files(str(path))
    page.get_by_role("button", name="何が変わるかを確認する").click()
    assert violations(page) == []
    page.get_by_role("button", name="取り込む").click()
    page.get_by_role("heading", name="取り込みました").wait_for()
    assert violations(page) == []


def test_from_nothing_to_the_first_audit(live_server: Any, chromium: Any, tmp_path: Path) -> None:
    site = str(live_server.url)
    prepare_municipality(CLERK)
    first_administrator(CLERK, "hajime", "初　一郎", PASSWORD)
    watched = Watched(chromium.new_context(viewport={"width": 1280, "height": 900}))
    page = watched.context.new_page()
    page.goto(f"{site}/")
    page.locator("#id_login").fill("hajime")
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.get_by_role("link", name="始める").click()
    page.get_by_label("市区町村の名称").fill("はじめ市")
    page.get_by_role("button", name="名称を登録する").click()
    page.get_by_role("link", name="よくある５段階で始める").click()
    page.get_by_role("button", name="この内容で始める").click()
    page.locator("#departments").get_by_role("link", name="一覧を取り込む").click()
    take_in(page, tmp_path, "課所等.csv", DEPARTMENTS)
    for words, name, text in (("名簿を取り込む", "名簿.csv", STAFF), ("項目を取り込む", "項目.csv", ITEMS)):
        page.goto(f"{site}/start/")
        page.get_by_role("link", name=words, exact=True).click()
        take_in(page, tmp_path, name, text)
    page.goto(f"{site}/start/")
    page.get_by_role("link", name="アカウントを追加する").click()
    page.goto(f"{site}/accounts/add/")
    page.get_by_label("ログイン名").fill("hanako")
    page.get_by_label("氏名").fill("監査　花子")
    page.locator("main form.sheet button[type=submit]").first.click()
    assert Account.objects.filter(login="hanako").exists()
    page.goto(f"{site}/start/")
    page.get_by_role("link", name="監査を計画する").click()
    page.get_by_label("内部監査").check()
    page.get_by_label("対象の課所等").select_option(str(Department.objects.get(code="101").pk))
    page.locator("main form.sheet button[type=submit]").first.click()
    page.wait_for_load_state()
    assert Engagement.objects.get().department == Department.objects.get(code="101")
    page.goto(f"{site}/start/")
    assert "準備が終わりました" in page.content()
    page.goto(f"{site}/")
    assert "最初の監査まで" not in page.content()
    assert "実施を通知する" in page.content()
    assert watched.complaints == [] and watched.strangers(site) == []
    watched.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_steps_of_an_import_are_accessible(site: str, window: Window, tmp_path: Path, width: int) -> None:
    page = window(width).context.new_page()
    page.goto(f"{site}/import/departments/")
    good = DEPARTMENTS.replace("101,", "909,")  # the town has a 101
    for text, button in ((good.replace("総務課", ""), False), (good, True)):
        path = tmp_path / "課所等.csv"
        path.write_text(text, encoding="utf-8")
        page.locator("input[type=file]").set_input_files(str(path))
        page.get_by_role("button", name="何が変わるかを確認する").click()
        page.wait_for_load_state()
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.get_by_role("button", name="取りやめる").is_visible() is button


def test_freezing_and_the_approval_are_accessible_before_they_are_done(site: str, window: Window) -> None:
    page = window().context.new_page()
    page.goto(f"{site}/years/2024/freeze/")
    for field in page.locator("input[name^=accept_], textarea[name=reason_ja]").all():
        field.fill("試験のため")
    page.get_by_role("button", name="内容を確かめる").click()
    page.get_by_role("heading", name="この内容で凍結しますか").wait_for()
    assert violations(page) == []
    page.goto(f"{site}/years/2024/confirm/")
    page.get_by_label("決裁番号").fill("監第１号")
    page.get_by_label("決裁者").fill("副市長")
    page.get_by_label("決裁日").fill("2025-03-31")
    page.get_by_role("button", name="内容を確かめる").click()
    page.get_by_role("heading", name="この決裁を記録しますか").wait_for()
    assert violations(page) == []
