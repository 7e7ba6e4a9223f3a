"""How is a copy made of SQLite while people work, so that nothing left out of it remains in its pages?"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from kansa.apps.self_inspection.actions import HeldCampaign, copy_begun
from kansa.config.backups.choice import Choice, choose
from kansa.config.backups.work import place
from kansa.core.errors import RuleError

FILES = ("database.sqlite3",)


def copy_database(folder: Path, choice: Choice) -> list[HeldCampaign]:
    """Writes database.sqlite3 into the folder: the state of one moment, without what the copy is not to hold.

    By the online backup of SQLite: nobody waits longer than it takes to fix the moment. What was left out goes with the
    file it was left out of: the copy is written anew from its rows, so no page remembers.
    """
    whole = folder / "whole.sqlite3"
    reader = sqlite3.connect(settings.DATABASES["default"]["NAME"], isolation_level=None)
    try:
        with copy_begun():
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it sees this moment
        held = leave_out(reader, whole, folder / FILES[0], choice)
    finally:
        reader.close()
    return held


def leave_out(reader: sqlite3.Connection, whole: Path, target: Path, choice: Choice) -> list[HeldCampaign]:
    """The copy by way of one that holds everything, which ends here."""
    copy = sqlite3.connect(whole, isolation_level=None)
    try:
        reader.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        copy.execute("PRAGMA synchronous=OFF")
        copy.execute("BEGIN")

        def run(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
            return copy.execute(statement.replace("%s", "?"), tuple(values)).fetchall()

        held = choose(run, choice)
        copy.execute("COMMIT")
        copy.execute("VACUUM INTO ?", [str(target)])
    finally:
        copy.close()
        whole.unlink(missing_ok=True)
    check_whole(target)
    return held


def check_whole(path: Path) -> None:
    """Raises RuleError when the file is damaged."""
    written = sqlite3.connect(path)
    try:
        found = written.execute("PRAGMA integrity_check").fetchall()
        strangers = written.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.DatabaseError as fault:
        raise RuleError("database_damaged", f"データベースが壊れています（{fault}）。") from fault
    finally:
        written.close()
    if found != [("ok",)] or strangers:
        raise RuleError(
            "database_damaged",
            "データベースに矛盾があるため、控えを作りませんでした。前の控えを残し、「kansa doctor」で調べてください。",
        )


def check_empty() -> None:
    """Raises RuleError when there is a database already."""
    path = Path(settings.DATABASES["default"]["NAME"])
    if path.exists():
        reason = f"データベースが既にあります（{path}）。上書きはしません。空のフォルダを --home に指定してください。"
        raise RuleError("home_taken", reason)


def restore_database(folder: Path) -> None:
    """Puts the unpacked database in its place."""
    check_whole(folder / FILES[0])
    path = Path(settings.DATABASES["default"]["NAME"])
    os.chmod(folder / FILES[0], 0o600)
    place(folder / FILES[0], path)
