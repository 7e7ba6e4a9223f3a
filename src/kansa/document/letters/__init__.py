"""What lives here. Letters and forms of the audit year: kinds with their fields, templates, filling, setting as PDF.
Who comes here. The apps that send letters or take a city's own template, and docs.letters for the manual.
May import. core, document.glyphs, document.render, docx and the standard library.
Must not. Know Django, the clock or chance; run anything a template says; take a value for markup or for a field.
To add one. A kind: one entry in kinds.KINDS, one module of defaults with one line in defaults.BUILDERS.
"""
