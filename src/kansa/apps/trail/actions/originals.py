"""How are the bytes of an imported file kept, and when are those that name persons erased?

A file is stored under its hash. Files of the kinds in RESTRICTED_KINDS name persons (answers, drill results, rosters):
they go to the restricted storage (owner-only) and are kept until RETENTION_YEARS fiscal years after the import, because
a figure of a published report must stay traceable while the next two reports compare themselves with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import IO

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages
from django.db import transaction
from django.utils import timezone

from kansa.apps.trail.actions.recording import record, require
from kansa.apps.trail.models import SourceFile
from kansa.core.permission import Actor

RESTRICTED_KINDS = frozenset(
    {
        "staff",
        "accounts",
        "self_inspection",
        "drill",
        "drill_gophish_results",
        "drill_gophish_events",
        "drill_simulation",
        "training",
        "availability",
        # What these say would help an attacker.
        "assets",
        "scan",
        "measure_list",
    }
)
RETENTION_YEARS = 3


@dataclass(frozen=True)
class Upload:
    """A file as it was handed in."""

    name: str
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """The hash the file is kept under."""
        return hashlib.sha256(self.data).hexdigest()


def keep_until(today: date) -> date:
    """The last day of the fiscal year RETENTION_YEARS after the one `today` lies in."""
    fiscal_year = today.year if today.month >= 4 else today.year - 1
    return date(fiscal_year + RETENTION_YEARS + 1, 3, 31)


def write_once(storage: Storage, name: str, data: bytes) -> None:
    """Stores the bytes under exactly this name; a file cut short by a power failure is written anew."""
    if storage.exists(name):
        with storage.open(name) as stored:
            if stored.read() == data:
                return
        storage.delete(name)
    if storage.save(name, ContentFile(data)) != name:
        raise RuntimeError("the storage gave another name than the hash")


def keep_originals(municipality_id: int, kind: str, uploads: Sequence[Upload]) -> dict[str, SourceFile]:
    """sha256 -> kept file, for all uploads; inside the transaction of the import, each content once."""
    restricted = kind in RESTRICTED_KINDS
    storage = storages["restricted" if restricted else "default"]
    wanted = {upload.sha256: upload for upload in uploads}
    rows = SourceFile.objects.filter(municipality_id=municipality_id, sha256__in=list(wanted))
    kept = {row.sha256: row for row in rows}
    until = keep_until(timezone.localdate()) if restricted else None
    new = []
    for sha256, upload in wanted.items():
        found = kept.get(sha256)
        if found is not None and found.erased_at is None:
            continue
        file = found or SourceFile(municipality_id=municipality_id, sha256=sha256)
        file.name, file.kind, file.size = upload.name[-255:], kind, len(upload.data)
        file.stored_name = f"{municipality_id}/{sha256[:2]}/{sha256}"
        file.is_restricted, file.keep_until, file.erased_at = restricted, until, None
        write_once(storage, file.stored_name, upload.data)
        if found is not None:
            file.save()
        else:
            new.append(file)
    SourceFile.objects.bulk_create(new)
    return kept | {file.sha256: file for file in new}


def keep_stream(municipality_id: int, kind: str, name: str, sha256: str, stream: IO[bytes]) -> SourceFile:
    """The row of a large restricted file; inside the transaction of its act, each content once.

    Its bytes are put in by `store_stream`, which an act that will be taken back leaves out.
    """
    size = stream.seek(0, 2)
    file = SourceFile.objects.filter(municipality_id=municipality_id, sha256=sha256).first()
    file = file or SourceFile(municipality_id=municipality_id, sha256=sha256)
    if file.pk is None or file.erased_at is not None:
        file.name, file.kind, file.size = name[-255:], kind, size
        file.stored_name = f"{municipality_id}/{sha256[:2]}/{sha256}"
        file.is_restricted, file.keep_until, file.erased_at = True, keep_until(timezone.localdate()), None
        file.save()
    return file


def store_stream(file: SourceFile, stream: IO[bytes]) -> None:
    """Writes the bytes of a file kept by `keep_stream`; what a power failure cut short is written anew."""
    storage = storages["restricted"]
    if storage.exists(file.stored_name):
        if storage.size(file.stored_name) == file.size:
            return
        storage.delete(file.stored_name)
    stream.seek(0)
    if storage.save(file.stored_name, File(stream)) != file.stored_name:
        raise RuntimeError("the storage gave another name than the hash")


def erase_expired(actor: Actor, today: date) -> int:
    """Erases the bytes of restricted files whose retention ended before `today`; number of files erased.

    The row with name and hash stays, so a source can still be named. The bytes go first: if the power fails between
    the two, the next run finds them gone and marks them.
    """
    require(actor, "import")
    expired = SourceFile.objects.visible_to(actor).filter(
        is_restricted=True, erased_at__isnull=True, keep_until__lt=today
    )
    with transaction.atomic():
        files = list(expired.order_by("pk"))
        for file in files:
            storages["restricted"].delete(file.stored_name)
            file.erased_at = timezone.now()
            file.save(update_fields=["erased_at"])
            record(actor, "erase", "source_file", file.sha256, {}, {"name": file.name, "kind": file.kind})
    return len(files)
