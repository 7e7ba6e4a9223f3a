"""Is a report that wants to do harm, or is simply broken, refused or read safely, and never read in half?"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.formats.scans import READERS, ScanLimits, opening, read_report, reports_of
from kansa.formats.scans.markup import elements
from kansa.formats.scans.objects import values
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from tests.formats.scan_reading import SAMPLES, SCANS, code_of, of_kind, read
from tests.formats.settings import SLOW_PROPERTY

NESSUS = (SCANS / "nessus/good_two_hosts.nessus").read_bytes()
TRIVY = (SCANS / "trivy/good_filesystem.json").read_bytes()
GOOD = [path for path in SAMPLES if path.name.startswith("good_")]
SMALL = ScanLimits(item_bytes=4_096, depth=64)


def nessus(inside: str, before: str = "", head: str = '<?xml version="1.0"?>') -> bytes:
    return f'{head}{before}<NessusClientData_v2><Report name="x">{inside}</Report></NessusClientData_v2>'.encode()


def item(inside: str = "", plugin: str = "1") -> str:
    told = f'<ReportItem pluginID="{plugin}" port="0" severity="1">{inside}</ReportItem>'
    return f'<ReportHost name="192.0.2.1">{told}</ReportHost>'


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"a" * 50_000}">]>'


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (LAUGHS, "unsafe_xml"),
        (QUADRATIC, "unsafe_xml"),
        ('<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', "unsafe_xml"),
        ('<!DOCTYPE x [<!ENTITY % p SYSTEM "http://192.0.2.1/x.dtd"> %p;]>', "unsafe_xml"),
        ('<!doctype x [<!entity f "x">]>', "unsafe_xml"),
        ("<!DOCTYPE x [<!-- ' --><?x ] ?><!ATTLIST x y CDATA \"]>\"><!ENTITY f 'x'>]>", "unsafe_xml"),
        ("<!-- <x> --><?y <x> ?><!DOCTYPE x [<!ENTITY f 'x'>]>", "unsafe_xml"),
        ("<!DOCTYPE x [<!-- ]><x> <!ENTITY f 'x'>]>", "broken_xml"),  # a comment that never ends
        ("<!DOCTYPE x", "unknown_report"),  # swallows the element behind it
        ('<!DOCTYPE NessusClientData_v2 SYSTEM "http://192.0.2.1/never-fetched.dtd">', ""),
        ('<!DOCTYPE NessusClientData_v2 PUBLIC "-//X//Y" "file:///etc/passwd" [<!ELEMENT x ANY>]>', ""),
        ("<!DOCTYPE NessusClientData_v2 [%unknown;]>", ""),
        ('<?xml-stylesheet href="file:///etc/passwd"?><!-- <!ENTITY x "y"> -->', ""),
    ],
)
def test_document_types(before: str, code: str) -> None:
    assert code_of(nessus(item(), before)) == code


def test_utf16_hides_no_entity() -> None:
    text = nessus(item("<plugin_output>&a;</plugin_output>"), LAUGHS, "").decode()
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):
        assert code_of(text.encode(encoding)) == "unsafe_xml"
    utf7 = text.encode("utf-7").replace(b"<", b"+ADw-")
    assert code_of(b'<?xml version="1.0" encoding="utf-7"?>' + utf7) == "unknown_encoding"


def test_an_unknown_entity_is_never_resolved() -> None:
    before = '<!DOCTYPE NessusClientData_v2 SYSTEM "http://192.0.2.1/x.dtd">'
    data = nessus(item("<plugin_output>a&secret;b</plugin_output>"), before)
    outputs = [one.output for one in of_kind(read(data), ScanItem)] if not code_of(data) else []
    assert all("secret" not in output for output in outputs)
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    assert [
        one.output for one in of_kind(read(nessus(item(f"<plugin_output>{include}</plugin_output>"))), ScanItem)
    ] == [""]


@pytest.mark.parametrize("depth", [65, 300, 3_000, 100_000])
def test_deep_nesting(depth: int) -> None:
    xml = nessus(item("<a>" * depth + "</a>" * depth))
    assert code_of(xml) in ("too_deep", "broken_xml")
    assert code_of(nessus("<a>" * depth + "</a>" * depth)) in ("too_deep", "broken_xml")
    text = b'{"SchemaVersion":2,"ArtifactName":"x","Results":' + b"[" * depth + b"]" * depth + b"}"
    for limits in (ScanLimits(), ScanLimits(whole_json_bytes=0)):
        assert code_of(text, limits=limits) in ("too_deep", "broken_json")


def test_one_item_that_fills_the_memory() -> None:
    long = "x" * 3_000_000
    assert code_of(nessus(item(f"<plugin_output>{long}</plugin_output>"))) == ""
    assert code_of(nessus(item(f"<plugin_output>{long}</plugin_output>")), limits=SMALL) == "too_large_item"
    assert code_of(nessus(f"<junk>{long}</junk>"), limits=SMALL) == "too_large_item"
    text = json.dumps({"SchemaVersion": 2, "ArtifactName": "x", "Results": [{"Target": long * 2}]}).encode()
    assert code_of(text, limits=replace(SMALL, whole_json_bytes=0)) == "too_large_item"
    lines = b"Plugin ID,Risk,Host,Name\n1,High,192.0.2.1," + long.encode() + b"\n"
    assert code_of(lines, limits=SMALL) == "too_large_item"


def test_junk_between_items_is_not_held() -> None:
    """Of a million elements that nobody asked for, those of the last piece are left when an item comes."""
    data = nessus("<junk><a>b</a></junk>" * 500_000 + item())
    report = next(iter(reports_of(io.BytesIO(data), "x")))
    (found,) = elements(report, "ReportItem", whole=())
    assert sum(1 for _ in found.getroottree().getroot().iter()) < 50_000


def zipped(*members: tuple[str, bytes], level: int = 9) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def link(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


BOMB = zipped(("a.nessus", b" " * 40_000_000 + NESSUS))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped(("a.nessus", NESSUS), ("sub/b.json", TRIVY), ("__MACOSX/x", b"y"), ("sub/", b"")), ""),
        (BOMB, "zip_bomb"),
        (BOMB.replace((40_000_000 + len(NESSUS)).to_bytes(4, "little"), (999).to_bytes(4, "little")), "zip_bomb"),
        (gzip.compress(b" " * 40_000_000 + NESSUS), "zip_bomb"),
        (gzip.compress(NESSUS), ""),
        (gzip.compress(NESSUS)[:-20], "broken_archive"),
        (zipped(("a.zip", zipped(("b.nessus", NESSUS)))), "nested_archive"),
        (zipped(("a.gz", gzip.compress(NESSUS))), "nested_archive"),
        (gzip.compress(b"a" * 257 + b"ustar" + b"\0" * 300), "nested_archive"),
        (zipped(("../a.nessus", NESSUS)), "outside_path"),
        (zipped(("/etc/a.nessus", NESSUS)), "outside_path"),
        (zipped(("C:\\a.nessus", NESSUS)), "outside_path"),
        (link("a.nessus"), "outside_path"),
        (zipped(*((f"{n}.txt", b"x") for n in range(1_001))), "too_many_parts"),
        (zipped(("a.nessus", NESSUS))[:-30], "broken_archive"),
        (b"PK\x03\x04 no zip", "broken_archive"),
        (b"7z\xbc\xaf'\x1c rest", "unknown_packing"),
        (zipped(), "empty_file"),
        (zipped(("a", b"x")).replace(b"a", b"\x00"), "empty_file"),  # a name that is none
    ],
    # A packed file holds the moment it was packed at: as part of a name it would differ between two processes.
    ids=lambda value: "packed" if isinstance(value, bytes) else value,
)
def test_archives(data: bytes, code: str) -> None:
    assert code_of(data, "upload.zip") in ((code, "broken_archive") if code == "zip_bomb" else (code,))


def test_reports_of_an_archive_stay_readable() -> None:
    """Asked for all at once, read in another order and twice, in whatever encoding each of them is."""
    cp932 = (SCANS / "nessus_csv/good_semicolon.csv").read_text(encoding="utf-8").encode("cp932")
    members = [NESSUS, TRIVY, NESSUS.decode().encode("utf-16"), cp932, b"\xef\xbb\xbf" + NESSUS]
    reports = list(reports_of(io.BytesIO(zipped(*((f"{n}.x", data) for n, data in enumerate(members)))), "x.zip"))
    assert [report.name for report in reports] == [f"x.zip/{n}.x" for n in range(5)]
    for _twice in range(2):
        for report, data in reversed(list(zip(reports, members, strict=True))):
            assert list(read_report(report)) == read(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b" \r\n", "empty_file"),
        (b"%PDF-1.7", "unknown_report"),
        (b"<!DOCTYPE html><html><body>report</body></html>", "unknown_report"),
        (b"<issues><issue/></issues>", "unknown_report"),
        (b"{}", "unknown_report"),
        (b"a,b\n1,2\n", "unknown_report"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (NESSUS.replace(b"KB0000001.", b"KB\x00"), "nul_bytes"),
        (NESSUS + b"\x00" * 100, "nul_bytes"),
        (NESSUS.replace("月例".encode(), "月例".encode("cp932")), "mixed_encoding"),
        (NESSUS.replace(b"KB0000001.", b"\x01"), "broken_xml"),
        (NESSUS + NESSUS, "broken_xml"),
        (TRIVY + b"{}", "broken_json"),
    ],
)
def test_files_that_are_none(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_the_name_of_a_file_proves_nothing() -> None:
    """Whatever the extension says, the content is read as what it is; a chosen kind must be the content's."""
    for name in ("scan.csv", "scan.json", "scan.pdf", "scan"):
        assert read(NESSUS, name) == read(NESSUS, "scan.nessus")
    report = next(iter(reports_of(io.BytesIO(NESSUS), "x.xml")))
    with pytest.raises(InputError, match="Nessus") as fault:
        list(read_report(report, "nmap"))
    assert fault.value.refusals[0].code == "wrong_kind"


