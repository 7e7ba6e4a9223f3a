"""How is an exercise set by the office, and answered case by case?"""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kansa.apps.controls.models import ScaleLevel
from kansa.apps.education.actions import (
    answer_case,
    begin_exercise,
    finish_exercise,
    publish_exercise,
    save_exercise,
)
from kansa.apps.education.forms import NOT_APPLICABLE, AnswerForm, ExerciseForm, exercise_values, judged
from kansa.apps.education.models import Case, Exercise, ExerciseAnswer, ExerciseCase, ExerciseSitting
from kansa.apps.education.queries import levels_of
from kansa.apps.education.views.home import year_frame
from kansa.apps.trail.forms import attempt, permitted, submit
from kansa.core.permission import Actor


def exercise_for(actor: Actor, pk: int) -> Exercise:
    """An exercise that the person sees. Raises Http404."""
    found: Exercise | None = Exercise.objects.visible_to(actor).filter(pk=pk).first()
    if found is None:
        raise Http404(_("この練習はありません。"))
    return found


def sitting_of(actor: Actor, exercise: Exercise) -> ExerciseSitting | None:
    """The own sitting; None when not begun."""
    found: ExerciseSitting | None = ExerciseSitting.objects.filter(
        municipality_id=actor.municipality_id, exercise=exercise, account_id=actor.account_id or 0
    ).first()
    return found


def answers_of(actor: Actor, exercise: Exercise) -> dict[int, ExerciseAnswer]:
    """Position -> own answer."""
    rows = ExerciseAnswer.objects.filter(
        municipality_id=actor.municipality_id, place__exercise=exercise, account_id=actor.account_id or 0
    )
    return {one.place.position: one for one in rows.select_related("place")}


def scale_of(exercise: Exercise) -> list[ScaleLevel]:
    """The wordings of the year's levels, highest first."""
    rows = ScaleLevel.objects.filter(municipality_id=exercise.municipality_id, fiscal_year=exercise.fiscal_year)
    return list(rows.order_by("-level"))


@require_safe
def exercise_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What the exercise is, the own progress, and the ways on."""
    actor = permitted(request, "take_education")
    exercise = exercise_for(actor, pk)
    places = list(ExerciseCase.objects.filter(exercise=exercise).select_related("case").order_by("position"))
    answers = answers_of(actor, exercise)
    context = {
        "exercise": exercise,
        "sitting": sitting_of(actor, exercise),
        "places": [(place, answers.get(place.position)) for place in places],
        "next": next((place.position for place in places if place.position not in answers), 0),
        "is_open": exercise.is_published and exercise.opens_on <= timezone.localdate() <= exercise.closes_on,
        "scale": scale_of(exercise),
    }
    return render(request, "education/exercise.html", year_frame(actor, exercise.fiscal_year) | context)


@require_http_methods(["GET", "POST"])
def add_exercise(request: HttpRequest, fiscal_year: int) -> HttpResponse:
    """A new exercise."""
    actor = permitted(request, "manage_education")
    frame, today = year_frame(actor, fiscal_year), timezone.localdate()
    known = list(Case.objects.visible_to(actor).filter(is_published=True).order_by("domain_ja", "title_ja"))
    first = {"opens_on": today, "closes_on": today + timedelta(days=14), "minutes": 60}
    form = ExerciseForm(request.POST or None, known=known, initial=first)
    if request.method == "POST":
        made = submit(form, lambda: save_exercise(actor, None, form.words(fiscal_year)))
        if made is not None:
            return redirect("education:exercise", made.pk)
    return render(request, "education/edit_exercise.html", frame | {"form": form, "known": known})


@require_http_methods(["GET", "POST"])
def edit_exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """Another setting of an exercise."""
    actor = permitted(request, "manage_education")
    exercise = exercise_for(actor, pk)
    chosen = list(ExerciseCase.objects.filter(exercise=exercise).order_by("position").values_list("case_id", flat=True))
    rows = Case.objects.visible_to(actor).order_by("domain_ja", "title_ja")
    known = sorted(
        (case for case in rows if case.is_published or case.pk in chosen),
        key=lambda case: chosen.index(case.pk) if case.pk in chosen else len(chosen),
    )
    form = ExerciseForm(request.POST or None, known=known, initial=exercise_values(exercise, chosen))
    if request.method == "POST":
        made = submit(form, lambda: save_exercise(actor, pk, form.words(exercise.fiscal_year)))
        if made is not None:
            return redirect("education:exercise", pk)
    context = year_frame(actor, exercise.fiscal_year) | {"form": form, "exercise": exercise, "known": known}
    return render(request, "education/edit_exercise.html", context)


@require_POST
def publish_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Shows the exercise to auditors, or takes it back."""
    actor = permitted(request, "manage_education")
    exercise_for(actor, pk)
    wanted = request.POST.get("is_published") == "1"
    done = _("練習を公開しました。") if wanted else _("練習の公開を取りやめました。")
    attempt(request, lambda: publish_exercise(actor, pk, is_published=wanted), done)
    return redirect("education:exercise", pk)


