"""How is it decided about a measure: weighed and proposed, approved or sent back, withdrawn? Every step is appended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.actions.measures import hold_measure
from kansa.apps.diagnosis.models import Decision, Measure
from kansa.apps.diagnosis.queries.conditions import INPUTS, ProposedCondition, proposed_conditions
from kansa.apps.diagnosis.queries.measure_rights import may_approve, may_propose
from kansa.apps.diagnosis.queries.measures import latest_steps
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.measures import TREATMENTS_JA, check_step, needs_review
from kansa.core.permission import Actor
from kansa.core.ssvc import Condition, human_impact, priority

LONGEST_REVIEW = timedelta(days=366)  # a risk that is kept is looked at again within a year
INPUTS_JA = {
    "exploitation": "悪用の状況",
    "exposure": "到達のしやすさ",
    "automatable": "攻撃の自動化",
    "safety": "人の安全への影響",
    "mission": "業務への影響",
}
SIDE_EFFECTS = ("testing", "malfunction_ja", "vendor_support", "downtime_minutes", "has_way_back")
COSTS = ("work_minutes", "budget_fiscal_year", "renewal_on", "cost_note_ja")
CONCLUSION = ("reason_ja", "owner_ja", "due_on", "residual_ja", "review_on")


@dataclass(frozen=True, slots=True)
class Option:
    """One of the ways that are compared: what it would be, what it costs."""

    note_ja: str = ""
    cost_once: int | None = None
    cost_yearly: int | None = None


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was weighed about a measure. `inputs`: the five values; `reasons`: why one differs from the proposal.

    `residual`: the inputs that the treatment changes, with their values afterwards.
    """

    treatment: str
    inputs: Mapping[str, str]
    reasons: Mapping[str, str] = field(default_factory=dict)
    residual: Mapping[str, str] = field(default_factory=dict)
    options: Mapping[str, Option] = field(default_factory=dict)
    condition_ja: str = ""
    testing: str = ""
    malfunction_ja: str = ""
    vendor_support: str = ""
    downtime_minutes: int | None = None
    has_way_back: bool | None = None
    work_minutes: int | None = None
    budget_fiscal_year: int | None = None
    renewal_on: date | None = None
    cost_note_ja: str = ""
    reason_ja: str = ""
    owner_ja: str = ""
    due_on: date | None = None
    residual_ja: str = ""
    review_on: date | None = None


def priority_of(inputs: Mapping[str, str]) -> str:
    """The priority of five inputs. Raises RuleError for a value that there is not."""
    impact = human_impact(inputs["safety"], inputs["mission"])
    return priority(Condition(inputs["exploitation"], inputs["exposure"], inputs["automatable"], impact))


def residual_priority(one: Weighed) -> str:
    """What is left: nothing of what is fixed or avoided, all of what is accepted, the table run again if mitigated."""
    if one.treatment == "accept":
        return priority_of(one.inputs)
    if one.treatment == "mitigate":
        return priority_of({**one.inputs, **{name: value for name, value in one.residual.items() if value}})
    return ""


def propose(actor: Actor, pk: int, weighed: Weighed, base: int | None = None) -> Decision:
    """The department's proposal, with all that was weighed. `base`: the last step that the person saw, None for none.

    Raises InputError for what lacks or cannot be; RuleError: not allowed, or somebody took a step meanwhile.
    """
    require(actor, "read_diagnosis")
    with transaction.atomic():
        measure = hold_measure(actor, pk)
        before = _last(measure, base)
        proposed = _proposed(measure)
        faults = tuple(weighing_faults(weighed, proposed, timezone.localdate()))
        if faults:
            raise InputError(*faults)
        check_step(before.step if before else "", "proposed")
        chosen = weighed.options.get(weighed.treatment, Option())
        inputs = weighed.inputs
        decision = Decision.objects.create(
            municipality_id=actor.municipality_id,
            measure=measure,
            step="proposed",
            treatment=weighed.treatment,
            exploitation=inputs["exploitation"],
            exposure=inputs["exposure"],
            automatable=inputs["automatable"],
            human_impact=human_impact(inputs["safety"], inputs["mission"]),
            priority=priority_of(inputs),
            condition_ja=weighed.condition_ja,
            evidence=_evidence(weighed, proposed),
            cost_once=chosen.cost_once,
            cost_yearly=chosen.cost_yearly,
            residual_priority=residual_priority(weighed),
            decided_by_id=actor.account_id,
            decided_at=timezone.now(),
            **{name: getattr(weighed, name) for name in (*SIDE_EFFECTS, *COSTS, *CONCLUSION)},
        )
        _mark(actor, "propose_decision", decision, before)
    return decision


def _last(measure: Measure, base: int | None) -> Decision | None:
    before = latest_steps(measure.municipality_id, [measure.pk]).get(measure.pk)
    if base is not None and base != (before.pk if before else 0):
        raise RuleError("step_moved", "ほかの人が先に決定を進めました。画面を開き直して確かめてください。")
    return before


def _proposed(measure: Measure) -> ProposedCondition:
    year = fiscal_year_of(timezone.localdate())
    found = proposed_conditions(measure.municipality_id, [measure.pk], year).get(measure.pk)
    if found is None:
        raise RuleError("no_targets", "この対策には検出がありません。ほかの対策にまとめられています。")
    return found


