"""How are people reminded, through their heads too, by mail or by printed slips, within the limits of the campaign?

Nothing that is sent leads to an answer: every link is the same for all, and no value of a mail tells an answer. What a
round leaves behind in a campaign without names is told and argued in docs/adr/0035.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.mail.actions import BatchPlan, Recipient, create_batch, stop_batch
from kansa.apps.mail.actions.batches import check_senders
from kansa.apps.mail.models import MailBatch, MailRelay
from kansa.apps.people.actions import lock_municipality
from kansa.apps.people.models import Department
from kansa.apps.self_inspection.actions.campaigns import campaign_of, fault
from kansa.apps.self_inspection.models import (
    Campaign,
    CampaignMember,
    Reminder,
    ReminderDepartment,
    ReminderMark,
    ReminderRule,
)
from kansa.apps.self_inspection.queries.reminders import (
    HeadAccount,
    ReminderGroup,
    heads_of,
    reminder_groups,
    rule_of,
    usable_addresses,
)
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.mail.pace import SendWindow
from kansa.core.permission import Actor
from kansa.core.reminders import HEAD_PLACES_JA, PLACES_JA, planned_days
from kansa.formats.mail_messages import MailTemplate, check_template

DAYTIME = (time(7, 0), time(20, 0))
LONGEST_NAME = 90  # a value of a mail holds 300 bytes


@dataclass(frozen=True, slots=True)
class RuleWords:
    """What is typed for a campaign's reminders; `address`: where the office has opened kansa."""

    most_count: int
    gap_days: int
    days_before: str
    to_people: bool
    to_heads: bool
    relay_id: int | None
    from_address: str
    subject_ja: str
    text_ja: str
    head_subject_ja: str
    head_text_ja: str
    address: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a round is for: all who are due of these departments; with `people` only those of them."""

    departments: frozenset[int]
    people: frozenset[int] | None = None


def rule_sha256(rule: ReminderRule) -> str:
    """What a second person approves: the rule as the page showed it. 64 hex digits."""
    names = (*(name for name in RuleWords.__dataclass_fields__ if name != "relay_id"), "relay_id")
    data = {name: getattr(rule, name) for name in names}
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def save_rule(actor: Actor, campaign_id: int, words: RuleWords) -> ReminderRule:
    """The campaign's reminders as typed; an approval is void by that. Raises InputError, RuleError."""
    require(actor, "manage_inspection")
    if not (words.to_people or words.to_heads):
        raise fault("nobody_to_remind", "職員、所属の長の少なくとも一方を選んでください。", "職員へ送る")
    days = "、".join(str(one) for one in planned_days(words.days_before))
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        relays = MailRelay.objects.visible_to(actor).filter(is_retired=False)
        relay = relays.filter(pk=words.relay_id).first() if words.relay_id is not None else None
        if words.relay_id is not None and relay is None:
            raise RuleError("no_such_relay", "中継サーバーが登録されていません。先に登録してください。")
        if days and relay is None:
            raise fault("bad_reminder_days", "自動で送るには、中継サーバーを選んでください。", "自動で催促する日")
        rule = rule_of(campaign)
        for name, value in asdict(words).items():
            setattr(rule, name, value)
        rule.days_before, rule.relay = days, relay
        for template, allowed in ((people_template(rule), PLACES_JA), (head_template(rule), HEAD_PLACES_JA)):
            check_template(template, allowed)
            if relay is not None:
                check_senders(actor.municipality_id, template)
        rule.saved_by, rule.saved_account = actor.name, actor.account_id
        rule.approved_by, rule.approved_account, rule.approved_at = "", None, None
        rule.save()
        after = {"most_count": rule.most_count, "gap_days": rule.gap_days, "days_before": days}
        record(actor, "save_reminder_rule", "campaign", str(campaign.checklist.fiscal_year), {}, after)
    return rule


def approve_rule(actor: Actor, campaign_id: int, shown_sha256: str) -> ReminderRule:
    """A second person approves what goes out by itself. Raises RuleError for whoever saved it, or when it changed."""
    require(actor, "approve_mail")
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        rule = rule_of(campaign)
        if rule.pk is None or not rule.days_before:
            raise RuleError("no_reminder_days", "自動で催促する日がないため、承認は要りません。")
        is_same = (
            actor.account_id == rule.saved_account
            if actor.account_id and rule.saved_account
            else actor.name.strip() == rule.saved_by.strip()
        )
        if is_same:
            raise RuleError("same_person", "きまりを保存した人は承認できません。もう一人の担当者が承認してください。")
        if rule_sha256(rule) != shown_sha256:
            raise RuleError("approval_outdated", "表示した後に内容が変わりました。もう一度内容を確かめてください。")
        rule.approved_by, rule.approved_account, rule.approved_at = actor.name, actor.account_id, timezone.now()
        rule.save(update_fields=["approved_by", "approved_account", "approved_at"])
        record(
            actor,
            "approve_reminder_rule",
            "campaign",
            str(campaign.checklist.fiscal_year),
            {},
            {"sha256": shown_sha256},
        )
    return rule


