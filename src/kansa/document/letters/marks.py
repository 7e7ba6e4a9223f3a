"""Where do fields such as {{ 宛先 }} stand in a paragraph, and how is a value put in their place?

Word cuts a paragraph into runs wherever it likes, also inside a field: the runs are read as one string, and the value
takes the format of the run in which the field begins. A value is only ever text: it is never read again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from docx.oxml.parser import OxmlElement

from kansa.core.errors import InputError, Refusal
from kansa.document.letters.opening import Element, W

# Full-width braces are what a Japanese keyboard gives.
_FIELD = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
_STRAY = re.compile(r"[{｛]{2}|[}｝]{2}")
_OTHER = "\ufffc"  # stands for a tab, a picture, anything that is not text: never part of a field
_LINE, _TAB = "\x0b", "\x0c"  # no XML can hold these, so no template text is taken for them
_LINES = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_NO_SIGN = {f"{W}{name}" for name in ("rPr", "lastRenderedPageBreak", "fldChar", "instrText")}
_NOT_READ = {f"{W}moveFrom", f"{W}del"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A field in the text of a paragraph: from, to, and its name in plain form."""

    start: int
    end: int
    name: str


def plain_name(words: str) -> str:
    """A field name as it is compared: no blanks, no difference between full and half width."""
    return "".join(unicodedata.normalize("NFKC", words).split())


def own_nodes(paragraph: Element) -> Iterator[Element]:
    """Everything inside a paragraph but paragraphs inside it (text boxes) and what was struck out."""
    for child in paragraph:
        if not isinstance(child.tag, str) or child.tag == f"{W}p" or child.tag in _NOT_READ:
            continue
        yield child
        yield from own_nodes(child)


def _segments(paragraph: Element) -> list[tuple[Element, str]]:
    """The text elements with their words; whatever else stands in a run as one sign."""
    found = []
    for node in own_nodes(paragraph):
        if node.tag == f"{W}t":
            found.append((node, node.text or ""))
        elif node.getparent().tag == f"{W}r" and node.tag not in _NO_SIGN:
            found.append((node, _OTHER))
    return found


def paragraph_words(paragraph: Element) -> str:
    """The text of a paragraph."""
    return "".join(words for _, words in _segments(paragraph)).replace(_OTHER, " ")


def marks(paragraph: Element) -> tuple[tuple[Mark, ...], bool]:
    """The fields of a paragraph, and whether it has braces that belong to no field."""
    words = "".join(words for _, words in _segments(paragraph))
    found = tuple(Mark(hit.start(), hit.end(), plain_name(hit[1])) for hit in _FIELD.finditer(words))
    return found, _STRAY.search(_FIELD.sub("", words)) is not None


def value_text(name: str, value: str) -> str:
    """A value as Word can hold it. Raises InputError naming a character that no document may hold."""
    words = _LINES.sub("\n", value)
    bad = _NOT_XML.search(words)
    if bad is not None:
        reason = f"項目「{name}」の値に、文書に使えない文字（U+{ord(bad[0]):04X}）があります。取り除いてください。"
        raise InputError(Refusal("letter_character", reason))
    return words.replace("\n", _LINE).replace("\t", _TAB)


def put_values(paragraph: Element, value_of: Callable[[str], str]) -> None:
    """Replaces every field of the paragraph by `value_of` its name (a result of `value_text`)."""
    found, _ = marks(paragraph)
    if not found:
        return
    segments = _segments(paragraph)
    at = 0
    for node, words in segments:
        text, place = "", at
        for mark in found:
            if mark.end <= at or mark.start >= at + len(words):
                continue
            text += words[place - at : max(mark.start, at) - at]
            if mark.start >= at:
                text += value_of(mark.name)
            place = min(mark.end, at + len(words))
        text += words[place - at :]
        if text != words:
            _set_text(node, text)
        at += len(words)


def _set_text(node: Element, text: str) -> None:
    """The words into a text element; line ends and tabs become elements of their own after it."""
    first, *rest = re.split(f"([{_LINE}{_TAB}])", text)
    node.text = first
    node.set(_SPACE, "preserve")
    last = node
    for piece in rest:
        if not piece:
            continue
        new: Element = OxmlElement("w:br" if piece == _LINE else "w:tab" if piece == _TAB else "w:t")
        if piece not in (_LINE, _TAB):
            new.text = piece
            new.set(_SPACE, "preserve")
        last.addnext(new)
        last = new
