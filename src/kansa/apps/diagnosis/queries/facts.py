"""What do the catalogues that were carried in say of some CVEs: exploited, automatable, by which Japanese title?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kansa.apps.diagnosis.queries.advisories import GENERAL, files_in_force, opened
from kansa.formats.advisories import CveFact


def cve_facts(municipality_id: int, cves: Iterable[str]) -> dict[str, CveFact]:
    """CVE -> what all catalogues in force say of it together; one of which nothing is said is left out."""
    wanted = sorted(set(cves))
    files = [one for one in files_in_force(municipality_id) if one.kind in GENERAL]
    if not wanted or not files:
        return {}
    with opened(files) as indexes:
        return indexes.facts(wanted)


def fact_days(municipality_id: int) -> dict[str, date | None]:
    """Kind of catalogue -> up to which day the one in force speaks."""
    return {one.kind: one.as_of for one in files_in_force(municipality_id) if one.kind in GENERAL}
