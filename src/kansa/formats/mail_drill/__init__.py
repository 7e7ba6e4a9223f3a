"""What lives here. Training mails as text, HTML and phone preview, their harmless documents, and the library of texts.
Who comes here. Whoever changes how a training mail looks, adds a text, or reads a mail that was forwarded as a report.
May import. kansa.core.mail_drill, the standard library, python-docx, xlsxwriter, qrcode, python-oxmsg.
Must not. Write a form, a script, a macro or any address but those it is given; use the clock or chance.
To add one. A text is a Scenario in a module of library and its name in library.SCENARIOS.
"""

from kansa.formats.mail_drill.documents import Document, document
from kansa.formats.mail_drill.letter import Letter, Places, letter, phone_preview
from kansa.formats.mail_drill.library import SCENARIOS

__all__ = ["SCENARIOS", "Document", "Letter", "Places", "document", "letter", "phone_preview"]
