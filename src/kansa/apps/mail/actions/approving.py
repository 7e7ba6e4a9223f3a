"""Who answers for a batch? A second person, for exactly this list, text, schedule and these domains."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from kansa.apps.mail.actions.batches import lock_batch
from kansa.apps.mail.models import MailBatch
from kansa.apps.mail.queries.batches import approval_sha256, counts_of
from kansa.apps.trail.actions import record, require
from kansa.core.errors import RuleError
from kansa.core.mail.states import next_batch_state
from kansa.core.permission import Actor


def is_same_person(actor: Actor, name: str, account_id: int | None) -> bool:
    """Whether the actor is whoever did something earlier; without an account the name has to do."""
    if actor.account_id is not None and account_id is not None:
        return actor.account_id == account_id
    return actor.name.strip().casefold() == name.strip().casefold()


def approve_batch(actor: Actor, batch_id: int, shown_sha256: str) -> MailBatch:
    """Approves what the person saw (`shown_sha256` from the page); a paused batch whose approval is void, anew.

    Raises RuleError for whoever made or changed the batch, and when it is no longer what was shown.
    """
    require(actor, "approve_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        is_again = batch.state == "paused"
        state = "paused" if is_again else next_batch_state(batch.state, "approve")
        makers = ((batch.created_by, batch.created_account), (batch.changed_by, batch.changed_account))
        if any(is_same_person(actor, name, account_id) for name, account_id in makers):
            raise RuleError("same_person", "作成した人や直した人は承認できません。もう一人の担当者が承認してください。")
        now_sha256 = approval_sha256(batch)
        if now_sha256 != shown_sha256:
            raise RuleError("approval_outdated", "表示した後に内容が変わりました。もう一度内容を確かめてください。")
        if not counts_of(batch).open:
            raise RuleError("no_recipients", "送信する宛先がありません。")
        batch.state, batch.approved_sha256 = state, now_sha256
        batch.approved_by, batch.approved_at = actor.name, timezone.now()
        batch.save(update_fields=["state", "approved_sha256", "approved_by", "approved_at"])
        record(actor, "approve_mail_batch", "mail_batch", str(batch.pk), {}, {"sha256": now_sha256})
    return batch


def withdraw_approval(actor: Actor, batch_id: int) -> MailBatch:
    """Takes the approval back before the sending has begun, so that the batch can be changed."""
    require(actor, "manage_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        batch.state = next_batch_state(batch.state, "withdraw")
        batch.approved_sha256, batch.approved_by, batch.approved_at = "", "", None
        batch.save(update_fields=["state", "approved_sha256", "approved_by", "approved_at"])
        record(actor, "withdraw_approval", "mail_batch", str(batch.pk), {}, {})
    return batch
