"""Which CVEs is a Windows host open to?"""

from __future__ import annotations

from pathlib import Path

import pytest

from kansa.core.errors import RuleError
from kansa.formats.advisories import Build, Update
from kansa.formats.scans.records import ScanItem
from tests.patches.lacking import lacking, windows

SERVER = "Windows Server 2019"


def update(
    kb: str, cve: str, *supersedes: str, product: str = SERVER, build: str = "", day: str = "2026-01-13"
) -> Update:
    """A row of Microsoft's list."""
    return Update(product, kb, cve, "Critical", "Remote code execution", day, supersedes, build)


# Three months of cumulative updates, and one that only mends security beside the second.
MONTHS = [
    update("5000001", "CVE-2026-1", day="2026-01-13"),
    update("5000002", "CVE-2026-2", "5000001", day="2026-02-10"),
    update("5000012", "CVE-2026-2", day="2026-02-10"),
    update("5000003", "CVE-2026-3", "5000002", day="2026-03-10"),
]


def cves(items: list[ScanItem]) -> list[str]:
    """The rules of the items."""
    return [one.rule for one in items]


@pytest.mark.parametrize(
    ("installed", "still_open"),
    [
        ((), ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"]),
        (("5000001",), ["CVE-2026-2", "CVE-2026-3"]),
        (("5000002",), ["CVE-2026-3"]),  # the successor mends what its predecessor did
        (("5000003",), []),  # also at two removes
        (("5000001", "5000012"), ["CVE-2026-3"]),  # mended by the sibling: decided for each CVE, not each update
        (("5000012",), ["CVE-2026-1", "CVE-2026-3"]),
        (("4999999",), ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3"]),
    ],
)
def test_a_cve_is_mended_by_any_update_for_it_or_its_successors(
    tmp_path: Path, installed: tuple[str, ...], still_open: list[str]
) -> None:
    assert cves(lacking(tmp_path, windows(*installed), MONTHS)) == still_open


def test_a_later_build_settles_it_where_the_list_of_successors_has_a_gap(tmp_path: Path) -> None:
    rows = [update("5000001", "CVE-2026-1", build="17763.5000"), update("5000009", "CVE-2026-9")]
    rows_and_builds = [*rows, Build("5000009", "", "17763.6100")]
    assert cves(lacking(tmp_path, windows(build="17763.6054"), rows_and_builds)) == ["CVE-2026-9"]
    assert cves(lacking(tmp_path, windows(build="17763.6100"), rows_and_builds)) == []
    # Without its last part a build settles nothing, nor does one of another line.
    assert len(lacking(tmp_path, windows(build="17763"), rows_and_builds)) == 2
    assert len(lacking(tmp_path, windows(build="20348.9999"), rows_and_builds)) == 2


def test_the_update_to_install_is_the_one_that_none_replaces(tmp_path: Path) -> None:
    (found,) = lacking(tmp_path, windows("5000002"), [*MONTHS, update("5000004", "CVE-2026-3", "5000003")])
    assert found.solution.startswith("KB5000004 ")
    assert found.references == ("KB5000003", "KB5000004")


@pytest.mark.parametrize(
    ("release", "build", "listed"),
    [
        ("Windows 10", "19045.3803", "Windows 10 Version 22H2 for x64-based Systems"),
        ("Windows 11", "22631", "Windows 11 Version 23H2 for x64-based Systems"),
        ("Windows Server 2022", "20348", "Windows Server 2022"),
        ("Windows Server 2022", "20348", "Windows  Server 2022"),
    ],
)
def test_the_system_is_found_under_the_name_of_the_list(tmp_path: Path, release: str, build: str, listed: str) -> None:
    others = [update("5100001", "CVE-2026-90", product="Windows 10 Version 22H2 for 32-bit Systems")]
    rows = [*others, update("5100000", "CVE-2026-91", product=listed)]
    assert cves(lacking(tmp_path, windows(release=release, build=build), rows)) == ["CVE-2026-91"]


def test_a_system_that_the_list_does_not_know_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuleError) as told:
        lacking(tmp_path, windows(release="Windows Server 2099"), MONTHS)
    assert told.value.code == "no_advisories"
