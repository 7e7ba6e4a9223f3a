"""What became of a job?"""

from __future__ import annotations

from kansa.apps.jobs.models import Job


def job_of(municipality_id: int, pk: int) -> Job | None:
    """The job of this municipality; None when there is none (any more)."""
    return Job.objects.filter(municipality_id=municipality_id, pk=pk).first()


def job_named(municipality_id: int, dedupe: str) -> Job | None:
    """The job that was enqueued under this name; None when there is none (any more)."""
    return Job.objects.filter(municipality_id=municipality_id, dedupe=dedupe).first()
