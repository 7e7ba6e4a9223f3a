"""Which departments should be asked whether a finding concerns them too, and why? (core.likeness; never a finding)"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import year_rules, year_settings
from kansa.apps.diagnosis.queries.alike import alike
from kansa.apps.findings import models
from kansa.apps.findings.queries.measured import measures_of
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.models import Tally
from kansa.apps.trail.queries import streamed
from kansa.core.errors import NotComputable
from kansa.core.fiscal import fiscal_year_of
from kansa.core.likeness import CAUSES_JA, UNKNOWN, Observed, Signs, likely_departments, noncompliance_band

YEARS_BACK = 3  # one lap


@dataclass(frozen=True, slots=True)
class Proposal:
    """A department that might look at the same thing: why, and whether it is proposed at first."""

    department: Department
    reasons_ja: tuple[str, ...]
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Everything judged in the year of the finding, and what was known of each department before."""

    observed: tuple[Observed, ...]
    signs: dict[int, Signs]


def proposals(finding: models.Finding, candidates: Iterable[Department], today: date) -> tuple[Proposal, ...]:
    """The departments that may be asked, those who should look first at the top; every one of `candidates` is in it.

    A shared cause reaches everybody. Otherwise whoever was not judged on the item this year is ranked; proposed are
    those likelier than the average of all judgements. Without an item or judgements nobody is proposed. Six queries.
    """
    rows = list(candidates)
    measures = measures_of(finding.municipality_id, [finding.pk]).get(finding.pk)
    if measures:
        return by_diagnosis(finding, measures, rows, today)
    if finding.cause_kind in CAUSES_JA and finding.cause_kind != "individual":
        reason = f"原因が「{CAUSES_JA[finding.cause_kind]}」のため、使っている所属は全て当てはまる可能性がある。"
        return tuple(Proposal(one, (reason,), True) for one in rows)
    if finding.item is None:
        return tuple(Proposal(one, (), False) for one in rows)
    known = what_is_known(finding, finding.item, rows, today)
    judged = {cell.signs.department for cell in known.observed if cell.item == finding.item.code}
    signs = [known.signs[one.pk] for one in rows if str(one.pk) not in judged]
    try:
        ranked = likely_departments(finding.item.code, known.observed, signs)
    except NotComputable:
        return tuple(Proposal(one, (), False) for one in rows)
    average = Fraction(sum(cell.is_found for cell in known.observed), len(known.observed))
    by_key = {str(one.pk): one for one in rows}
    found = [Proposal(by_key[one.department], one.reasons_ja, one.probability > average) for one in ranked]
    reason = "今年度の監査で、この項目を判定済み。"
    return (*found, *(Proposal(one, (reason,), False) for one in rows if str(one.pk) in judged))


def by_diagnosis(
    finding: models.Finding, measures: Iterable[int], rows: Iterable[Department], today: date
) -> tuple[Proposal, ...]:
    """Who has the same component or CVE on an asset, by a scan, or by the register where no scan has looked."""
    found = alike(finding.municipality_id, measures, fiscal_year_of(today))
    made = [Proposal(one, found[one.pk].reasons_ja() if one.pk in found else (), one.pk in found) for one in rows]
    return tuple(sorted(made, key=lambda one: not one.is_proposed))


