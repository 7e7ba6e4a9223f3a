"""How does a copy become an installation again, in an empty place, with its secret key brought from elsewhere?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from kansa.apps.mail.actions import pause_batch
from kansa.apps.mail.models import MailBatch
from kansa.apps.self_inspection.actions import note_restored
from kansa.apps.trail.actions import record
from kansa.config.backups import held
from kansa.config.backups.archive import HELD, Manifest, broken, copies_in, read_entry, unpack
from kansa.config.backups.databases import engine
from kansa.config.backups.making import FOLDERS, key_check
from kansa.config.backups.work import told_faults, workspace
from kansa.core.errors import RuleError
from kansa.core.permission import Actor


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `newer`: copies beside it that were made later; `paused_count`: batches of mail that now wait."""

    manifest: Manifest
    newer: tuple[str, ...]
    has_campaigns: bool
    paused_count: int


def check_home(home: Path) -> None:
    """Raises RuleError when something would be written over."""
    for folder in FOLDERS:
        if any((home / folder).glob("*")):
            reason = (
                f"「{home / folder}」にファイルがあります。上書きはしません。空のフォルダを --home に指定してください。"
            )
            raise RuleError("home_taken", reason)


def check_fits(manifest: Manifest, name: str, *, has_new_key: bool) -> None:
    """Raises RuleError for a copy of another database, of a newer program, or made under another key."""
    if manifest.database != connection.vendor:
        names = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
        wanted = names.get(manifest.database, manifest.database)
        reason = f"控え「{name}」は {wanted} のもので、今の設定は {names[connection.vendor]} です。"
        raise RuleError("other_database", f"{reason}DATABASE_URL を確かめてください。")
    unknown = {*manifest.migrations} - {*MigrationLoader(None).disk_migrations}
    if unknown:
        reason = (
            f"控え「{name}」は新しい版（{manifest.version}）の kansa のものです。その版を入れてから戻してください。"
        )
        raise RuleError("newer_backup", reason)
    if manifest.key_check != key_check() and not has_new_key:
        reason = "secret.key が控えを取った時のものと違います。その時の secret.key を置いてください。"
        raise RuleError("other_key", reason)


def restore(actor: Actor, path: Path, manifest: Manifest, *, has_new_key: bool = False) -> Restored:
    """Restores a verified copy into the chosen home and database, which are empty. Raises RuleError."""
    home = Path(settings.KANSA_HOME)
    check_fits(manifest, path.name, has_new_key=has_new_key)
    check_home(home)
    engine().check_empty()
    if HELD not in manifest.entries:
        raise broken(path.name, "目録に足りないものがあります")
    with told_faults(home), workspace(home) as work:
        unpack(path, manifest, work)
        engine().restore_database(work / "database")
        for folder in FOLDERS:
            source = work / "home" / folder
            if source.is_dir():
                (home / folder).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if (home / folder).is_dir():
                    (home / folder).rmdir()
                source.rename(home / folder)
    call_command("migrate", verbosity=0, interactive=False)
    return told(actor, path, manifest)


def told(actor: Actor, path: Path, manifest: Manifest) -> Restored:
    """What has to be known afterwards: keys that are void, mails that wait, and which copy the next one follows.

    Where a later copy lies beside it, none may follow: two pasts would be compared (docs/adr/0041).
    """
    known = held.read(read_entry(path, HELD))
    newer = tuple(
        other.name
        for other, one in copies_in(path.absolute().parent)
        if one.key_check == manifest.key_check and one.made_at > manifest.made_at
    )
    running = list(MailBatch.objects.filter(state="running"))
    for batch in running:
        pause_batch(actor, batch.pk)
    with transaction.atomic():
        note_restored(known)
        after = {
            "held_sha256": manifest.held_sha256,
            "campaigns": [one.campaign for one in known],
            "follow": "" if newer else path.name,
        }
        record(actor, "restore_backup", "backup", path.name, {}, after)
    return Restored(manifest, newer, bool(known), len(running))
