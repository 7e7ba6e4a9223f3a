"""How does a report come in? Kept apart, looked at, then taken over or put away; large ones by a worker.

Nothing counts before somebody looked at what would change and said yes. The look is the taking over itself, taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.diagnosis.actions.readings import NotSaidYet, Reading, readings
from kansa.apps.diagnosis.actions.steps import acting_for, carry_out, keep_apart, put_away
from kansa.apps.diagnosis.actions.taking import Outline, ScanFacts, Taken, Tell, outline_of, require_upload, take_scan
from kansa.apps.diagnosis.models import NetworkZone, ScanUpload
from kansa.apps.jobs.actions import JobContext
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record
from kansa.apps.trail.actions.originals import keep_stream, store_stream
from kansa.core.errors import InputError, KansaError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.core.vulnerability import parse_port_ranges

STORAGE = "restricted"
FOLDER = "reports"
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class UploadFacts:
    """What the person says of the files: see ScanFacts; `kind` and `mapping_id`: see ScanUpload."""

    fiscal_year: int
    zone: NetworkZone
    engagement: Engagement | None = None
    scanned_at: datetime | None = None
    is_whole: bool = True
    port_ranges: str = ""
    kind: str = "report"
    mapping_id: int | None = None


def hand_in(actor: Actor, file: UploadedFile, facts: UploadFacts) -> ScanUpload:
    """Keeps a report apart and looks at it, at once or by a worker. Raises InputError, RuleError."""
    require_upload(actor, facts.engagement)
    try:
        parse_port_ranges(facts.port_ranges)
    except ValueError as fault:
        reason = "「22,80,8000-8100」のように、１から65535までの番号を入力してください。"
        raise InputError(Refusal("bad_ports", reason, Place(column="検査したポート"))) from fault
    sha256, stored = keep_apart(actor, file, STORAGE, FOLDER)
    with transaction.atomic():
        upload = ScanUpload.objects.create(
            municipality_id=actor.municipality_id,
            kind=facts.kind,
            mapping_id=facts.mapping_id,
            fiscal_year=facts.fiscal_year,
            network_zone=facts.zone,
            engagement=facts.engagement,
            scanned_at=facts.scanned_at,
            is_whole=facts.is_whole,
            port_ranges=facts.port_ranges,
            name=str(file.name)[-255:],
            sha256=sha256,
            size=file.size or 0,
            stored_name=stored,
            uploaded_by_id=actor.account_id,
            uploaded_at=timezone.now(),
        )
        record(actor, "upload", "scan_upload", str(upload.pk), {}, {"sha256": upload.sha256, "name": upload.name})
    carry_out(actor, upload, ("waiting", "reading"), look_at, process_upload)
    return upload


def state_facts(
    actor: Actor, upload: ScanUpload, stated: dict[str, dict[str, str]], mapping_id: int | None = None
) -> None:
    """What an upload does not say itself, said by a person; then it is looked at. Raises RuleError when it moved on."""
    require_upload(actor, upload.engagement)
    with transaction.atomic():
        rows = ScanUpload.objects.filter(pk=upload.pk, state__in=("waiting", "read", "failed"))
        kind = "table" if mapping_id is not None else upload.kind
        said = {**upload.stated, **stated}
        if not rows.update(state="waiting", stated=said, mapping_id=mapping_id, kind=kind, told={}, reason_ja=""):
            raise RuleError("upload_moved", "この報告書は、ほかの人が先に進めました。画面を開き直してください。")
        record(actor, "edit", "scan_upload", str(upload.pk), {}, {"stated": said, "mapping": mapping_id})
    upload.refresh_from_db()
    carry_out(actor, upload, ("waiting", "reading"), look_at, process_upload)


def apply_upload(actor: Actor, upload: ScanUpload) -> None:
    """Takes a report over that was looked at. Raises RuleError when it was not, or somebody was faster."""
    require_upload(actor, upload.engagement)
    carry_out(actor, upload, ("read", "applying"), take_over, process_upload)


def cancel_upload(actor: Actor, upload: ScanUpload) -> None:
    """Puts a report away that does not count. Raises RuleError when it does already, or is being taken over."""
    require_upload(actor, upload.engagement)
    put_away(actor, upload, STORAGE, "scan_upload")


def look_at(actor: Actor, upload: ScanUpload, tell: Tell | None = None) -> None:
    """What taking the report over would change; the same act, and all of it taken back."""

    def looked(reports: list[Reading]) -> list[dict[str, object]]:
        outlines = [outline_of(one.read(), tell) for one in reports]
        with transaction.atomic():
            told = [told_of(one) for one in _take_all(actor, upload, reports, outlines)]
            transaction.set_rollback(True)
        return told

    told = _with_reports(upload, looked)
    if told is not None:
        ScanUpload.objects.filter(pk=upload.pk, state="reading").update(state="read", told={"reports": told})


def take_over(actor: Actor, upload: ScanUpload, tell: Tell | None = None) -> None:
    """Takes the report over: the scan, the original and the marks in the trail, or nothing."""

    def taken(reports: list[Reading]) -> list[dict[str, object]]:
        outlines = [outline_of(one.read(), tell) for one in reports]
        with transaction.atomic():
            found = _take_all(actor, upload, reports, outlines)
            with storages[STORAGE].open(upload.stored_name) as stream:
                store_stream(found[0].scan.source_file, stream)
            told = [told_of(one) for one in found]
            ScanUpload.objects.filter(pk=upload.pk).update(state="applied", told={"reports": told})
        return told

    if _with_reports(upload, taken) is not None:
        # Within the one transaction of a step that is done at once, the bytes go only when all of it stays.
        transaction.on_commit(partial(storages[STORAGE].delete, upload.stored_name))


def _take_all(actor: Actor, upload: ScanUpload, reports: list[Reading], outlines: list[Outline]) -> list[Taken]:
    with storages[STORAGE].open(upload.stored_name) as stream:
        file = keep_stream(actor.municipality_id, "scan", upload.name, upload.sha256, stream)
    facts = partial(
        ScanFacts,
        upload.fiscal_year,
        upload.network_zone,
        engagement=upload.engagement,
        scanned_at=upload.scanned_at,
        port_ranges=upload.port_ranges,
    )
    return [
        take_scan(
            actor,
            facts(
                report_name=one.name,
                is_whole=upload.is_whole and one.is_whole,
                advisory_days=one.advisory_days,
                warnings=one.warnings,
            ),
            outline,
            one.read,
            file,
        )
        for one, outline in zip(reports, outlines, strict=True)
    ]


def _with_reports(upload: ScanUpload, act: Callable[[list[Reading]], Made]) -> Made | None:
    """Does something with the reports of an upload; what is refused is kept with it, for the person."""
    try:
        with readings(upload) as reports:
            return act(reports)
    except NotSaidYet as more:
        ScanUpload.objects.filter(pk=upload.pk).update(state="waiting", told=more.asked)
    except KansaError as fault:
        ScanUpload.objects.filter(pk=upload.pk).update(state="failed", reason_ja=str(fault))
    return None


def told_of(taken: Taken) -> dict[str, object]:
    """What a scan changes, as it is kept with its upload."""
    scan = taken.scan
    return {
        **taken.told,
        "scan": scan.pk,
        "name": scan.report_name,
        "tool": scan.tool_ja,
        "policy": scan.policy,
        "day": timezone.localtime(scan.scanned_at).date().isoformat(),
        "item_count": scan.item_count,
        "repeated_count": scan.repeated_count,
        "advisory_days": scan.advisory_days,
        "unread": scan.unread[:20],
        "unread_count": scan.unread_count,
        "warnings": [[one.code, one.reason_ja] for one in taken.warnings],
    }


@task(takes_context=True)
def process_upload(
    context: TaskContext, municipality_id: int, upload_id: int, account_id: int = 0
) -> dict[str, object]:
    """Looks at a large report or takes it over; repeated, it does what is still to be done."""
    assert isinstance(context, JobContext)
    upload = ScanUpload.objects.filter(municipality_id=municipality_id, pk=upload_id).first()
    actor = acting_for(upload, account_id) if upload is not None else None
    if upload is None or actor is None or upload.state not in ("reading", "applying"):
        return {}
    act = look_at if upload.state == "reading" else take_over
    # Nobody sees progress from inside the one transaction of writing, so what is told is the reading before it.
    act(actor, upload, lambda count: _told(context, count))
    return {"upload": upload_id}


def _told(context: JobContext, count: int) -> None:
    context.tell(count, 0, f"{count:,}件を読みました。読み終わると、まとめて照合します。")
