"""What did the audits of a year find so low that a はい of the same year contradicts it?"""

from __future__ import annotations

from kansa.apps.annual_report.queries.department import TOLD_STATES
from kansa.apps.assessment.models import Judgement
from kansa.core.results import AUDITED_AT_MOST, Audited
from kansa.core.streams import AUDIT_STREAMS


def audited_low(municipality_id: int, fiscal_year: int, *, told_only: bool) -> list[Audited]:
    """Judgements of the year's control checks that are low enough to contradict a はい; special ones included.

    `told_only`: those that the department was told of. One query.
    """
    rows = Judgement.objects.filter(
        municipality_id=municipality_id,
        engagement__fiscal_year=fiscal_year,
        engagement__stream__in=AUDIT_STREAMS,
        engagement__method="control_check",
        engagement__department__isnull=False,
        state="judged",
        level__lte=AUDITED_AT_MOST,
    )
    if told_only:
        rows = rows.filter(engagement__state__in=TOLD_STATES)
    values = ("engagement__code", "engagement__department__code", "item__code", "item__text_ja")
    found = rows.order_by("engagement__code", "item__position").values_list(*values, "item__policy_clause", "level")
    return [Audited(*row) for row in found]
