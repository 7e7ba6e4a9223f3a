"""Which work is waiting, who holds it until when, and what came of it?"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from typing import Self

from django.db import models

from kansa.core.permission import Actor

STATES_JA = {
    "queued": "待機中",
    "running": "実行中",
    "done": "完了",
    "failed": "失敗",
}


class JobQuerySet(models.QuerySet):
    """Jobs, those of the own municipality."""

    def visible_to(self, actor: Actor) -> Self:
        """Only the jobs of the actor's municipality."""
        return self.filter(municipality_id=actor.municipality_id)


class Job(models.Model):
    """One piece of background work. `arguments` hold keys of rows only, `fault` never a person's data.

    A worker holds it until `lease_until` and renews that while it works; whoever finds it later takes it up again.
    """

    municipality_id = models.IntegerField()
    task = models.CharField(max_length=200)  # module path of a function that config/jobs.py lists
    arguments = models.JSONField()
    state = models.CharField(max_length=10, default="queued")
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker = models.CharField(max_length=100, default="")
    attempts = models.IntegerField(default=0)
    dedupe = models.CharField(max_length=200, null=True)  # at most one job of this name, whatever its state
    wants_stop = models.BooleanField(default=False)
    done_count = models.IntegerField(default=0)
    total_count = models.IntegerField(default=0)  # 0: unknown
    progress_ja = models.CharField(max_length=200, default="")
    fault = models.CharField(max_length=200, default="")
    reason_ja = models.TextField(default="")
    result = models.JSONField(null=True)
    actor_name = models.CharField(max_length=100, default="")
    enqueued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality_id", "dedupe"], name="jobs_job_once"),
            models.CheckConstraint(condition=models.Q(state__in=STATES_JA), name="jobs_job_state"),
            models.CheckConstraint(
                condition=~models.Q(state="running") | models.Q(lease_until__isnull=False), name="jobs_job_lease"
            ),
        ]
        indexes = [models.Index(fields=["municipality_id", "state", "run_after"], name="jobs_job_due")]

    @property
    def state_ja(self) -> str:
        """The state in words."""
        return STATES_JA[self.state]

    @property
    def is_finished(self) -> bool:
        """Nothing more will happen to it."""
        return self.state in ("done", "failed")

    @property
    def percent(self) -> int | None:
        """How much is done, 0..100; None when the whole is not known."""
        return min(100, self.done_count * 100 // self.total_count) if self.total_count else None
