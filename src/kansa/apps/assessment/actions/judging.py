"""How does an auditor judge an item, and how does another auditor review it?"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from kansa.apps.assessment.models import AuditorJudgement, Judgement
from kansa.apps.assessment.queries.access import worksheet_for
from kansa.apps.assessment.queries.entries import Entry, entry_of
from kansa.apps.assessment.queries.independence import independence_concerns
from kansa.apps.assessment.queries.sheet import checklist_items, item_in
from kansa.apps.controls.models import ScaleLevel
from kansa.apps.controls.queries import audit_rules
from kansa.apps.plan.models import Engagement
from kansa.apps.trail.actions import record, require
from kansa.core.audit_rules import AuditRules
from kansa.core.errors import RuleError
from kansa.core.permission import Actor

LONGEST_TEXT = 10_000
CHANGED_JA = "開いたあとに、別の画面で保存されています。双方を見比べて選んでください。"


class ChangedMeanwhile(RuleError):
    """Somebody else, or the same person in another window, saved since the form was opened: `theirs`, `version`."""

    def __init__(self, theirs: Entry, version: int) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__("changed_meanwhile", CHANGED_JA)


def check_independence(actor: Actor, engagement: Engagement, rules: AuditRules | None = None) -> None:
    """Raises RuleError (not_independent) when the rules of the year forbid this person to judge this department."""
    blocking = [
        one.reason_ja for one in independence_concerns(actor, engagement, rules, only_blocking=True) if one.is_blocking
    ]
    if blocking:
        raise RuleError("not_independent", f"独立性の規則により、この監査の判定はできません。{''.join(blocking)}")


def check_entry(engagement: Engagement, entry: Entry) -> None:
    """Raises RuleError for a level outside the year's scale, or a text beyond measure."""
    if entry.level is not None:
        levels = ScaleLevel.objects.filter(
            municipality_id=engagement.municipality_id, fiscal_year=engagement.fiscal_year
        ).values_list("level", flat=True)
        if levels and entry.level not in set(levels):
            raise RuleError("level_outside_scale", f"レベル{entry.level}は、この年度の判定基準にありません。")
    if max(len(entry.reason_ja), len(entry.evidence_ja)) > LONGEST_TEXT:
        reason = f"理由と証拠は、それぞれ{LONGEST_TEXT}字までです。長い記録は証拠に添付してください。"
        raise RuleError("too_long", reason)


def assign_items(engagement: Engagement) -> None:
    """Before the first judgement: a row for each item of the checklist, so that the others go on waiting."""
    rows = Judgement.objects.filter(municipality_id=engagement.municipality_id, engagement=engagement)
    if rows.exists():
        return
    Judgement.objects.bulk_create(
        Judgement(municipality_id=engagement.municipality_id, engagement=engagement, item_id=item, state="not_judged")
        for item, *_rest in checklist_items(engagement)
    )


