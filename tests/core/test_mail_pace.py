"""Does a mail leave only when it may, never more than allowed in any minute or hour, and never twice by the clock?"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.core.mail import pace as paces
from kansa.core.mail.pace import Limit, Pace, SendWindow, is_open, opens_at

JAPAN = ZoneInfo("Asia/Tokyo")


def at(day: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """November 2026: the 2nd is a Monday, the 3rd a holiday."""
    return datetime(2026, 11, day, hour, minute, second, tzinfo=JAPAN)


def open_day(day: date) -> bool:
    return day.weekday() < 5 and day != date(2026, 11, 3)


WINDOW = SendWindow(at(2, 10), at(6, 15))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(2, 9, 59, 59), False),  # before it begins
        (at(2, 10), True),
        (at(2, 11, 59, 59), True),
        (at(2, 12), False),  # the end of a span is outside
        (at(2, 13), True),
        (at(2, 17), False),
        (at(3, 10), False),  # 文化の日
        (at(4, 8, 59), False),
        (at(6, 14, 59, 59), True),
        (at(6, 15), False),
    ],
)
def test_the_window_is_open_in_working_hours_only(moment: datetime, expected: bool) -> None:
    assert is_open(WINDOW, moment, open_day) is expected


def test_days_that_the_office_closes_and_opens() -> None:
    own = SendWindow(
        at(2, 10), at(9, 15), closed_days=frozenset({date(2026, 11, 4)}), open_days=frozenset({date(2026, 11, 7)})
    )
    assert not is_open(own, at(4, 10), open_day)
    assert is_open(own, at(7, 10), open_day)  # a Saturday
    assert is_open(SendWindow(at(2, 10), at(9, 15), (), any_day=True), at(8, 3), open_day)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (at(1, 0), at(2, 10)),
        (at(2, 12), at(2, 13)),
        (at(2, 17), at(4, 9)),  # over the holiday
        (at(5, 18), at(6, 9)),
        (at(6, 15), None),
        (at(5, 10, 30), at(5, 10, 30)),
    ],
)
def test_when_it_opens_next(moment: datetime, expected: datetime | None) -> None:
    assert opens_at(WINDOW, moment, open_day) == expected


@given(st.integers(0, 10 * 24 * 3600))
def test_the_opening_is_open_and_nothing_before_it_is(seconds: int) -> None:
    moment = at(1, 0) + timedelta(seconds=seconds)
    found = opens_at(WINDOW, moment, open_day)
    end = found or WINDOW.ends_at
    step = max((end - moment) / 50, timedelta(seconds=1))
    probe = moment
    while probe < end:
        assert not is_open(WINDOW, probe, open_day)
        probe += step
    assert found is None or is_open(WINDOW, found, open_day)


@pytest.mark.parametrize(
    "window",
    [
        SendWindow(at(2, 10), at(2, 10)),
        SendWindow(at(2, 10).replace(tzinfo=None), at(3, 10).replace(tzinfo=None)),
        SendWindow(at(2, 10), at(3, 10), ((time(12), time(9)),)),
        SendWindow(at(2, 10), at(3, 10), ((time(9), time(12)), (time(11), time(13)))),
    ],
)
def test_a_window_in_disorder_is_refused(window: SendWindow) -> None:
    with pytest.raises(InputError):
        paces.check_window(window)
    paces.check_window(WINDOW)


GAPS = st.lists(st.integers(0, 4000), min_size=1, max_size=120)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 60), GAPS)
def test_no_span_ever_holds_more_than_allowed(count: int, burst: int, seconds: int, gaps: list[int]) -> None:
    """Sliding windows over a greedy sender that is sometimes late: an independent count."""
    limit = {"minute": Limit(count, seconds, min(burst, count))}
    buckets: dict[str, int] = {}
    now, sent = 10**12, []
    for gap in gaps:
        now += gap
        now += paces.wait_ms(limit, buckets, now)
        assert paces.wait_ms(limit, buckets, now) == 0
        buckets = paces.taken(limit, buckets, now)
        sent.append(now)
    for start in sent:
        assert sum(start <= one < start + seconds * 1000 for one in sent) <= count


def test_the_pace_is_used_not_only_kept() -> None:
    """60 a minute: a greedy sender sends one a second, worked out by hand."""
    limits, buckets, now, sent = {"minute": Limit(60, 60)}, {}, 0, []
    for _ in range(5):
        now += paces.wait_ms(limits, buckets, now)
        buckets = paces.taken(limits, buckets, now)
        sent.append(now)
    assert sent == [0, 1000, 2000, 3000, 4000]


def test_the_hour_lets_a_minute_run_ahead_but_not_the_whole_hour() -> None:
    limit = paces.limits_of(Pace(per_minute=60, per_hour=120), "a.jp")["hour"]
    assert (limit.count, limit.burst, limit.interval_ms) == (120, 30, 39561)  # 3,600,000 / (120 - 30 + 1), up


def test_a_clock_set_back_does_not_count() -> None:
    assert paces.trusted_now(at(2, 10), at(2, 18)) == at(2, 18)
    assert paces.trusted_now(at(2, 18), at(2, 10)) == at(2, 18)
    assert paces.trusted_now(at(2, 10), None) == at(2, 10)


def test_retries_and_pauses_grow_and_stay() -> None:
    now = at(2, 10)
    minutes = [(paces.retry_at(number, now) - now).total_seconds() / 60 for number in range(1, 8)]
    assert minutes == [5, 15, 30, 60, 120, 120, 120]
    seconds = [(paces.back_off_until(number, now) - now).total_seconds() for number in range(1, 7)]
    assert seconds == [30, 60, 120, 300, 600, 600]


def test_the_first_ten_are_watched_closely() -> None:
    assert [paces.breaks_at(Pace(breaker_count=5), count) for count in (0, 9, 10, 500)] == [2, 2, 5, 5]
    assert paces.breaks_at(Pace(breaker_count=1), 0) == 1
