"""How long does an index of Microsoft's whole list take, and how long a host against it?

A synthetic list of 600,000 rows in the shape of the carried one; the floor is csv.reader reading the same bytes once.
"""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

from benchmarks.harness import Result, alternating, main, timed
from kansa.formats.advisories import kind_of, read_advisories
from kansa.formats.inventories import Inventory
from kansa.formats.scans import reports_of
from kansa.formats.scans.records import ScanItem
from kansa.patches import Indexes, build_index, match

ROWS, PRODUCTS, UPDATES = 600_000, 200, 8_000
INDEX_RATIO = 16.0
HOST_RATIO = 0.15  # a host against a reading of the list
HEADER = (
    *("DatePosted", "CVE", "BulletinKB", "Title", "AffectedProduct", "AffectedComponent", "Severity", "Impact"),
    *("Supersedes", "Exploits"),
)


def write_list(path: Path) -> None:
    """Each update mends some CVEs in some products and takes the place of the one before it in its line."""
    with path.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(HEADER)
        for number in range(ROWS):
            update, product = number % UPDATES, number % PRODUCTS
            older = str(5_000_000 + update - PRODUCTS) if update >= PRODUCTS else ""
            rows.writerow(
                (
                    f"20{10 + update * 15 // UPDATES:02}0{1 + update % 9}14",
                    f"CVE-{2010 + update * 15 // UPDATES}-{1000 + number % 22_000}",
                    str(5_000_000 + update),
                    "Windows Remote Code Execution Vulnerability",
                    f"Windows Server {product}",
                    "",
                    "Important",
                    "Remote Code Execution",
                    older,
                    "",
                )
            )


def run() -> list[Result]:
    """The index, then a host with a third of its updates."""
    with tempfile.TemporaryDirectory() as folder:
        path, index = Path(folder) / "list.csv", Path(folder) / "index.sqlite"
        write_list(path)

        def floor() -> int:
            with path.open(encoding="utf-8", newline="") as stream:
                return sum(1 for _row in csv.reader(stream))

        def indexed() -> None:
            index.unlink(missing_ok=True)
            with path.open("rb") as stream:
                report = next(reports_of(stream, path.name))
                build_index(index, read_advisories(report, kind_of(report)))

        making, reading = alternating(("the index", indexed), ("csv.reader once", floor), runs=3, warm=0)
        installed = tuple(str(5_000_000 + number) for number in range(77, UPDATES // 3, PRODUCTS))
        host = Inventory("windows", host_name="sv", release="Windows Server 77", updates=installed)

        def matched() -> int:
            with Indexes([index]) as indexes:
                return sum(isinstance(one, ScanItem) for one in match(host, indexes))

        found = matched()
        hosts = timed("a host", matched, runs=5)
    note = f"{ROWS:,} rows; the host lacks {found:,} CVEs"
    return [
        Result("a list of 600,000 rows is indexed", making, reading, limit_ratio=INDEX_RATIO, by_processor=True),
        Result("a host is matched", hosts, reading, limit_ratio=HOST_RATIO, note=note, by_processor=True),
    ]


if __name__ == "__main__":
    main(run)
