"""How does any text stand safely in a header? One line, ASCII, folded; nothing in it begins another header.

Source: RFC 5322 §2.2.3 (folding), RFC 2047 §2 (encoded words of at most 75 characters).
"""

from __future__ import annotations

import base64
import re

WORD_BYTES = 42  # of UTF-8 in one encoded word: 56 characters of base64 and 12 of frame
PLAIN = re.compile(r"[\x20-\x7e]*")
BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
LONGEST_PLAIN = 60


def one_line(text: str) -> str:
    """The text without line breaks and control characters; a run of them becomes one space."""
    return BREAKS.sub(" ", text).strip()


def encoded_header(text: str) -> bytes:
    """The text as a header's value.

    >>> encoded_header("Notice")
    b'Notice'
    >>> encoded_header("a\\r\\nBcc: x@evil.example")
    b'a Bcc: x@evil.example'
    """
    line = one_line(text)
    if PLAIN.fullmatch(line) and len(line) <= LONGEST_PLAIN and "=?" not in line:
        return line.encode("ascii")
    words, word = [], b""
    for character in line:
        piece = character.encode("utf-8", "replace")
        if len(word) + len(piece) > WORD_BYTES:
            words.append(word)
            word = b""
        word += piece
    words.append(word)
    return b"\r\n ".join(b"=?UTF-8?B?" + base64.b64encode(one) + b"?=" for one in words)


def mailbox(name: str, address: str) -> bytes:
    """A name with its address; the name always as encoded words, so that no comma or quote in it is read as syntax."""
    line = one_line(name)
    if not line:
        return address.encode("ascii")
    words = encoded_header(line)
    if words == line.encode("utf-8", "replace"):
        words = b"=?UTF-8?B?" + base64.b64encode(line.encode()) + b"?="
    return words + b" <" + address.encode("ascii") + b">"
