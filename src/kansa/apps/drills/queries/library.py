"""Which texts may a city choose from, how hard is each, and who has rated it?"""

from __future__ import annotations

from dataclasses import dataclass

from kansa.apps.drills.models import Scenario, ScenarioRating
from kansa.core.errors import RuleError
from kansa.core.mail_drill.phish_scale import Rating, consensus, difficulty
from kansa.core.mail_drill.scenario import Scenario as Text
from kansa.core.mail_drill.scenario import from_json
from kansa.core.permission import Actor
from kansa.formats.mail_drill import SCENARIOS

AUTHOR = "kansa"


@dataclass(frozen=True, slots=True)
class OfferedText:
    """A text of the library or the city's own. `difficulty`: "" while two raters have not agreed (`why_ja`)."""

    text: Text
    is_own: bool
    difficulty: str
    why_ja: str = ""


def texts_of(actor: Actor) -> list[OfferedText]:
    """The city's own texts, then the library's."""
    rows = Scenario.objects.visible_to(actor).order_by("code")
    own = [offered(actor.municipality_id, from_json(row.content), is_own=True) for row in rows]
    return own + [offered(actor.municipality_id, one, is_own=False) for one in SCENARIOS.values()]


def offered(municipality_id: int, text: Text, *, is_own: bool) -> OfferedText:
    """A text with its difficulty, or why it has none yet."""
    try:
        return OfferedText(text, is_own, difficulty_of(municipality_id, text))
    except RuleError as fault:
        return OfferedText(text, is_own, "", fault.reason_ja)


def ratings_of(municipality_id: int, text: Text) -> tuple[list[Rating], Rating | None]:
    """The ratings of a text as it is now, earliest first, and what was agreed on last."""
    rows = ScenarioRating.objects.filter(
        municipality_id=municipality_id, scenario_code=text.code, scenario_sha256=text.sha256
    ).order_by("rated_at", "pk")
    found: list[Rating] = []
    agreed = None
    for row in rows:
        rating = Rating(row.rater, row.cue_count, tuple(map(int, row.premise.split(","))))
        if row.is_consensus:
            agreed = rating
        else:
            found.append(rating)
    return found, agreed


def rating_of(municipality_id: int, text: Text) -> Rating:
    """The rating that counts: the city's two raters', else for a library text its author's.

    Raises RuleError for an own text without two raters, and while two raters differ.
    """
    found, agreed = ratings_of(municipality_id, text)
    if not found and text.code in SCENARIOS:
        return Rating(AUTHOR, len(text.cues), text.premise)
    return consensus(found, agreed)


def difficulty_of(municipality_id: int, text: Text) -> str:
    """The difficulty of a text by the rating that counts."""
    return difficulty(rating_of(municipality_id, text))
