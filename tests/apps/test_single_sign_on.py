"""Does single sign-on lead to the account of the same login name, and nobody else anywhere?

The provider is a real one in a process of its own: django-allauth's OpenID Connect provider (tests/apps/provider.py).
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from kansa.apps.people.actions import add_account, disable_account
from kansa.apps.people.models import Account
from kansa.apps.trail.models import Event
from kansa.config.single_sign_on import providers, sign_on_origins
from tests.apps.provider import CLIENT_ID, CLIENT_SECRET, PASSWORD
from tests.cast import CLERK, actor_named, sign_up, this_fiscal_year
from tests.house.source import ROOT

START = "/account/oidc/office/login/"
CALLBACK = f"http://testserver{START}callback/"

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the running provider."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    folder = tmp_path_factory.mktemp("provider")
    command = [sys.executable, "-m", "tests.apps.provider", str(port), str(folder), CALLBACK]
    server = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""})
    try:
        for _time in range(300):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "the provider ended by itself"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)


def environ(issuer: str, **more: str) -> dict[str, str]:
    names = {"KANSA_OIDC_ISSUER": issuer, "KANSA_OIDC_CLIENT_ID": CLIENT_ID, "KANSA_OIDC_CLIENT_SECRET": CLIENT_SECRET}
    return names | {"KANSA_OIDC_NAME": "みほん市の認証"} | more


@pytest.fixture
def browser(city: object, issuer: str, settings: Any) -> Client:
    """A browser before a kansa with this single sign-on and one account without a password."""
    settings.SOCIALACCOUNT_PROVIDERS = providers(environ(issuer))
    settings.ROOT_URLCONF = "tests.apps.single_sign_on_urls"
    add_account(CLERK, "hanako", "受付　花子", valid_through=this_fiscal_year(), password=None)
    return Client()


def back_from_provider(browser: Client, person: str) -> Any:
    """The way over the provider's own sign-in page and back; kansa's answer."""
    sent = browser.post(START)
    assert sent.status_code == 302
    visitor = requests.Session()
    page = visitor.get(sent.headers["Location"], timeout=10)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
    assert token, page.text
    fields = {"csrfmiddlewaretoken": token[1], "login": person, "password": PASSWORD}
    answer = visitor.post(page.url, fields, headers={"Referer": page.url}, allow_redirects=False, timeout=10)
    while not answer.headers["Location"].startswith("http://testserver"):
        following = requests.compat.urljoin(answer.url, answer.headers["Location"])
        answer = visitor.get(following, allow_redirects=False, timeout=10)
    parts = urlsplit(answer.headers["Location"])
    return browser.get(f"{parts.path}?{parts.query}")


def test_the_account_of_the_same_login_name_is_signed_in(browser: Client, issuer: str) -> None:
    assert "みほん市の認証" in browser.get("/account/login/").content.decode()
    answer = back_from_provider(browser, "hanako")
    assert answer.status_code == 302
    assert "hanako" in browser.get("/own/").content.decode()
    assert Event.objects.get(verb="sign_in").after == {"method": "socialaccount"}
    again = Client()
    back_from_provider(again, "hanako")  # the identity is known now
    assert again.get("/own/").status_code == 200
    assert Account.objects.count() == 1


def test_somebody_without_an_account_is_told_so_and_gets_none(browser: Client) -> None:
    answer = back_from_provider(browser, "stranger")
    text = answer.content.decode()
    assert answer.status_code == 403
    assert "kansa のアカウントがありません" in text and "stranger" in text
    assert browser.get("/own/").status_code == 302
    assert not Account.objects.filter(login="stranger").exists()


def test_a_closed_account_is_refused(browser: Client) -> None:
    sign_up("administrator")
    disable_account(actor_named("administrator"), Account.objects.get(login="hanako").pk)
    assert back_from_provider(browser, "hanako").headers["Location"] == "/account/inactive/"
    assert browser.get("/own/").status_code == 302


def test_an_account_past_its_year_is_refused(browser: Client) -> None:
    Account.objects.update(valid_through=this_fiscal_year() - 1)
    back_from_provider(browser, "hanako")
    assert browser.get("/own/").status_code == 302


def test_an_answer_that_nobody_asked_for_is_refused(browser: Client) -> None:
    answer = browser.get(f"{START}callback/?code=stolen&state=made-up")
    assert "シングルサインオンができませんでした" in answer.content.decode()
    assert browser.get("/own/").status_code == 302


@pytest.mark.parametrize("issuer", ["http://sso.city.example", "http://localhost.evil.example", "ftp://localhost"])
def test_a_way_that_is_not_encrypted_is_refused(issuer: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="https"):
        providers(environ(issuer))


def test_a_client_without_its_secret_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET"):
        providers(environ("https://sso.city.example", KANSA_OIDC_CLIENT_SECRET=""))
    assert providers({}) == {} and sign_on_origins({}) == []
    assert sign_on_origins(environ("https://sso.city.example/realms/city")) == ["https://sso.city.example"]
