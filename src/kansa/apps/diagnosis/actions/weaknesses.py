"""How does a tool's rule become a weakness, with the texts of the latest scan that spoke of it?"""

from __future__ import annotations

from collections.abc import Mapping

from kansa.apps.diagnosis.models import Scan, Weakness, WeaknessCve
from kansa.apps.trail.actions.rows import execute_many
from kansa.core.weaknesses import weakness_kind
from kansa.formats.scans.records import ScanItem

WeaknessKey = tuple[str, str]  # rule, component; the tool is that of the scan
TEXTS = ("title", "solution", "references", "cves", "kind", "latest_at")
MOST_SOLUTION = 4_000
MOST_REFERENCES = 2_000


def texts_of(item: ScanItem) -> tuple[str, str, str, str, str]:
    """Title, solution, references, CVEs and kind as an item gives them."""
    kind = weakness_kind(
        title=item.title,
        solution=item.solution,
        is_information=item.outcome == "information",
        has_cve=bool(item.cves),
        has_component=item.component is not None,
    )
    references = "\n".join(item.references)[:MOST_REFERENCES]
    return item.title[:500], item.solution[:MOST_SOLUTION], references, " ".join(item.cves), kind


class WeaknessBook:
    """The weaknesses of one tool, looked up batch by batch: nothing is kept between two batches."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan

    def of(self, wanted: Mapping[WeaknessKey, ScanItem]) -> dict[WeaknessKey, int]:
        """Key -> number of its weakness; new ones are added, older texts give way to those of a later scan."""
        rows = Weakness.objects.filter(
            municipality_id=self.scan.municipality_id, tool=self.scan.tool, rule__in={rule for rule, _ in wanted}
        ).values_list("rule", "component", "pk", "is_kind_by_hand", *TEXTS)
        found: dict[WeaknessKey, int] = {}
        changed, relinked = [], {}
        for rule, component, pk, is_kind_by_hand, *old in rows:
            key = (rule, component)
            if key not in wanted:
                continue
            found[key] = pk
            if old[-1] > self.scan.scanned_at:
                continue
            title, solution, references, cves, kind = texts_of(wanted[key])
            new = [title, solution, references, cves, old[4] if is_kind_by_hand else kind, self.scan.scanned_at]
            if new != old:
                changed.append((*new, pk))
            if cves != old[3]:
                relinked[pk] = cves
        execute_many(Weakness, TEXTS, changed)
        self._link(relinked, is_new=False)
        return found | self._added({key: item for key, item in wanted.items() if key not in found})

    def _added(self, wanted: Mapping[WeaknessKey, ScanItem]) -> dict[WeaknessKey, int]:
        made = Weakness.objects.bulk_create(
            Weakness(
                municipality_id=self.scan.municipality_id,
                tool=self.scan.tool,
                rule=rule,
                component=component,
                latest_at=self.scan.scanned_at,
                **dict(zip(TEXTS, texts_of(item), strict=False)),
            )
            for (rule, component), item in wanted.items()
        )
        self._link({row.pk: row.cves for row in made if row.cves}, is_new=True)
        return {(row.rule, row.component): row.pk for row in made}

    def _link(self, cves: Mapping[int, str], *, is_new: bool) -> None:
        """Makes the CVEs of these weaknesses searchable."""
        if not cves:
            return
        if not is_new:
            old = WeaknessCve.objects.filter(municipality_id=self.scan.municipality_id, weakness__in=list(cves))
            old.delete()
        WeaknessCve.objects.bulk_create(
            WeaknessCve(municipality_id=self.scan.municipality_id, weakness_id=pk, cve=cve[:30])
            for pk, text in cves.items()
            for cve in dict.fromkeys(text.split())
        )
