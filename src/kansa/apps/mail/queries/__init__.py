"""What lives here. Reads of relays, domains and batches: counts, states by token, what an approval covers, the keys.
Who comes here. The pages of mail, the sender, drills and reminders.
May import. mail.models, people, trail, Django and the pure packages.
Must not. Write; hand an address to a page.
To add one. A read is one function in the module whose question it shares, and a line below.
"""

from kansa.apps.mail.queries.batches import (
    BatchLine,
    MailFate,
    approval_sha256,
    batch_lines,
    batches_for,
    batches_of,
    counts_of,
    fates_of,
    fingerprints_of,
    pace_of,
    reply_counts,
    states_of,
    template_of,
    unknowns_of,
    window_of,
)
from kansa.apps.mail.queries.places import (
    bounce_counts,
    domains_of,
    is_open_day,
    keeps_addresses,
    known_domains,
    mailbox_of,
    relays_of,
    verified_domains,
)
from kansa.apps.mail.queries.sealing import (
    Contents,
    addresses_of,
    batch_key,
    bounce_code_of,
    contents_of,
    message_id_of,
    relay_secret,
    sealed_contents,
)

__all__ = [
    "BatchLine",
    "Contents",
    "MailFate",
    "addresses_of",
    "approval_sha256",
    "batch_key",
    "batch_lines",
    "batches_for",
    "batches_of",
    "bounce_code_of",
    "bounce_counts",
    "contents_of",
    "counts_of",
    "domains_of",
    "fates_of",
    "fingerprints_of",
    "is_open_day",
    "keeps_addresses",
    "known_domains",
    "mailbox_of",
    "message_id_of",
    "pace_of",
    "relay_secret",
    "relays_of",
    "reply_counts",
    "sealed_contents",
    "states_of",
    "template_of",
    "unknowns_of",
    "verified_domains",
    "window_of",
]