def people_template(rule: ReminderRule) -> MailTemplate:
    """The mail to whoever is silent."""
    return MailTemplate(rule.subject_ja, rule.text_ja, rule.from_address)


def head_template(rule: ReminderRule) -> MailTemplate:
    """The mail to the head of a department."""
    return MailTemplate(rule.head_subject_ja, rule.head_text_ja, rule.from_address)


def remind(
    actor: Actor, campaign_id: int, chosen: Chosen, *, now: datetime | None = None, days_before: int | None = None
) -> Reminder:
    """One round: drafts of the mails, which a second person approves, and slips for those without an address.

    Raises RuleError when the campaign is not open, the deadline is over, it is night, or the limits leave nobody.
    """
    require(actor, "manage_inspection")
    now = timezone.localtime(now)
    today = now.date()
    with transaction.atomic():
        lock_municipality(actor.municipality_id)
        campaign = campaign_of(actor, campaign_id)
        check_time(campaign, now)
        rule = rule_of(campaign)
        groups = [one for one in reminder_groups(campaign, today, rule) if one.department.pk in chosen.departments]
        due = [one for group in groups for one in group.due]
        if chosen.people is not None and campaign.privacy != "anonymous":
            due = [one for one in due if one.pk in chosen.people]
        if not due:
            reason = "催促できる人がいません。全員が回答したか、回数と間隔のきまりで今日は送れません。"
            raise RuleError("nobody_to_remind", reason)
        round_made = Round(actor, campaign, rule, groups, tuple(due), now)
        reminder = round_made.write(days_before)
    return reminder


def check_time(campaign: Campaign, now: datetime) -> None:
    """Raises RuleError outside the days in which people can answer, and without answers' names at night.

    Whom a round was for tells who had not begun at that time. By night, when backups are taken, the last mixing of the
    answers (every hour) must be later than every such list (docs/adr/0035).
    """
    if campaign.state != "open" or now.date() < campaign.opens_on:
        raise RuleError("not_open", "催促は、実施中の自己点検でだけできます。")
    if now.date() > campaign.closes_on:
        raise RuleError("past_deadline", "締切日を過ぎたため、催促はできません。")
    if campaign.privacy == "confidential" and not DAYTIME[0] <= now.time() < DAYTIME[1]:
        reason = "秘匿の自己点検の催促は、夜間の控えから回答者が分からないように、7時から20時までに作ってください。"
        raise RuleError("not_by_night", reason)


