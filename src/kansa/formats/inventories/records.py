"""What is installed on a host, as its inventory says?"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class InstalledPackage(NamedTuple):
    """One package of dpkg or rpm. Versions as the tool writes them, with the epoch where it has one."""

    name: str
    version: str  # dpkg: epoch:upstream-revision; rpm: epoch:version-release, without an epoch of 0
    architecture: str = ""
    source: str = ""  # the source package it was built from; "" when the inventory does not say
    source_version: str = ""
    module: str = ""  # rpm's modularity label, "" for none
    place: int = 0  # line, 1-based


class Note(NamedTuple):
    """A line that could not be read; the others are kept."""

    place: int
    reason_ja: str


@dataclass(frozen=True, slots=True)
class Inventory:
    """An inventory of one host. What the file does not say is "", and has to be said by whoever brings it in.

    `release`: what advisories are kept by: "debian:12", "ubuntu:22.04", "rhel:9", or Microsoft's name of the product.
    """

    kind: str  # a key of READERS
    host_name: str = ""
    asset_number: str = ""
    release: str = ""
    build: str = ""  # Windows: 17763.6054; without the last part it cannot settle anything
    taken_at: datetime | None = None
    packages: tuple[InstalledPackage, ...] = ()
    updates: tuple[str, ...] = ()  # Windows: KB numbers without "KB", each once, sorted
    notes: tuple[Note, ...] = field(default=())
    file_name: str = ""  # of the file, or of the one inside an archive
