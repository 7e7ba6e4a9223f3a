"""Who gets a page, by which way, and what is the browser told about it?"""

from __future__ import annotations

import re

import pytest
from django.test import Client

from kansa.apps.annual_report.views import access
from kansa.config.middleware import is_loopback
from tests.cast import OUTSIDER
from tests.house.test_access_matrix import MATRIX, matrix

EXAMPLES = {
    "<fiscal_year:fiscal_year>": "2024",
    "templates/<slug:kind>": "templates/year",
    "download/<slug:kind>": "download/html",
    "<path:figure_id>": "external.mean",
}
PEERS = {"local_viewer": "127.0.0.1", "remote": "192.0.2.7"}
PAGES = (
    "/",
    "/templates/",
    "/years/2024/",
    "/years/2025/",
    "/years/2024/report/",
    "/years/2024/figures/",
    "/years/2024/figures/external.mean/",
    "/years/2024/figures/no.such/",
    "/no-such-page/",
)

pytestmark = [pytest.mark.django_db]


def address(pattern: str) -> str:
    """A real address of a pattern of the matrix."""
    for part, example in EXAMPLES.items():
        pattern = pattern.replace(part, example)
    assert "<" not in pattern, f"{pattern}: give an example"
    return f"/{pattern}"


@pytest.mark.usefixtures("town")
def test_every_row_of_the_access_matrix() -> None:
    wrong = []
    for row in matrix(MATRIX.read_text(encoding="utf-8")):
        client = Client(REMOTE_ADDR=PEERS[row["role"]])
        answer = client.generic(row["method"], address(row["url"]))
        if answer.status_code != int(row["status"]):
            wrong.append((row, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_answered(peer: str) -> None:
    assert is_loopback(peer)


@pytest.mark.parametrize(
    "peer", ["", "10.0.0.1", "192.0.2.7", "::ffff:10.0.0.1", "fe80::1", "localhost", "127.0.0.1, 10.0.0.1"]
)
def test_another_machine_is_not(peer: str) -> None:
    assert not is_loopback(peer)


def test_what_a_proxy_says_does_not_count(client: Client) -> None:
    answer = client.get("/", REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR="127.0.0.1")
    assert answer.status_code == 403
    assert "パソコン自身" in answer.content.decode()


def test_a_connection_without_a_peer_is_refused() -> None:
    assert Client(REMOTE_ADDR="").get("/").status_code == 403


def test_static_files_are_refused_to_other_machines_too() -> None:
    assert Client(REMOTE_ADDR="192.0.2.7").get("/static/kansa/site.css").status_code == 403


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES[:-2])
def test_a_role_without_the_verb_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setattr(access, "LOCAL_VIEWER", OUTSIDER)
    answer = client.get(page)
    assert answer.status_code == 403
    assert "権限" in answer.content.decode()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES)
def test_the_browser_is_told_to_trust_nothing_else(client: Client, page: str) -> None:
    headers = client.get(page).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_carries_its_own_style_or_script(client: Client, page: str) -> None:
    text = client.get(page).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert re.findall(r"<script(?![^>]*\ssrc=)", text) == []


def test_a_foreign_host_name_is_refused(client: Client) -> None:
    answer = client.get("/", HTTP_HOST="kansa.example.com")
    assert answer.status_code == 400
    assert "受け付けられません" in answer.content.decode()


def test_the_server_says_whether_it_is_well(client: Client) -> None:
    assert client.get("/healthz").content == b"ok\n"


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    "page",
    [
        "/years/1800/",
        "/years/99999999999999999999/",
        "/years/2019/",
        "/years/2025/report/",
        "/years/2025/figures/",
        "/years/2025/download/pdf/",
        "/years/2024/?version=9",
        "/years/2024/report/?version=-1",
        "/years/2024/report/?version=99999999999999999999",
        "/years/2024/report/?version=x",
        "/years/2024/download/exe/",
        "/templates/exe/",
    ],
)
def test_what_does_not_exist_is_said_in_japanese(client: Client, page: str) -> None:
    answer = client.get(page)
    assert answer.status_code == 404
    assert "見つかりません" in answer.content.decode()


@pytest.mark.usefixtures("town")
def test_html_in_an_address_stays_text(client: Client) -> None:
    for page in ("/years/2024/figures/<script>x/", "/years/2024/figures/?q=<script>x"):
        assert "<script>x" not in client.get(page).content.decode()
