"""What has the audited department answered so far?"""

from __future__ import annotations

from typing import NamedTuple

from django.http import Http404

from kansa.apps.assessment.models import EngagementSurvey, PreliminaryAnswer
from kansa.apps.assessment.queries.sheet import sheet_lines
from kansa.apps.controls.models import ControlItem
from kansa.apps.plan.models import Engagement


class SurveyLine(NamedTuple):
    """One item of the survey in one line."""

    code: str
    domain_ja: str
    text_ja: str
    is_answered: bool
    claimed_level: int | None


def survey_lines(engagement: Engagement) -> list[SurveyLine]:
    """Every item that is assigned, in checklist order; three queries."""
    rows = PreliminaryAnswer.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    given = {row[0]: row[1:] for row in rows.values_list("item_id", "answer_ja", "claimed_level")}
    found = []
    for line in sheet_lines(engagement):
        answer_ja, claimed = given.get(line.item, ("", None))
        is_answered = bool(answer_ja) or claimed is not None
        found.append(SurveyLine(line.code, line.domain_ja, line.text_ja, is_answered, claimed))
    return found


def submission_of(engagement: Engagement) -> EngagementSurvey | None:
    """When and by whom the answers were handed in; None while they were not."""
    rows = EngagementSurvey.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    return rows.select_related("submitted_by").first()


def places_of(engagement: Engagement, item_code: str) -> tuple[ControlItem, int, int, str, str]:
    """The item, its place, how many there are, and the codes before and after. Raises Http404."""
    lines = sheet_lines(engagement)
    place = next((place for place, line in enumerate(lines) if line.code == item_code), None)
    if place is None:
        raise Http404(f"項目「{item_code}」は、この監査の項目ではありません。")
    before = lines[place - 1].code if place else ""
    after = lines[place + 1].code if place + 1 < len(lines) else ""
    return ControlItem.objects.get(pk=lines[place].item), place + 1, len(lines), before, after


def answer_of(engagement: Engagement, item: int) -> PreliminaryAnswer | None:
    """The answer to one item; None while there is none."""
    rows = PreliminaryAnswer.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, item_id=item
    )
    return rows.select_related("answered_by").first()
