"""Who may work on which job? Claimed for a while, renewed while it works, finished only by its holder.

At least once: a job whose worker died is taken up again when its lease is over, so a job can be repeated without harm.
A worker that lost its lease can no longer finish the job (the fence: worker and attempt have to match).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from kansa.apps.jobs.models import Job

LEASE_SECONDS = 30
ATTEMPTS = 4  # then it is left as failed, for a person to look at
FIRST_WAIT_SECONDS = 5  # doubled with each attempt
KEEP_DAYS = 30


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in the hands of a worker."""

    pk: int
    task: str
    arguments: dict[str, object]
    worker: str
    attempt: int


def _due(now: datetime) -> Q:
    return Q(state="queued", run_after__lte=now) | Q(state="running", lease_until__lt=now)


def claim(worker: str, lease_seconds: int = LEASE_SECONDS) -> Claim | None:
    """The job that is due longest, now held by `worker`; None when there is none.

    Looks without a lock first, so that an idle worker never takes the write lock of SQLite.
    """
    now = timezone.now()
    if not Job.objects.filter(_due(now)).exists():
        return None
    with transaction.atomic():
        rows = Job.objects.filter(_due(now)).order_by("run_after", "pk")
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(skip_locked=True)
        job = rows.first()
        if job is None:
            return None
        if job.attempts >= ATTEMPTS:
            _give_up(job, "worker_lost", "処理が途中で何度も止まったため、打ち切りました。")
            return None
        job.state, job.worker, job.attempts = "running", worker, job.attempts + 1
        job.lease_until = now + timedelta(seconds=lease_seconds)
        job.started_at = job.started_at or now
        job.save(update_fields=["state", "worker", "attempts", "lease_until", "started_at"])
    return Claim(job.pk, job.task, job.arguments, worker, job.attempts)


def _give_up(job: Job, fault: str, reason_ja: str) -> None:
    job.state, job.fault, job.reason_ja = "failed", fault, reason_ja
    job.finished_at, job.lease_until = timezone.now(), None
    job.save(update_fields=["state", "fault", "reason_ja", "finished_at", "lease_until"])


def _held(held: Claim) -> Q:
    return Q(pk=held.pk, state="running", worker=held.worker, attempts=held.attempt)


def renew(held: Claim, lease_seconds: int = LEASE_SECONDS) -> bool:
    """The lease from now on; False when the job is no longer this worker's."""
    until = timezone.now() + timedelta(seconds=lease_seconds)
    return Job.objects.filter(_held(held)).update(lease_until=until) == 1


def tell(held: Claim, done_count: int, total_count: int, progress_ja: str) -> bool:
    """Notes how far the job is; True when somebody asked it to stop."""
    Job.objects.filter(_held(held)).update(
        done_count=done_count, total_count=total_count, progress_ja=progress_ja[:200]
    )
    return Job.objects.filter(_held(held), wants_stop=True).exists()


def finish(held: Claim, result: object) -> bool:
    """The job is done, with `result` (JSON); False, and nothing noted, when the lease was lost."""
    return (
        Job.objects.filter(_held(held)).update(
            state="done", result=result, finished_at=timezone.now(), lease_until=None, fault="", reason_ja=""
        )
        == 1
    )


def fail(held: Claim, fault: str, reason_ja: str, may_repeat: bool) -> bool:
    """The attempt failed: tried again later, or left as failed. `fault` is a kind of fault, never its text."""
    if may_repeat and held.attempt < ATTEMPTS:
        wait = timedelta(seconds=FIRST_WAIT_SECONDS * 2 ** (held.attempt - 1))
        fields = {"state": "queued", "run_after": timezone.now() + wait, "lease_until": None}
    else:
        fields = {"state": "failed", "finished_at": timezone.now(), "lease_until": None}
    return Job.objects.filter(_held(held)).update(fault=fault[:200], reason_ja=reason_ja, **fields) == 1


def ask_to_stop(municipality_id: int, pk: int) -> bool:
    """Asks a waiting or running job to stop and keep what it has; False when it is over."""
    return (
        Job.objects.filter(municipality_id=municipality_id, pk=pk, state__in=("queued", "running")).update(
            wants_stop=True
        )
        == 1
    )


def forget_finished(now: datetime) -> int:
    """Deletes jobs that ended long ago; how many. What they did stands in the trail."""
    before = now - timedelta(days=KEEP_DAYS)
    return Job.objects.filter(state__in=("done", "failed"), finished_at__lt=before).delete()[0]
