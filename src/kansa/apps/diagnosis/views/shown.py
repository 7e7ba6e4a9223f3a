"""How are years, states and counts named and drawn on the pages of diagnosis?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kansa.core.diagnosis_summary import DiagnosisSummary
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.vulnerability import OPEN_STATES
from kansa.core.weaknesses import COUNTED_KINDS, KINDS_JA
from kansa.document.charts.svg import FAINT, INK, LEVEL_FILLS, LEVEL_INKS, Canvas

BAR = 325  # so that the picture fits the smallest screen
ROW = 58
SMALL = 13
# One fill a kind, neighbours differing in lightness too.
FILLS = dict(zip(COUNTED_KINDS, (LEVEL_FILLS[0], LEVEL_FILLS[1], LEVEL_FILLS[3], LEVEL_FILLS[4]), strict=True))
INKS = dict(zip(COUNTED_KINDS, (LEVEL_INKS[0], LEVEL_INKS[1], LEVEL_INKS[3], LEVEL_INKS[4]), strict=True))


def this_year() -> int:
    """The fiscal year of today."""
    return fiscal_year_of(timezone.localdate())


def year_asked(request: HttpRequest, years: Sequence[int]) -> int:
    """The year of the address, else the newest one with a scan, else this one."""
    text = request.GET.get("year", "")
    if text.isascii() and text.isdecimal() and len(text) == 4:
        return int(text)
    return max((year for year in years if year <= this_year()), default=this_year())


def number_asked(request: HttpRequest, name: str) -> int | None:
    """A number of the address; None when there is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """One zone of the table below the picture."""

    zone_ja: str
    counts: tuple[int, ...]
    resolved_count: int
    unconfirmed_count: int

    @property
    def open_count(self) -> int:
        """All kinds together."""
        return sum(self.counts)


def zone_rows(summary: DiagnosisSummary) -> list[ZoneRow]:
    """The zones with their open vulnerabilities by kind."""
    return [
        ZoneRow(
            name,
            counts,
            summary.count(zone=code, states=["resolved"]),
            summary.count(zone=code, states=["unconfirmed"]),
        )
        for code, name, counts in summary.table()
    ]


def zones_picture(years: Sequence[DiagnosisSummary]) -> SafeString:
    """A bar for each zone and year: the open vulnerabilities, one piece a kind with its number."""
    rows = [(one, code, name) for one in years for code, name in one.zones]
    most = max((one.count(zone=code, states=OPEN_STATES) for one, code, _name in rows), default=0)
    canvas = Canvas(ROW * len(rows) or 1, BAR)
    for place, (one, code, name) in enumerate(rows):
        top = ROW * place
        total = one.count(zone=code, states=OPEN_STATES)
        said = _("{year}　{zone}　{count}件").format(year=era_year_ja(one.fiscal_year), zone=name, count=f"{total:,}")
        canvas.text(0, top + 14, said, SMALL, "start", INK)
        canvas.rect(0, top + 20, BAR, 24, FAINT)
        left = Fraction(0)
        for kind in COUNTED_KINDS:
            count = one.count(zone=code, kind=kind, states=OPEN_STATES)
            width = Fraction(BAR * count, most) if most else Fraction(0)
            canvas.rect(left, top + 20, width, 24, FILLS[kind])
            if width > 9 * len(str(count)) + 4:
                canvas.text(left + width / 2, top + 37, str(count), SMALL, "middle", INKS[kind])
            left += width
    words = _("年度と領域ごとの未解消の検出。色は左から{kinds}。").format(
        kinds=_("、").join(KINDS_JA[kind] for kind in COUNTED_KINDS)
    )
    return mark_safe(canvas.svg(_("領域ごとの未解消の検出"), words))  # Canvas escapes every text


def picture_key() -> list[tuple[str, str]]:
    """(fill, kind) of the picture."""
    return [(FILLS[kind], KINDS_JA[kind]) for kind in COUNTED_KINDS]
