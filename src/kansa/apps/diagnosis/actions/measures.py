"""How do measures come to be, come together and apart, and how is it told that one is done and holds?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.diagnosis.models import Measure, MeasureTarget
from kansa.apps.diagnosis.queries.assets import successors_in
from kansa.apps.diagnosis.queries.figures import decisions_in_force
from kansa.apps.diagnosis.queries.measure_rights import may_propose, may_verify
from kansa.apps.diagnosis.queries.measures import (
    latest_steps,
    owner_now,
    proposed_measures,
    same_elsewhere,
)
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.measures import ProposedMeasure
from kansa.core.permission import Actor

MOST_AT_ONCE = 500


def hold_measure(actor: Actor, pk: int) -> Measure:
    """A measure of which the person is in charge, locked. Raises RuleError. Inside the transaction of an act."""
    lock_municipality(actor.municipality_id)
    found: Measure | None = Measure.objects.visible_to(actor).filter(pk=pk).first()
    if found is None or not may_propose(actor, found.owning_department_id):
        raise RuleError("not_allowed", "この対策を扱う権限がありません。")
    return found


def create_measures(actor: Actor, chosen: Iterable[str]) -> list[Measure]:
    """Makes the chosen proposals measures. `chosen`: their numbers as the page gave them (`proposal_code`).

    Raises RuleError: not allowed, nothing chosen, or what was chosen has changed since the page was shown.
    """
    require(actor, "read_diagnosis")
    wanted = set(chosen)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        fiscal_year = fiscal_year_of(timezone.localdate())
        found = {proposal_code(one): one for one in proposed_measures(actor, fiscal_year)}
        if not wanted or len(wanted) > MOST_AT_ONCE:
            raise RuleError("no_proposal", f"対策にするものを選んでください（一度に{MOST_AT_ONCE}件まで）。")
        if not wanted <= found.keys():
            reason = "選んだ案の検出が、この間に変わりました。何も作っていません。一覧を確かめて選び直してください。"
            raise RuleError("proposal_moved", reason)
        groups = [one for code, one in found.items() if code in wanted]
        if not all(may_propose(actor, one.owner) for one in groups):
            raise RuleError("not_allowed", "この所管課の対策を作る権限がありません。")
        return [_create(actor, fiscal_year, one) for one in groups]


def proposal_code(one: ProposedMeasure) -> str:
    """What tells a proposal from others, and from the same one when vulnerabilities came or went."""
    return f"{one.keys[0]}-{len(one.keys)}-{sum(one.keys)}"


def _create(actor: Actor, fiscal_year: int, one: ProposedMeasure) -> Measure:
    measure = Measure.objects.create(
        municipality_id=actor.municipality_id,
        fiscal_year=fiscal_year,
        owning_department_id=one.owner,
        kind=one.kind,
        title_ja=one.title_ja,
        created_by_id=actor.account_id,
        created_at=timezone.now(),
    )
    _aim(measure, one.keys)
    told = {"title_ja": one.title_ja, "targets": len(one.keys), "department": one.owner}
    record(actor, "create_measure", "measure", str(measure.pk), {}, told)
    return measure


def _aim(measure: Measure, vulnerabilities: Sequence[int]) -> None:
    now = timezone.now()
    MeasureTarget.objects.bulk_create(
        MeasureTarget(municipality_id=measure.municipality_id, measure=measure, vulnerability_id=pk, added_at=now)
        for pk in vulnerabilities
    )


def _taken_out(measure: Measure, vulnerabilities: Sequence[int]) -> list[int]:
    """Takes vulnerabilities out of a measure; those that were in it."""
    rows = MeasureTarget.objects.filter(
        municipality_id=measure.municipality_id,
        measure=measure,
        removed_at__isnull=True,
        vulnerability__in=vulnerabilities,
    )
    found = list(rows.order_by("vulnerability_id").values_list("vulnerability_id", flat=True))
    rows.update(removed_at=timezone.now())
    return found


def merge_measures(actor: Actor, into: int, others: Sequence[int], title_ja: str) -> Measure:
    """Puts measures of one department together. Raises RuleError for others' or for ones under decision."""
    require(actor, "read_diagnosis")
    with transaction.atomic():
        measure = hold_measure(actor, into)
        found = [hold_measure(actor, pk) for pk in dict.fromkeys(others) if pk != into]
        if not found:
            raise RuleError("nothing_to_merge", "まとめる対策を二つ以上選んでください。")
        if {one.owning_department_id for one in found} != {measure.owning_department_id}:
            raise RuleError("other_owner", "所管課の違う対策は、まとめられません。")
        held = decisions_in_force(actor.municipality_id)
        steps = latest_steps(actor.municipality_id, [one.pk for one in (measure, *found)])
        if any(pk in held or one.step == "proposed" for pk, one in steps.items()):
            raise RuleError(
                "decided_already", "決定した、又は承認を待つ対策は、まとめられません。先に取り消してください。"
            )
        for one in found:
            targets = MeasureTarget.objects.filter(measure=one, removed_at__isnull=True)
            moved = _taken_out(one, list(targets.values_list("vulnerability_id", flat=True)))
            _aim(measure, moved)
            record(actor, "merge_measure", "measure", str(one.pk), {"targets": len(moved)}, {"into": measure.pk})
        if title_ja.strip():
            measure.title_ja = title_ja.strip()[:300]
            measure.save(update_fields=["title_ja"])
    return measure


