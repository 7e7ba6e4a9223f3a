"""Where are uploaded files between the look at what they would change and the yes?

They lie in the restricted storage (owner-only) for at most HOLD_SECONDS. What was looked at is told by a signed text
that travels through the person's own form: who, which kind, which files by hash, which numbers were shown. A file whose
bytes are no longer those, a text of another person, and one that is too old are refused.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils import timezone

from kansa.apps.trail.actions import ImportOptions, Upload, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor, import_verb

FOLDER = "incoming"
HOLD_SECONDS = 60 * 60
SALT = "kansa.annual_report.holding"
GONE = "控えたファイルがありません。この取込みは既に実行したか、取りやめたか、１時間を過ぎました。"


@dataclass(frozen=True, slots=True)
class Held:
    """What was looked at. `files`: name and sha256, in the order they were chosen."""

    kind: str
    options: ImportOptions
    files: tuple[tuple[str, str], ...]
    folder: str


def hold(actor: Actor, kind: str, uploads: Sequence[Upload], options: ImportOptions) -> str:
    """Keeps the files and gives the signed text that `take_held` wants; what others left too long is erased."""
    require(actor, import_verb(kind))
    forget_expired(actor, timezone.now())
    storage = storages["restricted"]
    folder = f"{FOLDER}/{actor.municipality_id}/{secrets.token_urlsafe(24)}"
    for place, upload in enumerate(uploads):
        storage.save(f"{folder}/{place}", ContentFile(upload.data))
    told = {
        "account": actor.account_id,
        "municipality": actor.municipality_id,
        "kind": kind,
        "options": [options.fiscal_year, options.drill_code, options.replace, options.seen],
        "files": [(upload.name, upload.sha256) for upload in uploads],
        "folder": folder,
    }
    return signing.dumps(told, salt=SALT, compress=True)


def read_held(actor: Actor, text: str) -> Held:
    """What the signed text says. Raises RuleError for one that is forged, too old, or of another person."""
    try:
        told: dict[str, Any] = signing.loads(text, salt=SALT, max_age=HOLD_SECONDS)
    except signing.BadSignature as fault:
        raise RuleError("held_gone", f"{GONE}もう一度ファイルを選んでください。") from fault
    if (told["account"], told["municipality"]) != (actor.account_id, actor.municipality_id):
        raise RuleError("held_by_another", "ほかの人が選んだファイルです。自分でファイルを選び直してください。")
    require(actor, import_verb(told["kind"]))
    fiscal_year, drill_code, is_whole, seen = told["options"]
    options = ImportOptions(fiscal_year, drill_code, is_whole, tuple(seen) if seen else None)
    return Held(told["kind"], options, tuple((name, sha256) for name, sha256 in told["files"]), told["folder"])


def take_held(actor: Actor, text: str) -> tuple[Held, list[Upload]]:
    """The files again, the very bytes that were looked at. Raises RuleError as `read_held`, and for other bytes."""
    held = read_held(actor, text)
    storage = storages["restricted"]
    uploads = []
    for place, (name, sha256) in enumerate(held.files):
        try:
            with storage.open(f"{held.folder}/{place}") as file:
                data = file.read()
        except FileNotFoundError as fault:
            raise RuleError("held_gone", f"{GONE}もう一度ファイルを選んでください。") from fault
        if hashlib.sha256(data).hexdigest() != sha256:
            forget(held)
            raise RuleError("held_changed", f"「{name}」が確認したものと違います。もう一度ファイルを選んでください。")
        uploads.append(Upload(name, data))
    return held, uploads


def forget(held: Held) -> None:
    """Erases the held files."""
    erase_folder(storages["restricted"], held.folder)


def forget_expired(actor: Actor, now: datetime) -> None:
    """Erases what anybody of the municipality left waiting longer than HOLD_SECONDS."""
    storage = storages["restricted"]
    above = f"{FOLDER}/{actor.municipality_id}"
    try:
        folders, _files = storage.listdir(above)
    except FileNotFoundError:
        return
    for name in folders:
        _below, files = storage.listdir(f"{above}/{name}")
        since = [storage.get_modified_time(f"{above}/{name}/{file}") for file in files]
        if all(now - one > timedelta(seconds=HOLD_SECONDS) for one in since):
            erase_folder(storage, f"{above}/{name}")


def erase_folder(storage: Storage, folder: str) -> None:
    """Erases the files of a folder, then the folder."""
    try:
        _folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)
