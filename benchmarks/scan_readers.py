"""How long does a .nessus file of 10,000 and of 100,000 distinct items take to read, and does memory stay flat?

The floor is lxml.iterparse reading three fields of the same file, freeing as it goes. Each file is read in a process of
its own, so that the peak of memory is that of the reading alone.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from benchmarks.harness import machine

SIZES = (10_000, 100_000)
SECONDS_PER_10_000 = 2.0
FLAT_MEGABYTES = 40
RUNS = 3


def write_nessus(path: Path, items: int, seed: int = 7) -> None:
    """A file as Nessus writes it: 50 plugins on each host, every item with its own output, CVEs and vectors."""
    chance = random.Random(seed)
    with path.open("w", encoding="utf-8") as out:
        out.write('<?xml version="1.0" ?>\n<NessusClientData_v2>\n<Policy><policyName>年次診断</policyName></Policy>\n')
        out.write('<Report name="年次診断" xmlns:cm="http://www.nessus.org/cm">\n')
        for host in range(items // 50):
            out.write(host_start(host))
            for number in range(50):
                out.write(item(host, number, chance))
            out.write("</ReportHost>\n")
        out.write("</Report>\n</NessusClientData_v2>\n")


def host_start(host: int) -> str:
    """A host and what is known of it."""
    address = f"10.{host // 65536}.{host // 256 % 256}.{host % 256}"
    return (
        f'<ReportHost name="{address}"><HostProperties>\n<tag name="HOST_START_TIMESTAMP">1730682000</tag>\n'
        f'<tag name="host-fqdn">sv{host:05}.city.example.jp</tag>\n<tag name="host-ip">{address}</tag>\n'
        '<tag name="operating-system">Linux Kernel 5.14</tag>\n<tag name="Credentialed_Scan">true</tag>\n'
        "</HostProperties>\n"
    )


def item(host: int, number: int, chance: random.Random) -> str:
    """An item of about the size and the fields that real ones have."""
    plugin, score = 100_000 + chance.randrange(90_000), chance.randrange(40, 100)
    cves = "".join(f"<cve>CVE-{chance.randrange(2015, 2026)}-{chance.randrange(1000, 60000)}</cve>\n" for _ in range(3))
    vector = "/".join(f"{name}:{chance.choice(kinds)}" for name, kinds in _METRICS)
    return (
        f'<ReportItem port="{1 + chance.randrange(65_000)}" svc_name="www" protocol="tcp" severity="{number % 5}" '
        f'pluginID="{plugin}" pluginName="Package {plugin} &lt; 2.{number} の脆弱性" pluginFamily="General">\n'
        f"{cves}<cvss3_base_score>{score // 10}.{score % 10}</cvss3_base_score>\n"
        f"<cvss3_vector>CVSS:3.1/{vector}</cvss3_vector>\n<cvss_vector>CVSS2#AV:N/AC:L/Au:N/C:P/I:P/A:P</cvss_vector>\n"
        f"<description>{_PROSE * 3}</description>\n<fname>plugin_{plugin}.nasl</fname>\n"
        f"<plugin_modification_date>2024/10/0{1 + number % 9}</plugin_modification_date>\n"
        "<plugin_type>remote</plugin_type>\n<risk_factor>High</risk_factor>\n<script_version>1.9</script_version>\n"
        f"<see_also>https://example.jp/advisory/{plugin}\nhttps://example.jp/kb/{plugin}</see_also>\n"
        f"<solution>Upgrade package {plugin} to version 2.{number} or later.</solution>\n"
        f"<synopsis>The remote host is missing a security update.</synopsis>\n<xref>CWE:{number}</xref>\n"
        f"<plugin_output>\n  Installed version : 1.{host}.{number}\n  Fixed version : 2.{number}\n</plugin_output>\n"
        "</ReportItem>\n"
    )


_METRICS = tuple(
    {"AV": "NALP", "AC": "LH", "PR": "NLH", "UI": "NR", "S": "UC", "C": "HLN", "I": "HLN", "A": "HLN"}.items()
)
_PROSE = "The version of the package installed on the remote host is prior to the fixed one and so affected by flaws. "


def floor(path: Path) -> int:
    """The least that reading the file can cost: three fields of each item by lxml, freeing as it goes."""
    count = 0
    for _event, element in etree.iterparse(str(path), tag="ReportItem", huge_tree=True, resolve_entities=False):
        count += bool(element.get("pluginID") and element.get("port") and element.findtext("cve"))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def reader(path: Path) -> int:
    """The items by kansa's reader, through the same door as an upload."""
    from kansa.formats.scans import read_report, reports_of
    from kansa.formats.scans.records import ScanItem

    with path.open("rb") as stream:
        return sum(
            isinstance(record, ScanItem)
            for report in reports_of(stream, path.name, clock=time.monotonic)
            for record in read_report(report)
        )


CALLS: dict[str, Callable[[Path], int]] = {"floor": floor, "reader": reader}


def measure(name: str, path: Path) -> tuple[float, float, int]:
    """Processor seconds, peak megabytes and items of one call in a process of its own."""
    out = subprocess.run(
        [sys.executable, "-m", "benchmarks.scan_readers", name, str(path)], check=True, capture_output=True, text=True
    )
    seconds, megabytes, items = json.loads(out.stdout)
    return seconds, megabytes, items


def run() -> bool:
    """Prints both sizes; whether the promises are kept."""
    print(machine())
    kept, peaks = True, []
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.nessus"
            write_nessus(path, size)
            best = {name: min(measure(name, path) for _ in range(RUNS if size == SIZES[0] else 1)) for name in CALLS}
            seconds, megabytes, items = best["reader"]
            in_time = items == size and seconds <= SECONDS_PER_10_000 * size / 10_000
            kept, peaks = kept and in_time, [*peaks, megabytes]
            print(f"{'kept  ' if in_time else 'BROKEN'}  {size:,} items, {path.stat().st_size / 1e6:.0f} MB")
            print(f"        reader: {seconds:.2f} s of the processor, {megabytes:.0f} MB at most")
            print(f"        = {seconds / best['floor'][0]:.2f} × floor ({best['floor'][0]:.2f} s)")
    is_flat = peaks[-1] - peaks[0] <= FLAT_MEGABYTES
    print(f"{'kept  ' if is_flat else 'BROKEN'}  memory within {FLAT_MEGABYTES} MB of the small file's", end="")
    print(f": {peaks[0]:.0f} MB, {peaks[-1]:.0f} MB")
    return kept and is_flat


if __name__ == "__main__":
    if len(sys.argv) == 3:
        began = time.process_time()
        found = CALLS[sys.argv[1]](Path(sys.argv[2]))
        used = time.process_time() - began
        print(json.dumps([used, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, found]))
    else:
        run()
