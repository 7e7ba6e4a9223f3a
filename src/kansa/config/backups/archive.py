"""What is in the file of a copy, and is all of it as it was written? A zip; its last entry is a manifest of digests."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kansa.core.errors import RuleError
from kansa.core.zip_faults import ZIP_FAULTS

FORMAT = 1
NAME = re.compile(r"kansa-backup-\d{8}-\d{6}\.zip")
MANIFEST = "manifest.json"
HELD = "held.json"
CHUNK = 1024 * 1024
# What is no zip of ours, or has a manifest that is none.
UNREADABLE = (*ZIP_FAULTS, KeyError, TypeError, AttributeError)


@dataclass(frozen=True, slots=True)
class Entry:
    """Size in bytes and digest of one entry."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a copy is: of which program and city, when, for which database and key, and the digest of every entry.

    `key_check` comes from the secret key and does not lead back to it. `migrations`: those the database had.
    """

    version: str
    made_at: str
    municipality_ja: str
    database: str
    key_check: str
    migrations: tuple[tuple[str, str], ...]
    entries: Mapping[str, Entry]

    @property
    def held_sha256(self) -> str:
        """The digest by which the next copy knows this one."""
        return self.entries[HELD].sha256


def broken(name: str, what_ja: str) -> RuleError:
    """The refusal of a file that is not whole."""
    return RuleError("backup_broken", f"控え「{name}」は使えません（{what_ja}）。ほかの日の控えを使ってください。")


class Writer:
    """Writes entries one after the other, with their digests."""

    def __init__(self, file: IO[bytes]) -> None:
        self.archive = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1)
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, source: IO[bytes]) -> None:
        """An entry with the bytes of a file."""
        digest, size = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as target:
            while part := source.read(CHUNK):
                digest.update(part)
                size += len(part)
                target.write(part)
        self.entries[name] = Entry(size, digest.hexdigest())

    def add_folder(self, folder: Path, under: str) -> None:
        """Every file of a folder; one that goes away meanwhile was erased, and stays so."""
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if path.is_file() and not path.is_symlink():
                try:
                    source = path.open("rb")
                except FileNotFoundError:
                    continue
                with source:
                    self.add(f"{under}/{path.relative_to(folder).as_posix()}", source)

    def finish(self, manifest: Manifest) -> None:
        """The manifest, and the end of the archive."""
        told = asdict(manifest) | {"format": FORMAT}
        self.archive.writestr(MANIFEST, json.dumps(told, ensure_ascii=False, indent=1))
        self.archive.close()


def read_manifest(path: Path) -> Manifest:
    """The manifest of a file. Raises RuleError for one that is no copy, is cut off, or is of a newer form."""
    try:
        with zipfile.ZipFile(path) as archive:
            told: dict[str, Any] = json.loads(archive.read(MANIFEST))
        if told.pop("format") != FORMAT:
            raise RuleError("newer_backup", f"控え「{path.name}」は新しい版の kansa のものです。版を上げてください。")
        entries = {name: Entry(**one) for name, one in told.pop("entries").items()}
        migrations = tuple((app, name) for app, name in told.pop("migrations"))
        return Manifest(entries=entries, migrations=migrations, **told)
    except FileNotFoundError:
        raise RuleError("no_backup", f"控え「{path}」がありません。") from None
    except UNREADABLE as fault:
        raise broken(path.name, "kansa の控えでないか、途中で切れています") from fault


def verify(path: Path) -> Manifest:
    """Reads every byte again and compares the digests. Raises RuleError."""
    manifest = read_manifest(path)
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if sorted(names) != sorted([*manifest.entries, MANIFEST]):
                raise broken(path.name, "中のファイルが目録と合いません")
            for name, entry in manifest.entries.items():
                with archive.open(name) as source:
                    if digest_of(source) != entry:
                        raise broken(path.name, f"「{name}」が書いた時と違います")
    except UNREADABLE as fault:
        raise broken(path.name, "読めないところがあります") from fault
    return manifest


def digest_of(source: IO[bytes]) -> Entry:
    """Size and digest of what can be read."""
    digest, size = hashlib.sha256(), 0
    while part := source.read(CHUNK):
        digest.update(part)
        size += len(part)
    return Entry(size, digest.hexdigest())


def read_entry(path: Path, name: str) -> bytes:
    """The bytes of a small entry."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Lays every entry into a folder. Raises RuleError for a name that leads out of it."""
    with zipfile.ZipFile(path) as archive:
        for name in manifest.entries:
            parts = PurePosixPath(name).parts
            if PurePosixPath(name).is_absolute() or ".." in parts or "\\" in name or ":" in name:
                raise broken(path.name, f"「{name}」という名前は使えません")
            target = folder.joinpath(*parts)
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with archive.open(name) as source, target.open("wb") as file:
                while part := source.read(CHUNK):
                    file.write(part)


def copies_in(folder: Path) -> Iterator[tuple[Path, Manifest]]:
    """The copies in a folder that can be read, oldest first."""
    for path in sorted(folder.iterdir()):
        if NAME.fullmatch(path.name):
            try:
                yield path, read_manifest(path)
            except RuleError:
                continue
