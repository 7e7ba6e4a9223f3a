"""How does a judgement keep the wording that was judged when the checklist is revised afterwards?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.db import transaction
from django.utils import timezone

from kansa.apps.assessment.models import Judgement
from kansa.apps.controls.models import ControlItem, ItemWording
from kansa.apps.trail.actions import ImportPlan
from kansa.core.errors import Refusal

Wording = tuple[str, str]  # what is asked, and what to look at


def revised_wordings(plan: ImportPlan) -> dict[int, Wording]:
    """Key of an item that a planned import gives another wording -> the wording it had."""
    found: dict[int, Wording] = {}
    for table in plan.tables:
        if table.model is not ControlItem:
            continue
        text, criteria = table.fields.index("text_ja"), table.fields.index("criteria_ja")
        for changed in table.changed:
            old = (str(changed.before[text]), str(changed.before[criteria]))
            if old != (changed.row.values[text], changed.row.values[criteria]):
                found[changed.pk] = old
    return found


def wording_faults(municipality_id: int, items: Mapping[int, Wording], frozen_years: set[int]) -> Iterator[Refusal]:
    """Why the wording of judged items cannot be revised: their year is frozen, or an audit that judged them is closed.

    One query.
    """
    judged = Judgement.objects.filter(municipality_id=municipality_id, item__in=list(items))
    rows = judged.exclude(state="not_judged").values_list("item__code", "engagement__fiscal_year", "engagement__state")
    for code, fiscal_year, state in sorted(set(rows)):
        if fiscal_year in frozen_years:
            reason = f"項目「{code}」は判定済みで、{fiscal_year}年度は凍結済みのため、文を変えられません。"
            yield Refusal("wording_frozen", reason)
        elif state == "closed":
            reason = f"項目「{code}」は終了した監査で判定済みのため、文を変えられません。"
            yield Refusal("wording_closed", reason)


def keep_wordings(municipality_id: int, items: Mapping[int, Wording]) -> None:
    """Keeps the wordings that these items had, and points to them what was judged by them.

    Part of the act that revises the items. Judgements that already keep an older wording stay with it.
    """
    with transaction.atomic():
        judged = Judgement.objects.filter(
            municipality_id=municipality_id, item__in=list(items), wording__isnull=True
        ).exclude(state="not_judged")
        for item in sorted(set(judged.values_list("item_id", flat=True))):
            text_ja, criteria_ja = items[item]
            kept = ItemWording.objects.create(
                municipality_id=municipality_id,
                item_id=item,
                text_ja=text_ja,
                criteria_ja=criteria_ja,
                kept_at=timezone.now(),
            )
            judged.filter(item=item).update(wording=kept)
