"""Which files does the sample city hand in, in which order, and in which of the forms that offices really use?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kansa.core.fiscal import era_year_ja
from kansa.formats.records import DepartmentRecord, PlanRecord, Record
from kansa.formats.words import PLAN_MARKS
from kansa.formats.writers import OutColumn, export_csv, export_xlsx, write_table
from kansa.sample.contents import Batch, city_batches
from kansa.sample.next_year import next_year_batches
from kansa.sample.targets import PRIOR_YEAR

DEFAULT_SEED = 2024
CSV_KINDS = frozenset({"staff", "training", "self_inspection", "drill"})


@dataclass(frozen=True, slots=True)
class SampleFile:
    """A file to import: `kind` names the importer; `options` has `fiscal_year` where the file is about one year."""

    kind: str
    name: str
    data: bytes
    options: Mapping[str, int] = field(default_factory=dict)


def generate(seed: int = DEFAULT_SEED) -> tuple[SampleFile, ...]:
    """The files of みほん市 for FY2023, FY2024 and the plan of FY2025, in import order.

    The same seed gives the same bytes. FY2023's tables are CSV in CP932, FY2024's in UTF-8 with a byte order mark;
    registers are Excel files; the medium-term plan is a matrix with a column for each year.
    """
    batches = city_batches(seed)
    names = {
        record.code: record.name_ja
        for batch in batches
        for record in batch.records
        if isinstance(record, DepartmentRecord)
    }
    return tuple(_file(number, batch, names) for number, batch in enumerate(batches, start=1))


def begin_next_year(seed: int = DEFAULT_SEED) -> tuple[SampleFile, ...]:
    """The files with which FY2025 begins: settings, scale, roster. They are not part of the two reported years."""
    return tuple(_file(number, batch, {}) for number, batch in enumerate(next_year_batches(seed), start=1))


def _file(number: int, batch: Batch, names: Mapping[str, str]) -> SampleFile:
    years = {getattr(record, "fiscal_year", None) for record in batch.records}
    (year,) = years if len(years) == 1 else (None,)
    options = {} if year is None else {"fiscal_year": year}
    if batch.kind == "plan":
        data, ending = _plan_matrix(batch.records, names), "xlsx"
    elif batch.kind in CSV_KINDS:
        data, ending = export_csv(batch.kind, batch.records), "csv"
        if year == PRIOR_YEAR:
            data = data.decode("utf-8-sig").encode("cp932")
    else:
        data, ending = export_xlsx(batch.kind, batch.records), "xlsx"
    return SampleFile(batch.kind, f"{number:02d}_{batch.title_ja}.{ending}", data, options)


def _plan_matrix(records: Sequence[Record], names: Mapping[str, str]) -> bytes:
    """A row for each department, a column for each year, 内部 or 外部 in the cells."""
    cells = {
        (record.department_code, record.fiscal_year): PLAN_MARKS.ja[record.stream]
        for record in records
        if isinstance(record, PlanRecord)
    }
    years = sorted({year for _code, year in cells})
    header = [OutColumn("所属コード"), OutColumn("課所等名"), *(OutColumn(era_year_ja(year)) for year in years)]
    rows = [
        [code, names[code], *(cells.get((code, year), "") for year in years)]
        for code in sorted({code for code, _year in cells})
    ]
    return write_table(header, rows, "監査中期計画")
