"""Does the office bring a year from its plan to accepted teams and days in the browser, and do the pages fit?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from kansa.apps.jobs.actions import work_off
from kansa.apps.people.models import Department, StaffMember
from kansa.apps.plan.models import Engagement, EngagementAuditor, PlanCell
from kansa.apps.scheduling import actions
from kansa.apps.scheduling.actions import SaidOfAuditor, WantedTeams, YearRules
from kansa.apps.scheduling.models import AuditorBusy
from kansa.config.jobs import TASKS
from kansa.planning.calendar.days import DayRules, working_days
from tests.browser.conftest import Watched
from tests.browser.test_site import small_targets, violations
from tests.cast import CITY, CLERK, this_fiscal_year

Window = Callable[..., Watched]

pytestmark = pytest.mark.django_db(transaction=True)


def build_year() -> int:
    """This year: two of four departments to be audited inside, and two auditors in each department, all experienced."""
    year = this_fiscal_year()
    departments = list(Department.objects.filter(valid_to=None).order_by("code")[:4])
    for place, department in enumerate([*departments, *departments]):
        number = f"T{place + 1:03}"
        StaffMember.objects.create(
            municipality_id=CITY,
            fiscal_year=year,
            staff_number=number,
            name_ja=f"監査員{number}",
            department=department,
            is_auditor=True,
        )
        actions.set_auditors(CLERK, year, {number: SaidOfAuditor(is_experienced=True)})
    PlanCell.objects.filter(fiscal_year=year).delete()
    for department in departments[:2]:
        PlanCell.objects.create(municipality_id=CITY, fiscal_year=year, department=department, stream="internal_audit")
    return year


def days_of(year: int) -> tuple[Any, ...]:
    """The open days of a year."""
    return working_days(DayRules(year))


def test_from_the_plan_to_accepted_teams(site: str, window: Window) -> None:
    year = build_year()
    days = days_of(year)
    first, last = days[100].isoformat(), days[120].isoformat()
    watched = window(person="clerk")
    page = watched.context.new_page()
    page.goto(f"{site}/plans/year/{year}/")
    page.get_by_role("button", name="2件の監査を登録する").click()
    expect(page.locator("main")).to_contain_text("2件を登録済み")
    page.get_by_role("link", name="監査員", exact=True).click()
    page.get_by_label("監査員T001　対象外").check()
    page.get_by_label("監査員T002　件数の上限").fill("1")
    page.get_by_role("button", name="保存する").click()
    expect(page.locator("body")).to_contain_text("2人の資料を変更しました")
    page.get_by_label("監査員T003　予定・希望").click()
    page.get_by_label("始まりの日").fill(first)
    page.get_by_label("終わりの日").fill(first)
    page.get_by_role("button", name="日を加える").click()
    expect(page.locator("main")).to_contain_text(first)
    assert AuditorBusy.objects.count() == 1
    page.goto(f"{site}/plans/year/{year}/rules/")
    page.get_by_label("最初の日").fill(first)
    page.get_by_label("最後の日").fill(last)
    page.get_by_role("button", name="保存する").click()
    page.get_by_role("link", name="割当てを計算する").click()
    page.get_by_role("button", name="計算を始める").click()
    expect(page.locator("main")).to_contain_text("割当てを計算しています")
    work_off(TASKS, beats=False)
    expect(page.locator("main")).to_contain_text("これより良い班はない（証明済み）")  # loaded anew by itself
    expect(page.locator("main")).to_contain_text("全ての条件に合うことを確かめました")
    page.get_by_role("button", name="この割当てを採用する").click()
    expect(page.locator("body")).to_contain_text("2件の監査を変更しました")
    assert EngagementAuditor.objects.filter(engagement__fiscal_year=year).count() == 4
    assert not EngagementAuditor.objects.filter(reference="T001").exists()
    assert all(one.started_on in days[100:121] for one in Engagement.objects.filter(fiscal_year=year))
    # By hand: one alone is shown to break a rule before it is saved, and needs a reason.
    page.locator("a.row").first.click()
    page.locator("input[name=people]:checked").last.uncheck()
    page.get_by_role("button", name="条件を確かめる").click()
    expect(page.get_by_role("alert")).to_contain_text("班は2人ですが、1人です")
    page.get_by_role("button", name="変更する").click()
    expect(page.locator("main")).to_contain_text("理由を入力してください")
    assert EngagementAuditor.objects.filter(engagement__fiscal_year=year).count() == 4
    assert watched.complaints == []
    assert watched.strangers(site) == []


@pytest.mark.parametrize("width", [1280, 375])
def test_the_pages_of_a_year_are_accessible_and_fit(site: str, window: Window, width: int) -> None:
    year = build_year()
    days = days_of(year)
    waiting = window(width, person="clerk")
    faults = visited(site, waiting, (f"plans/year/{year}/",), width)
    actions.create_engagements(CLERK, year)
    actions.set_year_rules(CLERK, year, YearRules(first_on=days[100], last_on=days[120]))
    busy, one = days[101], Engagement.objects.filter(fiscal_year=year).order_by("code")[0]
    staff = StaffMember.objects.get(fiscal_year=year, staff_number="T003")
    actions.add_busy(CLERK, staff, busy, busy, "am", "会議")
    actions.add_wish(CLERK, staff, Department.objects.get(code="102"), True)
    actions.add_department_busy(CLERK, year, [Department.objects.get(code="101")], busy, busy, "議会")
    actions.add_day(CLERK, year, days[102], False, "庁舎の停電")
    actions.add_team_rule(CLERK, one, staff, "excluded", "親族がいる")
    solving = actions.begin_assignment(CLERK, year, WantedTeams())
    faults += visited(site, waiting, (f"plans/year/{year}/drafts/{solving.pk}/",), width)
    work_off(TASKS, beats=False)
    draft = actions.begin_assignment(CLERK, year, WantedTeams(title_ja="二回目"))
    work_off(TASKS, beats=False)
    actions.accept_assignment(CLERK, year, draft, "")
    office = ("", "auditors/", "auditors/T003/", "rules/", "days/", "solve/", f"teams/{one.code}/")
    office += (f"drafts/{draft.pk}/", f"drafts/{draft.pk}/why/{one.code}/?auditor=T003")
    faults += visited(site, waiting, tuple(f"plans/year/{year}/{path}" for path in office), width)
    faults += visited(site, waiting, ("plans/", f"calendar/{year}/", f"engagements/{year}/"), width)
    seen = tuple(f"plans/year/{year}/{path}" for path in ("", "auditors/", "days/", f"drafts/{draft.pk}/"))
    faults += visited(site, window(width, person="ciso"), seen, width)
    faults += visited(site, window(width, person="auditor"), (f"calendar/{year}/", "calendar/2025/"), width)
    assert not faults, "\n".join(faults)


def visited(site: str, watched: Watched, paths: tuple[str, ...], width: int) -> list[str]:
    """What is wrong with these pages."""
    faults: list[str] = []
    for path in paths:
        page: Any = watched.context.new_page()
        answer = page.goto(f"{site}/{path}")
        faults += [] if answer.status == 200 else [f"{path}: {answer.status}"]
        faults += violations(page, only_layout=width != 1280) + small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{path}: wider than {width}")
        page.close()
    return faults + watched.complaints