def _evidence(weighed: Weighed, proposed: ProposedCondition) -> dict[str, object]:
    return {
        "inputs": dict(weighed.inputs),
        "proposed": proposed.values(),
        "proposed_because": proposed.reasons(),
        "changed_because": {name: text for name, text in weighed.reasons.items() if text},
        "residual": {name: value for name, value in weighed.residual.items() if value},
        "options": {name: asdict(one) for name, one in weighed.options.items() if one != Option()},
    }


def weighing_faults(one: Weighed, proposed: ProposedCondition, today: date) -> Iterator[Refusal]:
    """What a proposal lacks, each at the label of its field."""
    if one.treatment not in TREATMENTS_JA:
        yield refused("no_treatment", "対応方針を選んでください。", "対応方針")
        return
    for name in INPUTS:
        if one.inputs[name] != proposed.values()[name] and not one.reasons.get(name, "").strip():
            reason = "提案された値を変えるときは、理由を入力してください。"
            yield refused("input_reason", reason, f"{INPUTS_JA[name]}を変える理由")
    if not one.reason_ja.strip():
        yield refused("no_reason", "この対応方針を選んだ理由を入力してください。", "選定理由")
    if one.treatment != "accept":
        if not one.owner_ja.strip():
            yield refused("no_owner", "担当する人又は係を入力してください。", "担当")
        if one.due_on is None or one.due_on < today:
            yield refused("no_due", "今日以後の日を入力してください。", "期限")
    if needs_review(one.treatment) and (one.review_on is None or not today < one.review_on <= today + LONGEST_REVIEW):
        yield refused("no_review", "残る危険を見直す日を、明日から一年以内で入力してください。", "見直し日")
    if one.treatment == "mitigate" and not one.residual_ja.strip():
        yield refused("no_residual", "何によって軽減し、何が残るかを入力してください。", "残存リスク")


def refused(code: str, reason_ja: str, label: str) -> Refusal:
    """A refusal at the field with this label."""
    return Refusal(code, reason_ja, Place(column=label))


def approve(actor: Actor, pk: int, base: int) -> Decision:
    """Approves the proposal as it stands. Raises RuleError for whoever may not, or when a step was taken meanwhile."""
    return _answer(actor, pk, base, "approved", "")


def send_back(actor: Actor, pk: int, base: int, reason_ja: str) -> Decision:
    """Sends the proposal back with a reason."""
    if not reason_ja.strip():
        raise InputError(refused("no_reason", "差し戻す理由を入力してください。", "差戻しの理由"))
    return _answer(actor, pk, base, "sent_back", reason_ja.strip())


def _answer(actor: Actor, pk: int, base: int, step: str, reason_ja: str) -> Decision:
    require(actor, "read_diagnosis")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        measure = Measure.objects.visible_to(actor).filter(pk=pk).first()
        before = _last(measure, base) if measure is not None else None
        if measure is None or before is None or not may_approve(actor, measure, before):
            raise RuleError("not_allowed", "この対策を承認する権限がありません。")
        check_step(before.step, step)
        today = timezone.localdate()
        if step == "approved" and needs_review(before.treatment) and (before.review_on or today) <= today:
            raise RuleError("review_passed", "見直し日が過ぎています。差し戻して、新しい日を入れてもらってください。")
        decision = _copied(actor, before, step)
        if step == "approved":
            decision.approver_ja, decision.approved_on = actor.name[:100], today
        else:
            decision.evidence = {**before.evidence, "sent_back_ja": reason_ja}
        decision.save(force_insert=True)
        if step == "approved" and measure.done_on is not None:
            # A new decision begins a new course; what was reported for the last one stands in the trail.
            measure.done_on = measure.verified_on = None
            measure.save(update_fields=["done_on", "verified_on"])
        _mark(actor, "approve_decision" if step == "approved" else "send_back_decision", decision, before)
    return decision


def withdraw(actor: Actor, pk: int, base: int, reason_ja: str) -> Decision:
    """Takes back what was proposed or approved: the measure is undecided again."""
    require(actor, "read_diagnosis")
    if not reason_ja.strip():
        raise InputError(refused("no_reason", "取り消す理由を入力してください。", "取消しの理由"))
    with transaction.atomic():
        measure = hold_measure(actor, pk)
        before = _last(measure, base)
        if before is None or not may_propose(actor, measure.owning_department_id):
            raise RuleError("not_allowed", "取り消す決定がありません。")
        check_step(before.step, "withdrawn")
        decision = _copied(actor, before, "withdrawn")
        decision.evidence = {**before.evidence, "withdrawn_ja": reason_ja.strip()}
        decision.save(force_insert=True)
        _mark(actor, "withdraw_decision", decision, before)
    return decision


def _copied(actor: Actor, before: Decision, step: str) -> Decision:
    left_out = {"id", "step", "decided_by_id", "decided_at", "approver_ja", "approved_on"}
    values = {one.attname: getattr(before, one.attname) for one in Decision._meta.concrete_fields}
    kept = {name: value for name, value in values.items() if name not in left_out}
    return Decision(**kept, step=step, decided_by_id=actor.account_id, decided_at=timezone.now())


def _mark(actor: Actor, verb: str, decision: Decision, before: Decision | None) -> None:
    told = {
        "decision": decision.pk,
        "step": decision.step,
        "treatment": decision.treatment,
        "priority": decision.priority,
        "residual_priority": decision.residual_priority,
        "due_on": str(decision.due_on or ""),
        "review_on": str(decision.review_on or ""),
    }
    was: dict[str, object] = {} if before is None else {"decision": before.pk, "step": before.step}
    record(actor, verb, "measure", str(decision.measure_id), was, told)
