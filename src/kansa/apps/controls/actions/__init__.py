"""What lives here. Writes of a year's rules, scale and checklists: the imports, and the edits made on the screen.
Who comes here. The imports and the pages of the checklists.
May import. controls.models, controls.queries, people, trail, formats and core.
Must not. Hold a second set of rules: every edit of a checklist is planned as an import of the whole list.
To add one. An edit is one function in editing that turns the standing list into the wanted one.
"""

from kansa.apps.controls.actions.editing import (
    CHANGES,
    Holds,
    IsAsked,
    IsFrozen,
    ItemEdit,
    ListKey,
    add_items,
    copy_last_year,
    drop_item,
    edit_item,
    restore_item,
    take_over,
)
from kansa.apps.controls.actions.importing import plan_checklist, plan_guideline, plan_year
from kansa.apps.controls.actions.rules import RulesKey, change_rules, copy_rules
from kansa.apps.controls.actions.texts import change_texts

__all__ = [
    "CHANGES",
    "Holds",
    "IsAsked",
    "IsFrozen",
    "ItemEdit",
    "ListKey",
    "RulesKey",
    "add_items",
    "change_rules",
    "change_texts",
    "copy_last_year",
    "copy_rules",
    "drop_item",
    "edit_item",
    "plan_checklist",
    "plan_guideline",
    "plan_year",
    "restore_item",
    "take_over",
]
