"""How is a drill planned: purpose, window, pace, words, groups and rules?"""

from __future__ import annotations

import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone

from kansa.apps.drills.actions.locking import key_of, locked, must_be_draft
from kansa.apps.drills.actions.scenarios import difficulty_of
from kansa.apps.drills.models import Drill, DrillCampaign, DrillGroup, DrillIdentity, DrillRecipient
from kansa.apps.drills.queries import new_key, questionnaire_hash, scenario_named
from kansa.apps.drills.queries.keys import key_name
from kansa.apps.people.actions import lock_municipality
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail.addresses import REASONS_JA, refusal_of_address
from kansa.core.mail_drill.events import Settings
from kansa.core.mail_drill.scenario import check, to_json
from kansa.core.permission import Actor
from kansa.formats.folding import fold_prose

LONGEST_DAYS = 60  # a window that nobody watches any more is not a drill
WORDS = ("purpose_ja", "use_of_results_ja", "how_to_report_ja", "notice_before_ja", "notice_after_ja", "help_desk_ja")
SECRET_BYTES = 16
# Scheme, host and port, and nothing after it that a link could smuggle.
LANDING = re.compile(r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]{0,180}[A-Za-z0-9])?(?::[0-9]{1,5})?/?")


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignWords:
    """What is typed for a drill. Days of `follow_up_until` count only where the follow-up is allowed."""

    name_ja: str
    opens_at: datetime
    closes_at: datetime
    reveals_until: datetime
    keep_until: date
    day_begins_minute: int = 9 * 60
    day_ends_minute: int = 17 * 60
    pace_per_minute: int = 10
    pace_per_domain: int = 10
    any_day: bool = False
    closed_days: str = ""
    relay_id: int | None = None
    sender_address: str = ""
    domains: str = ""
    landing_address: str = ""
    report_address: str = ""
    purpose_ja: str = ""
    use_of_results_ja: str = ""
    how_to_report_ja: str = ""
    notice_before_ja: str = ""
    notice_after_ja: str = ""
    help_desk_ja: str = ""
    may_follow_up: bool = False
    follow_up_until: date | None = None


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """One group and the text it gets."""

    code: str
    name_ja: str
    scenario_code: str


def refusal(code: str, reason_ja: str, field_ja: str) -> Refusal:
    """A fault of one field of the form."""
    return Refusal(code, reason_ja, Place(column=field_ja))


def check_words(words: CampaignWords) -> None:
    """Raises InputError with every fault of what was typed."""
    found = []
    if not words.name_ja.strip():
        found.append(refusal("no_title", "訓練の名称を入力してください。", "訓練の名称"))
    if words.closes_at <= words.opens_at:
        found.append(refusal("days_reversed", "終了は開始より後にしてください。", "送信期間の終了"))
    if words.closes_at - words.opens_at > timedelta(days=LONGEST_DAYS):
        found.append(refusal("window_too_long", f"送信期間は{LONGEST_DAYS}日以内にしてください。", "送信期間の終了"))
    if words.reveals_until < words.closes_at:
        found.append(refusal("days_reversed", "種明かしの期限は送信期間の終了以降にしてください。", "種明かしの期限"))
    if words.keep_until < words.reveals_until.date():
        found.append(refusal("days_reversed", "保存期限は種明かしの期限以降にしてください。", "保存期限"))
    if not 0 <= words.day_begins_minute < words.day_ends_minute <= 24 * 60:
        found.append(refusal("days_reversed", "送信する時間帯の終わりは始まりより後にしてください。", "送信する時間帯"))
    if min(words.pace_per_minute, words.pace_per_domain) < 1:
        found.append(refusal("bad_pace", "1分当たりの通数は1以上にしてください。", "1分当たりの通数"))
    for line in words.closed_days.split():
        if not _is_day(line):
            reason = f"「{line[:20]}」は日付ではありません。一行に一日、2026-12-01 の形で入力してください。"
            found.append(refusal("bad_closed_day", reason, "送らない日"))
    if words.may_follow_up and words.follow_up_until is None:
        found.append(refusal("no_follow_up_day", "受講指導の期限を入力してください。", "受講指導の期限"))
    if words.landing_address and not LANDING.fullmatch(words.landing_address):
        reason = "https:// とホスト名だけのアドレスを入力してください。例：https://kunren.city.example.jp"
        found.append(refusal("bad_landing", reason, "リンク先のアドレス"))
    for address, field_ja in ((words.sender_address, "差出人のアドレス"), (words.report_address, "報告の転送先")):
        code = refusal_of_address(address) if address else ""
        if code:
            found.append(refusal(code, REASONS_JA[code], field_ja))
    if found:
        raise InputError(*found)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == len("2026-12-01")


def save_campaign(
    actor: Actor, fiscal_year: int, code: str, words: CampaignWords, *, version: int | None = None
) -> DrillCampaign:
    """A new drill of the year, or other words for one that is still a draft (`version`: the one that was shown).

    Raises InputError for faults of the fields; RuleError when it is no draft any more, was changed by somebody else,
    or when results of this code were imported from elsewhere.
    """
    require(actor, "manage_drills")
    check_words(words)
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        drill, _ = Drill.objects.get_or_create(
            municipality_id=actor.municipality_id, fiscal_year=fiscal_year, code=code.strip()
        )
        campaign = DrillCampaign.objects.filter(municipality_id=actor.municipality_id, drill=drill).first()
        if campaign is None and drill.deliveries.exists():
            reason = "この訓練コードの結果は、既に別の訓練から取り込まれています。別のコードにしてください。"
            raise RuleError("drill_imported", reason)
        is_new = campaign is None
        before = {} if campaign is None else told(campaign)
        if campaign is None:
            campaign = DrillCampaign(municipality_id=actor.municipality_id, drill=drill)
            campaign.header_code, campaign.seed = secrets.token_hex(SECRET_BYTES), secrets.randbelow(2**31)
        must_be_draft(campaign)
        if version is not None and version != campaign.version:
            raise RuleError("drill_changed", "他の人が先に保存しました。画面を読み直してから直してください。")
        drill.name_ja = " ".join(fold_prose(words.name_ja).split())
        drill.save(update_fields=["name_ja"])
        for field in fields(words):
            if field.name != "name_ja":
                value = getattr(words, field.name)
                setattr(campaign, field.name, fold_prose(value).strip() if field.name in WORDS else value)
        campaign.version = 1 if is_new else campaign.version + 1
        campaign.save()
        if is_new:
            storages["restricted"].save(key_name(campaign), ContentFile(new_key()))
        record(actor, "save", "drill_campaign", key_of(campaign), before, told(campaign))
    return campaign


