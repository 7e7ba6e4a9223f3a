"""What do the measures of a finding say about its improvement? Derived each time; nothing of it is stored here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kansa.apps.diagnosis.models import Decision, Measure
from kansa.apps.diagnosis.queries.progress import MeasureProgress, holders, progress_of
from kansa.apps.findings import models
from kansa.core.fiscal import fiscal_year_of, official_digits
from kansa.core.measured import MeasuredDays, is_risk_kept, measured_days
from kansa.core.permission import Actor

TREATMENT_ORDER = ("fix", "avoid", "mitigate", "accept")  # of several measures the finding is called by the first


@dataclass(frozen=True, slots=True)
class Measured:
    """A finding through its measures: a plan and an acceptance as if they had been written, never saved."""

    lines: tuple[MeasureProgress, ...]
    days: MeasuredDays
    plan: models.ImprovementPlan
    acceptance: models.RiskAcceptance | None
    treatment: str
    weighed: tuple[str, ...]

    @property
    def returned_on(self) -> date | None:
        """The day on which a scan saw again what had been gone; None when nothing came back."""
        return max((one.returned_on for one in self.lines if one.returned_on), default=None)


def measures_of(municipality_id: int, findings: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Finding -> its measures as they are now, merged or split; those without any are left out. Three queries."""
    rows = models.FindingMeasure.objects.filter(municipality_id=municipality_id, finding__in=list(findings))
    links: dict[int, list[int]] = defaultdict(list)
    for finding, measure in rows.order_by("pk").values_list("finding_id", "measure_id"):
        links[finding].append(measure)
    if not links:
        return {}
    now = holders(municipality_id, {one for found in links.values() for one in found})
    return {finding: tuple(dict.fromkeys(key for one in found for key in now[one])) for finding, found in links.items()}


def measured(municipality_id: int, findings: Iterable[int], today: date) -> dict[int, Measured]:
    """Finding -> what its measures say today. One query when none has measures, else a fixed number."""
    links = measures_of(municipality_id, findings)
    if not links:
        return {}
    found = progress_of(municipality_id, {one for keys in links.values() for one in keys}, today)
    return {pk: _measured(municipality_id, pk, [found[one] for one in keys]) for pk, keys in links.items()}


def _measured(municipality_id: int, finding: int, lines: Sequence[MeasureProgress]) -> Measured:
    days = measured_days([one.course for one in lines])
    decisions = [one.in_force for one in lines if one.in_force is not None]
    told = {one.treatment for one in decisions}
    return Measured(
        tuple(lines),
        days,
        _plan(municipality_id, finding, lines, days),
        _acceptance(municipality_id, finding, lines) if days.is_accepted else None,
        "accept" if days.is_accepted else next((one for one in TREATMENT_ORDER if one in told), ""),
        _weighed(decisions),
    )


def _plan(
    municipality_id: int, finding: int, lines: Sequence[MeasureProgress], days: MeasuredDays
) -> models.ImprovementPlan:
    decisions = [(one, one.in_force) for one in lines if one.in_force is not None]
    scans = {scan.pk: scan for one in lines for scan in one.scans}
    people = dict.fromkeys(one.measure.verified_by.name_ja for one in lines if one.measure.verified_by)
    notes = [one.measure.verified_note_ja for one in lines if one.measure.verified_on]
    if scans:
        notes.append(f"診断{official_digits(len(scans))}回で、見付からないことを確かめた。")
    verifiers = [*people, *(["診断"] if scans else [])]
    is_improved = days.improved_on is not None
    return models.ImprovementPlan(
        municipality_id=municipality_id,
        finding_id=finding,
        measure_ja="\n".join(f"{one.measure.title_ja}（{one.treatment_ja}）" for one, _decision in decisions),
        owner_ja="、".join(dict.fromkeys(one.owner_ja for _line, one in decisions if one.owner_ja))[:100],
        planned_on=days.planned_on,
        due_on=days.due_on,
        promised_fiscal_year=fiscal_year_of(days.due_on) if days.due_on else None,
        improved_on=days.improved_on,
        done_note_ja="\n".join(filter(None, (one.measure.done_note_ja for one in lines))) if is_improved else "",
        verified_on=days.verified_on,
        verifier_ja="、".join(verifiers)[:100] if days.verified_on else "",
        verify_note_ja="\n".join(filter(None, notes)) if days.verified_on else "",
    )


def _acceptance(municipality_id: int, finding: int, lines: Sequence[MeasureProgress]) -> models.RiskAcceptance | None:
    """The acceptances of the measures as one: the latest approval, the nearest day of looking again."""
    kept = [one.in_force for one in lines if is_risk_kept(one.course) and one.in_force is not None]
    accepted = [one.approved_on for one in kept if one.approved_on]
    reviewed = [one.review_on for one in kept if one.review_on]
    if not accepted or not reviewed:
        return None
    return models.RiskAcceptance(
        municipality_id=municipality_id,
        finding_id=finding,
        approver_ja="、".join(dict.fromkeys(one.approver_ja for one in kept))[:100],
        reason_ja="\n".join(dict.fromkeys(one.reason_ja for one in kept)),
        accepted_on=max(accepted),
        review_on=min(reviewed),
    )


def _weighed(decisions: Sequence[Decision]) -> tuple[str, ...]:
    """Which of the three considerations the decisions tell of."""
    told = {
        "condition": any(one.priority for one in decisions),
        "malfunction": any(one.testing or one.malfunction_ja or one.vendor_support for one in decisions),
        "cost": any(one.cost_once is not None or one.cost_yearly is not None or one.cost_note_ja for one in decisions),
    }
    return tuple(name for name, is_told in told.items() if is_told)


def findings_of(actor: Actor, measure: Measure) -> list[models.Finding]:
    """The findings that the measure carries, as far as the person may see them, newest first."""
    linked = models.FindingMeasure.objects.filter(municipality_id=actor.municipality_id)
    now = holders(actor.municipality_id, linked.values_list("measure_id", flat=True))
    origins = [origin for origin, keys in now.items() if measure.pk in keys]
    rows = models.Finding.objects.visible_to(actor).filter(measure_links__measure__in=origins, is_withdrawn=False)
    return list(rows.distinct().order_by("-fiscal_year", "code"))
