"""How is a job carried out? Claimed, run with a heartbeat beside it, finished under the fence, one after another."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import close_old_connections, connection
from django.utils import timezone
from django_tasks.base import Task, TaskContext

from kansa.apps.jobs.actions.enqueuing import enqueue, task_result
from kansa.apps.jobs.actions.leases import (
    LEASE_SECONDS,
    Claim,
    claim,
    fail,
    finish,
    forget_finished,
    renew,
    tell,
)
from kansa.apps.jobs.models import Job
from kansa.core.errors import KansaError

POLL_SECONDS = 0.5
TELL_SECONDS = 0.5
log = logging.getLogger("kansa.jobs")

Tasks = Mapping[str, Task[Any, Any]]


@dataclass(frozen=True, slots=True)
class Schedule:
    """Work by the clock: every `seconds`, in whole periods since the epoch, once for each municipality."""

    name: str
    task: Task[Any, Any]
    seconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext(TaskContext):
    """What a job gets as its first argument: a way to tell how far it is, and to hear that it should stop."""

    held: Claim
    told: dict[str, float] = field(default_factory=dict)

    def tell(self, done_count: int, total_count: int, progress_ja: str) -> bool:
        """Notes the progress, at most twice a second; True when the job was asked to stop."""
        now = time.monotonic()
        if now - self.told.get("at", -TELL_SECONDS) < TELL_SECONDS:
            return bool(self.told.get("stop"))
        self.told["at"] = now
        self.told["stop"] = float(tell(self.held, done_count, total_count, progress_ja))
        return bool(self.told["stop"])


def worker_name() -> str:
    """A name that no other worker has."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{uuid.uuid4().hex[:8]}"


def work_one(tasks: Tasks, worker: str, *, beats: bool = True, lease_seconds: int = LEASE_SECONDS) -> bool:
    """Does the job that is due longest; False when none is. `beats=False`: no second connection (in a transaction)."""
    held = claim(worker, lease_seconds)
    if held is None:
        return False
    task = tasks.get(held.task)
    if task is None:
        fail(held, "unknown_task", "この版の kansa では実行できない処理です。", may_repeat=False)
        return True
    context = JobContext(task_result=task_result(task, Job.objects.get(pk=held.pk)), held=held)
    with _heartbeat(held, lease_seconds) if beats else contextlib.nullcontext():
        _run(task, context)
    return True


def _run(task: Task[Any, Any], context: JobContext) -> None:
    held = context.held
    try:
        result = task.call(context, **held.arguments)
    except KansaError as refusal:
        fail(held, type(refusal).__name__, str(refusal), may_repeat=False)
    except Exception as fault:  # noqa: BLE001 (a defect or a passing trouble: tried again, then a person sees it)
        # Only where it happened: the text of a fault may hold a person's data.
        log.error("job %s (%s), attempt %s: %s", held.pk, held.task, held.attempt, _where(fault))
        fail(held, type(fault).__name__, "処理中に問題が起きました。", may_repeat=True)
    else:
        if not finish(held, result):
            log.warning("job %s (%s): the lease was lost before the end", held.pk, held.task)


def _where(fault: BaseException) -> str:
    frame = fault.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_name}:{frame.tb_lineno}" if frame is not None else "?"
    return f"{type(fault).__name__} in {place}"


@contextlib.contextmanager
def _heartbeat(held: Claim, lease_seconds: int) -> Iterator[None]:
    """Renews the lease three times while it would last, from a thread with a connection of its own."""
    over = threading.Event()

    def beat() -> None:
        try:
            while not over.wait(lease_seconds / 3):
                if not renew(held, lease_seconds):
                    return
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{held.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def work_off(tasks: Tasks, *, beats: bool = True) -> int:
    """Does everything that is due now, and what that makes due; how many jobs."""
    worker, count = worker_name(), 0
    while work_one(tasks, worker, beats=beats):
        count += 1
    return count


def make_due(schedules: Mapping[str, Schedule], municipalities: list[int]) -> None:
    """Puts the work of this period into the table; its name makes many hosts safe, and a late start catches up once."""
    now = int(timezone.now().timestamp())
    for schedule in schedules.values():
        period = now - now % schedule.seconds
        for municipality_id in municipalities:
            name = f"{schedule.name}@{period}"
            if not Job.objects.filter(municipality_id=municipality_id, dedupe=name).exists():
                enqueue(schedule.task, municipality_id, {"municipality_id": municipality_id}, dedupe=name)


def work(
    tasks: Tasks,
    schedules: Mapping[str, Schedule],
    municipalities: Callable[[], list[int]],
    is_over: threading.Event,
    *,
    lease_seconds: int = LEASE_SECONDS,
) -> None:
    """Works until `is_over` is set; looks for due work twice a second and at the clock every half a minute."""
    worker, looked = worker_name(), 0.0
    while not is_over.is_set():
        try:
            if time.monotonic() - looked > 30 or not looked:
                looked = time.monotonic()
                make_due(schedules, municipalities())
                forget_finished(timezone.now())
            if work_one(tasks, worker, lease_seconds=lease_seconds):
                continue
        except Exception as fault:  # noqa: BLE001 (the database is away for a while: the worker outlives it)
            log.error("worker: %s", _where(fault))
            close_old_connections()
        is_over.wait(POLL_SECONDS)
    connection.close()
