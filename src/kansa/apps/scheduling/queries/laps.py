"""Which laps are there, and which of them is the present one? The rules of the year say when laps begin."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from kansa.apps.controls.queries import year_rules, year_settings
from kansa.apps.plan.models import PlanCell
from kansa.apps.scheduling.models import Lap, LapYear
from kansa.core.fiscal import era_year_ja, rotation_place
from kansa.core.year import YearRules


@dataclass(frozen=True, slots=True)
class LapFrame:
    """A lap as the rules of its first year define it; `lap` is None as long as nobody planned it here."""

    first_fiscal_year: int
    rotation_length: int
    round_number: int
    external_counts_for_rotation: bool
    lap: Lap | None = None

    @property
    def years(self) -> range:
        """The fiscal years of the lap."""
        return range(self.first_fiscal_year, self.first_fiscal_year + self.rotation_length)

    @property
    def title_ja(self) -> str:
        """Such as 第７巡（令和５年度〜令和７年度）."""
        first, last = era_year_ja(self.years[0]), era_year_ja(self.years[-1])
        return (
            f"第{self.round_number}巡（{first}〜{last}）"
            if len(self.years) > 1
            else f"第{self.round_number}巡（{first}）"
        )


def rules_of(municipality_id: int, fiscal_year: int) -> YearRules:
    """The rules of a fiscal year, defaults where nothing is set."""
    return year_rules(municipality_id, fiscal_year, year_settings(municipality_id, fiscal_year))


def frame_of(municipality_id: int, fiscal_year: int) -> LapFrame:
    """The lap in which a fiscal year lies."""
    rules = rules_of(municipality_id, fiscal_year)
    place = rotation_place(fiscal_year, rules.rotation_first_year, rules.rotation_length)
    first = fiscal_year - place.year_in_round + 1
    lap = Lap.objects.filter(municipality_id=municipality_id, first_fiscal_year=first).first()
    length = lap.rotation_length if lap else rules.rotation_length
    return LapFrame(first, length, place.round_number, rules.external_counts_for_rotation, lap)


def lap_of(municipality_id: int, first_fiscal_year: int) -> LapFrame:
    """The lap that begins in this year. Raises Http404 when none does."""
    frame = frame_of(municipality_id, first_fiscal_year)
    if frame.first_fiscal_year != first_fiscal_year:
        raise Http404(f"{era_year_ja(first_fiscal_year)}は、巡の最初の年度ではありません。")
    return frame


def lap_frames(municipality_id: int, this_year: int) -> list[LapFrame]:
    """The laps that have a plan, the present and the next one; newest first."""
    present = frame_of(municipality_id, this_year)
    years = set(PlanCell.objects.filter(municipality_id=municipality_id).values_list("fiscal_year", flat=True))
    years |= set(Lap.objects.filter(municipality_id=municipality_id).values_list("first_fiscal_year", flat=True))
    years |= {present.first_fiscal_year, present.years[-1] + 1}
    frames = {(frame := frame_of(municipality_id, one)).first_fiscal_year: frame for one in sorted(years)}
    return sorted(frames.values(), key=lambda frame: -frame.first_fiscal_year)


def lap_years(frame: LapFrame) -> dict[int, LapYear]:
    """Fiscal year -> its limits, unsaved where none were set."""
    stored = {one.fiscal_year: one for one in LapYear.objects.filter(lap=frame.lap)} if frame.lap else {}
    return {year: stored.get(year) or LapYear(fiscal_year=year) for year in frame.years}
