"""How do advisories come in: handed in, looked at, taken over with an index each, removed; known by which keys?"""

from __future__ import annotations

import base64
import gzip
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.files.base import File
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.diagnosis.actions.steps import acting_for, carry_out, keep_apart, put_away
from kansa.apps.diagnosis.actions.taking import Tell
from kansa.apps.diagnosis.models import AdvisoryFile, AdvisoryKey, AdvisoryUpload
from kansa.apps.diagnosis.queries.advisories import (
    files_in_force,
    index_path,
    keys_of,
    stored_index,
    stored_original,
)
from kansa.apps.jobs.actions import JobContext
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, KansaError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.core.zip_faults import ZIP_FAULTS
from kansa.patches import Bundle, BundledFile, Indexes, open_bundle, pack
from kansa.patches.bundle import MANIFEST

STORAGE = "advisories"
FOLDER = "waiting"
_UNUSUAL = re.compile(r"[^0-9A-Za-z._-]")


def add_key(actor: Actor, name: str, public_key: str) -> AdvisoryKey:
    """Registers the public part of a signing key. Raises InputError for a text that is none; RuleError when known."""
    require(actor, "manage_keys")
    text = "".join(public_key.split())
    try:
        Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))
    except ValueError:
        reason = "公開鍵として読み取れません。鍵を作ったときに示された文字（末尾が = の44文字）を入力してください。"
        raise InputError(Refusal("bad_public_key", reason, Place(column="公開鍵"))) from None
    with transaction.atomic():
        rows = AdvisoryKey.objects.filter(municipality_id=actor.municipality_id)
        if rows.filter(public_key=text).exists():
            raise RuleError("key_known", "この公開鍵は登録したことがあります。失効させた鍵は、もう使えません。")
        if rows.filter(name=name, revoked_at__isnull=True).exists():
            raise RuleError("key_name_known", "同じ名前の公開鍵があります。別の名前にしてください。")
        key = AdvisoryKey.objects.create(
            municipality_id=actor.municipality_id,
            name=name,
            public_key=text,
            added_by_id=actor.account_id,
            added_at=timezone.now(),
        )
        record(actor, "register", "advisory_key", str(key.pk), {}, {"name": name, "public_key": text})
    return key


def revoke_key(actor: Actor, key: AdvisoryKey) -> None:
    """Trusts a key no more. What it signed before stays, and says so. Raises RuleError when it was revoked already."""
    require(actor, "manage_keys")
    with transaction.atomic():
        if not AdvisoryKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            raise RuleError("key_revoked", "この公開鍵は、もう失効しています。")
        record(actor, "revoke", "advisory_key", str(key.pk), {"name": key.name}, {})


def hand_in_advisories(
    actor: Actor, file: UploadedFile, release: str = "", as_of: date | None = None
) -> AdvisoryUpload:
    """Keeps a bundle, or a plain file, apart and looks at it. Raises InputError, RuleError."""
    require(actor, "manage_diagnosis")
    sha256, stored = keep_apart(actor, file, STORAGE, FOLDER)
    with transaction.atomic():
        upload = AdvisoryUpload.objects.create(
            municipality_id=actor.municipality_id,
            name=str(file.name)[-255:],
            sha256=sha256,
            size=file.size or 0,
            stored_name=stored,
            release=release,
            as_of=as_of,
            uploaded_by_id=actor.account_id,
            uploaded_at=timezone.now(),
        )
        record(actor, "upload", "advisory_upload", str(upload.pk), {}, {"sha256": sha256, "name": upload.name})
    carry_out(actor, upload, ("waiting", "reading"), look_at_advisories, process_advisories)
    return upload


def apply_advisories(actor: Actor, upload: AdvisoryUpload) -> None:
    """Takes over what was looked at. Raises RuleError when it was not, or somebody was faster."""
    require(actor, "manage_diagnosis")
    carry_out(actor, upload, ("read", "applying"), take_advisories, process_advisories)


def cancel_advisories(actor: Actor, upload: AdvisoryUpload) -> None:
    """Puts away what does not count."""
    require(actor, "manage_diagnosis")
    put_away(actor, upload, STORAGE, "advisory_upload")


def look_at_advisories(actor: Actor, upload: AdvisoryUpload, tell: Tell | None = None) -> None:
    """Which files are in it, of which day, signed by whom; and what each would replace."""
    try:
        with _bundle(upload) as (bundle, is_plain):
            told = _told(actor, bundle, is_plain=is_plain)
    except KansaError as fault:
        AdvisoryUpload.objects.filter(pk=upload.pk).update(state="failed", reason_ja=str(fault))
        return
    AdvisoryUpload.objects.filter(pk=upload.pk, state="reading").update(state="read", told=told)


def _told(actor: Actor, bundle: Bundle, *, is_plain: bool) -> dict[str, object]:
    in_force = files_in_force(actor.municipality_id)
    return {
        "packed_on": "" if is_plain else bundle.packed_on,
        "signed_by": bundle.signed_by,
        "is_plain": is_plain,
        "files": [{**asdict(one), "standing": _standing(one, in_force)} for one in bundle.files],
    }


def _standing(file: BundledFile, in_force: list[AdvisoryFile]) -> str:
    """ "known": there already; "older": one in force is newer; "newer": it takes the place of one; "added"."""
    same = [one for one in in_force if (one.kind, one.release) == (file.kind, file.release)]
    if any(one.sha256 == file.sha256 for one in same):
        return "known"
    days = [one.as_of.isoformat() for one in same if one.as_of]
    if file.as_of and days and file.as_of < max(days):
        return "older"
    return "newer" if same else "added"


