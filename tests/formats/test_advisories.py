"""What do files of advisories say, each in the form in which its source publishes it?

Source of the shapes: Debian's repository format and security tracker, OSV schema, updateinfo of createrepo, CSAF 2.0,
MSRC CVRF, the KEV catalogue, Vulnrichment, EPSS, MyJVN. The contents are made up, but for the last tests, which read
the real lists where the folder of public data is there.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kansa.core.errors import InputError
from kansa.formats.advisories import (
    READERS,
    Advisory,
    AdvisoryRecord,
    Build,
    CveFact,
    Stamp,
    Update,
    kind_of,
    read_advisories,
)
from kansa.formats.scans import reports_of
from kansa.formats.scans.limits import ScanLimits

SHARED = Path(__file__).parents[3] / "shared" / "data"

TRACKER = {
    "openssl": {
        "CVE-2026-1001": {
            "description": "A flaw of the handshake.",
            "scope": "remote",
            "releases": {
                "bookworm": {"status": "resolved", "fixed_version": "3.0.16-1~deb12u1", "urgency": "high"},
                "bullseye": {"status": "open", "urgency": "low", "nodsa": "Minor issue", "nodsa_reason": "ignored"},
                "trixie": {"status": "resolved", "fixed_version": "0", "urgency": "unimportant"},
                "sid": {"status": "resolved", "fixed_version": "3.5.0-1", "urgency": "high"},
            },
        },
        "TEMP-0000000-ABCDEF": {"releases": {"bookworm": {"status": "open", "urgency": "not yet assigned"}}},
    }
}
OSV = {
    "id": "DSA-9001-1",
    "modified": "2026-11-20T01:02:03Z",
    "published": "2026-11-18T00:00:00Z",
    "summary": "openssl - security update",
    "upstream": ["CVE-2026-1001"],
    "affected": [
        {
            "package": {"ecosystem": "Debian:12", "name": "openssl"},
            "ranges": [
                {
                    "type": "ECOSYSTEM",
                    "events": [{"introduced": "0"}, {"fixed": "3.0.16-1"}, {"introduced": "3.2.0-1"}],
                },
                {"type": "GIT", "events": [{"introduced": "abc"}]},
            ],
            "ecosystem_specific": {"urgency": "high"},
        },
        {"package": {"ecosystem": "npm", "name": "left-pad"}, "ranges": []},
    ],
}
UPDATEINFO = """<?xml version="1.0" encoding="UTF-8"?>
<updates>
 <update from="x" status="final" type="security" version="1">
  <id>RHSA-2026:1234</id><title>Important: openssl security update</title>
  <issued date="2026-11-02 00:00:00"/><updated date="2026-11-03 00:00:00"/><severity>Important</severity>
  <references><reference href="x" id="CVE-2026-1001" type="cve" title="CVE-2026-1001"/>
   <reference href="y" id="1234567" type="bugzilla"/></references>
  <pkglist><collection short="base"><name>base</name>
   <package name="openssl-libs" version="3.0.7" release="28.el9" epoch="1" arch="x86_64" src="openssl.src.rpm"/>
   <package name="openssl" version="3.0.7" release="28.el9" epoch="1" arch="src"/>
   <package name="openssl-doc" version="3.0.7" release="28.el9" epoch="1" arch="noarch"/></collection>
   <collection short="m"><name>m</name><module name="nodejs" stream="18" version="9" context="c" arch="x86_64"/>
   <package name="nodejs" version="18.20.4" release="1.module+el9.4.0+22195" epoch="1" arch="x86_64"/></collection>
  </pkglist>
 </update>
 <update type="bugfix"><id>RHBA-2026:1</id><title>bug</title><issued date="2026-11-25"/><pkglist><collection>
  <package name="a" version="1" release="1.el9" arch="x86_64"/></collection></pkglist></update>
