"""Which updates does a Linux host lack?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kansa.core.errors import RuleError
from kansa.formats.advisories import Stamp, read_advisories
from kansa.formats.inventories import InstalledPackage, Inventory, read_inventory
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost
from kansa.patches import Indexes, build_index, match, open_bundle, pack
from kansa.patches.index import AT_ONCE
from tests.patches.lacking import advisory, lacking, linux, package

OPENSSL = package("libssl3", "3.0.15-1~deb12u1", source="openssl")
KERNELS = (
    package("kernel-core", "5.14.0-427.13.1.el9_4", architecture="x86_64", source="kernel"),
    package("kernel-core", "5.14.0-503.11.1.el9_5", architecture="x86_64", source="kernel"),
)


def told(items: list[ScanItem]) -> list[tuple[str, str, str]]:
    """Rule, component and mended version of each."""
    return [(one.rule, one.component.name, one.component.fixed_version) for one in items if one.component]


def test_an_older_source_lacks_the_update_and_a_newer_one_does_not(tmp_path: Path) -> None:
    mended = advisory("openssl", "3.0.16-1~deb12u1", "CVE-2026-1001", "CVE-2026-1001")
    assert told(lacking(tmp_path, linux(OPENSSL), [mended])) == [("CVE-2026-1001", "openssl", "3.0.16-1~deb12u1")]
    newer = package("libssl3", "3.0.16-1~deb12u1", source="openssl")
    assert lacking(tmp_path, linux(newer), [mended]) == []


def test_a_flaw_without_a_mended_version_is_open_in_the_words_of_the_distribution(tmp_path: Path) -> None:
    found = lacking(
        tmp_path, linux(OPENSSL), [advisory("openssl", "", "CVE-2026-2", "CVE-2026-2", status_word="no-dsa")]
    )
    assert [(one.rule, one.outcome, one.outcome_word, one.solution) for one in found] == [
        ("CVE-2026-2", "open", "no-dsa", "")
    ]


def test_what_came_before_the_flaw_is_not_concerned(tmp_path: Path) -> None:
    late = advisory("openssl", "3.2.1-1", "CVE-2026-3", "CVE-2026-3", introduced="3.2.0-1")
    assert lacking(tmp_path, linux(OPENSSL), [late]) == []


def test_two_binaries_of_one_source_are_one_gap(tmp_path: Path) -> None:
    tool = package("openssl", "3.0.15-1~deb12u1", source="openssl")
    (only,) = lacking(tmp_path, linux(OPENSSL, tool), [advisory("openssl", "3.0.16-1", "DSA-1", "CVE-2026-4")])
    assert (only.rule, only.output, only.references) == ("CVE-2026-4", "libssl3、openssl", ("DSA-1",))


def test_an_index_speaks_only_where_nothing_else_does(tmp_path: Path) -> None:
    index = [
        advisory("libssl3", "3.0.17-1", "", is_source=False, architecture="amd64"),
        advisory("libxml2", "2.9.15-1", "", is_source=False, architecture="amd64"),
        advisory("libxml2", "9.9-1", "", is_source=False, architecture="arm64"),
    ]
    tracker = [advisory("openssl", "3.0.17-1", "CVE-2026-5", "CVE-2026-5")]
    host = linux(OPENSSL, package("libxml2", "2.9.14-1"))
    assert told(lacking(tmp_path, host, [*index, *tracker])) == [
        ("CVE-2026-5", "openssl", "3.0.17-1"),
        ("security-update", "libxml2", "2.9.15-1"),
    ]


def test_of_two_advisories_for_a_cve_the_newest_mended_version_counts(tmp_path: Path) -> None:
    first = advisory("openssl", "3.0.16-1", "DSA-1", "CVE-2026-6")
    second = advisory("openssl", "3.0.18-1", "DSA-2", "CVE-2026-6")
    for order in ([first, second], [second, first]):
        assert told(lacking(tmp_path, linux(OPENSSL), order)) == [("CVE-2026-6", "openssl", "3.0.18-1")]


def test_modules_architectures_and_several_kernels(tmp_path: Path) -> None:
    red_hat = {"release": "rhel:9", "is_source": False}
    records = [
        advisory("kernel-core", "5.14.0-503.11.1.el9_5", "RHSA-1", "CVE-2026-7", architecture="x86_64", **red_hat),
        advisory("nodejs", "1:18.20.4-1", "RHSA-2", "CVE-2026-8", module="nodejs:18", **red_hat),
        advisory("nodejs", "1:20.16.0-1", "RHSA-3", "CVE-2026-9", module="nodejs:20", **red_hat),
        advisory("glibc", "2.34-100.el9", "RHSA-4", "CVE-2026-10", architecture="i686", **red_hat),
    ]
    host = linux(
        *KERNELS,
        InstalledPackage("nodejs", "1:18.20.2-1", "x86_64", "nodejs", "18.20.2-1", "nodejs:18:9040020240101:rhel9"),
        package("glibc", "2.34-83.el9", architecture="x86_64"),
        kind="rpm",
        release="rhel:9",
    )
    assert told(lacking(tmp_path, host, records)) == [("CVE-2026-8", "nodejs", "1:18.20.4-1")]


def test_a_version_that_cannot_be_read_is_undecided_and_hides_nothing(tmp_path: Path) -> None:
    host = linux(OPENSSL, package("odd", "見本"))
    records = [
        advisory("openssl", "3.0.16-1", "CVE-2026-11", "CVE-2026-11"),
        advisory("odd", "2-1", "CVE-2026-12", "CVE-2026-12"),
    ]
    assert [(one.rule, one.outcome) for one in lacking(tmp_path, host, records)] == [
        ("CVE-2026-11", "open"),
        ("CVE-2026-12", "undecided"),
    ]


@pytest.mark.parametrize(
    ("host", "code"),
    [
        (Inventory("dpkg", release="debian:12", packages=(OPENSSL,)), "host_unknown"),
        (Inventory("dpkg", host_name="a", packages=(OPENSSL,)), "release_unknown"),
        (linux(OPENSSL, release="debian:11"), "no_advisories"),
    ],
)
def test_nothing_known_is_not_nothing_open(tmp_path: Path, host: Inventory, code: str) -> None:
    with pytest.raises(RuleError) as told:
        lacking(tmp_path, host, [advisory("openssl", "1-1", "CVE-2026-13", "CVE-2026-13"), Stamp(None)])
    assert told.value.code == code


def test_the_host_is_told_as_looked_at_even_without_gaps(tmp_path: Path) -> None:
    path = tmp_path / "index.sqlite"
    build_index(path, [advisory("openssl", "1-1", "CVE-2026-14", "CVE-2026-14")])
    with Indexes([path]) as indexes:
        head, host = match(linux(OPENSSL), indexes)
    assert isinstance(head, ScanHead) and head.tool == "patch_check"
    assert isinstance(host, ScannedHost) and (host.is_reached, host.is_credentialed) == (True, True)


LISTS = Path("/var/lib/apt/lists")
SECURITY = sorted(LISTS.glob("*-security_main_binary-*_Packages*"))
RELEASES = sorted(LISTS.glob("*-security_InRelease"))
STATUS = Path("/var/lib/dpkg/status")


@pytest.mark.skipif(
    not (SECURITY and RELEASES and STATUS.exists() and shutil.which("apt-get")),
    reason="no list of security updates that apt has fetched on this machine",
)
def test_a_debian_host_lacks_what_apt_itself_says(tmp_path: Path) -> None:
    index = subprocess.run(["/usr/lib/apt/apt-helper", "cat-file", SECURITY[0]], capture_output=True, check=True)
    (tmp_path / "Packages").write_bytes(index.stdout)
    shutil.copy(RELEASES[0], tmp_path / "InRelease")
    pack([tmp_path / "Packages", tmp_path / "InRelease"], tmp_path / "bundle.zip", date(2026, 11, 28))
    bundle = open_bundle(tmp_path / "bundle.zip", {})
    release = bundle.files[0].release
    with bundle.report(bundle.files[0]) as report:
        build_index(tmp_path / "index.sqlite", read_advisories(report, bundle.files[0].kind), release)
    # The machine as it was before its last updates: every package one step older.
    older = re.sub(r"(?m)^Version: (.*)$", r"Version: \1~", STATUS.read_text(encoding="utf-8"))
    (tmp_path / "status").write_text(older, encoding="utf-8")
    with (tmp_path / "status").open("rb") as stream:
        (inventory,) = read_inventory(stream, "status")
    host = Inventory("dpkg", host_name="here", release=release, packages=inventory.packages)
    with Indexes([tmp_path / "index.sqlite"]) as indexes:
        found = {
            binary for item in match(host, indexes) if isinstance(item, ScanItem) for binary in item.output.split("、")
        }
    assert found == said_by_apt(tmp_path)
    assert len(found) > 3


def said_by_apt(folder: Path) -> set[str]:
    """The packages that apt would update if the security suite were its only source."""
    suite = RELEASES[0].name.removesuffix("_InRelease").replace("_dists_", " ").rpartition(" ")[2]
    source = next(
        text
        for path in (Path("/etc/apt/sources.list.d/debian.sources"), Path("/etc/apt/sources.list"))
        if path.exists()
        for text in re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        if suite in text
    )
    (folder / "parts").mkdir()
    (folder / "parts" / "only.sources").write_text(source, encoding="utf-8")
    options = [
        f"Dir::State::status={folder / 'status'}",
        "Dir::Etc::sourcelist=/dev/null",
        f"Dir::Etc::sourceparts={folder / 'parts'}",
        "Dir::Cache::pkgcache=",
        "Dir::Cache::srcpkgcache=",
    ]
    command = ["apt", "list", "--upgradable", *(part for one in options for part in ("-o", one))]
    found = subprocess.run(command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C"})
    return {line.partition("/")[0] for line in found.stdout.splitlines() if "/" in line}


def test_a_source_with_exactly_as_many_rows_as_are_written_at_once(tmp_path: Path) -> None:
    rows = [advisory(f"p{number}", "1.0-1", f"DSA-{number}") for number in range(AT_ONCE)]
    assert build_index(tmp_path / "index.sqlite", rows).row_count == AT_ONCE
