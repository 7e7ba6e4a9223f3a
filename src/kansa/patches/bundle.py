"""How do advisories come over the border on a stick: one file that says what is in it, of which day, and who packed it?

A zip with a manifest (kind, release, day and SHA-256 of each file) and, when it was packed with a key, an Ed25519
signature of the manifest. What is not named in the manifest, or differs from it, is refused as a whole.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import lzma
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kansa.core.errors import InputError, Place, Refusal
from kansa.core.zip_faults import ZIP_FAULTS
from kansa.formats.advisories import READERS, Stamp, kind_of, read_advisories
from kansa.formats.advisories.debian import hashes_of
from kansa.formats.scans.containers import open_reports
from kansa.formats.scans.limits import ScanLimits
from kansa.formats.scans.opening import Report
from kansa.formats.unsafe import UnsafeFile

FORMAT = "kansa-advisories/1"
MANIFEST, SIGNATURE = "manifest.json", "manifest.sig"
CHUNK = 1024 * 1024
# JSON of this size is read as a stream: trackers are large, and the machine that packs may be small.
LIMITS = ScanLimits(whole_json_bytes=16 * 1024 * 1024)
# What a zip, its manifest or its signature raise when they are not what they should be.
_FAULTS = (*ZIP_FAULTS, KeyError, TypeError)
_NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,199}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key: the private part stays where bundles are packed, the public part goes where they are read."""

    private: str  # 32 bytes as base64
    public: str


@dataclass(frozen=True, slots=True)
class BundledFile:
    """One file of a bundle as its manifest names it."""

    name: str
    kind: str  # a key of formats.advisories.READERS
    release: str
    as_of: str  # ISO day; "" when neither the file nor the person who packed said one
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """An opened bundle. `signed_by`: the name of the key that signed it; "" when it is not signed by a known key."""

    packed_on: str
    files: tuple[BundledFile, ...]
    signed_by: str
    path: Path

    @contextmanager
    def report(self, file: BundledFile) -> Iterator[Report]:
        """One of its files, to be read; checked against the manifest when the bundle was opened."""
        with (
            zipfile.ZipFile(self.path) as archive,
            archive.open(f"files/{file.name}") as packed,
            tempfile.SpooledTemporaryFile(max_size=16 * CHUNK) as plain,
        ):
            shutil.copyfileobj(packed, plain, CHUNK)
            yield next(iter(open_reports(plain, file.name, LIMITS)))


def refused(code: str, reason_ja: str, file: str = "") -> InputError:
    """A fault of a bundle or of a file to be packed."""
    return InputError(Refusal(code, reason_ja, Place(file)))


def new_key() -> Key:
    """A key by chance."""
    private = Ed25519PrivateKey.generate()
    text = base64.b64encode(private.private_bytes_raw()).decode()
    return Key(text, public_part(text))


def public_part(private: str) -> str:
    """The public part of a private key. Raises InputError for a text that is none."""
    try:
        key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private.strip(), validate=True))
    except ValueError:
        raise refused("bad_key", "署名用の鍵として読み取れません。") from None
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def pack(
    paths: Iterable[Path], target: Path, packed_on: date, *, private: str = "", release: str = "", as_of: str = ""
) -> Bundle:
    """Writes a bundle of the files, of which each has to be known. Files of one zip are packed one by one.

    `release` and `as_of` are for indexes and lists that do not say their own; an index that stands with its Release
    file gets both from it. Raises InputError; no bundle is left behind then.
    """
    part = target.with_suffix(".part")
    try:
        with tempfile.TemporaryDirectory() as folder:
            plain = [one for path in paths for one in _plain_files(path, Path(folder))]
            names = [one.name for one in plain]
            twice = next((name for name in names if names.count(name) > 1), "")
            if twice:
                raise _named_twice(twice)
            suites = _suites(plain)
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                files = tuple(_packed(archive, path, suites, release, as_of) for path in plain)
                manifest = _canonical(packed_on, files)
                archive.writestr(MANIFEST, manifest)
                if private:
                    key = Ed25519PrivateKey.from_private_bytes(base64.b64decode(private.strip()))
                    archive.writestr(SIGNATURE, base64.b64encode(key.sign(manifest)))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return Bundle(packed_on.isoformat(), files, "", target)


