"""How many items, hosts and CVEs does a report hold, counted by another library than kansa's readers use?

The standard library only, one line of thought for each format, and the same decisions written down a second time: what
is one item. Items that cannot be read (no rule) are not counted.
"""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Count = tuple[int, int, list[str]]  # items, hosts, all CVEs in order


def counted(items: int, hosts: Iterable[str], cves: Iterable[str | None]) -> Count:
    """The count as the test compares it."""
    found = {cve.upper() for text in cves for cve in re.findall(r"(?i)CVE-\d{4}-\d{4,}", text or "")}
    return items, len(set(hosts)), sorted(found)


def nessus(path: Path) -> Count:
    root = ElementTree.parse(path)
    items = [item for item in root.iter("ReportItem") if item.get("pluginID")]
    hosts = [host.get("name", "") for host in root.iter("ReportHost")]
    return counted(len(items), hosts, [cve.text or "" for item in items for cve in item.findall("cve")])


def nessus_csv(path: Path) -> Count:
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";" if ";" in text.split("\n")[0] else ","))
    if "definition.id" in rows[0]:
        named = [row["asset.name"] for row in rows]
        return counted(len(rows), named, [row["definition.cve"] for row in rows])
    good = [row for row in rows if row["Plugin ID"] and None not in row.values()]
    items = {(row["Plugin ID"], row["Host"], row["Port"], row["Protocol"], row["Plugin Output"]) for row in good}
    return counted(len(items), [row["Host"] for row in good], [row["CVE"] for row in good])


def xml_items(root: ElementTree.ElementTree, name: str) -> list[ElementTree.Element]:
    """The elements of this name, whatever their namespace is."""
    return [one for one in root.iter() if one.tag.rpartition("}")[2] == name]


def openvas(path: Path) -> Count:
    root = ElementTree.parse(path)
    results = [one for one in root.iter("result") if one.find("nvt").get("oid")]
    refs = [ref.get("id", "") for one in results for ref in one.iter("ref") if ref.get("type") == "cve"]
    hosts = [(one.findtext("host") or "").strip() for one in results]
    hosts += [one.findtext("ip") or "" for one in root.iter("host") if one.find("ip") is not None]
    return counted(len(results), hosts, refs)


def openvas_csv(path: Path) -> Count:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    good = [row for row in rows if row.get("NVT OID") or row["NVT Name"].startswith("CVE-")]
    return counted(len(good), [row["IP"] for row in good], [row.get("CVEs", "") + row["NVT Name"] for row in good])


def nmap(path: Path) -> Count:
    """Open ports, entries of vulners, tables with a state, and each other script."""
    root = ElementTree.parse(path)
    hosts = [host.find("address").get("addr", "") for host in root.iter("host")]
    ports = [port for port in root.iter("port") if port.find("state").get("state") == "open"]
    scripts = [one for port in ports for one in port.iter("script")]
    scripts += [one for found in root.iter("hostscript") for one in found.iter("script")]
    items, cves = len(ports), [""]
    for script in scripts:
        entries = script.findall("table/table") if script.get("id") == "vulners" else script.findall("table")
        items += len(entries) or 1
        for entry in entries:
            cves += [one.text for one in entry.iter("elem") if one.get("key") == "id"] + [entry.get("key") or ""]
    return counted(items, hosts, cves)


def openscap(path: Path) -> Count:
    root = ElementTree.parse(path)
    results = [
        one
        for one in xml_items(root, "rule-result")
        if [part.text for part in one if "result" in part.tag] != ["notselected"]
    ]
    idents = [part.text for one in results for part in one if part.tag.endswith("}ident")]
    return counted(len(results), [one.text for one in xml_items(root, "target")], idents)


def lynis(path: Path) -> Count:
    lines = path.read_text(encoding="utf-8").splitlines()
    items = [line for line in lines if re.match(r"(warning|suggestion|vulnerable_package)\[]=", line)]
    return counted(len(items), [line for line in lines if line.startswith("hostname=")], items)


