"""Which bytes go to the relay for one recipient? The template is cut at its places once; filling joins the pieces.

Building a mail with the library for each recipient costs some hundred times as much (benchmarks/mail_sending.py).
Text goes out as 8bit where the relay takes that and no line can grow beyond the limit, else as base64.
Source: RFC 5322 §2.1.1 (998 octets), RFC 6152 (8BITMIME), RFC 2045 §6.
"""

from __future__ import annotations

import base64
import hashlib
import html
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime

from kansa.formats.mail_messages.headers import encoded_header, mailbox, one_line
from kansa.formats.mail_messages.templates import PLACEHOLDER, VALUE_BYTES, Attachment, MailTemplate

LINE_OCTETS = 998
ZIP_DATE = (1980, 1, 1, 0, 0, 0)

Values = Mapping[str, str]
Piece = bytes | str  # bytes stand as they are; a str is the name of a place
Part = Callable[["MailFields"], bytes]


@dataclass(frozen=True, slots=True)
class MailFields:
    """What differs from one mail to the other. `files`: contents of attachments of the kind `own`, by name."""

    address: str
    message_id: str
    at: datetime
    values: Values
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A template in bytes: the head that is the same for all, the subject when it differs, the parts of the body."""

    head: bytes
    subject: tuple[Piece, ...]
    to_name: tuple[Piece, ...]
    parts: tuple[Part | bytes, ...]


def prepared(template: MailTemplate, *, is_8bit: bool) -> Prepared:
    """The template cut at its places. `is_8bit`: the relay offers 8BITMIME."""
    lines = [b"From: " + mailbox(template.from_name_ja, template.from_address)]
    subject = cut(template.subject_ja)
    if all(isinstance(piece, bytes) for piece in subject):
        lines.append(b"Subject: " + encoded_header(template.subject_ja))
        subject = ()
    if template.reply_to:
        lines.append(b"Reply-To: " + template.reply_to.encode("ascii"))
    if template.is_automatic:
        lines.append(b"Auto-Submitted: auto-generated")
    lines += [name.encode("ascii") + b": " + encoded_header(value) for name, value in template.headers]
    lines.append(b"MIME-Version: 1.0")
    parts = _body(template, is_8bit=is_8bit)
    return Prepared(b"\r\n".join(lines) + b"\r\n", subject, cut(template.to_name_ja), tuple(parts))


def filled(mail: Prepared, fields: MailFields) -> bytes:
    """The whole mail of one recipient, lines ended by CRLF."""
    own = [mail.head]
    if mail.subject:
        own.append(b"Subject: " + encoded_header(_text(mail.subject, fields.values)) + b"\r\n")
    own.append(b"To: " + mailbox(_text(mail.to_name, fields.values), fields.address) + b"\r\n")
    own.append(f"Date: {format_datetime(fields.at)}\r\nMessage-ID: {fields.message_id}\r\n".encode("ascii"))
    own += [part if isinstance(part, bytes) else part(fields) for part in mail.parts]
    return b"".join(own)


def preview(template: MailTemplate, values: Values) -> tuple[str, str, str]:
    """Subject, text and HTML as this recipient would see them."""

    def plain(found: str) -> str:
        return PLACEHOLDER.sub(lambda place: one_line(values.get(place[1], "")), found)

    escaped = {name: html.escape(value) for name, value in values.items()}
    page = PLACEHOLDER.sub(lambda place: one_line(escaped.get(place[1], "")), template.html_ja)
    return plain(template.subject_ja), plain(template.text_ja), page


def cut(text: str) -> tuple[Piece, ...]:
    """The text at its places: bytes between them, their names as str."""
    pieces: list[Piece] = []
    for number, found in enumerate(PLACEHOLDER.split(text)):
        if number % 2:
            pieces.append(found)
        elif found:
            pieces.append(found.encode())
    return tuple(pieces)


def _text(pieces: tuple[Piece, ...], values: Values) -> str:
    return "".join(piece.decode() if isinstance(piece, bytes) else values[piece] for piece in pieces)


def _joined(pieces: tuple[Piece, ...], values: Values, *, is_html: bool) -> bytes:
    found = []
    for piece in pieces:
        if isinstance(piece, bytes):
            found.append(piece)
        else:
            value = one_line(values[piece])
            found.append((html.escape(value) if is_html else value).encode())
    return b"".join(found)


def _body(template: MailTemplate, *, is_8bit: bool) -> list[Part | bytes]:
    inline = [one for one in template.attachments if one.content_id]
    listed = [one for one in template.attachments if not one.content_id]
    seed = f"{template.subject_ja}\n{template.text_ja}\n{template.html_ja}".encode()
    body = _text_part(template.text_ja, "plain", is_8bit=is_8bit)
    if template.html_ja:
        page = _text_part(template.html_ja, "html", is_8bit=is_8bit)
        if inline:
            page = _multipart("related", [page, *([_file_part(one)] for one in inline)], seed)
        body = _multipart("alternative", [body, page], seed)
    elif inline:
        listed = [*inline, *listed]
    if listed:
        body = _multipart("mixed", [body, *([_file_part(one)] for one in listed)], seed)
    return body


def _multipart(kind: str, parts: list[list[Part | bytes]], seed: bytes) -> list[Part | bytes]:
    """Parts between boundaries that are drawn from the template, so that no value can have guessed them."""
    boundary = b"=_" + hashlib.sha256(kind.encode() + seed).hexdigest()[:40].encode()
    found: list[Part | bytes] = [
        b"Content-Type: multipart/" + kind.encode() + b'; boundary="' + boundary + b'"\r\n\r\n'
    ]
    for part in parts:
        found += [b"--" + boundary + b"\r\n", *part, b"\r\n"]
    return [*found, b"--" + boundary + b"--\r\n"]


def _text_part(text: str, kind: str, *, is_8bit: bool) -> list[Part | bytes]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    pieces = cut("\r\n".join(lines.split("\n")) + "\r\n")
    is_html = kind == "html"
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: "
    if is_8bit and all(_octets_at_most(line, is_html=is_html) <= LINE_OCTETS for line in lines.split("\n")):
        return [f"{head}8bit\r\n\r\n".encode(), lambda fields: _joined(pieces, fields.values, is_html=is_html)]
    return [
        f"{head}base64\r\n\r\n".encode(),
        lambda fields: _wrapped(_joined(pieces, fields.values, is_html=is_html)),
    ]


def _octets_at_most(line: str, *, is_html: bool) -> int:
    places = len(PLACEHOLDER.findall(line))
    return len(line.encode()) + places * VALUE_BYTES * (6 if is_html else 1)  # &quot; has six


def _wrapped(content: bytes) -> bytes:
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _file_part(one: Attachment) -> Part | bytes:
    lines = [f"Content-Type: {one.content_type}; name=".encode() + b'"' + encoded_header(one.name) + b'"']
    lines.append(b"Content-Transfer-Encoding: base64")
    if one.content_id:
        lines.append(b"Content-Disposition: inline")
        lines.append(b"Content-ID: <" + one.content_id.encode("ascii", "replace") + b">")
    else:
        # RFC 2231 for readers of today, the encoded word in `name` for the others.
        percent = "".join(f"%{byte:02X}" for byte in one_line(one.name).encode())
        lines.append(f"Content-Disposition: attachment;\r\n filename*=UTF-8''{percent}".encode("ascii"))
    head = b"\r\n".join(lines) + b"\r\n\r\n"
    if one.kind == "same":
        return head + _wrapped(one.content)
    if one.kind == "own":
        return lambda fields: head + _wrapped(fields.files[one.name])
    if one.kind == "text":
        pieces = cut(one.content.decode("utf-8", "replace"))
        is_html = "html" in one.content_type or "xml" in one.content_type
        return lambda fields: head + _wrapped(_joined(pieces, fields.values, is_html=is_html))
    return lambda fields: head + _wrapped(_filled_zip(one.content, fields.values))


def _filled_zip(content: bytes, values: Values) -> bytes:
    """A Word or Excel file with the places in its XML filled; the other members as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename.endswith((".xml", ".rels")) and b"{{" in data:
                data = _joined(cut(data.decode("utf-8")), values, is_html=True)
            new.writestr(zipfile.ZipInfo(member.filename, ZIP_DATE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
