"""How do judgements come into being, one by one or as a worksheet that came back?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from functools import partial
from itertools import groupby

from django.db.models import F

from kansa.apps.assessment import models
from kansa.apps.assessment.queries import JUDGED_METHOD
from kansa.apps.controls.models import ControlItem
from kansa.apps.controls.queries import active_items, scale_levels
from kansa.apps.plan.models import Engagement
from kansa.apps.plan.queries import engagements_by_code
from kansa.apps.trail.actions import ImportOptions, ImportPlan, Row, compare_table, place_of
from kansa.core.errors import Refusal
from kansa.formats.records import JudgementRecord

BATCH = 500
JUDGEMENT_FIELDS = ("engagement", "item", "state", "level", "reason_ja", "evidence_ja", "auditor_ja")


def plan_judgements(municipality_id: int, records: Sequence[JudgementRecord], options: ImportOptions) -> ImportPlan:
    """What judgements would change. `options.replace` makes the files the whole of the engagements they name."""
    years = {one.fiscal_year for one in records}
    standing = engagements_by_code(municipality_id, years)
    items = active_items(municipality_id, years)
    scales = scale_levels(municipality_id, years)
    refusals: list[Refusal] = []
    rows: list[Row] = []
    named: dict[int, Engagement] = {}
    given: dict[int, set[str]] = {}
    # Only worksheets ask for the methods; a file without them leaves those that are there.
    says_methods = any(one.methods for one in records)
    fields = (*JUDGEMENT_FIELDS, "methods") if says_methods else JUDGEMENT_FIELDS
    for (fiscal_year, code, _department), found in groupby(records, key=_engagement_of):
        group = list(found)
        engagement = standing.get((fiscal_year, code))
        fault = next(engagement_fault(group[0], engagement), None)
        if fault is not None or engagement is None:
            refusals += [told_at(fault, one) for one in group]
            continue
        named[engagement.pk] = engagement
        given.setdefault(engagement.pk, set()).update(one.item_code for one in group)
        known, scale = items.get((fiscal_year, engagement.stream), {}), scales.get(fiscal_year)
        for one in group:
            item = known.get(one.item_code)
            if item is None or (one.level is not None and scale is not None and one.level not in scale):
                refusals.append(told_at(item_fault(one, item, scale), one, "項目コード"))
                continue
            values = (engagement, item, one.state, one.level, one.reason_ja, one.evidence_ja, one.auditor_ja)
            rows.append(Row((*values, ",".join(one.methods)) if says_methods else values, one.source))
    objects = models.Judgement.objects.filter(municipality_id=municipality_id, engagement__in=list(named))
    table = compare_table(models.Judgement, fields, 2, rows, objects, remove=options.replace)
    warnings = tuple(unassigned(given, items, named)) if not refusals else ()
    changed = [row.pk for row in table.changed]
    finish = partial(count_changes, changed) if changed else None
    return ImportPlan("judgements", (table,), (*refusals, *table.refusals), warnings, finish)


def count_changes(keys: Sequence[int]) -> None:
    """Raises the version of judgements that a file changed: whoever has them open on the screen is told.

    Who judged on the screen, the review and the older wording belonged to what stood there before.
    """
    for start in range(0, len(keys), BATCH):
        models.Judgement.objects.filter(pk__in=keys[start : start + BATCH]).update(
            version=F("version") + 1,
            judged_by=None,
            judged_at=None,
            reviewed_by=None,
            reviewed_at=None,
            wording=None,
        )


def _engagement_of(one: JudgementRecord) -> tuple[int, str, str]:
    """What a judgement is about: judgements of one worksheet stand together, so it is looked up once for all."""
    return one.fiscal_year, one.engagement_code, one.department_code


def told_at(fault: Refusal | None, one: JudgementRecord, column: str = "実施番号") -> Refusal:
    """The fault of an engagement or item, told at this record's row."""
    if fault is None:
        raise RuntimeError("a record without a fault was refused")
    return Refusal(fault.code, fault.reason_ja, place_of(one.source, fault.place.column or column))


def engagement_fault(one: JudgementRecord, engagement: Engagement | None) -> Iterator[Refusal]:
    """Why this engagement cannot take the judgement."""
    if engagement is None:
        reason = f"実施計画「{one.engagement_code}」は{one.fiscal_year}年度に登録されていません。"
        yield Refusal("unknown_engagement", reason)
        return
    if engagement.method != JUDGED_METHOD:
        reason = f"実施計画「{one.engagement_code}」は対策状況確認ではないため、判定を登録できません。"
        yield Refusal("not_a_control_check", reason)
    code = engagement.department.code if engagement.department else ""
    if one.department_code and one.department_code != code:
        reason = (
            f"実施計画「{one.engagement_code}」の被監査部門は「{code}」です（ファイルは「{one.department_code}」）。"
        )
        yield Refusal("wrong_department", reason)


def item_fault(one: JudgementRecord, item: ControlItem | None, scale: set[int] | None) -> Refusal | None:
    """Why this item cannot take the judgement; None when it can."""
    if item is None:
        reason = f"項目「{one.item_code}」は、この年度のチェックリストにありません。"
        return Refusal("item_outside_checklist", reason)
    if one.level is not None and scale is not None and one.level not in scale:
        reason = f"レベル{one.level}は、この年度の判定基準にありません。"
        return Refusal("level_outside_scale", reason, place_of(None, "判定"))
    return None


def unassigned(
    given: Mapping[int, Set[str]],
    items: Mapping[tuple[int, str], Mapping[str, ControlItem]],
    named: Mapping[int, Engagement],
) -> Iterator[Refusal]:
    """A warning for each engagement whose judgements do not cover the whole checklist.

    `given` and `named`: by the engagement's key, the codes of the judged items and the engagement.
    """
    for key, engagement in named.items():
        missing = len(items[(engagement.fiscal_year, engagement.stream)]) - len(given[key])
        if missing:
            reason = (
                f"実施計画「{engagement.code}」：チェックリストの{missing}項目がファイルになく、割当てなしとします。"
            )
            yield Refusal("items_not_assigned", reason)
