"""How does an act take hold of a finding: visible to the person, in the right state, not changed meanwhile?"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.queries.may import may_about, may_ever_about
from kansa.apps.findings.queries.standing import loaded, roles_for
from kansa.core.errors import CHANGED_MEANWHILE, InputError, Place, Refusal, RuleError
from kansa.core.flow import STATES_JA
from kansa.core.improvement import may_do
from kansa.core.permission import Actor

CHANGED = CHANGED_MEANWHILE[0]


def hold(actor: Actor, pk: int) -> models.Finding:
    """The finding, locked until the transaction ends. Raises RuleError when the person may not see it."""
    rows = models.Finding.objects.visible_to(actor).filter(pk=pk)
    found = loaded(rows).select_for_update(of=("self",)).first()
    if found is None:
        raise RuleError("not_allowed", "この検出事項はないか、見る権限がありません。")
    return found


def demand(actor: Actor, finding: models.Finding, what: str, act: str = "") -> frozenset[str]:
    """The actor's roles, when they may edit `what` now and may do `act` of core.improvement. Raises RuleError."""
    roles = roles_for(actor, finding)
    if (act and not may_do(act, roles)) or not may_ever_about(finding, what, roles):
        raise RuleError("not_allowed", "この操作を行う権限がありません。")
    if not may_about(finding, what, roles):
        state_ja = STATES_JA[finding.engagement.state] if finding.engagement else ""
        raise RuleError(
            "not_in_this_state", f"この監査は「{state_ja}」のため、今は変更できません。画面を読み直してください。"
        )
    if finding.is_withdrawn and what != "fact_check_decision":
        raise RuleError("withdrawn", "この検出事項は取り下げられたため、変更できません。")
    return roles


def check_version(now: int, given: int) -> None:
    """Raises RuleError when somebody has saved since the form was opened; nothing of either is lost."""
    if now != given:
        raise RuleError(*CHANGED_MEANWHILE)


def refused(code: str, reason_ja: str, label_ja: str) -> InputError:
    """A fault of one field of the form."""
    return InputError(Refusal(code, reason_ja, Place(column=label_ja)))


def placed(refusals: Iterable[Refusal], labels: dict[str, str]) -> tuple[Refusal, ...]:
    """Refusals of a core rule at the fields of the form they speak of."""
    return tuple(Refusal(one.code, one.reason_ja, Place(column=labels.get(one.code, ""))) for one in refusals)


def not_in_future(day: object, label_ja: str) -> None:
    """Raises InputError for a day after today: what has not happened yet is not recorded as done."""
    if day is not None and day > timezone.localdate():  # type: ignore[operator]
        raise refused("day_in_future", "今日より後の日です。実際の日を入力してください。", label_ja)


def key_of(finding: models.Finding) -> str:
    """The finding as the trail names it."""
    return f"{finding.fiscal_year}/{finding.code}"
