"""How does a test get a whole town in some hundredths of a second? As rows and files that were kept the first time.

A function marked with `@remembered` goes through the actions once in a process. Later the same rows are put back into
the empty tables, and the files that are no longer there into their folders.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import django.apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import override_settings

Rows = dict[str, Any]  # table -> what `table_of` gives


@dataclass(frozen=True)
class Kept:
    """What a builder left."""

    tables: Rows
    files: Path


def remembered(build: Callable[..., None]) -> Callable[..., None]:
    """The builder; what it leaves may depend on its arguments and on nothing else."""
    kept: dict[object, Kept] = {}

    @wraps(build)
    def built(*given: object, **named: object) -> None:
        key = given, tuple(sorted(named.items()))
        if key in kept:
            restore_tables(kept[key].tables)
        else:
            kept[key] = first_time(lambda: build(*given, **named))
        restore_files(kept[key].files)

    return built


def first_time(build: Callable[[], None]) -> Kept:
    """Builds, and keeps every table and file that there was not before."""
    before = dict(full_tables())
    folder = Path(tempfile.mkdtemp(prefix="kept-", dir=os.environ["KANSA_HOME"]))
    stores: dict[str, Any] = deepcopy(settings.STORAGES)
    for store in stores.values():
        if "OPTIONS" in store:
            store["OPTIONS"]["location"] = str(folder / Path(store["OPTIONS"]["location"]).name)
    with override_settings(STORAGES=stores):
        build()
    after = dict(full_tables())
    changed = {table: rows for table, rows in after.items() if rows != before.get(table)}
    assert not changed.keys() & before.keys(), "a builder that is remembered begins in empty tables"
    return Kept(changed, folder)


def full_tables() -> Iterator[tuple[str, Any]]:
    """Each table that has rows, with them."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            rows = table_of(cursor, table)
            if rows:
                yield table, rows


def table_of(cursor: Any, table: str) -> Any:
    """All rows, as the database itself writes them."""
    if connection.vendor == "postgresql":
        with cursor.connection.cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
            return b"".join(copy)
    cursor.execute(f'SELECT * FROM "{table}" LIMIT 0')
    # With a sign a column has no declared type, and sqlite3 gives what is stored.
    columns = ", ".join(f'+"{name}"' for name, *_ in cursor.description)
    cursor.execute(f'SELECT {columns} FROM "{table}"')
    return cursor.fetchall()


def restore_tables(tables: Rows) -> None:
    """Puts the rows into the tables, which must be empty."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table, rows in tables.items():
            if connection.vendor == "postgresql":
                with cursor.connection.cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)
            else:
                cursor.executemany(f'INSERT INTO "{table}" VALUES ({", ".join(["%s"] * len(rows[0]))})', rows)
        models = [model for model in django.apps.apps.get_models() if model._meta.db_table in tables]
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def restore_files(folder: Path) -> None:
    """Puts back the files that are missing; those that are there have the same name for the same bytes."""
    home = Path(os.environ["KANSA_HOME"])
    for path in folder.rglob("*"):
        target = home / path.relative_to(folder)
        if path.is_file() and not target.exists():
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(path, target)
