"""Where is a copy worked on, and how does a finished file come to its place whole or not at all?"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kansa.core.errors import RuleError

PREFIX = ".copying-"
STALE_SECONDS = 6 * 60 * 60
FULL = (errno.ENOSPC, errno.EDQUOT)


@contextmanager
def workspace(home: Path) -> Iterator[Path]:
    """A folder inside the home, as well guarded as the database; what a run that broke off left there goes first."""
    for left in home.glob(f"{PREFIX}*"):
        if time.time() - left.stat().st_mtime > STALE_SECONDS:  # it is not that of one that still runs
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=home) as folder:
        yield Path(folder)


@contextmanager
def told_faults(folder: Path) -> Iterator[None]:
    """Says in Japanese what a disk said. Raises RuleError."""
    try:
        yield
    except OSError as fault:
        where = fault.filename or folder
        if fault.errno in FULL:
            raise full(where) from fault
        if isinstance(fault, PermissionError):
            reason = f"書き込めません（{where}）。フォルダの権限を確かめてください。"
            raise RuleError("folder_refused", reason) from fault
        reason = f"ディスクの読み書きに失敗しました（{fault.strerror or fault}、{where}）。"
        raise RuleError("disk_fault", reason) from fault
    except sqlite3.OperationalError as fault:
        if fault.sqlite_errorcode == sqlite3.SQLITE_FULL:
            raise full(folder) from fault
        raise RuleError("disk_fault", f"データベースを写せませんでした（{fault}）。もう一度行ってください。") from fault


def full(where: object) -> RuleError:
    """The refusal of a disk without room."""
    reason = f"空きが足りません（{where}）。作りかけのものは消しました。"
    return RuleError("disk_full", f"{reason}古い控えを移すか、別のディスクを指定してください。")


def place(source: Path, target: Path) -> None:
    """Moves a finished file to its name, on the disk for good; over nothing that is there. Raises FileExistsError.

    Renaming, since a share or a stick may know no links; the names of copies are by the second.
    """
    if target.exists():
        raise FileExistsError(errno.EEXIST, "", str(target))
    with source.open("rb+") as file:
        os.fsync(file.fileno())
    shutil.move(source, target)
    if os.name == "posix":
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
