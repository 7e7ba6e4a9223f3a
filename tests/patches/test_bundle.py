"""Does a bundle say what is in it, and is one that was tampered with refused as a whole?"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from kansa.core.errors import InputError
from kansa.formats.advisories import Advisory, read_advisories
from kansa.patches import Indexes, build_index, new_key, open_bundle, pack, public_part

DAY = date(2026, 11, 28)
INDEX = (
    b"Package: libssl3\nArchitecture: amd64\nVersion: 3.0.17-1\nFilename: pool/o/libssl3.deb\n\n"
    b"Package: tzdata\nArchitecture: all\nVersion: 2026b-0\nFilename: pool/t/tzdata.deb\n"
)
KEV = (
    b'{"catalogVersion": "2026.11.20", "dateReleased": "2026-11-20T10:00:00Z", '
    b'"vulnerabilities": [{"cveID": "CVE-2026-1"}]}'
)


def release_file(*files: bytes) -> bytes:
    """A Release file that vouches for these."""
    lines = [f" {hashlib.sha256(one).hexdigest()} {len(one)} main/binary-amd64/Packages" for one in files]
    return "\n".join(
        ["Codename: bookworm-security", "Date: Wed, 25 Nov 2026 10:00:00 UTC", "SHA256:", *lines, ""]
    ).encode()


def written(folder: Path, **files: bytes) -> list[Path]:
    """Files with these names; _ stands for the dot."""
    paths = []
    for name, data in files.items():
        paths.append(folder / name.replace("_", "."))
        paths[-1].write_bytes(data)
    return paths


def changed(path: Path, name: str, data: bytes | None) -> Path:
    """A copy of a zip with one member replaced, or taken out."""
    target = path.with_name(f"changed-{path.name}")
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(target, "w") as after:
        for one in before.namelist():
            if one != name:
                after.writestr(one, before.read(one))
        if data is not None:
            after.writestr(name, data)
    return target


def code_of(path: Path, keys: dict[str, str] | None = None) -> str:
    """The code with which a bundle is refused."""
    with pytest.raises(InputError) as told:
        open_bundle(path, keys or {})
    return told.value.refusals[0].code


def test_an_index_takes_release_and_day_from_the_list_that_vouches_for_it(tmp_path: Path) -> None:
    paths = written(tmp_path, Packages_gz=gzip.compress(INDEX), InRelease=release_file(INDEX), kev_json=KEV)
    bundle = pack(paths, tmp_path / "bundle.zip", DAY)
    assert [(one.name, one.kind, one.release, one.as_of) for one in bundle.files] == [
        ("Packages", "debian_index", "debian:12", "2026-11-25"),
        ("InRelease", "debian_release", "", "2026-11-25"),
        ("kev.json", "kev", "", "2026-11-20"),
    ]
    opened = open_bundle(tmp_path / "bundle.zip", {})
    assert (opened.packed_on, opened.signed_by, opened.files) == ("2026-11-28", "", bundle.files)
    with opened.report(opened.files[0]) as report:
        build_index(tmp_path / "index.sqlite", read_advisories(report, "debian_index"), opened.files[0].release)
    with Indexes([tmp_path / "index.sqlite"]) as indexes:
        assert list(indexes.advisories("debian:12", ["tzdata", "libssl3"])) == [
            Advisory("debian:12", "libssl3", False, "3.0.17-1", "", architecture="amd64"),
            Advisory("debian:12", "tzdata", False, "2026b-0", ""),
        ]


def test_an_index_alone_has_to_be_told_its_release(tmp_path: Path) -> None:
    paths = written(tmp_path, Packages=INDEX, InRelease=release_file(b"another index"))
    with pytest.raises(InputError, match="--release"):
        pack(paths, tmp_path / "bundle.zip", DAY)
    assert not list(tmp_path.glob("bundle*"))
    assert pack(paths[:1], tmp_path / "bundle.zip", DAY, release="debian:12").files[0].release == "debian:12"


def test_a_signature_names_the_key_that_made_it(tmp_path: Path) -> None:
    key, other = new_key(), new_key()
    assert public_part(key.private) == key.public
    path = tmp_path / "bundle.zip"
    pack(written(tmp_path, kev_json=KEV), path, DAY, private=key.private)
    assert open_bundle(path, {"別の係": other.public, "情報政策課": key.public}).signed_by == "情報政策課"
    assert open_bundle(path, {"別の係": other.public}).signed_by == ""
    manifest = json.loads(zipfile.ZipFile(path).read("manifest.json")) | {"packed_on": "2027-01-01"}
    forged = changed(path, "manifest.json", json.dumps(manifest).encode())
    assert open_bundle(forged, {"情報政策課": key.public}).signed_by == ""


def test_what_was_tampered_with_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    pack(written(tmp_path, kev_json=KEV), path, DAY)
    assert code_of(changed(path, "files/kev.json", KEV.replace(b"2026-1", b"2026-2"))) == "bundle_differs"
    assert code_of(changed(path, "files/kev.json", KEV + b" " * 5_000_000)) == "bundle_differs"
    assert code_of(changed(path, "files/kev.json", None)) == "bundle_differs"
    assert code_of(changed(path, "files/more.json", KEV)) == "bundle_differs"
    assert code_of(changed(path, "manifest.json", b"{}")) == "not_a_bundle"
    assert code_of(
        changed(path, "manifest.json", b'{"format": "kansa-advisories/1", "files": [{"name": "../x"}]}')
    ) == ("not_a_bundle")
    (tmp_path / "no.zip").write_bytes(b"no zip")
    assert code_of(tmp_path / "no.zip") == "not_a_bundle"


def test_a_changed_byte_is_refused_or_changes_nothing(tmp_path: Path) -> None:
    """Every byte, whole and by its last bit: refused in words, or the same files (dates of the zip are nobody's)."""
    path = tmp_path / "bundle.zip"
    pack(written(tmp_path, kev_json=KEV), path, DAY)
    whole, files = path.read_bytes(), open_bundle(path, {}).files
    refused = 0
    for place, turned in product(range(len(whole)), (0xFF, 1)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ turned]) + whole[place + 1 :])
        try:
            assert open_bundle(path, {}).files == files
        except InputError as fault:
            assert fault.refusals[0].code in ("not_a_bundle", "bundle_differs")
            refused += 1
    assert refused > len(whole)  # of twice as many


