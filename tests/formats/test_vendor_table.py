"""Is a diagnosing firm's own table read by the mapping that the city saved, in Excel and in CSV of CP932?"""

from __future__ import annotations

import io
from typing import Any

import pytest
from xlsxwriter.worksheet import Worksheet

from kansa.core.errors import InputError
from kansa.formats.scans import read_report, reports_of
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.vendor_table import VendorMapping, headers_of, mapping_from, reader
from tests.formats.scan_reading import of_kind
from tests.formats.workbooks import with_parts, workbook

SHEET = "xl/worksheets/sheet1.xml"
MAPPING = VendorMapping(
    "みほん診断",
    {
        "asset_number": "資産No.",
        "address": "IPアドレス",
        "host_name": "ホスト名",
        "rule": "診断項目番号",
        "title": "脆弱性名",
        "severity_word": "危険度",
        "port": "ポート",
        "cves": "CVE",
        "vector": "CVSS v3",
        "outcome": "結果",
        "solution": "対策",
    },
    {"検出": "open", "対応済": "fixed", "対象外": "not_affected"},
)
VECTOR = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"
CVES = "CVE-2024-99201\nCVE-2024-99202"
TITLE = ("令和６年度 プラットフォーム診断 結果一覧", "", "", "", "", "", "", "", "", "", "")
HEADER = (
    "資産No.",
    "ＩＰアドレス",
    "ホスト名",
    "診断項目番号",
    "脆弱性名",
    "危険度",
    "ポート",
    "CVE",
    "CVSS v3",
    "結果",
    "対策",
)
ROWS = (
    ("S-001", "192.0.2.61", "zeimu01", "N-12", "OpenSSL の脆弱性", "緊急", "443/tcp", CVES, VECTOR, "検出", "更新する"),
    ("", "", "", "N-13", "古い TLS", "中", "４４３", "", "不明", "対応済", ""),
    ("", "192.0.2.62", "zeimu02", "", "ＳＭＢ 署名が無効", "低", "", "", "", "検出", ""),
    ("", "192.0.2.63", "", "", "", "", "", "", "", "", ""),
    ("", "192.0.2.64", "", "", "", "高", "", "", "", "検出", ""),
)  # fmt: skip


def as_csv(encoding: str) -> bytes:
    cells = ((f'"{cell}"' for cell in row) for row in (TITLE, HEADER, *ROWS))
    return "\r\n".join(",".join(row) for row in cells).encode(encoding) + b"\r\n"


def read(data: bytes, mapping: VendorMapping = MAPPING) -> list[ScanRecord]:
    return [one for report in reports_of(io.BytesIO(data), "結果") for one in read_report(report, read=reader(mapping))]


@pytest.mark.parametrize(
    "data", [as_csv("cp932"), as_csv("utf-8-sig"), workbook([TITLE, HEADER, *ROWS])], ids=["cp932", "utf8", "xlsx"]
)
def test_a_firms_table(data: bytes) -> None:
    records = read(data)
    assert records[0] == ScanHead("vendor", policy="みほん診断")
    hosts = [(host.key, host.address, host.host_name, host.asset_number) for host in of_kind(records, ScannedHost)]
    assert hosts == [
        ("S-001", "192.0.2.61", "zeimu01", "S-001"),
        ("zeimu02", "192.0.2.62", "zeimu02", ""),
        ("192.0.2.63", "192.0.2.63", "", ""),
        ("192.0.2.64", "192.0.2.64", "", ""),
    ]
    first, second, third = of_kind(records, ScanItem)
    assert (first.rule, first.title, first.severity_word, first.port, first.protocol) == (
        "N-12", "OpenSSL の脆弱性", "緊急", 443, "tcp",
    )  # fmt: skip
    assert first.cves == ("CVE-2024-99201", "CVE-2024-99202") and first.bad_vectors == ()
    assert (second.host_key, second.port, second.outcome, second.outcome_word) == ("S-001", 443, "fixed", "対応済")
    assert second.bad_vectors == ("不明",)
    assert (third.host_key, third.rule, third.outcome) == ("zeimu02", "smb署名が無効", "open")
    assert len(list(of_kind(records, Unread))) == 1


def test_the_same_without_a_number_in_another_width() -> None:
    """A firm that gives no numbers is told apart by the title, however its width is written."""
    mapping = VendorMapping("番号なし", {"address": "IP", "title": "名称"})
    data = [f"IP,名称\n192.0.2.1,{title}\n".encode("cp932") for title in ("ＳＭＢ署名が 無効", "SMB署名が無効")]
    assert len({item.rule for one in data for item in of_kind(read(one, mapping), ScanItem)}) == 1


def test_a_table_without_the_headers_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="診断項目番号") as fault:
        read("IPアドレス,脆弱性名\n192.0.2.1,x\n".encode("cp932"))
    assert fault.value.refusals[0].code == "no_header"
    with pytest.raises(InputError):
        read(workbook([("a", "b"), ("1", "2")]))


def test_a_formula_without_a_value_is_not_an_empty_cell() -> None:
    def formula(page: Worksheet) -> None:
        page.write_formula(2, 4, "=A1", None, 7)

    data = workbook([TITLE, HEADER, *ROWS], change=formula)
    data = with_parts(data, {SHEET: lambda part: part.replace(b"</f><v>7</v>", b"</f>")})
    with pytest.raises(InputError) as fault:
        read(data)
    assert fault.value.refusals[0].code == "formula_without_value"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"columns": {"title": "脆弱性名"}}, "機器"),
        ({"columns": {"address": "IP"}}, "脆弱性"),
        ({"columns": {"address": "IP", "title": "ＩＰ"}}, "同じ見出し"),
        ({"columns": {"address": "IP", "title": "名", "colour": "色"}}, "colour"),
        ({"outcomes": {"検出": "bad"}}, "bad"),
    ],
)
def test_a_mapping_that_cannot_be_used(change: dict[str, Any], word: str) -> None:
    with pytest.raises(InputError, match=word):
        mapping_from(MAPPING.as_data() | change)


def test_a_mapping_is_stored_and_read_back() -> None:
    assert mapping_from(MAPPING.as_data()) == MAPPING


def test_headers_to_choose_from() -> None:
    for data in (as_csv("cp932"), workbook([TITLE, HEADER, *ROWS])):
        [(_sheet, headers)] = headers_of(next(iter(reports_of(io.BytesIO(data), "x"))))
        assert headers == list(HEADER)