def _plain_files(path: Path, folder: Path) -> list[Path]:
    """The file, unpacked: .xz and .gz as the distributions publish them, and every known file of a zip."""
    openers: dict[str, Callable[..., IO[bytes]]] = {".xz": lzma.open, ".gz": gzip.open}  # type: ignore[dict-item]
    opener = openers.get(path.suffix)
    if opener is not None:
        plain = folder / path.stem
        if plain.exists():
            raise _named_twice(plain.name)
        try:
            with opener(path, "rb") as packed, plain.open("xb") as copy:
                _copy_within(packed, copy, path)
        except (OSError, EOFError, zlib.error, lzma.LZMAError):
            raise refused("broken_archive", "圧縮ファイルが壊れています。入手し直してください。", path.name) from None
        return [plain]
    if not zipfile.is_zipfile(path):
        return [path]
    found: list[Path] = []
    with path.open("rb") as stream:
        for report in _reports(stream, path.name):
            try:
                kind_of(report)
            except InputError:
                continue  # a note or a version beside the data
            plain = folder / f"{path.stem}-{Path(report.name).name}"
            if plain.exists():
                raise _named_twice(plain.name)
            with plain.open("xb") as copy:
                copy.writelines(report.chunks())
            found.append(plain)
    if not found:
        raise refused("unknown_advisories", "圧縮ファイルの中に、対応している照合データがありません。", path.name)
    return found


def _named_twice(name: str) -> InputError:
    reason = "同じ名前のファイルが二つあります。一方の名前を変えて（例：Packages-updates.xz）まとめ直してください。"
    return refused("bad_file_name", reason, name)


def _copy_within(packed: IO[bytes], copy: IO[bytes], path: Path) -> None:
    """What is unpacked, as long as it is no more than one file may have and grows like text, not like a bomb."""
    most = min(LIMITS.member_bytes, max(LIMITS.ratio_from, path.stat().st_size * LIMITS.ratio))
    size = 0
    while chunk := packed.read(CHUNK):
        size += len(chunk)
        if size > most:
            reason = "圧縮ファイルが異常に膨らむため、安全のため展開しません。作成元を確かめてください。"
            raise refused("broken_archive", reason, path.name)
        copy.write(chunk)


def _reports(stream: IO[bytes], name: str) -> Iterator[Report]:
    try:
        yield from open_reports(stream, name, LIMITS)
    except UnsafeFile as unsafe:
        raise refused(unsafe.code, unsafe.reason_ja, name) from None


def _suites(paths: list[Path]) -> dict[str, Stamp]:
    """SHA-256 of an index -> code name and day of the Release file that vouches for it."""
    found: dict[str, Stamp] = {}
    for path in paths:
        with path.open("rb") as stream:
            for report in _reports(stream, path.name):
                if kind_of(report) == "debian_release":
                    stamp = next(one for one in read_advisories(report, "debian_release") if isinstance(one, Stamp))
                    found.update(dict.fromkeys(hashes_of(report), stamp))
    return found


