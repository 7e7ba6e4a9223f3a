"""Is the town hall open on that day, when must the notice go out, and do other programs read our calendar file?

Holidays: 内閣府「国民の祝日について」, the lists of 2023 to 2027.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.planning.calendar.days import DayRules, closed_reason_ja, holiday_ja, notice_on, working_days
from kansa.planning.calendar.ics import CalendarEntry, calendar_text, entry_uid, escaped, folded
from kansa.planning.calendar.notices import Meeting, NoticeRules, appointments
from kansa.planning.calendar.slots import BusySpan, Slot, SlotRules, check_slots, open_slots, year_slots

CABINET_OFFICE = {
    2023: "1/1 1/2 1/9 2/11 2/23 3/21 4/29 5/3 5/4 5/5 7/17 8/11 9/18 9/23 10/9 11/3 11/23",
    2024: "1/1 1/8 2/11 2/12 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/15 8/11 8/12 9/16 9/22 9/23 10/14 11/3 11/4 11/23",
    2025: "1/1 1/13 2/11 2/23 2/24 3/20 4/29 5/3 5/4 5/5 5/6 7/21 8/11 9/15 9/23 10/13 11/3 11/23 11/24",
    2026: "1/1 1/12 2/11 2/23 3/20 4/29 5/3 5/4 5/5 5/6 7/20 8/11 9/21 9/22 9/23 10/12 11/3 11/23",
    2027: "1/1 1/11 2/11 2/23 3/21 3/22 4/29 5/3 5/4 5/5 7/19 8/11 9/20 9/23 10/11 11/3 11/23",
}
DAYS = DayRules(2024)


@pytest.mark.parametrize("year", sorted(CABINET_OFFICE))
def test_holidays_are_those_of_the_cabinet_office(year: int) -> None:
    listed = {date(year, *map(int, text.split("/"))) for text in CABINET_OFFICE[year].split()}
    every = (date(year, 1, 1) + timedelta(number) for number in range(366))
    assert {day for day in every if day.year == year and holiday_ja(day)} == listed


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(2024, 8, 12), "祝日"),  # 山の日 fell on a Sunday
        (date(2024, 12, 28), "土曜日"),
        (date(2024, 12, 30), "年末年始"),
        (date(2025, 1, 3), "年末年始"),
        (date(2024, 10, 6), "日曜日"),
    ],
)
def test_a_closed_day_says_why(day: date, reason: str) -> None:
    assert closed_reason_ja(DAYS, day).startswith(reason)


def test_the_office_opens_and_closes_days_of_its_own() -> None:
    rules = DayRules(2024, frozenset({date(2024, 6, 3)}), frozenset({date(2024, 6, 8)}))
    assert closed_reason_ja(rules, date(2024, 6, 3)) == "市の閉庁日"
    assert closed_reason_ja(rules, date(2024, 6, 8)) == ""


def test_fiscal_2024_has_243_working_days() -> None:
    """365 days less 104 on a weekend, 14 holidays on a weekday and four more days at the turn of the year.

    4/29 5/3 5/6 7/15 8/12 9/16 9/23 10/14 11/4 1/1 1/13 2/11 2/24 3/20; 12/30 12/31 1/2 1/3.
    """
    assert len(working_days(DAYS)) == 243


def test_ten_working_days_before_1_november() -> None:
    # Friday 1 November 2024; back: 31 30 29 28 (4), 25 24 23 22 21 (9), 18 (10). 14 October is too far back to matter.
    assert notice_on(DAYS, date(2024, 11, 1), 10) == date(2024, 10, 18)


def test_seven_calendar_days_that_end_on_a_closed_day_go_back_to_an_open_one() -> None:
    # 21 October less 7 is 14 October, スポーツの日; 12 and 13 are a weekend.
    assert notice_on(DAYS, date(2024, 10, 21), 7, "calendar") == date(2024, 10, 11)


@given(st.dates(date(2023, 1, 1), date(2027, 12, 31)), st.integers(0, 40), st.sampled_from(["working", "calendar"]))
def test_a_notice_goes_out_on_an_open_day_and_in_time(held_on: date, days: int, counts: str) -> None:
    told = notice_on(DAYS, held_on, days, counts)
    assert days == 0 or not closed_reason_ja(DAYS, told)
    assert held_on - told >= timedelta(days)


def test_slots_of_two_days() -> None:
    slots = year_slots(SlotRules(DAYS, date(2024, 10, 11), date(2024, 10, 15)))  # a weekend and a holiday between
    assert [slot.slot_id for slot in slots] == ["20241011-am", "20241011-pm", "20241015-am", "20241015-pm"]
    busy = [BusySpan("101", date(2024, 10, 14), date(2024, 10, 20), "繁忙期")]
    assert open_slots(slots, "101", busy) == {"20241011-am", "20241011-pm"}
    assert len(open_slots(slots, "102", busy)) == 4


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        (SlotRules(DAYS, date(2024, 12, 29), date(2025, 1, 3)), "no_slots"),
        (SlotRules(DAYS, date(2023, 10, 1), date(2023, 10, 31)), "no_slots"),
        (SlotRules(DAYS, date(2024, 10, 2), date(2024, 10, 1)), "span_backwards"),
        (SlotRules(DAYS, date(2024, 10, 1), date(2024, 10, 31), ("night",)), "half_unknown"),
        (SlotRules(DAYS, date(2024, 10, 1), date(2024, 10, 31), ()), "no_slots"),
        (SlotRules(DAYS, date(2024, 10, 1), date(2024, 10, 31), am=(time(11), time(9))), "slot_times"),
        (
            SlotRules(DayRules(2024, frozenset({date(2025, 4, 1)})), date(2024, 10, 1), date(2024, 10, 9)),
            "day_outside_year",
        ),
    ],
)
def test_an_impossible_layout_is_refused(rules: SlotRules, code: str) -> None:
    with pytest.raises(InputError) as refused:
        year_slots(rules)
    assert code in [one.code for one in refused.value.refusals]


def test_a_slot_table_is_refused_with_every_fault() -> None:
    slots = [
        Slot("a", date(2024, 10, 1), "am"),
        Slot("a", date(2024, 10, 2), "am"),
        Slot("b", date(2024, 10, 5), "am"),
        Slot("c", date(2025, 4, 1), "am"),
    ]
    with pytest.raises(InputError) as refused:
        check_slots(slots, DAYS)
    assert [one.code for one in refused.value.refusals] == ["slot_doubled", "slot_on_closed_day", "slot_outside_year"]
    assert "「b」" in refused.value.refusals[1].ja()
    with pytest.raises(InputError, match="１つもありません"):
        check_slots([], DAYS)


def test_appointments_stand_in_order_of_time_with_their_notices() -> None:
    slots = year_slots(SlotRules(DAYS, date(2024, 10, 11), date(2024, 10, 15)))
    meetings = [Meeting("B", "102", "20241015-am", ("S1",)), Meeting("A", "101", "20241011-pm", ("S1", "S2"))]
    found = appointments(meetings, slots, DAYS, NoticeRules(5), known_on=date(2024, 10, 7))
    assert [(one.meeting.task_code, one.notice_on, one.is_late) for one in found] == [
        ("A", date(2024, 10, 4), True),
        ("B", date(2024, 10, 7), False),  # 11, 10, 9, 8, 7 October
    ]


STAMP = datetime(2024, 9, 1, 3, 0, tzinfo=UTC)


def entry(**told: object) -> CalendarEntry:
    """An entry of one afternoon."""
    facts: dict[str, object] = {
        "uid": entry_uid("○○市", 2024, "I2024-001"),
        "title_ja": "監査",
        "on": date(2024, 10, 11),
        "starts_at": time(13, 30),
        "ends_at": time(16, 0),
    }
    return CalendarEntry(**{**facts, **told})  # type: ignore[arg-type]


def test_the_file_as_rfc_5545_wants_it() -> None:
    text = calendar_text([entry(title_ja="市民課; 監査, 第１回\n持ち物\\なし")], STAMP)
    assert text.endswith("END:VCALENDAR\r\n")
    assert text.count("\n") == text.count("\r\n")
    assert "DTSTART;TZID=Asia/Tokyo:20241011T133000\r\n" in text
    assert "DTSTAMP:20240901T030000Z\r\n" in text
    assert "SUMMARY:市民課\\; 監査\\, 第１回\\n持ち物\\\\なし\r\n" in text
    assert calendar_text([entry()], STAMP) == calendar_text([entry()], STAMP)


def test_uids_are_stable_and_different() -> None:
    assert entry_uid("市", 2024, "A") == entry_uid("市", 2024, "A")
    assert len({entry_uid("市", 2024, "A"), entry_uid("市", 2024, "B"), entry_uid("市", 2025, "A")}) == 3


@settings(max_examples=150)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=200))
def test_any_text_is_read_back_by_another_program(text: str) -> None:
    wanted = "".join(
        one for one in text.replace("\r\n", "\n").replace("\r", "\n") if one in "\n\t" or (one >= " " and one != "\x7f")
    )
    # A blank before and after, because readers may trim a value.
    written = calendar_text([entry(text_ja=f"「{text}」")], STAMP)
    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))
    event = icalendar.Calendar.from_ical(written.encode()).walk("VEVENT")[0]
    assert str(event["DESCRIPTION"]) == f"「{wanted}」"
    assert event.decoded("DTSTART").utcoffset() == timedelta(hours=9)
    assert event.decoded("DTSTART").replace(tzinfo=None) == datetime(2024, 10, 11, 13, 30)  # noqa: DTZ001


def test_a_whole_day_and_a_cancelled_entry() -> None:
    written = calendar_text([entry(starts_at=None, is_cancelled=True, sequence=2)], STAMP, "監査の日程")
    event = icalendar.Calendar.from_ical(written).walk("VEVENT")[0]
    assert event.decoded("DTSTART") == date(2024, 10, 11)
    assert event.decoded("DTEND") == date(2024, 10, 12)
    assert (str(event["STATUS"]), int(event["SEQUENCE"])) == ("CANCELLED", 2)


def test_a_stamp_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        calendar_text([], datetime(2024, 9, 1))  # noqa: DTZ001


def test_no_character_is_split_at_the_fold() -> None:
    parts = list(folded("SUMMARY:" + "監" * 60))
    assert [len(part.encode()) for part in parts] == [8 + 22 * 3, 1 + 24 * 3, 1 + 14 * 3]
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == "SUMMARY:" + "監" * 60
    assert escaped("a\x00b") == "ab"


def test_a_line_has_75_octets_at_most_the_blank_counted() -> None:
    assert [len(part) for part in folded("X" * 200)] == [75, 75, 52]
