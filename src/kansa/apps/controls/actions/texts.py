"""How does the office say on the screen what the report says about itself: title, day, contract, remarks?"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from kansa.apps.controls import models
from kansa.apps.controls.actions.editing import typed
from kansa.apps.controls.actions.importing import RULE_FIELDS
from kansa.apps.controls.actions.rules import RulesKey
from kansa.apps.controls.queries import REPORT_TEXTS, report_texts, texts_stamp
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import ChangeSummary, ImportPlan, Row, Typed, apply_plan, compare_table, require
from kansa.core.errors import RuleError
from kansa.core.fiscal import era_year_ja
from kansa.core.permission import Actor


def change_texts(actor: Actor, key: RulesKey, texts: Mapping[str, str], stamp: str) -> ChangeSummary:
    """Saves the texts of the year's report, canonical by key; an empty one is taken away.

    `stamp`: of the texts the form was opened on. Raises RuleError for a frozen year, and ("conflict") when somebody
    else has changed them meanwhile.
    """
    require(actor, "import")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        if key.is_frozen(actor.municipality_id, key.fiscal_year):
            reason = f"{era_year_ja(key.fiscal_year)}は凍結済みです。直すには、年度設定のファイルを取り込みます。"
            raise RuleError("frozen_year", reason)
        standing = report_texts(actor.municipality_id, key.fiscal_year)
        if stamp != texts_stamp(standing):
            reason = "報告書の記載事項は、画面を開いた後にほかの人が変えました。今の内容を確かめてください。"
            raise RuleError("conflict", reason)
        rows = [Row((key.fiscal_year, name, text), typed()) for name, text in sorted(texts.items()) if text]
        of_year = models.FiscalYearRule.objects.filter(
            municipality_id=actor.municipality_id, fiscal_year=key.fiscal_year, key__in=REPORT_TEXTS
        )
        table = compare_table(models.FiscalYearRule, RULE_FIELDS, 2, rows, of_year, remove=True)
        before = {name: text for name, text in standing.items() if text != texts.get(name, "")}
        after: dict[str, object] = {name: texts.get(name, "") for name in sorted({*before, *texts})}
        told = Typed("import", "edit", f"{key.fiscal_year} report", after, files={}, before=before)
        return apply_plan(actor, ImportPlan("year", (table,), table.refusals), (), told)
