"""How does a computation begin, whatever it computes? A draft with its question, a job, and a mark in the trail."""

from __future__ import annotations

from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from kansa.apps.jobs.actions import enqueue
from kansa.apps.scheduling.models import Draft
from kansa.apps.trail.actions import record
from kansa.core.permission import Actor


class Chosen(Protocol):
    """What a person chooses of every computation."""

    @property
    def keeps_changes_few(self) -> bool:
        """Each change of what was accepted weighs."""

    @property
    def seconds_limit(self) -> int:
        """When the search stops at the latest."""

    @property
    def seed(self) -> int:
        """Of the solver."""

    @property
    def title_ja(self) -> str:
        """The office's own note; "" for none."""


def new_draft(actor: Actor, kind: str, fiscal_year: int, chosen: Chosen, question: object, sha256: str) -> Draft:
    """An unsaved draft. `question`: as plain JSON; `sha256`: of its canonical form."""
    return Draft(
        municipality_id=actor.municipality_id,
        kind=kind,
        fiscal_year=fiscal_year,
        title_ja=chosen.title_ja.strip()[:100] or ("変更を少なく" if chosen.keeps_changes_few else "初めから"),
        question=question,
        input_sha256=sha256,
        seed=chosen.seed,
        seconds_limit=chosen.seconds_limit,
        made_by_ja=actor.name,
        made_at=timezone.now(),
    )


def saved(actor: Actor, draft: Draft, task: Task[Any, Any] | None = None) -> Draft:
    """The draft, saved with its mark in the trail; with `task` a worker will solve it."""
    with transaction.atomic():
        draft.save()
        if task is not None:
            arguments = {"municipality_id": actor.municipality_id, "draft_id": draft.pk}
            draft.job_id = enqueue(task, actor.municipality_id, arguments, actor_name=actor.name).pk
            draft.save(update_fields=["job_id"])
        told = {"input_sha256": draft.input_sha256, "seed": draft.seed, "seconds_limit": draft.seconds_limit}
        record(actor, "begin_draft", "draft", str(draft.pk), {}, told)
    return draft
