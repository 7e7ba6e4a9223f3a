"""What lives here. Mails for many people: a template, read once into bytes, and its filling for each recipient.
Who comes here. The app `mail`, and whoever shows a mail before it is sent.
May import. kansa.core and the standard library.
Must not. Open a connection, ask the clock or draw at random; let a value of a person reach a header unguarded.
To add one. A kind of attachment: its row in ATTACHMENT_KINDS, its branch in filling.py, its test in tests/formats.
"""

from kansa.formats.mail_messages.filling import MailFields, Prepared, filled, prepared, preview
from kansa.formats.mail_messages.headers import encoded_header, mailbox
from kansa.formats.mail_messages.templates import (
    ATTACHMENT_KINDS,
    Attachment,
    MailTemplate,
    check_template,
    check_values,
    placeholders_of,
    template_from_json,
    template_to_json,
)

__all__ = [
    "ATTACHMENT_KINDS",
    "Attachment",
    "MailFields",
    "MailTemplate",
    "Prepared",
    "check_template",
    "check_values",
    "encoded_header",
    "filled",
    "mailbox",
    "placeholders_of",
    "prepared",
    "preview",
    "template_from_json",
    "template_to_json",
]
