"""What ends when reminding ends: mails that have not left, and the knowledge of whom a round was for."""

from __future__ import annotations

from kansa.apps.mail.actions import destroy_identities, stop_batch
from kansa.apps.mail.models import MailBatch
from kansa.apps.self_inspection.actions.copy_numbers import forget_who_was_reminded
from kansa.apps.self_inspection.models import Campaign, Reminder, ReminderMark
from kansa.core.errors import RuleError
from kansa.core.permission import Actor


def end_reminders(actor: Actor, campaign: Campaign) -> None:
    """At closing: what has not left never will, and whom a round was for is forgotten. In the caller's transaction."""
    reminders = Reminder.objects.filter(municipality_id=campaign.municipality_id, campaign=campaign)
    for reminder in reminders.select_related("mail_batch", "head_batch"):
        for batch in (reminder.mail_batch, reminder.head_batch):
            if batch is not None and batch.state not in ("finished", "stopped"):
                stop_batch(actor, batch.pk, "自己点検が終了した")
    ReminderMark.objects.filter(municipality_id=campaign.municipality_id, reminder__campaign=campaign).delete()
    if campaign.privacy == "confidential":
        forget_who_was_reminded(campaign)


def forget_recipients(actor: Actor, campaign: Campaign) -> int:
    """Erases who was written to, as soon as a round is over; of an identified campaign once it is closed. How many."""
    if campaign.privacy == "identified" and campaign.state != "closed":
        return 0
    done = 0
    for batch in MailBatch.objects.filter(
        municipality_id=campaign.municipality_id,
        purpose=f"reminder/{campaign.pk}",
        state__in=("finished", "stopped"),
        identities_destroyed_at__isnull=True,
    ):
        try:
            destroy_identities(actor, batch.pk)
        except RuleError:
            continue  # a mail is still in the relay's hands; the next hour comes
        done += 1
    return done
