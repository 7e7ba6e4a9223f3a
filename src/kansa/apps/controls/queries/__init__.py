"""What lives here. Reads of a year's rules and scale, of its checklists with their lineage, and of the guideline.
Who comes here. The pages and actions of controls, and every app above.
May import. controls.models, the queries of the apps below, and the pure packages.
Must not. Write.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.controls.queries.guideline import guideline_editions, guideline_items, guideline_numbers
from kansa.apps.controls.queries.items import (
    LineageLine,
    active_items,
    answering_of,
    asked_sha256,
    checklist_records,
    checklists,
    content_sha256,
    item_record,
    item_stamp,
    items_of,
    lineage_counts,
    lineage_view,
    used_items,
)
from kansa.apps.controls.queries.rules import (
    REPORT_TEXTS,
    StatedRules,
    as_mark,
    audit_rules,
    read_rule,
    report_settings,
    report_texts,
    scale_levels,
    stated_rules,
    system_names,
    texts_stamp,
    used_levels,
    year_rules,
    year_settings,
)

__all__ = [
    "REPORT_TEXTS",
    "LineageLine",
    "StatedRules",
    "active_items",
    "answering_of",
    "as_mark",
    "asked_sha256",
    "audit_rules",
    "checklist_records",
    "checklists",
    "content_sha256",
    "guideline_editions",
    "guideline_items",
    "guideline_numbers",
    "item_record",
    "item_stamp",
    "items_of",
    "lineage_counts",
    "lineage_view",
    "read_rule",
    "report_settings",
    "report_texts",
    "scale_levels",
    "stated_rules",
    "system_names",
    "texts_stamp",
    "used_items",
    "used_levels",
    "year_rules",
    "year_settings",
]