@require_POST
def begin_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Begins the own sitting and goes to its first case."""
    actor = permitted(request, "take_education")
    exercise_for(actor, pk)
    if attempt(request, lambda: begin_exercise(actor, pk)) is None:
        return redirect("education:exercise", pk)
    return redirect("education:answer", pk, 1)


def exercise_url(pk: int) -> str:
    """The page of an exercise."""
    return reverse("education:exercise", args=[pk])


@require_http_methods(["GET", "POST"])
def answer_page(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """One case to judge; then the next one."""
    actor = permitted(request, "take_education")
    exercise = exercise_for(actor, pk)
    sitting = sitting_of(actor, exercise)
    place = ExerciseCase.objects.filter(exercise=exercise, position=position).select_related("case").first()
    if place is None or (sitting is None and request.method == "GET"):
        raise Http404(_("この事例は、練習を始めてから開けます。"))
    answers = answers_of(actor, exercise)
    answer, count = answers.get(position), ExerciseCase.objects.filter(exercise=exercise).count()
    first = {"choice": sign_of(answer), "note_ja": answer.note_ja if answer else ""}
    form = AnswerForm(
        request.POST or None, levels=levels_of(actor.municipality_id, exercise.fiscal_year), initial=first
    )
    if request.method == "POST" and submit(form, lambda: answered(request, actor, place, form)) is not None:
        return redirect("education:answer", pk, position + 1) if position < count else redirect(exercise_url(pk))
    context = year_frame(actor, exercise.fiscal_year) | answering(exercise, place, answers, form)
    return render(request, "education/answer.html", context | {"sitting": sitting, "answer": answer, "count": count})


def answered(request: HttpRequest, actor: Actor, place: ExerciseCase, form: AnswerForm) -> ExerciseAnswer:
    """Keeps the answer of a valid form."""
    seen = request.POST.get("version", "0")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else -1
    state, level = judged(form.cleaned_data["choice"])
    return answer_case(actor, place.exercise_id, place.position, state, level, form.cleaned_data["note_ja"], version)


def sign_of(answer: ExerciseAnswer | None) -> str:
    """The choice of an answer; "" for none."""
    if answer is None:
        return ""
    return NOT_APPLICABLE if answer.state == "not_applicable" else str(answer.level)


def answering(
    exercise: Exercise, place: ExerciseCase, answers: dict[int, ExerciseAnswer], form: AnswerForm
) -> dict[str, object]:
    """The case, its form and the wordings of the scale."""
    total = ExerciseCase.objects.filter(exercise=exercise).values_list("position", flat=True).order_by("position")
    return {
        "exercise": exercise,
        "place": place,
        "case": place.case,
        "form": form,
        "scale": scale_of(exercise),
        "steps": [(position, position in answers) for position in total],
    }


@require_POST
def finish_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Hands in and shows the result."""
    actor = permitted(request, "take_education")
    exercise_for(actor, pk)
    if attempt(request, lambda: finish_exercise(actor, pk)) is None:
        return redirect("education:exercise", pk)
    messages.success(request, _("提出しました。基準の判定と解説を確かめてください。"))
    return redirect("education:results", pk)
