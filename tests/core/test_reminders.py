"""When may somebody be reminded again, and when is a planned reminder due? Worked examples, then any days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.core.reminders import Reminded, ReminderLimits, due_by_plan, may_remind, planned_days

DEADLINE = date(2024, 9, 30)


@pytest.mark.parametrize(
    ("count", "last", "today", "may"),
    [
        (0, None, date(2024, 9, 1), True),
        (1, date(2024, 9, 2), date(2024, 9, 6), False),  # four days, the limit is five
        (1, date(2024, 9, 2), date(2024, 9, 7), True),
        (3, date(2024, 9, 2), date(2024, 9, 29), False),  # three times is all
    ],
)
def test_the_limits(count: int, last: date | None, today: date, may: bool) -> None:
    assert may_remind(Reminded(count, last), ReminderLimits(3, 5), today) is may


@pytest.mark.parametrize("text", ["七", "-1", "61", "7;2", "1、2、3、4、5、6、7、8、9、10、11"])
def test_days_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(InputError):
        planned_days(text)


@settings(max_examples=60)
@given(
    planned=st.sets(st.integers(0, 30), max_size=5),
    days_up=st.sets(st.integers(-40, 5)),
)
def test_whenever_the_server_runs_each_plan_fires_at_most_once_in_order_and_never_late(
    planned: set[int], days_up: set[int]
) -> None:
    done: list[int] = []
    for offset in sorted(days_up):
        for _hour in range(3):
            found = due_by_plan(sorted(planned), done, DEADLINE, DEADLINE + timedelta(days=offset))
            if found is not None:
                assert offset <= 0 and found >= -offset
                done.append(found)
    assert done == sorted(set(done), reverse=True) and set(done) <= planned
    up = {-offset for offset in days_up if offset <= 0}
    assert all(days in done for days in planned if days in up)  # nothing is forgotten when it ran on the day
