"""What do general lists say of a CVE: is it exploited (KEV), how (SSVC inputs), how likely (EPSS), in Japanese (JVN)?

Source: CISA's KEV catalogue and Vulnrichment, the EPSS scores of FIRST, the RSS of MyJVN (mod_sec 3.0).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from kansa.formats.advisories.microsoft import iso_day
from kansa.formats.advisories.records import AdvisoryRecord, CveFact, Stamp
from kansa.formats.scans.fields import cves_in, list_in, map_in, text_in
from kansa.formats.scans.markup import child, elements, text_of
from kansa.formats.scans.objects import first_values, parsed, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.rows import csv_rows, rows_above_header
from kansa.formats.scans.spec import Look

_CVE = re.compile(r"CVE-\d{4}-\d{4,19}")
_SCORE = re.compile(r"[01](?:\.\d{1,20})?|\d\.\d{1,20}e-\d{1,2}", re.IGNORECASE)
_SCORE_DATE = re.compile(r"score_date:(\d{4}-\d{2}-\d{2})")


def is_kev(look: Look) -> bool:
    """The catalogue as JSON."""
    return look.has("catalogVersion", "vulnerabilities[]")


def is_kev_csv(look: Look) -> bool:
    """The catalogue as CSV."""
    return look.has_header(lambda names: {"cveid", "dateadded", "duedate"} <= names)


def is_ssvc(look: Look) -> bool:
    """CVE -> its three values."""
    return any(key.endswith("[]") and _CVE.fullmatch(key[:-2]) for key in look.keys)


def is_cve_records(look: Look) -> bool:
    """CVE records with CISA's container, one or a line each."""
    first = look.report.head[:2_000]
    return '"cveMetadata"' in first and '"dataType"' in first


def is_epss(look: Look) -> bool:
    """The daily scores."""
    return look.has_header(lambda names: {"cve", "epss"} <= names)


def is_jvn(look: Look) -> bool:
    """An overview of MyJVN."""
    return look.root == "RDF" and "jvn" in look.namespaces.lower()


def read_kev(report: Report) -> Iterator[AdvisoryRecord]:
    """Each entry of the catalogue."""
    for found in values(report, "vulnerabilities.item"):
        yield from _of_kev({str(key): text_in(value) for key, value in map_in(found.value).items() if key in _KEV})
    yield Stamp(_day(text_in(first_values(report, "dateReleased")["dateReleased"])))


_KEV = ("cveID", "dateAdded", "dueDate", "knownRansomwareCampaignUse")


def _of_kev(entry: dict[str, str]) -> Iterator[CveFact]:
    if _CVE.fullmatch(entry.get("cveID", "")):
        ransom = entry.get("knownRansomwareCampaignUse", "").strip().lower() == "known"
        yield CveFact(entry["cveID"], True, entry.get("dateAdded", ""), entry.get("dueDate", ""), ransom)


def read_kev_csv(report: Report) -> Iterator[AdvisoryRecord]:
    """The same of the CSV, which says no day: the newest entry's counts."""
    latest = ""
    for row in csv_rows(report, lambda names: {"cveid", "dateadded", "duedate"} <= names):
        entry = {name: row.cells.get(name.lower(), "").strip() for name in _KEV}
        latest = max(latest, iso_day(entry["dateAdded"]))
        yield from _of_kev(entry)
    yield Stamp(_day(latest))


def read_ssvc(report: Report) -> Iterator[AdvisoryRecord]:
    """A reduced list: CVE -> [exploitation, automatable, technical impact]."""
    for found in values(report, "*"):
        words = [text_in(one) for one in list_in(found.value)]
        if _CVE.fullmatch(str(found.key)) and len(words) == 3:
            yield CveFact(str(found.key), exploitation=words[0], automatable=words[1], technical_impact=words[2])
    yield Stamp(None)


def read_cve_records(report: Report) -> Iterator[AdvisoryRecord]:
    """The values that CISA adds to CVE records."""
    latest = ""
    if report.head.partition("\n")[0].rstrip().endswith("}"):
        records = (parsed(raw, report.limits.depth, line) for line, raw in report.lines() if raw.strip())
    else:
        records = (found.value for found in values(report, ""))
    for record in map(map_in, records):
        cve = text_in(map_in(record.get("cveMetadata")).get("cveId"))
        for container in map(map_in, list_in(map_in(record.get("containers")).get("adp"))):
            for metric in map(map_in, list_in(container.get("metrics"))):
                content = map_in(map_in(metric.get("other")).get("content"))
                if _CVE.fullmatch(cve) and content.get("options"):
                    latest = max(latest, iso_day(text_in(content.get("timestamp"))))
                    yield _of_options(cve, list_in(content["options"]))
    yield Stamp(_day(latest))


def _of_options(cve: str, options: list[Any]) -> CveFact:
    said = {str(key): text_in(value) for option in options for key, value in map_in(option).items()}
    return CveFact(
        cve,
        exploitation=said.get("Exploitation", ""),
        automatable=said.get("Automatable", ""),
        technical_impact=said.get("Technical Impact", ""),
    )


def read_epss(report: Report) -> Iterator[AdvisoryRecord]:
    """Each score; the day stands in the comment above the columns."""
    comment = ",".join(
        cell for row in rows_above_header(report, lambda names: {"cve", "epss"} <= names) for cell in row
    )
    for row in csv_rows(report, lambda names: {"cve", "epss"} <= names):
        cve, score = row.cells.get("cve", "").strip(), row.cells.get("epss", "").strip()
        if _CVE.fullmatch(cve) and _SCORE.fullmatch(score):
            yield CveFact(cve, epss=score)
    stated = _SCORE_DATE.search(comment)
    yield Stamp(_day(stated[1]) if stated else None)


def read_jvn(report: Report) -> Iterator[AdvisoryRecord]:
    """Title in Japanese and number of each entry that names CVEs."""
    latest = ""
    for item in elements(report, "item"):
        number = text_of(child(item, "identifier"))
        latest = max(latest, iso_day(text_of(child(item, "modified"))))
        texts = [one.get("id") or text_of(one) for one in item.iter("{*}references")]
        for cve in cves_in(*texts):
            yield CveFact(cve, title_ja=text_of(child(item, "title"))[:300], jvn=number)
    yield Stamp(_day(latest))


def _day(text: str) -> date | None:
    day = iso_day(text)
    return date.fromisoformat(day) if day else None
