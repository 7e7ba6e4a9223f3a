"""How does something handed in go from step to step: kept apart, looked at, taken over or put away?"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.actions.taking import Tell
from kansa.apps.diagnosis.models import AdvisoryUpload, ScanUpload
from kansa.apps.diagnosis.queries.scans import job_of_upload
from kansa.apps.jobs.actions import enqueue
from kansa.apps.people.models import Account
from kansa.apps.people.queries import actor_of
from kansa.apps.trail.actions import record
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.scans import ScanLimits

AT_ONCE = 2 * 1024 * 1024  # larger ones are left to a worker, so that the page answers
LARGEST = ScanLimits().file_bytes
HandedIn = TypeVar("HandedIn", ScanUpload, AdvisoryUpload)


def keep_apart(actor: Actor, file: UploadedFile, storage: str, folder: str) -> tuple[str, str]:
    """Stores the bytes under a name of chance: SHA-256 and that name. Raises InputError for too large a one."""
    if (file.size or 0) > LARGEST:
        reason = f"ファイルが大きすぎます（{LARGEST // 1024**2:,}MBまで）。対象を分けて出力し直してください。"
        raise InputError(Refusal("too_large", reason, Place(file=str(file.name))))
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    stored = f"{folder}/{actor.municipality_id}/{secrets.token_urlsafe(24)}"
    storages[storage].save(stored, file)
    return digest.hexdigest(), stored


def carry_out(
    actor: Actor,
    upload: HandedIn,
    steps: tuple[str, str],
    act: Callable[[Actor, HandedIn, Tell | None], None],
    task: Any,
) -> None:
    """Does a step now, or leaves it to a worker when the file is large and the person has an account.

    `steps`: the state that the upload must have, and the one while it is worked on. What is done now is one transaction
    with it: whatever breaks it off, the upload is as it was before, to be taken again or put away. Raises RuleError.
    """
    before, during = steps
    with transaction.atomic():
        if not type(upload)._default_manager.filter(pk=upload.pk, state=before).update(state=during):
            raise RuleError("upload_moved", "この報告書は、ほかの人が先に進めました。画面を開き直してください。")
        is_large = upload.size > AT_ONCE and actor.account_id is not None
        if is_large:
            # The worker acts for who said yes, not for who handed the file in.
            arguments = {
                "municipality_id": actor.municipality_id,
                "upload_id": upload.pk,
                "account_id": actor.account_id,
            }
            upload.job_id = enqueue(task, actor.municipality_id, arguments, actor_name=actor.name).pk
            upload.save(update_fields=["job_id"])
        upload.state = during
        if not is_large:
            act(actor, upload, None)


def acting_for(upload: HandedIn, account_id: int) -> Actor | None:
    """Who took the step that a worker does, else who handed the file in; None when that account is gone."""
    account = Account.objects.filter(municipality_id=upload.municipality_id, pk=account_id).first()
    found = account or upload.uploaded_by
    return actor_of(found, timezone.localdate()) if found is not None else None


def put_away(actor: Actor, upload: ScanUpload | AdvisoryUpload, storage: str, object_kind: str) -> None:
    """Puts away what does not count. Raises RuleError when it does already, or is being taken over.

    Taking over is whole or nothing: where its worker is gone for good, nothing came in.
    """
    _job, is_broken_off = job_of_upload(upload)
    states = ("waiting", "reading", "read", "failed", *(["applying"] if is_broken_off else []))
    with transaction.atomic():
        rows = type(upload)._default_manager.filter(pk=upload.pk, state__in=states)
        if not rows.update(state="cancelled"):
            raise RuleError("upload_moved", "この報告書は、もう取り込まれたか、取込み中です。")
        record(actor, "cancel", object_kind, str(upload.pk), {}, {"name": upload.name})
    transaction.on_commit(partial(storages[storage].delete, upload.stored_name))
