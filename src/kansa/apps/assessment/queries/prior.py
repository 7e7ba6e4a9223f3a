"""How was the same department, by whatever name, judged last year?"""

from __future__ import annotations

from kansa.apps.assessment.models import Judgement
from kansa.apps.plan.models import Engagement

SHOWN = {"not_applicable": "対象外", "not_judged": ""}


def shown_level(state: str, level: int | None) -> str:
    """A judgement in one word: the level, 対象外, or "" while it is not judged."""
    return SHOWN.get(state, str(level))


def prior_judgements(engagement: Engagement, item_codes: list[str] | None = None) -> dict[str, Judgement]:
    """Item code of last year's checklist -> last year's judgement. Two queries; none for the whole city.

    The department is the same one or the one it was renamed from. `item_codes`: only these items.
    """
    if engagement.department is None:
        return {}
    renamed = engagement.department.origins.filter(kind="renamed", fiscal_year=engagement.fiscal_year)
    codes = [engagement.department.code, *renamed.values_list("predecessor__code", flat=True)]
    rows = Judgement.objects.filter(
        municipality_id=engagement.municipality_id,
        engagement__fiscal_year=engagement.fiscal_year - 1,
        engagement__stream=engagement.stream,
        engagement__department__code__in=codes,
    )
    if item_codes is not None:
        rows = rows.filter(item__code__in=item_codes)
    return {row.item.code: row for row in rows.select_related("item", "wording", "engagement").order_by("pk")}


def prior_levels(engagement: Engagement) -> dict[str, str]:
    """Item code of last year's checklist -> its judgement in one word."""
    found = prior_judgements(engagement)
    return {code: shown_level(row.state, row.level) for code, row in found.items()}
