"""How is the decision kept that says what may be printed of a year? Made by a job, when what it rests on changes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.jobs.actions import JobContext, enqueue
from kansa.apps.jobs.models import Job
from kansa.apps.people.actions import lock_municipality
from kansa.apps.self_inspection.models import KeptDecision, KeptGroup
from kansa.apps.self_inspection.queries import answer_table, checklist_of, deciding_job, years_counted
from kansa.apps.self_inspection.queries.decisions import MOST, count_sums, input_sha256, kept_decision
from kansa.apps.self_inspection.queries.results import year_head
from kansa.core.fiscal import era_year_ja
from kansa.core.publication import kept_groups, publish

AFTER_FAULT = timedelta(minutes=1)
AT_ONCE = 200  # rows of one insert; each holds the numbers of a whole group


def forget_decisions(municipality_id: int, checklist_ids: Collection[int]) -> None:
    """Takes away what was decided from counts that are being written anew, and asks for it again.

    In the transaction of whoever writes them.
    """
    KeptDecision.objects.filter(municipality_id=municipality_id, checklist__in=checklist_ids).delete()
    enqueue(decide_results, municipality_id, {"municipality_id": municipality_id})


def ask_for_decision(municipality_id: int) -> None:
    """Sees to it that somebody decides: called where a page finds no decision. Nothing of the records is written.

    A job that is waiting is enough; after one that failed a minute passes.
    """
    standing = deciding_job(municipality_id)
    if standing is None or (standing.is_finished and not has_just_failed(standing)):
        enqueue(decide_results, municipality_id, {"municipality_id": municipality_id})


def has_just_failed(job: Job) -> bool:
    """Whether the job failed within the last minute."""
    return job.state == "failed" and job.finished_at is not None and job.finished_at > timezone.now() - AFTER_FAULT


@task(takes_context=True)
def decide_results(context: TaskContext, municipality_id: int) -> dict[str, object]:
    """Decides every counted year that is not decided as its numbers are now; doing it again finds nothing to do."""
    assert isinstance(context, JobContext)
    years = years_counted(municipality_id)
    decided = 0
    for place, fiscal_year in enumerate(years):
        context.tell(place, len(years), f"{era_year_ja(fiscal_year)}の結果を決めています")
        decided += decide_year(municipality_id, fiscal_year)
    return {"decided": decided}


def decide_year(municipality_id: int, fiscal_year: int) -> bool:
    """Decides a year and keeps it, unless it is kept; whether it was done.

    The decision is made outside a transaction, because it may take seconds. Where the numbers have changed meanwhile,
    nothing is kept: whoever changed them has asked anew.
    """
    head, sums = year_head(municipality_id, fiscal_year), count_sums(municipality_id, fiscal_year)
    sha = input_sha256(municipality_id, head, sums)
    if sums[0] > MOST or kept_decision(municipality_id, fiscal_year, sha) is not None:
        return False
    table = answer_table(municipality_id, fiscal_year)
    groups = list(kept_groups(publish(table), table))
    checklist = checklist_of(municipality_id, fiscal_year)
    with transaction.atomic():
        lock_municipality(municipality_id)
        if checklist is None or answer_table(municipality_id, fiscal_year) != table:
            return False
        KeptDecision.objects.filter(municipality_id=municipality_id, checklist=checklist).delete()
        kept = KeptDecision.objects.create(
            municipality_id=municipality_id, checklist=checklist, input_sha256=sha, decided_at=timezone.now()
        )
        KeptGroup.objects.bulk_create(
            (
                KeptGroup(
                    municipality_id=municipality_id,
                    decision=kept,
                    group=one.group,
                    respondent_count=one.respondent_count,
                    asked_count=one.asked_count,
                    states=one.states,
                    numbers=one.numbers,
                )
                for one in groups
            ),
            batch_size=AT_ONCE,
        )
    return True
