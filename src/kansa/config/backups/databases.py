"""Which module copies and restores the database in use?"""

from __future__ import annotations

from types import ModuleType

from django.db import connection

from kansa.config.backups import postgres, sqlite


def engine() -> ModuleType:
    """The one of DATABASE_URL."""
    return {"sqlite": sqlite, "postgresql": postgres}[connection.vendor]
