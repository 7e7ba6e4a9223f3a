"""How do the pages of the first screen draw the year, the means and the ages? As SVG of our own, numbers only."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kansa.apps.annual_report.queries import AgeBand, StreamLine
from kansa.core.fiscal import fiscal_year_end, fiscal_year_start
from kansa.document.charts.svg import BAND, BLUE, FAINT, INK, ORANGE, RULE, SOFT_INK, Canvas, text_width

WIDTH = 960
LEFT = 210  # of the first month
ROW = 34
HEAD = 30
MONTH = Fraction(WIDTH - LEFT - 10, 12)
SMALL = 13
NARROWEST = 6  # units of a bar of one day


def place_of_day(day: date, fiscal_year: int) -> Fraction:
    """Where a day lies on the line of the year; days outside lie at its ends."""
    day = max(fiscal_year_start(fiscal_year), min(fiscal_year_end(fiscal_year), day))
    months = (day.year - fiscal_year) * 12 + day.month - 4
    return LEFT + MONTH * (months + Fraction(day.day - 1, monthrange(day.year, day.month)[1]))


def timeline_picture(lines: Sequence[StreamLine], fiscal_year: int, today: date) -> SafeString:
    """The year from April to March with the five streams and today's mark."""
    height = HEAD + ROW * len(lines) + 24
    canvas = Canvas(height, WIDTH)
    for place in range(12):
        x = LEFT + MONTH * place
        if place % 2 == 0:
            canvas.rect(x, 0, MONTH, height - 24, BAND)
        canvas.text(x + MONTH / 2, 20, f"{(place + 3) % 12 + 1}月", SMALL, "middle", SOFT_INK)
    for place, line in enumerate(lines):
        draw_stream(canvas, line, HEAD + ROW * place, fiscal_year)
    if fiscal_year_start(fiscal_year) <= today <= fiscal_year_end(fiscal_year):
        x = place_of_day(today, fiscal_year)
        canvas.line((x, 0), (x, height - 24), ORANGE, 2)
        canvas.text(
            min(x, Fraction(WIDTH - 40)), height - 6, f"今日 {today.month}月{today.day}日", SMALL, "middle", ORANGE
        )
    words = _("４月から翌年３月までの、五つの活動の時期。同じ内容の表が下にあります。")
    return mark_safe(canvas.svg(_("一年の予定と実績"), words))  # Canvas escapes every text


def draw_stream(canvas: Canvas, line: StreamLine, top: int, fiscal_year: int) -> None:
    """One row: its name, a bar for each span, and what has no day."""
    middle = top + ROW // 2
    canvas.line((LEFT, top + ROW), (WIDTH - 10, top + ROW), FAINT)
    canvas.text(0, middle + 5, line.title_ja, SMALL, "start", INK)
    end = Fraction(LEFT)
    for start_on, end_on in line.spans:
        start = place_of_day(start_on, fiscal_year)
        width = max(Fraction(NARROWEST), place_of_day(end_on, fiscal_year) - start)
        canvas.rect(start, middle - 7, width, 14, BLUE)
        end = max(end, start + width)
    said = f"{line.count}{line.unit_ja}" if line.count else _("予定なし")
    if line.count and not line.spans:
        said += _("（日付の記録なし）")
    is_right = end + text_width(said, SMALL) + 8 < WIDTH
    canvas.text(
        end + 6 if is_right else WIDTH - 10,
        middle + (5 if is_right else -9),
        said,
        SMALL,
        "start" if is_right else "end",
        SOFT_INK,
    )


def ages_picture(bands: Sequence[AgeBand]) -> SafeString:
    """A bar for each band of age, the oldest one in another colour."""
    largest = max((one.count for one in bands), default=0)
    canvas = Canvas(30 * len(bands), 360)
    for place, one in enumerate(bands):
        top = 30 * place
        canvas.text(0, top + 20, one.label_ja, SMALL, "start", INK)
        width = Fraction(190 * one.count, largest) if largest else 0
        canvas.rect(100, top + 6, 190, 18, FAINT)
        canvas.rect(100, top + 6, width, 18, ORANGE if place == len(bands) - 1 else BLUE)
        canvas.text(300, top + 20, f"{one.count}件", SMALL, "start", INK)
    return mark_safe(canvas.svg(_("開いている検出事項の古さ"), _("古さの段階ごとの件数。")))


def means_picture(values: Sequence[tuple[str, str, Fraction, Fraction]], full: Fraction) -> SafeString:
    """A bar a year with its pass mark: label, printed value, value, mark."""
    canvas = Canvas(34 * len(values) or 1, 480)
    for place, (label, printed, value, mark) in enumerate(values):
        top = 34 * place
        canvas.text(0, top + 22, label, SMALL, "start", INK)
        canvas.rect(150, top + 8, 240, 18, FAINT)
        canvas.rect(150, top + 8, min(Fraction(1), value / full) * 240, 18, BLUE)
        x = 150 + min(Fraction(1), mark / full) * 240
        canvas.line((x, top + 4), (x, top + 30), INK, 2)
        canvas.text(400, top + 22, printed, SMALL, "start", INK)
    canvas.line((150, 0), (150, 34 * len(values)), RULE)
    return mark_safe(canvas.svg(_("対策レベルの平均の推移"), _("縦の線は合格点。")))
