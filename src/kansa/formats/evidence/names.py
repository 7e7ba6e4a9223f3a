"""Under which name may a file be stored and handed out again?"""

from __future__ import annotations

import re
import unicodedata

MOST_CHARACTERS = 150
MOST_BYTES = 240  # of UTF-8; file systems stop at 255
MOST_EXTENSION = 10  # characters, with the dot

_FORBIDDEN = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³]) *(\.|$)", re.IGNORECASE)
# Control, format (writing direction, zero width), surrogate, line and paragraph separators: never part of a name.
_INVISIBLE = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))


def safe_name(file_name: str) -> str:
    """The last part of the name without anything a file system or a header could take for more than a name.

    Kanji variants (variation selectors) stay. A name of which nothing is left becomes 「無題」.
    """
    name = unicodedata.normalize("NFC", re.split(r"[\\/]", file_name)[-1])
    name = "".join(sign for sign in name if unicodedata.category(sign) not in _INVISIBLE)
    name = _FORBIDDEN.sub("_", name).strip().strip(".").strip()
    stem, extension = split_name(name)
    if _RESERVED.match(name):
        stem = f"_{stem}"
    return _shortened(stem.rstrip(" .") or "無題", extension)


def split_name(name: str) -> tuple[str, str]:
    """The name before its extension, and the extension with its dot; "" for none."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not (extension.isascii() and extension.isalnum()) or len(extension) >= MOST_EXTENSION:
        return name, ""
    return stem, f".{extension}"


def _shortened(stem: str, extension: str) -> str:
    stem = stem[: MOST_CHARACTERS - len(extension)]
    encoded = stem.encode("utf-8")[: MOST_BYTES - len(extension.encode("utf-8"))]
    return encoded.decode("utf-8", errors="ignore").rstrip(" .") + extension
