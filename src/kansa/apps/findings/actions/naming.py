"""Does the title of a finding name what must not be printed: a host, an address, a CVE, the version of a product?"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.apps.diagnosis.models import AssetYear, Observation, Vulnerability
from kansa.apps.findings.actions.holding import refused

SHORTEST_NAME = 3  # letters; a shorter name or version stands in too many words


def refuse_names(municipality_id: int, title_ja: str, measures: list[int]) -> None:
    """Raises InputError for a title that tells what the measures settle where: titles are printed and published."""
    written = title_ja.casefold()
    names = {name for name in _names(municipality_id, measures) if len(name) >= SHORTEST_NAME}
    found = [name for name in sorted(names) if name.casefold() in written]
    if found:
        reason = f"件名は報告書に載ります。機器の名前、CVE、製品の版（{found[0]}）を除いてください。"
        raise refused("names_host", reason, "件名")


def _names(municipality_id: int, measures: list[int]) -> Iterator[str]:
    own = Vulnerability.objects.filter(municipality_id=municipality_id, targets__measure__in=measures)
    rows = AssetYear.objects.filter(municipality_id=municipality_id, asset__in=own.values("asset_id"))
    for number, host, fqdn, addresses in rows.values_list("asset__asset_number", "host_name", "fqdn", "addresses"):
        yield from (number, host, fqdn, *addresses.split())
    for cves in own.values_list("weakness__cves", flat=True).distinct():
        yield from cves.split()
    seen = Observation.objects.filter(municipality_id=municipality_id, vulnerability__in=own.values("pk"))
    for versions in seen.values_list("installed_version", "fixed_version").distinct():
        yield from versions
