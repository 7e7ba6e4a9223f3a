"""Is good evidence kept as it is, a photo without where it was taken, and everything else answered with a way on?"""

from __future__ import annotations

import hashlib
import io
import struct
import time

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kansa.core.errors import InputError
from kansa.formats.evidence import EvidenceFile, EvidenceLimits, inspect, safe_name
from kansa.formats.unsafe import ZipLimits
from tests.formats import evidence_files as made
from tests.formats.settings import PROPERTY, SLOW_PROPERTY
from tests.formats.workbooks import with_parts

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
GOOD = {
    "画面.png": made.photo("PNG"),
    "現場.jpg": made.photo(),
    "現場.webp": made.photo("WEBP"),
    "規程.pdf": made.printed_pdf(),
    "記録.docx": made.document(),
    "台帳.xlsx": made.sheet(),
    "研修.pptx": made.slides(),
    "記録.txt": "施錠を確認した。\r\n".encode(),
    "一覧.csv": "日付,件数\r\n2024-10-05,3\r\n".encode("cp932"),
}


def refusal(data: bytes, name: str = "証拠", limits: EvidenceLimits | None = None) -> str:
    """The code of the one refusal; its sentence is Japanese and its place is the file."""
    with pytest.raises(InputError) as caught:
        inspect(data, name, limits)
    (found,) = caught.value.refusals
    assert found.reason_ja.endswith("。") and any("ぁ" <= sign <= "ん" for sign in found.reason_ja)
    assert found.place.file == safe_name(name)
    return found.code


@pytest.mark.parametrize(
    ("name", "content_type", "is_inline"),
    [
        ("画面.png", "image/png", True),
        ("現場.jpg", "image/jpeg", True),
        ("現場.webp", "image/webp", True),
        ("規程.pdf", "application/pdf", False),
        ("記録.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", False),
        ("台帳.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", False),
        ("研修.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", False),
        ("記録.txt", "text/plain; charset=utf-8", False),
        ("一覧.csv", "text/csv; charset=shift_jis", False),
    ],
)
def test_good_evidence_is_kept_under_its_name(name: str, content_type: str, is_inline: bool) -> None:
    kept = inspect(GOOD[name], name)
    assert (kept.name, kept.content_type, kept.is_inline) == (name, content_type, is_inline)
    assert kept.original_sha256 == hashlib.sha256(GOOD[name]).hexdigest()
    assert kept.stored_sha256 == hashlib.sha256(kept.data).hexdigest()
    assert (kept.data == GOOD[name]) is not kept.is_stripped
    assert kept.is_stripped is is_inline  # only pictures are changed


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", [1, 6])
def test_a_photo_loses_its_place_and_nothing_of_the_picture(kind: str, orientation: int) -> None:
    original = made.photo(kind, orientation)
    assert made.PLACE in original
    kept = inspect(original, "写真").data
    assert not [mark for mark in (made.PLACE, b"Camera Maker", "太郎".encode(), b"xmpmeta") if mark in kept]
    assert made.pixels(kept) == made.pixels(original)
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == ({0x0112: 6} if orientation == 6 else {})
        assert image.info["icc_profile"].startswith(b"colour profile")


def test_a_webp_does_not_announce_what_was_taken_out() -> None:
    for orientation, flags in ((1, 0x20), (6, 0x28)):  # 0x20: colour profile, 0x08: EXIF, 0x04: XMP
        assert inspect(made.photo("WEBP", orientation), "x").data[20] == flags


def test_pictures_of_every_layout_stay_the_same_pictures() -> None:
    for options in ({"progressive": True}, {"quality": 30}, {"restart_marker_blocks": 1}):
        data = made.photo(**options)
        assert made.pixels(inspect(data, "x.jpg").data) == made.pixels(data)
    for mode in ("L", "CMYK"):
        out = io.BytesIO()
        made.picture().convert(mode).save(out, "JPEG")
        assert made.pixels(inspect(out.getvalue(), "x.jpg").data) == made.pixels(out.getvalue())
    for mode in ("1", "P", "RGBA", "I;16"):
        out = io.BytesIO()
        made.picture().convert("L" if mode == "I;16" else "RGB").convert(mode).save(out, "PNG")
        assert inspect(out.getvalue(), "x.png").data == out.getvalue()
    out = io.BytesIO()
    made.picture().save(out, "WEBP", quality=50)
    assert inspect(out.getvalue(), "x.webp").data == out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_hangs_behind_a_picture_is_cut_off(kind: str) -> None:
    kept = inspect(made.photo(kind) + b"PK\x03\x04<script>alert(1)</script>MZ", "x").data
    assert b"script" not in kept
    assert kept == inspect(made.photo(kind), "x").data


