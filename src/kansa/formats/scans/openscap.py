"""What do the results of OpenSCAP (XCCDF, or ARF around them) say of each rule on the host?

Rules that the profile does not select say nothing of the host and are no items. Source: XCCDF 1.2, ARF 1.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kansa.formats.scans.fields import address_in, cves_in, distinct, mac_in, moment, names_in
from kansa.formats.scans.markup import Element, child, elements, local, text_of, whole_text
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "openscap"

_OUTCOMES = {
    "pass": "passed",
    "fail": "open",
    "fixed": "fixed",
    "notapplicable": "not_affected",
    "informational": "information",
}
_NO_MAC = "00:00:00:00:00:00"
_FACT = "urn:xccdf:fact:asset:identifier:"


@dataclass
class _Target:
    """What is known of the host before its results."""

    name: str = ""
    addresses: list[str] = field(default_factory=list)
    facts: dict[str, str] = field(default_factory=dict)

    def record(self, result: Element) -> ScannedHost:
        named = names_in(self.facts.get("fqdn") or self.name)
        addresses = [found for text in self.addresses if (found := address_in(text))]
        outside = [one for one in addresses if not one.startswith("127.") and one != "::1"]
        short = names_in(self.facts.get("host_name") or self.name)[2]
        return ScannedHost(
            self.name or next(iter(addresses), ""),
            address=next(iter(outside or addresses), ""),
            fqdn=named[1],
            host_name=named[2] or short,
            mac_address=mac_in(self.facts.get("mac", "")),
            is_reached=True,
            seen_at=moment(result.get("start-time") or ""),
        )


def is_openscap(look: Look) -> bool:
    """By root and namespace; a benchmark without results is none."""
    if look.root in ("asset-report-collection", "TestResult"):
        return True
    return look.root == "Benchmark" and "xccdf" in look.namespaces


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, host, items; several results in one file follow each other."""
    titles: dict[str, tuple[str, str]] = {}
    target, profile, place, is_headed, told = _Target(), "", 0, False, None
    tags = ("target", "target-address", "fact", "profile", "TestResult")
    for element in elements(report, *tags, whole=("Rule", "rule-result")):
        name = local(element)
        if name == "Rule":
            solution = whole_text(child(element, "fixtext"))
            titles[element.get("id") or ""] = (whole_text(child(element, "title")), solution)
        elif name == "rule-result" or name == "TestResult":
            result = element if name == "TestResult" else element.getparent()
            if not is_headed:
                is_headed = True
                yield _head(result, profile)
            if told is not result:
                told = result
                yield target.record(result)
            if name == "rule-result":
                place += 1
                yield from _item(element, target.record(result).key, titles, place)
            else:
                target, told = _Target(), None
        elif name == "profile":
            profile = element.get("idref") or profile
        else:
            _learn(target, name, element)
    if not is_headed:
        yield ScanHead(TOOL)


def _learn(target: _Target, name: str, element: Element) -> None:
    if name == "target":
        target.name = target.name or text_of(element)
    elif name == "target-address":
        target.addresses.append(text_of(element))
    else:
        text = text_of(element)
        if text and text != _NO_MAC:  # a loop-back interface has one of zeros
            target.facts.setdefault((element.get("name") or "").removeprefix(_FACT), text)


def _head(result: Element, profile: str) -> ScanHead:
    system = (result.get("test-system") or "").rpartition(":")
    return ScanHead(
        TOOL,
        system[2],
        profile,
        moment(result.get("start-time") or ""),
        moment(result.get("end-time") or ""),
    )


def _item(element: Element, key: str, titles: dict[str, tuple[str, str]], place: int) -> Iterator[ScanItem | Unread]:
    rule, word = element.get("idref") or "", text_of(child(element, "result"))
    if word == "notselected":
        return
    if not rule or not word:
        yield Unread(place, "規則の番号（idref）又は結果（result）がないため、何の項目か分かりません。")
        return
    idents = [text_of(one) for one in element if local(one) == "ident"]
    messages = [text_of(one) for one in element if local(one) == "message"]
    title, solution = titles.get(rule, (rule, ""))
    yield ScanItem(
        key,
        rule,
        title or rule,
        severity_word=element.get("severity") or "",
        cves=cves_in(*idents),
        outcome=_OUTCOMES.get(word, "undecided"),
        outcome_word=word,
        output="\n".join(messages),
        solution=solution,
        references=distinct(*idents),
        seen_at=moment(element.get("time") or ""),
        place=place,
    )


FORMAT = ScanFormat("openscap", TOOL, "OpenSCAP（XCCDF、ARF）", is_openscap, read)
