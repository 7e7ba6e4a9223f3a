"""How is an exercise set, answered and handed in?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.education.actions.attending import attend, fault, own_account
from kansa.apps.education.actions.cases import check_level
from kansa.apps.education.models import Case, Exercise, ExerciseAnswer, ExerciseCase, ExerciseSitting
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.formats.folding import fold_prose


@dataclass(frozen=True, slots=True)
class ExerciseWords:
    """What is typed for an exercise. `case_ids`: in the order in which they are asked."""

    fiscal_year: int
    title_ja: str
    opens_on: date
    closes_on: date
    minutes: int
    case_ids: Sequence[int]


def told(exercise: Exercise) -> dict[str, object]:
    """What the trail keeps of an exercise."""
    days = {"opens_on": exercise.opens_on.isoformat(), "closes_on": exercise.closes_on.isoformat()}
    return {"title_ja": exercise.title_ja, "is_published": exercise.is_published, "minutes": exercise.minutes, **days}


def exercise_of(actor: Actor, exercise_id: int) -> Exercise:
    """An exercise that the person sees. Raises RuleError."""
    found: Exercise | None = Exercise.objects.visible_to(actor).filter(pk=exercise_id).first()
    if found is None:
        raise RuleError("no_such_exercise", "この練習はありません。")
    return found


def save_exercise(actor: Actor, exercise_id: int | None, words: ExerciseWords) -> Exercise:
    """A new exercise, or another setting of one. Its cases stay as they are once somebody has begun."""
    require(actor, "manage_education")
    title = " ".join(fold_prose(words.title_ja).split())
    if not title:
        raise fault("no_title", "題名を入力してください。", "題名")
    if words.closes_on < words.opens_on:
        raise fault("days_reversed", "締切日は開始日以降の日にしてください。", "締切日")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        exercise = (
            exercise_of(actor, exercise_id)
            if exercise_id
            else Exercise(municipality_id=actor.municipality_id, fiscal_year=words.fiscal_year)
        )
        same = Exercise.objects.visible_to(actor).filter(fiscal_year=exercise.fiscal_year, title_ja=title)
        if same.exclude(pk=exercise_id or 0).exists():
            raise fault("title_taken", f"「{title}」という練習は、この年度に既にあります。", "題名")
        before = told(exercise) if exercise_id else {}
        exercise.title_ja, exercise.minutes = title, words.minutes
        exercise.opens_on, exercise.closes_on = words.opens_on, words.closes_on
        exercise.save()
        cases = set_cases(actor, exercise, words.case_ids)
        record(actor, "save", "exercise", str(exercise.pk), before, told(exercise) | {"cases": cases})
    return exercise


def set_cases(actor: Actor, exercise: Exercise, case_ids: Sequence[int]) -> list[int]:
    """Puts the cases in their order. Raises InputError without one, RuleError once somebody has begun."""
    wanted = list(dict.fromkeys(case_ids))
    rows = ExerciseCase.objects.filter(municipality_id=actor.municipality_id, exercise=exercise)
    standing = list(rows.order_by("position").values_list("case_id", flat=True))
    if wanted == standing:
        return standing
    if ExerciseSitting.objects.filter(exercise=exercise).exists():
        raise RuleError("exercise_begun", "既に始めた監査員がいるため、事例は変えられません。")
    known = set(Case.objects.visible_to(actor).filter(pk__in=wanted, is_published=True).values_list("pk", flat=True))
    if not wanted or known != set(wanted):
        raise fault("no_cases", "公開済みの事例を一つ以上選んでください。", "事例")
    rows.delete()
    ExerciseCase.objects.bulk_create(
        ExerciseCase(municipality_id=actor.municipality_id, exercise=exercise, case_id=case, position=place)
        for place, case in enumerate(wanted, 1)
    )
    return wanted


def publish_exercise(actor: Actor, exercise_id: int, *, is_published: bool) -> Exercise:
    """Shows the exercise to auditors, or takes it back while nobody has begun."""
    require(actor, "manage_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        exercise = exercise_of(actor, exercise_id)
        if not is_published and ExerciseSitting.objects.filter(exercise=exercise).exists():
            raise RuleError("exercise_begun", "既に始めた監査員がいるため、公開を取りやめられません。")
        before = told(exercise)
        exercise.is_published = is_published
        exercise.save(update_fields=["is_published"])
        record(actor, "publish", "exercise", str(exercise.pk), before, told(exercise))
    return exercise


def check_open(exercise: Exercise) -> None:
    """Raises RuleError outside the days of the exercise."""
    today = timezone.localdate()
    if not exercise.is_published or today < exercise.opens_on:
        raise RuleError("not_open", "この練習はまだ始まっていません。")
    if today > exercise.closes_on:
        raise RuleError("closed", "この練習の期間は終わりました。")


def begin_exercise(actor: Actor, exercise_id: int) -> ExerciseSitting:
    """Begins the own sitting, once; beginning again goes on with it."""
    require(actor, "take_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        account, exercise = own_account(actor), exercise_of(actor, exercise_id)
        check_open(exercise)
        sitting, is_new = ExerciseSitting.objects.get_or_create(
            municipality_id=actor.municipality_id,
            exercise=exercise,
            account=account,
            defaults={"staff_number": account.staff_number, "started_at": timezone.now()},
        )
        if is_new:
            record(actor, "begin", "exercise", str(exercise.pk), {}, {})
    return sitting


def own_sitting(actor: Actor, exercise: Exercise) -> ExerciseSitting:
    """The running sitting of the person. Raises RuleError when not begun or handed in."""
    found: ExerciseSitting | None = ExerciseSitting.objects.filter(
        municipality_id=actor.municipality_id, exercise=exercise, account_id=actor.account_id or 0
    ).first()
    if found is None:
        raise RuleError("not_begun", "先に練習を始めてください。")
    if found.finished_at is not None:
        raise RuleError("handed_in", "この練習は提出済みのため、回答は変えられません。")
    return found


def answer_case(
    actor: Actor, exercise_id: int, position: int, state: str, level: int | None, note_ja: str, version: int
) -> ExerciseAnswer:
    """Judges one case; may be changed until handed in. `version`: of the answer that was seen, 0 for none.

    Raises InputError for a level the scale lacks or 対象外 without a reason, RuleError when out of time or answered in
    another tab meanwhile.
    """
    require(actor, "take_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        exercise = exercise_of(actor, exercise_id)
        check_open(exercise)
        sitting = own_sitting(actor, exercise)
        check_level(actor.municipality_id, exercise.fiscal_year, state, level)
        note = fold_prose(note_ja)
        if state == "not_applicable" and not note:
            raise fault("no_reason", "対象外とする理由を入力してください。", "理由・気づいたこと")
        place = ExerciseCase.objects.filter(exercise=exercise, position=position).first()
        if place is None:
            raise RuleError("no_such_case", "この事例は練習にありません。")
        rows = ExerciseAnswer.objects.filter(municipality_id=actor.municipality_id, account_id=sitting.account_id)
        answer = rows.filter(place=place).first()
        if (answer.version if answer else 0) != version:
            reason = "この事例には、別の画面で既に回答しています。今の回答を確かめて、もう一度選んでください。"
            raise RuleError("conflict", reason)
        answer = answer or ExerciseAnswer(
            municipality_id=actor.municipality_id, place=place, account_id=sitting.account_id
        )
        before = {"state": answer.state, "level": answer.level} if version else {}
        answer.state, answer.level, answer.note_ja, answer.version = state, level, note, version + 1
        answer.save()
        key = f"{exercise.pk}/{position}"
        record(actor, "answer", "exercise", key, dict(before), {"state": state, "level": level})
    return answer


def finish_exercise(actor: Actor, exercise_id: int) -> ExerciseSitting:
    """Hands in. Raises RuleError while a case is not judged. The training is put into the year's record."""
    require(actor, "take_education")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        exercise = exercise_of(actor, exercise_id)
        check_open(exercise)
        sitting = own_sitting(actor, exercise)
        answered = ExerciseAnswer.objects.filter(
            municipality_id=actor.municipality_id, place__exercise=exercise, account_id=sitting.account_id or 0
        ).values("place_id")
        missing = ExerciseCase.objects.filter(exercise=exercise).exclude(pk__in=answered).order_by("position")
        places = "、".join(str(place) for place in missing.values_list("position", flat=True))
        if places:
            raise RuleError("not_complete", f"まだ判定していない事例があります：{places}番。")
        sitting.finished_at = timezone.now()
        sitting.save(update_fields=["finished_at"])
        attend(
            actor,
            exercise.fiscal_year,
            sitting.staff_number,
            "exercise",
            exercise.title_ja,
            exercise.opens_on,
            exercise.minutes,
        )
        record(actor, "finish", "exercise", str(exercise.pk), {}, {})
    return sitting
