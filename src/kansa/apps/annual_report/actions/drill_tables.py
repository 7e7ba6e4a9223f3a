"""How does a firm's table of a drill done elsewhere become records, by a mapping that the office has looked at?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from kansa.apps.annual_report.actions.importing import ImportOutcome, at_most, plan_import, seen_fault
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Upload, apply_plan, require
from kansa.core.errors import Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.drill_tables import DrillMapping, MappedDrill, read_mapped
from kansa.formats.records import DrillRecord

KIND = "drill_table"
PLANNED_AS = "drill"


@dataclass(frozen=True, slots=True)
class DrillTableOutcome:
    """What an import of a firm's table did or would do, and what the mapping makes of the rows."""

    outcome: ImportOutcome
    records: tuple[DrillRecord, ...]


def import_drill_table(
    actor: Actor,
    uploads: Sequence[Upload],
    mapping: DrillMapping,
    options: ImportOptions,
    sent_at: datetime | None = None,
    *,
    apply: bool,
) -> DrillTableOutcome:
    """Reads the files by the mapping and imports them together, all or none; the same file again changes nothing.

    `sent_at`: when all mails were sent, for a table that does not say. Raises RuleError without a year or a drill.
    """
    require(actor, "import")
    if options.fiscal_year is None or not options.drill_code:
        raise RuleError("no_drill", "ほかで行った訓練のファイルには、年度と訓練コードの指定が必要です。")
    found = [
        read_mapped(one.data, one.name, options.fiscal_year, options.drill_code, mapping, sent_at) for one in uploads
    ]
    refusals = tuple(refusal for one in found for refusal in one.refusals)
    records = tuple(record for one in found for record in one.records)
    if not refusals and not records:
        refusals = (Refusal("empty_file", "表に受信者の行がありません。"),)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if refusals:
            plan = ImportPlan(PLANNED_AS, refusals=refusals)
        else:
            plan = plan_import(actor.municipality_id, PLANNED_AS, records, options)
            plan = replace(plan, warnings=(*told(found, records), *plan.warnings))
        plan = replace(plan, refusals=at_most(seen_fault(plan, options)))
        summary = apply_plan(actor, plan, uploads) if apply and not plan.refusals else None
    return DrillTableOutcome(ImportOutcome(plan, summary), records)


def told(found: Sequence[MappedDrill], records: Sequence[DrillRecord]) -> list[Refusal]:
    """What the office has to know although nothing stands against the import."""
    warnings = []
    skipped = sorted({sheet for one in found for sheet in one.skipped})
    if skipped:
        named = "、".join(f"「{sheet}」" for sheet in skipped)
        warnings.append(Refusal("sheet_skipped", f"シート{named}は、選んだ列がそろっていないため読みません。"))
    undated = sum(bool(one.undated) for one in records)
    if undated:
        reason = (
            f"{undated}人は、したことの時刻が表にありません。人数には入りますが、"
            "最初の報告までの時間や、最初のクリックより前の報告の数は算出しません。"
        )
        warnings.append(Refusal("undated_acts", reason))
    return warnings
