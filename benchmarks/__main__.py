"""Which promises of speed are kept on this machine? All of them, one after the other."""

from __future__ import annotations

import subprocess
import sys

PROMISES = (
    "decomposition",
    "report",
    "freeze",
    "import_worksheets",
    "judging",
    "rotation",
    "assignment",
    "answering",
    "durability",
    "tally",
    "results",
    "mixing",
    "opening",
    "mail_sending",
    "mail_kills",
    "scan_readers",
    "diagnosis_import",
    "drill_events",
    "drill_landing",
    "sample_campaigns",
    "sample_drill",
    "patch_check",
    "measure_queue",
)


def run_all() -> int:
    """Runs each promise in a process of its own; the worst exit status."""
    worst = 0
    for promise in PROMISES:
        print(f"\n--- {promise}", flush=True)
        worst = max(worst, subprocess.run([sys.executable, "-m", f"benchmarks.{promise}"], check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(run_all())
