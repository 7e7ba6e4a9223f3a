"""Which half days of the fiscal year may an audit be held in, and which of them suit a department?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.fiscal import era_date_ja, era_year_ja, fiscal_year_of
from kansa.planning.calendar.days import DayRules, check_days, closed_reason_ja, working_days

HALVES = {"am": "午前", "pm": "午後"}
SHEET = "時間枠"


@dataclass(frozen=True, slots=True)
class Slot:
    """A half day. `capacity`: how many audits may be held in it at once (rooms, cars), None for any number."""

    slot_id: str
    on: date
    half: str  # am | pm
    starts_at: time | None = None
    ends_at: time | None = None
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class SlotRules:
    """How slots are laid out: from `first_on` to `last_on`, mornings and afternoons with their times."""

    days: DayRules
    first_on: date
    last_on: date
    halves: tuple[str, ...] = ("am", "pm")
    am: tuple[time, time] = (time(9, 30), time(11, 30))
    pm: tuple[time, time] = (time(13, 30), time(16, 0))
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class BusySpan:
    """A department's busy time, both days included."""

    department_code: str
    first_on: date
    last_on: date
    reason_ja: str = ""


def year_slots(rules: SlotRules) -> tuple[Slot, ...]:
    """Every half day on an open day, in order of time. Raises InputError when there is none or a rule contradicts."""
    check_days(rules.days)
    faults = list(_about_layout(rules))
    if faults:
        raise InputError(*faults)
    times = {"am": rules.am, "pm": rules.pm}
    return tuple(
        Slot(f"{day:%Y%m%d}-{half}", day, half, *times[half], rules.capacity)
        for day in working_days(rules.days, rules.first_on, rules.last_on)
        for half in sorted(set(rules.halves))
    )


def _about_layout(rules: SlotRules) -> Iterator[Refusal]:
    if rules.first_on > rules.last_on:
        yield Refusal("span_backwards", "終わりの日が始まりの日より前です。", Place(sheet=SHEET))
    elif not working_days(rules.days, rules.first_on, rules.last_on):
        span = f"{era_date_ja(rules.first_on)}から{era_date_ja(rules.last_on)}まで"
        reason = f"{span}に{era_year_ja(rules.days.fiscal_year)}の開庁日がありません。"
        yield Refusal("no_slots", reason, Place(sheet=SHEET))
    for half in rules.halves:
        if half not in HALVES:
            yield Refusal("half_unknown", f"am 又は pm です（{half}）。", Place(sheet=SHEET, column=half))
    if not rules.halves:
        yield Refusal("no_slots", "午前も午後もありません。", Place(sheet=SHEET))
    if rules.capacity is not None and rules.capacity < 1:
        yield Refusal("slot_capacity", "同じ時間枠に行える件数は１以上です。", Place(sheet=SHEET))
    for half, (begin, end) in (("am", rules.am), ("pm", rules.pm)):
        if begin >= end:
            yield Refusal(
                "slot_times", "終わりの時刻が始まりより後ではありません。", Place(sheet=SHEET, column=HALVES[half])
            )


def check_slots(slots: Sequence[Slot], days: DayRules) -> None:
    """Raises InputError for a table without slots, doubled ones, days of another year and closed days."""
    faults = [] if slots else [Refusal("no_slots", "年度の時間枠が１つもありません。", Place(sheet=SHEET))]
    for slot_id, count in sorted(Counter(slot.slot_id for slot in slots).items()):
        if count > 1:
            faults.append(Refusal("slot_doubled", f"{count}回あります。", Place(sheet=SHEET, column=slot_id)))
    for slot in slots:
        place, when = Place(sheet=SHEET, column=slot.slot_id), era_date_ja(slot.on)
        if fiscal_year_of(slot.on) != days.fiscal_year:
            faults.append(Refusal("slot_outside_year", f"{when}はこの年度の日ではありません。", place))
        elif reason := closed_reason_ja(days, slot.on):
            faults.append(Refusal("slot_on_closed_day", f"{when}は閉庁日です（{reason}）。", place))
    if faults:
        raise InputError(*faults)


def open_slots(slots: Iterable[Slot], department_code: str, busy: Iterable[BusySpan]) -> frozenset[str]:
    """Ids of the slots outside the busy times of this department."""
    spans = [span for span in busy if span.department_code == department_code]
    return frozenset(
        slot.slot_id for slot in slots if not any(span.first_on <= slot.on <= span.last_on for span in spans)
    )
