"""How does a city write its own texts, and how do two people rate them?"""

from __future__ import annotations

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from kansa.apps.drills.models import Scenario, ScenarioRating
from kansa.apps.drills.queries import scenario_named
from kansa.apps.drills.queries.library import difficulty_of, rating_of, ratings_of
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail_drill.phish_scale import Rating, difficulty
from kansa.core.mail_drill.scenario import Scenario as Text
from kansa.core.mail_drill.scenario import check, to_json
from kansa.core.permission import Actor
from kansa.formats.mail_drill import SCENARIOS

__all__ = ["agree_rating", "copied", "difficulty_of", "rate_scenario", "rating_of", "save_scenario"]


def save_scenario(actor: Actor, text: Text, *, version: int | None = None) -> Scenario:
    """An own text, new or edited. Raises InputError for what may not be sent, RuleError for the code of a library text.

    Campaigns that took the text before keep it as it was.
    """
    require(actor, "manage_drills")
    check(text)
    if not text.code.strip():
        raise InputError(Refusal("blank_text", "文案のコードを入力してください。", Place(column="コード")))
    if text.code in SCENARIOS:
        raise RuleError("library_scenario", "付属の文案と同じコードは使えません。別のコードで保存してください。")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        row = Scenario.objects.visible_to(actor).filter(code=text.code).first()
        if row is not None and version is not None and version != row.version:
            raise RuleError("scenario_changed", "他の人が先に保存しました。画面を読み直してから直してください。")
        row = row or Scenario(municipality_id=actor.municipality_id, code=text.code, version=0)
        row.content, row.edited_by, row.edited_at = to_json(text), actor.name, timezone.now()
        row.version += 1
        row.save()
        after: dict[str, object] = {"title_ja": text.title_ja, "sha256": text.sha256}
        record(actor, "save", "drill_scenario", text.code, {}, after)
    return row


def copied(code: str, new_code: str) -> Text:
    """A text of the library as a beginning of an own one."""
    return replace(SCENARIOS[code], code=new_code)


def _rate(actor: Actor, code: str, rating: Rating, *, is_consensus: bool) -> ScenarioRating:
    require(actor, "manage_drills")
    difficulty(rating)
    text = scenario_named(actor.municipality_id, code)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        row, _ = ScenarioRating.objects.update_or_create(
            municipality_id=actor.municipality_id,
            scenario_code=code,
            scenario_sha256=text.sha256,
            rater=actor.name,
            is_consensus=is_consensus,
            defaults={
                "rated_at": timezone.now(),
                "cue_count": rating.cue_count,
                "premise": ",".join(map(str, rating.premise)),
            },
        )
        after: dict[str, object] = {"cue_count": rating.cue_count, "premise": list(rating.premise)}
        record(actor, "agree_rating" if is_consensus else "rate", "drill_scenario", code, {}, after)
    return row


def rate_scenario(actor: Actor, code: str, cue_count: int, premise: tuple[int, ...]) -> ScenarioRating:
    """One rater's own view of a text, kept for the text as it is now. Raises InputError for impossible numbers."""
    return _rate(actor, code, Rating(actor.name, cue_count, premise), is_consensus=False)


def agree_rating(actor: Actor, code: str, cue_count: int, premise: tuple[int, ...]) -> ScenarioRating:
    """What two raters who differed agreed on. Raises RuleError before two have rated."""
    text = scenario_named(actor.municipality_id, code)
    if len({one.rater for one in ratings_of(actor.municipality_id, text)[0]}) < 2:
        raise RuleError("one_rater", "難易度は、二人が別々に評価してください。")
    return _rate(actor, code, Rating(actor.name, cue_count, premise), is_consensus=True)
