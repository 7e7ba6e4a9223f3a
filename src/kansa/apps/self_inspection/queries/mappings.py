"""Which mappings of past years' files were kept, and what do they say?"""

from __future__ import annotations

from django.db.models import QuerySet

from kansa.apps.self_inspection.models import SavedMapping
from kansa.core.permission import Actor
from kansa.formats.past_answers import Mapping, mapping_from_json


def saved_mappings(actor: Actor) -> QuerySet[SavedMapping]:
    """The kept mappings, by name."""
    return SavedMapping.objects.visible_to(actor).order_by("name_ja")


def mapping_named(actor: Actor, name_ja: str) -> Mapping | None:
    """A kept mapping; None when there is none of this name."""
    found = saved_mappings(actor).filter(name_ja=name_ja).first()
    return mapping_from_json(found.mapping) if found else None
