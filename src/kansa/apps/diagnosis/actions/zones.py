"""Which network zones does a municipality have? The usual ones until it says otherwise."""

from __future__ import annotations

from kansa.apps.diagnosis.models import NetworkZone
from kansa.formats.words import ZONES


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
