"""Who audits, who could, and what stands against it?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kansa.apps.controls.queries import audit_rules
from kansa.apps.education.queries import untrained
from kansa.apps.people.models import StaffMember
from kansa.apps.plan.models import Engagement, EngagementAuditor
from kansa.apps.plan.queries import concerns_about
from kansa.core.independence import Concern


@dataclass(frozen=True, slots=True)
class AuditorLine:
    """One auditor of an engagement, or one who could be, with what stands against it."""

    auditor: EngagementAuditor | None
    staff: StaffMember | None
    name_ja: str
    concerns: tuple[Concern, ...]

    @property
    def is_blocked(self) -> bool:
        """Whether one of the concerns forbids it."""
        return any(one.is_blocking for one in self.concerns)


def auditor_concerns(engagement: Engagement, staff_numbers: Iterable[str]) -> dict[str, tuple[Concern, ...]]:
    """Staff number -> what stands against this person being assigned, training too; as many queries for any number."""
    numbers = sorted(set(staff_numbers))
    if engagement.department is None or not numbers:
        return dict.fromkeys(numbers, ())
    municipality_id, fiscal_year = engagement.municipality_id, engagement.fiscal_year
    rules = audit_rules(municipality_id, fiscal_year)
    missing = untrained(municipality_id, fiscal_year, numbers)
    return concerns_about(engagement, dict.fromkeys(numbers, True), rules, untrained=missing)


def auditor_lines(engagement: Engagement) -> list[AuditorLine]:
    """The auditors of an engagement, the lead first, each with what stands against it today."""
    rows = EngagementAuditor.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement
    ).select_related("staff__department")
    people = sorted(rows, key=lambda one: (not one.is_lead, one.pk))
    found = auditor_concerns(engagement, [one.staff.staff_number for one in people if one.staff is not None])
    return [
        AuditorLine(
            one,
            one.staff,
            one.staff.name_ja if one.staff is not None else one.reference,
            found.get(one.staff.staff_number, ()) if one.staff is not None else (),
        )
        for one in people
    ]


def candidates(engagement: Engagement) -> list[AuditorLine]:
    """The year's staff auditors who are not assigned yet; those whom nothing stands against first."""
    taken = EngagementAuditor.objects.filter(engagement=engagement, staff__isnull=False).values("staff_id")
    people = list(
        StaffMember.objects.filter(
            municipality_id=engagement.municipality_id, fiscal_year=engagement.fiscal_year, is_auditor=True
        )
        .exclude(pk__in=taken)
        .select_related("department")
        .order_by("staff_number")
    )
    found = auditor_concerns(engagement, [one.staff_number for one in people])
    lines = [AuditorLine(None, one, one.name_ja, found[one.staff_number]) for one in people]
    return sorted(lines, key=lambda line: (line.is_blocked, bool(line.concerns)))
