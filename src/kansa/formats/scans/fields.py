"""What do the fields say that all reports share: CVEs, addresses, names, moments, vectors?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import unquote, urlsplit

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from kansa.formats.scans.records import ScannedHost, ScanRecord, Unread

_CVE = re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}", re.IGNORECASE)
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9_])?\.?")
_MAC = re.compile(r"(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO_FRACTION = re.compile(r"(\.[0-9]{6})[0-9]+")


class BadItem(ValueError):
    """An item that cannot be read, with the reason in Japanese; the others are kept."""


def cves_in(*texts: str) -> tuple[str, ...]:
    """All CVE numbers in the texts: upper case, each once, in their order."""
    return tuple(dict.fromkeys(found.upper() for text in texts if text for found in _CVE.findall(text)))


def clean(text: str) -> str:
    """A text without what neither XML nor a database may hold."""
    return _NO_TEXT.sub("", text)


def text_in(value: Any) -> str:
    """A JSON value as text; None is "". Raises BadItem for a list or an object."""
    if isinstance(value, str):
        return clean(value).strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    raise BadItem("文字のはずの欄に、一覧又は入れ子が入っています。")


def map_in(value: Any) -> dict[str, Any]:
    """A JSON object; None is an empty one. Raises BadItem for anything else."""
    if isinstance(value, dict):
        return value
    if value is None:
        return {}
    raise BadItem("入れ子のはずの欄に、ほかの値が入っています。")


def list_in(value: Any) -> list[Any]:
    """A JSON list; None is an empty one. Raises BadItem for anything else."""
    if isinstance(value, list):
        return value
    if value is None:
        return []
    raise BadItem("一覧のはずの欄に、ほかの値が入っています。")


def texts_in(value: Any) -> tuple[str, ...]:
    """A JSON list of texts, or one text alone."""
    if isinstance(value, str):
        return (text_in(value),) if value.strip() else ()
    return tuple(text for one in list_in(value) if (text := text_in(one)))


def kept(place: int, making: Iterable[ScanRecord]) -> Iterator[ScanRecord]:
    """The records of one item while they are made, or that it could not be read."""
    try:
        yield from tuple(making)
    except BadItem as fault:
        yield Unread(place, str(fault))


@lru_cache(maxsize=4096)
def address_in(text: str) -> str:
    """An IPv4 or IPv6 address in its canonical text; "" for anything else."""
    try:
        return str(ipaddress.ip_address(text.strip().strip("[]").partition("%")[0]))
    except ValueError:
        return ""


def host_of(key: str, **more: Any) -> ScannedHost:
    """A host by what a report calls it: an address, a full name, or a name alone."""
    address, fqdn, name = names_in(key)
    found: dict[str, Any] = {"address": address, "fqdn": fqdn, "host_name": name}
    found.update({field: value for field, value in more.items() if value != ""})
    return ScannedHost(key, **found)


@lru_cache(maxsize=4096)
def names_in(text: str) -> tuple[str, str, str]:
    """Address, full name and host name (without domain) that a text can be; "" each where it is none."""
    text = text.strip()
    address = address_in(text)
    if address:
        return address, "", ""
    if _NAME.fullmatch(text) is None:
        return "", "", ""
    lower = text.lower().rstrip(".")
    return ("", lower, lower.partition(".")[0]) if "." in lower else ("", "", lower)


def mac_in(text: str) -> str:
    """The first MAC address of a text, lower case with colons."""
    found = _MAC.search(text)
    return found[0].lower().replace("-", ":") if found else ""


def port_in(text: str) -> int | None:
    """A port number; None for none, and for 0, which tools write for "the host as a whole"."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 5 and 0 < int(text) <= 65535 else None


def url_parts(url: str) -> tuple[str, int | None, str, str]:
    """Host, port (also the usual one of http and https), scheme, and path with its query."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        return "", None, "", url.strip()
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or ("/" if host else "")
    return host, port or usual, parts.scheme, path


def epoch(text: str) -> datetime | None:
    """A moment in seconds since 1970."""
    try:
        seconds = float(text)
        return _EPOCH + timedelta(seconds=seconds) if 0 < seconds < 253_402_300_000 else None
    except (ValueError, OverflowError):
        return None


# Of a scan. Others are an unset clock or an attack: a day near the end of all days has no local time.
PLAUSIBLE_YEARS = range(1980, 2200)


def moment(text: str) -> datetime | None:
    """A moment that says its zone, in ISO or mail form; None for one without."""
    text = text.strip()
    if not text:
        return None
    for read in (_iso, _mail):
        try:
            at = read(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if at.tzinfo is not None:
            return at if at.year in PLAUSIBLE_YEARS else None
    return None


def _iso(text: str) -> datetime:
    if text.endswith(" UTC"):
        text = f"{text[:-4]}Z"
    return datetime.fromisoformat(_ISO_FRACTION.sub(r"\1", text))


def _mail(text: str) -> datetime:
    return parsedate_to_datetime(text)


@lru_cache(maxsize=8192)
def is_vector(text: str) -> bool:
    """Whether a CVSS vector of any version can be computed with. Raises nothing."""
    plain = text.partition("#")[2] if text.upper().startswith("CVSS2#") else text
    plain = plain.strip("()")
    kinds: dict[str, Any] = {"CVSS:3": CVSS3, "CVSS:4": CVSS4}
    try:
        kinds.get(plain[:6], CVSS2)(plain)
    except (CVSSError, ValueError, KeyError, IndexError, ArithmeticError):
        return False
    return True


def bad_vectors(vectors: Iterable[str]) -> tuple[str, ...]:
    """Those vectors that cannot be computed with; they are kept as text all the same."""
    return tuple(vector for vector in vectors if not is_vector(vector))


def distinct(*texts: str) -> tuple[str, ...]:
    """The texts that are not empty, each once, in their order."""
    return tuple(dict.fromkeys(text for text in texts if text))


def purl_name(purl: str) -> tuple[str, str]:
    """Name (with its namespace) and version of a package URL, as other tools write them: %40 is @ again."""
    body = purl.partition(":")[2].partition("?")[0].partition("#")[0]
    named, _, version = body.rpartition("@") if "@" in body.rpartition("/")[2] else (body, "", "")
    return unquote(named.partition("/")[2] or named), unquote(version)
