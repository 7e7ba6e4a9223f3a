"""kansa: a municipality's information-security audit year, from its records to the printed annual report.

What lives here. the pure packages (core, formats, document, sample), the Django apps, their wiring, the command.
Who comes here. `kansa` on the command line, the web server.
May import. see each package's own door plate; import-linter holds the layers.
Must not. reach the network at run time.
To add one. find the room by its door plate; a new room needs an ADR.
"""

__version__ = "0.1.0"
