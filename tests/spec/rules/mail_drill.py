"""Rules of the mail drill: difficulty, hits of persons and machines, rates, speed, comparison, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from kansa.core.errors import InputError, NotComputable, RuleError
from kansa.core.mail_drill.events import ALL, FIXED, Acts, Hit, Judge, Settings, acts_of
from kansa.core.mail_drill.phish_scale import (
    ALIGNMENTS_JA,
    COUNTS_JA,
    DIFFICULTIES_JA,
    Rating,
    alignment,
    consensus,
    cue_class,
    difficulty,
    premise_score,
)
from kansa.core.mail_drill.results import COUNTS as COUNT_NAMES
from kansa.core.mail_drill.results import (
    Adjusted,
    Outcome,
    Shown,
    adjusted,
    classes_shown,
    counts_of,
    departments_shown,
    rate,
    speed_of,
)
from kansa.core.rounding import printed
from tests.spec.rules.reading import NONE, Rule, each, ints
from tests.spec.tables import Row

SENT = datetime(2024, 10, 1, tzinfo=UTC)
BROWSER = "Mozilla/5.0 (Windows NT 10.0) Chrome/120"


def _told(call: Callable[[], str]) -> str:
    try:
        return call()
    except InputError as fault:
        return fault.refusals[0].reason_ja
    except (RuleError, NotComputable) as fault:
        return f"算出できない（{fault.code}）"


def _phish_scale(row: Row) -> Row:
    rating = Rating("甲", int(row["手掛かりの数"]), ints(row["五つの要素"]))
    return {
        "手掛かり": _told(lambda: COUNTS_JA[cue_class(rating.cue_count)]),
        "点": str(premise_score(rating.premise)),
        "前提の一致": ALIGNMENTS_JA[alignment(rating.premise)],
        "難易度": _told(lambda: DIFFICULTIES_JA[difficulty(rating)]),
    }


def _rating(rater: str, text: str) -> Rating | None:
    if text == NONE:
        return None
    count, premise = text.split(" / ")
    return Rating(rater, int(count), ints(premise))


def _consensus(row: Row) -> Row:
    ratings = [_rating("甲", row["甲の評価"]), _rating("乙", row["乙の評価"])]
    given = [one for one in ratings if one is not None]
    agreed = _rating("二人", row["合意した評価"])
    return {"難易度": _told(lambda: DIFFICULTIES_JA[difficulty(consensus(given, agreed))])}


KINDS = {
    "クリック": Hit("clicked", SENT, address="198.51.100.7", agent=BROWSER),
    "読みました": Hit("confirmed", SENT, "POST", address="198.51.100.7", agent=BROWSER),
    "HEAD": Hit("fetched", SENT, "HEAD", address="198.51.100.7", agent=BROWSER),
    "先読みのクリック": Hit("clicked", SENT, address="198.51.100.7", agent=BROWSER, prefetch="prefetch"),
    "見えないリンク": Hit("canary", SENT, address="198.51.100.7", agent=BROWSER),
    "検査機器のクリック": Hit("clicked", SENT, address="192.0.2.9", agent=BROWSER),
    "道具のクリック": Hit("clicked", SENT, address="198.51.100.7", agent="curl/8.0"),
    "転送による報告": Hit("reported", SENT, "", channel="mailbox"),
}


def _word(acts: Acts) -> str:
    if acts.first:
        return "人"
    if acts.undecided:
        return "判断できない"
    return "機器" if acts.has_hits else NONE


def _hits(row: Row) -> Row:
    settings = Settings(networks=("192.0.2.0/24",))
    hits = []
    for text in row["記録"].split("、"):
        seconds, kind = text.split(" ")
        hits.append(KINDS[kind]._replace(at=SENT + timedelta(seconds=int(seconds))))
    judged = Judge(settings).judged(hits, SENT)
    masks = {"最も厳しく": ALL, "既定の規則": settings.mask, "最も緩く": FIXED}
    return {name: _word(acts_of(judged, mask)) for name, mask in masks.items()}


STATES = {
    "受付": "accepted",
    "失敗": "failed",
    "除外": "excluded",
    "不明": "unknown",
    "取りやめ": "cancelled",
    "期限切れ": "expired",
}


def _person(words: list[str]) -> Outcome:
    first = {}
    if "クリック" in words:
        first["clicked"] = SENT + timedelta(minutes=1)
    if "報告" in words:
        first["reported"] = SENT + timedelta(minutes=2)
    acts = Acts(first, frozenset(), bool(first) or "機器" in words)
    return Outcome("101", "主事", "very", STATES[words[0]], "不達" in words, "不在" in words, acts)


def _people(row: Row) -> Row:
    counts = counts_of(_person(text.split(" ")) for text in row["人"].split("、"))

    def percent(numerator: str, denominator: str) -> str:
        return _told(lambda: printed(rate(counts, numerator, denominator).value * 100, 1))

    return {
        "送信": str(counts["sent"]),
        "到達": str(counts["delivered"]),
        "在勤": str(counts["present"]),
        "クリック": str(counts["clicked"]),
        "報告": str(counts["reported"]),
        "開いた後の報告": str(counts["reported_after_click"]),
        "機器のみ": str(counts["machine_only"]),
        "クリック÷送信": percent("clicked", "sent"),
        "クリック÷到達": percent("clicked", "delivered"),
        "クリック÷在勤": percent("clicked", "present"),
        "報告÷表示": percent("reported", "opened"),
    }


def _speed(row: Row) -> Row:
    people = []
    for text in row["操作"].split("、"):
        _, kind, minutes = text.split(" ")
        act = {"クリック": "clicked", "報告": "reported"}[kind]
        acts = Acts({act: SENT + timedelta(minutes=int(minutes))}, frozenset(), has_hits=True)
        people.append(Outcome("101", "主事", "very", "accepted", is_bounced=False, is_absent=False, acts=acts))
    speed = speed_of(people, SENT)

    def shown(minutes: int | None) -> str:
        return NONE if minutes is None else str(minutes)

    return {
        "最初のクリック": shown(speed.first_click_minutes),
        "最初の報告": shown(speed.first_report_minutes),
        "クリック前の報告": str(speed.reports_before_first_click),
        "報告": str(speed.report_count),
    }


def _classes(text: str) -> dict[str, tuple[int, int]]:
    found = {}
    for part in text.split("、"):
        name, numbers = part.split(" ")
        clicked, delivered = numbers.split("/")
        found[name] = int(clicked), int(delivered)
    return found


def _adjusted(row: Row) -> Row:
    def percent(part: Callable[[Adjusted], Fraction]) -> str:
        found = adjusted(_classes(row["今年度"]), _classes(row["前年度"]))
        return printed(part(found) * 100, 1)

    return {
        "前年度（％）": _told(lambda: percent(lambda one: one.prior_rate)),
        "今年度（％）": _told(lambda: percent(lambda one: one.this_rate)),
        "差（ポイント）": _told(lambda: percent(lambda one: one.change)),
        "対象の割合（％）": _told(lambda: percent(lambda one: one.covered)),
    }


def _counts(delivered: int, clicked: int, reported: int) -> dict[str, int]:
    counts = dict.fromkeys(COUNT_NAMES, 0)
    return counts | {
        "listed": delivered,
        "sent": delivered,
        "delivered": delivered,
        "clicked": clicked,
        "reported": reported,
    }


def _cell(shown: Shown, count: str) -> str:
    value = shown[count]
    return str(value) if isinstance(value, int) else "－"


def _departments(row: Row) -> Row:
    rows = {}
    for text in row["所属（到達、クリック、報告）"].split("、"):
        name, numbers = text.split(" ", 1)
        delivered, clicked, reported = ints(numbers)
        rows[name] = _counts(delivered, clicked, reported)
    shown = departments_shown(rows, {"全体": tuple(rows)}, 5)
    columns = {"到達の欄": "delivered", "クリックの欄": "clicked", "報告の欄": "reported"}
    return {
        title: "、".join(f"{name} {_cell(shown[name], count)}" for name in (*rows, "全体"))
        for title, count in columns.items()
    }


def _rounded(row: Row) -> Row:
    shown = classes_shown({"主事": _counts(int(row["到達"]), int(row["クリック"]), 0)}, 5)["主事"]
    return {"到達の欄": _cell(shown, "delivered"), "クリックの欄": _cell(shown, "clicked")}


RULES: dict[str, Rule] = {
    "phish_scale": each(_phish_scale),
    "rating_consensus": each(_consensus),
    "hits": each(_hits),
    "drill_people": each(_people),
    "drill_speed": each(_speed),
    "adjusted": each(_adjusted),
    "departments_shown": each(_departments),
    "classes_shown": each(_rounded),
}
