"""Does the register say that an asset has the same component, although no scan has looked at it yet?

Only a reason to look: the register names a product as people write it, so nothing follows from it but a question.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 3  # letters of a name that may be looked for; shorter ones stand in too many words
_APART = re.compile(r"[\s/_:;,、（）()\[\]-]+")
_VERSION = re.compile(r"v?\d[\w.]*")


def plain_name(text: str) -> str:
    """A name as it is compared: width and case folded, without versions, signs as single spaces.

    >>> plain_name("Ａｐａｃｈｅ HTTP-Server 2.4.57")
    'apache http server'
    """
    words = _APART.split(unicodedata.normalize("NFKC", text).lower())
    return " ".join(word for word in words if word and not _VERSION.fullmatch(word))


def names_same(told: str, names: Iterable[str]) -> str:
    """The first of the names that stands in what is told, word for word; "" when none does.

    >>> names_same("Debian 12、OpenSSL 3.0", ["curl", "openssl"])
    'openssl'
    """
    within = f" {plain_name(told)} "
    for name in names:
        wanted = plain_name(name)
        if len(wanted) >= SHORTEST and f" {wanted} " in within:
            return name
    return ""