</updates>"""
CSAF = {
    "document": {
        "category": "csaf_security_advisory",
        "csaf_version": "2.0",
        "title": "Red Hat Security Advisory: openssl",
        "aggregate_severity": {"text": "Moderate"},
        "tracking": {
            "id": "RHSA-2026:1234",
            "initial_release_date": "2026-11-02T00:00:00+00:00",
            "current_release_date": "2026-11-05T00:00:00+00:00",
        },
    },
    "product_tree": {
        "branches": [
            {
                "category": "vendor",
                "name": "Red Hat",
                "branches": [
                    {
                        "category": "product_name",
                        "product": {
                            "product_id": "BaseOS-9.4.0",
                            "product_identification_helper": {"cpe": "cpe:/o:redhat:enterprise_linux:9::baseos"},
                        },
                    },
                    {
                        "category": "product_version",
                        "product": {
                            "product_id": "openssl-libs-1:3.0.7-28.el9.x86_64",
                            "product_identification_helper": {
                                "purl": "pkg:rpm/redhat/openssl-libs@3.0.7-28.el9?arch=x86_64&epoch=1"
                            },
                        },
                    },
                ],
            }
        ],
        "relationships": [
            {
                "category": "default_component_of",
                "full_product_name": {"product_id": "BaseOS-9.4.0:openssl-libs-1:3.0.7-28.el9.x86_64"},
                "product_reference": "openssl-libs-1:3.0.7-28.el9.x86_64",
                "relates_to_product_reference": "BaseOS-9.4.0",
            }
        ],
    },
    "vulnerabilities": [
        {
            "cve": "CVE-2026-1001",
            "title": "openssl: a flaw",
            "product_status": {"fixed": ["BaseOS-9.4.0:openssl-libs-1:3.0.7-28.el9.x86_64", "unknown"]},
        }
    ],
}
LIST = (
    '"DatePosted","CVE","BulletinKB","Title","AffectedProduct","AffectedComponent",'
    '"Severity","Impact","Supersedes","Exploits"\n'
    '"20260113","CVE-2026-0001","5000001","A flaw","Windows Server 2019","",'
    '"Critical","Remote Code Execution","4999999;4999998",\n'
    '"20260210","CVE-2026-0002","","No update","Windows Server 2019","","Important","Spoofing","",\n'
    "# a comment\n"
)
CVRF = {
    "DocumentTracking": {"CurrentReleaseDate": "2026-02-10T08:00:00"},
    "ProductTree": {"FullProductName": [{"ProductID": "11568", "Value": "Windows Server 2019"}]},
    "Vulnerability": [
        {
            "CVE": "CVE-2026-0002",
            "Title": {"Value": "Kernel"},
            "Threats": [{"Type": 3, "Description": {"Value": "Important"}, "ProductID": ["11568"]}],
            "Remediations": [
                {
                    "Type": 2,
                    "Description": {"Value": "5000002"},
                    "ProductID": ["11568"],
                    "Supercedence": "5000001",
                    "FixedBuild": "10.0.17763.5458",
                },
                {"Type": 5, "Description": {"Value": "Release Notes"}, "ProductID": ["11568"]},
            ],
        }
    ],
}
KEV = {
    "catalogVersion": "2026.11.20",
    "dateReleased": "2026-11-20T10:00:00.1Z",
    "vulnerabilities": [
        {
            "cveID": "CVE-2026-0001",
            "dateAdded": "2026-11-19",
            "dueDate": "2026-12-10",
            "knownRansomwareCampaignUse": "Known",
        }
    ],
}
KEV_CSV = (
    "cveID,vendorProject,dateAdded,dueDate,knownRansomwareCampaignUse\nCVE-2026-0001,X,2026-11-19,2026-12-10,Unknown\n"
)
RECORD = {
    "dataType": "CVE_RECORD",
    "cveMetadata": {"cveId": "CVE-2026-0003"},
    "containers": {
        "adp": [
            {
                "metrics": [
                    {
                        "other": {
                            "type": "ssvc",
                            "content": {
                                "timestamp": "2026-10-01T00:00:00Z",
                                "options": [
                                    {"Exploitation": "PoC"},
                                    {"Automatable": "No"},
                                    {"Technical Impact": "total"},
                                ],
                            },
                        }
                    }
                ]
            }
        ]
    },
}
EPSS = (
    "#model_version:v2026.03.14,score_date:2026-11-27T00:00:00+0000\n"
    "cve,epss,percentile\nCVE-2026-0001,0.97321,0.99\nbad,x,y\n"
)
JVN = """<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dcterms="http://purl.org/dc/terms/" xmlns:sec="http://jvn.jp/rss/mod_sec/3.0/">
<item rdf:about="https://jvndb.example/JVNDB-2026-000001.html"><title>見本製品におけるバッファオーバーフローの脆弱性</title>
<sec:identifier>JVNDB-2026-000001</sec:identifier>
<sec:references source="CVE" id="CVE-2026-0001">https://example/</sec:references>
<dcterms:modified>2026-11-10T12:00:00+09:00</dcterms:modified></item></rdf:RDF>"""
INDEX = "Package: libssl3\nSource: openssl\nArchitecture: amd64\nVersion: 3.0.16-1~deb12u1\nFilename: pool/x.deb\n"
RELEASE = "Origin: Debian\nCodename: bookworm-security\nDate: Wed, 25 Nov 2026 10:00:00 UTC\nSHA256:\n 00 1 main/x\n"
BUILDS = "KB,製品,ビルド\nKB5000009,Windows Server 2019,10.0.17763.6100\n,,\n"


def text(value: object) -> str:
    """A sample as the text of its file."""
    return value if isinstance(value, str) else json.dumps(value)


SAMPLES: dict[str, tuple[object, list[AdvisoryRecord]]] = {
    "debian_tracker": (
        TRACKER,
        [
            Advisory(
                "debian:12",
                "openssl",
                True,
                "3.0.16-1~deb12u1",
                "CVE-2026-1001",
                ("CVE-2026-1001",),
                "high",
                "A flaw of the handshake.",
            ),
            Advisory(
                "debian:11",
                "openssl",
                True,
                "",
                "CVE-2026-1001",
                ("CVE-2026-1001",),
                "low",
                "A flaw of the handshake.",
                status_word="ignored",
            ),
            Advisory(
                "debian:12", "openssl", True, "", "TEMP-0000000-ABCDEF", (), "not yet assigned", status_word="open"
            ),
        ],
    ),
    "osv": (
        OSV,
        [
            Advisory(
                "debian:12",
                "openssl",
                True,
                "3.0.16-1",
                "DSA-9001-1",
                ("CVE-2026-1001",),
                "high",
                "openssl - security update",
                "2026-11-18",
            ),
            Advisory(
                "debian:12",
                "openssl",
                True,
                "",
                "DSA-9001-1",
                ("CVE-2026-1001",),
                "high",
                "openssl - security update",
                "2026-11-18",
                introduced="3.2.0-1",
            ),
            Stamp(date(2026, 11, 20)),
        ],
    ),
    "updateinfo": (
        UPDATEINFO,
        [
            *(
                Advisory(
                    "rhel:9",
                    name,
                    False,
                    version,
                    "RHSA-2026:1234",
                    ("CVE-2026-1001",),
                    "Important",
                    "Important: openssl security update",
                    "2026-11-02",
                    architecture,
                    module=module,
                )
                for name, version, architecture, module in [
                    ("openssl-libs", "1:3.0.7-28.el9", "x86_64", ""),
                    ("openssl-doc", "1:3.0.7-28.el9", "", ""),
                    ("nodejs", "1:18.20.4-1.module+el9.4.0+22195", "x86_64", "nodejs:18"),
                ]
            ),
            Stamp(date(2026, 11, 3)),
        ],
    ),
    "csaf": (
        CSAF,
        [
            Advisory(
                "rhel:9",
                "openssl-libs",
                False,
                "1:3.0.7-28.el9",
                "RHSA-2026:1234",
                ("CVE-2026-1001",),
                "Moderate",
                "openssl: a flaw",
                "2026-11-02",
                "x86_64",
            ),
            Stamp(date(2026, 11, 5)),
        ],
    ),
    "microsoft_list": (
        LIST,
        [
            Update(
                "Windows Server 2019",
                "5000001",
                "CVE-2026-0001",
                "Critical",
                "A flaw",
                "2026-01-13",
                ("4999999", "4999998"),
            ),
            Stamp(date(2026, 1, 13)),
        ],
    ),
    "microsoft_cvrf": (
        CVRF,
        [
            Update(
                "Windows Server 2019", "5000002", "CVE-2026-0002", "Important", "Kernel", "", ("5000001",), "17763.5458"
            ),
            Stamp(date(2026, 2, 10)),
        ],
    ),
    "microsoft_builds": (BUILDS, [Build("5000009", "Windows Server 2019", "17763.6100"), Stamp(None)]),
    "kev": (KEV, [CveFact("CVE-2026-0001", True, "2026-11-19", "2026-12-10", True), Stamp(date(2026, 11, 20))]),
    "kev_csv": (
        KEV_CSV,
        [CveFact("CVE-2026-0001", True, "2026-11-19", "2026-12-10", False), Stamp(date(2026, 11, 19))],
    ),
    "ssvc": (
        {"CVE-2026-0003": ["poc", "yes", "total"]},
        [CveFact("CVE-2026-0003", exploitation="poc", automatable="yes", technical_impact="total"), Stamp(None)],
    ),
    "cve_records": (
        RECORD,
        [
            CveFact("CVE-2026-0003", exploitation="PoC", automatable="No", technical_impact="total"),
            Stamp(date(2026, 10, 1)),
        ],
    ),
    "epss": (EPSS, [CveFact("CVE-2026-0001", epss="0.97321"), Stamp(date(2026, 11, 27))]),
    "jvn": (
        JVN,
        [
            CveFact(
                "CVE-2026-0001", title_ja="見本製品におけるバッファオーバーフローの脆弱性", jvn="JVNDB-2026-000001"
            ),
            Stamp(date(2026, 11, 10)),
        ],
    ),
    "debian_index": (INDEX, [Advisory("", "libssl3", False, "3.0.16-1~deb12u1", "", architecture="amd64")]),
    "debian_release": (RELEASE, [Stamp(date(2026, 11, 25), "debian:12")]),
}


def read(data: bytes, limits: ScanLimits | None = None) -> tuple[str, list[AdvisoryRecord]]:
    """The kind and the records of a file."""
    (report,) = reports_of(io.BytesIO(data), "file", limits)
    kind = kind_of(report)
    return kind, list(read_advisories(report, kind))


@pytest.mark.parametrize("kind", READERS)
def test_each_source_in_its_own_form(kind: str) -> None:
    sample, expected = SAMPLES[kind]
    assert read(text(sample).encode()) == (kind, expected)


@pytest.mark.parametrize("kind", [kind for kind, (sample, _) in SAMPLES.items() if not isinstance(sample, str)])
def test_large_json_reads_the_same_as_a_stream(kind: str) -> None:
    sample, expected = SAMPLES[kind]
    _kind, found = read(text(sample).encode(), ScanLimits(whole_json_bytes=1))
    assert Counter(found) == Counter(expected)


def test_entries_of_osv_one_a_line_and_as_a_list_and_without_the_withdrawn() -> None:
    other = {**OSV, "id": "DSA-9002-1"}
    withdrawn = {**OSV, "withdrawn": "2026-11-21T00:00:00Z"}
    lines = "\n".join(json.dumps(one) for one in (OSV, other, withdrawn))
    for data in (lines, json.dumps([OSV, other, withdrawn])):
        _kind, found = read(data.encode())
        assert [one.identifier for one in found if isinstance(one, Advisory)] == [
            "DSA-9001-1",
            "DSA-9001-1",
            "DSA-9002-1",
            "DSA-9002-1",
        ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"hello", "unknown_advisories"),
        (b'{"catalogVersion": "1", "vulnerabilities": [{"cveID": "CVE-2026-0001"}', "broken_json"),
        (UPDATEINFO[:-30].encode(), "broken_xml"),
        (UPDATEINFO.replace("<updates>", '<!DOCTYPE x [<!ENTITY a "b">]><updates>', 1).encode(), "unsafe_xml"),
        (b'{"catalogVersion": "1", "vulnerabilities": [1]}', "broken_advisories"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_reason(data: bytes, code: str) -> None:
    with pytest.raises(InputError) as told:
        read(data)
    assert told.value.refusals[0].code == code


@given(st.sampled_from(sorted(SAMPLES)), st.data())
def test_whatever_is_done_to_a_file_it_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    raw = bytearray(text(SAMPLES[kind][0]).encode())
    for _ in range(data.draw(st.integers(1, 5))):
        place = data.draw(st.integers(0, max(len(raw) - 1, 0)))
        raw[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
    try:
        found_kind, _records = read(bytes(raw))
    except InputError:
        return
    assert found_kind in READERS


@pytest.mark.skipif(not (SHARED / "kev.json").exists(), reason="the folder of public data is not here")
@pytest.mark.parametrize(("name", "count"), [("kev.json", 1_404), ("vulnrichment-ssvc.json", 44_026)])
def test_the_real_lists_have_as_many_entries_as_their_publishers_say(name: str, count: int) -> None:
    _kind, found = read((SHARED / name).read_bytes())
    assert sum(isinstance(one, CveFact) for one in found) == count
