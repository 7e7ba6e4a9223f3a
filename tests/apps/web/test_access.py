"""Who gets a page, by which way, and what is the browser told about it?"""

from __future__ import annotations

import logging
import re
from itertools import product

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from kansa.apps.people.actions import disable_account
from kansa.apps.people.models import Account, Appointment
from kansa.config.middleware import is_loopback, loopback_only
from tests.apps.web.places import address
from tests.cast import account_named, actor_named, browser_of, this_fiscal_year
from tests.house.test_access_matrix import MATRIX, PEOPLE, STRANGER, matrix

PAGES = (
    "/years/",
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


@pytest.mark.usefixtures("town")
def test_every_row_of_the_access_matrix(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR, "django.request")  # thousands of refusals are meant
    # One address stands for all people: the meters of the landing pages would be full.
    monkeypatch.setattr("kansa.apps.drills.views.landing.Meter.is_over", lambda *_given: False)
    wrong = []
    rows = matrix(MATRIX.read_text(encoding="utf-8"))
    browsers = {person: browser_of("" if person == STRANGER else person) for person in PEOPLE}
    asked = [(row, address(row["url"])) for row in rows]
    for (row, path), person in product(asked, PEOPLE):
        mark = transaction.savepoint()
        cookies = browsers[person].cookies.copy()
        answer = browsers[person].generic(row["method"], path, content_type="application/x-www-form-urlencoded")
        if answer.status_code != int(row[person]):
            wrong.append((row["url"], row["method"], person, f"expected {row[person]}", answer.status_code))
        browsers[person].cookies = cookies  # signing out is rolled back too
        transaction.savepoint_rollback(mark)
    assert wrong == []


@pytest.mark.parametrize("peer", ["127.0.0.1", "127.255.0.9", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_answered(peer: str) -> None:
    assert is_loopback(peer)


@pytest.mark.parametrize(
    "peer", ["", "10.0.0.1", "192.0.2.7", "::ffff:10.0.0.1", "fe80::1", "localhost", "127.0.0.1, 10.0.0.1"]
)
def test_another_machine_is_not(peer: str) -> None:
    assert not is_loopback(peer)


@pytest.mark.parametrize(("peer", "status"), [("192.0.2.7", 403), ("", 403), ("127.0.0.1", 200)])
def test_the_demo_answers_its_own_machine_only(peer: str, status: int) -> None:
    """What a proxy says does not count."""
    request = RequestFactory().get("/", REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR="127.0.0.1")
    answer = loopback_only(lambda _request: HttpResponse("ok"))(request)
    assert answer.status_code == status


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES[:-2])
def test_a_role_without_the_verb_is_refused(page: str) -> None:
    answer = browser_of("outsider").get(page)
    assert answer.status_code == 403
    assert "権限" in answer.content.decode()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES)
def test_a_stranger_is_asked_to_sign_in(page: str) -> None:
    answer = browser_of("").get(page)
    if page != PAGES[-1]:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/account/login/?next=")


@pytest.mark.usefixtures("town")
def test_an_account_that_was_disabled_is_out_at_once() -> None:
    client = browser_of("clerk")
    assert client.get("/").status_code == 200
    disable_account(actor_named("administrator"), account_named("clerk").pk)
    assert client.get("/").status_code == 302


@pytest.mark.usefixtures("town")
def test_an_account_past_its_fiscal_year_is_out() -> None:
    client = browser_of("clerk")
    Account.objects.filter(login="clerk").update(valid_through=this_fiscal_year() - 1)
    assert client.get("/").status_code == 302


@pytest.mark.usefixtures("town")
def test_a_role_of_last_year_is_no_role() -> None:
    Appointment.objects.update(fiscal_year=this_fiscal_year() - 1)
    assert browser_of("clerk").get("/years/").status_code == 403


@pytest.mark.usefixtures("town")
def test_what_was_typed_before_the_session_ended_comes_back() -> None:
    typed = {"reason_ja": "夜に入力した <b>長い文</b>", "password": "secret"}
    answer = browser_of("").post("/years/2024/", typed, HTTP_ORIGIN="http://testserver")
    text = answer.content.decode()
    assert answer.status_code == 401
    assert 'name="reason_ja" value="夜に入力した &lt;b&gt;長い文&lt;/b&gt;"' in text
    assert "secret" not in text
    assert 'action="/years/2024/"' in text


@pytest.mark.usefixtures("town")
def test_a_form_of_another_site_is_never_offered_again() -> None:
    for origin in ("http://evil.example", ""):
        answer = browser_of("").post("/years/2024/", {"reason_ja": "x"}, HTTP_ORIGIN=origin)
        assert answer.status_code == 403
        assert "もう一度送る" not in answer.content.decode()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES)
def test_the_browser_is_told_to_trust_nothing_else(page: str) -> None:
    headers = browser_of("clerk").get(page).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("page", PAGES)
def test_no_page_carries_its_own_style_or_script(page: str) -> None:
    text = browser_of("clerk").get(page).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert re.findall(r"<script(?![^>]*\s(?:src=|type=\"application/json\"))", text) == []


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
def test_what_does_not_exist_is_said_in_japanese(page: str) -> None:
    answer = browser_of("clerk").get(page)
    assert answer.status_code == 404
    assert "見つかりません" in answer.content.decode()


@pytest.mark.usefixtures("town")
def test_html_in_an_address_stays_text() -> None:
    client = browser_of("clerk")
    for page in ("/years/2024/figures/<script>x/", "/years/2024/figures/?q=<script>x"):
        assert "<script>x" not in client.get(page).content.decode()
