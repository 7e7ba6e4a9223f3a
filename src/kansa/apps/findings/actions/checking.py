"""How does a department answer the fact check, and who decides about a disagreement?"""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.actions.holding import check_version, demand, hold, key_of, refused
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor


def answer_fact_check(
    actor: Actor, pk: int, version: int, answer: str, text_ja: str, *, is_final: bool
) -> models.FactCheck:
    """The department's view of a finding. The contact drafts it; it counts once the head answers (`is_final`).

    Raises RuleError in another state, for another person, or after the decision; InputError for a disagreement without
    its text.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        finding = hold(actor, pk)
        roles = demand(actor, finding, "fact_check_answer")
        if is_final and "auditee_head" not in roles:
            raise RuleError("not_your_role", "回答の提出は被監査部門の長が行います。下書きとして保存してください。")
        check = models.FactCheck.objects.filter(finding=finding).first()
        check = check or models.FactCheck(municipality_id=actor.municipality_id, finding=finding)
        check_version(check.version, version)
        if check.decision:
            raise RuleError(
                "already_decided", "この回答への判断は記録されています。変えるには監査事務局に連絡してください。"
            )
        if check.answered_at is not None and not is_final:
            raise RuleError("already_answered", "回答は提出されています。変えられるのは被監査部門の長です。")
        if answer != "agreement" and not text_ja.strip():
            raise refused("text", "どこが、どう違うかを入力してください。", "意見")
        before = {"answer": check.answer, "text_ja": check.text_ja} if check.pk else {}
        check.answer, check.text_ja = answer, text_ja.strip()
        check.answered_by_id = actor.account_id
        check.answered_at = timezone.now() if is_final else None
        check.version += 1
        check.save()
        after = {"answer": check.answer, "text_ja": check.text_ja}
        record(actor, "answer" if is_final else "draft_answer", "finding", key_of(finding), before, after)
    return check


def decide(actor: Actor, pk: int, version: int, decision: str, decision_ja: str) -> models.FactCheck:
    """What becomes of a finding after a disagreement: upheld, changed (the auditor mends it) or withdrawn.

    Raises RuleError for another person or state, or when the department has not disagreed; InputError without a reason.
    """
    require(actor, "decide_disagreement")
    with transaction.atomic():
        finding = hold(actor, pk)
        demand(actor, finding, "fact_check_decision")
        check = models.FactCheck.objects.filter(finding=finding).first()
        if check is None or check.answered_at is None or check.answer == "agreement":
            raise RuleError("no_disagreement", "見解の相違の回答がないため、判断は要りません。")
        check_version(check.version, version)
        if not decision_ja.strip():
            raise refused("reason", "判断の理由を入力してください。対象所属に示されます。", "判断の理由")
        before = {"decision": check.decision, "decision_ja": check.decision_ja}
        check.decision, check.decision_ja = decision, decision_ja.strip()
        check.decided_by_id, check.decided_at = actor.account_id, timezone.now()
        check.version += 1
        check.save()
        finding.is_withdrawn = decision == "withdrawn"
        finding.version += 1
        finding.save(update_fields=["is_withdrawn", "version"])
        after = {"decision": decision, "decision_ja": check.decision_ja}
        record(actor, "decide", "finding", key_of(finding), before, after)
    return check
