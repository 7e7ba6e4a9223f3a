"""How does the work of years and of auditors look side by side? As SVG of our own."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kansa.apps.scheduling.queries import AuditorLoad
from kansa.apps.scheduling.queries.matrix import YearLoad
from kansa.core.fiscal import era_year_ja
from kansa.document.charts.svg import BLUE, FAINT, INK, ORANGE, Canvas

BAR = 325  # so that the picture fits the smallest screen
ROW = 66
AUDITOR_ROW = 42
SMALL = 13


def loads_picture(loads: Sequence[YearLoad]) -> SafeString:
    """Two bars a year: audits (internal and external one after the other) and the people of the audited departments."""
    counts = max((one.internal_count + one.external_count for one in loads), default=0)
    people = max((one.staff_count for one in loads), default=0)
    canvas = Canvas(ROW * len(loads) or 1, BAR)
    for place, one in enumerate(loads):
        top = ROW * place
        said = _("{year}　内部{internal}件・外部{external}件　職員{people}人").format(
            year=era_year_ja(one.fiscal_year),
            internal=one.internal_count,
            external=one.external_count,
            people=f"{one.staff_count:,}",
        )
        canvas.text(0, top + 14, said, SMALL, "start", INK)
        canvas.rect(0, top + 22, BAR, 18, FAINT)
        internal = Fraction(BAR * one.internal_count, counts) if counts else Fraction(0)
        external = Fraction(BAR * one.external_count, counts) if counts else Fraction(0)
        canvas.rect(0, top + 22, internal, 18, BLUE)
        canvas.rect(internal, top + 22, external, 18, ORANGE)
        canvas.rect(0, top + 44, BAR, 8, FAINT)
        canvas.rect(0, top + 44, Fraction(BAR * one.staff_count, people) if people else 0, 8, INK)
    words = _("年度ごとの監査の件数（青は内部、橙は外部）と、内部監査の対象の職員数（細い棒）。")
    return mark_safe(canvas.svg(_("年度ごとの負担"), words))  # Canvas escapes every text


def auditors_picture(loads: Sequence[AuditorLoad]) -> SafeString:
    """One bar for each auditor: audits, those led in another colour."""
    most = max((one.audit_count for one in loads), default=0)
    canvas = Canvas(AUDITOR_ROW * len(loads) or 1, BAR)
    for place, one in enumerate(loads):
        top = AUDITOR_ROW * place
        said = _("{name}　{count}件（主任{lead}件）").format(
            name=one.auditor.name_ja[:12], count=one.audit_count, lead=one.lead_count
        )
        canvas.text(0, top + 14, said, SMALL, "start", INK)
        canvas.rect(0, top + 20, BAR, 12, FAINT)
        led = Fraction(BAR * one.lead_count, most) if most else Fraction(0)
        rest = Fraction(BAR * (one.audit_count - one.lead_count), most) if most else Fraction(0)
        canvas.rect(0, top + 20, led, 12, ORANGE)
        canvas.rect(led, top + 20, rest, 12, BLUE)
    words = _("監査員ごとの担当件数（橙は主任、青はそのほか）。")
    return mark_safe(canvas.svg(_("監査員ごとの担当件数"), words))  # Canvas escapes every text
