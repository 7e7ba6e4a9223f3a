"""How does a plan become rows? Whole or not at all, with the original bytes and one event, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import models, transaction

from kansa.apps.trail.actions.originals import RESTRICTED_KINDS, Upload, keep_originals
from kansa.apps.trail.actions.planning import ImportPlan, Row, TablePlan
from kansa.apps.trail.actions.recording import record, require
from kansa.apps.trail.models import SourceFile
from kansa.core.errors import InputError
from kansa.core.permission import Actor

SOURCE_FIELDS = ("source_file", "sheet", "row")
BATCH = 500


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What an import did, in numbers of rows. `event` is its mark in the trail, None when nothing changed."""

    kind: str
    added: int
    changed: int
    unchanged: int
    removed: int
    event: int | None


def apply_plan(actor: Actor, plan: ImportPlan, uploads: Sequence[Upload]) -> ChangeSummary:
    """Carries out the plan. The plan must have been made in the same transaction, so that nothing moved in between.

    Raises InputError with every refusal of the plan, RuleError when the actor may not import.
    """
    require(actor, "import")
    if plan.refusals:
        raise InputError(*plan.refusals)
    event = None
    if plan.added or plan.changed or plan.removed:
        with transaction.atomic():
            files = keep_originals(actor.municipality_id, plan.kind, uploads)
            for table in reversed(plan.tables):
                remove_rows(table)
            for table in plan.tables:
                add_rows(actor.municipality_id, table, files)
                change_rows(actor.municipality_id, table, files)
            if plan.finish is not None:
                plan.finish()
            before, after = told(plan)
            after["files"] = [{"sha256": upload.sha256, "name": upload.name} for upload in uploads]
            if plan.kind in RESTRICTED_KINDS and uploads:
                after["originals"] = {
                    "storage": "restricted",
                    "keep_until": max(str(file.keep_until) for file in files.values()),
                }
            key = ",".join(upload.sha256[:12] for upload in uploads)[:200]
            event = record(actor, "import", plan.kind, key, before, after).pk
    return ChangeSummary(plan.kind, plan.added, plan.changed, plan.unchanged, plan.removed, event)


def add_rows(municipality_id: int, table: TablePlan, files: Mapping[str, SourceFile]) -> None:
    """Writes the new rows in batches."""
    instances = [filled(municipality_id, table, row, files) for row in table.added]
    table.model._default_manager.bulk_create(instances, batch_size=None)


def change_rows(municipality_id: int, table: TablePlan, files: Mapping[str, SourceFile]) -> None:
    """Writes the new values and the new source of changed rows."""
    if not table.changed:
        return  # a table of keys alone has nothing that could change
    instances = []
    for changed in table.changed:
        instance = filled(municipality_id, table, changed.row, files)
        instance.pk = changed.pk
        instances.append(instance)
    names = [*table.fields[table.key_count :], *(SOURCE_FIELDS if has_source(table.model) else ())]
    table.model._default_manager.bulk_update(instances, names, batch_size=BATCH)


def remove_rows(table: TablePlan) -> None:
    """Deletes the rows that go."""
    for start in range(0, len(table.removed), BATCH):
        keys = [row.pk for row in table.removed[start : start + BATCH]]
        table.model._default_manager.filter(pk__in=keys).delete()


def has_source(model: type[models.Model]) -> bool:
    """True when rows of the table say which file they come from."""
    return any(field.name == "source_file" for field in model._meta.get_fields())


def filled(municipality_id: int, table: TablePlan, row: Row, files: Mapping[str, SourceFile]) -> models.Model:
    """The model object of one row."""
    instance = row.instance if row.instance is not None else table.model()
    instance.municipality_id = municipality_id  # type: ignore[attr-defined]
    for name, value in zip(table.fields, row.values, strict=True):
        setattr(instance, name, value)
    if row.source is not None and has_source(table.model):
        instance.source_file = files.get(row.source.file_sha256)  # type: ignore[attr-defined]
        instance.sheet = row.source.sheet  # type: ignore[attr-defined]
        instance.row = row.source.row  # type: ignore[attr-defined]
    return instance


def told(plan: ImportPlan) -> tuple[dict[str, object], dict[str, object]]:
    """Before and after for the trail: numbers for every table; old and new values where they name no person."""
    counts: dict[str, dict[str, int]] = {}
    old: list[dict[str, object]] = []
    new: list[dict[str, object]] = []
    for table in plan.tables:
        label = table.model._meta.label_lower
        counts[label] = dict(Counter(added=len(table.added), changed=len(table.changed), removed=len(table.removed)))
        if table.is_personal:
            continue
        for changed in table.changed:
            old.append({"table": label, "id": changed.pk, "values": told_values(table.fields, changed.before)})
            new.append({"table": label, "id": changed.pk, "values": told_values(table.fields, changed.row.values)})
        for removed in table.removed:
            old.append({"table": label, "id": removed.pk, "values": told_values(table.fields, removed.before)})
    return {"rows": old}, {"counts": counts, "rows": new}


def told_values(fields: Sequence[str], values: Sequence[object]) -> dict[str, object]:
    """Values as JSON: a foreign key as its number, days and moments as ISO text."""
    result: dict[str, object] = {}
    for name, value in zip(fields, values, strict=True):
        if isinstance(value, models.Model):
            value = value.pk
        result[name] = value.isoformat() if isinstance(value, date | datetime) else value
    return result
