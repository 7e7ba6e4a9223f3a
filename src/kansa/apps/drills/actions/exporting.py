"""How is a drill handed on in GoPhish's shape? Only before closing, and with a mark in the trail."""

from __future__ import annotations

from django.db import transaction

from kansa.apps.drills.actions.locking import key_of, locked
from kansa.apps.drills.queries import gophish_people
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.writers.gophish import gophish_events, gophish_results

FILES = {"results": "results.csv", "events": "events.csv"}


def export_gophish(actor: Actor, campaign_id: int) -> dict[str, bytes]:
    """File name -> bytes: results and events of one drill, numbered alike. Raises RuleError once persons are erased."""
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if campaign.state == "closed":
            raise RuleError("drill_closed", "終了した訓練には人数しか残っていないため、書き出せません。")
        people = gophish_people(campaign)
        after: dict[str, object] = {"people": len(people), "format": "gophish"}
        record(actor, "export", "drill_campaign", key_of(campaign), {}, after)
    return {
        FILES["results"]: gophish_results(people),
        FILES["events"]: gophish_events(campaign.pk, people),
    }
