"""Is the organisation changed on pages under the rules of the import, seen before, and told in the trail?"""

from __future__ import annotations

import pytest
from django.test import Client

from kansa.apps.people.actions import Duty, appoint, change_organisation, merger, plan_change, renaming
from kansa.apps.people.actions.organisation import NewDepartment
from kansa.apps.people.models import Department, Succession
from kansa.apps.people.queries import department_book, departments, history_of, successions
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from tests.builders import department, imported, plan_cell, staff
from tests.cast import CITY, CLERK, account_named, actor_named, browser_of, sign_up, this_fiscal_year

YEAR = this_fiscal_year()
NEXT = YEAR + 1

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("offices")]


@pytest.fixture
def offices(city: object) -> None:
    """Three departments of two bureaus; an administrator, a clerk, a head of 101."""
    imported("departments", [department("101"), department("102"), department("103", bureau_ja="市民部")])
    sign_up("administrator", "clerk", "head")


@pytest.fixture
def office() -> Client:
    """The administrator's browser: may change the organisation, but not import."""
    return browser_of("administrator")


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def typed(**fields: str) -> dict[str, str]:
    return {
        "code": "110",
        "name_ja": "新課",
        "bureau_ja": "総務部",
        "kind": "head_office",
        "fiscal_year": str(NEXT),
    } | fields


def told(fiscal_year: int) -> list[tuple[str, str]]:
    return [(one.code, one.name_ja) for one in departments(CITY, fiscal_year)]


def one(code: str, fiscal_year: int = YEAR) -> Department:
    found = department_book(CITY).find(code, fiscal_year)
    assert found is not None
    return found


def test_the_list_shows_kind_years_staff_and_origin_by_bureau(office: Client) -> None:
    imported("staff", [staff("S1", "101", fiscal_year=YEAR), staff("S2", "101", fiscal_year=YEAR)])
    page = text(office.get("/organisation/"))
    assert page.index("総務部</h2>") > page.index("市民部</h2>") or "市民部" in page
    assert "本庁" in page and '<td class="right">2</td>' in page
    assert "まだありません" in text(office.get("/organisation/?year=1995"))


def test_nothing_changes_before_it_is_confirmed(office: Client) -> None:
    page = text(office.post("/organisation/add/", typed()))
    assert "まだ変更していません" in page and "110 新課（総務部・本庁）" in page
    assert ("110", "新課") not in told(NEXT)
    back = text(office.post("/organisation/add/", typed(back="1")))
    assert 'value="新課"' in back
    office.post("/organisation/add/", typed(confirm="1"))
    assert ("110", "新課") in told(NEXT) and ("110", "新課") not in told(YEAR)


def test_a_renaming_is_a_new_row_that_stands_for_the_old_one(office: Client) -> None:
    values = typed(code="101", name_ja="総務法務課", confirm="1")
    office.post("/organisation/rename/2000/101/", values)
    assert told(YEAR)[0] == ("101", "第101課") and told(NEXT)[0] == ("101", "総務法務課")
    (made,) = successions(CITY, NEXT, NEXT)
    assert (made.kind, made.predecessor_code, made.successor_code) == ("renamed", "101", "101")


def test_a_correction_changes_the_row_and_keeps_what_it_came_from(office: Client) -> None:
    change_organisation(CLERK, renaming(one("101"), NewDepartment("111", "総務課", "総務部", "head_office"), NEXT))
    values = typed(name_ja="総務課（訂正）")
    office.post(f"/organisation/correct/{NEXT}/111/", values | {"confirm": "1"})
    assert ("111", "総務課（訂正）") in told(NEXT)
    assert Succession.objects.get().predecessor.code == "101"
    assert Event.objects.filter(verb="correct").get().before["rows"][0]["values"]["name_ja"] == "総務課"


def test_a_merger_ends_its_parts(office: Client) -> None:
    chosen = [str(one("101").pk), str(one("102").pk)]
    page = text(office.post("/organisation/merge/", typed() | {"merged": chosen}))  # type: ignore[operator]
    assert "第101課 → 新課" in page and "第102課 → 新課" in page
    office.post("/organisation/merge/", typed(confirm="1") | {"merged": chosen})  # type: ignore[operator]
    assert told(NEXT) == [("103", "第103課"), ("110", "新課")]
    assert [link.kind for link in successions(CITY, NEXT, NEXT)] == ["merged", "merged"]
    page = text(office.get(f"/organisation/history/{NEXT}/110/"))
    assert "第101課" in page and "第102課" in page and "今も続いています" in page


def test_one_department_alone_is_no_merger(office: Client) -> None:
    page = text(office.post("/organisation/merge/", typed() | {"merged": [str(one("101").pk)]}))  # type: ignore[operator]
    assert "二つ以上" in page


