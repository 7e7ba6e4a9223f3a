"""What does an inventory say of its host, however it was taken?"""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.formats.inventories import InstalledPackage, Inventory
from tests.patches.lacking import read_one

SCRIPTED = """# kansa-inventory: 1
# host: SV-JUKI01.example.lg.jp
# asset: 0042
# os: debian
# os_version: 12
# taken: 2026-11-28T09:00:00+09:00
libssl3\t3.0.15-1~deb12u1\tamd64\topenssl\t3.0.15-1~deb12u1\tinstalled
gone\t1.0-1\tamd64\tgone\t1.0-1\tconfig-files
libc6:amd64\t2.36-9+deb12u10\tamd64\tglibc\t2.36-9+deb12u10\tinstalled
broken line
"""
LISTED = """Desired=Unknown/Install/Remove/Purge/Hold
| Status=Not/Inst/Conf-files/Unpacked/halF-conf/Half-inst/trig-aWait/Trig-pend
||/ Name            Version            Architecture Description
+++-===============-==================-============-=================================
ii  libssl3:amd64   3.0.15-1~deb12u1   amd64        Secure Sockets Layer toolkit
rc  gone            1.0-1              amd64        removed, settings left
hi  held            2.0-1              all          held back
"""
STATUS = """Package: libssl3
Status: install ok installed
Architecture: amd64
Multi-Arch: same
Source: openssl (3.0.15-1~deb12u1)
Version: 3.0.15-1~deb12u1
Description: Secure Sockets Layer toolkit
 Version: 9.9 of the text is none

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1.0-1
"""
RPM = """# host: sv-zei02
# os: rocky
# os_version: 9.4
openssl-libs\t1\t3.0.7\t27.el9\tx86_64\topenssl-3.0.7-27.el9.src.rpm\t(none)
nodejs\t1\t18.20.2\t1.module+el9.4.0+21731\tx86_64\tnodejs-18.20.2-1.module.src.rpm\tnodejs:18:9040020240422:rhel9
gpg-pubkey\t0\t350d275d\t6279464b\t(none)\t(none)\t(none)
"""
RPM_NAMES = "openssl-libs-3.0.7-27.el9.x86_64\ntzdata-2026b-1.el9.noarch\ngpg-pubkey-350d275d-6279464b\n"
SYSTEMINFO_JA = """
ホスト名:               SV-ZEI01
OS 名:                  Microsoft Windows Server 2019 Standard
OS バージョン:          10.0.17763 N/A ビルド 17763
OS 製造元:              Microsoft Corporation
システムの種類:         x64-based PC
ホットフィックス:       2 個のホットフィックスがインストールされています。
                        [01]: KB5034619
                        [02]: KB5005112
ネットワーク カード:    1 NIC(s) インストール済みです。

Microsoft Windows [Version 10.0.17763.6054]
"""
SYSTEMINFO_CSV = (
    '"Host Name","OS Name","OS Version","System Type","Hotfix(s)"\r\n'
    '"PC-0123","Microsoft Windows 11 Pro","10.0.22631 N/A Build 22631","x64-based PC",'
    '"2 Hotfix(s) Installed.,[01]: KB5031455,[02]: KB5029921"\r\n'
)
HOTFIX = """
Source        Description      HotFixID      InstalledBy          InstalledOn
------        -----------      --------      -----------          -----------
SV-ZEI01      Security Update  KB5034619     NT AUTHORITY\\SYSTEM  2026/02/14 0:00:00
SV-ZEI01      Update           KB5005112                          2026/01/10 0:00:00
"""


def facts(found: Inventory) -> tuple[str, str, str, str, str]:
    """Kind, host, asset, release and build."""
    return found.kind, found.host_name, found.asset_number, found.release, found.build


def names(found: Inventory) -> list[str]:
    """The packages."""
    return [one.name for one in found.packages]


def test_the_collecting_script_says_everything() -> None:
    found = read_one(SCRIPTED.encode())
    assert facts(found) == ("dpkg", "sv-juki01.example.lg.jp", "0042", "debian:12", "")
    assert found.taken_at is not None and found.taken_at.isoformat() == "2026-11-28T09:00:00+09:00"
    assert found.packages == (
        InstalledPackage("libssl3", "3.0.15-1~deb12u1", "amd64", "openssl", "3.0.15-1~deb12u1", place=7),
        InstalledPackage("libc6", "2.36-9+deb12u10", "amd64", "glibc", "2.36-9+deb12u10", place=9),
    )
    assert [note.place for note in found.notes] == [10]