def zap(path: Path) -> Count:
    root = ElementTree.parse(path)
    alerts = [one for one in root.iter("alertitem") if one.find("pluginid") is not None]
    items = sum(len(list(one.iter("instance"))) or 1 for one in alerts)
    return counted(items, [site.get("host", "") for site in root.iter("site")], [])


def burp(path: Path) -> Count:
    issues = [one for one in ElementTree.parse(path).iter("issue") if one.find("type") is not None]
    return counted(
        len(issues), [one.findtext("host") or "" for one in issues], [one.findtext("name") for one in issues]
    )


def nikto(path: Path) -> Count:
    root = ElementTree.parse(path)
    items = [one for one in root.iter("item") if one.get("id")]
    hosts = [one.get("targetip", "") for one in root.iter("scandetails")]
    return counted(len(items), hosts, [one.findtext("description") or "" for one in items])


def nikto_json(path: Path) -> Count:
    servers = json.loads(path.read_text(encoding="utf-8"))
    servers = servers if isinstance(servers, list) else [servers]
    items = [one for server in servers for one in server["vulnerabilities"] if isinstance(one["id"], (str, int))]
    return counted(len(items), [server["ip"] for server in servers], [one["msg"] for one in items])


def qualys(path: Path) -> Count:
    root = ElementTree.parse(path).getroot()
    if root.tag == "SCAN":
        items = [one for name in ("INFO", "SERVICE", "VULN", "PRACTICE") for one in root.iter(name)]
        cves = [one.findtext("ID") for one in root.iter("CVE_ID")]
        return counted(len(items), [one.get("value", "") for one in root.iter("IP")], cves)
    items = [one for name in ("VULN_INFO", "DETECTION") for one in root.iter(name) if one.find("QID") is not None]
    named = {one.findtext("QID") for one in items}
    details = [one for one in root.iter("VULN_DETAILS") if one.findtext("QID") in named]
    cves = [cve.findtext("ID") for one in details for cve in one.iter("CVE_ID")]
    return counted(len(items), [one.findtext("IP") or "" for one in root.iter("HOST")], cves)


def qualys_csv(path: Path) -> Count:
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    start = next(number for number, row in enumerate(rows) if "QID" in row)
    found = [dict(zip(rows[start], row, strict=False)) for row in rows[start + 1 :]]
    good = [row for row in found if row.get("QID")]
    alone = [row["IP"] for row in found if row["IP Status"] == "host not alive"]
    return counted(len(good), [row["IP"] for row in good] + alone, [row["CVE ID"] for row in good])


def dependency_check(path: Path) -> Count:
    root = ElementTree.parse(path)
    found = [*xml_items(root, "vulnerability"), *xml_items(root, "suppressedVulnerability")]
    names = [part.text for one in found for part in one if part.tag.endswith("}name")]
    return counted(len(found), ["one"], names)


def loaded(path: Path) -> Any:
    data = path.read_bytes()
    return json.loads(data.decode("utf-16" if data.startswith(b"\xff\xfe") else "utf-8"))


def dependency_check_json(path: Path) -> Count:
    groups = ("vulnerabilities", "suppressedVulnerabilities")
    found = [one for part in loaded(path)["dependencies"] for name in groups for one in part.get(name, ())]
    return counted(len(found), ["one"], [one["name"] for one in found])


def trivy(path: Path) -> Count:
    report = loaded(path)
    ids = {"Vulnerabilities": "VulnerabilityID", "Misconfigurations": "ID", "Secrets": "RuleID"}
    found = [
        one[key]
        for result in report.get("Results", ())
        for name, key in ids.items()
        for one in result.get(name, ())
        if key in one and isinstance(one, dict)
    ]
    return counted(len(found), [report["ArtifactName"]], found)


