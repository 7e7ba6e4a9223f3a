"""How does a worksheet that was filled in without network come back into the judgements?"""

from __future__ import annotations

from collections.abc import Mapping

from django.core.files.storage import storages
from django.db import transaction
from django.http import Http404

from kansa.apps.assessment.actions.judging import account_of, assign_items, check_independence, store, told_key
from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.assessment.queries.access import worksheet_for
from kansa.apps.assessment.queries.entries import FIELDS, TOGETHER, Entry, entry_from
from kansa.apps.assessment.queries.merging import Merge, MergedItem, merge_of, read_returned
from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import Upload, keep_originals, require
from kansa.apps.trail.models import SourceFile
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.core.three_way import resolved

KIND = "worksheet"


def judging_engagement(actor: Actor, fiscal_year: int, code: str) -> tuple[Engagement, int | None]:
    """The engagement for an independent auditor, and the own account where two judge apart."""
    require(actor, "read_engagements")
    engagement = worksheet_for(actor, fiscal_year, code, "judgement").engagement
    rules = audit_rules(actor.municipality_id, fiscal_year)
    check_independence(actor, engagement, rules)
    return engagement, account_of(actor) if rules.judging_mode == "apart" else None


def keep_worksheet(actor: Actor, fiscal_year: int, code: str, upload: Upload) -> str:
    """Keeps a returned sheet as it came, so that it can be looked at before it is applied; its sha256.

    Raises InputError when it is not a sheet of this engagement.
    """
    engagement, _own = judging_engagement(actor, fiscal_year, code)
    read_returned(engagement, upload.data, upload.name)
    with transaction.atomic():
        keep_originals(actor.municipality_id, KIND, [upload])
    return upload.sha256


def kept_worksheet(actor: Actor, sha256: str) -> tuple[SourceFile, bytes]:
    """A sheet that was handed in. Raises Http404."""
    file = SourceFile.objects.visible_to(actor).filter(sha256=sha256, kind=KIND).first()
    if file is None:
        raise Http404("この監査調書は読み込まれていません。もう一度選んでください。")
    with storages["default"].open(file.stored_name) as stored:
        return file, bytes(stored.read())


def compared(actor: Actor, fiscal_year: int, code: str, sha256: str) -> tuple[Engagement, Merge]:
    """A kept sheet beside what stands now; changes nothing. Raises InputError, RuleError, Http404."""
    engagement, own = judging_engagement(actor, fiscal_year, code)
    file, data = kept_worksheet(actor, sha256)
    return engagement, merge_of(engagement, read_returned(engagement, data, file.name), own)


def apply_worksheet(
    actor: Actor, fiscal_year: int, code: str, sha256: str, seen: str, choices: Mapping[str, Mapping[str, str]]
) -> int:
    """Takes the sheet's changes over, all or none; how many items changed.

    `seen`: the mark of what was compared. `choices`: item -> field -> mine or theirs for every conflict. Raises
    RuleError (changed_meanwhile, conflict_open), and as `compared`.
    """
    with transaction.atomic():
        engagement, own = judging_engagement(actor, fiscal_year, code)
        assign_items(engagement)
        file, data = kept_worksheet(actor, sha256)
        merge = merge_of(engagement, read_returned(engagement, data, file.name), own)
        if merge.seen != seen:
            raise RuleError(
                "changed_meanwhile", "見比べたあとに、別の画面で保存されています。もう一度見比べてください。"
            )
        changed = 0
        for one in (*merge.of_kind("changed"), *merge.of_kind("conflict")):
            entry = chosen(one, choices.get(one.code, {}))
            row = one.row or new_row(engagement, one.code, own)
            before = row.version
            store(actor, row, entry, before, told_key(engagement, one.code), "merge_worksheet")
            changed += row.version != before
            if isinstance(row, Judgement) and row.version != before:
                row.source_file, row.sheet, row.row = file, one.record.source.sheet, one.record.source.row
                row.auditor_ja = one.record.auditor_ja or row.auditor_ja
                row.save(update_fields=["source_file", "sheet", "row", "auditor_ja"])
    return changed


def chosen(one: MergedItem, choices: Mapping[str, str]) -> Entry:
    """The entry that comes out of an item. Raises RuleError while a conflict is open."""
    given = {name: choices.get(name, "") for name in FIELDS}
    if {"mark", "reason_ja"} <= set(one.conflicts):
        given["reason_ja"] = given["mark"]
    return entry_from({name: str(value) for name, value in resolved(one.fields, given, TOGETHER)})


def new_row(engagement: Engagement, item_code: str, own: int | None) -> Judgement | AuditorJudgement:
    """The row of an item that has none yet: assigned a moment ago, or the first own judgement."""
    standing = Judgement.objects.filter(
        municipality_id=engagement.municipality_id, engagement=engagement, item__code=item_code
    ).first()
    if standing is None:
        raise RuleError("not_assigned", f"項目「{item_code}」は、この監査に割り当てられていません。")
    if own is None:
        return standing
    key = {"municipality_id": engagement.municipality_id, "engagement": engagement, "item_id": standing.item_id}
    return AuditorJudgement(**key, account_id=own, state="not_judged")
