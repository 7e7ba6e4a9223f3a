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

LEFT = 110
NAME = 170
BAR = 300
SMALL = 13


def loads_picture(loads: Sequence[YearLoad]) -> SafeString:
    """Two bars a year: audits (internal and external one after the other) and the people of the audited departments."""
    counts = max((one.internal_count + one.external_count for one in loads), default=0)
    people = max((one.staff_count for one in loads), default=0)
    canvas = Canvas(64 * len(loads) or 1, 620)
    for place, one in enumerate(loads):
        top = 64 * place
        canvas.text(0, top + 22, era_year_ja(one.fiscal_year), SMALL, "start", INK)
        canvas.rect(LEFT, top + 6, BAR, 20, FAINT)
        internal = Fraction(BAR * one.internal_count, counts) if counts else Fraction(0)
        external = Fraction(BAR * one.external_count, counts) if counts else Fraction(0)
        canvas.rect(LEFT, top + 6, internal, 20, BLUE)
        canvas.rect(LEFT + internal, top + 6, external, 20, ORANGE)
        said = _("内部{internal}件・外部{external}件").format(internal=one.internal_count, external=one.external_count)
        canvas.text(LEFT + BAR + 10, top + 22, said, SMALL, "start", INK)
        canvas.rect(LEFT, top + 32, BAR, 10, FAINT)
        canvas.rect(LEFT, top + 32, Fraction(BAR * one.staff_count, people) if people else 0, 10, INK)
        canvas.text(
            LEFT + BAR + 10, top + 43, _("職員{count}人").format(count=f"{one.staff_count:,}"), SMALL, "start", INK
        )
    words = _("年度ごとの監査の件数（青は内部、橙は外部）と、内部監査の対象の職員数（細い棒）。")
    return mark_safe(canvas.svg(_("年度ごとの負担"), words))  # Canvas escapes every text


def auditors_picture(loads: Sequence[AuditorLoad]) -> SafeString:
    """One bar for each auditor: audits, those led in another colour."""
    most = max((one.audit_count for one in loads), default=0)
    canvas = Canvas(26 * len(loads) or 1, 620)
    for place, one in enumerate(loads):
        top = 26 * place
        canvas.text(0, top + 17, one.auditor.name_ja[:12], SMALL, "start", INK)
        canvas.rect(NAME, top + 4, BAR, 16, FAINT)
        led = Fraction(BAR * one.lead_count, most) if most else Fraction(0)
        rest = Fraction(BAR * (one.audit_count - one.lead_count), most) if most else Fraction(0)
        canvas.rect(NAME, top + 4, led, 16, ORANGE)
        canvas.rect(NAME + led, top + 4, rest, 16, BLUE)
        said = _("{count}件（主任{lead}件）").format(count=one.audit_count, lead=one.lead_count)
        canvas.text(NAME + BAR + 10, top + 17, said, SMALL, "start", INK)
    words = _("監査員ごとの担当件数（橙は主任、青はそのほか）。")
    return mark_safe(canvas.svg(_("監査員ごとの担当件数"), words))  # Canvas escapes every text
