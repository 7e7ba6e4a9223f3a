"""Does a finding go its whole way in a real browser: raised, checked, planned, done, verified, rolled out?"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Watched, sign_in
from tests.browser.test_site import TARGET, small_targets, violations

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = os.environ.get("KANSA_PICTURES", "")  # a folder, to look at the pages
NARROW = 375

Person = Callable[..., Any]


@pytest.fixture
def address(live_server: Any) -> str:
    """A server with the small city whose audit E1 is in the fieldwork."""
    from tests.apps.findings.scene import build_scene

    build_scene("fieldwork")
    return str(live_server.url)


@pytest.fixture
def person(chromium: Any, address: str) -> Iterator[Person]:
    """A page in which one of the cast has signed in."""
    opened: list[Watched] = []

    def open_page(name: str, *, has_script: bool = True) -> Any:
        size = {"width": 1280, "height": 900}
        context = chromium.new_context(viewport=size, base_url=address, java_script_enabled=has_script)
        sign_in(context, address, name)
        opened.append(Watched(context))
        return context.new_page()

    yield open_page
    for watched in opened:
        assert watched.complaints == []
        assert watched.strangers(address) == []
        watched.context.close()


def looked_at(page: Any, name: str) -> None:
    """The page at both widths: axe, nothing wider than the window, controls large enough for a finger."""
    assert TARGET == 44
    for width in (1280, NARROW):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name}: wider than {width}"
        assert small_targets(page) == [], name
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def press(page: Any, words: str) -> None:
    """Presses the button and waits for the next page."""
    with page.expect_navigation():
        page.get_by_role("button", name=words, exact=True).click()


def raise_it(auditor: Any) -> None:
    """The auditor raises a finding from item A1, whose clause is already there."""
    from tests.apps.findings.scene import YEAR

    auditor.goto(f"/engagements/{YEAR}/E1/findings/new/?item=A1")
    expect(auditor.get_by_label("判定基準", exact=True)).to_have_value("第５条\n規程")
    auditor.get_by_label("件名").fill("書庫の施錠の不徹底")
    for label in ("事実", "証拠", "改善の提言"):
        auditor.get_by_label(label, exact=True).fill(f"{label}の文")
    auditor.get_by_label("影響", exact=True).fill("重要な問題は発見されなかった。")
    looked_at(auditor, "raise")
    press(auditor, "保存する")
    expect(auditor.get_by_role("status")).to_contain_text("保証する表現")
    looked_at(auditor, "raised")


def agree(head: Any) -> None:
    """The head agrees with the facts."""
    head.goto("/findings/")
    head.get_by_role("link", name="E1-01").click()
    head.get_by_role("link", name="事実誤認の確認に回答する").click()
    looked_at(head, "fact_check")
    head.get_by_label("同意する").check()
    press(head, "回答を提出する")
    expect(head.get_by_role("status")).to_contain_text("回答を保存しました")


def plan(head: Any) -> None:
    """The head writes the plan, after being told what an empty one lacks."""
    from tests.apps.findings.scene import YEAR

    head.reload()
    head.get_by_role("link", name="改善計画を書く").click()
    press(head, "保存する")
    expect(head.locator("main")).to_contain_text("担当者が決まっていません")
    looked_at(head, "plan_refused")
    head.get_by_label("改善の措置").fill("電子錠に替える")
    head.get_by_label("担当者").fill("主任 丙")
    head.get_by_label("改善の期限").fill(f"{YEAR + 1}-03-01")
    head.get_by_label("改善予定年度").select_option(str(YEAR))
    press(head, "保存する")


def report(contact: Any, file: Path) -> None:
    """The contact reports it as done, with a file."""
    contact.goto("/findings/?state=planned")
    contact.get_by_role("link", name="E1-01").first.click()
    contact.get_by_role("link", name="改善を報告する").click()
    contact.get_by_label("行った措置").fill("錠を替えた")
    contact.get_by_label("証拠").set_input_files(str(file))
    looked_at(contact, "done")
    press(contact, "報告する")
    expect(contact.locator("h1 + p")).to_contain_text("改善済・未検証")


def verify(clerk: Any) -> None:
    """The office looks at it and verifies."""
    clerk.goto("/findings/?state=done")
    looked_at(clerk, "board")
    clerk.get_by_role("link", name="E1-01").first.click()
    clerk.get_by_role("link", name="改善を確認する").click()
    clerk.get_by_label("確認の方法").fill("現地で見た")
    looked_at(clerk, "verify")
    press(clerk, "確認済とする")
    expect(clerk.locator("h1 + p")).to_contain_text("確認済")
    looked_at(clerk, "finding")


def test_several_people_bring_a_finding_to_its_verification(person: Person, tmp_path: Path) -> None:
    from tests.apps.findings.scene import move_to

    raise_it(person("external"))
    move_to("fact_check")
    head = person("head")
    agree(head)
    move_to("improvement")
    plan(head)
    file = tmp_path / "記録.txt"
    file.write_text("施錠の記録", encoding="utf-8")
    report(person("contact"), file)
    verify(person("clerk"))


def test_a_rollout_is_ordered_answered_and_closed(person: Person, address: str) -> None:
    from datetime import timedelta

    from django.utils import timezone

    from tests.apps.findings.scene import a_finding, move_to

    move_to("improvement")
    raised = a_finding()
    clerk = person("clerk")
    clerk.goto(f"/findings/{raised.pk}/rollout/")
    clerk.get_by_label("依頼の内容").fill("書庫の施錠を確かめてください。")
    clerk.get_by_label("回答の期限").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    clerk.get_by_label("第102課").check()
    looked_at(clerk, "order")
    press(clerk, "依頼する")
    looked_at(clerk, "rollout")

    other = person("other_head")
    other.goto("/rollouts/")
    looked_at(other, "rollouts")
    other.get_by_role("link", name="施錠の不徹底").click()
    other.get_by_label("該当しない").check()
    other.get_by_label("確認した内容").fill("書庫はない")
    looked_at(other, "answer")
    press(other, "回答を保存する")
    clerk.reload()
    expect(clerk.locator("main")).to_contain_text("2所属のうち 1所属が回答")
    clerk.get_by_label("結果のまとめ").fill("同じ状況はなかった")
    press(clerk, "締め切る")
    expect(clerk.locator("main")).to_contain_text("締め切りました")


def test_two_people_who_save_at_once_see_both_texts(person: Person) -> None:
    from kansa.apps.findings import actions
    from tests.apps.findings.scene import a_finding, the_finding
    from tests.cast import actor_named

    raised = a_finding()
    auditor = person("external")
    auditor.goto(f"/findings/{raised.pk}/edit/")
    auditor.get_by_label("件名").fill("わたしの件名")
    words = actions.FindingWords(title_ja="ほかの人の件名")
    actions.edit_finding(actor_named("external"), raised.pk, 0, words)
    press(auditor, "保存する")
    expect(auditor.locator("main")).to_contain_text("ほかの人の件名")
    expect(auditor.get_by_label("件名")).to_have_value("わたしの件名")
    looked_at(auditor, "conflict")
    press(auditor, "保存する")
    assert the_finding().title_ja == "わたしの件名"


def type_finding(auditor: Any) -> None:
    """A finding about item A1 as far as the button."""
    from tests.apps.findings.scene import YEAR

    auditor.goto(f"/engagements/{YEAR}/E1/findings/new/?item=A1")
    auditor.get_by_label("件名").fill("書庫の施錠の不徹底")
    auditor.get_by_label("事実", exact=True).fill("夜間に開いていた。")


def raised_titles() -> list[str]:
    """What stands in the database."""
    from kansa.apps.findings.models import Finding

    return list(Finding.objects.order_by("pk").values_list("title_ja", flat=True))


def test_going_back_after_saving_raises_no_second_finding(person: Person) -> None:
    auditor = person("external")
    type_finding(auditor)
    press(auditor, "保存する")
    expect(auditor.get_by_role("status")).to_contain_text("検出事項を登録しました")
    auditor.go_back()
    auditor.get_by_label("件名").fill("書庫の施錠の不徹底")
    press(auditor, "保存する")
    expect(auditor.get_by_role("alert")).to_contain_text("「E1-01」が、既に登録されています")
    looked_at(auditor, "raised_already")
    assert raised_titles() == ["書庫の施錠の不徹底"]
    auditor.get_by_role("link", name="E1-01 書庫の施錠の不徹底").click()
    expect(auditor.locator("main")).to_contain_text("夜間に開いていた。")


@pytest.mark.parametrize("has_script", [True, False])
def test_a_button_pressed_twice_raises_one_finding(person: Person, has_script: bool) -> None:
    auditor = person("external", has_script=has_script)
    type_finding(auditor)
    auditor.get_by_role("button", name="保存する").dblclick()
    expect(auditor.locator("main")).to_contain_text("E1-01")
    assert raised_titles() == ["書庫の施錠の不徹底"]


def test_a_finding_typed_after_the_session_ended_comes_back(person: Person, address: str) -> None:
    from django.contrib.sessions.models import Session

    auditor = person("external")
    type_finding(auditor)
    Session.objects.all().delete()
    auditor.get_by_role("button", name="保存する").click()
    expect(auditor.locator("h1")).to_have_text("入力は送られていません")
    auditor.locator("main details summary").click()
    expect(auditor.locator("main")).to_contain_text("夜間に開いていた。")
    expect(auditor.locator("main")).not_to_contain_text("fact_ja")  # nobody knows the names of our fields
    looked_at(auditor, "session_ended")
    assert raised_titles() == []
    sign_in(auditor.context, address, "external")  # as in a second tab
    auditor.get_by_role("button", name="もう一度送る").click()
    if auditor.locator("h1").inner_text() == "入力は送られていません":
        auditor.get_by_role(
            "button", name="もう一度送る"
        ).click()  # a token of before signing in is asked for once more
    expect(auditor.locator("h1")).to_have_text("書庫の施錠の不徹底")
    expect(auditor.locator("main")).to_contain_text("夜間に開いていた。")
    assert raised_titles() == ["書庫の施錠の不徹底"]


def fill_plan(page: Any, pk: int, measure: str) -> None:
    """A plan as far as the button."""
    from tests.apps.findings.scene import YEAR

    page.goto(f"/findings/{pk}/do/plan/")
    page.get_by_label("改善の措置").fill(measure)
    page.get_by_label("担当者").fill("主任 丙")
    page.get_by_label("改善の期限").fill(f"{YEAR + 1}-03-01")
    page.get_by_label("改善予定年度").select_option(str(YEAR))


def test_two_tabs_on_a_plan_show_both_texts(person: Person) -> None:
    from kansa.apps.findings.models import ImprovementPlan
    from tests.apps.findings.scene import a_finding, move_to

    move_to("improvement")
    pk = a_finding().pk
    first = person("head")
    second = first.context.new_page()
    fill_plan(first, pk, "電子錠に替える")
    fill_plan(second, pk, "鍵を二つにする")
    press(first, "保存する")
    second.bring_to_front()
    press(second, "保存する")
    expect(second.locator("main")).to_contain_text("電子錠に替える")
    expect(second.get_by_label("改善の措置")).to_have_value("鍵を二つにする")
    assert ImprovementPlan.objects.get().measure_ja == "電子錠に替える"
    looked_at(second, "plan_conflict")
    press(second, "保存する")
    assert ImprovementPlan.objects.get().measure_ja == "鍵を二つにする"