def vuls(path: Path) -> Count:
    """A CVE once for each package or CPE it affects, or once alone."""
    report = loaded(path)
    found = [one for one in report["scannedCves"].values() if isinstance(one, dict)]
    items = sum(len(one.get("affectedPackages", [])) + len(one.get("cpeURIs", [])) or 1 for one in found)
    return counted(items, [report["serverName"]], [one["cveID"] for one in found])


def nuclei(path: Path) -> Count:
    text = path.read_text(encoding="utf-8")
    if text.startswith("["):
        entries = json.loads(text)
    else:
        entries = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
    good = [one for one in entries if "template-id" in one]
    cves = [cve for one in good for cve in one["info"].get("classification", {}).get("cve-id", ())]
    return counted(len(good), [one["host"].partition(":")[0] for one in good], cves)


def testssl(path: Path) -> Count:
    report = loaded(path)
    entries = report
    if isinstance(report, dict):
        entries = [one for part in report["scanResult"][0].values() if isinstance(part, list) for one in part]
    good = [one for one in entries if one["id"] != "scanTime"]
    return counted(len(good), ["one"], [one.get("cve", "") for one in good])


def sarif(path: Path) -> Count:
    runs = loaded(path)["runs"]
    items = [one for run in runs for one in run["results"] if "ruleId" in one or "ruleIndex" in one]
    named = [text for run in runs for text in re.findall(r"CVE-\d{4}-\d+", json.dumps(run))]
    return counted(len(items), [run["tool"]["driver"]["name"] for run in runs], named)


def cyclonedx(path: Path) -> Count:
    found = [one for one in loaded(path).get("vulnerabilities", ()) if "id" in one]
    others = [other["id"] for one in found for other in one.get("references", ())]
    return counted(
        sum(len(one.get("affects", ())) or 1 for one in found), ["one"], [one["id"] for one in found] + others
    )


def cyclonedx_xml(path: Path) -> Count:
    found = [one for one in xml_items(ElementTree.parse(path), "vulnerability") if one.find("{*}id") is not None]
    items = sum(len(one.findall("{*}affects/{*}target")) or 1 for one in found)
    return counted(items, ["one"], [part.text for one in found for part in one.iter() if part.tag.endswith("}id")])


def openvex(path: Path) -> Count:
    items, hosts, cves = 0, [], []
    for one in loaded(path)["statements"]:
        for product in one.get("products", ()):
            named = product if isinstance(product, str) else product["@id"]
            items += len(product.get("subcomponents", ())) or 1 if isinstance(product, dict) else 1
            hosts.append(named.partition("@")[0])
            cves.append(json.dumps(one["vulnerability"]))
    return counted(items, hosts, cves)


def csaf(path: Path) -> Count:
    found = [one for one in loaded(path)["vulnerabilities"] if "cve" in one or "ids" in one]
    items = sum(len(products) for one in found for products in one["product_status"].values())
    return counted(items, ["one"], [one.get("cve", "") for one in found])


def osv_scanner(path: Path) -> Count:
    packages = [part for result in loaded(path)["results"] for part in result["packages"]]
    found = [one for part in packages for one in part["vulnerabilities"] if "id" in one]
    return counted(len(found), ["one"], [alias for one in found for alias in (one["id"], *one.get("aliases", ()))])


def grype(path: Path) -> Count:
    report = loaded(path)
    found = [one for name in ("matches", "ignoredMatches") for one in report.get(name, ()) if one["artifact"]]
    others = [other["id"] for one in found for other in one.get("relatedVulnerabilities", ())]
    return counted(len(found), ["one"], [one["vulnerability"]["id"] for one in found] + others)


COUNTS: dict[str, Callable[[Path], Count]] = {
    count.__name__: count
    for count in (
        *(nessus, nessus_csv, openvas, openvas_csv, nmap, openscap, lynis, zap, burp, nikto, nikto_json),
        *(qualys, qualys_csv, dependency_check, dependency_check_json, trivy, vuls, nuclei, testssl, sarif),
        *(cyclonedx, cyclonedx_xml, openvex, csaf, osv_scanner, grype),
    )
}