def test_the_list_and_the_database_of_dpkg() -> None:
    assert [(one.name, one.version) for one in read_one(LISTED.encode()).packages] == [
        ("libssl3", "3.0.15-1~deb12u1"),
        ("held", "2.0-1"),
    ]
    assert [one[:5] for one in read_one(STATUS.encode()).packages] == [
        ("libssl3", "3.0.15-1~deb12u1", "amd64", "openssl", "3.0.15-1~deb12u1")
    ]


@pytest.mark.skipif(shutil.which("dpkg-query") is None, reason="dpkg is not on this machine")
def test_three_ways_of_taking_the_inventory_of_this_machine_agree() -> None:
    form = "${Package}\\t${Version}\\t${Architecture}\\t${source:Package}\\t${source:Version}\\t${db:Status-Status}\\n"
    asked = (["dpkg-query", "-W", f"-f={form}"], ["dpkg", "-l"], ["cat", "/var/lib/dpkg/status"])
    taken = [read_one(subprocess.run(one, capture_output=True, check=True).stdout) for one in asked]
    versions = [sorted((one.name, one.version, one.architecture) for one in found.packages) for found in taken]
    assert versions[0] == versions[1] == versions[2]
    sources = [sorted((one.name, one.source, one.source_version) for one in found.packages) for found in taken]
    assert sources[0] == sources[2] and len(sources[0]) > 50


def test_rpm_with_epochs_sources_and_modules() -> None:
    found = read_one(RPM.encode())
    assert facts(found) == ("rpm", "sv-zei02", "", "rhel:9", "")
    assert [one[:6] for one in found.packages] == [
        ("openssl-libs", "1:3.0.7-27.el9", "x86_64", "openssl", "3.0.7-27.el9", ""),
        (
            "nodejs",
            "1:18.20.2-1.module+el9.4.0+21731",
            "x86_64",
            "nodejs",
            "18.20.2-1.module",
            "nodejs:18:9040020240422:rhel9",
        ),
    ]
    assert names(read_one(RPM_NAMES.encode())) == ["openssl-libs", "tzdata"]


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig", "utf-16"])
def test_systeminfo_in_japanese_in_every_encoding_that_windows_writes(encoding: str) -> None:
    found = read_one(SYSTEMINFO_JA.encode(encoding))
    assert facts(found) == ("windows", "sv-zei01", "", "Windows Server 2019", "17763.6054")
    assert found.updates == ("5005112", "5034619")


def test_systeminfo_as_csv_and_the_list_of_updates() -> None:
    found = read_one(SYSTEMINFO_CSV.encode())
    assert facts(found) == ("windows", "pc-0123", "", "Windows 11", "22631")
    assert found.updates == ("5029921", "5031455")
    # Get-HotFix does not say which system it is of: that is asked of the person.
    bare = read_one(HOTFIX.encode())
    assert (bare.release, bare.updates) == ("", ("5005112", "5034619"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"hello\n", "unknown_inventory"),
        (b"<html><body>KB5034619</body></html>", "unknown_inventory"),
        (b"ii  a 1.0 amd64 text\x00", "nul_bytes"),
        (b"rc  a 1.0-1 amd64 text\nii\n", "unknown_inventory"),
        (STATUS.partition("\n\n")[2].encode(), "no_packages"),
    ],
)
def test_what_is_no_inventory_is_told(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as told:
        read_one(data)
    assert told.value.refusals[0].code == code


@given(st.sampled_from([SCRIPTED, LISTED, STATUS, RPM, SYSTEMINFO_JA, SYSTEMINFO_CSV]), st.data())
def test_whatever_is_done_to_an_inventory_it_is_read_or_refused(sample: str, data: st.DataObject) -> None:
    raw = bytearray(sample.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(raw) - 1))
        raw[place : place + data.draw(st.integers(0, 5))] = data.draw(st.binary(max_size=5))
        if not raw:
            return
    try:
        found = read_one(bytes(raw))
    except InputError:
        return
    assert found.kind in ("dpkg", "rpm", "windows")
