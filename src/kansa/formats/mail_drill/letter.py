"""How does a training mail look as plain text, as HTML, and on a phone?

Made from the blocks of a Scenario only; every text is escaped, and the only addresses are those of `Places`. There is
no element for a form, a script, a style sheet or a foreign picture, so none can come out.
Values may be marks in ASCII that a sender replaces for each recipient: nothing is measured or broken by length.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape

import qrcode
from qrcode.constants import ERROR_CORRECT_M

from kansa.core.mail_drill.scenario import Block, Scenario, filled

QR_NAME = "qr"  # Content-ID of the picture in a mail
_FONT = "font-family:'Hiragino Sans','Yu Gothic','Meiryo',sans-serif;font-size:15px;line-height:1.7;color:#222"
_STYLES = {
    "paragraph": "margin:0 0 1em",
    "heading": "margin:1.2em 0 .4em;font-weight:bold;font-size:16px",
    "item": "margin:0 0 .3em;padding-left:1em;text-indent:-1em",
}
_BUTTON = "display:inline-block;padding:10px 24px;background:#1a5fb4;color:#fff;text-decoration:none;border-radius:4px"
_HIDDEN = "display:none;font-size:0;line-height:0;max-height:0;overflow:hidden"
_QR_DOTS = 5  # pixels of one module


@dataclass(frozen=True, slots=True)
class Places:
    """The only addresses in a mail, all on our own server. `canary` is invisible to people; "" leaves one out."""

    link: str
    beacon: str = ""
    canary: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail, without headers. `qr_png` is shown in the HTML as cid:qr; None unless the text is of that kind."""

    sender_name_ja: str
    subject_ja: str
    text: str
    html: str
    qr_png: bytes | None = None


def letter(scenario: Scenario, values: Mapping[str, str], places: Places) -> Letter:
    """The mail of one recipient. `values` has every placeholder of the scenario."""
    qr = qr_png(places.link) if scenario.kind == "qr" else None
    return Letter(
        sender_name_ja=filled(scenario.sender_name_ja, values),
        subject_ja=filled(scenario.subject_ja, values),
        text="".join(_text(scenario, values, places)),
        html=_page(filled(scenario.subject_ja, values), _body(scenario, values, places, f"cid:{QR_NAME}")),
        qr_png=qr,
    )


def _text(scenario: Scenario, values: Mapping[str, str], places: Places) -> Iterator[str]:
    for block in scenario.blocks:
        words = filled(block.text, values)
        if block.kind == "rule":
            yield "-" * 40 + "\n"
        elif block.kind == "heading":
            yield f"■{words}\n"
        elif block.kind == "item":
            yield f"・{words}\n"
        elif block.kind == "link":
            # A phone cannot photograph its own screen: the text part of a QR mail has the address as well.
            yield f"{words}\n{places.link}\n\n"
        else:
            yield f"{words}\n\n"


def _body(scenario: Scenario, values: Mapping[str, str], places: Places, qr_source: str) -> str:
    parts = [_html(block, values, places, scenario.kind, qr_source) for block in scenario.blocks]
    if places.canary:
        parts.append(
            f'<div style="{_HIDDEN}" aria-hidden="true"><a href="{escape(places.canary)}" tabindex="-1"></a></div>'
        )
    if places.beacon:
        parts.append(f'<img src="{escape(places.beacon)}" width="1" height="1" alt="">')
    return "\n".join(parts)


def _html(block: Block, values: Mapping[str, str], places: Places, kind: str, qr_source: str) -> str:
    words = escape(filled(block.text, values)).replace("\n", "<br>\n")
    if block.kind == "rule":
        return '<hr style="border:0;border-top:1px solid #bbb;margin:1em 0">'
    if block.kind == "link" and kind == "qr":
        picture = f'<img src="{escape(qr_source)}" alt="{words}" width="180" height="180">'
        return f'<p style="margin:0 0 1em">{words}<br>{picture}</p>'
    if block.kind == "link":
        return f'<p style="margin:1em 0"><a href="{escape(places.link)}" style="{_BUTTON}">{words}</a></p>'
    mark = "・" if block.kind == "item" else ""
    return f'<p style="{_STYLES[block.kind]}">{mark}{words}</p>'


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title></head>\n"
        f'<body style="margin:0;padding:16px;{_FONT}"><div style="max-width:640px">\n{body}\n</div></body></html>\n'
    )


def phone_preview(scenario: Scenario, values: Mapping[str, str]) -> str:
    """The mail as a phone shows it: sender's name instead of the address, subject, body; its link leads nowhere."""
    places = Places("#")
    head = (
        f'<p style="margin:0;font-weight:bold">{escape(filled(scenario.sender_name_ja, values))}</p>'
        f'<p style="margin:0 0 12px;font-size:17px">{escape(filled(scenario.subject_ja, values))}</p>'
        '<hr style="border:0;border-top:1px solid #ddd;margin:0 0 12px">'
    )
    return _page(
        filled(scenario.subject_ja, values),
        f'<div style="max-width:343px;overflow-wrap:anywhere">{head}{_body(scenario, values, places, "")}</div>',
    )


def qr_png(link: str) -> bytes:
    """The QR code of a link as a PNG in black and white, with its quiet zone."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=4)
    code.add_data(link)
    code.make(fit=True)
    rows = [[dark for dark in row for _ in range(_QR_DOTS)] for row in code.get_matrix() for _ in range(_QR_DOTS)]
    size = len(rows)
    lines = bytearray()
    for row in rows:
        bits = "".join("0" if dark else "1" for dark in row).ljust((size + 7) // 8 * 8, "1")
        lines += b"\0" + int(bits, 2).to_bytes(len(bits) // 8, "big")
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(bytes(lines), 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
