"""Which characters of a Japanese text belong together, and what is the same when only the looks differ?

A combining mark, a half-width voicing mark and a variation selector belong to the character before them. The key folds
width, letter case and common variants of characters in names; it is for matching only, never for prose.
"""

from __future__ import annotations

import unicodedata

_HALF_WIDTH_MARKS = "ﾞﾟ"
# Variants in personal names that NFKC keeps apart. For matching, too much is better than too little.
_VARIANTS = str.maketrans("髙﨑𠮷邉邊濵濱齋齊斉澤廣國惠眞德桒靑", "高崎吉辺辺浜浜斎斎斎沢広国恵真徳桑青")


def clusters(text: str) -> list[str]:
    """The text cut into characters with what belongs to them; a carriage return stays with its line feed.

    >>> clusters("か\\u3099く")
    ['か\\u3099', 'く']
    """
    found: list[str] = []
    for sign in text:
        joins = unicodedata.category(sign) in ("Mn", "Me") or sign in _HALF_WIDTH_MARKS
        if found and (joins or found[-1] + sign == "\r\n"):
            found[-1] += sign
        else:
            found.append(sign)
    return found


def matching_key(text: str) -> str:
    """The text as it is compared: NFKC, variants folded, lower case, no blanks, no variation selectors."""
    return "".join(_key_of(cluster) for cluster in clusters(text))


def _key_of(cluster: str) -> str:
    folded = unicodedata.normalize("NFKC", cluster).translate(_VARIANTS).casefold()
    return "".join(sign for sign in folded if not sign.isspace() and not _is_selector(sign))


def _is_selector(sign: str) -> bool:
    return "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef"


def keyed(text: str) -> tuple[str, list[tuple[int, int]]]:
    """The key of a text and, for each of its signs, from where to where the original stands."""
    key: list[str] = []
    places: list[tuple[int, int]] = []
    start = 0
    for cluster in clusters(text):
        end = start + len(cluster)
        folded = _key_of(cluster)
        key.append(folded)
        places += [(start, end)] * len(folded)
        start = end
    return "".join(key), places


def narrow(text: str) -> str:
    """Full-width digits, letters and signs as half-width ones, each sign staying at its place."""
    return "".join(chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else " " if sign == "　" else sign for sign in text)
