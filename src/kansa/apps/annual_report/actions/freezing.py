"""How does a year become the unchangeable form its reports read, and how is that form approved?"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.utils import timezone

from kansa.apps.annual_report.models import Confirmation, FrozenYear
from kansa.apps.annual_report.queries.year_data import year_data
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require, seal
from kansa.apps.trail.queries import chain_head
from kansa.core.checks import Notice, run_checks
from kansa.core.errors import InputError, Refusal, RuleError
from kansa.core.permission import Actor
from kansa.core.year import Acceptance, YearData
from kansa.document.frozen import dump, sha256


@dataclass(frozen=True, slots=True)
class Frozen:
    """What freezing gave. `is_new` is False when the records are the same as in the newest version."""

    fiscal_year: int
    version: int
    sha256: str
    is_new: bool
    notices: tuple[Notice, ...]
    trail_head: str


def with_acceptances(data: YearData, notices: tuple[Notice, ...], accepted: Mapping[str, str]) -> YearData:
    """The year with what the office accepted.

    Raises InputError naming every block that is not accepted, RuleError for an acceptance without a reason, of
    something that was not noticed, or of something that must be mended.
    """
    noticed = {notice.code: notice for notice in notices}
    for code, reason_ja in accepted.items():
        if not reason_ja.strip():
            raise RuleError("no_reason", f"「{code}」を承知のうえで凍結するには、理由が必要です。")
        if code not in noticed:
            raise RuleError("nothing_to_accept", f"「{code}」という確認事項は、この年度にありません。")
        if any(notice.code == code and notice.severity == "block" and not notice.acceptable for notice in notices):
            raise RuleError("not_acceptable", f"「{code}」は理由を付けても凍結できません。記録を直してください。")
    blocks = [notice for notice in notices if notice.severity == "block" and notice.code not in accepted]
    if blocks:
        raise InputError(
            *(
                Refusal(block.code, f"{block.place_ja}：{block.message_ja}{block.way_on_ja}".removeprefix("："))
                for block in blocks
            )
        )
    return replace(data, accepted=tuple(Acceptance(code, reason) for code, reason in sorted(accepted.items())))


@dataclass(frozen=True, slots=True)
class Freezable:
    """The records of a year as they would be frozen now."""

    data: YearData
    notices: tuple[Notice, ...]
    body: bytes
    sha256: str


def freezable(actor: Actor, fiscal_year: int, accepted: Mapping[str, str]) -> Freezable:
    """What freezing would fix now. Raises as `freeze`, but asks for no reason."""
    require(actor, "freeze")
    data = year_data(actor.municipality_id, fiscal_year)
    if not data.settings.municipality_ja.strip():
        raise RuleError("no_name", "市区町村の名称がまだありません。画面の「はじめに」で名称を登録してください。")
    notices = run_checks(data)
    body = dump(with_acceptances(data, notices, accepted))
    return Freezable(data, notices, body, sha256(body))


def freeze(
    actor: Actor, fiscal_year: int, reason_ja: str, accepted: Mapping[str, str] | None = None, seen: str = ""
) -> Frozen:
    """Freezes the live records of a year as its next version, or finds that the newest version already says the same.

    `seen`: the hash of what the person looked at; other records are not frozen. Raises RuleError when not allowed, when
    a later version gives no reason, or for other records than were seen; InputError for what blocks.
    """
    require(actor, "freeze")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        made = freezable(actor, fiscal_year, accepted or {})
        data, notices, body, digest = made.data, made.notices, made.body, made.sha256
        if seen and seen != digest:
            reason = "確認の後に、ほかの人が記録を変えました。もう一度、確認からやり直してください。"
            raise RuleError("changed_meanwhile", reason)
        versions = FrozenYear.objects.filter(municipality_id=actor.municipality_id, fiscal_year=fiscal_year)
        newest = versions.order_by("version").last()
        is_new = newest is None or newest.sha256 != digest
        version = newest.version if newest else 0
        if is_new:
            if newest is not None and not reason_ja.strip():
                raise RuleError("no_reason", "凍結済みの年度を改めて凍結するには、理由が必要です。")
            version += 1
            write_version(actor, data, version, body, digest, reason_ja, newest)
    seal(actor.municipality_id)
    head = chain_head(actor.municipality_id)
    return Frozen(fiscal_year, version, digest, is_new, notices, head)


def write_version(
    actor: Actor, data: YearData, version: int, body: bytes, digest: str, reason_ja: str, newest: FrozenYear | None
) -> None:
    """Writes the frozen row and its event."""
    fiscal_year = data.this.fiscal_year
    FrozenYear.objects.create(
        municipality_id=actor.municipality_id,
        fiscal_year=fiscal_year,
        version=version,
        schema=data.schema,
        sha256=digest,
        body=zlib.compress(body, 6),
        reason_ja=reason_ja,
        frozen_by=actor.name,
        frozen_at=timezone.now(),
    )
    before = {"version": newest.version, "sha256": newest.sha256} if newest else {}
    after = {"version": version, "sha256": digest, "reason_ja": reason_ja}
    record(actor, "freeze", "frozen_year", str(fiscal_year), dict(before), dict(after))


def confirm(
    actor: Actor, fiscal_year: int, version: int, approved_on: date, approval_number: str, approved_by_ja: str
) -> Confirmation:
    """Records the approval (決裁) of the newest version, given in another system.

    Raises RuleError: not allowed, no such version, not the newest, already approved, or number or approver missing.
    """
    require(actor, "confirm")
    if not approval_number.strip() or not approved_by_ja.strip():
        raise RuleError("no_approval", "決裁番号と決裁者を入力してください。")
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        versions = FrozenYear.objects.visible_to(actor).filter(fiscal_year=fiscal_year)
        newest = versions.order_by("version").last()
        if newest is None:
            raise RuleError("not_frozen", f"{fiscal_year}年度はまだ凍結していません。")
        if newest.version != version:
            raise RuleError("not_newest", f"決裁を記録できるのは最新の第{newest.version}版だけです。")
        if Confirmation.objects.visible_to(actor).filter(frozen_year=newest).exists():
            raise RuleError("already_confirmed", f"第{version}版の決裁は記録済みです。")
        confirmation = Confirmation.objects.create(
            municipality_id=actor.municipality_id,
            frozen_year=newest,
            approved_on=approved_on,
            approval_number=approval_number,
            approved_by_ja=approved_by_ja,
            recorded_by=actor.name,
            recorded_at=timezone.now(),
        )
        after = {"sha256": newest.sha256, "approved_on": approved_on.isoformat(), "number": approval_number}
        record(actor, "confirm", "frozen_year", f"{fiscal_year}/{version}", {}, dict(after))
    return confirmation
