"""Are the figures of a drill what the staff really did? The sample city's drill, carried out for real.

The plan is signed by two people, the mails leave through a real relay (smtp-sink), and members of staff, scanners, a
proxy for the whole city and reporters act on the links that stand in the mails that the relay wrote down. What each of
them does is drawn before anything is sent; that truth stands beside the figures of the pages, of the export and of the
annual report. Run: python -m benchmarks.sample_drill
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.city import new_home
from benchmarks.harness import machine

if TYPE_CHECKING:
    from kansa.core.year import Drill
    from tests.drill_staff import Played

NAMES_JA = {
    "listed": "名簿",
    "sent": "送信",
    "delivered": "届いた",
    "opened": "表示（参考）",
    "clicked": "開いた",
    "reported": "報告",
    "reported_after_click": "開いた後に報告",
}


def roster() -> int:
    """A home with the sample city's departments and this year's staff, addresses kept; the year."""
    new_home()
    from kansa.apps.annual_report.actions import import_file
    from kansa.apps.people.actions import found_municipality
    from kansa.apps.people.models import Municipality
    from kansa.apps.trail.actions import ImportOptions
    from kansa.sample import YEAR, generate
    from tests.cast import CITY, CLERK
    from tests.drilling import DOMAIN
    from tests.mailing import verified

    found_municipality(CLERK, "みほん市（架空）")
    Municipality.objects.filter(pk=CITY).update(keeps_mail_addresses=True)
    verified(DOMAIN)
    for file in generate():
        if file.kind == "departments" or (file.kind == "staff" and dict(file.options)["fiscal_year"] == YEAR):
            options = ImportOptions(**dict(file.options))
            import_file(CLERK, file.kind, file.data, file.name, apply=True, options=options)
    return YEAR


def minutes(played: Played, moment: datetime | None) -> int | None:
    """Whole minutes after the first mail."""
    from kansa.apps.drills.models import DrillRecipient

    rows = DrillRecipient.objects.filter(campaign=played.campaign, relayed_at__isnull=False)
    first = rows.order_by("relayed_at").values_list("relayed_at", flat=True)[0]
    return None if moment is None else (moment - first) // timedelta(minutes=1)


def pairs(played: Played) -> Iterator[tuple[str, object, object]]:
    """What is compared: its name, the truth, the figure of the pages."""
    from kansa.apps.drills.queries.shown import shown_result

    result, truth = shown_result(played.campaign), played.truth
    for name, count in truth.as_counts().items():
        yield NAMES_JA[name], count, result.counts(name)
    yield "最初のクリックまで（分）", minutes(played, truth.first_click), result.city["first_click_minutes"]
    yield "最初の報告まで（分）", minutes(played, truth.first_report), result.city["first_report_minutes"]
    yield "最初のクリックより前の報告", truth.before_first_click, result.city["reports_before_first_click"]


def exported(played: Played, fiscal_year: int) -> Iterator[tuple[str, object, object]]:
    """The export in GoPhish's shape, read again as a foreign drill."""
    from kansa.apps.drills.actions import export_gophish
    from kansa.formats.readers import read_gophish
    from tests.cast import CLERK

    events = read_gophish(
        export_gophish(CLERK, played.campaign.pk)["events.csv"], "events.csv", fiscal_year, "X"
    ).records
    for kind in ("clicked", "reported"):
        people = {one.recipient for one in events if getattr(one, "kind", "") == kind}
        yield f"GoPhish の形：{NAMES_JA[kind]}", getattr(played.truth, kind), len(people)


def reported(drill: Drill, played: Played) -> Iterator[tuple[str, object, object]]:
    """The figures that the annual report reads, after every person was erased."""
    for name in ("sent", "delivered", "clicked", "reported", "reported_after_click"):
        figure = sum(getattr(row, name) for row in drill.rows)
        yield f"終了後の年報：{NAMES_JA[name]}", getattr(played.truth, name), figure


def main() -> int:
    """Carries out the drill and prints truth and figures; 1 when one of them differs."""
    fiscal_year = roster()
    from kansa.apps.drills.actions import take_step
    from kansa.apps.drills.queries import drills
    from tests.cast import CITY, CLERK, VIEWER
    from tests.drill_staff import carried_out
    from tests.drilling import DIRECTOR
    from tests.mailing import SINK, running_sink

    if SINK is None:
        print("smtp-sink (of postfix) is not installed")
        return 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running_sink(Path(folder) / "dump") as sink:
        played = carried_out((CLERK, VIEWER), fiscal_year, sink)
    lines = [*pairs(played), *exported(played, fiscal_year)]
    take_step(DIRECTOR, played.campaign.pk, "close")
    lines += reported(drills(CITY, fiscal_year)[0], played)
    same = all(truth == figure for _, truth, figure in lines) and played.twice == 0
    print(f"{'kept  ' if same else 'BROKEN'}  every figure is what the staff did")
    for words, truth, figure in lines:
        print(f"        {words}: 真実 {truth} / kansa {figure}{'' if truth == figure else '  <- differs'}")
    print(
        f"        {played.mails:,} mails at the relay, {played.twice} twice, {played.requests:,} requests, "
        f"{time.monotonic() - began:.0f} s"
    )
    return 0 if same else 1


if __name__ == "__main__":
    print(machine())
    sys.exit(main())
