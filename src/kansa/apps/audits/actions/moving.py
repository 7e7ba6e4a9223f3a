"""How does an audit move from state to state? Only through core.flow, with what was missing told in one go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from kansa.apps.audits.actions.planning import same_version
from kansa.apps.audits.queries import engagement_facts, recorded_only
from kansa.apps.findings.actions import carry_over_open
from kansa.apps.findings.queries import finding_facts
from kansa.apps.plan.models import Engagement, EngagementMove
from kansa.apps.plan.queries import engagement_for
from kansa.apps.trail.actions import record, require
from kansa.core.flow import recorded_step, step
from kansa.core.permission import Actor

# Moves whose form also takes number and date of the letter that goes out with them.
NOTICES = {"notify": ("notice_number", "noticed_on")}
RESULTS = dict.fromkeys(("notify_result", "notify_result_without_findings"), ("result_number", "result_on"))
DOCUMENTS = NOTICES | RESULTS
RECORDED_JA = "kansa の外で行われた監査の記録のため"


@dataclass(frozen=True, slots=True)
class Sent:
    """Number and date of the letter that goes out with a move."""

    number: str = ""
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the audits that were only recorded."""

    closed_count: int
    followed_count: int  # have open findings


def move(
    actor: Actor,
    fiscal_year: int,
    code: str,
    version: int,
    move_code: str,
    reason_ja: str = "",
    sent: Sent | None = None,
) -> Engagement:
    """Makes one move. Raises RuleError: changed_meanwhile, or what core.flow.step refuses.

    Number and date of a letter are kept even when they were not written before, in the same transaction.
    """
    with transaction.atomic():
        access = engagement_for(actor, fiscal_year, code)
        rows = Engagement.objects.filter(pk=access.engagement.pk).select_related("department", "firm")
        engagement = (rows.select_for_update(of=("self",)) if connection.vendor == "postgresql" else rows).get()
        same_version(engagement, version)
        if move_code in DOCUMENTS and sent is not None:
            number_field, day_field = DOCUMENTS[move_code]
            setattr(engagement, number_field, sent.number.strip()[:60])
            setattr(engagement, day_field, sent.on)
        if move_code == "skip_preliminary":
            engagement.preliminary_waived_ja = reason_ja.strip()
        made = step(engagement.state, move_code, engagement_facts(engagement), access.roles, reason_ja)
        if made.code == "carry_over":
            carry_over_open(actor, engagement, made.reason_ja)
        _write(actor, engagement, made.code, made.to_state, made.reason_ja)
    return engagement


def _write(actor: Actor, engagement: Engagement, code: str, to_state: str, reason_ja: str) -> None:
    from_state = engagement.state
    engagement.state, engagement.version = to_state, engagement.version + 1
    engagement.save()
    EngagementMove.objects.create(
        municipality_id=engagement.municipality_id,
        engagement=engagement,
        code=code,
        from_state=from_state,
        to_state=to_state,
        reason_ja=reason_ja,
        account_id=actor.account_id,
        actor_name=actor.name[:200],
        moved_at=timezone.now(),
    )
    key = f"{engagement.fiscal_year}/{engagement.code}"
    after = {"state": to_state, "code": code, "reason_ja": reason_ja}
    record(actor, "move", "engagement", key, {"state": from_state}, dict(after))


def close_recorded(actor: Actor, fiscal_year: int) -> Recorded:
    """Ends the year's engagements that were only recorded; each keeps that as its reason.

    One with open findings is followed up instead, so that the department can go on with its plans.
    """
    require(actor, "manage_engagements")
    with transaction.atomic():
        found = recorded_only(actor, fiscal_year)
        for engagement in found:
            made = recorded_step(engagement.state, finding_facts(engagement)["open_count"], RECORDED_JA)
            _write(actor, engagement, made.code, made.to_state, made.reason_ja)
    followed_count = sum(one.state == "followed_up" for one in found)
    return Recorded(len(found) - followed_count, followed_count)
