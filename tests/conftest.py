"""In which home, on which database, and as whom do the tests run?

The home is a new folder with its own key; the database is SQLite unless DATABASE_URL names a PostgreSQL.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import django
import pytest

from kansa.config.home import create_home
from tests.browsing import chromium
from tests.network_guard import refuse_remote_sockets
from tests.prepared import from_prepared, is_postgres, run_folder

# An autouse fixture: a test that leaves this machine fails. One browser for the tests of every folder.
__all__ = ["chromium", "refuse_remote_sockets"]

HOME = Path(tempfile.mkdtemp(prefix="kansa-test-"))
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
os.environ["KANSA_HOME"] = str(HOME)
os.environ["DJANGO_SETTINGS_MODULE"] = "kansa.config.settings"
create_home(HOME)
django.setup()  # before any test module imports a model
run_folder()  # named before there are other processes of this run


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves to the run on SQLite what would be the same again."""
    if not is_postgres():
        return
    same = [item for item in items if item.get_closest_marker("looks") or item.get_closest_marker("embedded")]
    if same:
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if item not in same]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """The database of the tests is a copy, see tests/prepared.py."""
    from django.db import connection

    with from_prepared(connection):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Lets a test with real transactions empty the tables afterwards, which the guards refuse to anybody."""
    from django.db import connection

    guards = import_module("kansa.apps.trail.migrations.0002_guards")
    apps = ("annual_report", "diagnosis", "mail")
    guarded = (import_module(f"kansa.apps.{app}.migrations.0002_guards") for app in apps)
    tables = (*guards.GUARDED, *(table for one in guarded for table in one.GUARDED))
    hits = import_module("kansa.apps.drills.migrations.0003_guards")
    # On the class: a browser test's event loop has a connection object of its own.
    operations = type(connection.ops)
    flush = operations.execute_sql_flush

    def unguarded_flush(self: Any, sql_list: list[str]) -> None:
        with self.connection.schema_editor() as editor:
            guards.drop_guards(editor, tables)
            hits.backwards(None, editor)
        try:
            flush(self, sql_list)
        finally:  # one test that fails here would leave all later ones unguarded
            with self.connection.schema_editor() as editor:
                guards.create_guards(editor, tables)
                hits.forwards(None, editor)

    operations.execute_sql_flush = unguarded_flush
    yield
    operations.execute_sql_flush = flush


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    """Another test's campaign may have the same key; in a city a campaign that was opened stays as it is."""
    from kansa.apps.self_inspection.queries.campaigns import fixed_items, known_campaign
    from kansa.apps.self_inspection.views.fragments import drawn_piece

    fixed_items.cache_clear()
    known_campaign.cache_clear()
    drawn_piece.cache_clear()


@pytest.fixture
def city(db: None) -> Any:
    """An empty municipality, registered."""
    from tests.builders import build_city

    return build_city()


@pytest.fixture
def unguarded(db: None) -> None:
    """The trail without its triggers, as somebody with the database file could have it."""
    from django.db import connection

    guards = import_module("kansa.apps.trail.migrations.0002_guards")
    with connection.cursor() as cursor:
        for table in guards.GUARDED:
            for suffix in ("rows", "all") if connection.vendor == "postgresql" else ("update", "delete"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {table}_{suffix}{on}")