def split_measure(actor: Actor, pk: int, vulnerabilities: Sequence[int], title_ja: str) -> Measure:
    """Makes some vulnerabilities of a measure one of their own, not decided yet. Raises RuleError for none or all."""
    require(actor, "read_diagnosis")
    with transaction.atomic():
        measure = hold_measure(actor, pk)
        total = MeasureTarget.objects.filter(measure=measure, removed_at__isnull=True).count()
        moved = _taken_out(measure, vulnerabilities)
        if not moved or len(moved) == total:
            raise RuleError("split_some", "分ける検出を選んでください。全ては選べません。")
        title = title_ja.strip()[:300] or measure.title_ja
        group = ProposedMeasure(measure.owning_department_id or 0, measure.kind, title, tuple(moved), 0)
        made = _create(actor, fiscal_year_of(timezone.localdate()), group)
        record(actor, "split_measure", "measure", str(measure.pk), {"targets": total}, {"into": made.pk})
    return made


def roll_out_measure(actor: Actor, pk: int) -> list[Measure]:
    """水平展開: one measure for each other department in which the same was found. Raises RuleError for none."""
    require(actor, "order_rollout")
    with transaction.atomic():
        measure = hold_measure(actor, pk)
        fiscal_year = fiscal_year_of(timezone.localdate())
        moved = successors_in(actor.municipality_id, fiscal_year)
        by_owner: dict[int, list[int]] = {}
        assets: dict[int, set[int]] = {}
        for one in same_elsewhere(actor, measure, fiscal_year):
            owner = owner_now(one.asset.owning_department_id, moved)
            by_owner.setdefault(owner, []).append(one.pk)
            assets.setdefault(owner, set()).add(one.asset_id)
        if not by_owner:
            raise RuleError("nothing_elsewhere", "ほかの所管課に、対策のない同じ検出はありません。")
        made = [
            _create(
                actor,
                fiscal_year,
                ProposedMeasure(owner, measure.kind, measure.title_ja, tuple(keys), len(assets[owner])),
            )
            for owner, keys in sorted(by_owner.items())
        ]
        record(actor, "roll_out_measure", "measure", str(measure.pk), {}, {"measures": [one.pk for one in made]})
    return made


def report_measure_done(actor: Actor, pk: int, done_on: date, note_ja: str) -> Measure:
    """The department says that it is done; the next scan, or a second person, says whether it holds."""
    require(actor, "read_diagnosis")
    with transaction.atomic():
        measure = hold_measure(actor, pk)
        held = decisions_in_force(actor.municipality_id, [measure.pk]).get(measure.pk)
        if held is None or held.treatment == "accept":
            raise RuleError("not_decided", "修正、軽減又は回避の決定が承認されてから、実施を報告してください。")
        if done_on > timezone.localdate():
            raise InputError(
                Refusal("future_day", "これから先の日です。実施した日を入力してください。", Place(column="実施日"))
            )
        if not note_ja.strip():
            raise InputError(Refusal("no_note", "実施したことを入力してください。", Place(column="実施したこと")))
        before = _told(measure)
        measure.done_on, measure.done_note_ja, measure.done_by_id = done_on, note_ja.strip(), actor.account_id
        measure.verified_on, measure.verified_note_ja, measure.verified_by_id = None, "", None
        _save(actor, "report_measure_done", measure, before)
    return measure


def verify_measure(actor: Actor, pk: int, note_ja: str, *, holds: bool) -> Measure:
    """A second person looked: it holds, or it goes back to the department. Raises RuleError for whoever reported it."""
    require(actor, "read_diagnosis")
    with transaction.atomic():
        measure = hold_measure(actor, pk)
        if measure.done_on is None:
            raise RuleError("not_done", "まだ実施が報告されていません。")
        if not may_verify(actor, measure):
            raise RuleError("own_report", "実施を報告した人は、確認者になれません。別の人が確かめてください。")
        if not note_ja.strip():
            raise InputError(
                Refusal("no_note", "どのように確かめたかを入力してください。", Place(column="確かめたこと"))
            )
        before = _told(measure)
        measure.verified_note_ja, measure.verified_by_id = note_ja.strip(), actor.account_id
        if holds:
            measure.verified_on = timezone.localdate()
        else:
            measure.done_on = measure.verified_on = None
        _save(actor, "verify_measure" if holds else "return_measure", measure, before)
    return measure


def _told(measure: Measure) -> dict[str, object]:
    return {
        "done_on": str(measure.done_on or ""),
        "done_note_ja": measure.done_note_ja,
        "verified_on": str(measure.verified_on or ""),
        "verified_note_ja": measure.verified_note_ja,
    }


def _save(actor: Actor, verb: str, measure: Measure, before: Mapping[str, object]) -> None:
    measure.version += 1
    measure.save()
    record(actor, verb, "measure", str(measure.pk), before, _told(measure))
