"""How does a file become rows? Read, planned, and applied whole or not at all; a dry run only lacks the end."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db import transaction

from kansa.apps.annual_report.actions.published import plan_published
from kansa.apps.annual_report.models import FrozenYear
from kansa.apps.assessment.actions import keep_wordings, plan_judgements, revised_wordings, wording_faults
from kansa.apps.assessment.queries import digest_of
from kansa.apps.controls.actions import plan_checklist, plan_guideline, plan_year
from kansa.apps.controls.queries import active_items
from kansa.apps.diagnosis.actions import plan_assets
from kansa.apps.drills.actions import plan_drill
from kansa.apps.findings.actions import plan_findings
from kansa.apps.people.actions import lock_municipality, plan_accounts, plan_departments, plan_staff
from kansa.apps.people.models import YEARS
from kansa.apps.plan.actions import plan_engagements, plan_plan, plan_training
from kansa.apps.self_inspection.actions import plan_self_inspection
from kansa.apps.self_inspection.queries import is_asked
from kansa.apps.trail.actions import (
    ChangeSummary,
    ImportOptions,
    ImportPlan,
    Upload,
    apply_plan,
    place_of,
    require,
)
from kansa.apps.trail.queries import WORKSHEET_KEY, derived_key
from kansa.core.errors import Place, Refusal, RuleError
from kansa.core.permission import Actor, import_verb
from kansa.formats.readers import READERS, read_gophish, read_simulation
from kansa.formats.records import (
    AccountRecord,
    ChecklistItemRecord,
    DepartmentRecord,
    GuidelineItemRecord,
    ReadResult,
    Record,
)
from kansa.formats.worksheets import read_worksheet

MOST_REFUSALS = 200
# Files of a drill carried out elsewhere: which year and drill they belong to is not in them.
FOREIGN_DRILLS = {
    "drill_gophish_results": read_gophish,
    "drill_gophish_events": read_gophish,
    "drill_simulation": read_simulation,
}
# Files of these kinds speak of several years, so the expected year is not asked of them.
MANY_YEARS = ("departments", "plan", "published")

Planner = Callable[[int, Sequence[Any], ImportOptions], ImportPlan]


def plan_checklist_kept(
    municipality_id: int, records: Sequence[ChecklistItemRecord], options: ImportOptions
) -> ImportPlan:
    """A checklist; the wordings of what was judged are kept, or refused where they may not change any more."""
    plan = plan_checklist(municipality_id, records, options)
    asked = {(one.fiscal_year, one.stream) for one in records}
    has_change = plan.added or plan.changed or plan.removed
    if has_change and any(is_asked(municipality_id, *key) for key in asked):
        reason = (
            "この項目での自己点検が承認されたか始まったため、変えられません。翌年度のチェックリストで見直してください。"
        )
        return replace(plan, refusals=(*plan.refusals, Refusal("items_asked", reason)))
    wordings = revised_wordings(plan)
    if not wordings:
        return plan
    years = {one.fiscal_year for one in records}
    frozen = FrozenYear.objects.filter(municipality_id=municipality_id, fiscal_year__in=years)
    faults = wording_faults(municipality_id, wordings, set(frozen.values_list("fiscal_year", flat=True)))
    return replace(plan, refusals=(*plan.refusals, *faults), finish=partial(keep_wordings, municipality_id, wordings))


KINDS: dict[str, Planner] = {
    "year": plan_year,
    "departments": plan_departments,
    "staff": plan_staff,
    "accounts": plan_accounts,
    "checklist": plan_checklist_kept,
    "guideline": plan_guideline,
    "plan": plan_plan,
    "engagements": plan_engagements,
    "judgements": plan_judgements,
    "worksheet": plan_judgements,
    "self_inspection": plan_self_inspection,
    "drill": plan_drill,
    "drill_gophish_results": plan_drill,
    "drill_gophish_events": plan_drill,
    "drill_simulation": plan_drill,
    "findings": plan_findings,
    "training": plan_training,
    "assets": plan_assets,
    "published": plan_published,
}


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What an import did or would do. `summary` is None unless it was applied."""

    plan: ImportPlan
    summary: ChangeSummary | None

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why nothing can be applied; empty when it can."""
        return self.plan.refusals

    @property
    def is_applied(self) -> bool:
        """Whether the rows are in the database now."""
        return self.summary is not None


@contextmanager
def without_collection() -> Iterator[None]:
    """No search for cyclic garbage meanwhile: an import makes many small values, none in a cycle (measured: 10 %)."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_upload(kind: str, upload: Upload, options: ImportOptions) -> ReadResult:
    """The records and refusals of one file. Raises RuleError for an unknown kind or a missing option."""
    if kind not in KINDS:
        raise RuleError("unknown_kind", f"「{kind}」という種類の取込みはありません。")
    if kind == "worksheet":
        return read_worksheet(upload.data, upload.name, derived_key(WORKSHEET_KEY))
    if kind in FOREIGN_DRILLS:
        if options.fiscal_year is None or not options.drill_code:
            raise RuleError("no_drill", "ほかで行った訓練のファイルには、年度と訓練コードの指定が必要です。")
        return FOREIGN_DRILLS[kind](upload.data, upload.name, options.fiscal_year, options.drill_code)
    return READERS[kind](upload.data, upload.name)


