"""Which reminders are due by themselves, and who answers for them? Whoever approved the rule beforehand."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks.base import TaskContext

from kansa.apps.mail.actions import approve_batch, start_batch
from kansa.apps.mail.queries import approval_sha256
from kansa.apps.self_inspection.actions.forgetting import forget_recipients
from kansa.apps.self_inspection.actions.reminding import Chosen, remind
from kansa.apps.self_inspection.models import Campaign, Reminder, ReminderRule
from kansa.apps.self_inspection.queries.reminders import reminder_groups, rule_of
from kansa.core.errors import RuleError
from kansa.core.permission import Actor
from kansa.core.reminders import due_by_plan, planned_days

CLOCK = "自動の催促"
OFFICE_HOURS = range(9, 17)  # when somebody is there to see what happens, and never at night (docs/adr/0035)


@task(takes_context=True)
def remind_by_clock(context: TaskContext | None, municipality_id: int) -> None:
    """Every hour: makes and sends the rounds that are due, and forgets whom finished rounds were for."""
    remind_what_is_due(municipality_id, timezone.localtime())


def remind_what_is_due(municipality_id: int, now: datetime) -> list[Reminder]:
    """The rounds that were made."""
    clock = Actor(municipality_id, CLOCK, "operator")
    made = []
    for campaign in Campaign.objects.filter(municipality_id=municipality_id, state__in=("open", "closed")):
        forget_recipients(clock, campaign)
        rule = rule_of(campaign)
        if campaign.state == "open" and rule.approved_at is not None and now.hour in OFFICE_HOURS:
            reminder = remind_if_due(clock, campaign, rule, now)
            made += [reminder] if reminder is not None else []
    return made


def remind_if_due(clock: Actor, campaign: Campaign, rule: ReminderRule, now: datetime) -> Reminder | None:
    """The round of today, approved in the name of whoever approved the rule, and begun; None when none is due."""
    with transaction.atomic():
        done = Reminder.objects.filter(
            municipality_id=campaign.municipality_id, campaign=campaign, days_before__isnull=False
        ).values_list("days_before", flat=True)
        done_days = {one for one in done if one is not None}
        days = due_by_plan(planned_days(rule.days_before), done_days, campaign.closes_on, now.date())
        if days is None or now.date() < campaign.opens_on:
            return None
        chosen = Chosen(frozenset(one.department.pk for one in reminder_groups(campaign, now.date(), rule)))
        try:
            reminder = remind(clock, campaign.pk, chosen, now=now, days_before=days)
        except RuleError as fault:
            if fault.code == "nobody_to_remind":
                return None
            raise
        approver = Actor(
            campaign.municipality_id, f"{rule.approved_by}（事前の承認）", "operator", account_id=rule.approved_account
        )
        for batch in (reminder.mail_batch, reminder.head_batch):
            if batch is not None:
                approve_batch(approver, batch.pk, approval_sha256(batch))
                start_batch(clock, batch.pk)
    return reminder
