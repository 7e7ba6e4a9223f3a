"""Under which condition does the risk of a measure come true? The four inputs of SSVC as evidence proposes them.

Of many vulnerabilities and assets the most careful value counts, with the reason of the one that it comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kansa.apps.diagnosis.models import Asset, AssetYear, MeasureTarget
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

ZONE_FIELDS = (
    "asset_number",
    *("network_zone__name_ja", "network_zone__exposure", "network_zone__exposure_reason_ja"),
)
YEAR_FIELDS = ("asset_id", "fiscal_year", "importance", "has_personal_number", "is_published")
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
    asset_number: str
    name_ja: str
    exposure: str
    reason_ja: str


def proposed_conditions(
    municipality_id: int, measures: Iterable[int], fiscal_year: int
) -> dict[int, ProposedCondition]:
    """Measure -> its proposed inputs; a measure without vulnerabilities is left out."""
    rows = MeasureTarget.objects.filter(
        municipality_id=municipality_id, measure__in=list(measures), removed_at__isnull=True
    ).values_list("measure_id", "vulnerability__asset_id", "vulnerability__weakness__cves")
    assets: dict[int, set[int]] = defaultdict(set)
    cves: dict[int, set[str]] = defaultdict(set)
    for measure, asset, told in rows:
        assets[measure].add(asset)
        cves[measure].update(told.split())
    facts = cve_facts(municipality_id, sorted(set().union(*cves.values())))
    known = {cve: _of_cve(cve, fact) for cve, fact in facts.items()}
    places = _of_assets(municipality_id, set().union(*assets.values()), fiscal_year)
    made: dict[tuple[frozenset[int], tuple[str, ...]], ProposedCondition] = {}
    found: dict[int, ProposedCondition] = {}
    for measure, own in assets.items():
        # Many measures are of the same assets: their condition is worked out once.
        key = frozenset(own), tuple(sorted(cves[measure] & known.keys()))
        if key not in made:
            made[key] = _proposed([places[one] for one in sorted(own)], [known[one] for one in key[1]])
        found[measure] = made[key]
    return found


def _proposed(
    assets: Sequence[tuple[Proposal, Proposal, Proposal]], cves: Sequence[tuple[Proposal, Proposal]]
) -> ProposedCondition:
    """The most careful of each input. `assets`: exposure, safety, mission; `cves`: exploitation, automatable."""
    exploitations, automatables = [one for one, _other in cves], [one for _other, one in cves]
    return ProposedCondition(
        most_careful(exploitations or [proposed_exploitation(Evidence())], EXPLOITATION_JA),
        most_careful([exposure for exposure, _safety, _mission in assets], EXPOSURE_JA),
        most_careful(automatables or [proposed_automatable(Evidence())], AUTOMATABLE_JA),
        most_careful([safety for _exposure, safety, _mission in assets], SAFETY_JA),
        most_careful([mission for _exposure, _safety, mission in assets], MISSION_JA),
    )


def _of_cve(cve: str, fact: CveFact) -> tuple[Proposal, Proposal]:
    evidence = _evidence(fact)
    return _named(cve, proposed_exploitation(evidence)), _named(cve, proposed_automatable(evidence))


def _of_assets(
    municipality_id: int, keys: Collection[int], fiscal_year: int
) -> dict[int, tuple[Proposal, Proposal, Proposal]]:
    """Asset -> exposure, safety and mission, as register and zone propose them. Two queries."""
    every = Asset.objects.filter(municipality_id=municipality_id)
    zones = {pk: _Zone(*told) for pk, *told in every.values_list("pk", *ZONE_FIELDS) if pk in keys}
    rows = AssetYear.objects.filter(municipality_id=municipality_id).only(*YEAR_FIELDS)
    years = rows_in_force((one for one in rows if one.asset_id in keys), fiscal_year)
    return {pk: (_exposure(zone, years.get(pk)), *_impact(zone, years.get(pk))) for pk, zone in zones.items()}


def _named(name: str, one: Proposal) -> Proposal:
    return Proposal(one.value, f"{name}：{one.reason_ja}")


def _impact(zone: _Zone, year: AssetYear | None) -> tuple[Proposal, Proposal]:
    if year is None:
        return proposed_impact("", has_personal_number=False)
    safety, mission = proposed_impact(year.importance, has_personal_number=year.has_personal_number)
    return _named(zone.asset_number, safety), _named(zone.asset_number, mission)


def _exposure(zone: _Zone, year: AssetYear | None) -> Proposal:
    """What the register says of the asset goes before what is usual in its zone."""
    if year is not None and year.is_published:
        return _named(zone.asset_number, proposed_exposure(Evidence(is_published=True), zone.name_ja))
    place = Evidence(
        is_published=zone.exposure == "open",
        has_recorded_isolation=zone.exposure == "small" and bool(zone.reason_ja),
    )
    return proposed_exposure(place, zone.name_ja)


def _evidence(fact: CveFact) -> Evidence:
    return Evidence(fact.is_known_exploited is True, fact.exploitation, fact.automatable)
