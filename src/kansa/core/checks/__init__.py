"""Door plate of `kansa.core.checks`: what is missing or contradictory in a year, before anything is printed?

What lives here. One check = one file = one function `check(data) -> Iterator[Notice]`; this file lists them.
Who comes here. Freezing (apps.annual_report), `kansa check`, the page of a year.
May import. kansa.core; nothing else.
Must not. Change data, decide for the office, or speak anything but plain Japanese with a place and a way on.
To add one. A file, one line in CHECKS, one row in tests/spec/14-checks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kansa.core.checks import (
    assurance_wording,
    days_outside_year,
    drill_numbers,
    empty_year,
    engagement_outside_plan,
    external_and_internal,
    finding_days,
    findings_without_plan,
    half_judged,
    lineage_predecessor,
    lineage_text,
    lineage_unaccounted,
    missing_scale,
    not_applicable_without_reason,
    published_contradicts,
    report_date,
    response_over_roster,
    rotation_gap,
    tally_numbers,
    unknown_reference,
)
from kansa.core.checks.notice import SEVERITIES, SEVERITIES_JA, Notice
from kansa.core.year import YearData

Check = Callable[[YearData], Iterator[Notice]]

CHECKS: dict[str, Check] = {
    "empty_year": empty_year.check,
    "unknown_reference": unknown_reference.check,
    "missing_scale": missing_scale.check,
    "half_judged": half_judged.check,
    "not_applicable_without_reason": not_applicable_without_reason.check,
    "engagement_outside_plan": engagement_outside_plan.check,
    "external_and_internal": external_and_internal.check,
    "rotation_gap": rotation_gap.check,
    "days_outside_year": days_outside_year.check,
    "lineage_predecessor": lineage_predecessor.check,
    "lineage_text": lineage_text.check,
    "lineage_unaccounted": lineage_unaccounted.check,
    "tally_numbers": tally_numbers.check,
    "response_over_roster": response_over_roster.check,
    "drill_numbers": drill_numbers.check,
    "findings_without_plan": findings_without_plan.check,
    "finding_days": finding_days.check,
    "published_contradicts": published_contradicts.check,
    "assurance_wording": assurance_wording.check,
    "report_date": report_date.check,
}


def run_checks(data: YearData) -> tuple[Notice, ...]:
    """Every notice about the year, in the order of CHECKS. The same year gives the same notices."""
    return tuple(notice for check in CHECKS.values() for notice in check(data))


__all__ = ["CHECKS", "SEVERITIES", "SEVERITIES_JA", "Check", "Notice", "run_checks"]
