"""What may the office set about a weakness? Its kind, when the rules took it for another."""

from __future__ import annotations

from django.db import transaction

from kansa.apps.diagnosis.models import Weakness
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.core.weaknesses import KINDS


def set_kind(actor: Actor, weakness: Weakness, kind: str) -> None:
    """Sets the kind by hand; later scans leave it. Raises RuleError for an unknown one."""
    require(actor, "manage_diagnosis")
    if kind not in KINDS:
        raise RuleError("unknown_kind", f"「{kind}」という種類はありません。")
    with transaction.atomic():
        before = weakness.kind
        weakness.kind, weakness.is_kind_by_hand = kind, True
        weakness.save(update_fields=["kind", "is_kind_by_hand"])
        record(
            actor, "set_kind", "weakness", f"{weakness.tool} {weakness.rule}"[:200], {"kind": before}, {"kind": kind}
        )
