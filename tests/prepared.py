"""Where does a test get a database with all its tables, when the migrations alone take many seconds?

The first part of `kansa init` makes them on each kind of database once in a run; every process of the run copies them.
"""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kansa.config.home import DATABASE_NAME

SHARED = "KANSA_TEST_PREPARED"  # tells the run's folder to the processes below the first one
MOST_SECONDS = 300


def run_folder() -> Path:
    """The folder that all processes of this run share; the first one to ask takes it away when it ends."""
    if SHARED not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="kansa-prepared-"))
        os.environ[SHARED] = str(folder)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        if is_postgres():
            atexit.register(on_postgres, f'DROP DATABASE IF EXISTS "{template_name(folder)}"')
    return Path(os.environ[SHARED])


def made_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """`folder` as `make` filled it, in whichever process that was; the others wait."""
    unfinished = folder.with_name(f"{folder.name}-unfinished")
    end = time.monotonic() + MOST_SECONDS
    while not folder.exists():
        try:
            unfinished.mkdir()
        except FileExistsError:
            assert time.monotonic() < end, f"nobody has finished {folder}"
            time.sleep(0.1)
            continue
        try:
            if not folder.exists():  # it may have been finished between the two looks
                make(unfinished)
                unfinished.rename(folder)
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def initialise(home: Path, database_url: str = "") -> None:
    """What `kansa init` does before it writes the first row, in a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"KANSA_HOME": str(home)} | ({"DATABASE_URL": database_url} if database_url else {})
    act = "from kansa.cli.setting_up import start_django; start_django(create=True)"
    done = subprocess.run([sys.executable, "-c", act], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def prepared_home() -> Path:
    """The run's home with the key and an empty SQLite database. To be copied, not to be used."""
    return made_once(run_folder() / "home", initialise)


def copy_home(home: Path) -> None:
    """Gives `home` a key and an empty SQLite database."""
    shutil.copytree(prepared_home(), home, dirs_exist_ok=True)


def is_postgres() -> bool:
    """Whether the tests run on PostgreSQL."""
    return os.environ.get("DATABASE_URL", "").startswith("postgres")


def template_name(folder: Path) -> str:
    """The run's database on PostgreSQL that the others are copied from."""
    return folder.name.replace("-", "_")


def on_postgres(statement: str) -> None:
    """One statement on the server of DATABASE_URL."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


def postgres_template() -> str:
    """The name of an empty database with all tables."""
    folder = run_folder()
    name = template_name(folder)

    def make(home: Path) -> None:
        on_postgres(f'CREATE DATABASE "{name}"')
        initialise(home, urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl())

    made_once(folder / "postgres", make)
    return name


@contextmanager
def from_prepared(connection: Any) -> Iterator[None]:
    """Test databases that Django creates meanwhile are copies; it finds nothing left to migrate."""
    creation = connection.creation
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = postgres_template()
        yield
        return

    def filled(*_given: object, **_named: object) -> str:
        name: str = creation._get_test_db_name()
        connection.close()
        connection.settings_dict["NAME"] = name
        connection.ensure_connection()
        with closing(sqlite3.connect(prepared_home() / DATABASE_NAME)) as prepared:
            prepared.backup(connection.connection)
        return name

    creation.create_test_db = filled
    yield
    del creation.create_test_db
