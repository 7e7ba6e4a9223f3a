"""How does work get into the table? The interface of django-tasks over our own rows, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskError, TaskResult, TaskResultStatus
from django_tasks.exceptions import TaskResultDoesNotExist

from kansa.apps.jobs.models import Job

STATUS = {
    "queued": TaskResultStatus.READY,
    "running": TaskResultStatus.RUNNING,
    "done": TaskResultStatus.SUCCESSFUL,
    "failed": TaskResultStatus.FAILED,
}


def enqueue(
    task: Task[Any, Any],
    municipality_id: int,
    arguments: Mapping[str, object],
    *,
    actor_name: str = "",
    run_after: datetime | None = None,
    dedupe: str | None = None,
) -> Job:
    """A job that waits; with `dedupe` the one that already has this name, whatever became of it."""
    now = timezone.now()
    fields = {
        "task": task.module_path,
        "arguments": dict(arguments),
        "run_after": run_after or now,
        "enqueued_at": now,
        "actor_name": actor_name,
    }
    if dedupe is None:
        return Job.objects.create(municipality_id=municipality_id, **fields)
    with transaction.atomic():
        return Job.objects.get_or_create(municipality_id=municipality_id, dedupe=dedupe, defaults=fields)[0]


class LeaseBackend(BaseTaskBackend):
    """What `task.enqueue(...)` calls. Jobs take keyword arguments only, `municipality_id` among them."""

    supports_defer = True
    supports_get_result = True

    def enqueue(self, task: Task[Any, Any], args: Sequence[object], kwargs: Mapping[str, object]) -> TaskResult[Any]:
        """Raises TypeError for positional arguments or without the municipality."""
        if args or not isinstance(kwargs.get("municipality_id"), int):
            raise TypeError("a job takes keyword arguments, municipality_id among them")
        self.validate_task(task)
        job = enqueue(task, int(str(kwargs["municipality_id"])), kwargs, run_after=task.run_after)
        return task_result(task, job)

    def get_result(self, result_id: str) -> TaskResult[Any]:
        """Raises TaskResultDoesNotExist."""
        job = Job.objects.filter(pk=int(result_id)).first() if result_id.isdigit() else None
        if job is None:
            raise TaskResultDoesNotExist(result_id)
        return task_result(import_string(job.task), job)


def task_result(task: Task[Any, Any], job: Job) -> TaskResult[Any]:
    """The row in the shape that django-tasks gives out."""
    result: TaskResult[Any] = TaskResult(
        task=task,
        id=str(job.pk),
        status=STATUS[job.state],
        enqueued_at=job.enqueued_at,
        started_at=job.started_at,
        last_attempted_at=job.started_at,
        finished_at=job.finished_at,
        args=[],
        kwargs=job.arguments,
        backend="default",
        errors=[TaskError(exception_class_path=job.fault, traceback="")] if job.fault else [],
        worker_ids=[job.worker] * job.attempts,
    )
    object.__setattr__(result, "_return_value", job.result)
    return result
