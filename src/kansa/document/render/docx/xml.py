"""How are the elements made that python-docx has no word for?"""

from __future__ import annotations

from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.text.run import CT_R

# python-docx types its elements loosely; what is made here is only ever put into a tree.
Element = Any


def made(tag: str, *children: Element, **attributes: str | int) -> Element:
    """An element such as w:tag with its children; the attributes take the prefix of the tag."""
    prefix = tag.partition(":")[0]
    element: Element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"{prefix}:{name}"), str(value))
    element.extend(children)
    return element


def run(words: str) -> CT_R:
    """A run of words; line breaks and tabs stay."""
    element: CT_R = made("w:r")
    element.text = words
    return element


def field(instruction: str, shown: str) -> Element:
    """A field such as PAGE that Word computes, with what it shows until then."""
    return made("w:fldSimple", run(shown), instr=f" {instruction} ")
