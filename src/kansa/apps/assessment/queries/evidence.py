"""Which piece of evidence may a person open, and where do its bytes lie?"""

from __future__ import annotations

from django.core.files.storage import storages
from django.http import Http404

from kansa.apps.assessment.models import Evidence
from kansa.apps.assessment.queries.access import may_read_judgements
from kansa.apps.plan.queries import EngagementAccess, engagement_for
from kansa.core.permission import Actor


def stored_name(municipality_id: int, sha256: str) -> str:
    """The name in the restricted storage; each content once in a municipality."""
    return f"{municipality_id}/evidence/{sha256[:2]}/{sha256}"


def evidence_for(actor: Actor, fiscal_year: int, code: str, number: int) -> tuple[EngagementAccess, Evidence]:
    """The engagement and one of its pieces. Raises Http404, also for the auditors' pieces while they still judge."""
    access = engagement_for(actor, fiscal_year, code)
    rows = Evidence.objects.filter(municipality_id=actor.municipality_id, engagement=access.engagement, pk=number)
    evidence = rows.first()
    if evidence is None or (evidence.side == "auditor" and not may_read_judgements(access)):
        raise Http404("この証拠は登録されていないか、見る権限がありません。")
    return access, evidence


def evidence_bytes(evidence: Evidence) -> bytes:
    """The stored bytes. Raises Http404 for a removed piece."""
    if evidence.removed_at is not None:
        raise Http404("この証拠は取り除かれています。")
    with storages["restricted"].open(stored_name(evidence.municipality_id, evidence.stored_sha256)) as stored:
        return bytes(stored.read())
