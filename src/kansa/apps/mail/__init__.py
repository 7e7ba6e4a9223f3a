"""What lives here. Sending to many people once and no more: relays, verified domains, batches, fates, bounces.
Who comes here. Drills, reminders: actions.create_batch, approve, start, pause, stop; queries.counts_of, states_of.
May import. kansa.apps.people, trail and jobs, the pure packages, cryptography through the trail's keys.
Must not. Know why a mail is sent; keep an address in the clear; send twice what may have been sent; log a recipient.
To add one. A purpose calls actions.create_batch with its own word; a reply of relays: core/mail/replies.py first.
"""
