"""Under which condition does the risk of a measure come true? The four inputs of SSVC as evidence proposes them.

Of many vulnerabilities and assets the most careful value counts, with the reason of the one that it comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kansa.apps.diagnosis.models import AssetYear, MeasureTarget
from kansa.apps.diagnosis.queries.clues import rows_in_force
from kansa.apps.diagnosis.queries.facts import cve_facts
from kansa.core.ssvc import (
    AUTOMATABLE_JA,
    EXPLOITATION_JA,
    EXPOSURE_JA,
    MISSION_JA,
    SAFETY_JA,
    Condition,
    Evidence,
    Proposal,
    human_impact,
    most_careful,
    priority,
    proposed_automatable,
    proposed_exploitation,
    proposed_exposure,
    proposed_impact,
)
from kansa.formats.advisories import CveFact

INPUTS = ("exploitation", "exposure", "automatable", "safety", "mission")


@dataclass(frozen=True, slots=True)
class ProposedCondition:
    """The proposed inputs with their reasons; what of it names something carries its name in front."""

    exploitation: Proposal
    exposure: Proposal
    automatable: Proposal
    safety: Proposal
    mission: Proposal

    @property
    def human_impact(self) -> str:
        """The impact that safety and mission give."""
        return human_impact(self.safety.value, self.mission.value)

    @property
    def priority(self) -> str:
        """The priority that the table gives."""
        return priority(
            Condition(self.exploitation.value, self.exposure.value, self.automatable.value, self.human_impact)
        )

    def values(self) -> dict[str, str]:
        """Input -> proposed value."""
        return {name: getattr(self, name).value for name in INPUTS}

    def reasons(self) -> dict[str, str]:
        """Input -> why it is proposed."""
        return {name: getattr(self, name).reason_ja for name in INPUTS}


@dataclass(frozen=True, slots=True)
class _Zone:
    name_ja: str
    exposure: str
    reason_ja: str


def proposed_conditions(
    municipality_id: int, measures: Iterable[int], fiscal_year: int
) -> dict[int, ProposedCondition]:
    """Measure -> its proposed inputs; a measure without vulnerabilities is left out."""
    rows = MeasureTarget.objects.filter(
        municipality_id=municipality_id, measure__in=list(measures), removed_at__isnull=True
    ).values_list(
        "measure_id",
        "vulnerability__asset_id",
        "vulnerability__asset__network_zone__name_ja",
        "vulnerability__asset__network_zone__exposure",
        "vulnerability__asset__network_zone__exposure_reason_ja",
        "vulnerability__weakness__cves",
    )
    zones: dict[int, _Zone] = {}
    assets: dict[int, set[int]] = defaultdict(set)
    cves: dict[int, set[str]] = defaultdict(set)
    for measure, asset, name, exposure, reason, told in rows:
        zones[asset] = _Zone(name, exposure, reason)
        assets[measure].add(asset)
        cves[measure].update(told.split())
    facts = cve_facts(municipality_id, sorted(set().union(*cves.values())))
    found = AssetYear.objects.filter(municipality_id=municipality_id, asset__in=zones).select_related("asset")
    years = rows_in_force(found, fiscal_year)
    return {
        measure: _proposed([(zones[one], years.get(one)) for one in sorted(own)], sorted(cves[measure]), facts)
        for measure, own in assets.items()
    }


def _proposed(
    assets: Sequence[tuple[_Zone, AssetYear | None]], cves: Sequence[str], facts: Mapping[str, CveFact]
) -> ProposedCondition:
    known = [(cve, _evidence(facts[cve])) for cve in cves if cve in facts]
    exploitations = [_named(cve, proposed_exploitation(one)) for cve, one in known]
    automatables = [_named(cve, proposed_automatable(one)) for cve, one in known]
    exposures = [_exposure(zone, year) for zone, year in assets]
    impacts = [_impact(year) for _zone, year in assets]
    return ProposedCondition(
        most_careful(exploitations or [proposed_exploitation(Evidence())], EXPLOITATION_JA),
        most_careful(exposures, EXPOSURE_JA),
        most_careful(automatables or [proposed_automatable(Evidence())], AUTOMATABLE_JA),
        most_careful([safety for safety, _mission in impacts], SAFETY_JA),
        most_careful([mission for _safety, mission in impacts], MISSION_JA),
    )


def _named(name: str, one: Proposal) -> Proposal:
    return Proposal(one.value, f"{name}：{one.reason_ja}")


def _impact(year: AssetYear | None) -> tuple[Proposal, Proposal]:
    if year is None:
        return proposed_impact("", has_personal_number=False)
    safety, mission = proposed_impact(year.importance, has_personal_number=year.has_personal_number)
    number = year.asset.asset_number
    return _named(number, safety), _named(number, mission)


def _exposure(zone: _Zone, year: AssetYear | None) -> Proposal:
    """What the register says of the asset goes before what is usual in its zone."""
    if year is not None and year.is_published:
        return _named(year.asset.asset_number, proposed_exposure(Evidence(is_published=True), zone.name_ja))
    place = Evidence(
        is_published=zone.exposure == "open",
        has_recorded_isolation=zone.exposure == "small" and bool(zone.reason_ja),
    )
    return proposed_exposure(place, zone.name_ja)


def _evidence(fact: CveFact) -> Evidence:
    return Evidence(fact.is_known_exploited is True, fact.exploitation, fact.automatable)
