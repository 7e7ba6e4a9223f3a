"""By which name are a distribution's advisories kept: its number for its code name?"""

from __future__ import annotations

import re

_CODE_NAMES = {
    "buster": "debian:10",
    "bullseye": "debian:11",
    "bookworm": "debian:12",
    "trixie": "debian:13",
    "forky": "debian:14",
    "bionic": "ubuntu:18.04",
    "focal": "ubuntu:20.04",
    "jammy": "ubuntu:22.04",
    "noble": "ubuntu:24.04",
    "resolute": "ubuntu:26.04",
}
# What an index of packages may be for, as a person chooses it.
KNOWN = tuple(_CODE_NAMES.values())
_ECOSYSTEM = re.compile(
    r"(Debian|Ubuntu|AlmaLinux|Rocky Linux|Red Hat)(?::Pro)?:(\d{1,4}(?:\.\d{1,2})?)", re.IGNORECASE
)
_CPE = re.compile(r"cpe:(?:/|2\.3:)[oa]:redhat:(?:enterprise_linux|rhel_[a-z]+):(\d{1,2})")
_FAMILY = {"almalinux": "rhel", "rocky linux": "rhel", "red hat": "rhel", "debian": "debian", "ubuntu": "ubuntu"}


def of_code_name(name: str) -> str:
    """bookworm-security -> debian:12; "" for one that is not known."""
    return _CODE_NAMES.get(name.strip().lower().partition("-")[0].partition("/")[0], "")


def of_ecosystem(name: str) -> str:
    """OSV's name of an ecosystem: Debian:12 -> debian:12; "" for one that no inventory has."""
    match = _ECOSYSTEM.match(name.strip())
    if match is None:
        return ""
    family = _FAMILY[match[1].lower()]
    return f"{family}:{match[2]}" if family == "ubuntu" else f"{family}:{match[2].partition('.')[0]}"


def of_cpe(cpe: str) -> str:
    """Red Hat's CPE of a product: cpe:/a:redhat:enterprise_linux:9::appstream -> rhel:9."""
    match = _CPE.match(cpe.strip())
    return f"rhel:{match[1]}" if match else ""
