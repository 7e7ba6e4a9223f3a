"""How do two auditors who judged apart agree on one judgement?"""

from __future__ import annotations

from django.db import transaction

from kansa.apps.assessment.actions.judging import (
    check_entry,
    check_independence,
    standing_row,
    store,
    told_key,
)
from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.assessment.queries.access import worksheet_for
from kansa.apps.assessment.queries.apart import pairs_of
from kansa.apps.assessment.queries.entries import Entry, entry_of
from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import require
from kansa.core.errors import RuleError
from kansa.core.permission import Actor


def reconciling_engagement(actor: Actor, fiscal_year: int, code: str) -> Engagement:
    """The engagement, for an independent auditor of it, in a year in which two judge apart. Raises RuleError."""
    require(actor, "read_engagements")
    engagement = worksheet_for(actor, fiscal_year, code, "judgement").engagement
    rules = audit_rules(actor.municipality_id, fiscal_year)
    if rules.judging_mode != "apart":
        raise RuleError("not_apart", "この年度の規則では、二人が別々に判定しません。")
    check_independence(actor, engagement, rules)
    return engagement


def decide(actor: Actor, fiscal_year: int, code: str, item_code: str, entry: Entry, version: int) -> Judgement:
    """The one judgement of an item that two auditors have judged. Raises RuleError (not_by_two, ChangedMeanwhile)."""
    with transaction.atomic():
        engagement = reconciling_engagement(actor, fiscal_year, code)
        check_entry(engagement, entry)
        row = standing_row(engagement, item_code)
        own = AuditorJudgement.objects.filter(
            municipality_id=engagement.municipality_id, engagement=engagement, item_id=row.item_id
        )
        if own.exclude(state="not_judged").count() < 2:
            raise RuleError("not_by_two", f"項目「{item_code}」は、まだ二人が判定していません。")
        if not entry.mark:
            raise RuleError("no_mark", "レベル又は対象外を選んでください。")
        store(actor, row, entry, version, told_key(engagement, item_code), "reconcile")
    return row


def take_agreed(actor: Actor, fiscal_year: int, code: str) -> int:
    """Takes over every judgement that the auditors gave alike and that is not decided yet; how many."""
    with transaction.atomic():
        engagement = reconciling_engagement(actor, fiscal_year, code)
        taken = 0
        for pair in pairs_of(engagement):
            if not pair.is_agreed or pair.decided.mark:
                continue
            row = standing_row(engagement, pair.code)
            entries = [entry_of(one) for one in pair.rows]
            store(actor, row, joined(entries), row.version, told_key(engagement, pair.code), "reconcile")
            taken += 1
    return taken


def joined(entries: list[Entry]) -> Entry:
    """Equal judgements as one: the same level, what each saw, and every method that one of them used."""
    methods = ",".join(sorted({word for one in entries for word in one.methods.split(",") if word}))
    texts = {name: "\n".join(dict.fromkeys(filter(None, (getattr(one, name) for one in entries)))) for name in TEXTS}
    return Entry(entries[0].mark, methods=methods, **texts)


TEXTS = ("reason_ja", "evidence_ja")