@pytest.mark.parametrize("name", [name for name in GOOD if not name.endswith((".txt", ".csv"))])
def test_a_file_cut_short_is_refused(name: str) -> None:
    for part in (2, 3):
        assert refusal(GOOD[name][: len(GOOD[name]) * (part - 1) // part], name) == "broken_file"


def test_a_picture_that_would_fill_the_memory() -> None:
    assert inspect(made.png_of(10_000, 10_000), "x.png").is_inline
    assert refusal(made.png_of(10_001, 10_000), "x.png") == "too_many_pixels"
    jpeg = made.photo()
    start = jpeg.index(b"\xff\xc0")
    assert refusal(jpeg[: start + 5] + struct.pack(">HH", 60_000, 60_000) + jpeg[start + 9 :]) == "too_many_pixels"
    webp = made.photo("WEBP")
    assert refusal(webp[:24] + b"\xff\xff\xff\xff\xff\xff" + webp[30:]) == "too_many_pixels"
    assert refusal(made.png_of(0, 10)) == "broken_file"


def test_empty_and_too_large() -> None:
    assert refusal(b"") == "empty_file"
    assert refusal(b"a" * (20 * 1024 * 1024 + 1), "x.txt") == "too_large"
    assert refusal(b"abcd", "x.txt", EvidenceLimits(file_bytes=3)) == "too_large"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GIF89a" + bytes(20), "unsupported_picture"),
        (b"II*\x00" + bytes(20), "unsupported_picture"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(20), "unsupported_picture"),
        (b"BM\x00\x10\x00\x00\x00\x00\x00\x00" + bytes(20), "unsupported_picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "script_file"),
        (b"\xef\xbb\xbf \n<!-- x --><svg/>", "script_file"),
        (b"<?xml version='1.0'?><svg/>", "script_file"),
        (b"  <!DOCTYPE html><title>x</title>", "script_file"),
        (b"<HTML><script>alert(1)</script>", "script_file"),
        (b"MZ\x90\x00\x03" + bytes(60), "program"),
        (b"\x7fELF\x02\x01" + bytes(60), "program"),
        (b"#!/bin/sh\nrm -rf /\n", "program"),
        (b"L\x00\x00\x00\x01\x14\x02\x00" + bytes(60), "program"),
        (OLE + bytes(600), "old_office"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
        (b"{\\rtf1\\ansi x}", "old_office"),
        (b"Rar!\x1a\x07\x00" + bytes(20), "archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "archive"),
        (b"PK\x05\x06" + bytes(18), "archive"),
        (made.zipped({"写真.jpg": made.photo()}), "archive"),
        (made.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}), "not_accepted"),
        ("施錠を確認".encode("utf-16"), "utf16"),
        (b"abc\x00def", "not_accepted"),
        (bytes(range(256)), "not_accepted"),
        (b"ID3\x04\x00\x00" + bytes(50), "not_accepted"),
    ],
)
def test_what_is_not_taken(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_the_content_decides_and_the_name_must_not_contradict_it() -> None:
    jpeg, text = GOOD["現場.jpg"], GOOD["記録.txt"]
    assert inspect(jpeg, "現場.JPEG").name == "現場.JPEG"
    assert inspect(jpeg, "IMG_0001").name == "IMG_0001.jpg"
    assert inspect(text, "記録").name == "記録.txt"
    assert refusal(jpeg, "現場.png") == "wrong_extension"
    assert refusal(jpeg, "現場.pdf.exe") == "wrong_extension"
    assert refusal(text, "記録.pdf") == "wrong_extension"
    assert refusal(GOOD["台帳.xlsx"], "台帳.docx") == "wrong_extension"
    assert refusal(GOOD["記録.docx"], "記録.docm") == "wrong_extension"
    assert refusal(text, "起動.bat") == "not_accepted"
    assert refusal(text, "頁.html") == "script_file"
    assert refusal(made.zipped({"x": "y"}), "記録.docx") == "archive"


def test_a_csv_may_speak_of_html() -> None:
    assert inspect(b'name,note\r\n1,"<script>alert(1)</script>"\r\n', "x.csv").is_inline is False


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda pdf: made.action(pdf, "/OpenAction", S=pikepdf.Name.JavaScript, JS="app.alert(1)"), "active_pdf"),
        (lambda pdf: made.action(pdf, "/AA", WC=pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")), "active_pdf"),
        (lambda pdf: made.action(pdf, "/AA", O=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm)), "active_pdf"),
        (lambda pdf: made.action(pdf, "/AA", O=pikepdf.Dictionary(S=pikepdf.Name.GoToE)), "active_pdf"),
        (lambda pdf: made.action(pdf, "/AcroForm", XFA=pikepdf.String("<xdp/>")), "active_pdf"),
        (lambda pdf: pdf.attachments.__setitem__("x.exe", b"MZ"), "embedded_file"),
        (lambda pdf: made.action(pdf, "/X", EF=pikepdf.Dictionary(F=pdf.make_stream(b"MZ"))), "embedded_file"),
    ],
)
def test_a_pdf_that_acts_or_carries_files(change: object, code: str, compressed: bool) -> None:
    assert refusal(made.pdf_with(change, compressed=compressed), "x.pdf") == code  # type: ignore[arg-type]


