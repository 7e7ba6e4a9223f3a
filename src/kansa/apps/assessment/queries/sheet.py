"""Which items does an engagement have, how far is each, and what stands beside the one that is judged now?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.http import Http404

from kansa.apps.assessment import models
from kansa.apps.assessment.queries.entries import Entry, entry_of, mark_of
from kansa.apps.assessment.queries.prior import prior_judgements
from kansa.apps.controls.models import ControlItem, ScaleLevel
from kansa.apps.plan.models import Engagement
from kansa.core.maturity import TOP_LEVEL
from kansa.core.text_diff import Segment, text_diff

Judged = tuple[int, str, int | None, str, datetime | None]  # item, state, level, reason, time of the review
NOT_JUDGED: Judged = (0, "not_judged", None, "", None)
LINEAGE_JA = {"carried": "継続", "revised": "見直し", "added": "追加", "dropped": "廃止"}


class SheetLine(NamedTuple):
    """One item of the worksheet in one line."""

    item: int
    code: str
    domain_ja: str
    text_ja: str
    lineage: str
    mark: str  # a level, N for 対象外, "" while it is not judged
    wants_reason: bool
    is_reviewed: bool
    level: int | None


def checklist_items(engagement: Engagement) -> list[tuple[int, str, str, str, str]]:
    """Key, code, domain, text and lineage of the stream's items in checklist order; one query."""
    rows = ControlItem.objects.filter(
        municipality_id=engagement.municipality_id,
        checklist__fiscal_year=engagement.fiscal_year,
        checklist__stream=engagement.stream,
    ).exclude(lineage="dropped")
    return list(rows.order_by("position", "pk").values_list("pk", "code", "domain_ja", "text_ja", "lineage"))


def sheet_lines(engagement: Engagement, own: int | None = None) -> list[SheetLine]:
    """Every item that is assigned, in checklist order; two queries.

    All of the checklist before the first judgement. `own`: an account whose own judgements are shown (judging apart);
    one query more.
    """
    rows = {row[0]: row for row in judged(engagement)}
    assigned = set(rows)
    if own is not None:
        rows = {row[0]: row for row in judged_apart(engagement, own)}
    lines = []
    for item, code, domain_ja, text_ja, lineage in checklist_items(engagement):
        if assigned and item not in assigned:
            continue
        _item, state, level, reason_ja, reviewed_at = rows.get(item) or NOT_JUDGED
        wants_reason = state == "not_applicable" and not reason_ja
        mark = mark_of(state, level)
        lines.append(
            SheetLine(item, code, domain_ja, text_ja, lineage, mark, wants_reason, reviewed_at is not None, level)
        )
    return lines


def judged(engagement: Engagement) -> Iterable[Judged]:
    """What counts for each item of the engagement; one query."""
    rows = models.Judgement.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    return rows.values_list("item_id", "state", "level", "reason_ja", "reviewed_at")


def judged_apart(engagement: Engagement, account: int) -> Iterable[Judged]:
    """What one auditor judged apart; one query."""
    rows = models.AuditorJudgement.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, account_id=account
    )
    return ((*row, None) for row in rows.values_list("item_id", "state", "level", "reason_ja"))


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside an item: last year's judgement and wording, the auditee's answer, the evidence."""

    item: ControlItem
    line: SheetLine
    before: SheetLine | None
    after: SheetLine | None
    place: int
    lines: Sequence[SheetLine]
    prior: models.Judgement | None
    prior_item: ControlItem | None
    diff: tuple[Segment, ...]
    answer: models.PreliminaryAnswer | None
    evidence: Sequence[models.Evidence]

    @property
    def lineage_ja(self) -> str:
        """継続, 見直し or 追加."""
        return LINEAGE_JA[self.item.lineage]

    @property
    def prior_entry(self) -> Entry | None:
        """Last year's judgement as an entry."""
        return entry_of(self.prior) if self.prior else None

    @property
    def judged_count(self) -> int:
        """How many items are judged, 対象外 included."""
        return sum(1 for line in self.lines if line.mark)