def test_files_that_nobody_knows_are_told_and_those_of_a_zip_are_picked(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"letter\.txt"):
        pack(written(tmp_path, letter_txt=b"hello"), tmp_path / "bundle.zip", DAY)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("kev.json", KEV)
        archive.writestr("Version.txt", b"1.0\n")
    bundle = pack(written(tmp_path, both_zip=packed.getvalue()), tmp_path / "bundle.zip", DAY)
    assert [(one.name, one.kind) for one in bundle.files] == [("both-kev.json", "kev")]


def test_a_file_that_breaks_off_leaves_no_index(tmp_path: Path) -> None:
    def broken() -> object:
        yield Advisory("debian:12", "a", True, "1", "CVE-2026-1")
        raise InputError

    with pytest.raises(InputError):
        build_index(tmp_path / "index.sqlite", broken())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_files_of_one_name_and_files_that_swell_are_not_packed(tmp_path: Path) -> None:
    other = tmp_path / "updates"
    other.mkdir()
    paths = [*written(tmp_path, kev_json=KEV), *written(other, kev_json=KEV)]
    target = tmp_path / "bundle.zip"
    for twice in (
        paths,
        [*written(tmp_path, Packages_gz=gzip.compress(INDEX)), *written(other, Packages_gz=gzip.compress(INDEX))],
    ):
        with pytest.raises(InputError, match="同じ名前"):
            pack(twice, target, DAY, release="debian:12")
    bomb = written(tmp_path, big_json_gz=gzip.compress(b" " * 8_000_000))
    with pytest.raises(InputError, match="膨らむ"):
        pack(bomb, target, DAY)
    assert not target.exists()