def told(campaign: DrillCampaign) -> dict[str, object]:
    """What the trail keeps of a campaign."""
    moments = {name: getattr(campaign, name).isoformat() for name in ("opens_at", "closes_at", "reveals_until")}
    return {
        "name_ja": campaign.drill.name_ja,
        "state": campaign.state,
        "purpose_ja": campaign.purpose_ja,
        "use_of_results_ja": campaign.use_of_results_ja,
        "may_follow_up": campaign.may_follow_up,
        "domains": campaign.domains,
        **moments,
    }


def set_groups(actor: Actor, campaign_id: int, choices: Sequence[GroupChoice]) -> list[DrillGroup]:
    """The groups of a draft with their texts as they stand now. People who were listed are taken off: they had another
    text before them. Raises InputError for a text that may not be used, RuleError for one that nobody rated.
    """
    require(actor, "manage_drills")
    if not choices or len({one.code for one in choices}) != len(choices):
        raise InputError(refusal("bad_groups", "組を一つ以上、異なるコードで入力してください。", "対象の組"))
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        must_be_draft(campaign)
        own = {"municipality_id": campaign.municipality_id, "campaign_id": campaign.pk}
        DrillIdentity.objects.filter(**own).delete()
        DrillRecipient.objects.filter(**own).delete()
        DrillGroup.objects.filter(**own).delete()
        groups = []
        for one in choices:
            scenario = check(scenario_named(campaign.municipality_id, one.scenario_code))
            groups.append(
                DrillGroup(
                    **own,
                    code=one.code,
                    name_ja=one.name_ja,
                    scenario_code=one.scenario_code,
                    content=to_json(scenario),
                    difficulty=difficulty_of(campaign.municipality_id, scenario),
                )
            )
        DrillGroup.objects.bulk_create(groups)
        bump(campaign)
        after: dict[str, object] = {one.code: one.scenario_code for one in choices}
        record(actor, "set_groups", "drill_campaign", key_of(campaign), {}, after)
    return groups


def bump(campaign: DrillCampaign) -> None:
    """Something of the campaign changed: pages made from it are stale."""
    campaign.version += 1
    campaign.save(update_fields=["version"])


def save_rules(actor: Actor, campaign_id: int, settings: Settings) -> DrillCampaign:
    """Other rules of judgement, at any time before closing: they are not covered by the approval, and are recorded."""
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if campaign.state == "closed":
            raise RuleError("drill_closed", "終了した訓練の判定の規則は変えられません。")
        before = dict(campaign.rules)
        values = asdict(settings)
        campaign.rules = values | {"on": sorted(settings.on), "networks": list(settings.networks)}
        campaign.save(update_fields=["rules"])
        record(actor, "save_rules", "drill_campaign", key_of(campaign), before, dict(campaign.rules))
    return campaign


def note_trial(actor: Actor, campaign_id: int, settings: Settings) -> DrillCampaign:
    """Leaves in the trail that somebody looked at the numbers by other rules: many tries would ask for one person."""
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        after: dict[str, object] = {"on": sorted(settings.on), "networks": list(settings.networks)}
        record(actor, "try_rules", "drill_campaign", key_of(campaign), {}, after)
    return campaign


def open_questionnaire(actor: Actor, campaign_id: int, until: date) -> str:
    """The one link of the questionnaire, the same for everybody; told once, only its hash is kept.

    Raises RuleError before mails were sent, InputError for a day in the past.
    """
    require(actor, "manage_drills")
    if until < timezone.localdate():
        raise InputError(refusal("past_deadline", "回答の期限は今日以降の日にしてください。", "回答の期限"))
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        if campaign.state not in ("running", "paused", "ended"):
            raise RuleError("not_sent_yet", "アンケートは、訓練メールの送信を始めてから開けます。")
        secret = urlsafe_b64encode(secrets.token_bytes(SECRET_BYTES)).decode().rstrip("=")
        token = f"{campaign.municipality_id}-{secret}"
        campaign.questionnaire_token, campaign.questionnaire_until = questionnaire_hash(token), until
        campaign.save(update_fields=["questionnaire_token", "questionnaire_until"])
        after: dict[str, object] = {"until": until.isoformat()}
        record(actor, "open_questionnaire", "drill_campaign", key_of(campaign), {}, after)
    return token


def close_questionnaire(actor: Actor, campaign_id: int) -> None:
    """Takes no more answers; the link leads nowhere, what was answered stays."""
    require(actor, "manage_drills")
    with transaction.atomic():
        campaign = locked(actor, campaign_id)
        campaign.questionnaire_token, campaign.questionnaire_until = "", None
        campaign.save(update_fields=["questionnaire_token", "questionnaire_until"])
        record(actor, "close_questionnaire", "drill_campaign", key_of(campaign), {}, {})
