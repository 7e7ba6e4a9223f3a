"""With what does the sample city begin the year that nobody has audited yet? For the demo, not for the report."""

from __future__ import annotations

from dataclasses import replace

from kansa.formats.records import Record, StaffRecord, YearSettingRecord
from kansa.sample.contents import Batch, city_batches
from kansa.sample.organisation import NOT_FROM_A_FILE
from kansa.sample.settings import COMMON, scale_records
from kansa.sample.targets import NEXT_YEAR, THIS_YEAR


def next_year_batches(seed: int) -> tuple[Batch, ...]:
    """Settings, scale and roster of FY2025; everybody works where they worked in FY2024."""
    settings: tuple[Record, ...] = tuple(
        YearSettingRecord(NEXT_YEAR, key, value, NOT_FROM_A_FILE) for key, value in COMMON
    )
    roster = tuple(
        replace(one, fiscal_year=NEXT_YEAR)
        for batch in city_batches(seed)
        for one in batch.records
        if isinstance(one, StaffRecord) and one.fiscal_year == THIS_YEAR
    )
    return (
        Batch("year", "年度設定_令和７年度", (*settings, *scale_records(NEXT_YEAR))),
        Batch("staff", "職員名簿_令和７年度", roster),
    )