def what_is_known(finding: models.Finding, item: ControlItem, rows: Iterable[Department], today: date) -> Known:
    """The judgements of the year with their signs, and the signs of the candidates for the finding's item."""
    municipality_id, fiscal_year = finding.municipality_id, finding.fiscal_year
    rules = year_rules(municipality_id, fiscal_year, year_settings(municipality_id, fiscal_year))
    history = last_results(finding, rules.conforms_from)
    bands = answer_bands(finding, fiscal_year_of(today))
    cells = (
        Judgement.objects.filter(
            municipality_id=municipality_id,
            engagement__fiscal_year=fiscal_year,
            item__checklist_id=item.checklist_id,
            state="judged",
            engagement__department__isnull=False,
        )
        .order_by("pk")
        .values_list("engagement__department_id", "engagement__department__kind", "item__code", "level")
    )

    def signs(department: int, kind: str, code: str) -> Signs:
        band = bands.get(department, UNKNOWN) if code == item.code else UNKNOWN
        return Signs(str(department), kind, history.get((department, code), UNKNOWN), band)

    with streamed(cells, 5000) as judged:
        observed = tuple(
            Observed(code, signs(department, kind, code), level is not None and level < rules.conforms_from)
            for department, kind, code, level in judged
        )
    return Known(observed, {one.pk: signs(one.pk, one.kind, item.code) for one in rows})


def last_results(finding: models.Finding, conforms_from: int) -> dict[tuple[int, str], str]:
    """(department, item code of this year) -> found or not_found in the last audit before; absent when never judged."""
    if finding.item is None:
        return {}
    stream = finding.item.checklist.stream
    years = range(finding.fiscal_year - YEARS_BACK, finding.fiscal_year)
    now = codes_now(finding, stream)
    cells = (
        Judgement.objects.filter(
            municipality_id=finding.municipality_id,
            engagement__fiscal_year__in=list(years),
            item__checklist__stream=stream,
            state="judged",
        )
        .order_by("engagement__fiscal_year", "pk")
        .values_list("engagement__fiscal_year", "engagement__department_id", "item__code", "level")
    )
    found: dict[tuple[int, str], str] = {}
    with streamed(cells, 5000) as judged:
        for fiscal_year, department, code, level in judged:
            this = now.get((fiscal_year, code))
            if department is not None and this is not None:
                found[department, this] = "found" if level is not None and level < conforms_from else "not_found"
    return found


def codes_now(finding: models.Finding, stream: str) -> dict[tuple[int, str], str]:
    """(earlier fiscal year, code then) -> code in the year of the finding, along the lineage. One query."""
    items = (
        ControlItem.objects.filter(
            municipality_id=finding.municipality_id,
            checklist__stream=stream,
            checklist__fiscal_year__range=(finding.fiscal_year - YEARS_BACK, finding.fiscal_year),
        )
        .exclude(lineage="dropped")
        .values_list("checklist__fiscal_year", "code", "prior_code")
    )
    prior: dict[int, dict[str, str]] = defaultdict(dict)
    for fiscal_year, code, before in items:
        prior[fiscal_year][code] = before
    found: dict[tuple[int, str], str] = {}
    here = {code: code for code in prior[finding.fiscal_year]}
    for fiscal_year in range(finding.fiscal_year, finding.fiscal_year - YEARS_BACK, -1):
        here = {prior[fiscal_year][code]: now for code, now in here.items() if prior[fiscal_year].get(code)}
        found |= {(fiscal_year - 1, code): now for code, now in here.items()}
    return found


def answer_bands(finding: models.Finding, fiscal_year: int) -> dict[int, str]:
    """Department -> band of 「いいえ」 to the questions of the same policy clause, in the newest self-inspection.

    Questions and items are linked by their clause; an item without one is linked to none. Two queries.
    """
    clause = finding.item.policy_clause if finding.item else ""
    if not clause:
        return {}
    tallies = Tally.objects.filter(
        municipality_id=finding.municipality_id,
        item__policy_clause=clause,
        item__checklist__stream="self_inspection",
        item__checklist__fiscal_year__lte=fiscal_year,
    )
    newest = tallies.order_by("-item__checklist__fiscal_year").values_list("item__checklist_id", flat=True).first()
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = tallies.filter(item__checklist_id=newest or 0)
    for department, yes, no in rows.values_list("department_tally__department_id", "yes_count", "no_count"):
        counts[department][0] += no
        counts[department][1] += yes + no
    return {
        department: noncompliance_band(Fraction(no, total) if total else None)
        for department, (no, total) in counts.items()
    }
