"""Which database does DATABASE_URL name, and with which settings is it opened?

SQLite: WAL, synchronous=FULL (a receipt once shown is never lost), IMMEDIATE transactions (the default DEFERRED fails
at once when two requests read and then write), secure_delete (what was erased does not
stay in the file). PostgreSQL: persistent connections with health checks.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LOCK_WAIT_SECONDS = 20
SYNCHRONOUS = ("FULL", "NORMAL", "EXTRA")
POSTGRES_OPTIONS = ("host", "sslmode", "sslrootcert", "connect_timeout")


def sqlite_database(path: Path, synchronous: str = "FULL") -> dict[str, Any]:
    """Django's settings for one SQLite file. Raises ImproperlyConfigured for an unknown `synchronous`."""
    if synchronous not in SYNCHRONOUS:
        raise ImproperlyConfigured(
            f"KANSA_SQLITE_SYNCHRONOUS は {'・'.join(SYNCHRONOUS)} のいずれかです（{synchronous}）。"
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": LOCK_WAIT_SECONDS,
            "init_command": f"PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; PRAGMA secure_delete=ON;",
        },
    }


def postgres_database(url: str) -> dict[str, Any]:
    """Django's settings for postgres://user:password@host:port/name?sslmode=require.

    `pgbouncer=1`: behind pgbouncer in transaction mode, where a cursor does not outlive its transaction.
    A unix socket is written `?host=/folder` or with the folder percent-encoded as the host.
    Raises ImproperlyConfigured for a missing name, a bad port or an unknown option; no message holds the password.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL のポート番号が読めません。") from None
    name = unquote(parts.path.removeprefix("/"))
    if not name or "/" in name:
        raise ImproperlyConfigured("DATABASE_URL にデータベース名がありません（postgres://利用者@ホスト/名前）。")
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    is_pooled = options.pop("pgbouncer", "0") == "1"
    unknown = sorted(set(options) - set(POSTGRES_OPTIONS))
    if unknown or parts.fragment:
        raise ImproperlyConfigured(f"DATABASE_URL に使えない指定があります（{'、'.join(unknown) or '#'}）。")
    host = options.pop("host", "") or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        "OPTIONS": options,
    }


def database(url: str, default_path: Path, synchronous: str = "FULL") -> dict[str, Any]:
    """The settings of DATABASE_URL; an empty one means the SQLite file of the home folder."""
    if not url:
        return sqlite_database(default_path, synchronous)
    scheme, _, rest = url.partition(":")
    if scheme in ("postgres", "postgresql") and rest.startswith("//"):
        return postgres_database(url)
    if scheme == "sqlite" and rest.startswith("///") and len(rest) > 3:
        return sqlite_database(Path(unquote(rest[3:])), synchronous)
    raise ImproperlyConfigured("DATABASE_URL は postgres:// または sqlite:/// で始めてください。")
