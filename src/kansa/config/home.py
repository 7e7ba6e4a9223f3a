"""Where does this installation keep its database, its files and its secret key?"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SECRET_KEY_NAME = "secret.key"
DATABASE_NAME = "kansa.sqlite3"
SHORTEST_KEY = 50  # characters


def home_folder(environ: Mapping[str, str]) -> Path:
    """The folder named by KANSA_HOME, or `kansa` in the user's own folder. It need not exist yet."""
    named = environ.get("KANSA_HOME", "").strip()
    return Path(named).expanduser().absolute() if named else Path.home() / "kansa"


def create_home(home: Path) -> bool:
    """Makes the folder and its secret key (mode 0600); True when the key is new. An existing key is never replaced."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(home / SECRET_KEY_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return True


def read_secret_key(home: Path) -> str:
    """The secret key of this installation; there is no default one.

    Raises ImproperlyConfigured, in Japanese, when `kansa init` has not been run or the file was cut short.
    """
    path = home / SECRET_KEY_NAME
    try:
        key = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise ImproperlyConfigured(
            f"秘密鍵ファイルがありません（{path}）。先に「kansa init」を実行してください。"
        ) from None
    if len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(f"秘密鍵ファイルが壊れています（{path}）。控えから元に戻してください。")
    return key
