"""What does each person see first, what waits for whom, and are the unfinished values of the year the right ones?"""

from __future__ import annotations

import re
from datetime import date, timedelta
from fractions import Fraction
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from kansa.apps.annual_report.queries import live_means, open_ages, timeline, waiting
from kansa.apps.annual_report.views.pictures import LEFT, WIDTH, place_of_day
from kansa.apps.people.models import Appointment
from kansa.apps.plan.models import Engagement
from kansa.core.fiscal import fiscal_year_start
from tests.builders import build_city, department, engagement, finding, imported, item, judgement, scale, setting, staff
from tests.cast import CAST, CLERK, actor_named, browser_of, sign_up, this_fiscal_year

pytestmark = [pytest.mark.django_db]

THIS = this_fiscal_year()


def words(client: Client, page: str = "/") -> str:
    """The visible text of a page."""
    answer = client.get(page)
    assert answer.status_code == 200
    text = re.sub(r"<svg.*?</svg>|<head>.*?</head>|<[^>]+>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(text).split())


@pytest.fixture
def office(db: None) -> None:
    """Two departments, a checklist and one audit of this year in the first one."""
    build_city()
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff("S001", fiscal_year=THIS, is_auditor=True)])
    imported("checklist", [item("A1", fiscal_year=THIS), item("A2", fiscal_year=THIS)])
    day = timezone.localdate() + timedelta(days=3)
    imported("engagements", [engagement("E1", "101", fiscal_year=THIS, started_on=day, ended_on=day)])
    sign_up()


def moved(state: str) -> None:
    """The audit in another state, with its auditor."""
    Engagement.objects.update(state=state)


def steps(name: str) -> list[str]:
    """What waits for one of the cast, in words."""
    return [one.title_ja for one in waiting(actor_named(name), timezone.localdate())]


@pytest.mark.parametrize("name", [*CAST])
def test_everybody_has_a_first_page(office: None, name: str) -> None:
    text = words(browser_of(name))
    assert f"{name} さん" in text and "待っていること" in text


@pytest.mark.parametrize("name", ["external", "auditor", "head", "contact", "staff", "outsider", "administrator"])
def test_only_who_reads_all_sees_the_year(office: None, name: str) -> None:
    text = words(browser_of(name))
    assert "の一年" not in text and "開いている検出事項" not in text
    assert "の一年" in words(browser_of("ciso"))


def test_staff_is_told_what_kansa_is(office: None) -> None:
    assert "監査を記録する仕組み" in words(browser_of("staff"))


@pytest.mark.parametrize(
    ("state", "whose", "others"),
    [
        ("planned", ("director", "clerk"), ("head", "other_head", "ciso", "other_auditor", "staff")),
        ("preliminary", ("head", "contact"), ("clerk", "other_head", "other_firm", "auditor", "ciso")),
        ("result_notified", ("clerk", "head"), ("contact", "other_head", "other_auditor")),
        ("closed", (), ("clerk", "director", "head", "ciso")),
    ],
)
def test_the_next_move_waits_for_whose_turn_it_is(
    office: None, state: str, whose: tuple[str, ...], others: tuple[str, ...]
) -> None:
    moved(state)
    for name in whose:
        assert any(one.startswith("E1") for one in steps(name)), name
    for name in others:
        assert not any(one.startswith("E1") for one in steps(name)), name


def test_the_office_does_not_wait_while_the_department_has_to_answer(office: None) -> None:
    imported("findings", [finding("F1", fiscal_year=THIS, engagement_code="E1", department_code="101", item_code="A1")])
    moved("fact_check")
    assert not any(one.startswith("E1") for one in steps("clerk"))
    assert any(one.startswith("F1") and "事実に誤り" in one for one in steps("head"))
    assert not any(one.startswith("F1") for one in steps("other_head"))
    for state in ("improvement", "followed_up"):  # an audit is not closed while a finding is open
        moved(state)
        assert not any(one.startswith("E1") for one in steps("clerk")), state


def test_many_alike_are_one_line(office: None) -> None:
    imported("engagements", [engagement(f"N{n}", "102", fiscal_year=THIS) for n in range(5)])
    found = [one for one in steps("clerk") if "実施を通知する" in one]
    assert found == ["実施を通知する（6件）"]


