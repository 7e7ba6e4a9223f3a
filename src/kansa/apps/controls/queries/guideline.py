"""Which items does the national guideline have, and which of them has a checklist already?"""

from __future__ import annotations

from django.db.models import Max, Q, QuerySet

from kansa.apps.controls import models


def guideline_editions(municipality_id: int) -> list[str]:
    """The imported editions of the national guideline, newest import first."""
    rows = models.GuidelineItem.objects.filter(municipality_id=municipality_id).order_by()
    last = rows.values("edition_ja").annotate(last=Max("pk")).order_by("-last")
    return [str(row["edition_ja"]) for row in last]


def guideline_items(municipality_id: int, edition_ja: str, words: str = "") -> QuerySet[models.GuidelineItem]:
    """The items of an edition in its order, those with the words in them."""
    rows: QuerySet[models.GuidelineItem] = models.GuidelineItem.objects.filter(
        municipality_id=municipality_id, edition_ja=edition_ja
    )
    if words:
        told = Q(text_ja__icontains=words) | Q(chapter_ja__icontains=words) | Q(number__iexact=words)
        rows = rows.filter(told)
    return rows.order_by("position")


def guideline_numbers(municipality_id: int, fiscal_year: int, stream: str, edition_ja: str) -> set[str]:
    """Numbers of an edition that the checklist already has an item for."""
    rows = models.ControlItem.objects.filter(
        municipality_id=municipality_id, checklist__fiscal_year=fiscal_year, checklist__stream=stream
    )
    return set(rows.filter(edition_ja=edition_ja).exclude(lineage="dropped").values_list("mic_number", flat=True))
