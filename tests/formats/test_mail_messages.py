"""Does the library read back exactly what was filled in, whatever a value holds, and never another header?"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError, Place
from kansa.formats.mail_messages import (
    Attachment,
    MailFields,
    MailTemplate,
    check_template,
    check_values,
    encoded_header,
    filled,
    mailbox,
    placeholders_of,
    prepared,
    preview,
    template_from_json,
    template_to_json,
)

AT = datetime(2026, 11, 2, 1, 2, 3, tzinfo=UTC)
TEMPLATE = MailTemplate(
    "{{name}} 様：自己点検のお願い",
    "{{name}} 様\n\n次のページから回答してください。\nhttps://kansa.example/{{token}}\n.\n..二つの点\n",
    "office@city.example.jp",
    html_ja='<p style="color:red">{{name}} 様</p><p><a href="https://kansa.example/{{token}}">回答する</a></p>',
    from_name_ja="情報政策課",
    to_name_ja="{{name}}",
)
VALUES = {"name": "山田 <太郎> & 花子", "token": "abcdefgh"}


def built(
    template: MailTemplate, values: dict[str, str], *, is_8bit: bool = True, **more: dict[str, bytes]
) -> EmailMessage:
    fields = MailFields("taro@city.example.jp", "<x@city.example.jp>", AT, values, **more)
    data = filled(prepared(template, is_8bit=is_8bit), fields)
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert is_8bit or data.isascii()
    return cast(EmailMessage, message_from_bytes(data, policy=policy.default))


@pytest.mark.parametrize("is_8bit", [True, False])
def test_a_mail_as_the_library_reads_it(is_8bit: bool) -> None:
    mail = built(TEMPLATE, VALUES, is_8bit=is_8bit)
    assert mail["Subject"] == "山田 <太郎> & 花子 様：自己点検のお願い"
    assert mail["From"].addresses[0].display_name == "情報政策課"
    assert (mail["To"].addresses[0].addr_spec, mail["To"].addresses[0].display_name) == (
        "taro@city.example.jp",
        "山田 <太郎> & 花子",
    )
    assert (mail["Message-ID"], mail["Date"].datetime, mail["Auto-Submitted"]) == (
        "<x@city.example.jp>",
        AT,
        "auto-generated",
    )
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None and page is not None
    assert plain.get_content().replace("\r\n", "\n") == (
        "山田 <太郎> & 花子 様\n\n次のページから回答してください。\nhttps://kansa.example/abcdefgh\n.\n..二つの点\n\n"
    )
    assert "山田 &lt;太郎&gt; &amp; 花子 様" in page.get_content()
    assert mail.defects == []


@given(st.text(max_size=60), st.booleans())
def test_no_value_makes_a_header_or_a_part(value: str, is_8bit: bool) -> None:
    value = "".join(sign for sign in value if not 0xD800 <= ord(sign) <= 0xDFFF)
    mail = built(TEMPLATE, {"name": value, "token": "x"}, is_8bit=is_8bit)
    expected = ["From", "Auto-Submitted", "MIME-Version", "Subject", "To", "Date", "Message-ID", "Content-Type"]
    assert mail.keys() == expected
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert len(mail["To"].addresses) == 1 and mail["To"].addresses[0].addr_spec == "taro@city.example.jp"


@pytest.mark.parametrize(
    "name", ["a\r\nBcc: x@evil.example", 'x" <a@evil.example>, "', "=?UTF-8?Q?=0D=0ABcc:x?=", "あ" * 90]
)
def test_a_hostile_name_stays_a_name(name: str) -> None:
    assert b"\nB" not in encoded_header(name)
    mail = message_from_bytes(b"To: " + mailbox(name, "a@city.jp") + b"\r\n\r\n", policy=policy.default)
    assert [one.addr_spec for one in mail["To"].addresses] == ["a@city.jp"]
    assert mail.keys() == ["To"]


def test_attachments_of_every_kind() -> None:
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as file:
        file.writestr("word/document.xml", "<w>{{name}}</w>")
        file.writestr("media/a.bin", b"{{name}}")
    template = MailTemplate(
        "添付",
        "本文\n",
        "office@city.example.jp",
        html_ja='<img src="cid:qr">',
        attachments=(
            Attachment("同じ.txt", "text/plain", b"{{name}}"),
            Attachment("文書.docx", "application/vnd.x", word.getvalue(), "zip"),
            Attachment("案内.html", "text/html", b"<b>{{name}}</b>", "text"),
            Attachment("qr.png", "image/png", kind="own", content_id="qr"),
        ),
    )
    mail = built(template, {"name": "山<田"}, files={"qr.png": b"\x89PNG"})
    files = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    assert files["同じ.txt"] == b"{{name}}"
    assert files["案内.html"] == "<b>山&lt;田</b>".encode()
    with zipfile.ZipFile(io.BytesIO(cast(bytes, files["文書.docx"]))) as read:
        assert read.read("word/document.xml").decode() == "<w>山&lt;田</w>"
        assert read.read("media/a.bin") == b"{{name}}"
    inline = next(part for part in mail.walk() if part["Content-ID"])
    assert (inline["Content-ID"], inline.get_payload(decode=True)) == ("<qr>", b"\x89PNG")
    assert template_from_json(template_to_json(template)) == template


def test_long_lines_go_out_as_base64() -> None:
    mail = built(MailTemplate("s", "あ" * 600 + "\n", "a@city.jp"), {})
    assert mail["Content-Transfer-Encoding"] == "base64"
    assert mail.get_content().strip() == "あ" * 600


BAD = [
    (MailTemplate("", "本文", "a@city.jp"), "no_subject"),
    (MailTemplate("件名", " ", "a@city.jp"), "no_text"),
    (MailTemplate("件\n名", "本文", "a@city.jp"), "header_control"),
    (MailTemplate("件名", "本文\0", "a@city.jp"), "header_control"),
    (MailTemplate("あ" * 201, "本文", "a@city.jp"), "header_too_long"),
    (MailTemplate("件名", "あ" * 200_001, "a@city.jp"), "body_too_long"),
    (MailTemplate("件名", "本文", "a@city.jp", headers=(("Bcc", "x"),)), "header_name"),
    (MailTemplate("件名", "本文", "a@city.jp", headers=(("X-A", "x\ny"),)), "header_name"),
    (MailTemplate("件名", "{{secret}}", "a@city.jp"), "unknown_placeholder"),
    (MailTemplate("件名", "本文", "a@city.jp", attachments=(Attachment("a", "x", b""),)), "attachment_kind"),
    (MailTemplate("件名", "本文", "a@city.jp", attachments=(Attachment("", "a/b", b""),)), "attachment_name"),
    (
        MailTemplate("件名", "本文", "a@city.jp", attachments=(Attachment("a", "a/b", b"x" * 2_000_001),)),
        "attachment_too_large",
    ),
]


@pytest.mark.parametrize(("template", "code"), BAD)
def test_what_no_mail_may_hold(template: MailTemplate, code: str) -> None:
    with pytest.raises(InputError) as told:
        check_template(template, {"name", "token"})
    assert code in [one.code for one in told.value.refusals]


def test_values_are_checked_with_their_row() -> None:
    names = placeholders_of(TEMPLATE)
    assert names == {"name", "token"}
    place = Place(row=3)
    assert [one.code for one in check_values(names, {"name": "a\nb"}, place)] == ["value_control", "value_missing"]
    assert [one.code for one in check_values({"name"}, {"name": "あ" * 101}, place)] == ["value_too_long"]
    assert check_values(names, VALUES, place) == []
    assert preview(TEMPLATE, VALUES)[0] == "山田 <太郎> & 花子 様：自己点検のお願い"
