"""How much processor time and memory does a report of 10,000 or 100,000 distinct items take, from its file to the rows?

Every item is a plugin of its own with a description, a solution, an output and two CVEs, a hundred on a host. Reference
(the floor): lxml.iterparse over the same file, reading three fields of each item. Each size runs in a process of its
own, whose greatest memory is told. Then the same hosts are scanned again: other bytes, the same 10,000 keys.
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SIZES = (10_000, 100_000)
ON_A_HOST = 100
# Processor seconds and MB promised for each size; a second scan of 10,000; more memory for ten times as much.
LIMITS = {10_000: (8.0, 150), 100_000: (80.0, 200)}
AGAIN_SECONDS = 4.0
MORE_MEGABYTES = 40
WORDS = "The remote host runs a version of the software that is affected by several flaws in its parser. " * 20


def written(size: int, run: int) -> Iterator[str]:
    """A .nessus file, piece by piece; `run` changes the day and the outputs, no key."""
    yield '<?xml version="1.0" ?>\n<NessusClientData_v2><Policy><policyName>定期診断</policyName></Policy>'
    yield '<Report name="x">\n'
    for number in range(size // ON_A_HOST):
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        began = 1_717_200_000 + run * 31_536_000
        yield (
            f'<ReportHost name="{address}"><HostProperties><tag name="HOST_START_TIMESTAMP">{began}</tag>'
            f'<tag name="host-ip">{address}</tag><tag name="host-fqdn">sv{number}.city.example</tag>'
            '<tag name="Credentialed_Scan">true</tag></HostProperties>\n'
        )
        for place in range(ON_A_HOST):
            plugin = 100_000 + number * ON_A_HOST + place
            yield (
                f'<ReportItem port="443" svc_name="www" protocol="tcp" severity="{place % 5}" pluginID="{plugin}" '
                f'pluginName="Software {plugin} &lt; 2.0 Multiple Vulnerabilities" pluginFamily="Web Servers">'
                f"<cvss3_base_score>{place % 10}.1</cvss3_base_score>"
                "<cvss3_vector>CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H</cvss3_vector>"
                f"<cve>CVE-2024-{plugin}</cve><cve>CVE-2023-{plugin}</cve><description>{WORDS}</description>"
                f"<solution>Upgrade software {plugin} to version 2.0 or later.</solution>"
                f"<plugin_output>Installed version : 1.{place} (run {run}, host {number})\nFixed version : 2.0\n"
                f"</plugin_output></ReportItem>\n"
            )
        yield "</ReportHost>\n"
    yield "</Report></NessusClientData_v2>\n"


def build(folder: Path, size: int, run: int) -> Path:
    """The file of one size and run."""
    path = folder / f"{size}-{run}.nessus"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(written(size, run))
    return path


def floor(path: Path) -> int:
    """Reads three fields of every item and keeps nothing."""
    from lxml import etree

    count = 0
    for _event, element in etree.iterparse(str(path), tag="ReportItem", huge_tree=True):
        count += bool(element.get("pluginID") and element.get("port") and element.findtext("plugin_output"))
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]
    return count


def take(path: Path) -> None:
    """Hands the file in and takes it over, as the office does."""
    from kansa.apps.diagnosis.actions.taking import ScanFacts, outline_of, take_scan
    from kansa.apps.diagnosis.actions.zones import zones_of
    from kansa.apps.trail.models import SourceFile
    from kansa.formats.scans import read_report, reports_of
    from tests.cast import CITY, CLERK

    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    file = SourceFile.objects.create(
        municipality_id=CITY, sha256=digest, name=path.name, kind="scan", size=1, stored_name=digest, is_restricted=True
    )
    with path.open("rb") as stream:
        (report,) = reports_of(stream, path.name)
        facts = ScanFacts(2024 + int(path.stem[-1]), zones_of(CITY)["lgwan"], path.name)
        take_scan(CLERK, facts, outline_of(read_report(report)), lambda: read_report(report), file)


def measured(path: Path) -> dict[str, float]:
    """Processor seconds of the floor and of taking the file over; the greatest memory of this process so far."""
    began = time.process_time()
    floor(path)
    read = time.process_time()
    take(path)
    took = time.process_time()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"floor": read - began, "seconds": took - read, "memory": memory}


def child(size: int, folder: Path) -> None:
    """One size in this process: the first scan, and for the smaller size the second."""
    from benchmarks.city import new_home

    new_home()
    from tests import builders

    builders.build_city()
    results = [measured(build(folder, size, 0))]
    if size == SIZES[0]:
        results.append(measured(build(folder, size, 1)))
    print(json.dumps(results))


def told(words: str, found: dict[str, float], seconds: float, memory: float) -> bool:
    """Prints one promise; whether it is kept."""
    is_kept = found["seconds"] <= seconds and found["memory"] <= memory
    print(
        f"{'kept  ' if is_kept else 'BROKEN'}  {words}: processor {found['seconds']:.1f} s (promised {seconds:g}), "
        f"{found['memory']:.0f} MB (promised {memory:g})\n"
        f"        = {found['seconds'] / found['floor']:.1f} × lxml.iterparse reading three fields "
        f"({found['floor']:.2f} s)"
    )
    return is_kept


def run() -> int:
    """All promises; 0 when kept."""
    from benchmarks.harness import machine

    print(machine())
    found: dict[int, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            command = [sys.executable, "-m", "benchmarks.diagnosis_import", str(size), folder]
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            found[size] = json.loads(done.stdout.splitlines()[-1])
    kept = [told(f"{size:,} distinct items", found[size][0], *LIMITS[size]) for size in SIZES]
    kept.append(told("the same 10,000 scanned again", found[SIZES[0]][1], AGAIN_SECONDS, LIMITS[SIZES[0]][1]))
    more = found[SIZES[1]][0]["memory"] - found[SIZES[0]][0]["memory"]
    kept.append(more <= MORE_MEGABYTES)
    mark = "kept  " if kept[-1] else "BROKEN"
    print(f"{mark}  ten times as many items take {more:.0f} MB more (promised {MORE_MEGABYTES})")
    return 0 if all(kept) else 1


if __name__ == "__main__":
    if len(sys.argv) == 3:
        child(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        sys.exit(run())