def judge(
    actor: Actor, fiscal_year: int, code: str, item_code: str, entry: Entry, version: int
) -> Judgement | AuditorJudgement:
    """Judges one item; where two judge apart, it is the person's own judgement.

    `version` is the one the form was opened with. The same entry again changes nothing. Raises RuleError: not now, not
    independent, bad level, ChangedMeanwhile; PermissionDenied and Http404 as engagement_for.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        engagement = worksheet_for(actor, fiscal_year, code, "judgement").engagement
        rules = audit_rules(actor.municipality_id, fiscal_year)
        check_independence(actor, engagement, rules)
        check_entry(engagement, entry)
        standing = standing_row(engagement, item_code)
        if rules.judging_mode != "apart":
            return store(actor, standing, entry, version, told_key(engagement, item_code), "judge")
        if standing.state != "not_judged":
            reason = "この項目は二人の判定を合わせ終えています。「判定を合わせる」の画面で直してください。"
            raise RuleError("already_decided", reason)
        own, _is_new = AuditorJudgement.objects.select_for_update().get_or_create(
            municipality_id=engagement.municipality_id,
            engagement=engagement,
            item_id=standing.item_id,
            account_id=account_of(actor),
            defaults={"state": "not_judged"},
        )
        return store(actor, own, entry, version, told_key(engagement, item_code), "judge_apart")


def standing_row(engagement: Engagement, item_code: str) -> Judgement:
    """The judgement that counts, locked; before the first one the whole checklist is assigned.

    Raises Http404 for an item of another checklist, RuleError for one that is not part of this audit.
    """
    rows = Judgement.objects.select_for_update(of=("self",)).filter(
        municipality_id=engagement.municipality_id, engagement=engagement, item__code=item_code
    )
    found = rows.first()
    if found is None:
        item_in(engagement, item_code)
        assign_items(engagement)
        found = rows.first()
    if found is None:
        raise RuleError("not_assigned", f"項目「{item_code}」は、この監査に割り当てられていません。")
    return found


def account_of(actor: Actor) -> int:
    """The account of the person; the console judges nothing."""
    if actor.account_id is None:
        raise RuleError("not_allowed", "サインインした人だけが判定できます。")
    return actor.account_id


def told_key(engagement: Engagement, item_code: str) -> str:
    """How the trail names a judgement."""
    return f"{engagement.fiscal_year}/{engagement.code}/{item_code}"


def store(
    actor: Actor, row: Judgement | AuditorJudgement, entry: Entry, version: int, key: str, verb: str
) -> Judgement | AuditorJudgement:
    """Writes the entry into its row, with its mark in the trail, unless the row has moved on since `version`."""
    standing = entry_of(row)
    columns = entry.columns()
    before = standing.columns()
    if columns == before:
        return row
    if row.version != version:
        raise ChangedMeanwhile(standing, row.version)
    row.version += 1
    for name, value in columns.items():
        setattr(row, name, value)
    if isinstance(row, Judgement):
        sign(actor, row, timezone.now() if entry.mark else None)
    row.save()
    record(actor, verb, "judgement", key, before, {**columns, "version": row.version})
    return row


def sign(actor: Actor, row: Judgement, at: datetime | None) -> None:
    """Who judged; a review of what stood there before does not hold any more, nor do the older wording and file."""
    row.judged_by_id, row.judged_at = (account_of(actor), at) if at else (None, None)
    row.auditor_ja = (actor.staff_number or actor.name)[:100] if at else ""
    row.reviewed_by, row.reviewed_at, row.wording = None, None, None
    row.source_file, row.sheet, row.row = None, "", 0


def review(actor: Actor, fiscal_year: int, code: str, item_codes: list[str]) -> int:
    """Another auditor has looked at these judgements; how many were marked.

    Raises RuleError: not the mode of the year, or nothing of it may be reviewed by this person (the one who judged).
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        engagement = worksheet_for(actor, fiscal_year, code, "judgement").engagement
        if audit_rules(actor.municipality_id, fiscal_year).judging_mode != "reviewed":
            raise RuleError("no_review", "この年度の規則では、査読を行いません。")
        check_independence(actor, engagement)
        account = account_of(actor)
        rows = Judgement.objects.select_for_update().filter(
            municipality_id=engagement.municipality_id,
            engagement=engagement,
            item__code__in=item_codes,
            reviewed_at__isnull=True,
        )
        waiting = list(rows.exclude(state="not_judged").select_related("item"))
        others = [row for row in waiting if row.judged_by_id != account]
        if waiting and not others:
            raise RuleError("own_judgement", "自分の判定は査読できません。別の監査員に依頼してください。")
        for row in others:
            row.reviewed_by_id, row.reviewed_at = account, timezone.now()
        Judgement.objects.bulk_update(others, ["reviewed_by", "reviewed_at"])
        if others:
            codes = sorted(row.item.code for row in others)
            record(actor, "review", "engagement", f"{fiscal_year}/{code}", {}, {"items": list(codes)})
    return len(others)
