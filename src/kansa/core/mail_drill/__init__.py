"""What lives here. The rules of a mail drill: texts, difficulty, what counts as a person's act, results, approval.
Who comes here. The drills app, the renderers of training mails, and whoever asks why a click was not counted.
May import. The standard library and kansa.core.
Must not. Know a request, a database or a mail server; keep a name or an address of a person.
To add one. A rule about hits is a bit in events.RULES with its words, and a row in tests/spec/23-mail-drill.md.
"""
