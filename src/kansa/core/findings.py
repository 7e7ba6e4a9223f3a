"""How many findings are there, and how far has their improvement come?

"Planned" is not "improved", and "improved" needs a second pair of eyes: a finding is improved within the year only
when the day of improvement and the day of verification both lie from 1 April to 31 March of the fiscal year.
改善提言 (recommendations) are counted apart and take part in nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kansa.core.fiscal import fiscal_year_end, fiscal_year_start
from kansa.core.year import Finding


@dataclass(frozen=True, slots=True)
class FindingSummary:
    """Counts of findings; all but `recommendations` count 検出事項.

    detected = improved_within_year + promised_within_year + carried_over, and detected = planned + no_plan.
    """

    detected: int
    recommendations: int
    planned: int  # an improvement plan has been written, on whatever day
    no_plan: int
    accepted: int  # treated as risk acceptance; not an improvement
    improved_within_year: int  # improved and verified within the fiscal year
    improved_unverified: int  # reported as improved within the year, not verified within it; not in the count above
    improved_later: int  # improved, and verified only after the year's end; part of the next two
    promised_within_year: int  # planned, not improved within the year, promised for this fiscal year (改善予定)
    carried_over: int  # neither: the promise is for a later year, or there is none
    verified: int  # verified on whatever day
    recurring: int  # the same weakness was found before
    lateral: int  # to be rolled out to the whole office (水平展開)


def _within(day: str, fiscal_year: int) -> bool:
    """Whether an ISO day lies in the fiscal year, 31 March included; "" does not."""
    return fiscal_year_start(fiscal_year).isoformat() <= day <= fiscal_year_end(fiscal_year).isoformat()


def is_improved_within_year(finding: Finding, fiscal_year: int) -> bool:
    """Improved and then verified, both within the fiscal year. A verification before the improvement proves nothing."""
    in_order = finding.improved_on <= finding.verified_on
    return in_order and _within(finding.improved_on, fiscal_year) and _within(finding.verified_on, fiscal_year)


def is_promised_within_year(finding: Finding, fiscal_year: int) -> bool:
    """Planned and not yet improved, with the promise or, lacking one, the due day in this fiscal year."""
    if not finding.planned_on or is_improved_within_year(finding, fiscal_year):
        return False
    if finding.promised_fiscal_year is not None:
        return finding.promised_fiscal_year == fiscal_year
    return _within(finding.due_on, fiscal_year)


def _is_improved_later(finding: Finding, fiscal_year: int) -> bool:
    end = fiscal_year_end(fiscal_year).isoformat()
    return "" < finding.improved_on <= finding.verified_on and finding.verified_on > end


def summarise(findings: Iterable[Finding], fiscal_year: int) -> FindingSummary:
    """Counts over the findings of one fiscal year; the caller chooses the stream."""
    chosen = tuple(findings)
    detections = [finding for finding in chosen if finding.classification == "detection"]

    def count(test: Callable[[Finding], bool]) -> int:
        return sum(1 for finding in detections if test(finding))

    improved = count(lambda finding: is_improved_within_year(finding, fiscal_year))
    promised = count(lambda finding: is_promised_within_year(finding, fiscal_year))
    reported = count(lambda finding: _within(finding.improved_on, fiscal_year))
    planned = count(lambda finding: bool(finding.planned_on))
    return FindingSummary(
        detected=len(detections),
        recommendations=sum(1 for finding in chosen if finding.classification == "recommendation"),
        planned=planned,
        no_plan=len(detections) - planned,
        accepted=count(lambda finding: finding.treatment == "accept"),
        improved_within_year=improved,
        improved_unverified=reported - improved,
        improved_later=count(lambda finding: _is_improved_later(finding, fiscal_year)),
        promised_within_year=promised,
        carried_over=len(detections) - improved - promised,
        verified=count(lambda finding: bool(finding.verified_on)),
        recurring=count(lambda finding: bool(finding.recurrence_of)),
        lateral=count(lambda finding: finding.lateral_rollout),
    )
