"""How does a command reach its database? Home folder, Django, migrations, the person at the keyboard."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from kansa.core.errors import RuleError
from kansa.core.permission import EMBEDDED_MUNICIPALITY, Actor


def choose_home(home: Path | None) -> None:
    """Puts the chosen folder where the settings look for it."""
    if home is not None:
        os.environ["KANSA_HOME"] = str(home.expanduser().absolute())


def is_home_made() -> bool:
    """Whether `kansa init` has made the chosen home."""
    from kansa.config.home import SECRET_KEY_NAME, home_folder

    return (home_folder(os.environ) / SECRET_KEY_NAME).exists()


def start_django(*, create: bool = False) -> None:
    """Loads Django on the chosen home. Raises RuleError when the home was never made or the schema is old."""
    from kansa.config.home import create_home, home_folder

    home = home_folder(os.environ)
    if create:
        create_home(home)
    elif not is_home_made():
        raise RuleError(
            "no_home", f"データの置き場所がまだありません（{home}）。先に「kansa init」を実行してください。"
        )
    load_django()
    if create:
        migrate()
    else:
        require_current_schema()


def load_django() -> None:
    """Loads Django on the chosen home, whatever its database is like."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kansa.config.settings")
    import django

    django.setup()


def migrate() -> None:
    """Brings the database to this version's schema."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def require_current_schema() -> None:
    """Raises RuleError when migrations are waiting: nothing is changed behind the office's back."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as fault:
        raise RuleError("no_database", f"データベースを開けません（{fault}）。") from fault
    if waiting:
        raise RuleError(
            "old_schema",
            f"データベースの版が古く、{len(waiting)}件の更新が必要です。控えを取り「kansa init」を実行してください。",
        )


def operator() -> Actor:
    """The person at the console, by the name they signed in to the machine with."""
    try:
        name = getpass.getuser()
    except (OSError, KeyError, ImportError):
        name = "不明"
    return Actor(EMBEDDED_MUNICIPALITY, name, "operator")
