"""What do the first lines of an inventory say of its host? They are `# key: value`, written by the collecting script.

The script of the manual writes them; an inventory without them is read too, and its host is asked of the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from kansa.formats.scans.fields import moment, names_in

_LINE = re.compile(r"#\s*([a-z_]{2,20})\s*:\s*(.*?)\s*")
_OS_ID = re.compile(r"[a-z][a-z0-9._-]{0,30}")
_OS_VERSION = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4})*")
# Rebuilds of one distribution take its advisories.
LIKE = {"redhat": "rhel", "centos": "rhel", "almalinux": "rhel", "rocky": "rhel", "ol": "rhel", "oraclelinux": "rhel"}


@dataclass(frozen=True, slots=True)
class Heading:
    """The host, as far as the first lines say."""

    host_name: str = ""
    asset_number: str = ""
    release: str = ""
    build: str = ""
    taken_at: datetime | None = None


def heading_of(lines: Iterable[str]) -> Heading:
    """What stands in the lines that begin with #; unknown keys are left out."""
    found: dict[str, str] = {}
    for line in lines:
        match = _LINE.fullmatch(line.strip())
        if match is not None:
            found.setdefault(match[1], match[2])
    _address, full, short = names_in(found.get("host", ""))
    return Heading(
        host_name=full or short,
        asset_number=found.get("asset", ""),
        release=release_of(found.get("os", ""), found.get("os_version", "")),
        build=found.get("build", ""),
        taken_at=moment(found.get("taken", "")),
    )


def release_of(identifier: str, version: str) -> str:
    """What advisories are kept by, from ID and VERSION_ID of os-release; "" when they say nothing.

    Red Hat's advisories hold for a whole major version, Ubuntu's for the release.

    >>> release_of("debian", "12"), release_of("almalinux", "9.4"), release_of("ubuntu", "22.04")
    ('debian:12', 'rhel:9', 'ubuntu:22.04')
    """
    name, number = identifier.strip().strip('"').lower(), version.strip().strip('"')
    if _OS_ID.fullmatch(name) is None or _OS_VERSION.fullmatch(number) is None:
        return ""
    name = LIKE.get(name, name)
    return f"{name}:{number}" if name == "ubuntu" else f"{name}:{number.partition('.')[0]}"
