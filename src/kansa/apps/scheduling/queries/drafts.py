"""Which plans were computed for a lap or a year, and what do they say?"""

from __future__ import annotations

from typing import Any

from django.http import Http404

from kansa.apps.jobs.models import Job
from kansa.apps.jobs.queries import job_of
from kansa.apps.scheduling.models import Draft
from kansa.core.permission import Actor
from kansa.document.frozen import from_plain
from kansa.planning.rotation.values import PlanCell, RotationTask

SHOWN = 20


def drafts_of(actor: Actor, kind: str, fiscal_year: int) -> list[Draft]:
    """The latest drafts, newest first."""
    rows = Draft.objects.visible_to(actor).filter(kind=kind, fiscal_year=fiscal_year)
    return list(rows.order_by("-made_at", "-pk")[:SHOWN])


def draft_of(actor: Actor, kind: str, fiscal_year: int, pk: int) -> Draft:
    """One draft. Raises Http404 for another municipality's, another year's."""
    found = Draft.objects.visible_to(actor).filter(kind=kind, fiscal_year=fiscal_year, pk=pk).first()
    if found is None:
        raise Http404(f"計算の結果{pk}はありません。")
    draft: Draft = found
    return draft


def job_of_draft(draft: Draft) -> tuple[Job | None, bool]:
    """Its job, and whether the computation broke off: the job failed, or is no longer known, and left no answer."""
    job = job_of(draft.municipality_id, draft.job_id) if draft.job_id else None
    return job, draft.state == "solving" and (job is None or job.state == "failed")


def draft_task(draft: Draft) -> RotationTask:
    """The question of a rotation draft, as it was asked."""
    task: Any = from_plain(RotationTask, draft.question)
    assert isinstance(task, RotationTask)
    return task


def draft_cells(draft: Draft) -> tuple[PlanCell, ...]:
    """The plan of a rotation draft; empty while there is none."""
    if draft.answer is None:
        return ()
    cells: Any = from_plain(tuple[PlanCell, ...], draft.answer["cells"])
    assert isinstance(cells, tuple)
    return cells
