"""How does a report come in? Kept apart, looked at, then taken over or put away; large ones by a worker.

Nothing counts before somebody looked at what would change and said yes. The look is the taking over itself, taken back.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.diagnosis.actions.taking import ScanFacts, Taken, Tell, outline_of, require_upload, take_scan
from kansa.apps.diagnosis.models import NetworkZone, ScanUpload
from kansa.apps.jobs.actions import JobContext, enqueue
from kansa.apps.people.queries import actor_of
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record
from kansa.apps.trail.actions.originals import keep_stream, store_stream
from kansa.core.errors import InputError, KansaError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.core.vulnerability import parse_port_ranges
from kansa.formats.scans import Report, ScanLimits, read_report, reports_of

FOLDER = "reports"
AT_ONCE = 2 * 1024 * 1024  # larger ones are left to a worker, so that the page answers
LARGEST = ScanLimits().file_bytes
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """What the person says of the files: see ScanFacts."""

    fiscal_year: int
    zone: NetworkZone
    engagement: Engagement | None = None
    scanned_at: datetime | None = None
    is_whole: bool = True
    port_ranges: str = ""


def hand_in(actor: Actor, file: UploadedFile, facts: UploadFacts) -> ScanUpload:
    """Keeps a report apart and looks at it, at once or by a worker. Raises InputError, RuleError."""
    require_upload(actor, facts.engagement)
    try:
        parse_port_ranges(facts.port_ranges)
    except ValueError as fault:
        reason = "「22,80,8000-8100」のように、１から65535までの番号を入力してください。"
        raise InputError(Refusal("bad_ports", reason, Place(column="検査したポート"))) from fault
    if (file.size or 0) > LARGEST:
        reason = f"ファイルが大きすぎます（{LARGEST // 1024**2:,}MBまで）。対象を分けて出力し直してください。"
        raise InputError(Refusal("too_large", reason, Place(file=str(file.name))))
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    stored = f"{FOLDER}/{actor.municipality_id}/{secrets.token_urlsafe(24)}"
    storages["restricted"].save(stored, file)
    with transaction.atomic():
        upload = ScanUpload.objects.create(
            municipality_id=actor.municipality_id,
            fiscal_year=facts.fiscal_year,
            network_zone=facts.zone,
            engagement=facts.engagement,
            scanned_at=facts.scanned_at,
            is_whole=facts.is_whole,
            port_ranges=facts.port_ranges,
            name=str(file.name)[-255:],
            sha256=digest.hexdigest(),
            size=file.size or 0,
            stored_name=stored,
            uploaded_by_id=actor.account_id,
            uploaded_at=timezone.now(),
        )
        record(actor, "upload", "scan_upload", str(upload.pk), {}, {"sha256": upload.sha256, "name": upload.name})
    _carry_out(actor, upload, "waiting", "reading", look_at)
    return upload


def apply_upload(actor: Actor, upload: ScanUpload) -> None:
    """Takes a report over that was looked at. Raises RuleError when it was not, or somebody was faster."""
    require_upload(actor, upload.engagement)
    _carry_out(actor, upload, "read", "applying", take_over)


def cancel_upload(actor: Actor, upload: ScanUpload) -> None:
    """Puts a report away that does not count. Raises RuleError when it does already, or is being taken over."""
    require_upload(actor, upload.engagement)
    with transaction.atomic():
        rows = ScanUpload.objects.filter(pk=upload.pk, state__in=("waiting", "reading", "read", "failed"))
        if not rows.update(state="cancelled"):
            raise RuleError("upload_moved", "この報告書は、もう取り込まれたか、取込み中です。")
        record(actor, "cancel", "scan_upload", str(upload.pk), {}, {"name": upload.name})
    storages["restricted"].delete(upload.stored_name)


def _carry_out(
    actor: Actor, upload: ScanUpload, before: str, during: str, act: Callable[[Actor, ScanUpload, Tell | None], None]
) -> None:
    """Does a step now, or leaves it to a worker when the file is large and the person has an account."""
    with transaction.atomic():
        if not ScanUpload.objects.filter(pk=upload.pk, state=before).update(state=during):
            raise RuleError("upload_moved", "この報告書は、ほかの人が先に進めました。画面を開き直してください。")
        is_large = upload.size > AT_ONCE and actor.account_id is not None
        if is_large:
            arguments = {"municipality_id": actor.municipality_id, "upload_id": upload.pk}
            upload.job_id = enqueue(process_upload, actor.municipality_id, arguments, actor_name=actor.name).pk
            upload.save(update_fields=["job_id"])
    upload.state = during
    if not is_large:
        act(actor, upload, None)


def look_at(actor: Actor, upload: ScanUpload, tell: Tell | None = None) -> None:
    """What taking the report over would change; the same act, and all of it taken back."""

    def looked(reports: list[Report]) -> list[dict[str, object]]:
        outlines = [outline_of(read_report(one), tell) for one in reports]
        with transaction.atomic():
            told = [told_of(one) for one in _take_all(actor, upload, reports, outlines)]
            transaction.set_rollback(True)
        return told

    told = _with_reports(upload, looked)
    if told is not None:
        ScanUpload.objects.filter(pk=upload.pk, state="reading").update(state="read", told={"reports": told})


def take_over(actor: Actor, upload: ScanUpload, tell: Tell | None = None) -> None:
    """Takes the report over: the scan, the original and the marks in the trail, or nothing."""

    def taken(reports: list[Report]) -> list[dict[str, object]]:
        outlines = [outline_of(read_report(one), tell) for one in reports]
        with transaction.atomic():
            found = _take_all(actor, upload, reports, outlines)
            with storages["restricted"].open(upload.stored_name) as stream:
                store_stream(found[0].scan.source_file, stream)
            told = [told_of(one) for one in found]
            ScanUpload.objects.filter(pk=upload.pk).update(state="applied", told={"reports": told})
        return told

    if _with_reports(upload, taken) is not None:
        storages["restricted"].delete(upload.stored_name)


def _take_all(actor: Actor, upload: ScanUpload, reports: list[Report], outlines: list[Any]) -> list[Taken]:
    with storages["restricted"].open(upload.stored_name) as stream:
        file = keep_stream(actor.municipality_id, "scan", upload.name, upload.sha256, stream)
    facts = partial(
        ScanFacts,
        upload.fiscal_year,
        upload.network_zone,
        engagement=upload.engagement,
        scanned_at=upload.scanned_at,
        is_whole=upload.is_whole,
        port_ranges=upload.port_ranges,
    )
    return [
        take_scan(actor, facts(report_name=report.name), outline, partial(read_report, report), file)
        for report, outline in zip(reports, outlines, strict=True)
    ]


def _with_reports(upload: ScanUpload, act: Callable[[list[Report]], Made]) -> Made | None:
    """Does something with the reports of an upload; what is refused is kept with it, for the person."""
    try:
        with _opened(upload) as reports:
            if not reports:
                raise RuleError("no_report", "診断ツールの報告書がありません。")
            return act(reports)
    except KansaError as fault:
        ScanUpload.objects.filter(pk=upload.pk).update(state="failed", reason_ja=str(fault))
        return None


@contextmanager
def _opened(upload: ScanUpload) -> Iterator[list[Report]]:
    with storages["restricted"].open(upload.stored_name) as stream:
        yield list(reports_of(stream, upload.name, clock=time.monotonic))


def told_of(taken: Taken) -> dict[str, object]:
    """What a scan changes, as it is kept with its upload."""
    scan = taken.scan
    return {
        **taken.told,
        "scan": scan.pk,
        "name": scan.report_name,
        "tool": scan.tool,
        "policy": scan.policy,
        "day": timezone.localtime(scan.scanned_at).date().isoformat(),
        "item_count": scan.item_count,
        "repeated_count": scan.repeated_count,
        "unread": scan.unread[:20],
        "unread_count": scan.unread_count,
        "warnings": [[one.code, one.reason_ja] for one in taken.warnings],
    }


@task(takes_context=True)
def process_upload(context: TaskContext, municipality_id: int, upload_id: int) -> dict[str, object]:
    """Looks at a large report or takes it over; repeated, it does what is still to be done."""
    assert isinstance(context, JobContext)
    upload = ScanUpload.objects.filter(municipality_id=municipality_id, pk=upload_id).first()
    if upload is None or upload.uploaded_by is None or upload.state not in ("reading", "applying"):
        return {}
    actor = actor_of(upload.uploaded_by, timezone.localdate())
    act = look_at if upload.state == "reading" else take_over
    # Nobody sees progress from inside the one transaction of writing, so what is told is the reading before it.
    act(actor, upload, lambda count: _told(context, count))
    return {"upload": upload_id}


def _told(context: JobContext, count: int) -> None:
    context.tell(count, 0, f"{count:,}件を読みました。読み終わると、まとめて照合します。")
