"""Do the sample city's two campaigns, answered by everybody through a real server, give the published figures?

All 2,853 people who answered in the sample answer again over HTTP on `kansa serve` (SQLite, synchronous=FULL): the
nurseries by the sheet of their workplace, one department on paper that the office types in, everybody else by a slip
and one request for each answer, from several browsers at once. Then both campaigns are closed over HTTP and the years
frozen. The promise is 95.2, 94.1 and +1.1 points, and not one request refused.
Run: python -m benchmarks.sample_campaigns
"""

from __future__ import annotations

import http.client
import sys
import time
import urllib.parse
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie

from benchmarks.city import new_home
from benchmarks.harness import machine
from benchmarks.serving import embedded, free_port
from tests.simulated_staff import (
    NURSERY,
    Reply,
    Shares,
    Sheet,
    answer_by_screen,
    answer_by_sheet,
    answer_on_paper,
    begun,
    by_department,
    sheets_of,
)

AT_ONCE = 8
IDLE_SECONDS = 5
CSRF = "a" * 32  # a cookie and a field that agree are what is asked for
BOUNDARY = "kansa-bench-boundary"
EXPECTED = {"self.rate": "95.2", "self.rate.prior": "94.1", "self.change": "+1.1"}


class Browser:
    """One browser on the running server, with its cookies and its connection."""

    def __init__(self, port: int, session: str = "") -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.used = time.monotonic()
        self.cookies = {"csrftoken": CSRF} | ({"sessionid": session} if session else {})

    def get(self, path: str) -> Reply:
        """A page."""
        return self.asked("GET", path, b"", "")

    def post(self, path: str, fields: Mapping[str, object]) -> Reply:
        """A form; a pair of name and bytes is a file."""
        fields = {"csrfmiddlewaretoken": CSRF, **fields}
        if any(isinstance(one, tuple) for one in fields.values()):
            from django.core.files.uploadedfile import SimpleUploadedFile
            from django.test.client import encode_multipart

            typed = {name: SimpleUploadedFile(*one) if isinstance(one, tuple) else one for name, one in fields.items()}
            return self.asked(
                "POST", path, encode_multipart(BOUNDARY, typed), f"multipart/form-data; boundary={BOUNDARY}"
            )
        body = urllib.parse.urlencode(fields).encode()
        return self.asked("POST", path, body, "application/x-www-form-urlencoded")

    def asked(self, method: str, path: str, body: bytes, kind: str) -> Reply:
        """One request on the connection that stays."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        if time.monotonic() - self.used > IDLE_SECONDS:
            self.line.close()  # the server has hung up meanwhile; the next request calls again
        self.used = time.monotonic()
        self.line.request(method, path, body or None, headers)
        reply = self.line.getresponse()
        found = Reply(reply.status, reply.read(), reply.getheader("Location") or "")
        for one in reply.headers.get_all("Set-Cookie") or ():
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(one).items()}
        return found


def answered(port: int, sessions: Mapping[str, str], fiscal_year: int, sheets: list[Sheet]) -> Shares:
    """One year's campaign from its making to its closing."""
    from django.utils import timezone

    from kansa.apps.people.models import Department

    clerk, director = Browser(port, sessions["clerk"]), Browser(port, sessions["director"])
    office, shares = begun(clerk, director, fiscal_year, timezone.localdate()), Shares()
    campaign, departments = office.path.split("/")[2], by_department(sheets)
    places = {code: Department.objects.get(code=code) for code in departments}
    on_paper = min((code for code in departments if len(departments[code]) >= 8), key=lambda one: len(departments[one]))
    waiting: list[tuple[str, Sheet]] = []
    for code, people in departments.items():
        if NURSERY in places[code].name_ja:
            shares.note("sheet", answer_by_sheet(office, places[code].pk, people))
        elif code == on_paper:
            shares.note("paper", answer_on_paper(office, places[code].pk, people))
        else:
            codes = office.codes(places[code].pk)
            waiting += [(codes[one.name_ja], one) for one in people]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        kept = pool.map(lambda one: answer_by_screen(Browser(port), campaign, *one), waiting)
        shares.posts = sum(kept)
    shares.note("screen", len(waiting))
    office.move("close")
    return shares


def main() -> int:
    """The city, its server, two campaigns, and what the frozen report says."""
    home = new_home()
    from django.db import connection

    from kansa.apps.annual_report.actions import freeze
    from kansa.apps.annual_report.queries import frozen_bytes
    from kansa.apps.self_inspection.models import Response
    from kansa.document.report import read_report
    from kansa.sample import generate
    from tests.cast import CLERK, browser_of, sign_up
    from tests.year.conftest import import_all

    files = generate()
    import_all(tuple(one for one in files if one.kind != "self_inspection"))
    sign_up("clerk", "director")
    sessions = {name: browser_of(name).cookies["sessionid"].value for name in ("clerk", "director")}
    connection.close()
    server, is_kept = embedded(home, free_port()), True
    print(machine())
    for file in (one for one in files if one.kind == "self_inspection"):
        fiscal_year, sheets, began = file.options["fiscal_year"], sheets_of(file), time.perf_counter()
        shares = answered(server.port, sessions, fiscal_year, sheets)
        seconds, rows = time.perf_counter() - began, Response.objects.filter(checklist__fiscal_year=fiscal_year).count()
        is_kept = is_kept and rows == len(sheets)
        ways = ", ".join(f"{way} {count}" for way, count in sorted(shares.people.items()))
        print(f"        FY{fiscal_year}: {rows} of {len(sheets)} people ({ways}); {shares.posts} answers by screen")
        print(f"        in {seconds:.0f} s, {shares.posts / seconds:.0f} answers a second with all else")
        freeze(CLERK, fiscal_year, "")
    server.kill()
    report = read_report(frozen_bytes(CLERK, 2024), is_draft=True)
    shown = {name: report.book[name].shown for name in EXPECTED}
    is_kept = is_kept and shown == EXPECTED
    print(f"{'kept  ' if is_kept else 'BROKEN'}  the published 95.2, 94.1 and +1.1 points through HTTP: {shown}")
    return 0 if is_kept else 1


if __name__ == "__main__":
    sys.exit(main())
