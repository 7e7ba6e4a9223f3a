"""What may be printed of a year? As it was decided and kept; of a small city decided while somebody looks (ADR 0042).

A kept decision counts as long as everything that it was made from is as it was. Counts are written by this app alone,
which takes a kept decision away in the same transaction; the rest (rules, items, departments, who was asked) is
compared at each look.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from json import dumps

from django.db.models import Count, Sum

from kansa.apps.jobs.models import Job
from kansa.apps.people.queries import successions
from kansa.apps.self_inspection.models import DepartmentTally, KeptDecision, KeptGroup, Tally
from kansa.apps.self_inspection.queries.campaigns import STREAM
from kansa.apps.self_inspection.queries.results import answer_table, year_head
from kansa.apps.self_inspection.queries.tallies import COUNTS, special_items
from kansa.core import publication
from kansa.core.errors import RuleError
from kansa.core.publication import AnswerTable, Publication, kept_publication, publish
from kansa.core.results import YearResults, results_beside

AT_ONCE = 8_000  # counts of a year that are decided while a person waits: about a third of a second
MOST = 400_000  # counts of a year that one decision is made about: 3,000 departments x 40 items, two GB and minutes
KEPT = 6  # decisions in the memory of this process; what they depend on is their key, so none is ever out of date


class NotDecided(RuleError):
    """The results of a large city are being decided and can be looked at in a moment; or it is too large for that."""

    def __init__(self, fiscal_year: int, count: int) -> None:
        self.fiscal_year, self.is_too_large = fiscal_year, count > MOST
        words = "結果のうち公表できる範囲を決めています。しばらくしてから開いてください。"
        too_large = (
            "所属と項目が多すぎるため、一つの団体としては公表できる範囲を決められません。"
            "団体ごとに分けて登録してください。"
        )
        super().__init__("not_decided", too_large if self.is_too_large else words)


def deciding_job(municipality_id: int) -> Job | None:
    """The job that decides or will decide; the latest one."""
    rows = Job.objects.filter(municipality_id=municipality_id, task__endswith=".decide_results")
    found: Job | None = rows.order_by("-pk").first()
    return found


def count_sums(municipality_id: int, fiscal_year: int) -> tuple[int, ...]:
    """How many counts the tally of a year has, and their sums; zeros for a year without one. Two queries."""
    keys = {"municipality_id": municipality_id}
    heads = DepartmentTally.objects.filter(**keys, checklist__fiscal_year=fiscal_year, checklist__stream=STREAM)
    people = heads.aggregate(groups=Count("pk"), people=Sum("respondent_count"))
    counts = Tally.objects.filter(**keys, department_tally__in=heads)
    sums = counts.aggregate(count=Count("pk"), **{name: Sum(name) for name in COUNTS})
    return tuple(int(one or 0) for one in (sums["count"], *people.values(), *(sums[name] for name in COUNTS)))


def input_sha256(municipality_id: int, head: AnswerTable, sums: tuple[int, ...]) -> str:
    """The hash of everything that a decision depends on. One query."""
    depends = {
        "decision": publication.VERSION,
        "k": head.k,
        "items": [item.code for item in head.items],
        "special": sorted(special_items(municipality_id, head.fiscal_year).items()),
        "departments": [(one.code, one.bureau_ja, one.kind) for one in head.departments],
        "roster": head.roster,
        "sums": sums,
    }
    return sha256(dumps(depends, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def kept_decision(municipality_id: int, fiscal_year: int, sha: str) -> KeptDecision | None:
    """What was decided from this input; None when nothing was."""
    rows = KeptDecision.objects.filter(
        municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream=STREAM
    )
    found: KeptDecision | None = rows.filter(input_sha256=sha).first()
    return found


@lru_cache(maxsize=KEPT)
def read_decision(municipality_id: int, pk: int, sha: str, head: AnswerTable) -> Publication:
    """The kept decision; `sha` is part of the key."""
    del sha
    rows = KeptGroup.objects.filter(municipality_id=municipality_id, decision=pk).order_by("pk")
    values = rows.values_list("group", "respondent_count", "asked_count", "states", "numbers")
    return kept_publication(head, [publication.KeptGroup(*row) for row in values])


@lru_cache(maxsize=KEPT)
def decided_here(table: AnswerTable) -> Publication:
    """The decision about a small city; a second look at the same numbers costs nothing."""
    return publish(table)


def publication_of(municipality_id: int, fiscal_year: int) -> Publication:
    """What may be printed of a year. Raises NotDecided for a large city that nothing is kept of yet."""
    head = year_head(municipality_id, fiscal_year)
    sums = count_sums(municipality_id, fiscal_year)
    if not any(sums):
        return Publication(head, {})
    sha = input_sha256(municipality_id, head, sums)
    kept = kept_decision(municipality_id, fiscal_year, sha)
    if kept is not None:
        return read_decision(municipality_id, kept.pk, sha, head)
    if sums[0] > AT_ONCE:
        raise NotDecided(fiscal_year, sums[0])
    return decided_here(answer_table(municipality_id, fiscal_year))


def results_of(municipality_id: int, fiscal_year: int) -> YearResults:
    """The results of a year, whether it was asked with kansa or only imported. Raises NotDecided."""
    this, prior = (publication_of(municipality_id, year) for year in (fiscal_year, fiscal_year - 1))
    return results_beside(this, prior, successions(municipality_id, fiscal_year - 1, fiscal_year))
