"""Can an auditor do an exercise from its start to the result, by keyboard alone and on a small screen?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from kansa.apps.education.models import Case, Exercise, ExerciseAnswer, ReadingMaterial
from tests.browser.conftest import Watched
from tests.browser.test_site import small_targets, violations
from tests.cast import actor_named, this_fiscal_year
from tests.learning import build_exercise, hand_in, words

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.usefixtures("site")
def test_an_exercise_from_start_to_result_by_keyboard(site: str, window: Window) -> None:
    exercise = build_exercise((2, 3, None), "秋の練習")
    watched = window(person="other_auditor")
    page = watched.context.new_page()
    page.goto(f"{site}/education/exercises/{exercise.pk}/")
    page.get_by_role("button", name="始める").click()
    for position, key in ((1, "2"), (2, "1"), (3, "n")):
        expect(page).to_have_url(f"{site}/education/exercises/{exercise.pk}/cases/{position}/")
        page.keyboard.press(key)
        if key == "n":
            page.keyboard.type("該当する機器がない 0123")
            page.get_by_role("button", name="判定して一覧へ").click()
        else:
            page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/education/exercises/{exercise.pk}/")
    page.get_by_role("button", name="提出する").click()
    expect(page.locator("main")).to_contain_text("3件のうち2件が基準の判定と一致しました")
    expect(page.locator("main")).to_contain_text("適合と不適合が基準と逆である")
    assert page.get_by_text("該当する機器がない 0123").count() == 1
    assert watched.complaints == []
    assert watched.strangers(site) == []


def test_an_exercise_without_javascript(site: str, window: Window) -> None:
    exercise = build_exercise((2,), "秋の練習")
    page = window(has_script=False, person="other_auditor").context.new_page()
    page.goto(f"{site}/education/exercises/{exercise.pk}/")
    page.get_by_role("button", name="始める").click()
    page.get_by_role("button", name="判定して一覧へ").click()  # nothing chosen yet
    page.get_by_label("対象外", exact=True).check()
    page.get_by_role("button", name="判定して一覧へ").click()
    expect(page.locator("main")).to_contain_text("対象外とする理由を入力してください")
    page.get_by_label("2", exact=True).check()
    page.get_by_role("button", name="判定して一覧へ").click()
    page.get_by_role("button", name="提出する").click()
    expect(page.locator("main")).to_contain_text("1件のうち1件が基準の判定と一致しました")


@pytest.mark.looks
@pytest.mark.parametrize("width", [1280, 375])
def test_the_pages_of_education_are_accessible_and_fit(site: str, window: Window, width: int) -> None:
    from kansa.apps.education.actions import begin_exercise, save_case

    open_one = build_exercise((2, 3), "秋の練習")
    begin_exercise(actor_named("auditor"), open_one.pk)
    hand_in(actor_named("other_auditor"), open_one, "23")
    first = Exercise.objects.get(title_ja="春の練習")
    draft = save_case(actor_named("clerk"), None, words("４月３日の山田さん", situation_ja="第101課の鍵"))
    material, year, case = ReadingMaterial.objects.get(), this_fiscal_year(), Case.objects.order_by("pk")[0]
    office = (f"cases/{draft.pk}/check/", f"cases/{case.pk}/", f"cases/{case.pk}/edit/", f"{year}/exercises/add/")
    office += (f"exercises/{open_one.pk}/", f"exercises/{open_one.pk}/results/", f"{year}/records/")
    office += (f"{year}/materials/add/", f"exercises/{open_one.pk}/edit/")
    own = (f"{year}/", f"materials/{material.pk}/", f"exercises/{open_one.pk}/", f"exercises/{open_one.pk}/cases/1/")
    own += (f"exercises/{first.pk}/results/", f"cases/{case.pk}/")
    faults = visited(site, window(width), office, width)
    faults += visited(site, window(width, person="auditor"), own, width)
    assert faults == []
    assert ExerciseAnswer.objects.filter(place__exercise=open_one).count() == 2


def visited(site: str, watched: Watched, paths: tuple[str, ...], width: int) -> list[str]:
    """What is wrong with these pages."""
    faults: list[str] = []
    for path in paths:
        page: Any = watched.context.new_page()
        answer = page.goto(f"{site}/education/{path}")
        faults += [] if answer.status == 200 else [f"{path}: {answer.status}"]
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        faults += violations(page, only_layout=width != 1280) + small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path}: wider than {width}")
        page.close()
    return faults + watched.complaints
