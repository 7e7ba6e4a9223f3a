"""How does the year's part of the medium-term plan become audits? Each cell once, with a number of its own."""

from __future__ import annotations

from django.db import transaction

from kansa.apps.audits.actions import Planned, create_engagement
from kansa.apps.audits.queries import next_code
from kansa.apps.plan.models import Engagement
from kansa.apps.scheduling.models import AuditYear
from kansa.apps.scheduling.queries import cells_without_engagement
from kansa.apps.scheduling.queries.years import METHOD
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor


def year_for_change(actor: Actor, fiscal_year: int, version: int | None = None) -> AuditYear:
    """The year's row, held against other writers, made when it is not there yet. To be called in a transaction.

    Raises RuleError when somebody changed teams or days since `version`.
    """
    require(actor, "manage_plan")
    rows = AuditYear.objects.select_for_update()
    year, _ = rows.get_or_create(municipality_id=actor.municipality_id, fiscal_year=fiscal_year)
    if version is not None and year.version != version:
        reason = "この画面を開いたあとに、ほかの人が割当てを変更しました。今の割当てを確かめてください。"
        raise RuleError("changed_meanwhile", reason)
    return year


def create_engagements(actor: Actor, fiscal_year: int) -> list[Engagement]:
    """An audit for every cell of the accepted plan that has none. Raises InputError when there is nothing to make."""
    require(actor, "manage_plan")
    with transaction.atomic():
        year_for_change(actor, fiscal_year)
        cells = list(cells_without_engagement(actor.municipality_id, fiscal_year))
        if not cells:
            reason = f"{era_year_ja(fiscal_year)}の計画に、まだ登録していない監査はありません。"
            raise InputError(Refusal("nothing_to_make", reason, Place(column="年度")))
        made = []
        for cell in cells:
            code = next_code(actor.municipality_id, fiscal_year, cell.stream, METHOD)
            planned = Planned(cell.stream, METHOD, cell.department, None, None, None, False)
            made.append(create_engagement(actor, fiscal_year, code, planned))
        told: dict[str, object] = {"codes": [one.code for one in made]}
        record(actor, "create_engagements", "audit_year", str(fiscal_year), {}, told)
    return made
