"""Do the settings refuse what is wrong, keep secrets out of sight, and never start with a default key?"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse

from kansa.config.database import database, postgres_database
from kansa.config.home import SECRET_KEY_NAME, create_home, home_folder, read_secret_key
from kansa.config.logs import PlacesOnly
from kansa.config.middleware import HEADER, content_security_policy


def test_the_home_is_named_by_the_environment_or_lies_in_the_own_folder(tmp_path: Path) -> None:
    assert home_folder({"KANSA_HOME": str(tmp_path)}) == tmp_path
    assert home_folder({}) == Path.home() / "kansa"


def test_a_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    home = tmp_path / "new"
    assert create_home(home) is True
    key = read_secret_key(home)
    assert create_home(home) is False
    assert read_secret_key(home) == key and len(key) >= 50
    if os.name == "posix":
        assert (home / SECRET_KEY_NAME).stat().st_mode & 0o777 == 0o600


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    for name in ("a", "b"):
        create_home(tmp_path / name)
    assert read_secret_key(tmp_path / "a") != read_secret_key(tmp_path / "b")


def test_there_is_no_default_key(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="kansa init"):
        read_secret_key(tmp_path)
    (tmp_path / SECRET_KEY_NAME).write_text("short", encoding="ascii")
    with pytest.raises(ImproperlyConfigured, match="壊れて"):
        read_secret_key(tmp_path)


def test_without_a_url_the_database_is_sqlite_made_safe(tmp_path: Path) -> None:
    found = database("", tmp_path / "kansa.sqlite3")
    options = found["OPTIONS"]
    assert found["ENGINE"].endswith("sqlite3") and found["CONN_MAX_AGE"] is None
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"] and "synchronous=FULL" in options["init_command"]


@pytest.mark.parametrize(
    ("url", "host", "port", "user", "name"),
    [
        ("postgres://kansa:p%40ss@db.city:5433/audit", "db.city", "5433", "kansa", "audit"),
        ("postgresql://kansa@[::1]/audit", "::1", "", "kansa", "audit"),
        ("postgres://kansa@%2Fvar%2Frun%2Fpostgresql/audit", "/var/run/postgresql", "", "kansa", "audit"),
        ("postgres://kansa@/audit?host=/var/run/postgresql", "/var/run/postgresql", "", "kansa", "audit"),
    ],
)
def test_postgres_urls(url: str, host: str, port: str, user: str, name: str) -> None:
    found = database(url, Path("unused"))
    assert (found["HOST"], found["PORT"], found["USER"], found["NAME"]) == (host, port, user, name)
    assert found["CONN_HEALTH_CHECKS"] is True and found["CONN_MAX_AGE"] is None


def test_the_password_is_unquoted() -> None:
    assert postgres_database("postgres://u:p%40s%2Fs@h/db")["PASSWORD"] == "p@s/s"


def test_known_options_are_passed_on() -> None:
    assert postgres_database("postgres://u@h/db?sslmode=require")["OPTIONS"] == {"sslmode": "require"}
    pooled = postgres_database("postgres://u@h/db?pgbouncer=1")
    assert (pooled["OPTIONS"], pooled["DISABLE_SERVER_SIDE_CURSORS"]) == ({}, True)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:secret@h/db",
        "postgres://u:secret@h",
        "postgres://u:secret@h/a/b",
        "postgres://u:secret@h:none/db",
        "postgres://u:secret@h/db?pool=1",
        "postgres://u:secret@h/db#x",
        "sqlite:///",
        "kansa.sqlite3",
    ],
)
def test_other_urls_are_refused_without_showing_the_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as fault:
        database(url, Path("unused"))
    assert "secret" not in str(fault.value)


def test_an_unknown_synchronous_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="FULL"):
        database("", Path("unused"), "OFF")


def test_a_logged_fault_shows_its_place_and_not_its_values() -> None:
    try:
        try:
            raise ValueError("Key (name)=(山田太郎) already exists")
        except ValueError as fault:
            raise RuntimeError("while saving 山田太郎") from fault
    except RuntimeError as fault:
        text = PlacesOnly().formatException((type(fault), fault, fault.__traceback__))
    assert "山田" not in text
    assert "RuntimeError" in text and "ValueError" in text and "test_config.py" in text


@pytest.mark.parametrize("path", ["/answer/key/7-12-0-4-00ff-a1b2/", "/answer/key/7K3M-90AB/next"])
def test_a_log_line_holds_no_key_of_answers(path: str) -> None:
    """A link that is cut off, or opened while the database is away, is told by its address: with the time it came."""
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "Not Found: %s", (path,), None)
    assert PlacesOnly("%(message)s").format(record) == "Not Found: /answer/key/…/"


def test_the_log_writes_by_that_formatter() -> None:
    formatters = [handler.formatter for handler in logging.getLogger("django.server").handlers]
    assert PlacesOnly in [type(formatter) for formatter in formatters]
    assert logging.Formatter not in [type(formatter) for formatter in formatters]


def test_pages_may_load_only_their_own_content() -> None:
    plain = content_security_policy(lambda request: HttpResponse())(HttpRequest())
    assert "default-src 'self'" in plain.headers[HEADER] and "'unsafe" not in plain.headers[HEADER]
    own = content_security_policy(lambda request: HttpResponse(headers={HEADER: "default-src 'none'"}))(HttpRequest())
    assert own.headers[HEADER] == "default-src 'none'"


def test_the_server_answers_to_its_own_machine_only() -> None:
    assert settings.DEBUG is False
    assert set(settings.ALLOWED_HOSTS) - {"testserver"} == {"localhost", "127.0.0.1", "[::1]"}


@pytest.mark.django_db
def test_the_open_connection_is_as_the_settings_say() -> None:
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone() == (2,)
