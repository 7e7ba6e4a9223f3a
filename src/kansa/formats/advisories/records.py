"""What does a reader of advisories hand over? Named tuples, since a source has hundreds of thousands of rows."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Stamp(NamedTuple):
    """Up to which day the source speaks; the latest of a file counts. `release`: what an index is for."""

    as_of: date | None
    release: str = ""


class Advisory(NamedTuple):
    """One package of one release: from which version on it is mended."""

    release: str  # debian:12, ubuntu:22.04, rhel:9; "" = the release of the file, which the index itself does not say
    package: str
    is_source: bool  # the name and versions are those of the source package
    fixed_version: str  # "" = no mended version exists (yet)
    identifier: str  # DSA-..., RHSA-..., CVE-...; "" for an index, which only says that an update is there
    cves: tuple[str, ...] = ()
    severity_word: str = ""
    title: str = ""
    issued_on: str = ""  # ISO day, "" when not said
    architecture: str = ""  # "" = any
    introduced: str = ""  # versions below are not concerned; "" = all are
    status_word: str = ""  # what the distribution says of one without a mended version: no-dsa, end-of-life ...
    module: str = ""  # rpm: name and stream of the module, "" for none


class Update(NamedTuple):
    """One row of Microsoft's list: an update that mends a CVE in a product."""

    product: str
    kb: str  # without "KB"
    cve: str  # "" where an update mends none of its own
    severity_word: str = ""
    title: str = ""
    issued_on: str = ""
    supersedes: tuple[str, ...] = ()
    fixed_build: str = ""  # 17763.5458


class Build(NamedTuple):
    """The build that a product has after an update."""

    kb: str
    product: str  # "" = any
    build: str


class CveFact(NamedTuple):
    """What a source says of a CVE itself; "" and None are not said."""

    cve: str
    is_known_exploited: bool | None = None
    known_on: str = ""
    due_on: str = ""
    is_used_for_ransom: bool | None = None
    exploitation: str = ""  # none, poc, active as the source spells it
    automatable: str = ""
    technical_impact: str = ""
    epss: str = ""  # probability as text
    title_ja: str = ""
    jvn: str = ""


AdvisoryRecord = Stamp | Advisory | Update | Build | CveFact