def item_in(engagement: Engagement, item_code: str) -> ControlItem:
    """An item of the engagement's checklist. Raises Http404."""
    rows = ControlItem.objects.filter(
        municipality_id=engagement.municipality_id,
        checklist__fiscal_year=engagement.fiscal_year,
        checklist__stream=engagement.stream,
        code=item_code,
    )
    found = rows.exclude(lineage="dropped").first()
    if found is None:
        raise Http404(f"項目「{item_code}」は、この監査のチェックリストにありません。")
    return found


def beside(engagement: Engagement, item_code: str, own: int | None = None) -> Beside:
    """Everything about one item. Raises Http404 for an item that is not assigned. At most nine queries."""
    lines = sheet_lines(engagement, own)
    place = next((place for place, line in enumerate(lines) if line.code == item_code), None)
    if place is None:
        raise Http404(f"項目「{item_code}」は、この監査の項目ではありません。")
    item = ControlItem.objects.get(pk=lines[place].item)
    prior = prior_judgements(engagement, [item.prior_code]).get(item.prior_code) if item.prior_code else None
    prior_item = prior_wording(engagement, item)
    told = engagement.municipality_id, engagement.pk, item.pk
    return Beside(
        item=item,
        line=lines[place],
        before=lines[place - 1] if place else None,
        after=lines[place + 1] if place + 1 < len(lines) else None,
        place=place + 1,
        lines=lines,
        prior=prior,
        prior_item=prior_item,
        diff=text_diff(prior_item.text_ja, item.text_ja) if prior_item else (),
        answer=models.PreliminaryAnswer.objects.filter(municipality_id=told[0], engagement=told[1], item=told[2])
        .select_related("answered_by")
        .first(),
        evidence=evidence_of(engagement, item.pk),
    )


def prior_wording(engagement: Engagement, item: ControlItem) -> ControlItem | None:
    """Last year's item that a revised one comes from; None for the others. One query."""
    if item.lineage != "revised" or not item.prior_code:
        return None
    rows = ControlItem.objects.filter(
        municipality_id=engagement.municipality_id,
        checklist__fiscal_year=engagement.fiscal_year - 1,
        checklist__stream=engagement.stream,
        code=item.prior_code,
    )
    return rows.exclude(lineage="dropped").first()


def evidence_of(engagement: Engagement, item: int | None, side: str = "") -> list[models.Evidence]:
    """The evidence of an item, or of the engagement as a whole, oldest first; removed pieces stay in the list."""
    rows = models.Evidence.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, item_id=item
    )
    if side:
        rows = rows.filter(side=side)
    return list(rows.select_related("uploaded_by").order_by("pk"))


def scale_of(engagement: Engagement) -> list[ScaleLevel]:
    """The levels of the year's scale, lowest first; the usual five while none is registered. One query."""
    rows = ScaleLevel.objects.filter(municipality_id=engagement.municipality_id, fiscal_year=engagement.fiscal_year)
    usual = [ScaleLevel(level=level, label_ja=f"レベル{level}") for level in range(TOP_LEVEL + 1)]
    return list(rows.order_by("level")) or usual


def standing_row(
    engagement: Engagement, item: int, own: int | None = None
) -> models.Judgement | models.AuditorJudgement | None:
    """What stands for an item now: what counts, or with `own` what that account judged apart. One query."""
    key = {"municipality_id": engagement.municipality_id, "engagement": engagement, "item_id": item}
    if own is not None:
        return models.AuditorJudgement.objects.filter(**key, account_id=own).first()
    rows = models.Judgement.objects.filter(**key).select_related("judged_by", "reviewed_by", "wording")
    return rows.first()


def judged_total(row: models.Judgement | models.AuditorJudgement) -> int:
    """How many items of its engagement are judged, 対象外 included; judged apart, those of its auditor. One query."""
    key = {"municipality_id": row.municipality_id, "engagement": row.engagement_id}
    if isinstance(row, models.AuditorJudgement):
        rows = models.AuditorJudgement.objects.filter(**key, account_id=row.account_id)
        return rows.exclude(state="not_judged").count()
    return models.Judgement.objects.filter(**key).exclude(state="not_judged").count()