@contextmanager
def _bundle(upload: AdvisoryUpload) -> Iterator[tuple[Bundle, bool]]:
    """The bundle, and whether it was plain files: those are packed here, and are signed by nobody."""
    keys = {one.name: one.public_key for one in keys_of(upload.municipality_id)}
    with tempfile.TemporaryDirectory() as folder:
        name = _UNUSUAL.sub("_", Path(upload.name).name).lstrip("._-") or "file"
        path = Path(folder) / name
        with storages[STORAGE].open(upload.stored_name) as stored, path.open("xb") as copy:
            shutil.copyfileobj(stored, copy)
        if _has_manifest(path):
            yield open_bundle(path, keys), False
            return
        day = upload.as_of.isoformat() if upload.as_of else ""
        target = Path(folder) / "packed" / "bundle.zip"
        target.parent.mkdir()
        yield pack([path], target, timezone.localdate(), release=upload.release, as_of=day), True


def _has_manifest(path: Path) -> bool:
    """Whether it says of itself that it is a bundle; then it has to be a sound one."""
    try:
        with zipfile.ZipFile(path) as archive:
            return MANIFEST in archive.namelist()
    except ZIP_FAULTS:
        return False


def take_advisories(actor: Actor, upload: AdvisoryUpload, tell: Tell | None = None) -> None:
    """Keeps each file with its index: all of a bundle, or nothing."""
    try:
        with _bundle(upload) as (bundle, is_plain):
            told = _told(actor, bundle, is_plain=is_plain)
            made = [_prepared(actor, bundle, one, tell) for one in bundle.files]
            with transaction.atomic():
                for file in made:
                    _keep(actor, file)
                AdvisoryUpload.objects.filter(pk=upload.pk).update(state="applied", told=told)
    except KansaError as fault:
        AdvisoryUpload.objects.filter(pk=upload.pk).update(state="failed", reason_ja=str(fault))
        return
    transaction.on_commit(partial(storages[STORAGE].delete, upload.stored_name))


def _prepared(actor: Actor, bundle: Bundle, told: BundledFile, tell: Tell | None) -> AdvisoryFile:
    """The row of a file, not saved yet; its bytes and its index are in their places."""
    file = AdvisoryFile(
        municipality_id=actor.municipality_id,
        name=told.name,
        kind=told.kind,
        release=told.release,
        as_of=date.fromisoformat(told.as_of) if told.as_of else None,
        sha256=told.sha256,
        size=told.size,
        signed_by=bundle.signed_by,
        packed_on=date.fromisoformat(bundle.packed_on),
        added_by_id=actor.account_id,
        added_at=timezone.now(),
    )
    _store(bundle, told, stored_original(file))
    path = index_path(file)
    with Indexes([path]) as indexes:
        file.releases, file.row_count = indexes.releases(), indexes.row_count()
    if tell is not None:
        tell(file.row_count)
    return file


def _store(bundle: Bundle, told: BundledFile, name: str) -> None:
    storage = storages[STORAGE]
    if storage.exists(name):
        return
    with bundle.report(told) as report, tempfile.SpooledTemporaryFile(max_size=16 * 1024**2) as packed:
        with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as out:
            for chunk in report.chunks():
                out.write(chunk)
        packed.seek(0)
        storage.save(name, File(packed))


def _keep(actor: Actor, file: AdvisoryFile) -> None:
    same = AdvisoryFile.objects.filter(
        municipality_id=actor.municipality_id, sha256=file.sha256, release=file.release, removed_at__isnull=True
    ).first()
    if same is not None:
        if file.signed_by and not same.signed_by:  # now somebody known vouches for the same bytes
            same.signed_by = file.signed_by
            same.save(update_fields=["signed_by"])
        return
    file.save()
    after = {"kind": file.kind, "release": file.release, "sha256": file.sha256, "signed_by": file.signed_by}
    day = file.as_of.isoformat() if file.as_of else ""
    record(actor, "import", "advisory_file", str(file.pk), {}, {"name": file.name, "as_of": day, **after})


def remove_advisories(actor: Actor, file: AdvisoryFile) -> None:
    """Takes a file out: its bytes and its index go, what was matched against it stays. Raises RuleError when gone."""
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        if not AdvisoryFile.objects.filter(pk=file.pk, removed_at__isnull=True).update(removed_at=timezone.now()):
            raise RuleError("advisory_gone", "この照合データは、もう外されています。")
        record(actor, "remove", "advisory_file", str(file.pk), {"name": file.name, "sha256": file.sha256}, {})
    storages[STORAGE].delete(stored_index(file))
    rest = AdvisoryFile.objects.filter(
        municipality_id=file.municipality_id, sha256=file.sha256, removed_at__isnull=True
    )
    if not rest.exists():
        storages[STORAGE].delete(stored_original(file))


@task(takes_context=True)
def process_advisories(
    context: TaskContext, municipality_id: int, upload_id: int, account_id: int = 0
) -> dict[str, object]:
    """Looks at a large bundle or takes it over; repeated, it does what is still to be done."""
    assert isinstance(context, JobContext)
    upload = AdvisoryUpload.objects.filter(municipality_id=municipality_id, pk=upload_id).first()
    actor = acting_for(upload, account_id) if upload is not None else None
    if upload is None or actor is None or upload.state not in ("reading", "applying"):
        return {}
    act = look_at_advisories if upload.state == "reading" else take_advisories
    act(actor, upload, lambda count: _tell(context, count))
    return {"upload": upload_id}


def _tell(context: JobContext, count: int) -> None:
    context.tell(count, 0, f"{count:,}件の索引を作りました。")
