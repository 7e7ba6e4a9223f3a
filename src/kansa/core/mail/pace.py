"""When may the next mail leave? Days, hours, and how many in a minute, in an hour and to one domain.

Every moment is an argument. Times of the day are those of its own time zone: the caller hands in local time.
Tokens are counted by the theoretical arrival time (GCRA): one whole number of milliseconds per bucket, which survives a
restart, and never lets more than `count` mails into any span of `seconds`.
Source: ITU-T I.371 Annex A (the virtual scheduling algorithm).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from kansa.core.errors import InputError, Place, Refusal, RuleError

DEFER_MINUTES = (5, 15, 30, 60, 120)
BACK_OFF_SECONDS = (30, 60, 120, 300, 600)
WARM_UP_COUNT = 10
WARM_UP_FAILURES = 2
SEARCH_DAYS = 400
DAY_HOURS = ((time(9, 0), time(12, 0)), (time(13, 0), time(17, 0)))

IsOpenDay = Callable[[date], bool]
Buckets = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SendWindow:
    """From `begins_at` until before `ends_at`, within `hours` of the days that are open; without hours, all day.

    `any_day`: also on days on which the town hall is closed; `closed_days` and `open_days` are the office's own.
    """

    begins_at: datetime
    ends_at: datetime
    hours: tuple[tuple[time, time], ...] = DAY_HOURS
    any_day: bool = False
    closed_days: frozenset[date] = frozenset()
    open_days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Pace:
    """How many mails at most; `burst` more than one after another only as far as the count allows it."""

    per_minute: int = 60
    per_hour: int = 1500
    per_domain_minute: int = 60
    breaker_count: int = 5  # so many refusals or troubles in a row stop the batch until a person looks


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` in any span of `seconds`, of which `burst` may follow each other at once."""

    count: int
    seconds: int
    burst: int = 1

    @property
    def interval_ms(self) -> int:
        """Between two mails in the long run; chosen so that a burst at the start never exceeds the count."""
        return -(-self.seconds * 1000 // (self.count - self.burst + 1))


def check_window(window: SendWindow, sheet: str = "") -> None:
    """Raises InputError for a window without time zone, that ends before it begins, or with hours in disorder."""
    faults = []
    if window.begins_at.tzinfo is None or window.ends_at.tzinfo is None:
        faults.append(Refusal("window_without_zone", "送信期間の時刻に時間帯がありません。", Place(sheet=sheet)))
    elif window.begins_at >= window.ends_at:
        faults.append(Refusal("window_ends_first", "送信の終了が開始より前です。", Place(sheet=sheet, column="終了")))
    ends = [moment for span in window.hours for moment in span]
    if ends != sorted(set(ends)):
        faults.append(Refusal("window_hours", "送信する時間帯の順序が正しくありません。", Place(column="時間帯")))
    if faults:
        raise InputError(*faults)


def check_pace(pace: Pace) -> None:
    """Raises InputError for a pace of less than one."""
    labels = {
        "per_minute": "1分当たり",
        "per_hour": "1時間当たり",
        "per_domain_minute": "ドメインごとに1分当たり",
        "breaker_count": "自動停止までの連続失敗",
    }
    faults = [
        Refusal("pace_too_low", f"{label}の数は1以上にしてください。", Place(column=label))
        for name, label in labels.items()
        if getattr(pace, name) < 1
    ]
    if faults:
        raise InputError(*faults)


def is_open(window: SendWindow, moment: datetime, is_open_day: IsOpenDay) -> bool:
    """Whether a mail may leave at this local moment; the end of a span is outside."""
    if not window.begins_at <= moment < window.ends_at:
        return False
    day = moment.date()
    if day in window.closed_days or not (window.any_day or day in window.open_days or is_open_day(day)):
        return False
    clock = moment.time()
    return not window.hours or any(begin <= clock < end for begin, end in window.hours)


def opens_at(window: SendWindow, moment: datetime, is_open_day: IsOpenDay) -> datetime | None:
    """The first moment, not before this one, at which a mail may leave; None when there is none any more."""
    if is_open(window, moment, is_open_day):
        return moment
    for candidate in _openings(window, moment):
        if candidate >= window.ends_at:
            return None
        if is_open(window, candidate, is_open_day):
            return candidate
    return None


def _openings(window: SendWindow, moment: datetime) -> Iterator[datetime]:
    """Moments at which the window may begin to be open, in order of time."""
    first = max(moment, window.begins_at.astimezone(moment.tzinfo))
    yield first
    starts = [begin for begin, _end in window.hours] or [time(0, 0)]
    for number in range(SEARCH_DAYS):
        day = first.date() + timedelta(number)
        for start in starts:
            candidate = datetime.combine(day, start, first.tzinfo)
            if candidate > first:
                yield candidate


def shared(total: int, sizes: Sequence[int]) -> list[int]:
    """`total` mails a minute among lists that are sent side by side: in proportion, each at least 1, never more in all.

    Raises RuleError when there are more lists than mails.

    >>> shared(10, [900, 100, 1])
    [8, 1, 1]
    """
    if total < len(sizes):
        reason = f"1分当たりの通数は、組の数（{len(sizes)}）以上にしてください。"
        raise RuleError("pace_below_groups", reason)
    whole = sum(sizes) or 1
    spare = total - len(sizes)
    shares = [1 + spare * size // whole for size in sizes]
    rests = sorted(range(len(sizes)), key=lambda at: (-(spare * sizes[at] % whole), at))
    for at in rests[: total - sum(shares)]:
        shares[at] += 1
    return shares


def limits_of(pace: Pace, domain: str) -> dict[str, Limit]:
    """The buckets that one mail to this domain draws from."""
    return {
        "minute": Limit(pace.per_minute, 60),
        "hour": Limit(pace.per_hour, 3600, max(1, min(pace.per_hour // 4, pace.per_minute))),
        f"domain:{domain}": Limit(pace.per_domain_minute, 60),
    }


def wait_ms(limits: Mapping[str, Limit], buckets: Buckets, now_ms: int) -> int:
    """How long until a mail may leave; 0 for at once. `buckets`: what `taken` gave back the last time.

    >>> wait_ms({"minute": Limit(60, 60)}, {"minute": 5000}, 4200)
    800
    """
    waits = (
        buckets.get(name, now_ms) - (limit.burst - 1) * limit.interval_ms - now_ms for name, limit in limits.items()
    )
    return max(0, *waits)


def taken(limits: Mapping[str, Limit], buckets: Buckets, now_ms: int) -> dict[str, int]:
    """The buckets after a mail left now; buckets that are full again are dropped."""
    found = {name: at for name, at in buckets.items() if at > now_ms}
    for name, limit in limits.items():
        found[name] = max(buckets.get(name, now_ms), now_ms) + limit.interval_ms
    return found


def trusted_now(now: datetime, latest: datetime | None) -> datetime:
    """The moment that counts: never before one that was seen already, so a clock set back opens no window again."""
    return now if latest is None or now >= latest else latest


def retry_at(attempt_count: int, now: datetime) -> datetime:
    """When a mail that the relay put off is tried again: after 5, 15, 30, 60 and then every 120 minutes."""
    number = min(max(attempt_count, 1), len(DEFER_MINUTES)) - 1
    return now + timedelta(minutes=DEFER_MINUTES[number])


def back_off_until(trouble_count: int, now: datetime) -> datetime:
    """When a relay that hung up or could not be reached is tried again."""
    number = min(max(trouble_count, 1), len(BACK_OFF_SECONDS)) - 1
    return now + timedelta(seconds=BACK_OFF_SECONDS[number])


def breaks_at(pace: Pace, settled_count: int) -> int:
    """So many failures in a row stop the batch: few while the first ten are watched, then the pace's number."""
    return min(WARM_UP_FAILURES, pace.breaker_count) if settled_count < WARM_UP_COUNT else pace.breaker_count
