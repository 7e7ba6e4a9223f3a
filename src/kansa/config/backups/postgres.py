"""How is a copy made of PostgreSQL while people work? By pg_dump, but for the tables that a copy may not hold whole.

Those are written apart, out of the same snapshot, after what is left out was taken out of copies of them that only
this transaction sees.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kansa.apps.self_inspection.actions import HeldCampaign, copy_begun
from kansa.config.backups.choice import Choice, choose
from kansa.core.errors import RuleError

DUMP, APART, COLUMNS = "database.dump", "tables", "columns.json"
FILES = (DUMP,)
# Whatever kansa.apps.self_inspection.actions.copying changes in a copy.
TABLES = (
    *("self_inspection_response", "self_inspection_campaignmember", "self_inspection_comment"),
    *("self_inspection_sheetintake", "self_inspection_remindermark", "self_inspection_reminderdepartment"),
    *("mail_mailmessage", "mail_mailbatch", "django_session"),
)


def environment() -> dict[str, str]:
    """How the tools of PostgreSQL reach the database; the password stands in no command line."""
    given = settings.DATABASES["default"]
    options = given.get("OPTIONS", {})
    named = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": connection.settings_dict["NAME"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    return {**os.environ, **{name: str(value) for name, value in named.items() if value}}


def tool(name: str, *arguments: str) -> None:
    """Runs pg_dump or pg_restore. Raises RuleError with what it said."""
    found = shutil.which(name)
    if found is None:
        reason = f"{name} がありません。データベースと同じ版の PostgreSQL の道具をこの機械に入れてください。"
        raise RuleError("no_postgres_tools", reason)
    done = subprocess.run([found, *arguments], env=environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise RuleError("postgres_refused", f"{name} が失敗しました：{said[0] if said else done.returncode}")


def copy_database(folder: Path, choice: Choice) -> list[HeldCampaign]:
    """Writes the dump and the tables apart into the folder, all of one moment."""
    own = connection.copy()
    own.ensure_connection()
    reader = own.connection
    try:
        with copy_begun():
            reader.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
            snapshot = reader.execute("SELECT pg_export_snapshot()").fetchone()[0]  # from here on it sees this moment
        left = [f"--exclude-table-data={table}" for table in TABLES]
        target = str(folder / DUMP)
        tool("pg_dump", "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *left, "-f", target)
        for table in TABLES:
            reader.execute(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {table}")

        def run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            cursor = reader.execute(statement, list(values))
            return cursor.fetchall() if cursor.description else []

        held = choose(run, choice)
        write_apart(reader, folder / APART)
        reader.execute("ROLLBACK")
    finally:
        own.close()
    return held


def write_apart(reader: Any, folder: Path) -> None:
    """The tables as this transaction sees them, in an order by their keys: in none that tells when a row came."""
    folder.mkdir()
    columns = {}
    for table in TABLES:
        found = reader.execute(f"SELECT * FROM {table} LIMIT 0").description
        columns[table] = [one.name for one in found]
        statement = f"COPY (SELECT * FROM {table} ORDER BY 1) TO STDOUT"
        with (folder / f"{table}.copy").open("wb") as file, reader.cursor().copy(statement) as rows:
            for part in rows:
                file.write(part)
    (folder / COLUMNS).write_text(json.dumps(columns), encoding="utf-8")


def check_empty() -> None:
    """Raises RuleError when there are tables already."""
    if connection.introspection.table_names():
        reason = "データベースに表が既にあります。上書きはしません。"
        raise RuleError("home_taken", f"{reason}空のデータベースを作り、DATABASE_URL に指定してください。")


def restore_database(folder: Path) -> None:
    """Tables, rows of the dump, rows of the tables apart; then keys, constraints and guards, which look at them all."""
    common = ("--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={environment()['PGDATABASE']}")
    tool("pg_restore", *common, "--section=pre-data", "--section=data", str(folder / DUMP))
    columns = json.loads((folder / APART / COLUMNS).read_text(encoding="utf-8"))
    connection.ensure_connection()
    for table in TABLES:
        listed = ", ".join(f'"{name}"' for name in columns[table])
        rows = connection.connection.cursor().copy(f"COPY {table} ({listed}) FROM STDIN")
        with (folder / APART / f"{table}.copy").open("rb") as file, rows as target:
            while part := file.read(1024 * 1024):
                target.write(part)
    tool("pg_restore", *common, "--section=post-data", str(folder / DUMP))