def test_a_pdf_that_opens_at_a_page_is_fine_and_one_that_opens_the_web_is_not() -> None:
    def at_page(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit])

    def at_action(pdf: pikepdf.Pdf) -> None:
        made.action(pdf, "/OpenAction", S=pikepdf.Name.GoTo, D=pikepdf.Array([pdf.pages[0].obj, pikepdf.Name.Fit]))

    def at_web(pdf: pikepdf.Pdf) -> None:
        made.action(pdf, "/OpenAction", S=pikepdf.Name.URI, URI="http://example.com/")

    for change in (at_page, at_action):
        for compressed in (False, True):
            assert inspect(made.pdf_with(change, compressed=compressed), "x.pdf").kind.name == "pdf"
    assert refusal(made.pdf_with(at_web)) == "active_pdf"


def test_a_name_spelled_with_escapes_is_the_same_name() -> None:
    plain = made.pdf_with(lambda pdf: made.action(pdf, "/OpenAction", S=pikepdf.Name.JavaScript, JS="x"))
    assert refusal(plain.replace(b"/JavaScript", b"/J#61va#53cript").replace(b"/JS", b"/#4a#53")) == "active_pdf"


def test_a_pdf_behind_a_password() -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(GOOD["規程.pdf"])) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="x", user=""))
    assert refusal(out.getvalue(), "x.pdf") == "encrypted"


def test_compressed_objects_that_cannot_be_looked_into() -> None:
    data = made.pdf_with(lambda pdf: None, compressed=True)
    assert refusal(data.replace(b"/Type /ObjStm", b"/Type /ObjStm /DecodeParms 1 0 R")) == "unreadable_pdf"


def test_office_files_with_programs() -> None:
    assert refusal(with_parts(GOOD["台帳.xlsx"], {}, {"xl/vbaProject.bin": b"x"})) == "macros"
    assert refusal(with_parts(GOOD["台帳.xlsx"], {}, {"xl/macrosheets/sheet1.xml": b"<x/>"})) == "macros"
    assert refusal(with_parts(GOOD["記録.docx"], {}, {"word/activeX/activeX1.bin": b"x"})) == "macros"
    assert refusal(made.with_type("application/vnd.ms-word.document.macroEnabled.main+xml")) == "macros"
    dde = b'<externalLink><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    assert refusal(with_parts(GOOD["台帳.xlsx"], {}, {"xl/externalLinks/externalLink1.xml": dde})) == "macros"


def test_office_files_that_fetch() -> None:
    for kind, target in (
        ("attachedTemplate", "https://example.com/t.dotm"),
        ("image", "http://example.com/x.png"),
        ("oleObject", "file:///c:/x.xlsx"),
    ):
        assert refusal(made.with_relation(kind, target)) == "external_link"
    assert inspect(made.with_relation("attachedTemplate", "file:///C:/Templates/市.dotx"), "x.docx")
    assert inspect(made.with_relation("hyperlink", "https://example.lg.jp/"), "x.docx")


def test_files_inside_office_files() -> None:
    def with_inside(name: str, part: bytes) -> bytes:
        return with_parts(GOOD["研修.pptx"], {}, {name: part})

    chart = with_inside("ppt/embeddings/Sheet1.xlsx", GOOD["台帳.xlsx"])
    assert inspect(chart, "x.pptx").kind.name == "pptx"
    assert refusal(with_inside("ppt/embeddings/deeper.pptx", chart)) == "embedded_file"
    assert refusal(with_inside("ppt/embeddings/oleObject1.bin", OLE + bytes(600))) == "embedded_file"
    assert refusal(with_inside("ppt/media/image1.png", b"MZ\x90\x00" + bytes(60))) == "embedded_file"
    assert refusal(with_inside("ppt/embeddings/x.xlsx", with_parts(GOOD["台帳.xlsx"], {}, {"xl/vbaProject.bin": b""})))
    assert refusal(with_inside("ppt/media/x.zip", made.zipped({"x": "y"}))) == "embedded_file"


