"""What do the judgements of an engagement say about whether it may be moved on? (core.flow.EngagementFacts)"""

from __future__ import annotations

from django.db.models import Count, Q

from kansa.apps.assessment import models
from kansa.apps.assessment.queries.levels import JUDGED_METHOD
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.models import Engagement

WITHOUT_REASON = Q(state="not_applicable", reason_ja="")


def preliminary_submitted(engagement: Engagement) -> bool:
    """Whether the audited department handed its answers in."""
    rows = models.EngagementSurvey.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    return rows.exists()


def unreconciled(engagement: Engagement) -> int:
    """Assigned items that two auditors have not judged, or whose one judgement is not decided yet."""
    municipality_id = engagement.municipality_id
    own = models.AuditorJudgement.objects.filter(municipality_id=municipality_id, engagement=engagement)
    judged = own.exclude(state="not_judged").values("item_id").annotate(auditors=Count("pk"))
    by_two = {one["item_id"] for one in judged if one["auditors"] >= 2}
    rows = models.Judgement.objects.filter(municipality_id=municipality_id, engagement=engagement)
    return sum(item not in by_two or state == "not_judged" for item, state in rows.values_list("item_id", "state"))


def judging_facts(engagement: Engagement) -> dict[str, int | bool]:
    """The fields of EngagementFacts that concern judgements and the preliminary survey; at most six queries.

    Before the first judgement every item of the checklist waits.
    """
    municipality_id = engagement.municipality_id
    mode = audit_rules(municipality_id, engagement.fiscal_year).judging_mode
    rows = models.Judgement.objects.filter(municipality_id=municipality_id, engagement=engagement)
    counts = rows.aggregate(
        items=Count("pk"),
        waiting=Count("pk", filter=Q(state="not_judged")),
        unexplained=Count("pk", filter=WITHOUT_REASON),
        unreviewed=Count("pk", filter=~Q(state="not_judged") & Q(reviewed_at__isnull=True)),
    )
    is_control_check = engagement.method == JUDGED_METHOD
    if not counts["items"] and is_control_check:
        items = ControlItem.objects.filter(
            municipality_id=municipality_id,
            checklist__fiscal_year=engagement.fiscal_year,
            checklist__stream=engagement.stream,
        )
        counts["items"] = counts["waiting"] = items.exclude(lineage="dropped").count()
    return {
        "preliminary_submitted": preliminary_submitted(engagement),
        "is_control_check": is_control_check,
        "item_count": counts["items"],
        "not_judged_count": counts["waiting"],
        "unexplained_count": counts["unexplained"],
        "judges_apart": mode == "apart",
        "unreconciled_count": unreconciled(engagement) if mode == "apart" else 0,
        "wants_review": mode == "reviewed",
        "unreviewed_count": counts["unreviewed"],
    }
