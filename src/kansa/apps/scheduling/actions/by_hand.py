"""How does a person change one department's cell? Checked like a computed plan; a broken rule needs a reason."""

from __future__ import annotations

from django.db import transaction

from kansa.apps.scheduling.actions.accepting import write_cells
from kansa.apps.scheduling.actions.breaking import refuse_breaches
from kansa.apps.scheduling.actions.rules import lap_for_change
from kansa.apps.scheduling.models import Lap
from kansa.apps.scheduling.queries import LapFrame, cells_of_lap, first_open_year, rotation_task
from kansa.apps.trail.actions import Typed, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.planning.rotation.checker import breaches
from kansa.planning.rotation.values import EXTERNAL, INTERNAL, Breach, PlanCell, RotationTask


def changed_cells(
    cells: tuple[PlanCell, ...], code: str, internal_year: int | None, external_years: tuple[int, ...], open_from: int
) -> tuple[PlanCell, ...]:
    """The plan with other years for one department; what lies before `open_from` stays."""
    kept = [one for one in cells if one.department_code != code or one.fiscal_year < open_from]
    new = [PlanCell(code, year, EXTERNAL) for year in external_years]
    if internal_year is not None:
        new.append(PlanCell(code, internal_year, INTERNAL))
    return tuple(sorted([*kept, *new], key=lambda one: (one.fiscal_year, one.department_code, one.stream)))


def new_breaches(task: RotationTask, before: tuple[PlanCell, ...], after: tuple[PlanCell, ...]) -> tuple[Breach, ...]:
    """The rules that the change breaks and that were not broken before."""
    standing = set(breaches(task, before))
    return tuple(one for one in breaches(task, after) if one not in standing)


def set_cell(
    actor: Actor,
    frame: LapFrame,
    version: int,
    code: str,
    internal_year: int | None,
    external_years: tuple[int, ...],
    reason_ja: str,
    this_year: int,
) -> tuple[Breach, ...]:
    """Moves one department; gives the rules that were broken with a reason.

    Raises InputError for a year that is not open or a broken rule without a reason; RuleError when somebody changed
    the plan meanwhile.
    """
    require(actor, "manage_plan")
    open_from = first_open_year(actor.municipality_id, frame, this_year)
    chosen = [year for year in (internal_year, *external_years) if year is not None]
    wrong = [year for year in chosen if year not in frame.years or year < open_from]
    if wrong:
        reason = f"{era_year_ja(wrong[0])}の計画は、もう変えられません。"
        raise InputError(Refusal("year_not_open", reason, Place(column="内部監査の年度")))
    with transaction.atomic():
        lap = Lap.objects.select_for_update().get(pk=lap_for_change(actor, frame).pk)
        if lap.version != version:
            reason = "この画面を開いたあとに、ほかの人が計画を変更しました。今の計画を確かめてください。"
            raise RuleError("changed_meanwhile", reason)
        task = rotation_task(actor.municipality_id, frame, open_from)
        if code not in {one.code for one in task.departments}:
            raise RuleError("unknown_department", f"課所等「{code}」は、この巡の計画にありません。")
        before = cells_of_lap(actor.municipality_id, frame)
        after = changed_cells(before, code, internal_year, external_years, open_from)
        broken = refuse_breaches(new_breaches(task, before, after), reason_ja)
        values: dict[str, object] = {
            "department": code,
            "internal_year": internal_year,
            "external_years": list(external_years),
            "reason_ja": reason_ja.strip(),
            "broken": [one.rule for one in broken],
        }
        write_cells(actor, task, after, Typed("manage_plan", "set_cell", f"{frame.first_fiscal_year}/{code}", values))
        Lap.objects.filter(pk=lap.pk).update(version=lap.version + 1)
    return broken
