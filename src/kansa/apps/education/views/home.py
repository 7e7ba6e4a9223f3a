"""What does the year's education hold for the person who looks, and what does a training record say?"""

from __future__ import annotations

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.controls.queries import audit_rules
from kansa.apps.education.models import Exercise, ExerciseSitting, ReadingMaterial, ReadingRecord
from kansa.apps.education.queries import reading_minutes, training_record, untrained
from kansa.apps.people.models import YEARS, Account, Appointment
from kansa.apps.trail.forms import permitted
from kansa.core.fiscal import era_year_ja, fiscal_year_of
from kansa.core.permission import Actor, can
from kansa.formats.words import TRAINING_KINDS, TRAINING_RULES


def year_frame(actor: Actor, fiscal_year: int) -> dict[str, object]:
    """What every page of a year prints. Raises Http404 for a year that there cannot be."""
    if not YEARS[0] < fiscal_year < YEARS[1]:
        raise Http404(_("この年度はありません。"))
    return {
        "fiscal_year": fiscal_year,
        "year_ja": era_year_ja(fiscal_year),
        "is_office": can(actor, "manage_education"),
    }


@require_safe
def this_year(request: HttpRequest) -> HttpResponse:
    """The present fiscal year."""
    permitted(request, "take_education")
    return redirect("education:year", fiscal_year_of(timezone.localdate()))


@require_safe
def year_page(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """The reading list and the exercises of a year, with what the person has done of them."""
    actor = permitted(request, "take_education")
    frame = year_frame(actor, fiscal_year)
    account_id, today = actor.account_id or 0, timezone.localdate()
    minutes = reading_minutes(actor.municipality_id, fiscal_year, account_id)
    own = ReadingRecord.objects.filter(municipality_id=actor.municipality_id, account_id=account_id)
    finished = set(own.filter(is_finished=True).values_list("material_id", flat=True))
    running = own.filter(minutes__isnull=True).values_list("material_id", flat=True).first()
    materials = ReadingMaterial.objects.visible_to(actor).filter(fiscal_year=fiscal_year).order_by("position", "pk")
    sittings = ExerciseSitting.objects.filter(municipality_id=actor.municipality_id, account_id=account_id)
    by_exercise = {one.exercise_id: one for one in sittings}
    exercises = Exercise.objects.visible_to(actor).filter(fiscal_year=fiscal_year).order_by("opens_on", "pk")
    context = {
        "materials": [(one, minutes.get(one.pk, 0), one.pk in finished, one.pk == running) for one in materials],
        "exercises": [(one, by_exercise.get(one.pk), one.opens_on <= today <= one.closes_on) for one in exercises],
        "rule_ja": TRAINING_RULES.ja[audit_rules(actor.municipality_id, fiscal_year).training_required],
        "is_trained": not untrained(actor.municipality_id, fiscal_year, [actor.staff_number]),
        "has_number": bool(actor.staff_number),
        "years": [(one, era_year_ja(one)) for one in (fiscal_year - 1, fiscal_year + 1)],
    }
    return render(request, "education/year.html", frame | context)


def learners(actor: Actor, fiscal_year: int) -> list[Account]:
    """Staff auditors appointed in the year, and whoever recorded something."""
    appointed = Appointment.objects.filter(
        municipality_id=actor.municipality_id, fiscal_year=fiscal_year, role="staff_auditor"
    )
    read = ReadingRecord.objects.filter(municipality_id=actor.municipality_id, material__fiscal_year=fiscal_year)
    sat = ExerciseSitting.objects.filter(municipality_id=actor.municipality_id, exercise__fiscal_year=fiscal_year)
    accounts = Account.objects.visible_to(actor).filter(
        Q(pk__in=appointed.values("account_id"))
        | Q(pk__in=read.values("account_id"))
        | Q(pk__in=sat.values("account_id"))
    )
    return list(accounts.order_by("staff_number", "login"))


@require_safe
def record_list(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """Every auditor of the year with what is done; for the office."""
    actor = permitted(request, "manage_education")
    frame = year_frame(actor, fiscal_year)
    people = learners(actor, fiscal_year)
    missing = untrained(actor.municipality_id, fiscal_year, [one.staff_number for one in people])
    context = {
        "people": [(one, one.staff_number not in missing) for one in people],
        "rule_ja": TRAINING_RULES.ja[audit_rules(actor.municipality_id, fiscal_year).training_required],
    }
    return render(request, "education/records.html", frame | context)


@require_safe
def record_page(request: HttpRequest, fiscal_year: int, account: int) -> HttpResponse:
    """The training record of one auditor, to print; the own one, or for the office anybody's."""
    actor = permitted(request, "take_education")
    frame = year_frame(actor, fiscal_year)
    person = Account.objects.visible_to(actor).filter(pk=account).first()
    if person is None or (account != actor.account_id and not can(actor, "manage_education")):
        raise Http404(_("この記録はありません。"))
    found = training_record(actor.municipality_id, fiscal_year, person)
    lines = [(one, TRAINING_KINDS.ja[one.kind]) for one in found.lines]
    return render(request, "education/record.html", frame | {"record": found, "lines": lines, "person": person})