def test_zip_bombs() -> None:
    sheet = "xl/worksheets/sheet1.xml"
    bomb = with_parts(GOOD["台帳.xlsx"], {sheet: lambda part: part + b" " * 50_000_000})
    assert refusal(bomb) == "zip_bomb"
    small = EvidenceLimits(office=ZipLimits(unpacked_bytes=100_000))
    inner = made.with_type("x/y")
    nested = with_parts(GOOD["研修.pptx"], {}, {f"ppt/embeddings/{n}.docx": inner for n in range(9)})
    assert refusal(nested, limits=small) == "zip_bomb"
    assert refusal(with_parts(GOOD["台帳.xlsx"], {}, {f"x/{n}": b"" for n in range(2_001)})) == "too_many_parts"
    outer, inside = made.unpacked_bytes(GOOD["研修.pptx"]), made.unpacked_bytes(inner)
    both = EvidenceLimits(office=ZipLimits(unpacked_bytes=outer + inside + 1))
    assert refusal(with_parts(GOOD["研修.pptx"], {}, {"ppt/embeddings/1.docx": inner}), limits=both) == "zip_bomb"
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha">]>'
    assert refusal(with_parts(GOOD["台帳.xlsx"], {sheet: lambda part: laughs + part})) == "unsafe_xml"
    wide = "<!DOCTYPE x [<!ENTITY a 'ha'>]><x>&a;</x>".encode("utf-16")
    assert refusal(with_parts(GOOD["台帳.xlsx"], {"[Content_Types].xml": lambda part: wide})) == "broken_file"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_stands_there_twice() -> None:
    assert refusal(with_parts(GOOD["台帳.xlsx"], {}, {"xl/workbook.xml": b"<x/>"})) == "broken_file"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        (r"D:\監査\記録.txt", "記録.txt"),
        ("写真\u202egpj.exe", "写真gpj.exe"),
        ("a\r\nSet-Cookie: x.txt", "aSet-Cookie_ x.txt"),
        ('a"b<c>|?*.txt', "a_b_c____.txt"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("com1 .tar.gz", "_com1 .tar.gz"),
        ("console.txt", "console.txt"),
        (" . ", "無題"),
        ("", "無題"),
        (".htaccess", "htaccess"),
        ("記録.txt. . ", "記録.txt"),
        ("葛\U000e0100城市.txt", "葛\U000e0100城市.txt"),
        ("か\u3099.txt", "が.txt"),
        ("様式第1.令和6", "様式第1.令和6"),
    ],
)
def test_a_name_is_only_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.text(max_size=400))
@PROPERTY
def test_any_name_becomes_one_that_every_system_takes(text: str) -> None:
    for name in (text, f"{text}.pdf", "長" * 300 + ".pdf"):
        safe = safe_name(name)
        assert 0 < len(safe) <= 150 and len(safe.encode()) <= 255
        assert not set('\\/:*?"<>|\r\n\x00\u202e\u2066') & set(safe)
        assert safe == safe.strip() and not safe.startswith(".") and not safe.endswith(".")
        assert safe_name(safe) == safe
    assert safe_name("長" * 300 + ".pdf").endswith(".pdf")


def kept_or_refused(data: bytes, name: str) -> EvidenceFile | None:
    """Nothing else may come out; what is kept is kept again without a change."""
    try:
        kept = inspect(data, name)
    except InputError:
        return None
    assert inspect(kept.data, kept.name).data == kept.data
    return kept


@given(st.binary(max_size=300), st.sampled_from([*(data[:40] for data in GOOD.values()), b"", b"%PDF-1.7\n", b"BM"]))
@SLOW_PROPERTY
def test_random_bytes_never_raise(tail: bytes, head: bytes) -> None:
    kept_or_refused(head + tail, "x")


@pytest.mark.parametrize("name", list(GOOD))
@given(st.data())
@SLOW_PROPERTY
def test_a_damaged_file_never_raises(name: str, data: st.DataObject) -> None:
    bad = bytearray(GOOD[name])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(bad) - 1))
        bad[place : place + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    kept_or_refused(bytes(bad), name)
    kept_or_refused(bytes(bad[: data.draw(st.integers(0, len(bad)))]), name)


def test_many_small_streams_cost_little() -> None:
    """Each stream is told to run on to the end of the file, so that looking into all would be quadratic."""
    stream = b"1 0 obj<</Length 9>>stream\n\x78\x9c" + b"\x00\x00\x00\xff\xff" * 2 + b"endstream endobj\n"
    began = time.process_time()
    kept_or_refused(b"%PDF-1.7\n" + stream * 200_000 + b"%%EOF", "x.pdf")
    assert time.process_time() - began < 20
