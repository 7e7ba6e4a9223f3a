"""Do two servers on one PostgreSQL behind a proxy serve everybody, also when one of them is killed in the middle?

Real ones: granian, nginx. Only where the tests run on PostgreSQL; the same with many people is benchmarks/durability.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from benchmarks.serving import Server, free_port, missing, production, proxy
from kansa.apps.self_inspection.models import Response
from tests.cast import PASSWORD, account_named
from tests.inspecting import build_campaign, build_staff

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two servers need PostgreSQL"),
    pytest.mark.skipif(bool(missing("nginx")), reason=f"this machine lacks {missing('nginx')}"),
]


class Browser:
    """Cookies and forms over real HTTP; a cookie holds for every port of the host."""

    def __init__(self) -> None:
        cookies = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), cookies)

    def page(self, port: int, path: str, **typed: str) -> str:
        """The page, or what came of sending the form of `path`; a form that was not taken is sent once more."""
        address = f"http://127.0.0.1:{port}{path}"
        text: str = self.opener.open(address, timeout=30).read().decode()
        if not typed:
            return text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', text)
        body = urllib.parse.urlencode({**typed, "csrfmiddlewaretoken": token[1] if token else ""}).encode()
        try:
            return str(self.opener.open(address, body, timeout=30).read().decode())
        except urllib.error.HTTPError as fault:
            assert fault.code in (502, 503)
            return str(self.opener.open(address, body, timeout=30).read().decode())


@pytest.fixture
def servers(transactional_db: None) -> Iterator[list[Server]]:
    """Two servers of one process each, on the database of the tests."""
    given = connection.settings_dict
    url = f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{given['NAME']}"
    home = Path(os.environ["KANSA_HOME"])
    started = [production(home, free_port(), url, processes=1) for _ in range(2)]
    yield started
    for one in started:
        one.kill()


def test_signed_in_at_one_answered_at_the_other_and_one_killed(servers: list[Server]) -> None:
    build_staff()
    campaign = build_campaign()
    account = account_named("staff")
    account.set_password(PASSWORD)
    account.save()
    browser, path = Browser(), f"/answer/{campaign.pk}/items"
    browser.page(servers[0].port, "/account/login/", login="staff", password=PASSWORD)
    assert "2 / 3" in browser.page(servers[1].port, f"{path}/1/", answer="yes")  # never signed in there
    with proxy([one.port for one in servers]) as port:
        assert "3 / 3" in browser.page(port, f"{path}/2/", answer="yes")
        servers[0].kill()
        assert "3 / 3" in browser.page(port, f"{path}/3/", answer="no")  # stays, to tell the right way
        assert "受付の控え" in browser.page(port, f"/answer/{campaign.pk}/receipt/")
    assert Response.objects.values_list("met", "applicable", "answered").get() == (0b011, 0b111, 0b111)
