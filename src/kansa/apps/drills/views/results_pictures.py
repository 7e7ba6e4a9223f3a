"""How are the results of a drill drawn? With the pictures of the report; the same numbers stand in a table beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kansa.apps.drills.queries.result_files import percent
from kansa.apps.drills.queries.shown import GroupLine, RateLine, ShownResult, YearLine
from kansa.core.fiscal import era_year_ja
from kansa.core.mail_drill.course import COURSE_MINUTES, course_in, last_change, step_ja
from kansa.core.mail_drill.results import QUESTIONNAIRE_ANSWERS_JA
from kansa.core.rounding import printed
from kansa.document.charts import (
    CourseRow,
    RangeRow,
    RateRow,
    course_lines,
    range_bars,
    rate_bars,
)

MOST_ROWS = 80  # lines of a picture that a person still reads; beyond, the table alone
SAME = "同じ数値が表にもある。"


def range_picture(lines: Sequence[RateLine]) -> SafeString | None:
    """The rates that have a range."""
    rows = []
    for one in lines:
        if one.rate is None or one.low is None or one.high is None or one.words.denominator != "delivered":
            continue
        shown = f"{printed(one.rate.value * 100, 1)}％"
        rows.append(RangeRow(one.words.name_ja, one.low, one.rate.value, one.high, shown))
    return mark_safe(range_bars(_("率と、読み方による幅"), SAME, rows)) if rows else None  # Canvas escapes texts


def course_rows(result: ShownResult) -> list[tuple[str, int, int]]:
    """Step, people who clicked, people who reported up to it; nothing before anything happened."""
    if result.is_small:
        return []
    clicked, reported = (course_in(result.city, act) for act in ("clicked", "reported"))
    count = min(last_change(clicked, reported), len(clicked))
    return [(step_ja(COURSE_MINUTES[place]), clicked[place], reported[place]) for place in range(count)]


def course_picture(result: ShownResult) -> SafeString | None:
    """Reports and clicks over time."""
    rows = course_rows(result)
    if not rows:
        return None
    steps = [words for words, _clicked, _reported in rows]
    lines = [
        CourseRow(_("報告した人"), [one[2] for one in rows]),
        CourseRow(_("開いた人"), [one[1] for one in rows]),
    ]
    return mark_safe(course_lines(_("報告と開封の積み上がり"), SAME, steps, lines))  # Canvas escapes texts


def groups_picture(title: str, lines: Sequence[GroupLine]) -> SafeString | None:
    """A line for each group: how many of those reached reported."""
    if not lines or len(lines) > MOST_ROWS:
        return None
    rows = []
    for one in lines:
        reported, clicked = words_of(one, "reported"), words_of(one, "clicked")
        rows.append(RateRow(one.name_ja or "—", one.share("reported"), reported, "", one.share("clicked"), clicked))
    return mark_safe(rate_bars(title, SAME, rows, this_label="報告率", prior_label="開封率"))


def words_of(line: GroupLine, name: str) -> str:
    """A rate with its sign, or that it is not told."""
    return f"{percent(line, name)}％" if line.share(name) is not None else "非表示"


def years_picture(lines: Sequence[YearLine]) -> SafeString | None:
    """A line for each drill: report rate and open rate."""
    rows = [
        RateRow(
            f"{era_year_ja(one.fiscal_year)} {one.drill.name_ja or one.drill.code}",
            one.report_rate,
            f"{printed(one.report_rate * 100, 1)}％" if one.report_rate is not None else "—",
            "",
            one.open_rate,
            f"{printed(one.open_rate * 100, 1)}％" if one.open_rate is not None else "—",
        )
        for one in lines
    ]
    if len(rows) < 2:
        return None
    return mark_safe(rate_bars(_("年度ごとの率"), SAME, rows, this_label="報告率", prior_label="開封率"))


def answers_picture(total: Mapping[str, int]) -> SafeString | None:
    """A line for each answer: its share of all answers."""
    count = sum(total.values())
    if not count:
        return None
    shares = [(words, Fraction(total[code], count)) for code, words in QUESTIONNAIRE_ANSWERS_JA.items()]
    rows = [RateRow(words, share, f"{printed(share * 100, 1)}％") for words, share in shares]
    return mark_safe(rate_bars(_("アンケートの回答"), SAME, rows, this_label="回答"))  # Canvas escapes texts
