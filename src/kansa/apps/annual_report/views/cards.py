"""What does the dashboard say about a year at a glance?

Every number is a figure of the frozen report; a card without its figure says so instead of printing something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from django.utils.translation import gettext as _

from kansa.apps.annual_report.views.shown import Number, Shown

GAUGE_WIDTH = 240  # drawing units of the small picture


@dataclass(frozen=True, slots=True)
class Gauge:
    """Where a value, its mark and last year's value lie on a line of GAUGE_WIDTH units; None is not drawn."""

    value: int
    mark: int | None
    prior: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """A companion of a key figure under a short name."""

    label: str
    number: Number


@dataclass(frozen=True, slots=True)
class Card:
    """One key figure with its companions."""

    code: str
    title: str
    value: Number
    gauge: Gauge | None
    passes: bool | None  # None where the report compares with no mark
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Detections of one origin and what became of them; `done` is the length of the improved part of the bar."""

    label: str
    numbers: tuple[Number | None, ...]
    done: int | None


def place(value: Fraction | None, full: Fraction) -> int | None:
    """Where a value lies on the line, 0..GAUGE_WIDTH; None for no value."""
    if value is None or full <= 0:
        return None
    return max(0, min(GAUGE_WIDTH, int(value / full * GAUGE_WIDTH)))


def gauge(value: Number, prior: Number | None, full: Fraction, mark: Fraction | None) -> Gauge | None:
    """The small picture; None when there is no value to draw."""
    where = place(value.amount, full)
    if where is None:
        return None
    return Gauge(where, place(mark, full), place(prior.amount, full) if prior else None)


def named(*facts: tuple[str, Number | None, str]) -> tuple[Fact, ...]:
    """The facts that this report has; the last word says what a count counts, "" leaves the figure's own unit."""
    return tuple(
        Fact(label, replace(number, unit_ja=unit_ja) if unit_ja and number.figure.value is not None else number)
        for label, number, unit_ja in facts
        if number is not None
    )


def audit_card(shown: Shown, prefix: str, title: str) -> Card | None:
    """The mean of an audit against its pass mark and last year."""
    value = shown.number(f"{prefix}.mean")
    if value is None:
        return None
    rules = shown.report.year.this.rules
    prior = shown.number(f"{prefix}.mean.prior")
    facts = named(
        (_("合格点"), shown.number("scale.pass_mark"), "点"),
        (_("前年度"), prior, ""),
        (_("前年度からの変化"), shown.number(f"{prefix}.change"), ""),
        (_("対象の所属"), shown.number(f"{prefix}.departments"), "所属"),
        (_("検出"), shown.number(f"{prefix}.detections"), ""),
    )
    verdict = shown.number(f"{prefix}.verdict")
    is_compared = verdict is not None and verdict.figure.value is not None
    passes = value.amount >= rules.pass_mark if is_compared and value.amount is not None else None
    picture = gauge(value, prior, rules.full_mark, rules.pass_mark)
    return Card(prefix, title, value, picture, passes, facts)


def inspection_card(shown: Shown) -> Card | None:
    """The compliance rate of the self-inspection."""
    value = shown.number("self.rate")
    if value is None:
        return None
    prior = shown.number("self.rate.prior")
    facts = named(
        (_("前年度"), prior, ""),
        (_("前年度からの変化"), shown.number("self.change"), ""),
        (_("回答率"), shown.number("self.response_rate"), ""),
        (_("回答者"), shown.number("self.respondents"), "人"),
    )
    return Card("self", _("自己点検　遵守率"), value, gauge(value, prior, Fraction(1), None), None, facts)


def drill_card(shown: Shown) -> Card | None:
    """The first mail drill of the year; the report has them all."""
    opened, reported = shown.number("drill.1.open_rate"), shown.number("drill.1.report_rate")
    value = opened or reported  # the year may leave the open rate out
    if value is None:
        return None
    title = _("メール訓練　開封率") if opened else _("メール訓練　報告率")
    facts = named(
        *([(_("報告率"), reported, "")] if opened else []),
        (_("送信した人数"), shown.number("drill.1.sent"), "人"),
        (_("訓練の回数"), shown.number("drill.count"), "回"),
    )
    return Card("drill", title, value, gauge(value, None, Fraction(1), None), None, facts)


def cards(shown: Shown) -> list[Card]:
    """The key figures, in the order of the report."""
    found = (
        audit_card(shown, "external", _("外部監査　対策レベルの平均")),
        audit_card(shown, "internal", _("内部監査　対策レベルの平均")),
        inspection_card(shown),
        drill_card(shown),
    )
    return [card for card in found if card is not None]


def finding_rows(shown: Shown) -> list[FindingRow]:
    """検出事項と改善 by origin; none when no finding was recorded."""
    origins = (("external", _("外部監査")), ("diagnosis", _("技術的診断")), ("internal", _("内部監査")))
    rows = []
    for prefix, label in origins:
        base = f"{prefix}.finding"
        detected, improved = shown.number(f"{base}.detected"), shown.number(f"{base}.improved")
        if detected is None:
            continue
        names = ("planned", "improved", "promised", "carried_over")
        numbers = (detected, *(shown.number(f"{base}.{name}") for name in names))
        done = place(improved.amount, detected.amount) if improved and detected.amount else None
        rows.append(FindingRow(label, numbers, done))
    return rows
