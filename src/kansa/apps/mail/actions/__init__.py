"""What lives here. Writes: relays, domains, batches and their approval, the sender, bounces, the end of identities.
Who comes here. Drills and reminders, the pages of mail, the worker (send_mail_batch, look_after_mail).
May import. mail.models, mail.queries, people, trail, jobs, Django, the pure packages.
Must not. Mark a mail as sent before the relay said so; send a mail again whose end nobody knows.
To add one. An act is one function in the module of its subject, with `require` in its first line.
"""

from kansa.apps.mail.actions.approving import approve_batch, withdraw_approval
from kansa.apps.mail.actions.batches import (
    BatchPlan,
    Made,
    Recipient,
    change_batch,
    create_batch,
    destroy_identities,
    fresh_token,
    leave_out,
    open_identities,
    preview_of,
)
from kansa.apps.mail.actions.bouncing import (
    Bounced,
    BoxSettings,
    fetch_bounces,
    new_mails,
    note_box,
    read_bounces,
    read_mailbox,
    save_mailbox,
    take_bounces,
)
from kansa.apps.mail.actions.connecting import RelaySession, RelayTrouble
from kansa.apps.mail.actions.domains import (
    confirm_by_code,
    confirm_by_second_person,
    mail_code,
    propose_domain,
    withdraw_domain,
)
from kansa.apps.mail.actions.relays import RelaySettings, retire_relay, save_relay, send_trial, test_relay
from kansa.apps.mail.actions.sending import SliceResult, look_after_mail, send_mail_batch, send_slice
from kansa.apps.mail.actions.steering import pause_batch, resume_batch, settle_unknown, start_batch, stop_batch

__all__ = [
    "BatchPlan",
    "Bounced",
    "BoxSettings",
    "Made",
    "Recipient",
    "RelaySession",
    "RelaySettings",
    "RelayTrouble",
    "SliceResult",
    "approve_batch",
    "change_batch",
    "confirm_by_code",
    "confirm_by_second_person",
    "create_batch",
    "destroy_identities",
    "fetch_bounces",
    "fresh_token",
    "leave_out",
    "look_after_mail",
    "mail_code",
    "new_mails",
    "note_box",
    "open_identities",
    "pause_batch",
    "preview_of",
    "propose_domain",
    "read_bounces",
    "read_mailbox",
    "resume_batch",
    "retire_relay",
    "save_mailbox",
    "save_relay",
    "send_mail_batch",
    "send_slice",
    "send_trial",
    "settle_unknown",
    "start_batch",
    "stop_batch",
    "take_bounces",
    "test_relay",
    "withdraw_approval",
    "withdraw_domain",
]
