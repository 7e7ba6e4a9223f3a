"""What does a SARIF 2.1 report say of each rule in each file?

The line of a result is no part of its place: it moves with every change of the file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kansa.formats.scans.fields import BadItem, cves_in, distinct, kept, list_in, map_in, moment, text_in, texts_in
from kansa.formats.scans.objects import Found, first_values, values
from kansa.formats.scans.opening import Report
from kansa.formats.scans.records import ScanHead, ScanItem, ScannedHost, ScanRecord, Unread
from kansa.formats.scans.spec import Look, ScanFormat

TOOL = "sarif"

_STARTED = "runs.item.invocations.item.startTimeUtc"
_KINDS = {
    "pass": "passed",
    "notApplicable": "not_affected",
    "informational": "information",
    "review": "undecided",
    "open": "undecided",
}


def is_sarif(look: Look) -> bool:
    """By its runs and what stands in them."""
    return any(look.has(place) for place in ("runs.item.tool", "runs.item.results[]")) or (
        look.has("runs[]") and look.has("version") and "sarif" in look.report.head[:2_000].lower()
    )


def read(report: Report) -> Iterator[ScanRecord]:
    """Head, a host for each tool's run, items. What the rules say is read first: it may stand behind the results."""
    drivers = {
        _run(found): found.value if isinstance(found.value, dict) else {}
        for found in values(report, "runs.item.tool.driver")
    }
    started = first_values(report, _STARTED)[_STARTED]
    first = next(iter(drivers.values()), {})
    name, version = str(first.get("name") or ""), first.get("semanticVersion") or first.get("version")
    yield ScanHead(TOOL, str(version or ""), name, moment(str(started or "")))
    rules = {run: _rules(driver) for run, driver in drivers.items()}
    for key in dict.fromkeys(_key(driver) for driver in drivers.values()):
        yield ScannedHost(key)
    for place, found in enumerate(values(report, "runs.item.results.item"), start=1):
        run = _run(found)
        if run not in drivers:
            yield Unread(place, "結果を出したツール（tool）が書かれていません。")
            continue
        yield from kept(place, _item(found.value, rules[run], _key(drivers[run]), place))


def _run(found: Found) -> int:
    """Which run of the report a value is of."""
    return int(found.keys[1])


def _key(driver: dict[str, Any]) -> str:
    return str(driver.get("name") or "SARIF")


def _rules(driver: dict[str, Any]) -> list[dict[str, Any]]:
    listed = driver.get("rules")
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _item(value: Any, rules: list[dict[str, Any]], key: str, place: int) -> Iterator[ScanItem]:
    result = map_in(value)
    index = result.get("ruleIndex", map_in(result.get("rule")).get("index"))
    known = rules[index] if isinstance(index, int) and 0 <= index < len(rules) else {}
    rule = text_in(result.get("ruleId")) or text_in(map_in(result.get("rule")).get("id")) or text_in(known.get("id"))
    if not rule:
        raise BadItem("規則の番号（ruleId）がないため、何の項目か分かりません。")
    known = known or next((one for one in rules if one.get("id") == rule), {})
    about = map_in(known.get("properties"))
    kind, level = text_in(result.get("kind")), text_in(result.get("level"))
    default = text_in(map_in(known.get("defaultConfiguration")).get("level"))
    suppressed = [map_in(one) for one in list_in(result.get("suppressions"))]
    is_suppressed = any(text_in(one.get("status")) in ("", "accepted") for one in suppressed)
    score = text_in(about.get("security-severity"))
    message = text_in(map_in(result.get("message")).get("text"))
    title = text_in(map_in(known.get("shortDescription")).get("text")) or text_in(known.get("name")) or message
    yield ScanItem(
        key,
        rule,
        title,
        severity_word=level or default or "warning",  # the default of the standard
        path=_path(result),
        cves=cves_in(rule, *texts_in(about.get("cves")), title, message),
        scores=(("security-severity", score),) if score else (),
        outcome="not_affected" if is_suppressed else _KINDS.get(kind, "information" if level == "none" else "open"),
        outcome_word="suppressed" if is_suppressed else kind,
        output=message,
        solution=text_in(map_in(known.get("help")).get("text")),
        references=distinct(text_in(known.get("helpUri")), *texts_in(about.get("tags"))),
        place=place,
    )


def _path(result: dict[str, Any]) -> str:
    for one in list_in(result.get("locations")):
        place = map_in(map_in(map_in(one).get("physicalLocation")).get("artifactLocation"))
        if path := text_in(place.get("uri")):
            return path
    return ""


FORMAT = ScanFormat("sarif", TOOL, "SARIF 2.1（JSON）", is_sarif, read)
