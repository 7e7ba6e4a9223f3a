"""Who may be sent in a year, and what is known of everybody: posts, training, experience, wishes, days taken?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kansa.apps.education.queries import untrained
from kansa.apps.people.models import StaffMember
from kansa.apps.plan.models import EngagementAuditor
from kansa.apps.scheduling.models import AuditorBusy, AuditorFact, AuditorWish

# The last characters of the posts whose holder heads a department; 係長, 次長 and the like do not.
HEADS_JA = ("課長", "室長", "所長", "館長", "園長", "局長", "部長", "場長", "校長", "院長", "署長", "センター長")


@dataclass(frozen=True, slots=True)
class AuditorRow:
    """An auditor of the year. `is_recorded_experienced`: audited in an earlier year, as the records have it."""

    staff: StaffMember
    fact: AuditorFact
    is_recorded_experienced: bool
    is_trained: bool
    audit_count: int
    wishes: tuple[AuditorWish, ...]
    busy: tuple[AuditorBusy, ...]

    @property
    def is_experienced(self) -> bool:
        """As the office says, else as recorded."""
        said = self.fact.is_experienced
        return self.is_recorded_experienced if said is None else said

    @property
    def is_head(self) -> bool:
        """As the office says, else by the post."""
        said = self.fact.is_head
        return self.staff.post_ja.endswith(HEADS_JA) if said is None else said

    @property
    def can_be_sent(self) -> bool:
        """Neither left out nor without the training that the year asks for."""
        return self.is_trained and not self.fact.is_left_out


def auditor_rows(municipality_id: int, fiscal_year: int) -> list[AuditorRow]:
    """The auditors of the year's roster in order of their number; eight queries for any number of people."""
    people = list(
        StaffMember.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year, is_auditor=True)
        .select_related("department")
        .order_by("staff_number")
    )
    keys, numbers = [one.pk for one in people], [one.staff_number for one in people]
    missing = untrained(municipality_id, fiscal_year, numbers)
    facts = {one.staff_id: one for one in AuditorFact.objects.filter(municipality_id=municipality_id, staff__in=keys)}
    experienced = experienced_numbers(municipality_id, fiscal_year, numbers)
    counts = Counter(
        EngagementAuditor.objects.filter(municipality_id=municipality_id, staff__in=keys).values_list(
            "staff_id", flat=True
        )
    )
    wishes, busy = _wishes(municipality_id, keys), _busy(municipality_id, keys)
    return [
        AuditorRow(
            one,
            facts.get(one.pk) or AuditorFact(municipality_id=municipality_id, staff=one),
            one.staff_number in experienced,
            one.staff_number not in missing,
            counts[one.pk],
            tuple(wishes.get(one.pk, ())),
            tuple(busy.get(one.pk, ())),
        )
        for one in people
    ]


def experienced_numbers(municipality_id: int, fiscal_year: int, numbers: Sequence[str]) -> frozenset[str]:
    """Who of these audited in an earlier year."""
    rows = EngagementAuditor.objects.filter(
        municipality_id=municipality_id, engagement__fiscal_year__lt=fiscal_year, reference__in=numbers
    )
    return frozenset(rows.values_list("reference", flat=True))


def _wishes(municipality_id: int, keys: Iterable[int]) -> dict[int, list[AuditorWish]]:
    found: dict[int, list[AuditorWish]] = {}
    rows = AuditorWish.objects.filter(municipality_id=municipality_id, staff__in=keys).select_related("department")
    for one in rows.order_by("is_avoided", "department__code"):
        found.setdefault(one.staff_id, []).append(one)
    return found


def _busy(municipality_id: int, keys: Iterable[int]) -> dict[int, list[AuditorBusy]]:
    found: dict[int, list[AuditorBusy]] = {}
    rows = AuditorBusy.objects.filter(municipality_id=municipality_id, staff__in=keys)
    for one in rows.order_by("first_on", "half"):
        found.setdefault(one.staff_id, []).append(one)
    return found


def is_taken(busy: Iterable[AuditorBusy], day: date, half: str) -> bool:
    """Whether a half day lies in one of these spans."""
    return any(one.first_on <= day <= one.last_on and one.half in ("", half) for one in busy)
