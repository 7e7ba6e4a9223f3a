"""What lives here. Which updates does a host lack, by its inventory and the advisories that were carried in?
Who comes here. The diagnosis, which takes the answer in like a scan; the `kansa` command, which packs advisories.
May import. kansa.core, kansa.formats and the library that compares versions.
Must not. Know a database of the municipality, an asset or a decision; fetch anything; guess a version.
To add one. A family of packages is a module with a rule; a source of advisories is a reader in formats.advisories.
"""

from kansa.patches.bundle import Bundle, BundledFile, Key, new_key, open_bundle, pack, public_part
from kansa.patches.index import Indexes, SourceFacts, build_index
from kansa.patches.matching import match

__all__ = [
    "Bundle",
    "BundledFile",
    "Indexes",
    "Key",
    "SourceFacts",
    "build_index",
    "match",
    "new_key",
    "open_bundle",
    "pack",
    "public_part",
]
