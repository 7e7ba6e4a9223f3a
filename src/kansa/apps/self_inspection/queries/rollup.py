"""How did many municipalities answer together? One statement over the files that each of them exported.

The files hold counts, never answers of persons. The statement is plain SQL, alike for DuckDB, PostgreSQL and SQLite
(docs/adr/0029); another engine that somebody already has reads the same Parquet files. A count of fewer than k people
does not leave the municipality, unless departments are asked for, which is for use inside only.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from kansa.apps.people.models import Municipality
from kansa.apps.self_inspection.models import Campaign, Tally
from kansa.apps.self_inspection.queries.decisions import publication_of
from kansa.apps.self_inspection.queries.results import published_rules
from kansa.core.compliance import AnswerCounts, compliance_rate
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.publication import CITY

if TYPE_CHECKING:
    import duckdb

COUNTS = ("yes_count", "no_count", "not_applicable_count", "blank_count")
LABELS = ("fiscal_year", "municipality_ja", "department_code", "job_type", "item_code")
COLUMNS = dict.fromkeys(LABELS, "VARCHAR") | {"fiscal_year": "INTEGER"} | dict.fromkeys(COUNTS, "BIGINT")
GROUPS = ("fiscal_year", "municipality_ja", "item_code")
Row = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class RolledUp:
    """One group: its labels, and its compliance rate; None when fewer than k people answered it, or nobody."""

    labels: Row
    respondent_count: int
    compliance_rate: Fraction | None


def rollup_sql(by: Sequence[str], source: str) -> str:
    """The counts of a source by these columns of GROUPS. Raises ValueError for another column."""
    if strangers := set(by) - set(GROUPS):
        raise ValueError(f"not a group: {sorted(strangers)}")
    sums = ", ".join(f"CAST(sum({one}) AS BIGINT) AS {one}" for one in COUNTS)
    names = ", ".join(by)
    return f"SELECT {names}, {sums} FROM {source} GROUP BY {names} ORDER BY {names}"


def smallest_group(municipality_id: int, fiscal_year: int) -> int:
    """Below how many people a count of this year is hidden: by its rule, or by what was promised to who answered."""
    return published_rules(municipality_id, fiscal_year).small_cell_k


def exported_rows(municipality_id: int, fiscal_year: int, k: int, *, has_departments: bool = False) -> Iterator[Row]:
    """The counts of a year as rows of COLUMNS: of the whole municipality, or of departments.

    Of the whole municipality what the report prints exactly, and of k people or more: else whoever has the report and
    the file has their difference. Raises RuleError for departments of a year whose answers were promised no names.
    """
    name_ja = Municipality.objects.get(pk=municipality_id).name_ja
    if has_departments:
        check_no_promise(municipality_id, fiscal_year)
        yield from department_rows(municipality_id, fiscal_year, name_ja)
        return
    decided = publication_of(municipality_id, fiscal_year)
    for item in sorted(decided.table.items, key=lambda one: one.code):
        counts = decided.exact(CITY, item.code)
        if counts is not None and counts.applicable >= max(k, 1):
            numbers = (counts.yes, counts.no, counts.not_applicable, counts.blank)
            yield (fiscal_year, name_ja, "", "", item.code, *numbers)


def department_rows(municipality_id: int, fiscal_year: int, name_ja: str) -> Iterator[Row]:
    """The counts by department and job type, however few people they are of."""
    rows = Tally.objects.filter(
        municipality_id=municipality_id, department_tally__checklist__fiscal_year=fiscal_year
    ).order_by()
    labels = ("department_tally__department__code", "department_tally__job_type", "item__code")
    sums = {f"{one}_sum": Sum(one) for one in COUNTS}
    for found in rows.values_list(*labels).annotate(**sums).order_by(*labels):
        yield (fiscal_year, name_ja, *found)


def check_no_promise(municipality_id: int, fiscal_year: int) -> None:
    """Raises RuleError when the year's answers were promised to name nobody."""
    asked = Campaign.objects.filter(municipality_id=municipality_id, checklist__fiscal_year=fiscal_year)
    if asked.exclude(privacy="identified").exclude(state="draft").exists():
        reason = "秘匿又は無記名で実施した年度の、所属別の件数は書き出せません（少人数の所属の回答が分かるため）。"
        instead = "結果の画面の書出しか、--departments のない書出しを使ってください。"
        raise RuleError("departments_promised", reason + instead)


def engine() -> duckdb.DuckDBPyConnection:
    """DuckDB in memory; it fetches nothing from anywhere. Raises RuleError when the extra is not installed."""
    try:
        import duckdb
    except ImportError:
        reason = "この命令には DuckDB が必要です。pip install 'kansa[columnar]' で追加してください。"
        raise RuleError("no_columnar", reason) from None
    line = duckdb.connect()
    line.execute("SET autoinstall_known_extensions = false")
    return line


def parquet_of(rows: Iterable[Row]) -> bytes:
    """The rows as a Parquet file."""
    line = engine()
    with tempfile.TemporaryDirectory(prefix="kansa-tally-") as folder:
        text, made = Path(folder) / "rows.csv", Path(folder) / "rows.parquet"
        with text.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_NONNUMERIC).writerows(rows)
        columns = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
        source = f"read_csv($1, header=false, quote='\"', escape='\"', delim=',', columns={{{columns}}}, nullstr='\\N')"
        found = line.sql(f"SELECT * FROM {source}", params=[str(text)])
        found.write_parquet(str(made), compression="zstd")
        return made.read_bytes()


def rolled_up(paths: Sequence[Path], by: Sequence[str], k: int) -> list[RolledUp]:
    """The files together, by columns of GROUPS; a group of fewer than k people is hidden.

    Raises InputError for a file that `kansa tally export` did not write.
    """
    line = engine()
    for path in paths:
        check_columns(line, path)
    found = line.execute(rollup_sql(by, "read_parquet($1)"), [[str(path) for path in paths]]).fetchall()
    return [group_of(row, len(by), k) for row in found]


def check_columns(line: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Raises InputError unless the file has exactly the columns of an export."""
    import duckdb

    try:
        rows = line.execute("SELECT * FROM read_parquet($1) LIMIT 0", [str(path)])
        names: list[Any] = [one[0] for one in rows.description or []]
    except duckdb.Error:
        names = []
    if names != list(COLUMNS):
        reason = "kansa tally export が書き出したファイルではありません。"
        raise InputError(Refusal("not_a_tally", reason, Place(file=path.name)))


def group_of(row: Row, label_count: int, k: int) -> RolledUp:
    """One row of the answer."""
    yes, no, not_applicable, blank = (int(one) for one in row[label_count:])
    respondents = yes + no + not_applicable + blank
    is_shown = yes + no > 0 and respondents >= k
    rate = compliance_rate(AnswerCounts(yes, no)) if is_shown else None
    return RolledUp(row[:label_count], respondents, rate)
