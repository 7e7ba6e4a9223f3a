"""Which reading, cases and exercises do the tests of auditor education begin with?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kansa.apps.education.actions import (
    ExerciseWords,
    MaterialWords,
    answer_case,
    begin_exercise,
    finish_exercise,
    publish_case,
    publish_exercise,
    save_case,
    save_exercise,
    save_material,
)
from kansa.apps.education.models import Case, Exercise, ReadingMaterial
from kansa.apps.education.queries import CaseWords, case_residues
from kansa.core.permission import Actor
from tests.cast import CLERK, actor_named, this_fiscal_year


def today() -> date:
    """The day of the tests."""
    return timezone.localdate()


def build_material(title_ja: str = "監査の手引", **fields: Any) -> ReadingMaterial:
    """A required material of this year, published."""
    values: dict[str, Any] = {
        "fiscal_year": this_fiscal_year(),
        "minutes": 60,
        "opened_on": today(),
        "body_ja": "証拠は原本で確かめます。",
        "is_required": True,
        "is_published": True,
    }
    return save_material(CLERK, None, MaterialWords(title_ja=title_ja, **{**values, **fields}))


def words(title_ja: str = "書庫の鍵", level: int | None = 2, **fields: Any) -> CaseWords:
    """A case that names nobody; without a level it is 対象外."""
    values: dict[str, Any] = {
        "domain_ja": "物理的",
        "situation_ja": "書庫の鍵が机の上に置かれていた。",
        "state": "judged" if level is not None else "not_applicable",
        "explanation_ja": "手順はあるが守られていない。",
    }
    return CaseWords(title_ja=title_ja, level=level, **{**values, **fields})


def build_case(title_ja: str = "書庫の鍵", level: int | None = 2, **fields: Any) -> Case:
    """A published case; whatever the check finds is ticked."""
    case = save_case(CLERK, None, words(title_ja, level, **fields))
    return publish_case(CLERK, case.pk, case.version, {one.key for one in case_residues(case)})


def build_exercise(levels: Sequence[int | None] = (2, 3, None), title_ja: str = "春の練習", **fields: Any) -> Exercise:
    """A published exercise of this year that is open today, one case a level."""
    cases = [build_case(f"{title_ja}の事例{place}", level) for place, level in enumerate(levels, 1)]
    values: dict[str, Any] = {
        "fiscal_year": this_fiscal_year(),
        "opens_on": today(),
        "closes_on": today() + timedelta(days=7),
        "minutes": 45,
    }
    told = ExerciseWords(title_ja=title_ja, case_ids=[case.pk for case in cases], **{**values, **fields})
    return publish_exercise(CLERK, save_exercise(CLERK, None, told).pk, is_published=True)


def judge(actor: Actor, exercise: Exercise, signs: str) -> None:
    """Begins and judges the cases: a digit is a level, N 対象外."""
    begin_exercise(actor, exercise.pk)
    for position, sign in enumerate(signs, 1):
        state, level = ("not_applicable", None) if sign == "N" else ("judged", int(sign))
        answer_case(actor, exercise.pk, position, state, level, "理由" if sign == "N" else "", 0)


def hand_in(actor: Actor, exercise: Exercise, signs: str) -> None:
    """Judges all cases and hands in."""
    judge(actor, exercise, signs)
    finish_exercise(actor, exercise.pk)


def build_education() -> None:
    """A material, and an exercise that the auditor S001 handed in."""
    build_material()
    hand_in(actor_named("auditor"), build_exercise(), "22N")
