"""What lives here. Readers and writers of the files a city really has: tables, worksheets, GoPhish, evidence.
Who comes here. Whoever meets a new file layout, a new column, or a file that was refused wrongly.
May import. The standard library, kansa.core, python-calamine (reading) and xlsxwriter (writing).
Must not. Decide anything, know a database or another file, use the clock or chance.
To add one. A module in readers with its SPEC, one line in READERS, a folder of samples in tests/formats/samples.
"""

from kansa.formats.readers import READERS, SPECS

__all__ = ["READERS", "SPECS"]
