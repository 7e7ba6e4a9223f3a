"""Which network zones does a municipality have, and how open is each by default? The usual ones until it says so."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import ProtectedError

from kansa.apps.diagnosis.models import NetworkZone
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.formats.folding import matching_key
from kansa.formats.words import ZONES

USUAL_EXPOSURE = "controlled"


@dataclass(frozen=True, slots=True)
class ZoneFacts:
    """What a person says of a zone. `exposure`: see NetworkZone."""

    name_ja: str
    position: int
    exposure: str
    exposure_reason_ja: str


def zones_of(municipality_id: int) -> dict[str, NetworkZone]:
    """Code -> zone; those of the guideline are put in when there is none yet. Inside the transaction of an act."""
    found = {zone.code: zone for zone in NetworkZone.objects.filter(municipality_id=municipality_id)}
    if not found:
        rows = [
            NetworkZone(municipality_id=municipality_id, code=code, name_ja=name_ja, position=position)
            for position, (code, name_ja) in enumerate(ZONES.ja.items(), 1)
        ]
        found = {zone.code: zone for zone in NetworkZone.objects.bulk_create(rows)}
    return found


def save_zone(actor: Actor, facts: ZoneFacts, zone: NetworkZone | None = None) -> NetworkZone:
    """Adds a zone or changes one. Raises InputError: no reason for an unusual exposure; RuleError: the name is taken.

    A zone that reaches nothing outside is not "small" by that alone (SSVC): a reason is asked for.
    """
    require(actor, "manage_diagnosis")
    if facts.exposure != USUAL_EXPOSURE and not facts.exposure_reason_ja:
        reason = "既定と違う露出にする理由を書いてください。外と通信しないことだけでは「限られる」になりません。"
        raise InputError(Refusal("no_exposure_reason", reason, Place(column="理由")))
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        known = zones_of(actor.municipality_id)
        wanted = matching_key(facts.name_ja)
        same = next((one for one in known.values() if matching_key(one.name_ja) == wanted), None)
        if same is not None and (zone is None or same.pk != zone.pk):
            raise RuleError("zone_known", f"ネットワーク領域「{facts.name_ja}」は、もうあります。")
        before = _told(zone) if zone is not None else {}
        found = zone or NetworkZone(municipality_id=actor.municipality_id, code=_free_code(known))
        found.name_ja, found.position = facts.name_ja, facts.position
        found.exposure, found.exposure_reason_ja = facts.exposure, facts.exposure_reason_ja
        found.save()
        record(actor, "edit" if zone else "register", "network_zone", found.code, before, _told(found))
    return found


def _told(zone: NetworkZone) -> dict[str, object]:
    return {
        "name": zone.name_ja,
        "position": zone.position,
        "exposure": zone.exposure,
        "reason": zone.exposure_reason_ja,
    }


def _free_code(known: dict[str, NetworkZone]) -> str:
    number = len(known) + 1
    while f"zone_{number}" in known:
        number += 1
    return f"zone_{number}"


def remove_zone(actor: Actor, zone: NetworkZone) -> None:
    """Takes a zone out that nothing belongs to. Raises RuleError when an asset or a scan does."""
    require(actor, "manage_diagnosis")
    try:
        with transaction.atomic():
            record(actor, "remove", "network_zone", zone.code, _told(zone), {})
            zone.delete()
    except ProtectedError:
        reason = f"「{zone.name_ja}」には機器か診断があります。領域を移してから消してください。"
        raise RuleError("zone_in_use", reason) from None
