"""How does a department decide in Excel: its list handed out, looked at when it comes back, taken over as a whole?

Nothing changes by a look. Taking over is the same reading again, and each row becomes a proposal as if it were typed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.actions.decisions import Option, Weighed, propose, weighing_faults
from kansa.apps.diagnosis.models import Decision
from kansa.apps.diagnosis.queries.measure_lists import SHEET_KEY, entries_of, list_lines, list_plan
from kansa.apps.diagnosis.queries.measure_rights import may_propose
from kansa.apps.diagnosis.queries.measures import MeasureLine
from kansa.apps.people.actions import lock_municipality
from kansa.apps.people.models import Department
from kansa.apps.trail.actions import Upload, keep_originals, record, require
from kansa.apps.trail.queries import derived_key
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.measures import TREATMENTS_JA
from kansa.core.permission import Actor
from kansa.formats.measure_sheets import ENTRIES, FilledMeasure, FilledSheet, read_measure_sheet, write_measure_sheet
from kansa.formats.measure_sheets.layout import SHEET

FILE_KIND = "measure_list"


@dataclass(frozen=True, slots=True)
class ListChange:
    """What one row of a list would propose."""

    line: MeasureLine
    row: FilledMeasure
    weighed: Weighed

    @property
    def treatment_ja(self) -> str:
        """The treatment in words."""
        return TREATMENTS_JA.get(self.weighed.treatment, "－")


@dataclass(frozen=True, slots=True)
class ListLook:
    """What a list would change; with refusals nothing of it can be taken over."""

    changes: tuple[ListChange, ...] = ()
    same_count: int = 0
    blank_count: int = 0
    refusals: tuple[Refusal, ...] = ()


def check_may_list(actor: Actor, department: Department) -> None:
    """Raises RuleError for whoever neither belongs to the department nor to the office."""
    require(actor, "read_diagnosis")
    if department.municipality_id != actor.municipality_id or not may_propose(actor, department.pk):
        raise RuleError("not_allowed", "この所管課の一覧を扱う権限がありません。")


def make_list(actor: Actor, department: Department) -> bytes:
    """The list of a department as Excel bytes; that it was handed out is told to the trail."""
    check_may_list(actor, department)
    with transaction.atomic():
        plan = list_plan(actor, department, timezone.localdate())
        told = {"department": department.code, "measures": len(plan.rows), "vulnerabilities": len(plan.details)}
        record(actor, "export", "measure_list", department.code, {}, told)
    return write_measure_sheet(plan, derived_key(SHEET_KEY))


def look_at_list(actor: Actor, department: Department, name: str, data: bytes) -> ListLook:
    """What a filled-in list would change. Raises RuleError for a stranger."""
    check_may_list(actor, department)
    key = derived_key(SHEET_KEY)
    sheet = read_measure_sheet(data, name, actor.municipality_id, department.pk, key)
    if sheet.refusals:
        return ListLook(refusals=sheet.refusals)
    return _looked(actor, department, name, sheet)


def _looked(actor: Actor, department: Department, name: str, sheet: FilledSheet) -> ListLook:
    lines = {one.measure.pk: one for one in list_lines(actor, department, timezone.localdate())}
    changes, refusals, same, blank = [], [], 0, 0
    for row in sheet.rows:
        line = lines.get(row.code)
        latest = line.latest if line else None
        place = Place(name, SHEET, row.row)
        if line is None or row.base != (latest.pk if latest else 0):
            if not row.is_blank:
                reason = "一覧を作った後に、この対策の決定が進みました。今の一覧をダウンロードし直してください。"
                refusals.append(Refusal("step_moved", reason, place))
        elif row.is_blank:
            blank += 1
        elif dict(row.values) == entries_of(line.shown):
            same += 1
        else:
            change = ListChange(line, row, weighed_of(line, row.values))
            refusals += _faults(change, place)
            changes.append(change)
    return ListLook(() if refusals else tuple(changes), same, blank, tuple(refusals))


def _faults(change: ListChange, place: Place) -> Iterator[Refusal]:
    assert change.line.proposed is not None  # a measure of the list has vulnerabilities
    for one in weighing_faults(change.weighed, change.line.proposed, timezone.localdate()):
        yield Refusal(one.code, one.reason_ja, Place(place.file, place.sheet, place.row, one.place.column))


def weighed_of(line: MeasureLine, values: Mapping[str, object]) -> Weighed:
    """A row as what was weighed: the condition as it was decided, else as it is proposed; the rest from the cells."""
    before: Decision | None = line.shown
    told = before.evidence if before else {}
    proposed = line.proposed.values() if line.proposed else {}
    treatment = str(values["treatment"])
    options = {code: Option(**way) for code, way in told.get("options", {}).items()}
    note = options[treatment].note_ja if treatment in options else ""
    given = {one.key: values[one.key] for one in ENTRIES if one.key in Weighed.__dataclass_fields__}
    return Weighed(
        **given,  # type: ignore[arg-type]
        inputs=told.get("inputs") or proposed,
        reasons=told.get("changed_because", {}),
        residual={**told.get("residual", {}), "exposure": str(values["residual_exposure"])},
        options={**options, treatment: Option(note, values["cost_once"], values["cost_yearly"])},  # type: ignore[arg-type]
        condition_ja=before.condition_ja if before else "",
        cost_note_ja=before.cost_note_ja if before else "",
        has_way_back={"yes": True, "no": False}.get(str(values["way_back"])),
    )


def take_list(actor: Actor, department: Department, name: str, data: bytes) -> int:
    """Takes a list over: every changed row is proposed, or nothing is. How many were.

    Raises InputError with every refusal; RuleError when nothing would change.
    """
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        look = look_at_list(actor, department, name, data)
        if look.refusals:
            raise InputError(*look.refusals)
        if not look.changes:
            raise RuleError("nothing_filled", "新しい記入がありません。何も変えていません。")
        keep_originals(actor.municipality_id, FILE_KIND, [Upload(name, data)])
        for one in look.changes:
            propose(actor, one.row.code, one.weighed, one.row.base)
        told = {"department": department.code, "measures": len(look.changes)}
        record(actor, "import", "measure_list", department.code, {}, told)
    return len(look.changes)