@dataclass(frozen=True, slots=True)
class Round:
    """A round that is being made, inside the transaction of `remind`."""

    actor: Actor
    campaign: Campaign
    rule: ReminderRule
    groups: Sequence[ReminderGroup]
    due: tuple[CampaignMember, ...]
    now: datetime

    @property
    def today(self) -> date:
        """The day of the round."""
        return self.now.date()

    def write(self, days_before: int | None) -> Reminder:
        """The round with its marks, counts and drafts of mails."""
        whose = {"municipality_id": self.campaign.municipality_id, "campaign": self.campaign}
        number = Reminder.objects.filter(**whose).count() + 1
        reminder = Reminder(**whose, number=number, made_on=self.today, days_before=days_before)
        reminder.made_by = self.actor.name
        addresses = usable_addresses(self.campaign) if self.rule.relay and self.rule.to_people else {}
        by_mail = {one.pk: addresses[one.staff_number] for one in self.due if one.staff_number in addresses}
        heads = self.heads() if self.rule.relay and self.rule.to_heads else []
        reminder.mail_batch = self.batch(people_template(self.rule), self.to_people(by_mail), "職員")
        reminder.head_batch = self.batch(head_template(self.rule), self.to_heads(heads), "所属の長")
        reminder.save()
        by_slip = {one.pk for one in self.due if self.rule.to_people and one.pk not in by_mail}
        ReminderMark.objects.bulk_create(
            ReminderMark(
                municipality_id=one.municipality_id, reminder=reminder, member=one, is_by_slip=one.pk in by_slip
            )
            for one in self.due
        )
        counts = self.count(reminder, by_mail, by_slip, heads)
        told = {"number": number, "departments": len(self.groups), **counts}
        record(self.actor, "remind", "campaign", str(self.campaign.checklist.fiscal_year), {}, told)
        return reminder

    def heads(self) -> list[HeadAccount]:
        """Heads with an address of departments that somebody of this round belongs to."""
        own = {one.department_id for one in self.due}
        return [one for one in heads_of(self.campaign, self.today) if one.address and own & {*one.departments}]

    def batch(self, template: MailTemplate, recipients: list[Recipient], whom_ja: str) -> MailBatch | None:
        """A draft for these recipients; None without any. It leaves by day, and never after the deadline."""
        if not recipients or self.rule.relay_id is None:
            return None
        begins = self.now
        ends = timezone.make_aware(datetime.combine(self.campaign.closes_on + timedelta(days=1), time.min))
        title = f"{self.campaign.title_ja}　催促（{whom_ja}）"[:200]
        window = SendWindow(begins, ends)
        plan = BatchPlan(f"reminder/{self.campaign.pk}", title, self.rule.relay_id, template, window)
        return create_batch(self.actor, plan, recipients).batch

    def common(self) -> dict[str, str]:
        """What every mail of the round says alike."""
        return {"title": self.campaign.title_ja[:LONGEST_NAME], "deadline": day_ja(self.campaign.closes_on)}

    def to_people(self, by_mail: Mapping[int, str]) -> list[Recipient]:
        """The mails to people; without names the batch does not keep whose they are, beyond the address."""
        is_named = self.campaign.privacy == "identified"
        common = self.common() | {"link": f"{self.rule.address}/answer/"}
        return [
            Recipient(
                one.staff_number if is_named else "",
                by_mail[one.pk],
                common | {"name": one.name_ja[:LONGEST_NAME], "department": one.department.name_ja[:LONGEST_NAME]},
            )
            for one in self.due
            if one.pk in by_mail
        ]

    def to_heads(self, heads: Sequence[HeadAccount]) -> list[Recipient]:
        """The mails to heads: a count and the page to look at after signing in, never a name."""
        counts, names = self.silent_counts(), {}
        for one in Department.objects.filter(pk__in=counts):
            names[one.pk] = one.name_ja
        found = []
        for head in heads:
            own = [key for key in head.departments if key in counts]
            more = f"ほか{len(own) - 1}所属" if len(own) > 1 else ""
            values = self.common() | {
                "name": head.name_ja[:LONGEST_NAME],
                "department": names[own[0]][:80] + more,
                "count": str(sum(counts[key] for key in own)),
                "link": f"{self.rule.address}/inspections/{self.campaign.pk}/departments/{own[0]}/",
            }
            found.append(Recipient(f"account/{head.account_id}", head.address, values))
        return found

    def silent_counts(self) -> dict[int, int]:
        """Own department -> how many are silent; of an anonymous campaign those of the whole group it counts in."""
        if self.campaign.privacy == "anonymous":
            return {key: group.silent_count for group in self.groups for key in group.own_departments}
        return {group.department.pk: group.silent_count for group in self.groups}

    def count(
        self, reminder: Reminder, by_mail: Collection[int], by_slip: Collection[int], heads: Sequence[HeadAccount]
    ) -> dict[str, int]:
        """The counts of each department, kept; their sums."""
        headed = [key for head in heads for key in head.departments]
        chosen = {one.pk for one in self.due}
        rows = []
        for group in self.groups:
            keys = {one.pk for one in group.due} & chosen
            if keys:
                rows.append(
                    ReminderDepartment(
                        municipality_id=reminder.municipality_id,
                        reminder=reminder,
                        department=group.department,
                        reminded_count=len(keys),
                        mail_count=len(keys & {*by_mail}),
                        slip_count=len(keys & {*by_slip}),
                        head_count=sum(1 for key in headed if key in group.own_departments),
                    )
                )
        ReminderDepartment.objects.bulk_create(rows)
        return {"people": len(chosen), "mails": len(by_mail), "slips": len(by_slip), "heads": len(heads)}


def day_ja(day: date) -> str:
    """A day as it stands in a letter: 令和 is not needed, the weekday is."""
    return f"{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


def cancel_reminder(actor: Actor, campaign_id: int, number: int) -> Reminder:
    """Takes a round back of which no mail has left; it does not count against the limits. Raises RuleError."""
    require(actor, "manage_inspection")
    with transaction.atomic():
        campaign = campaign_of(actor, campaign_id)
        rows = Reminder.objects.filter(municipality_id=actor.municipality_id, campaign=campaign, number=number)
        reminder = rows.select_related("mail_batch", "head_batch").first()
        if reminder is None or reminder.is_cancelled:
            raise RuleError("no_such_reminder", "この催促はありません。")
        batches = [one for one in (reminder.mail_batch, reminder.head_batch) if one is not None]
        if any(one.state not in ("draft", "approved") for one in batches):
            raise RuleError(
                "reminder_has_begun", "送信を始めた催促は取り消せません。「メール送信」の画面で止めてください。"
            )
        for one in batches:
            stop_batch(actor, one.pk, "催促を取り消した")
        ReminderMark.objects.filter(municipality_id=actor.municipality_id, reminder=reminder).delete()
        reminder.is_cancelled = True
        reminder.save(update_fields=["is_cancelled"])
        year = str(campaign.checklist.fiscal_year)
        record(actor, "cancel_reminder", "campaign", year, {}, {"number": number})
    return reminder