def test_encodings() -> None:
    text = NESSUS.decode()
    wanted = read(NESSUS)
    for data in (
        b"\xef\xbb\xbf" + NESSUS,
        text.encode("utf-16"),
        text.encode("utf-16-be"),
        b"\xfe\xff" + text.encode("utf-16-be"),
        text.replace('version="1.0"', 'version="1.0" encoding="Shift_JIS"').encode("cp932"),
        text.replace('version="1.0"', 'version="1.0" encoding="EUC-JP"').encode("euc_jp"),
    ):
        assert read(data) == wanted
    table = (SCANS / "nessus_csv/good_semicolon.csv").read_text(encoding="utf-8")
    assert read(table.encode("cp932")) == read(table.encode()) == read(table.encode("utf-16"))
    half = table.encode().replace("番号がない".encode(), "番号がない".encode("cp932"))
    assert code_of(half) == "mixed_encoding"
    header = b"Plugin ID,Risk,Host,Name\n"
    row, readable_as_both = "1,High,192.0.2.1,番号\n".encode("cp932"), "2,High,192.0.2.1,ああ\n".encode()
    assert readable_as_both.decode("cp932")
    assert (code_of(header + row), code_of(header + row + readable_as_both)) == ("", "mixed_encoding")


@pytest.mark.parametrize(
    ("tail", "code"),
    [
        ("\n", ""),  # an empty result
        ("", "cut_off"),  # the same, or the beginning of a header that goes on
        ("\n1,High,192.0.2.1,name", ""),
        ("\n1,High,192.0.2.1", "cut_off"),
        ("\n1,High,192.0.2.1\n2,High,192.0.2.1,name\n", ""),  # one row that cannot be read
    ],
)
def test_the_end_of_a_table(tail: str, code: str) -> None:
    assert code_of(f"Plugin ID,Risk,Host,Name{tail}".encode()) == code


