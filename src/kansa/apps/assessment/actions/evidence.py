"""How is a file kept as evidence, and how is it taken out of sight again?"""

from __future__ import annotations

from collections.abc import Sequence

from django.core.files.storage import storages
from django.db import transaction
from django.http import Http404
from django.utils import timezone

from kansa.apps.assessment.models import Evidence
from kansa.apps.assessment.queries.access import worksheet_for
from kansa.apps.assessment.queries.evidence import evidence_for, stored_name
from kansa.apps.assessment.queries.sheet import item_in
from kansa.apps.plan.queries import EngagementAccess
from kansa.apps.trail.actions import Upload, record, require
from kansa.apps.trail.actions.originals import write_once
from kansa.core.errors import InputError, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.evidence import EvidenceFile, inspect

MOST_FILES = 20  # in one go
LONGEST_NOTE = 2000
WRITES = {"auditor": "judgement", "auditee": "preliminary"}  # side -> what it edits


def writing_access(actor: Actor, fiscal_year: int, code: str, side: str) -> EngagementAccess:
    """The engagement, for a person of this side, while the side may write. Raises as engagement_for."""
    if side not in WRITES:
        raise Http404
    return worksheet_for(actor, fiscal_year, code, WRITES[side])


def inspected(uploads: Sequence[Upload]) -> list[EvidenceFile]:
    """What is kept of each file. Raises InputError with the reasons of all that are refused; then nothing is kept."""
    refusals: list[Refusal] = []
    found = []
    for upload in uploads:
        try:
            found.append(inspect(upload.data, upload.name))
        except InputError as fault:
            refusals += fault.refusals
    if refusals:
        raise InputError(*refusals)
    return found


def add_evidence(
    actor: Actor, fiscal_year: int, code: str, item_code: str, side: str, uploads: Sequence[Upload], note_ja: str
) -> list[Evidence]:
    """Keeps files about an item ("" = about the engagement as a whole), all or none.

    A file that already stands there is not kept twice. Raises InputError, RuleError, PermissionDenied, Http404.
    """
    require(actor, "read_engagements")
    engagement = writing_access(actor, fiscal_year, code, side).engagement
    if not uploads:
        raise RuleError("no_file", "ファイルを選んでください。")
    if len(uploads) > MOST_FILES:
        raise RuleError("too_many_files", f"一度に添付できるのは{MOST_FILES}個までです。")
    files = inspected(uploads)
    item = item_in(engagement, item_code) if item_code else None
    with transaction.atomic():
        place = {"municipality_id": engagement.municipality_id, "engagement": engagement, "item": item, "side": side}
        there = set(Evidence.objects.filter(**place, removed_at__isnull=True).values_list("stored_sha256", flat=True))
        kept = []
        for file in files:
            if file.stored_sha256 in there:
                continue
            there.add(file.stored_sha256)
            write_once(storages["restricted"], stored_name(engagement.municipality_id, file.stored_sha256), file.data)
            kept.append(
                Evidence(
                    **place,
                    name=file.name,
                    content_type=file.content_type,
                    is_inline=file.is_inline,
                    size=len(file.data),
                    stored_sha256=file.stored_sha256,
                    original_sha256=file.original_sha256,
                    note_ja=note_ja.strip()[:LONGEST_NOTE],
                    uploaded_by_id=actor.account_id,
                    uploaded_at=timezone.now(),
                )
            )
        for one in kept:
            one.save(force_insert=True)
        if kept:
            told: list[object] = [{"sha256": one.stored_sha256, "size": one.size, "side": side} for one in kept]
            record(actor, "add_evidence", "engagement", f"{fiscal_year}/{code}/{item_code}", {}, {"files": told})
    return kept


def remove_evidence(actor: Actor, fiscal_year: int, code: str, number: int) -> Evidence:
    """Marks a piece as removed; its row, bytes and hash stay. Only its own side, while that side may write."""
    require(actor, "read_engagements")
    with transaction.atomic():
        access, evidence = evidence_for(actor, fiscal_year, code, number)
        writing_access(actor, fiscal_year, code, evidence.side)
        del access
        if evidence.removed_at is None:
            evidence.removed_at, evidence.removed_by_id = timezone.now(), actor.account_id
            evidence.save(update_fields=["removed_at", "removed_by"])
            told: dict[str, object] = {"sha256": evidence.stored_sha256}
            record(actor, "remove_evidence", "engagement", f"{fiscal_year}/{code}", told, {"removed": True})
    return evidence
