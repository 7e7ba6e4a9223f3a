"""Who is trained by the rule of the year, and what does an auditor's record of the year say?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum

from kansa.apps.controls.queries import audit_rules
from kansa.apps.education.models import Exercise, ExerciseSitting, ReadingMaterial, ReadingRecord
from kansa.apps.education.queries.exercises import OwnResult, own_result
from kansa.apps.people.models import Account
from kansa.apps.plan.models import TrainingAttendance

STUDY_KINDS = ("prior_study",)
PRACTICE_KINDS = ("exercise", "case_study")


@dataclass(frozen=True, slots=True)
class TrainingLine:
    """One training of an auditor: what it was, when, how long, from whom."""

    held_on: date
    kind: str  # of plan.TrainingAttendance
    title_ja: str
    minutes: int
    teacher_ja: str


@dataclass(frozen=True, slots=True)
class TrainingRecord:
    """監査員研修記録 of one auditor in one year, as the page and the letter `training_record` print it."""

    fiscal_year: int
    staff_number: str
    name_ja: str
    lines: tuple[TrainingLine, ...]
    results: tuple[tuple[Exercise, OwnResult], ...]
    unread: tuple[ReadingMaterial, ...]  # required, not finished
    is_trained: bool

    @property
    def total_minutes(self) -> int:
        """All trainings together."""
        return sum(line.minutes for line in self.lines)


def finished_materials(municipality_id: int, fiscal_year: int, staff_numbers: Iterable[str]) -> dict[str, set[int]]:
    """Staff number -> keys of the year's materials read to the end."""
    found: dict[str, set[int]] = {}
    rows = ReadingRecord.objects.filter(
        municipality_id=municipality_id,
        material__fiscal_year=fiscal_year,
        staff_number__in=sorted(set(staff_numbers)),
        is_finished=True,
    )
    for number, material in rows.values_list("staff_number", "material_id"):
        found.setdefault(number, set()).add(material)
    return found


def untrained(municipality_id: int, fiscal_year: int, staff_numbers: Iterable[str]) -> set[str]:
    """Those of these auditors who lack what the year demands.

    Reading is done when every required material of the year was read to the end; the exercise when one of the year was
    handed in. Where the office keeps no list or no exercise here, an attendance that was imported counts instead.
    At most six queries, however many auditors.
    """
    wanted = {number for number in staff_numbers if number}
    missing = set(staff_numbers) - wanted
    rule = audit_rules(municipality_id, fiscal_year).training_required
    if rule == "none":
        return set()
    attended = attended_kinds(municipality_id, fiscal_year, wanted)
    required = set(
        ReadingMaterial.objects.filter(
            municipality_id=municipality_id, fiscal_year=fiscal_year, is_required=True, is_published=True
        ).values_list("pk", flat=True)
    )
    read = finished_materials(municipality_id, fiscal_year, wanted)
    for number in wanted:
        is_read = (
            required <= read.get(number, set()) if required else bool(attended.get(number, set()) & {*STUDY_KINDS})
        )
        if not is_read:
            missing.add(number)
    if rule == "reading_and_exercise":
        missing |= without_exercise(municipality_id, fiscal_year, wanted, attended)
    return missing


def attended_kinds(municipality_id: int, fiscal_year: int, staff_numbers: Iterable[str]) -> dict[str, set[str]]:
    """Staff number -> kinds of training attended in the year."""
    found: dict[str, set[str]] = {}
    rows = TrainingAttendance.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, staff__staff_number__in=sorted(set(staff_numbers))
    )
    for number, kind in rows.values_list("staff__staff_number", "kind"):
        found.setdefault(number, set()).add(kind)
    return found


def without_exercise(
    municipality_id: int, fiscal_year: int, wanted: set[str], attended: dict[str, set[str]]
) -> set[str]:
    """Those who handed in no exercise of the year."""
    exercises = Exercise.objects.filter(municipality_id=municipality_id, fiscal_year=fiscal_year, is_published=True)
    if not exercises.exists():
        return {number for number in wanted if not attended.get(number, set()) & {*PRACTICE_KINDS}}
    rows = ExerciseSitting.objects.filter(
        municipality_id=municipality_id,
        exercise__fiscal_year=fiscal_year,
        finished_at__isnull=False,
        staff_number__in=sorted(wanted),
    )
    return wanted - set(rows.values_list("staff_number", flat=True))


def is_trained(municipality_id: int, fiscal_year: int, staff_number: str) -> bool:
    """Whether an auditor may be assigned by the year's rule of training."""
    return not untrained(municipality_id, fiscal_year, [staff_number])


def reading_minutes(municipality_id: int, fiscal_year: int, account_id: int) -> dict[int, int]:
    """Material -> minutes that one person spent on it."""
    rows = ReadingRecord.objects.filter(
        municipality_id=municipality_id, material__fiscal_year=fiscal_year, account_id=account_id
    )
    return {
        material: minutes or 0
        for material, minutes in rows.order_by().values_list("material_id").annotate(total=Sum("minutes"))
    }


def training_record(municipality_id: int, fiscal_year: int, account: Account) -> TrainingRecord:
    """The record of one auditor: attendances, with the time really spent where it was recorded here, and exercises."""
    spent = reading_minutes(municipality_id, fiscal_year, account.pk)
    materials = ReadingMaterial.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, is_published=True
    ).order_by("position", "pk")
    own = {
        row.material_id: row
        for row in ReadingRecord.objects.filter(
            municipality_id=municipality_id, account=account, material__fiscal_year=fiscal_year, is_finished=True
        ).order_by("read_on", "pk")
    }
    lines = [
        TrainingLine(own[one.pk].read_on, "prior_study", one.title_ja, spent.get(one.pk, 0), one.place_ja)
        for one in materials
        if one.pk in own
    ]
    sittings = ExerciseSitting.objects.filter(
        municipality_id=municipality_id, account=account, exercise__fiscal_year=fiscal_year, finished_at__isnull=False
    ).select_related("exercise", "account")
    results = tuple((one.exercise, own_result(one.exercise, one)) for one in sittings.order_by("pk"))
    told = {(line.kind, line.title_ja) for line in lines}
    attended = TrainingAttendance.objects.filter(
        municipality_id=municipality_id, fiscal_year=fiscal_year, staff__staff_number=account.staff_number or "-"
    )
    lines += [
        TrainingLine(one.held_on, one.kind, one.title_ja, one.minutes, "")
        for one in attended
        if (one.kind, one.title_ja) not in told
    ]
    return TrainingRecord(
        fiscal_year=fiscal_year,
        staff_number=account.staff_number,
        name_ja=account.name_ja,
        lines=tuple(sorted(lines, key=lambda line: (line.held_on, line.title_ja))),
        results=results,
        unread=tuple(one for one in materials if one.is_required and one.pk not in own),
        is_trained=is_trained(municipality_id, fiscal_year, account.staff_number),
    )