def year_faults(kind: str, records: Sequence[Record], options: ImportOptions) -> Iterator[Refusal]:
    """Records of a year that was not asked for, or of a year no calendar of an office has: once a file and year."""
    faults: dict[tuple[str, int], list[Record]] = {}
    for one in records:
        fiscal_year = getattr(one, "fiscal_year", None)
        if fiscal_year is None:
            continue
        is_other = options.fiscal_year not in (None, fiscal_year) and kind not in MANY_YEARS
        if is_other or not YEARS[0] <= fiscal_year <= YEARS[1]:
            faults.setdefault((one.source.file_sha256, fiscal_year), []).append(one)
    for (_file, fiscal_year), found in faults.items():
        more = f"（同じ年度の行がほかに{len(found) - 1}行あります）" if len(found) > 1 else ""
        place = place_of(found[0].source, "年度")
        if not YEARS[0] <= fiscal_year <= YEARS[1]:
            yield Refusal("bad_year", f"{fiscal_year}年度は扱えません。{more}", place)
        else:
            reason = f"{options.fiscal_year}年度として取り込もうとしましたが、ファイルには{fiscal_year}年度とあります。"
            yield Refusal("wrong_year", reason + more, place)


def frozen_warnings(municipality_id: int, records: Sequence[Record]) -> Iterator[Refusal]:
    """A frozen year may be corrected, but its report changes only with a new freeze."""
    told = [one for one in records if not isinstance(one, AccountRecord | DepartmentRecord | GuidelineItemRecord)]
    years = {one.fiscal_year for one in told}
    frozen = FrozenYear.objects.filter(municipality_id=municipality_id, fiscal_year__in=years)
    for fiscal_year in sorted(set(frozen.values_list("fiscal_year", flat=True))):
        reason = f"{fiscal_year}年度は凍結済みです。報告書に反映するには、理由を付けて改めて凍結してください。"
        yield Refusal("frozen_year", reason)


def plan_import(municipality_id: int, kind: str, records: Sequence[Record], options: ImportOptions) -> ImportPlan:
    """The plan of one kind of records, with the checks that all kinds share."""
    faults = tuple(year_faults(kind, records, options))
    if faults:
        return ImportPlan(kind, refusals=faults)
    plan = KINDS[kind](municipality_id, records, options)
    warnings = plan.warnings if plan.refusals else (*plan.warnings, *frozen_warnings(municipality_id, records))
    return replace(plan, kind=kind, warnings=warnings)


def edition_faults(municipality_id: int, uploads: Sequence[Upload], results: Sequence[ReadResult]) -> Iterator[Refusal]:
    """Worksheets written for another edition of the checklist than the one that is registered now."""
    metas = [(upload, result.meta) for upload, result in zip(uploads, results, strict=True) if result.meta is not None]
    if not metas:
        return
    lists = active_items(municipality_id, {meta.fiscal_year for _, meta in metas})
    digests = {key: digest_of(items.values()) for key, items in lists.items()}
    for upload, meta in metas:
        if digests.get((meta.fiscal_year, meta.stream)) != meta.checklist_sha256:
            reason = "この監査調書の書き出し後に、チェックリストが変わっています。書き出し直してください。"
            yield Refusal("checklist_changed", reason, Place(upload.name))


def seen_fault(plan: ImportPlan, options: ImportOptions) -> tuple[Refusal, ...]:
    """A refusal when the records moved on since the person was shown what would change."""
    if plan.refusals or options.seen is None or plan.numbers == options.seen:
        return plan.refusals
    reason = "確認の後に、ほかの人が記録を変えたため、変わる件数が違っています。もう一度、確認からやり直してください。"
    return (Refusal("changed_meanwhile", reason),)


def at_most(refusals: tuple[Refusal, ...]) -> tuple[Refusal, ...]:
    """The first refusals, and one that says how many more there are."""
    if len(refusals) <= MOST_REFUSALS:
        return refusals
    more = Refusal("more", f"ほかに{len(refusals) - MOST_REFUSALS}件あります。", Place())
    return (*refusals[:MOST_REFUSALS], more)


def import_records(
    actor: Actor,
    kind: str,
    records: Sequence[Record],
    uploads: Sequence[Upload],
    *,
    apply: bool,
    options: ImportOptions | None = None,
) -> ImportOutcome:
    """Plans records that were already read and, with `apply`, carries the plan out in the same transaction.

    A plan with refusals is never applied. Raises RuleError: not allowed, or the municipality is not registered.
    """
    require(actor, import_verb(kind))
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        options = options or ImportOptions()
        plan = plan_import(actor.municipality_id, kind, records, options)
        plan = replace(plan, refusals=at_most(seen_fault(plan, options)))
        summary = apply_plan(actor, plan, uploads) if apply and not plan.refusals else None
    return ImportOutcome(plan, summary)


@without_collection()
def import_files(
    actor: Actor, kind: str, uploads: Sequence[Upload], *, apply: bool, options: ImportOptions | None = None
) -> ImportOutcome:
    """Reads several files of one kind and imports them together, all or none.

    Refusals of any file refuse all of them. Raises RuleError as `import_records`, and for an unknown kind.
    """
    require(actor, import_verb(kind))
    options = options or ImportOptions()
    results = [read_upload(kind, upload, options) for upload in uploads]
    refusals = tuple(refusal for result in results for refusal in result.refusals)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        refusals = refusals or tuple(edition_faults(actor.municipality_id, uploads, results))
        if refusals:
            return ImportOutcome(ImportPlan(kind, refusals=at_most(refusals)), None)
        records = [record for result in results for record in result.records]
        return import_records(actor, kind, records, uploads, apply=apply, options=options)


def import_file(
    actor: Actor, kind: str, data: bytes, file_name: str, *, apply: bool, options: ImportOptions | None = None
) -> ImportOutcome:
    """Reads and imports one file; see `import_files`."""
    return import_files(actor, kind, [Upload(file_name, data)], apply=apply, options=options)
