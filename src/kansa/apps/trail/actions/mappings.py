"""How is it kept by a name which column of somebody's table is which, to read next year's table the same way?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from django.db import models, transaction
from django.utils import timezone

from kansa.apps.trail.actions.recording import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.folding import fold_prose

KEPT_KIND = "mapping"
M = TypeVar("M", bound=models.Model)


def keep_mapping(
    actor: Actor, table: type[M], name_ja: str, mapping: Mapping[str, object], told: Mapping[str, object]
) -> M:
    """Keeps a mapping in a table of mappings, in place of one of this name. Raises RuleError without a name.

    The table has municipality, name_ja, mapping, saved_by, saved_at; `told` is what the trail keeps.
    """
    require(actor, "import")
    name = " ".join(fold_prose(name_ja).split())[:100]
    if not name:
        raise RuleError("no_name", "対応表の名前を入力してください。")
    with transaction.atomic():
        saved, _is_new = table._default_manager.update_or_create(
            municipality_id=actor.municipality_id,
            name_ja=name,
            defaults={"mapping": dict(mapping), "saved_by": actor.name, "saved_at": timezone.now()},
        )
        record(actor, "save", KEPT_KIND, name, {}, dict(told))
    return saved
