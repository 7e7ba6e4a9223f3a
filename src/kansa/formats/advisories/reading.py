"""What does a file of advisories say? Its kind is found by its content, and it is read under one set of limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kansa.core.errors import InputError, Place, Refusal
from kansa.formats.advisories import debian, facts, microsoft, osv, redhat
from kansa.formats.advisories.records import AdvisoryRecord
from kansa.formats.scans.fields import BadItem
from kansa.formats.scans.opening import Report
from kansa.formats.scans.spec import Look
from kansa.formats.unsafe import UnsafeFile


@dataclass(frozen=True, slots=True)
class AdvisoryFormat:
    """One kind of file; `has_release`: it says itself which release it is for, or needs none."""

    name: str
    title_ja: str
    is_like: Callable[[Look], bool]
    read: Callable[[Report], Iterator[AdvisoryRecord]]
    has_release: bool = True


# In the order in which a file is tried.
READERS: dict[str, AdvisoryFormat] = {
    one.name: one
    for one in (
        AdvisoryFormat(
            "debian_index", "Debian・Ubuntu の更新一覧（Packages）", debian.is_index, debian.read_index, False
        ),
        AdvisoryFormat(
            "debian_release", "Debian・Ubuntu の署名付き目録（InRelease）", debian.is_release, debian.read_release
        ),
        AdvisoryFormat("kev", "悪用が確認された脆弱性の一覧（KEV）", facts.is_kev, facts.read_kev),
        AdvisoryFormat("kev_csv", "悪用が確認された脆弱性の一覧（KEV、CSV）", facts.is_kev_csv, facts.read_kev_csv),
        AdvisoryFormat("ssvc", "脆弱性の悪用・自動化の情報（SSVC）", facts.is_ssvc, facts.read_ssvc),
        AdvisoryFormat(
            "cve_records", "CVE の記録（SSVC の値を含むもの）", facts.is_cve_records, facts.read_cve_records
        ),
        AdvisoryFormat("epss", "悪用される確率（EPSS）", facts.is_epss, facts.read_epss),
        AdvisoryFormat("jvn", "JVN iPedia の概要（MyJVN）", facts.is_jvn, facts.read_jvn),
        AdvisoryFormat(
            "microsoft_list", "Microsoft の更新プログラムの一覧（CSV）", microsoft.is_list, microsoft.read_list
        ),
        AdvisoryFormat("microsoft_cvrf", "Microsoft の月例の情報（CVRF）", microsoft.is_cvrf, microsoft.read_cvrf),
        AdvisoryFormat(
            "microsoft_builds", "更新プログラムとビルド番号の対応", microsoft.is_builds, microsoft.read_builds
        ),
        AdvisoryFormat(
            "updateinfo", "Red Hat 系の更新情報（updateinfo.xml）", redhat.is_updateinfo, redhat.read_updateinfo
        ),
        AdvisoryFormat("csaf", "Red Hat 系の更新情報（CSAF）", redhat.is_csaf, redhat.read_csaf),
        AdvisoryFormat("osv", "OSV", osv.is_osv, osv.read),
        AdvisoryFormat("debian_tracker", "Debian の脆弱性追跡情報（JSON）", debian.is_tracker, debian.read_tracker),
    )
}


def kind_of(report: Report) -> str:
    """The name of the reader that knows the file. Raises InputError when none does."""
    look = Look(report)
    try:
        found = next((name for name, reader in READERS.items() if reader.is_like(look)), "")
        if not found:
            raise UnsafeFile(
                "unknown_advisories",
                "対応していない照合データです。取り込める種類は、手引の「更新プログラムの照合」にあります。",
            )
    except UnsafeFile as fault:
        raise _told(fault, report.name) from None
    return found


def read_advisories(report: Report, kind: str) -> Iterator[AdvisoryRecord]:
    """The records of a file of this kind. Raises InputError, possibly at the very end."""
    try:
        yield from READERS[kind].read(report)
    except UnsafeFile as fault:
        raise _told(fault, report.name) from None
    except BadItem as fault:
        raise InputError(Refusal("broken_advisories", str(fault), Place(report.name))) from None


def _told(fault: UnsafeFile, name: str) -> InputError:
    return InputError(Refusal(fault.code, fault.reason_ja, Place(name)))
