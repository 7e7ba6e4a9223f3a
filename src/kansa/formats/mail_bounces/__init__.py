"""What lives here. Mails that came back: delivery reports, absence notes, and the free text of old mail servers.
Who comes here. The app `mail`, which finds the mail that a report belongs to.
May import. kansa.core and the standard library.
Must not. Keep an address; take a guess for a fact: what cannot be told is `undecided`.
To add one. A phrase of a mail server in reading.py with its sample in tests/formats/test_mail_bounces.py.
"""

from kansa.formats.mail_bounces.reading import KINDS_JA, BounceRecord, read_bounce, split_mbox

__all__ = ["KINDS_JA", "BounceRecord", "read_bounce", "split_mbox"]
