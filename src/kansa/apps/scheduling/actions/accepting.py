"""How does a draft become the plan? Verified anew against what is true today, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from kansa.apps.people.queries import department_book
from kansa.apps.plan.models import PlanCell as PlanRow
from kansa.apps.scheduling.actions.breaking import refuse_breaches
from kansa.apps.scheduling.actions.rules import lap_for_change
from kansa.apps.scheduling.models import Draft, Lap
from kansa.apps.scheduling.queries import LapFrame, draft_cells, draft_task, first_open_year, rotation_task
from kansa.apps.trail.actions import ImportPlan, Row, Typed, apply_plan, compare_table, record, require
from kansa.core.errors import InputError, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.values import PlanCell, RotationTask

CELL_FIELDS = ("fiscal_year", "department", "stream")


def write_cells(actor: Actor, task: RotationTask, cells: Iterable[PlanCell], typed: Typed) -> None:
    """The plan of the open years, as it should stand; earlier years are not touched. In a transaction."""
    book = department_book(actor.municipality_id)
    first, last = task.open_from or task.rules.years[0], task.rules.years[-1]
    rows = []
    for cell in cells:
        if cell.fiscal_year < first:
            continue
        department = book.find(cell.department_code, cell.fiscal_year)
        if department is None:
            raise InputError(Refusal("unknown_department", book.unknown_ja(cell.department_code, cell.fiscal_year)))
        rows.append(Row((cell.fiscal_year, department, cell.stream)))
    standing = PlanRow.objects.filter(municipality_id=actor.municipality_id, fiscal_year__range=(first, last))
    table = compare_table(PlanRow, CELL_FIELDS, 3, rows, standing, remove=True)
    apply_plan(actor, ImportPlan("plan", (table,), table.refusals), (), typed)


def accept_draft(actor: Actor, frame: LapFrame, draft: Draft, reason_ja: str, this_year: int) -> None:
    """The draft becomes the plan. Raises RuleError for one without a plan or accepted before; InputError for breaches.

    The checker looks at it with today's organisation, rules and audits, not with those of the day it was computed.
    """
    require(actor, "manage_plan")
    with transaction.atomic():
        lap = Lap.objects.select_for_update().get(pk=lap_for_change(actor, frame).pk)
        held = Draft.objects.select_for_update().get(pk=draft.pk)
        if held.state not in ("ready", "infeasible") or not draft_cells(held):
            raise RuleError("not_ready", f"この計算の結果は「{held.state_ja}」のため、採用できません。")
        asked = draft_task(held)
        open_from = asked.open_from or frame.years[0]
        if open_from < first_open_year(actor.municipality_id, frame, this_year):
            raise RuleError("year_not_open", f"{open_from}年度の監査が既に始まっています。計算し直してください。")
        task = rotation_task(actor.municipality_id, frame, open_from)
        cells = draft_cells(held)
        broken = refuse_breaches(breaches(task, cells), reason_ja)
        values: dict[str, object] = {
            "draft": held.pk,
            "input_sha256": held.input_sha256,
            "objective": held.objective,
            "bound": held.bound,
            "solver": held.solver,
            "seed": held.seed,
            "reason_ja": reason_ja.strip(),
            "broken": [one.rule for one in broken],
        }
        write_cells(
            actor, task, cells, Typed("manage_plan", "accept_plan", str(frame.first_fiscal_year), values, "lap")
        )
        held.state, held.accepted_at = "accepted", timezone.now()
        held.accepted_by_ja, held.reason_ja = actor.name, reason_ja.strip()
        held.save(update_fields=["state", "accepted_at", "accepted_by_ja", "reason_ja"])
        record(actor, "accept_draft", "draft", str(held.pk), {}, values)
        Lap.objects.filter(pk=lap.pk).update(version=lap.version + 1)


def discard_draft(actor: Actor, draft: Draft) -> None:
    """The draft is not wanted; it stays readable. Raises RuleError for an accepted one."""
    require(actor, "manage_plan")
    with transaction.atomic():
        held = Draft.objects.select_for_update().get(pk=draft.pk)
        if held.state == "accepted":
            raise RuleError("accepted", "採用した計画は取りやめにできません。計算し直して採用してください。")
        before = held.state
        held.state = "discarded"
        held.save(update_fields=["state"])
        record(actor, "discard_draft", "draft", str(held.pk), {"state": before}, {"state": "discarded"})
