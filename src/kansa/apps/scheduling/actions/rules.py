"""How does the office say what a lap depends on? Each change leaves its row in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from django.db import IntegrityError, transaction

from kansa.apps.people.models import Department
from kansa.apps.people.queries import department_book
from kansa.apps.scheduling.models import RULE_KINDS_JA, DepartmentFact, Lap, LapRule, LapYear
from kansa.apps.scheduling.models.rules import WITHOUT_YEAR
from kansa.apps.scheduling.queries import LapFrame
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.planning.rotation.values import Weights

HIGHEST_WEIGHT = 100_000


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule as it was typed: for `together` several departments and a name, else one department."""

    kind: str
    departments: Sequence[Department]
    fiscal_year: int | None = None
    group_ja: str = ""
    is_hard: bool = True
    weight: int = 10
    reason_ja: str = ""


def lap_for_change(actor: Actor, frame: LapFrame) -> Lap:
    """The lap's row, made when it is not there yet. To be called in a transaction."""
    require(actor, "manage_plan")
    lap, _ = Lap.objects.get_or_create(
        municipality_id=actor.municipality_id,
        first_fiscal_year=frame.first_fiscal_year,
        defaults={"rotation_length": frame.rotation_length},
    )
    return lap


def _faults(frame: LapFrame, new: NewRule) -> list[Refusal]:
    faults = []
    if new.kind not in RULE_KINDS_JA:
        faults.append(Refusal("unknown_word", "条件の種類を選んでください。", Place(column="条件")))
    if not new.departments:
        faults.append(Refusal("department_needed", "課所等を選んでください。", Place(column="課所等")))
    if new.kind == "together" and len(new.departments) < 2:
        faults.append(Refusal("too_few", "同じ年度に行う課所等を二つ以上選んでください。", Place(column="課所等")))
    if new.kind not in WITHOUT_YEAR and new.fiscal_year not in frame.years:
        faults.append(Refusal("year_needed", "巡の中の年度を選んでください。", Place(column="年度")))
    if new.kind in ("excluded", "must_not") and not new.reason_ja.strip():
        faults.append(Refusal("reason_needed", "理由を入力してください。", Place(column="理由")))
    if not 0 <= new.weight <= HIGHEST_WEIGHT:
        faults.append(Refusal("out_of_range", f"重みは0から{HIGHEST_WEIGHT}までです。", Place(column="重み")))
    return faults


def add_rule(actor: Actor, frame: LapFrame, new: NewRule) -> None:
    """One more rule of the lap. Raises InputError for what does not fit, or a rule that stands already."""
    require(actor, "manage_plan")
    faults = _faults(frame, new)
    if faults:
        raise InputError(*faults)
    year = None if new.kind in WITHOUT_YEAR else new.fiscal_year
    group = new.group_ja.strip() or "・".join(one.name_ja for one in new.departments)[:60]
    try:
        with transaction.atomic():
            lap = lap_for_change(actor, frame)
            for department in new.departments:
                if LapRule.objects.filter(
                    lap=lap, kind=new.kind, department=department, fiscal_year=year, group_ja=_group(new, group)
                ).exists():
                    raise IntegrityError
                LapRule.objects.create(
                    municipality_id=actor.municipality_id,
                    lap=lap,
                    kind=new.kind,
                    department=department,
                    fiscal_year=year,
                    group_ja=_group(new, group),
                    is_hard=new.is_hard,
                    weight=new.weight,
                    reason_ja=new.reason_ja.strip()[:200],
                )
            record(actor, "add_rule", "lap", str(frame.first_fiscal_year), {}, told(new, group))
    except IntegrityError:
        raise InputError(Refusal("duplicate", "同じ条件が既にあります。", Place(column="課所等"))) from None


def _group(new: NewRule, group: str) -> str:
    return group if new.kind == "together" else ""


def told(new: NewRule, group: str) -> dict[str, object]:
    """A rule as the trail keeps it."""
    return {
        "rule": new.kind,
        "departments": [one.code for one in new.departments],
        "fiscal_year": new.fiscal_year,
        "group_ja": group if new.kind == "together" else "",
        "is_hard": new.is_hard,
        "weight": new.weight,
        "reason_ja": new.reason_ja.strip(),
    }


