"""What came out of an exercise: for the auditor the own result, for the office everybody's?"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kansa.apps.education.models import Exercise, ExerciseSitting
from kansa.apps.education.queries import exercise_results, own_result
from kansa.apps.education.views.exercises import exercise_for, sitting_of
from kansa.apps.education.views.home import year_frame
from kansa.apps.trail.forms import permitted
from kansa.core.permission import Actor, can


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark in the picture of one case: where it stands on the row of levels, and how many gave it."""

    x: int
    radius: int
    number: int


STEP = 40  # units between two levels
LARGEST = 14


def dots_of(signs: tuple[str, ...], spread: tuple[tuple[str, int], ...]) -> list[Dot]:
    """The spread of one case as dots whose area grows with the number of auditors."""
    most = max((number for _sign, number in spread), default=1)
    found = []
    for sign, number in spread:
        if sign in signs:
            radius = next(size for size in range(4, LARGEST + 1) if size * size * most >= LARGEST * LARGEST * number)
            found.append(Dot(place_of(signs, sign), radius, number))
    return found


def place_of(signs: tuple[str, ...], sign: str) -> int:
    """Where a sign stands on the row."""
    return STEP // 2 + STEP * signs.index(sign)


@require_safe
def results_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The office sees everybody's results; an auditor the own."""
    actor = permitted(request, "take_education")
    exercise = exercise_for(actor, pk)
    if can(actor, "manage_education"):
        return render(request, "education/results.html", office_context(actor, exercise))
    sitting = sitting_of(actor, exercise)
    if sitting is None or sitting.finished_at is None:
        return redirect("education:exercise", pk)
    return render(request, "education/own_result.html", own_context(actor, exercise, sitting))


@require_safe
def person_page(request: HttpRequest, pk: int, account: int) -> HttpResponse:
    """One auditor's result: the own, or for the office anybody's."""
    actor = permitted(request, "take_education")
    exercise = exercise_for(actor, pk)
    sitting = ExerciseSitting.objects.visible_to(actor).filter(exercise=exercise, account_id=account).first()
    if sitting is None or sitting.finished_at is None:
        raise Http404(_("この結果はありません。"))
    return render(request, "education/own_result.html", own_context(actor, exercise, sitting))


def own_context(actor: Actor, exercise: Exercise, sitting: ExerciseSitting) -> dict[str, object]:
    """One auditor's result."""
    is_own = sitting.account_id == actor.account_id
    frame = year_frame(actor, exercise.fiscal_year)
    return frame | {"exercise": exercise, "result": own_result(exercise, sitting), "is_own": is_own}


def office_context(actor: Actor, exercise: Exercise) -> dict[str, object]:
    """Everybody's results, with a picture of each case."""
    found = exercise_results(exercise)
    row = tuple(reversed(found.signs[:-1])) + found.signs[-1:]
    cases = [
        {
            "place": place,
            "case": case,
            "reasons": reasons,
            "spread": spread,
            "dots": dots_of(row, spread),
            "expected": place_of(row, str(place.case.level) if place.case.state == "judged" else row[-1]),
        }
        for place, case, reasons, spread in found.cases
    ]
    picture = {"signs": [(sign, place_of(row, sign)) for sign in row], "width": STEP * len(row)}
    matrix = [
        (right, [(sign == right, number) for sign, number in zip(found.signs, counts, strict=True)])
        for right, counts in found.matrix
    ]
    frame = year_frame(actor, exercise.fiscal_year) | {"exercise": exercise, "results": found}
    return frame | {"cases": cases, "picture": picture, "matrix": matrix}
