"""What does an XML report of ZAP say of each alert on each page of each site?

One item for each instance: the place of an alert is a page and, where the report says so, a parameter.
"""

from __future__ import annotations

from collections.abc import Iterator

from kansa.formats.scans.fields import distinct, host_of, moment, port_in, url_parts
from kansa.formats.scans.markup import Element, child, elements, local, texts_of
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "zap"


def is_zap(look: Look) -> bool:
    """By its root element."""
    return look.root == "OWASPZAPReport"


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, then site after site; a site without alerts is told, too."""
    seen: set[str] = set()
    is_headed, place = False, 0
    for element in elements(report, "site", "OWASPZAPReport", whole=("alertitem",)):
        if not is_headed:
            is_headed = True
            top = element.getroottree().getroot()
            yield ScanHead(TOOL, top.get("version") or "", started_at=moment(top.get("generated") or ""))
        name = local(element)
        site = element if name == "site" else next(element.iterancestors("{*}site"), None)
        if site is None:
            continue
        key = (site.get("host") or url_parts(site.get("name") or "")[0]).strip()
        if key not in seen:
            seen.add(key)
            yield host_of(key, is_reached=True)
        if name == "alertitem":
            for item in _items(element, site, key):
                place += 1
                yield item._replace(place=place)


def _items(element: Element, site: Element, key: str) -> Iterator[ScanItem | Unread]:
    texts = texts_of(element)
    rule = texts.get("alertRef") or texts.get("pluginid", "")
    if not rule:
        yield Unread(0, "検査の番号（pluginid）がないため、何の項目か分かりません。")
        return
    code = texts.get("riskcode", "")
    alert = ScanItem(
        key,
        rule,
        texts.get("name") or texts.get("alert", ""),
        severity_word=texts.get("riskdesc") or code,
        port=port_in(site.get("port") or ""),
        protocol="tcp",
        service="https" if site.get("ssl") == "true" else "http",
        scores=(("riskcode", code),) if code else (),
        outcome="information" if code == "0" else "open",
        solution=texts.get("solution", ""),
        references=distinct(texts.get("reference", ""), f"CWE-{texts['cweid']}" if texts.get("cweid") else ""),
    )
    instances = child(element, "instances")
    if instances is None or not len(instances):
        yield alert
        return
    for one in instances:
        seen = texts_of(one)
        path, parameter = url_parts(seen.get("uri", ""))[3], seen.get("param", "")
        yield alert._replace(
            path=f"{path} ({parameter})" if parameter else path,
            output="\n".join(distinct(seen.get("method", ""), seen.get("attack", ""), seen.get("evidence", ""))),
        )


FORMAT = ScanFormat("zap", TOOL, "ZAP（XML）", is_zap, read)