def _packed(archive: zipfile.ZipFile, path: Path, suites: dict[str, Stamp], release: str, as_of: str) -> BundledFile:
    if _NAME.fullmatch(path.name) is None:
        raise refused("bad_file_name", "ファイル名は半角の英数字と . _ - だけにしてください。", path.name)
    digest = _sha256(path)
    with path.open("rb") as stream:
        report = next(_reports(stream, path.name))
        kind = kind_of(report)
        stamps = [one for one in read_advisories(report, kind) if isinstance(one, Stamp)]
    vouched = suites.get(digest)
    if vouched is not None:
        stamps.append(vouched)
    found = next((one.release for one in reversed(stamps) if one.release), "") or release
    if not found and not READERS[kind].has_release:
        raise refused("release_missing", "どの版の更新一覧か分かりません。--release で指定してください。", path.name)
    days = [one.as_of for one in stamps if one.as_of]
    archive.write(path, f"files/{path.name}")
    day = max(days).isoformat() if days else as_of
    return BundledFile(path.name, kind, "" if READERS[kind].has_release else found, day, digest, path.stat().st_size)


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _canonical(packed_on: date, files: tuple[BundledFile, ...]) -> bytes:
    body = {"format": FORMAT, "packed_on": packed_on.isoformat(), "files": [asdict(one) for one in files]}
    return json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1).encode()


def open_bundle(path: Path, public_keys: dict[str, str]) -> Bundle:
    """A bundle whose files are what its manifest says. `public_keys`: name -> public part.

    Raises InputError for anything else, and for a signature that is wrong; one by a key that is not known, or none, is
    no fault, but `signed_by` is empty then.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = _read_small(archive, MANIFEST)
            packed_on, files = _manifest(manifest)
            wanted = {MANIFEST, *(f"files/{one.name}" for one in files)}
            if set(archive.namelist()) - {SIGNATURE} != wanted or len(archive.namelist()) > LIMITS.members:
                raise refused("bundle_differs", "照合データの中身が目録と一致しません。作り直してください。")
            signed_by = _signer(archive, manifest, public_keys)
            for one in files:
                _check(archive, one)
    except _FAULTS:
        raise refused("not_a_bundle", "照合データのファイルではないか、壊れています。") from None
    return Bundle(packed_on, files, signed_by, path)


def _read_small(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as stream:
        data = stream.read(CHUNK + 1)
    if len(data) > CHUNK:
        raise refused("not_a_bundle", "照合データの目録が大きすぎます。")
    return data


def _manifest(data: bytes) -> tuple[str, tuple[BundledFile, ...]]:
    body = json.loads(data)
    if not isinstance(body, dict) or body.get("format") != FORMAT:
        raise refused("not_a_bundle", "照合データのファイルではありません。")
    files = tuple(BundledFile(**one) for one in body["files"]) if isinstance(body.get("files"), list) else ()
    is_sound = files and all(
        isinstance(one.name, str)
        and _NAME.fullmatch(one.name)
        and one.kind in READERS
        and isinstance(one.release, str)
        and isinstance(one.as_of, str)
        and _SHA256.fullmatch(one.sha256)
        and isinstance(one.size, int)
        and 0 <= one.size <= LIMITS.member_bytes
        for one in files
    )
    if not is_sound:
        raise refused("not_a_bundle", "照合データの目録が読み取れません。")
    return date.fromisoformat(body["packed_on"]).isoformat(), files


def _signer(archive: zipfile.ZipFile, manifest: bytes, public_keys: dict[str, str]) -> str:
    if SIGNATURE not in archive.namelist():
        return ""
    signature = base64.b64decode(_read_small(archive, SIGNATURE), validate=True)
    for name, public in public_keys.items():
        try:
            Ed25519PublicKey.from_public_bytes(base64.b64decode(public)).verify(signature, manifest)
        except InvalidSignature:
            continue
        return name
    return ""


def _check(archive: zipfile.ZipFile, file: BundledFile) -> None:
    """Counts and hashes what is really there: the sizes that a zip names prove nothing."""
    digest, size = hashlib.sha256(), 0
    with archive.open(f"files/{file.name}") as stream:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > file.size:
                break
            digest.update(chunk)
    if size != file.size or digest.hexdigest() != file.sha256:
        raise refused("bundle_differs", "照合データの中身が目録と一致しません。作り直してください。", file.name)
