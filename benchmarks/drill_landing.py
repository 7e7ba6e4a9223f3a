"""Does a landing page of a training mail cost the same with 100 recipients as with 100,000?

wrk follows links of a real campaign on `kansa serve`, each hit a row on disk (synchronous=FULL) and a page. Requests a
second and processor time per hit are measured with 100 recipients, with 100,000, and for the reference: the same server
answering /healthz. Needs wrk. Run: python -m benchmarks.drill_landing
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.city import new_home
from benchmarks.harness import machine
from benchmarks.serving import Server, embedded, free_port

SMALL, LARGE = 100, 100_000
SECONDS, LINES = 5, 4  # short enough that nobody's token is asked for more often than a token may be
MOST_RATIO = 1.3
SCRIPT = """
local paths = {}
for line in io.lines("%s") do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
"""


def build() -> tuple[int, list[str]]:
    """A drill that was sent to SMALL people; its key and the paths of the links."""
    from tests.builders import build_city
    from tests.drilling import build_people, build_sent, tokens_of

    build_city()
    campaign = build_sent(build_people({"101": SMALL}))
    return campaign.pk, [f"/m/{token}/" for token in tokens_of(campaign).values()]


def grown(campaign_id: int) -> list[str]:
    """The same drill with LARGE recipients; the paths of the new links."""
    from kansa.apps.drills.models import DrillCampaign, DrillRecipient
    from kansa.apps.drills.queries import link_hash
    from kansa.apps.drills.queries.keys import keyring_of

    campaign = DrillCampaign.objects.get(pk=campaign_id)
    keyring = keyring_of(campaign)
    one = DrillRecipient.objects.filter(campaign=campaign).first()
    assert one is not None
    rows, paths = [], []
    for position in range(SMALL + 1, LARGE + 1):
        event_token = f"{position:048x}"
        token = keyring.link_token(event_token)
        paths.append(f"/m/{token}/")
        rows.append(
            DrillRecipient(
                municipality_id=campaign.municipality_id,
                campaign=campaign,
                group_id=one.group_id,
                department_id=one.department_id,
                position=position,
                link_token=link_hash(token),
                event_token=event_token,
                mail_token=event_token,
                state="accepted",
            )
        )
    DrillRecipient.objects.bulk_create(rows, batch_size=2000)
    return paths


def hammered(server: Server, paths: Sequence[str]) -> tuple[float, float, int]:
    """Requests a second, processor milliseconds of the server per request, and refused requests."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paths").write_text("\n".join(paths))
        (Path(folder) / "ask.lua").write_text(SCRIPT % (Path(folder) / "paths"))
        words = ["wrk", "-t1", f"-c{LINES}", f"-d{SECONDS}s", "-s", f"{folder}/ask.lua"]
        before = server.processor_seconds()
        told = subprocess.run(
            [*words, f"http://127.0.0.1:{server.port}"], check=True, capture_output=True, text=True
        ).stdout
        used = server.processor_seconds() - before
    count = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return rate, used / count * 1000, int(bad[1]) if bad else 0


def measured(home: Path, paths: Sequence[str]) -> tuple[float, float, int]:
    """One run on a fresh server, after one hit that fills its memory."""
    server = embedded(home, free_port())
    try:
        subprocess.run(["curl", "-s", "-o", os.devnull, f"http://127.0.0.1:{server.port}{paths[0]}"], check=True)
        return hammered(server, paths)
    finally:
        server.kill()


def blocks() -> Iterator[str]:
    """The lines of the report."""
    home = new_home()
    campaign_id, few = build()
    reference = measured(home, ["/healthz"])
    small = measured(home, few)
    many = few + grown(campaign_id)
    large = measured(home, many)
    ratio = large[1] / small[1]
    kept = "kept  " if ratio <= MOST_RATIO and not small[2] and not large[2] else "BROKEN"
    yield f"{kept}  a hit costs the same from {SMALL} to {LARGE:,} recipients (at most {MOST_RATIO} ×)"
    for name, (rate, cost, bad) in ((f"{SMALL} recipients", small), (f"{LARGE:,} recipients", large)):
        yield (
            f"        {name}: {rate:.0f} hits a second, {cost:.2f} ms of processor each "
            f"= {cost / reference[1]:.1f} × /healthz, {bad} refused"
        )
    yield f"        /healthz: {reference[0]:.0f} a second, {reference[1]:.2f} ms; 100,000 against 100: {ratio:.2f} ×"


if __name__ == "__main__":
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed")
    print(machine())
    for block in blocks():
        print(block, flush=True)