def drop_rule(actor: Actor, frame: LapFrame, pk: int) -> None:
    """Takes a rule away; of a group all its members. Raises RuleError when it is gone already."""
    require(actor, "manage_plan")
    with transaction.atomic():
        rule = LapRule.objects.filter(lap=frame.lap, pk=pk).first() if frame.lap else None
        if rule is None:
            raise RuleError("gone", "この条件は、既に取り除かれています。")
        rows = LapRule.objects.filter(pk=pk)
        if rule.kind == "together":
            rows = LapRule.objects.filter(lap=frame.lap, kind="together", group_ja=rule.group_ja)
        codes = list(rows.order_by("department__code").values_list("department__code", flat=True))
        before = {"rule": rule.kind, "departments": codes, "fiscal_year": rule.fiscal_year, "reason_ja": rule.reason_ja}
        rows.delete()
        record(actor, "drop_rule", "lap", str(frame.first_fiscal_year), before, {})


def set_weights(actor: Actor, frame: LapFrame, weights: Mapping[str, int]) -> None:
    """What an inequality costs. Raises InputError for a negative or enormous weight, or one that does not exist."""
    require(actor, "manage_plan")
    known = {one.name for one in fields(Weights)}
    faults = [
        Refusal("out_of_range", f"0から{HIGHEST_WEIGHT}までの整数にしてください。", Place(column=name))
        for name, value in weights.items()
        if name not in known or not 0 <= value <= HIGHEST_WEIGHT
    ]
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        lap = lap_for_change(actor, frame)
        before = dict(lap.weights)
        lap.weights = dict(weights)
        lap.save(update_fields=["weights"])
        record(actor, "set_weights", "lap", str(frame.first_fiscal_year), before, dict(weights))


def set_limits(actor: Actor, frame: LapFrame, limits: Mapping[int, tuple[int, int | None, int | None]]) -> None:
    """Fiscal year -> least and most internal audits, external targets to choose (None: no limit, none to choose)."""
    require(actor, "manage_plan")
    faults = []
    for year, (least, most, external) in limits.items():
        if year not in frame.years or least < 0 or (most is not None and most < least) or (external or 0) < 0:
            reason = "件数の下限は0以上、上限は下限以上にしてください。"
            faults.append(Refusal("out_of_range", reason, Place(column=f"{year}年度")))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        lap = lap_for_change(actor, frame)
        old = {one.fiscal_year: one for one in LapYear.objects.filter(lap=lap)}
        before = {str(year): [one.at_least, one.at_most, one.external_count] for year, one in sorted(old.items())}
        for year, (least, most, external) in limits.items():
            LapYear.objects.update_or_create(
                municipality_id=actor.municipality_id,
                lap=lap,
                fiscal_year=year,
                defaults={"at_least": least, "at_most": most, "external_count": external},
            )
        after = {str(year): list(values) for year, values in sorted(limits.items())}
        record(actor, "set_limits", "lap", str(frame.first_fiscal_year), before, after)


def set_fact(
    actor: Actor, code: str, fiscal_year: int, risk_level: int, systems_count: int, distance_minutes: int, site: str
) -> None:
    """What makes a department more or less work. Raises InputError for what is unknown or out of range."""
    require(actor, "manage_plan")
    book = department_book(actor.municipality_id)
    department = book.find(code, fiscal_year)
    faults = []
    if department is None:
        faults.append(Refusal("unknown_department", book.unknown_ja(code, fiscal_year), Place(column="所属コード")))
    if not 0 <= risk_level <= 100:
        faults.append(Refusal("out_of_range", "リスクは0から100までです。", Place(column="リスク")))
    for name, value in (("情報システムの数", systems_count), ("移動時間（分）", distance_minutes)):
        if not 0 <= value <= 10_000:
            faults.append(Refusal("out_of_range", f"{name}は0から10000までです。", Place(column=name)))
    if department is None or faults:
        raise InputError(*faults)
    values = {
        "risk_level": risk_level,
        "systems_count": systems_count,
        "distance_minutes": distance_minutes,
        "site_code": site.strip()[:40],
    }
    with transaction.atomic():
        old = DepartmentFact.objects.filter(municipality_id=actor.municipality_id, department=department).first()
        before = {name: getattr(old, name) for name in values} if old else {}
        if before == values:
            return
        DepartmentFact.objects.update_or_create(
            municipality_id=actor.municipality_id, department=department, defaults=values
        )
        record(actor, "set_fact", "department", code, before, dict(values))
