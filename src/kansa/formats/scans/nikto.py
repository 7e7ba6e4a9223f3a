"""What do Nikto's XML and JSON say of each web server?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import (
    BadItem,
    cves_in,
    distinct,
    host_of,
    kept,
    list_in,
    map_in,
    names_in,
    port_in,
    text_in,
)
from kansa.formats.scans.markup import Element, elements, local, texts_of
from kansa.formats.scans.objects import values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "nikto"


def is_nikto(look: Look) -> bool:
    """By its root element."""
    return look.root == "niktoscan"


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, then server after server."""
    is_headed, place, told = False, 0, None
    for element in elements(report, "scandetails", "niktoscan", whole=("item",)):
        name = local(element)
        if not is_headed:
            is_headed = True
            run = next((one for one in (element, *element.iterancestors()) if one.get("version")), element)
            yield ScanHead(TOOL, run.get("version") or "", run.get("options") or "")
        if name == "niktoscan":
            continue
        server = element if name == "scandetails" else element.getparent()
        host = _host(server.get("targetip") or "", server.get("targethostname") or "")
        if told is not server:
            told = server
            yield host
        if name == "item":
            place += 1
            yield _item(element, server, host.key, place)


def _host(address: str, name: str) -> ScannedHost:
    _address, full, short = names_in(name)
    return host_of(address or name, fqdn=full, host_name=short, is_reached=True)


def _item(element: Element, server: Element, key: str, place: int) -> ScanItem | Unread:
    rule = (element.get("id") or "").strip()
    if not rule:
        return Unread(place, "検査の番号（id）がないため、何の項目か分かりません。")
    texts = texts_of(element)
    said = texts.get("description", "")
    return ScanItem(
        key,
        rule,
        said,
        port=port_in(server.get("targetport") or ""),
        protocol="tcp",
        service=(server.get("sitename") or "").partition(":")[0],
        path=texts.get("uri", ""),
        cves=cves_in(said, texts.get("references", "")),
        output=" ".join(distinct(element.get("method") or "", texts.get("uri", ""))),
        references=distinct(texts.get("references", ""), element.get("osvdblink") or ""),
        place=place,
    )


def is_nikto_json(look: Look) -> bool:
    """One object for each server, alone or in a list."""
    return any(
        look.has(*(f"{start}{name}" for name in ("host", "port", "banner", "vulnerabilities")))
        for start in ("", "item.")
    )


def read_json(report: Report) -> Iterator[ScanRecord]:
    """Head, then server after server."""
    yield ScanHead(TOOL)
    start = "item" if report.head.lstrip().startswith("[") else ""
    place = 0
    for found in values(report, start):
        server = found.value if isinstance(found.value, dict) else {}
        if not server:
            continue
        host = _host(str(server.get("ip") or ""), str(server.get("host") or ""))
        yield host
        listed = server.get("vulnerabilities")
        for value in listed if isinstance(listed, list) else ():
            place += 1
            yield from kept(place, _seen(value, server, host.key, place))


def _seen(value: Any, server: dict[str, Any], key: str, place: int) -> Iterator[ScanItem]:
    entry = map_in(value)
    rule, said = text_in(entry.get("id")), text_in(entry.get("msg"))
    if not rule:
        raise BadItem("検査の番号（id）がないため、何の項目か分かりません。")
    references = entry.get("references")
    links = [text_in(one) for one in list_in(references)] if isinstance(references, list) else [text_in(references)]
    yield ScanItem(
        key,
        rule,
        said,
        port=port_in(text_in(server.get("port"))),
        protocol="tcp",
        path=text_in(entry.get("url")),
        cves=cves_in(said, *links),
        output=" ".join(distinct(text_in(entry.get("method")), text_in(entry.get("url")))),
        references=distinct(*links),
        place=place,
    )


FORMAT = ScanFormat("nikto", TOOL, "Nikto（XML）", is_nikto, read)
FORMAT_JSON = ScanFormat("nikto_json", TOOL, "Nikto（JSON）", is_nikto_json, read_json)
