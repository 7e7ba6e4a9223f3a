"""What lives here. Readers of what is installed on one host: packages of dpkg and rpm, updates of Windows.
Who comes here. Whoever adds a kind of inventory, or asks why a line of one was not read.
May import. kansa.core, kansa.formats.scans (opening, fields) and kansa.formats.unsafe.
Must not. Compare versions, look at advisories, guess a host or a release that the file does not name.
To add one. A module with a FORMAT, one line in READERS, samples good_* and bad_* in tests/formats/inventories.
"""

from kansa.formats.inventories.reading import READERS, read_inventory
from kansa.formats.inventories.records import InstalledPackage, Inventory, Note

__all__ = ["READERS", "InstalledPackage", "Inventory", "Note", "read_inventory"]
