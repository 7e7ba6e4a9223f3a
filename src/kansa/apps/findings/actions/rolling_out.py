"""How is a finding rolled out to other departments, and how do they answer?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.findings import models
from kansa.apps.findings.actions.files import keep_files
from kansa.apps.findings.actions.holding import check_version, hold, key_of, refused
from kansa.apps.people.models import Department
from kansa.apps.trail.actions import Upload, record, require
from kansa.core.errors import RuleError
from kansa.core.fiscal import fiscal_year_of
from kansa.core.permission import AUDITEES, Actor


@dataclass(frozen=True, slots=True)
class RolloutWords:
    """What the departments are asked, by when, and whether everybody is asked."""

    title_ja: str
    request_ja: str
    due_on: date
    is_to_all: bool


def askable(finding: models.Finding, on: date) -> list[Department]:
    """The departments of the fiscal year of `on`, but the one in which it was found."""
    fiscal_year = fiscal_year_of(on)
    own = finding.department_id or (finding.engagement.department_id if finding.engagement else None)
    rows = Department.objects.filter(municipality_id=finding.municipality_id, valid_from__lte=fiscal_year)
    return list(rows.exclude(valid_to__lt=fiscal_year).exclude(pk=own or 0).order_by("code"))


def order_rollout(
    actor: Actor, finding_pk: int, words: RolloutWords, chosen: Mapping[int, str]
) -> models.LateralRollout:
    """Asks other departments. `chosen`: key of a department -> why it is asked; all are asked when the words say so.

    Raises RuleError for another person or a withdrawn finding, InputError without words or departments.
    """
    require(actor, "order_rollout")
    with transaction.atomic():
        finding = hold(actor, finding_pk)
        if finding.is_withdrawn:
            raise RuleError("withdrawn", "取り下げられた検出事項は、水平展開できません。")
        check_words(words)
        known = askable(finding, timezone.localdate())
        asked = [one for one in known if words.is_to_all or one.pk in chosen]
        if not asked:
            raise refused("nobody_asked", "依頼する所属を一つ以上選んでください。", "依頼する所属")
        rollout = models.LateralRollout.objects.create(
            municipality_id=actor.municipality_id,
            finding=finding,
            title_ja=words.title_ja.strip(),
            request_ja=words.request_ja.strip(),
            due_on=words.due_on,
            is_to_all=words.is_to_all,
            ordered_by_id=actor.account_id,
            ordered_at=timezone.now(),
        )
        models.RolloutTarget.objects.bulk_create(
            models.RolloutTarget(
                municipality_id=actor.municipality_id,
                rollout=rollout,
                department=one,
                reasons_ja=chosen.get(one.pk, ""),
            )
            for one in asked
        )
        models.Finding.objects.filter(pk=finding.pk).update(is_lateral_rollout=True)
        after = {"rollout": rollout.pk, "departments": [one.code for one in asked], "due_on": str(words.due_on)}
        record(actor, "order_rollout", "finding", key_of(finding), {}, after)
    return rollout


def check_words(words: RolloutWords) -> None:
    """Raises InputError for a missing word or a day that has passed."""
    if not words.title_ja.strip():
        raise refused("title", "件名を入力してください。", "件名")
    if not words.request_ja.strip():
        raise refused("request", "確認していただきたいことを入力してください。", "依頼の内容")
    if words.due_on < timezone.localdate():
        raise refused("day_passed", "過ぎた日です。今日以後の日を入力してください。", "回答の期限")


def answer_rollout(
    actor: Actor, target_pk: int, version: int, answer: str, answer_ja: str, uploads: Sequence[Upload]
) -> models.RolloutTarget:
    """The department says whether the same is the case with it.

    Raises RuleError for another department, the office, or a closed rollout; InputError without its words, and for
    「対応済み」 without a file.
    """
    require(actor, "read_engagements")
    with transaction.atomic():
        rows = models.RolloutTarget.objects.visible_to(actor).filter(pk=target_pk).select_related("rollout")
        target = rows.select_for_update(of=("self",)).first()
        if target is None or target.department_id not in actor.departments or actor.roles.isdisjoint(AUDITEES):
            raise RuleError("not_allowed", "この水平展開に回答する権限がありません。")
        if target.rollout.closed_at is not None:
            raise RuleError("closed", "この水平展開は締め切られました。監査事務局に連絡してください。")
        check_version(target.version, version)
        if not answer_ja.strip():
            raise refused("text", "確認したこと・行ったことを入力してください。", "確認した内容")
        keep_files(actor, uploads, target=target)
        if answer == "fixed" and not target.files.filter(removed_at__isnull=True).exists():
            raise refused("evidence", "対応したことを示す証拠を一つ以上選んでください。", "証拠")
        before = {"answer": target.answer, "answer_ja": target.answer_ja}
        target.answer, target.answer_ja = answer, answer_ja.strip()
        target.answered_by_id, target.answered_at = actor.account_id, timezone.now()
        target.version += 1
        target.save()
        after = {"answer": answer, "answer_ja": target.answer_ja}
        record(actor, "answer_rollout", "rollout_target", str(target.pk), before, after)
    return target


def close_rollout(actor: Actor, pk: int, closing_ja: str) -> models.LateralRollout:
    """Ends a rollout with what came out of it; unanswered departments stay named as such."""
    require(actor, "order_rollout")
    with transaction.atomic():
        rollout = models.LateralRollout.objects.visible_to(actor).filter(pk=pk).select_for_update().first()
        if rollout is None:
            raise RuleError("not_allowed", "この水平展開はないか、締め切る権限がありません。")
        if rollout.closed_at is not None:
            raise RuleError("closed", "この水平展開は既に締め切られています。")
        if not closing_ja.strip():
            raise refused("closing", "結果のまとめを入力してください。", "結果のまとめ")
        rollout.closed_at, rollout.closing_ja = timezone.now(), closing_ja.strip()
        rollout.save(update_fields=["closed_at", "closing_ja"])
        record(actor, "close_rollout", "rollout", str(rollout.pk), {}, {"closing_ja": rollout.closing_ja})
    return rollout
