"""How is the organisation changed on a page? As records that go the way of an import, under the import's rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace

from django.db import transaction

from kansa.apps.people import models
from kansa.apps.people.actions.importing import lock_municipality, plan_departments
from kansa.apps.trail.actions import ChangeSummary, ImportOptions, ImportPlan, Typed, apply_plan, require
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor
from kansa.formats.readers.departments import record_faults
from kansa.formats.records import DepartmentRecord, Source

TYPED_IN = Source("", "", "", 0)


@dataclass(frozen=True, slots=True)
class NewDepartment:
    """What a person types of a department; its years follow from the change."""

    code: str
    name_ja: str
    bureau_ja: str
    kind: str


@dataclass(frozen=True, slots=True)
class OrganisationChange:
    """One change of the organisation. `verb`: add, correct, rename, merge, split, close; `key` for the trail."""

    verb: str
    key: str
    records: tuple[DepartmentRecord, ...]


def record_of(department: models.Department) -> DepartmentRecord:
    """A department as the record it would be imported from, what it came from included."""
    origins = list(department.origins.select_related("predecessor").order_by("predecessor__code"))
    return DepartmentRecord(
        department.code,
        department.name_ja,
        department.bureau_ja,
        department.kind,
        department.valid_from,
        department.valid_to,
        origins[0].kind if origins else "",
        tuple(one.predecessor.code for one in origins),
        TYPED_IN,
    )


def begun(
    new: NewDepartment, fiscal_year: int, succession: str = "", predecessors: Iterable[str] = ()
) -> DepartmentRecord:
    """A department that begins on 1 April of a fiscal year."""
    return DepartmentRecord(
        new.code.strip(),
        new.name_ja.strip(),
        new.bureau_ja.strip(),
        new.kind,
        fiscal_year,
        None,
        succession,
        tuple(predecessors),
        TYPED_IN,
    )


def addition(new: NewDepartment, fiscal_year: int) -> OrganisationChange:
    """A department that came from nowhere."""
    return OrganisationChange("add", new.code, (begun(new, fiscal_year),))


def correction(department: models.Department, new: NewDepartment) -> OrganisationChange:
    """Name, bureau or kind were wrong from the beginning: the row is put right, no succession. The code stays."""
    fixed = replace(record_of(department), name_ja=new.name_ja.strip(), bureau_ja=new.bureau_ja.strip(), kind=new.kind)
    return OrganisationChange("correct", department.code, (fixed,))


def ended(department: models.Department, last_year: int) -> DepartmentRecord:
    """A department that existed for the last time in `last_year`. Raises RuleError when it ended in another year."""
    if department.valid_to is not None and department.valid_to != last_year:
        ended_ja = era_year_ja(department.valid_to)
        raise RuleError("ended_already", f"課所等「{department.name_ja}」は、{ended_ja}で既に終わっています。")
    return replace(record_of(department), valid_to=last_year)


def renaming(department: models.Department, new: NewDepartment, fiscal_year: int) -> OrganisationChange:
    """From 1 April the department has another name, bureau or code; it stays the same department."""
    follower = begun(new, fiscal_year, "renamed", (department.code,))
    return OrganisationChange("rename", department.code, (ended(department, fiscal_year - 1), follower))


def merger(departments: Sequence[models.Department], new: NewDepartment, fiscal_year: int) -> OrganisationChange:
    """Departments become one."""
    codes = tuple(sorted(one.code for one in departments))
    gone = (ended(one, fiscal_year - 1) for one in departments)
    return OrganisationChange("merge", ",".join(codes), (*gone, begun(new, fiscal_year, "merged", codes)))


def division(
    department: models.Department, parts: Sequence[NewDepartment], fiscal_year: int, *, stays: bool
) -> OrganisationChange:
    """Parts become departments of their own; the old one goes, or `stays` without them."""
    made = tuple(begun(one, fiscal_year, "split", (department.code,)) for one in parts)
    old = () if stays else (ended(department, fiscal_year - 1),)
    return OrganisationChange("split", department.code, (*old, *made))


def closing(department: models.Department, last_year: int) -> OrganisationChange:
    """The department ends with nobody to stand for it."""
    return OrganisationChange("close", department.code, (ended(department, last_year),))


def plan_change(actor: Actor, change: OrganisationChange) -> ImportPlan:
    """What a change would do, with the refusals an imported list would get; nothing is written."""
    require(actor, "manage_organisation")
    faults = tuple(record_faults(change.records))
    if faults:
        return ImportPlan("departments", refusals=faults)
    return plan_departments(actor.municipality_id, change.records, ImportOptions())


def change_organisation(actor: Actor, change: OrganisationChange) -> ChangeSummary:
    """Carries a change out. Raises InputError with every refusal."""
    require(actor, "manage_organisation")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        plan = plan_change(actor, change)
        typed = [
            {name: value for name, value in asdict(one).items() if name != "source" and value not in ("", None, ())}
            for one in change.records
        ]
        return apply_plan(
            actor, plan, (), Typed("manage_organisation", change.verb, change.key[:200], {"departments": typed})
        )