def test_a_split_may_keep_the_old_department(office: Client) -> None:
    parts = {"fiscal_year": str(NEXT), "code_1": "121", "name_1": "甲課", "code_2": "122", "name_2": "乙課"}
    page = text(office.post("/organisation/split/2000/103/", parts | {"code_3": "123"}))
    assert "コードと名称の両方" in page
    office.post("/organisation/split/2000/103/", parts | {"stays": "on", "confirm": "1"})
    assert [code for code, _ in told(NEXT)] == ["101", "102", "103", "121", "122"]
    assert one("121", NEXT).bureau_ja == "市民部"
    office.post("/organisation/split/2000/102/", {**parts, "code_1": "131", "code_2": "132", "confirm": "1"})
    assert "102" not in [code for code, _ in told(NEXT)] and "131" in [code for code, _ in told(NEXT)]


def test_closing_ends_without_a_successor_and_names_what_is_left_behind(office: Client) -> None:
    imported("staff", [staff("S1", "101", fiscal_year=NEXT)])
    imported("plan", [plan_cell("101", NEXT)])
    appoint(CLERK, account_named("head").pk, Duty("auditee_head", NEXT, one("101").pk))
    page = text(office.post("/organisation/close/2000/101/", {"last_year": str(YEAR)}))
    assert "任命が1件" in page and "名簿に1人" in page and "計画など）が1件" in page
    office.post("/organisation/close/2000/101/", {"last_year": str(YEAR), "confirm": "1"})
    assert [(link.kind, link.predecessor_code) for link in successions(CITY, NEXT, NEXT)] == [("closed", "101")]
    assert "承継する課所等はありません" in text(office.get("/organisation/history/2000/101/"))


@pytest.mark.parametrize(
    ("path", "values", "words"),
    [
        ("add/", {"code": "102"}, "重なっています"),
        ("add/", {"code": ""}, "必須"),
        ("rename/2000/101/", {"code": "102", "name_ja": "別の課"}, "重なっています"),
        ("rename/2000/101/", {"code": "101", "fiscal_year": "1999"}, "選択"),
        ("close/2000/101/", {"last_year": "1999"}, "選択"),
    ],
)
def test_what_an_import_would_refuse_is_refused(office: Client, path: str, values: dict[str, str], words: str) -> None:
    count = Department.objects.count()
    for confirm in ({}, {"confirm": "1"}):
        assert words in text(office.post(f"/organisation/{path}", typed(**values, **confirm)))
    assert Department.objects.count() == count and told(NEXT) == told(YEAR)


def test_an_end_before_the_beginning_is_refused() -> None:
    imported("departments", [department("105", valid_from=YEAR)])
    early = renaming(one("105"), NewDepartment("106", "早い課", "総務部", "other"), YEAR)
    with pytest.raises(InputError, match="終了年度が開始年度より前"):
        change_organisation(CLERK, early)
    assert plan_change(CLERK, early).refusals


def test_a_department_that_ended_cannot_be_merged_later() -> None:
    imported("departments", [department("107", valid_to=YEAR - 3)])
    new = NewDepartment("108", "遅い課", "総務部", "other")
    with pytest.raises(RuleError, match="既に終わっています"):
        change_organisation(CLERK, merger([one("107", YEAR - 3), one("101")], new, NEXT))
    assert one("107", YEAR - 3).valid_to == YEAR - 3


def test_the_trail_tells_who_changed_what(office: Client) -> None:
    office.post("/organisation/rename/2000/101/", typed(code="101", name_ja="総務法務課", confirm="1"))
    event = Event.objects.filter(verb="rename").get()
    assert (event.object_kind, event.object_key, event.actor_role) == ("departments", "101", "administrator")
    assert event.after["departments"][1]["name_ja"] == "総務法務課"
    page = text(browser_of("clerk").get("/trail/?verb=rename"))
    assert "総務法務課" in page and "名称変更" in page


def test_history_follows_both_ways_over_several_years() -> None:
    new = NewDepartment("201", "甲", "総務部", "other")
    change_organisation(CLERK, renaming(one("101"), new, YEAR))
    newer = NewDepartment("202", "乙", "総務部", "other")
    change_organisation(CLERK, merger([one("201", YEAR), one("102")], newer, NEXT))
    before, after = history_of(one("202", NEXT))
    assert [(step.predecessor.code, step.successor.code) for step in before] == [
        ("101", "201"),
        ("102", "202"),
        ("201", "202"),
    ]
    assert after == []
    before, after = history_of(one("101", YEAR - 1))
    assert before == [] and [step.successor.code for step in after] == ["201", "202"]


def test_only_who_manages_the_organisation_changes_it() -> None:
    change = renaming(one("101"), NewDepartment("101", "x", "y", "other"), NEXT)
    for person in ("head",):
        assert browser_of(person).post("/organisation/rename/2000/101/", typed(confirm="1")).status_code == 403
        with pytest.raises(RuleError, match="権限"):
            change_organisation(actor_named(person), change)
    assert browser_of("clerk").get("/organisation/history/2000/999/").status_code == 404
