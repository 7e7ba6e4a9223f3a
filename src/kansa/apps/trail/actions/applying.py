"""How does a plan become rows? Whole or not at all, with the original bytes and one event, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import models, transaction

from kansa.apps.trail.actions.originals import RESTRICTED_KINDS, Upload, keep_originals
from kansa.apps.trail.actions.planning import ImportPlan
from kansa.apps.trail.actions.recording import record, require
from kansa.apps.trail.actions.rows import add_rows, change_rows, remove_rows
from kansa.apps.trail.models import SourceFile
from kansa.core.errors import InputError
from kansa.core.permission import Actor, import_verb


@dataclass(frozen=True, slots=True)
class ChangeSummary:
    """What an import did, in numbers of rows. `event` is its mark in the trail, None when nothing changed."""

    kind: str
    added: int
    changed: int
    unchanged: int
    removed: int
    event: int | None


@dataclass(frozen=True, slots=True)
class Typed:
    """A plan that was made on a page: who may do it, and what the trail keeps of it, as there is no file.

    `permission`: the verb of core.permission that the act needs. `object_kind`: "" for the plan's own kind.
    `files`: hash -> key of files imported earlier, whose rows only move. `before`: what `values` were.
    """

    permission: str
    verb: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)
    object_kind: str = ""
    files: Mapping[str, int] = field(default_factory=dict)
    before: Mapping[str, object] = field(default_factory=dict)


def apply_plan(actor: Actor, plan: ImportPlan, uploads: Sequence[Upload], typed: Typed | None = None) -> ChangeSummary:
    """Carries out the plan. The plan must have been made in the same transaction, so that nothing moved in between.

    Raises InputError with every refusal of the plan, RuleError when the actor may not import (or do what was typed).
    """
    require(actor, typed.permission if typed else import_verb(plan.kind))
    if plan.refusals:
        raise InputError(*plan.refusals)
    event = None
    if plan.added or plan.changed or plan.removed:
        with transaction.atomic():
            files = keep_originals(actor.municipality_id, plan.kind, uploads)
            numbers = {sha256: file.pk for sha256, file in files.items()} | dict(typed.files if typed else {})
            for table in reversed(plan.tables):
                remove_rows(table)
            for table in plan.tables:
                add_rows(actor.municipality_id, table, numbers)
                change_rows(table, numbers)
            if plan.finish is not None:
                plan.finish()
            for act in plan.acts:
                record(actor, act.verb, act.object_kind, act.object_key, {}, act.after)
            before, after = told(plan)
            if typed is not None:
                kind = typed.object_kind or plan.kind
                before, after = before | dict(typed.before), after | dict(typed.values)
                event = record(actor, typed.verb, kind, typed.key[:200], before, after).pk
            else:
                event = record(actor, "import", plan.kind, *imported_from(plan, uploads, files, before, after)).pk
    return ChangeSummary(plan.kind, plan.added, plan.changed, plan.unchanged, plan.removed, event)


def imported_from(
    plan: ImportPlan,
    uploads: Sequence[Upload],
    files: Mapping[str, SourceFile],
    before: dict[str, object],
    after: dict[str, object],
) -> tuple[str, dict[str, object], dict[str, object]]:
    """Key, before and after of an import from files: their names and hashes, and how long originals are kept."""
    after["files"] = [{"sha256": upload.sha256, "name": upload.name} for upload in uploads]
    if plan.kind in RESTRICTED_KINDS and uploads:
        after["originals"] = {
            "storage": "restricted",
            "keep_until": max(str(file.keep_until) for file in files.values()),
        }
    return ",".join(upload.sha256[:12] for upload in uploads)[:200], before, after


def told(plan: ImportPlan) -> tuple[dict[str, object], dict[str, object]]:
    """Before and after for the trail: numbers for every table; the old and new values that differ, without persons."""
    counts: dict[str, dict[str, int]] = {}
    old: list[dict[str, object]] = []
    new: list[dict[str, object]] = []
    for table in plan.tables:
        label = table.model._meta.label_lower
        counts[label] = dict(Counter(added=len(table.added), changed=len(table.changed), removed=len(table.removed)))
        if table.is_personal:
            continue
        for changed in table.changed:
            before = told_values(table.fields, changed.before)
            after = told_values(table.fields, changed.row.values)
            differing = [name for name in table.fields if before[name] != after[name]]
            old.append({"table": label, "id": changed.pk, "values": {name: before[name] for name in differing}})
            new.append({"table": label, "id": changed.pk, "values": {name: after[name] for name in differing}})
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