def test_what_is_late_comes_first_and_is_named(office: None) -> None:
    today = timezone.localdate()
    past = today - timedelta(days=2)
    imported("engagements", [engagement("E0", "102", fiscal_year=THIS, started_on=past, ended_on=past)])
    found = waiting(actor_named("clerk"), today)
    assert [(one.title_ja[:2], one.urgency) for one in found[:2]] == [("E0", "overdue"), ("E1", "soon")]
    assert "期限を過ぎています" in words(browser_of("clerk"))


def test_accounts_without_a_role_wait_for_the_administrator(office: None) -> None:
    Appointment.objects.filter(account__login="staff").delete()
    found = [one for one in steps("administrator") if "役割がないアカウント" in one]
    assert len(found) == 1 and "2件" in found[0]  # staff, and the outsider who never had one
    assert not any("アカウント" in one for one in steps("clerk"))


def test_training_that_the_year_asks_for_waits_for_the_auditor(office: None) -> None:
    assert not any("研修" in one for one in steps("auditor"))  # the year asks for none
    imported("year", [setting("training_required", "reading", THIS)])
    assert any("監査員の研修を終える" in one for one in steps("auditor"))
    assert not any("研修を終える" in one for one in [*steps("clerk"), *steps("head")])


def test_in_march_the_next_year_is_looked_at(office: None) -> None:
    actor = actor_named("administrator")
    found = waiting(actor, date(THIS + 1, 3, 20))
    due = [one.due_on for one in found if "役割がないアカウント" in one.title_ja]
    assert fiscal_year_start(THIS + 1) in due
    assert not any(one.due_on for one in waiting(actor, date(THIS + 1, 2, 20)))


def test_waiting_takes_the_same_number_of_queries_for_many_audits(
    office: None, django_assert_max_num_queries: object
) -> None:
    rows = [engagement(f"M{n}", "102", fiscal_year=THIS) for n in range(40)]
    imported("engagements", rows)
    with django_assert_max_num_queries(25):  # type: ignore[operator]
        waiting(actor_named("clerk"), timezone.localdate())


@pytest.mark.usefixtures("town")
def test_the_means_are_those_that_the_report_will_print() -> None:
    # 2.90 and 3.02 of the frozen year, exact: 174/60 and 181/60.
    external, internal = live_means(CLERK, 2024)
    assert (external.mean, internal.mean) == (Fraction(174, 60), Fraction(181, 60))
    text = words(browser_of("clerk"), "/?year=2024")
    assert "2.90 点 合格点未満" in text and "3.02 点 合格点以上" in text and "未凍結の途中の値" in text


def test_a_mean_by_departments_weighs_departments(city: object) -> None:
    imported("departments", [department("101"), department("102")])
    imported("year", [setting(), setting("headline_mean", "departments"), *scale()])
    imported("checklist", [item("A1"), item("A2")])
    imported("engagements", [engagement("E1", "101"), engagement("E2", "102")])
    imported("judgements", [judgement("A1", 4, "E1"), judgement("A2", 4, "E1")])
    imported("judgements", [judgement("A1", 1, "E2", department_code="102")])
    external, internal = live_means(CLERK, 2024)
    assert external.mean == Fraction(5, 2)
    assert internal.mean is None


@pytest.mark.usefixtures("town")
def test_the_timeline_names_all_five_streams() -> None:
    lines = {one.code: one for one in timeline(CLERK, 2024)}
    assert list(lines) == ["technical_diagnosis", "mail_drill", "external_audit", "internal_audit", "self_inspection"]
    assert lines["external_audit"].spans == ((date(2024, 10, 1), date(2024, 10, 2)),)
    assert (lines["external_audit"].count, lines["mail_drill"].count, lines["self_inspection"].count) == (2, 1, 40)
    assert sum(one.count for one in open_ages(CLERK, date(2025, 4, 1))) == 2  # F2 and G1; F1 is verified


def test_days_lie_where_their_month_is() -> None:
    assert place_of_day(date(2024, 4, 1), 2024) == LEFT
    assert place_of_day(date(2023, 1, 1), 2024) == LEFT
    march = place_of_day(date(2025, 3, 31), 2024)
    assert place_of_day(date(2025, 3, 1), 2024) < march < WIDTH
    assert place_of_day(date(2030, 1, 1), 2024) == march
