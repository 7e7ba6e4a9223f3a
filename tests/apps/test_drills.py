"""Does a person count once in a drill, whatever the files say and in whichever order they come?"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kansa.apps.drills.actions import describe_drill
from kansa.apps.drills.models import Delivery, DrillEvent
from kansa.apps.drills.queries import drills
from kansa.core.errors import RuleError
from kansa.core.year import Drill
from tests.builders import YEAR, delivery, department, drill_event, imported, staff, upload
from tests.cast import CITY, CLERK, VIEWER

pytestmark = pytest.mark.django_db


def at(minute: int) -> datetime:
    return datetime(2024, 10, 1, 0, minute, tzinfo=UTC)


@pytest.fixture(autouse=True)
def people(city: object) -> None:
    imported("departments", [department("101"), department("102")])
    imported("staff", [staff(f"S00{number}", "101") for number in (1, 2, 3)] + [staff("S004", "102")])


def mail(number: int) -> str:
    return f"s00{number}@mihon.example"


def the_drill() -> Drill:
    (drill,) = drills(CITY, YEAR)
    return drill


def test_each_number_counts_people() -> None:
    imported(
        "drill",
        [
            delivery(mail(1), sent_at=at(0), opened_at=at(3), clicked_at=at(4), reported_at=at(9)),
            delivery(mail(2), sent_at=at(0), reported_at=at(2)),
            delivery(mail(3), sent_at=at(0), is_delivered=False),
            delivery(mail(4), sent_at=at(0), is_delivered=True),
        ],
    )
    drill = the_drill()
    first, second = drill.rows
    assert (first.department_code, first.sent, first.delivered) == ("101", 3, 2)
    assert (first.opened, first.clicked, first.reported, first.reported_after_click) == (1, 1, 2, 1)
    assert (second.department_code, second.sent, second.delivered, second.clicked) == ("102", 1, 1, 0)
    assert (drill.first_click_minutes, drill.first_report_minutes, drill.reports_before_first_click) == (4, 2, 1)
    assert drill.sent_on == "2024-10-01"
    assert first.sources[0].rows == "2-4"


def test_two_clicks_of_one_person_are_one() -> None:
    imported("drill", [delivery(mail(1), sent_at=at(0))])
    imported("drill_gophish_events", [drill_event(mail(1), "clicked", at(5)), drill_event(mail(1), "clicked", at(7))])
    assert the_drill().rows[0].clicked == 1
    assert the_drill().first_click_minutes == 5


def test_events_before_results_give_the_same_numbers() -> None:
    results = [delivery(mail(1), sent_at=at(0)), delivery(mail(2), sent_at=at(0))]
    events = [
        drill_event(mail(1), "sent", at(0)),
        drill_event(mail(1), "opened", at(1)),
        drill_event(mail(2), "failed", at(0)),
    ]
    imported("drill_gophish_events", events, file=upload("events.csv"))
    imported("drill", results, file=upload("results.csv"))
    row = the_drill().rows[0]
    assert (row.sent, row.delivered, row.opened) == (2, 1, 1)
    assert Delivery.objects.count() == 2


def test_whoever_typed_something_in_had_clicked() -> None:
    imported("drill", [delivery(mail(1), sent_at=at(0), submitted_at=at(6))])
    row = the_drill().rows[0]
    assert (row.submitted, row.clicked, row.delivered) == (1, 1, 1)


def test_somebody_waiting_for_the_mail_is_in_no_number() -> None:
    imported("drill", [delivery(mail(1), sent_at=at(0)), delivery(mail(2))])
    assert the_drill().rows[0].sent == 1


def test_excluded_people_are_in_no_number() -> None:
    imported("drill", [delivery(mail(1), sent_at=at(0)), delivery(mail(2), sent_at=at(0), excluded_reason_ja="休職")])
    assert the_drill().rows[0].sent == 1


def test_without_any_moment_the_minutes_are_unknown() -> None:
    imported("drill", [delivery(mail(1), is_delivered=True)])
    drill = the_drill()
    assert (drill.first_click_minutes, drill.reports_before_first_click, drill.sent_on) == (None, None, "")


def test_the_same_events_again_change_nothing() -> None:
    events = [drill_event(mail(1), "opened", at(1))]
    imported("drill_gophish_events", events)
    outcome = imported("drill_gophish_events", events, file=upload("もう一度.csv"))
    assert (outcome.plan.added, outcome.plan.changed) == (0, 0)
    assert DrillEvent.objects.count() == 1


def test_a_moment_without_zone_is_local_time() -> None:
    imported("drill", [delivery(mail(1), sent_at=datetime(2024, 10, 1, 9, 0))])  # noqa: DTZ001
    assert Delivery.objects.get().sent_at == at(0)


def test_the_department_comes_from_file_or_roster_and_the_refusal_repeats_no_address() -> None:
    imported("drill", [delivery(mail(1), department_code="102", sent_at=at(0)), delivery("S002", sent_at=at(0))])
    assert [row.department_code for row in the_drill().rows] == ["101", "102"]
    outcome = imported("drill", [delivery("nobody@mihon.example", sent_at=at(0))])
    (refusal,) = outcome.refusals
    assert refusal.code == "unknown_recipient" and "nobody" not in refusal.reason_ja
    outcome = imported("drill", [delivery(mail(1), department_code="999")])
    assert [refusal.code for refusal in outcome.refusals] == ["unknown_department"]


def test_a_drill_gets_its_words_afterwards() -> None:
    imported("drill", [delivery(mail(1), sent_at=at(0))])
    describe_drill(CLERK, YEAR, "D1", "第１回訓練", "教訓を得た")
    imported("drill", [delivery(mail(2), sent_at=at(0))], file=upload("追加.csv"))
    assert (the_drill().name_ja, the_drill().questionnaire_ja) == ("第１回訓練", "教訓を得た")
    with pytest.raises(RuleError):
        describe_drill(CLERK, YEAR, "D9", "", "")
    with pytest.raises(RuleError):
        describe_drill(VIEWER, YEAR, "D1", "", "")


def test_tokens_of_two_drills_cannot_be_matched() -> None:
    imported("drill", [delivery(mail(1), sent_at=at(0)), delivery(mail(1), sent_at=at(0), drill_code="D2")])
    assert len(set(Delivery.objects.values_list("recipient_token", flat=True))) == 2
