"""Is a vulnerability of last year known again? The second scan of five hosts with 240 keys, changed in one way each."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from kansa.apps.diagnosis.models import Asset, Scan, Vulnerability, VulnerabilityYear, Weakness
from kansa.core.errors import RuleError
from kansa.formats.scans.records import Component
from tests.scanning import HOSTS, base_scan, counts, host, item, on, registered, taken

BASE = [host(address) for address in HOSTS]
SAME = {"new": 0, "still": 240, "returned": 0, "gone": 0, "not_covered": 0}

# The change in the second file -> hosts, items, and the truth per (host, rule, port).
TABLE: dict[str, tuple[Any, dict[str, Any], dict[str, int]]] = {
    "none": (BASE, {}, SAME),
    "host order reversed": (BASE[::-1], {}, SAME),
    "one more host": ([*BASE, host("10.0.0.9")], {}, {**SAME, "new": 48}),
    "one host less": (BASE[1:], {}, {**SAME, "still": 192}),
    "another text": (BASE, {"output": "2026-01-01 の検査"}, SAME),
    "one host fully patched": (BASE, {"patched": [HOSTS[0]]}, {**SAME, "still": 215, "gone": 25}),
    "an address changed": ([BASE[0]._replace(key="10.0.0.77", address="10.0.0.77"), *BASE[1:]], {}, SAME),
    "severity re-rated": (BASE, {"severity_word": "4", "scores": (("cvss3", "9.8"),)}, SAME),
    "another title and solution": (BASE, {"title": "新しい題", "solution": "新しい説明"}, SAME),
    "every host down": ([one._replace(is_reached=False) for one in BASE], {"patched": "all"}, {**SAME, "still": 0}),
}


def second(hosts: Any, fields: dict[str, Any]) -> list[Any]:
    """The second file."""
    if fields.get("patched") == "all":
        return list(hosts)
    return base_scan(hosts, **fields)


@pytest.mark.parametrize("change", TABLE)
def test_the_second_scan_tells_the_truth(city: Any, change: str) -> None:
    first = taken(base_scan(BASE), on(2024, 6))
    assert counts(first) == {**SAME, "new": 240, "still": 0}
    assert first.scan.repeated_count == 5
    hosts, fields, truth = TABLE[change]
    if change == "every host down":
        truth = {**truth, "not_covered": 240}
    assert counts(taken(second(hosts, fields), on(2025, 6))) == truth


def test_a_version_is_no_part_of_a_component(city: Any) -> None:
    def scan(version: str) -> list[Any]:
        names = ("openssl", "curl", "glibc")
        return [
            host(),
            *(
                item(rule=f"CVE-2024-{1000 + n}", component=Component(name, version), port=None, path="/image")
                for n, name in enumerate(names)
            ),
        ]

    taken(scan("1.0"), tool="trivy")
    assert counts(taken(scan("1.0.1"), on(2025, 6), tool="trivy")) == {**SAME, "still": 3}


def test_the_same_file_changes_nothing(city: Any) -> None:
    records = base_scan(BASE)
    taken(records, name="一.nessus")
    with pytest.raises(RuleError) as refused:
        taken(records, name="一.nessus")
    assert refused.value.code == "scan_known"
    assert Scan.objects.count() == 1 and Vulnerability.objects.count() == 240


def states() -> set[tuple[str, str, int, str, bool]]:
    """Everything that is known of states, without numbers of rows."""
    rows = VulnerabilityYear.objects.values_list(
        "vulnerability__asset__years__fqdn",
        "vulnerability__weakness__rule",
        "fiscal_year",
        "state",
        "is_detected",
    )
    return set(rows)


def test_the_order_of_the_imports_makes_no_difference(city: Any) -> None:
    from kansa.apps.diagnosis.models import Observation, ScanCoverage

    three = [
        (base_scan([host()])[:8], on(2023, 6)),
        ([host()], on(2024, 6)),
        (base_scan([host()], title="三年目")[:5], on(2025, 6)),
    ]
    found = []
    for order in permutations(three):
        for records, at in order:
            taken(records, at, name=f"{at}.nessus")
        texts = set(Weakness.objects.values_list("rule", "title"))
        found.append((states(), texts, set(Vulnerability.objects.values_list("last_state", "last_year", "severity"))))
        for model in (Observation, VulnerabilityYear, Vulnerability, Weakness, ScanCoverage, Scan):
            model.objects.all().delete()
    assert all(one == found[0] for one in found)
    by_year = {(rule, year): state for _fqdn, rule, year, state, _ in found[0][0]}
    assert [by_year[("10001", year)] for year in (2023, 2024, 2025)] == ["new", "resolved", "returned"]
    assert ("10007", 2025) not in by_year  # settled in 2024, and nothing was heard of it since


def test_another_tool_closes_nothing_unless_it_names_the_cve(city: Any) -> None:
    cve = {"cves": ("CVE-2024-1111",)}
    taken([host(), item(**cve), item(2)], on(2024, 6))
    assert counts(taken([host()], on(2024, 7), tool="openvas"))["gone"] == 0
    assert Vulnerability.objects.filter(last_state="new").count() == 2
    taken([host(), item(rule="CVE-2024-1111", outcome="fixed", port=None, **cve)], on(2024, 8), tool="vex")
    assert list(Vulnerability.objects.order_by("weakness__rule").values_list("last_state", flat=True)) == [
        "resolved",
        "new",
    ]


def test_what_was_seen_signed_in_is_not_gone_for_who_looks_from_outside(city: Any) -> None:
    taken([host(is_credentialed=True), item()], on(2024, 6))
    for fields, facts, change in (
        ({"is_credentialed": False}, {}, "not_covered"),
        ({"is_credentialed": True}, {"port_ranges": "1-100"}, "not_covered"),
        ({"is_credentialed": True}, {"is_whole": False}, "not_covered"),
        ({"is_credentialed": True}, {"zone": "internet"}, "new"),
        ({"is_credentialed": True}, {"port_ranges": "1-100,443"}, "gone"),
    ):
        done = taken([host(**fields)], on(2024, 7), **facts)
        if change == "new":  # the same address in another zone is another host, but its FQDN is the same
            assert counts(done)["gone"] == 0
        else:
            assert counts(done)[change] == 1, facts


def test_a_retired_asset_is_no_concern_from_its_year_on(city: Any) -> None:
    asset = registered(fqdn="sv1.city.example")
    asset.retired_in = 2025
    asset.save()
    taken([host(), item()], on(2024, 6))
    assert Vulnerability.objects.get().asset_id == asset.pk
    taken([host(), item()], on(2025, 6))
    assert Asset.objects.filter(is_confirmed=False).count() == 1  # the host that answers in its place
