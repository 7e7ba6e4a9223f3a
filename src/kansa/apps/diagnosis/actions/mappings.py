"""How is the mapping of a firm's table saved by its name, changed and put away?"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.models import TableMapping
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.scans.vendor_table import VendorMapping, mapping_from


def save_mapping(actor: Actor, mapping: VendorMapping, row: TableMapping | None = None) -> TableMapping:
    """Saves a mapping by its name. Raises InputError for one that cannot be used; RuleError when the name is taken."""
    # A firm makes mappings of its own tables; those that are there belong to the office.
    require(actor, "upload_scan" if row is None else "manage_diagnosis")
    data = mapping_from(mapping.as_data()).as_data()
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        same = TableMapping.objects.filter(municipality_id=actor.municipality_id, name=mapping.name).first()
        if same is not None and (row is None or same.pk != row.pk):
            raise RuleError(
                "mapping_known", f"「{mapping.name}」という列の対応は、もうあります。別の名前にしてください。"
            )
        before = dict(row.data) if row is not None else {}
        found = row or TableMapping(municipality_id=actor.municipality_id)
        found.name, found.data = mapping.name, data
        found.updated_by_id, found.updated_at = actor.account_id, timezone.now()
        found.version += 1
        found.save()
        record(actor, "edit" if row else "register", "table_mapping", str(found.pk), before, data)
    return found


def remove_mapping(actor: Actor, row: TableMapping) -> None:
    """Puts a mapping away; scans that were read by it stay. Raises RuleError when it is gone already."""
    require(actor, "manage_diagnosis")
    with transaction.atomic():
        if not TableMapping.objects.filter(pk=row.pk).delete()[0]:
            raise RuleError("mapping_gone", "この列の対応は、もうありません。")
        record(actor, "remove", "table_mapping", str(row.pk), dict(row.data), {})
