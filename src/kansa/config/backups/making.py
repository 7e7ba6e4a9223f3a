"""How is a copy made: of one moment, whole or not at all, checked after writing, and noted in the trail?"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from kansa import __version__
from kansa.apps.people.actions import lock_municipality
from kansa.apps.people.models import Municipality
from kansa.apps.self_inspection.actions import HeldCampaign
from kansa.apps.trail.actions import record
from kansa.apps.trail.queries import derived_key
from kansa.config.backups import held
from kansa.config.backups.archive import HELD, Entry, Manifest, Writer, copies_in, digest_of, read_entry, verify
from kansa.config.backups.chain import Head, choice_after, head_of, part_of
from kansa.config.backups.databases import engine
from kansa.config.backups.work import STALE_SECONDS, place, told_faults, workspace
from kansa.core.errors import RuleError
from kansa.core.permission import Actor

# Folders of the home that a copy holds; what can be made anew (reports, indexes of advisories) is not among them.
FOLDERS = ("files", "restricted", "advisories/originals")


@dataclass(frozen=True, slots=True)
class Made:
    """A finished copy. `is_apart`: answers under way were left out, since the last copy was not at hand."""

    path: Path
    size: int
    sha256: str
    has_campaigns: bool
    is_apart: bool
    removed: tuple[str, ...]
    with_answers: tuple[str, ...]  # older copies in the folder with answers of campaigns that are over


def key_check() -> str:
    """64 hex digits that tell whether a secret key is the one a copy was made under."""
    return hmac.new(derived_key("backup"), b"check", hashlib.sha256).hexdigest()


def back_up(actor: Actor, folder: Path, now: datetime, keep: int | None = None) -> Made:
    """Makes a copy in a folder; `keep`: how many of this installation stay there, this one too. Raises RuleError."""
    if not folder.is_dir():
        raise RuleError("no_folder", f"フォルダ「{folder}」がありません。媒体がつながっているか確かめてください。")
    name = f"kansa-backup-{now:%Y%m%d-%H%M%S}.zip"
    if (folder / name).exists():
        raise RuleError("backup_there", f"「{name}」は既にあります。上書きはしません。")
    with told_faults(folder), workspace(Path(settings.KANSA_HOME)) as work:
        head = head_of(actor.municipality_id)
        choice = choice_after(head, folder)
        remove_stale(folder)
        known = engine().copy_database(work, choice)
        with finished(folder, name) as part:
            manifest = write(part, work, known, now)
            verify(part)
            with part.open("rb") as file:
                whole = digest_of(file)
            note(actor, head, name, manifest, whole, known, is_apart=choice.is_lost)
    removed = prune(folder, keep, manifest.key_check) if keep else ()
    return Made(
        folder / name,
        whole.size,
        whole.sha256,
        bool(known),
        choice.is_lost and bool(known),
        removed,
        with_answers(folder, name, known, manifest.key_check),
    )


@contextmanager
def finished(folder: Path, name: str) -> Iterator[Path]:
    """The part to write; it gets its name at the end, and is gone when anything went wrong."""
    part, is_noted = part_of(folder, name), False
    try:
        yield part
        is_noted = True  # from here on the trail knows it, and the next run finishes what fails now
        place(part, folder / name)
    finally:
        if not is_noted:
            part.unlink(missing_ok=True)


def write(part: Path, work: Path, known: list[HeldCampaign], now: datetime) -> Manifest:
    """The archive: the database, what it holds of campaigns under way, the files of the home, the manifest."""
    home = Path(settings.KANSA_HOME)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        writer = Writer(file)
        writer.add(HELD, io.BytesIO(held.written(known)))
        writer.add_folder(work, "database")
        for folder in FOLDERS:
            writer.add_folder(home / folder, f"home/{folder}")
        city = Municipality.objects.order_by("pk").first()
        manifest = Manifest(
            version=__version__,
            made_at=now.isoformat(timespec="seconds"),
            municipality_ja=city.name_ja if city else "",
            database=connection.vendor,
            key_check=key_check(),
            migrations=tuple(sorted(MigrationRecorder(connection).applied_migrations())),
            entries=writer.entries,
        )
        writer.finish(manifest)
        file.flush()
        os.fsync(file.fileno())
    return manifest


def note(
    actor: Actor,
    head: Head | None,
    name: str,
    manifest: Manifest,
    whole: Entry,
    known: list[HeldCampaign],
    *,
    is_apart: bool,
) -> None:
    """The mark in the trail, by which the next copy finds this one. Before the file has its name: a copy that nobody
    knows of must not lie there; a noted part is finished by the next run.

    Raises RuleError when another copy was noted meanwhile: two that follow the same one would tell their difference.
    """
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if head_of(actor.municipality_id) != head:
            raise RuleError("backup_under_way", "ほかの控えが同時に作られました。一つずつ行ってください。")
        after = {
            "sha256": whole.sha256,
            "held_sha256": manifest.held_sha256,
            "campaigns": [one.campaign for one in known],
            "apart": is_apart,
        }
        record(actor, "back_up", "backup", name, {}, after)


def remove_stale(folder: Path) -> None:
    """Parts that a run left behind when the power failed."""
    for part in folder.glob(".kansa-backup-*.zip.part"):
        if time.time() - part.stat().st_mtime > STALE_SECONDS:
            part.unlink(missing_ok=True)


def prune(folder: Path, keep: int, own_key: str) -> tuple[str, ...]:
    """Removes the oldest copies of this installation beyond `keep`; their names."""
    own = [path for path, manifest in copies_in(folder) if manifest.key_check == own_key]
    removed = own[:-keep]
    for path in removed:
        path.unlink()
    return tuple(path.name for path in removed)


def with_answers(folder: Path, name: str, known: list[HeldCampaign], own_key: str) -> tuple[str, ...]:
    """Older copies that hold answers of campaigns that are over: the fewer of them are left, the better."""
    under_way = {one.campaign for one in known}
    found = []
    for path, manifest in copies_in(folder):
        is_older = path.name != name and manifest.key_check == own_key
        if is_older and not {one.campaign for one in held.read(read_entry(path, HELD))} <= under_way:
            found.append(path.name)
    return tuple(found)
