"""How did many municipalities answer together? One statement over the files that each of them exported.

The files hold counts of departments, never answers of persons. The statement is plain SQL that DuckDB, PostgreSQL and
other engines read alike (docs/adr/0029); the rows of a group smaller than k are hidden, and a second one where one
alone could be worked out from the sum, before anything leaves here.
"""

from __future__ import annotations

COLUMNS = {
    "fiscal_year": "SMALLINT",
    "municipality_code": "VARCHAR",
    "department_code": "VARCHAR",
    "job_type": "VARCHAR",
    "item_code": "VARCHAR",
    "respondent_count": "INTEGER",
    "yes_count": "INTEGER",
    "no_count": "INTEGER",
    "not_applicable_count": "INTEGER",
    "blank_count": "INTEGER",
}
COUNTS = ("yes_count", "no_count", "not_applicable_count", "blank_count")
GROUPS = ("fiscal_year", "municipality_code", "item_code", "job_type")


def rollup_sql(by: tuple[str, ...], source: str = "read_parquet(?)") -> str:
    """The counts of all files by these columns of GROUPS. Raises ValueError for another column."""
    if strangers := set(by) - set(GROUPS):
        raise ValueError(f"not a group: {sorted(strangers)}")
    names = ", ".join(by) or "'' AS everything"
    sums = ", ".join(f"CAST(sum({one}) AS BIGINT) AS {one}" for one in COUNTS)
    tail = f" GROUP BY {', '.join(by)} ORDER BY {', '.join(by)}" if by else ""
    return f"SELECT {names}, {sums} FROM {source}{tail}"