def test_texts_that_no_database_holds() -> None:
    entry = '{"VulnerabilityID":"A-1","Title":"a\\u0000b\\u0007"}'
    text = '{"SchemaVersion":2,"ArtifactName":"x","Results":[{"Vulnerabilities":[' + entry + "]}]}"
    for limits in (ScanLimits(), ScanLimits(whole_json_bytes=0)):
        assert [one.title for one in of_kind(read(text.encode(), limits=limits), ScanItem)] == ["ab"]


def test_limits_of_items_and_time() -> None:
    assert code_of(NESSUS, limits=ScanLimits(items=3)) == "too_many_items"
    assert code_of(NESSUS, limits=ScanLimits(file_bytes=1_000)) == "too_large"
    ticks = iter(range(0, 100_000, 600))
    with pytest.raises(InputError) as fault:
        for report in reports_of(io.BytesIO(NESSUS), "x", clock=lambda: float(next(ticks))):
            list(read_report(report))
    assert fault.value.refusals[0].code == "took_too_long"


def ends_early(path: Path) -> bool:
    """Whether a shorter file of this kind can be a whole one: a table or lines that end at a line."""
    return path.suffix in (".csv", ".jsonl")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_cut_off_anywhere(path: Path) -> None:
    data = path.read_bytes().rstrip(b"\r\n\x00 ")
    whole = len(list(of_kind(read(path.read_bytes()), ScanItem)))
    for length in range(1, len(data) - 1, max(1, len(data) // 40)):
        code = code_of(data[:length], path.name)
        assert code or ends_early(path), length
        if ends_early(path) and not code:  # what is left is a beginning of what the whole file says
            assert len(list(of_kind(read(data[:length]), ScanItem))) <= whole


@pytest.mark.parametrize("path", GOOD, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_the_same_in_any_pieces(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of 61 bytes, and JSON as a stream, give the very same records."""
    wanted = read(path.read_bytes(), path.name)
    monkeypatch.setattr(opening, "CHUNK", 61)
    assert read(path.read_bytes(), path.name) == wanted
    assert read(path.read_bytes(), path.name, ScanLimits(whole_json_bytes=0)) == wanted


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab*.", max_size=2),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab*"), inner, max_size=3),
    ),
    st.lists(st.sampled_from(["a", "b", "item", "*"]), min_size=1, max_size=3),
)
@SLOW_PROPERTY
def test_stream_and_whole_agree_on_any_json(value: object, path: list[str]) -> None:
    data, place = json.dumps(value).encode(), ".".join(path)
    found = []
    for most in (10_000, 0):
        report = next(iter(reports_of(io.BytesIO(data), "x", ScanLimits(whole_json_bytes=most))))
        found.append(list(values(report, place)))
    assert found[0] == found[1]


@given(st.sampled_from(GOOD), st.data())
@SLOW_PROPERTY
def test_a_damaged_report_is_refused_or_read(path: Path, draw: st.DataObject) -> None:
    bad = bytearray(path.read_bytes())
    for _ in range(draw.draw(st.integers(1, 6))):
        place = draw.draw(st.integers(0, len(bad) - 1))
        bad[place : place + draw.draw(st.integers(0, 3))] = draw.draw(st.binary(max_size=4))
    said_or_refused(bytes(bad))


@given(st.sampled_from([path for path in GOOD if path.suffix in (".json", ".sarif")]), st.data())
@SLOW_PROPERTY
def test_values_of_other_types_lose_their_item_only(path: Path, draw: st.DataObject) -> None:
    """A list where a text belongs, a number where an object does: unread or read, never a crash."""
    data = path.read_bytes()
    value = json.loads(data.decode("utf-16" if data[:2] == b"\xff\xfe" else "utf-8"))
    here = value
    for _ in range(draw.draw(st.integers(0, 7))):
        if not isinstance(here, (dict, list)) or not here:
            break
        key = draw.draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
        strange = draw.draw(
            st.sampled_from([None, True, 7, -1.5, "x", "", [], {}, [[]], {"a": []}, [None], "CVE-2024-1"])
        )
        if draw.draw(st.booleans()):
            here[key] = strange
        here = here[key]
    said_or_refused(json.dumps(value).encode())


def said_or_refused(data: bytes) -> None:
    """Whatever comes out is a record of the right kinds, or a refusal in Japanese."""
    try:
        records: list[ScanRecord] = read(data)
    except InputError as fault:
        assert fault.refusals[0].code and fault.refusals[0].reason_ja.endswith("。")
        return
    for record in records:
        assert isinstance(record, (ScanHead, ScannedHost, ScanItem, Unread))
        if isinstance(record, ScanItem):
            assert record.rule and isinstance(record.title, str) and "\x00" not in record.output
            assert record.port is None or 0 < record.port < 65_536


def test_every_reader_survives_what_it_does_not_know() -> None:
    """A reader asked for a report of another kind refuses or finds nothing; the importer never asks so."""
    for path in GOOD:
        for kind, reader in READERS.items():
            report = next(iter(reports_of(io.BytesIO(path.read_bytes()), path.name)))
            try:
                list(read_report(report, read=reader.read))
            except InputError as fault:
                assert fault.refusals[0].code, kind


def test_secrets_are_not_taken_over() -> None:
    assert all("BEGIN" not in one.output for one in of_kind(read(TRIVY), ScanItem))
