"""How does the audited department answer before the auditors come, and hand its answers in?"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from kansa.apps.assessment.actions.judging import CHANGED_JA
from kansa.apps.assessment.models import EngagementSurvey, PreliminaryAnswer
from kansa.apps.assessment.queries.access import worksheet_for
from kansa.apps.assessment.queries.sheet import item_in
from kansa.apps.controls.queries import scale_levels
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor

LONGEST_ANSWER = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it is typed; `claimed_level` is what the department thinks of itself, None when it does not say."""

    answer_ja: str = ""
    claimed_level: int | None = None


class AnswerChanged(RuleError):
    """Somebody else answered since the form was opened."""

    def __init__(self, theirs: Answer, version: int) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__("changed_meanwhile", CHANGED_JA)


def answer_item(actor: Actor, fiscal_year: int, code: str, item_code: str, answer: Answer, version: int) -> int:
    """Saves one answer; its new version. Raises RuleError (AnswerChanged, not now), PermissionDenied, Http404."""
    require(actor, "read_engagements")
    with transaction.atomic():
        engagement = worksheet_for(actor, fiscal_year, code, "preliminary").engagement
        levels = scale_levels(actor.municipality_id, [fiscal_year]).get(fiscal_year)
        if levels and answer.claimed_level is not None and answer.claimed_level not in levels:
            reason = f"レベル{answer.claimed_level}は、この年度の判定基準にありません。"
            raise RuleError("level_outside_scale", reason)
        if len(answer.answer_ja) > LONGEST_ANSWER:
            raise RuleError("too_long", f"回答は{LONGEST_ANSWER}字までです。長い資料は証拠に添付してください。")
        key = {
            "municipality_id": engagement.municipality_id,
            "engagement": engagement,
            "item": item_in(engagement, item_code),
        }
        row = PreliminaryAnswer.objects.select_for_update().filter(**key).first() or PreliminaryAnswer(**key)
        standing = Answer(row.answer_ja, row.claimed_level)
        if standing == answer:
            return row.version
        if row.version != version:
            raise AnswerChanged(standing, row.version)
        row.answer_ja, row.claimed_level = answer.answer_ja, answer.claimed_level
        row.version += 1
        row.answered_by_id, row.answered_at = actor.account_id, timezone.now()
        row.save()
        before: dict[str, object] = {"answer_ja": standing.answer_ja, "claimed_level": standing.claimed_level}
        after: dict[str, object] = {
            "answer_ja": answer.answer_ja,
            "claimed_level": answer.claimed_level,
            "version": row.version,
        }
        record(actor, "answer_preliminary", "preliminary_answer", f"{fiscal_year}/{code}/{item_code}", before, after)
        return row.version


def submit_survey(actor: Actor, fiscal_year: int, code: str) -> EngagementSurvey:
    """Hands the answers in as a whole: the head's act; again after a correction. Raises RuleError (not_the_head)."""
    require(actor, "read_engagements")
    with transaction.atomic():
        access = worksheet_for(actor, fiscal_year, code, "preliminary")
        if "auditee_head" not in access.roles:
            raise RuleError("not_the_head", "提出は被監査部門の長が行います。")
        row, is_new = EngagementSurvey.objects.update_or_create(
            municipality_id=access.engagement.municipality_id,
            engagement=access.engagement,
            defaults={"submitted_by_id": actor.account_id, "submitted_at": timezone.now()},
        )
        after: dict[str, object] = {"submitted_at": row.submitted_at.isoformat()}
        record(actor, "submit_preliminary", "engagement", f"{fiscal_year}/{code}", {"is_first": is_new}, after)
    return row
