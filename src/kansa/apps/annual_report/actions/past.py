"""How does a file of a past year become answers or a tally, by a mapping that the office has looked at?"""

from __future__ import annotations

from collections.abc import Mapping as Pairs
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from kansa.apps.annual_report.actions.importing import (
    ImportOutcome,
    at_most,
    frozen_warnings,
    plan_checklist_kept,
    seen_fault,
)
from kansa.apps.controls.queries import active_items, checklist_records
from kansa.apps.people.actions import lock_municipality
from kansa.apps.people.models import YEARS
from kansa.apps.self_inspection.actions import plan_past_answers, plan_past_counts
from kansa.apps.trail.actions import ChangeSummary, ImportOptions, ImportPlan, Typed, Upload, apply_plan, require
from kansa.core.errors import InputError, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.past_answers import Mapping, NewItem, PastAnswers, read_past_answers
from kansa.formats.records import ChecklistItemRecord, Source

STREAM = "self_inspection"
KIND = "past_answers"
DOMAIN_JA = "自己点検"


@dataclass(frozen=True, slots=True)
class PastOutcome:
    """What an import of a past year did or would do, and how many rows were left out as unfinished."""

    outcome: ImportOutcome
    unfinished: int
    row_count: int
    given: Pairs[str, int]  # yes, no, not_applicable, blank: what the mapping makes of the file, to be looked at


def import_past(
    actor: Actor,
    uploads: Sequence[Upload],
    mapping: Mapping,
    fiscal_year: int,
    *,
    apply: bool,
    seen: tuple[int, int, int, int] | None = None,
) -> PastOutcome:
    """Reads the files by the mapping and imports them together, all or none; the same file again changes nothing."""
    require(actor, "import")
    if not YEARS[0] <= fiscal_year <= YEARS[1]:
        raise RuleError("bad_year", f"{fiscal_year}年度は扱えません。")
    found = [read_past_answers(one.data, one.name, mapping, fiscal_year) for one in uploads]
    refusals = tuple(refusal for one in found for refusal in one.refusals)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        options = ImportOptions(fiscal_year, seen=seen)
        plan = ImportPlan(STREAM, refusals=refusals) if refusals else past_plan(actor, found, fiscal_year, options)
        plan = replace(plan, refusals=at_most(seen_fault(plan, options)))
        summary = apply_plan(actor, plan, uploads) if apply and not plan.refusals else None
    rows = sum(len(one.answers) + len(one.counts) for one in found)
    return PastOutcome(ImportOutcome(plan, summary), sum(one.unfinished for one in found), rows, given_counts(found))


def past_plan(actor: Actor, found: Sequence[PastAnswers], fiscal_year: int, options: ImportOptions) -> ImportPlan:
    """The plan of what the files hold."""
    answers = [record for one in found for record in one.answers]
    counts = [record for one in found for record in one.counts]
    if (fiscal_year, STREAM) not in active_items(actor.municipality_id, {fiscal_year}):
        reason = f"{fiscal_year}年度の自己点検の項目がありません。先に項目を作ってください。"
        return ImportPlan(STREAM, refusals=(Refusal("no_checklist", reason),))
    if counts:
        plan = plan_past_counts(actor.municipality_id, counts, options)
    else:
        plan = plan_past_answers(actor.municipality_id, answers, options)
    if plan.refusals:
        return plan
    return replace(plan, warnings=(*plan.warnings, *frozen_warnings(actor.municipality_id, answers[:1])))


def given_counts(found: Sequence[PastAnswers]) -> dict[str, int]:
    """How often each answer was given, over all rows and items."""
    total = dict.fromkeys(("yes", "no", "not_applicable", "blank", "level"), 0)
    for one in found:
        for record in one.answers:
            for _code, answer in record.answers:
                total[answer if answer in total else "level"] += 1
        for row in one.counts:
            total["yes"] += row.yes
            total["no"] += row.no
            total["not_applicable"] += row.not_applicable
            total["blank"] += row.blank or 0
    return total


def make_past_checklist(
    actor: Actor, fiscal_year: int, items: Sequence[NewItem], *, is_linked: bool
) -> tuple[ChangeSummary, int]:
    """A checklist of a past year from headings; with `is_linked` the next year's items refer to theirs.

    Returns what was made and how many items of the next year were linked. Raises InputError, RuleError.
    """
    require(actor, "import")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if (fiscal_year, STREAM) in active_items(actor.municipality_id, {fiscal_year}):
            raise RuleError("checklist_there", f"{fiscal_year}年度の自己点検の項目は既にあります。")
        if not items:
            raise RuleError("no_items", "項目にする列を一つ以上選んでください。")
        later = checklist_records(actor.municipality_id, fiscal_year + 1, STREAM)
        by_code = {one.code: one for one in later if one.lineage != "dropped"}
        records = [past_item(fiscal_year, one, by_code.get(one.later_code)) for one in items]
        made = applied(actor, records, "make_checklist", f"{fiscal_year}/{STREAM}")
        linked = linked_items(later, items) if is_linked else []
        if [one for one in linked if one not in later]:
            applied(actor, linked, "link_items", f"{fiscal_year + 1}/{STREAM}")
    return made, sum(one not in later for one in linked)


def applied(actor: Actor, records: Sequence[ChecklistItemRecord], verb: str, key: str) -> ChangeSummary:
    """Carries a checklist out as typed on a page. Raises InputError with what stands against it."""
    plan = plan_checklist_kept(actor.municipality_id, records, ImportOptions())
    if plan.refusals:
        raise InputError(*plan.refusals)
    return apply_plan(actor, plan, [], Typed("import", verb, key, {"items": len(records)}, "checklist"))


def past_item(fiscal_year: int, one: NewItem, later: ChecklistItemRecord | None) -> ChecklistItemRecord:
    """An item of a past year. Its lineage to the year before is not known, so it stands as added.

    What the next year's item says beside its words is taken over only when the words are the same.
    """
    source = Source("", "", "", 0)
    if later is not None and one.is_same:
        return replace(
            later,
            fiscal_year=fiscal_year,
            code=one.code,
            lineage="added",
            prior_code="",
            same_as_code="",
            is_editorial=False,
            source=source,
        )
    return ChecklistItemRecord(
        fiscal_year=fiscal_year,
        stream=STREAM,
        code=one.code,
        domain_ja=later.domain_ja if later else DOMAIN_JA,
        text_ja=one.text_ja,
        criteria_ja="",
        lineage="added",
        prior_code="",
        same_as_code="",
        is_editorial=False,
        policy_clause="",
        mic_number="",
        jis_number="",
        law_ja="",
        edition_ja="",
        source=source,
    )


def linked_items(later: Sequence[ChecklistItemRecord], items: Sequence[NewItem]) -> list[ChecklistItemRecord]:
    """The next year's items, those that came from nowhere now carried or revised from a past one."""
    before = {one.later_code: one for one in items if one.later_code}
    return [
        replace(one, lineage="carried" if before[one.code].is_same else "revised", prior_code=before[one.code].code)
        if one.lineage == "added" and not one.prior_code and one.code in before
        else one
        for one in later
    ]
