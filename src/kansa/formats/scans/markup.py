"""Which elements does a foreign XML report hold, one after the other and each forgotten when the next one is asked for?

A DOCTYPE is legal (Nmap, Nikto, Burp and Qualys write one), an entity declaration is not: it is refused before libxml2
sees it, since older versions of it have no limit of their own. Nothing is ever loaded from anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TypeAlias

from lxml import etree

from kansa.formats.scans.opening import Report, too_large_item
from kansa.formats.unsafe import UnsafeFile

Element: TypeAlias = Any  # lxml's elements; it ships no types
PROLOG_BYTES = 1024 * 1024

_NAME = re.compile(rb"<([A-Za-z_][^\s/>]{0,200})")
_PROLOG = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
# What stands inside a DOCTYPE until it ends: quoted texts, comments and instructions may hold any of the marks.
_SUBSET = re.compile(rb""""[^"]*"|'[^']*'|<!--.*?-->|<\?.*?\?>|[\[\]>]|<!?[A-Za-z]*|[^\[\]"'<>]+""", re.DOTALL)


def broken_xml(line: int) -> UnsafeFile:
    """The refusal of XML that is damaged or cut off."""
    where = f"{line:,}行目付近で" if line else ""
    return UnsafeFile(
        "broken_xml",
        f"XML が{where}壊れているか、途中で切れているため読み込めません。診断ツールから出力し直してください。",
    )


def elements(report: Report, *tags: str) -> Iterator[Element]:
    """Each element of these names at its end, in the order of their ends; it is emptied when the next one is asked for.

    Names are without namespace. Attributes of all ancestors stay; whatever stands before the element is gone, so a
    reader names every element of which it needs something. Raises UnsafeFile.
    """
    check_prolog(report)
    parser = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{tag}" for tag in tags],
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
    )
    gap = 0
    root: Element = None
    try:
        for chunk in report.chunks():
            parser.feed(chunk)
            gap += len(chunk)
            for _event, element in parser.read_events():
                if root is None:
                    root = element.getroottree().getroot()
                    _check_depth(root, report.limits.depth)
                gap = 0
                yield element
                _forget(element)
            if root is not None:
                _check_depth(root, report.limits.depth)
            if gap > report.limits.item_bytes:
                raise too_large_item(0)
        _check_depth(parser.close(), report.limits.depth)
    except etree.XMLSyntaxError as fault:
        raise broken_xml(fault.lineno or 0) from None


def _forget(element: Element) -> None:
    """Frees the element and everything before it: clearing alone leaves 100,000 empty siblings."""
    element.clear()
    above = element
    while above is not None:
        parent = above.getparent()
        if parent is not None:
            while above.getprevious() is not None:
                del parent[0]
        above = parent


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    return etree.XPath(f"boolean({'/'.join(['*'] * depth)})")


def _check_depth(root: Element, depth: int) -> None:
    if _deeper_than(depth)(root):
        raise too_deep()


def too_deep() -> UnsafeFile:
    """The refusal of a report that is nested to do harm."""
    return UnsafeFile("too_deep", "入れ子が深すぎるファイルのため読み込みません。作成元を確かめてください。")


def check_prolog(report: Report) -> str:
    """The name of the root element as it stands. Raises UnsafeFile for an entity declaration before it."""
    head = report.rewound().read(PROLOG_BYTES)
    place = 0
    while True:
        if space := _PROLOG.match(head, place):
            place = space.end()
        elif head[place : place + 9].upper() == b"<!DOCTYPE":
            place = _end_of_doctype(head, place + 9)
        elif name := _NAME.match(head, place):
            return name[1].decode("utf-8", "replace")
        else:
            raise broken_xml(head.count(b"\n", 0, place) + 1)


def _end_of_doctype(head: bytes, place: int) -> int:
    inside = 0
    while match := _SUBSET.match(head, place):
        token, place = match[0], match.end()
        if token.upper().startswith(b"<!ENTITY"):
            raise UnsafeFile(
                "unsafe_xml",
                "XML の中に実体の宣言（ENTITY）があるため、安全のため読み込みません。作成元を確かめてください。",
            )
        if token in (b"<", b"<!"):  # an unclosed comment or instruction, behind which a declaration could hide
            break
        if token == b"[":
            inside += 1
        elif token == b"]":
            inside -= 1
        elif token == b">" and inside <= 0:
            return place
    raise broken_xml(head.count(b"\n", 0, place) + 1)


def local(element: Element) -> str:
    """The name of an element without its namespace; "" for an instruction or an unknown entity."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Element) -> str:
    """The text directly in an element."""
    return (element.text or "").strip() if element is not None else ""


def whole_text(element: Element) -> str:
    """All text below an element, as in descriptions with marks of HTML."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""


def child(element: Element, name: str) -> Element:
    """The first child of this name, in any namespace."""
    return next((one for one in element if local(one) == name), None)


def texts_of(element: Element) -> dict[str, str]:
    """Name -> text of the children; of a repeated one the first."""
    found: dict[str, str] = {}
    for one in element:
        found.setdefault(local(one), (one.text or "").strip())
    return found
