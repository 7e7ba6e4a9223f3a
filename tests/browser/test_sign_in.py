"""Does signing in work in a real browser: password, code, passkey, lock, and a form sent after the session ended?

Passkeys are those of Chromium's virtual authenticator; codes are computed here after RFC 6238.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from kansa.apps.people.actions import Duty, add_account, disable_account, unlock_account
from kansa.apps.people.models import Account, AuditFirm
from kansa.apps.trail.models import Event
from tests.browser.conftest import Watched
from tests.browser.test_site import small_targets, violations
from tests.builders import build_city, department, imported
from tests.cast import CLERK, actor_named, sign_up, this_fiscal_year

LOGIN = "hanako"
PASSWORD = "さくら-mihon-2024"
WIDTHS = (1280, 375)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door(live_server: Any) -> str:
    """The address of a server whose city has one person with a password, administrator and audit clerk in one."""
    from django.core.cache import cache

    cache.clear()
    build_city()
    imported("departments", [department("101")])
    year = this_fiscal_year()
    add_account(
        CLERK,
        LOGIN,
        "受付　花子",
        valid_through=year,
        password=PASSWORD,
        duties=[Duty("administrator", year), Duty("audit_clerk", year)],
        must_change_password=False,
    )
    return str(live_server.url)


@pytest.fixture
def watched(chromium: Any, door: str) -> Iterator[Watched]:
    """A stranger's window."""
    one = Watched(chromium.new_context(viewport={"width": 1280, "height": 900}))
    one.context.set_default_timeout(10_000)
    yield one
    one.context.close()


def sign_in(page: Any, door: str, password: str = PASSWORD, login: str = LOGIN) -> None:
    page.goto(f"{door}/account/login/")
    page.get_by_label("ログイン名").fill(login)
    page.get_by_label("パスワード", exact=False).first.fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="サインイン", exact=True).click()


def prove(page: Any, door: str, path: str) -> None:
    """Opens a page about the second factor, which asks for the password once more."""
    page.goto(f"{door}/account/factors/{path}")
    expect(page.locator("h1")).to_have_text("本人の確認")
    page.get_by_label("パスワード").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="確認する").click()


def account() -> Account:
    found: Account = Account.objects.get(login=LOGIN)
    return found


def code_of(secret: str, moment: float | None = None) -> str:
    """The 6 digits of RFC 6238 with SHA-1 and 30 seconds."""
    counter = int((time.time() if moment is None else moment) // 30)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def inspected(page: Any) -> list[str]:
    """What is wrong with a page for the eye, the finger and a small screen, at both widths."""
    faults = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        faults += violations(page) + small_targets(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append(f"{page.url}: wider than {width}")
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    return faults


def english(page: Any) -> set[str]:
    """Lines of a page without a Japanese letter; names, codes and the link to the English pages are no words."""
    text = page.locator("main").inner_text()
    return {line.strip() for line in text.splitlines() if re.search(r"[A-Za-z]{4}", line) and line.isascii()}


def test_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, the last six digits."""
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code_of(secret, moment) for moment in (59, 1111111109, 20000000000)] == ["287082", "081804", "353130"]


def test_a_password_opens_the_door_and_the_trail_says_so(door: str, watched: Watched) -> None:
    page = watched.context.new_page()
    page.goto(f"{door}/accounts/")
    assert "/account/login/" in page.url
    assert inspected(page) == [] and english(page) == set()
    sign_in(page, door)
    expect(page.locator("header")).to_contain_text("受付　花子")
    page.get_by_role("button", name="サインアウト").click()
    page.goto(f"{door}/accounts/")
    assert "/account/login/" in page.url
    verbs = list(Event.objects.filter(object_key=LOGIN).order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["sign_in", "sign_out"]
    assert watched.complaints == [] and watched.strangers(door) == []


def test_five_wrong_passwords_lock_the_name_until_it_is_unlocked(door: str, watched: Watched) -> None:
    page = watched.context.new_page()
    for _time in range(5):
        sign_in(page, door, "wrong-password-1")
        expect(page.locator("main")).to_contain_text("ログイン名かパスワードが違います。")
    sign_in(page, door)
    expect(page.locator("main")).to_contain_text("このログイン名は5分間使えません")
    assert inspected(page) == []
    assert Event.objects.filter(verb="sign_in_failed", object_key=LOGIN).count() == 5
    unlock_account(CLERK, account().pk)
    sign_in(page, door)
    expect(page.locator("header")).to_contain_text("受付　花子")
    assert watched.complaints == []


def test_an_unknown_name_is_told_no_more_than_a_wrong_password(door: str, watched: Watched) -> None:
    page = watched.context.new_page()
    sign_in(page, door, login="nobody")
    expect(page.locator("main")).to_contain_text("ログイン名かパスワードが違います。")


def test_a_passing_password_has_to_be_changed_first(door: str, watched: Watched) -> None:
    Account.objects.update(must_change_password=True)
    page = watched.context.new_page()
    sign_in(page, door)
    expect(page.locator("h1")).to_have_text("パスワードの変更")
    page.goto(f"{door}/accounts/")
    expect(page.locator("h1")).to_have_text("パスワードの変更")
    assert inspected(page) == [] and english(page) == set()
    page.get_by_label("今のパスワード").fill(PASSWORD)
    page.get_by_label(re.compile("^新しいパスワード 必須$|^新しいパスワード$")).fill("short")
    page.get_by_label("もう一度").fill("short")
    page.get_by_role("button", name="変更する").click()
    expect(page.locator("main")).to_contain_text("12")
    page.get_by_label("今のパスワード").fill(PASSWORD)
    page.get_by_label(re.compile("^新しいパスワード 必須$|^新しいパスワード$")).fill("もみじ-mihon-2025")
    page.get_by_label("もう一度").fill("もみじ-mihon-2025")
    page.get_by_role("button", name="変更する").click()
    expect(page.get_by_role("status")).to_contain_text("パスワードを変更しました。")
    assert page.url == f"{door}/"
    page.goto(f"{door}/accounts/")
    expect(page.locator("h1")).to_have_text("アカウント")
    assert not account().must_change_password
    assert watched.complaints == []


def test_a_closed_account_is_told_whom_to_ask(door: str, watched: Watched) -> None:
    sign_up("administrator")
    disable_account(actor_named("administrator"), account().pk)
    page = watched.context.new_page()
    sign_in(page, door)
    expect(page.locator("main")).to_contain_text("このアカウントは使えません")
    assert inspected(page) == []
    page.goto(f"{door}/accounts/")
    assert "/account/login/" in page.url


def register_app(page: Any, door: str) -> str:
    """Registers an authenticator app; its secret."""
    page.goto(f"{door}/account/factors/totp/activate/")
    page.locator("main details summary").click()
    secret = page.locator("#authenticator_secret").inner_text().strip()
    box = page.locator(".qr svg").bounding_box()
    assert box and box["width"] > 150
    page.get_by_label("確認コード").fill(code_of(secret))
    page.get_by_role("button", name="登録する").click()
    return str(secret)


def test_a_code_and_a_recovery_code_open_the_door(door: str, watched: Watched) -> None:
    page = watched.context.new_page()
    sign_in(page, door)
    page.goto(f"{door}/account/factors/")
    assert inspected(page) == [] and english(page) == set()
    prove(page, door, "totp/activate/")
    page.locator("main details summary").click()
    assert inspected(page) == []
    page.get_by_label("確認コード").fill("000000")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("main")).to_contain_text("確認コードが違います")
    secret = register_app(page, door)
    expect(page.locator("h1")).to_have_text("リカバリーコード")
    assert inspected(page) == []
    codes = page.locator("#recovery_codes code").all_inner_texts()
    assert len(codes) == 10 and len(set(codes)) == 10
    assert Event.objects.filter(verb="change_factor", after={"factor": "totp_activated"}).count() == 1

    watched.context.clear_cookies()
    sign_in(page, door)
    expect(page.locator("h1")).to_have_text("二要素認証")
    assert inspected(page) == [] and english(page) == set()
    page.goto(f"{door}/accounts/")
    expect(page.locator("h1")).to_have_text("二要素認証")  # half signed in is not signed in
    page.get_by_label("確認コード").fill("123456")
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.locator("main")).to_contain_text("確認コードが違います")
    page.get_by_label("確認コード").fill(codes[0])
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.locator("header")).to_contain_text("受付　花子")

    watched.context.clear_cookies()
    sign_in(page, door)
    page.get_by_label("確認コード").fill(codes[0])
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.locator("main")).to_contain_text("確認コードが違います")  # once only
    page.get_by_label("確認コード").fill(unused_code(secret))
    page.get_by_role("button", name="サインイン", exact=True).click()
    expect(page.locator("header")).to_contain_text("受付　花子")
    assert watched.complaints == [] and watched.strangers(door) == []


def unused_code(secret: str) -> str:
    """A code of a time step that was not used yet: each is taken once."""
    used = code_of(secret)
    while code_of(secret) == used:
        time.sleep(0.5)
    return code_of(secret)


def test_important_settings_ask_once_more_who_it_is(door: str, watched: Watched) -> None:
    page = watched.context.new_page()
    sign_in(page, door)
    page.goto(f"{door}/account/factors/totp/activate/")
    expect(page.locator("h1")).to_have_text("本人の確認")
    assert inspected(page) == [] and english(page) == set()
    page.get_by_label("パスワード").fill("wrong-password-1")
    page.get_by_role("button", name="確認する").click()
    expect(page.locator("main")).to_contain_text("パスワードが違います")
    page.get_by_label("パスワード").fill(PASSWORD)
    page.get_by_role("button", name="確認する").click()
    expect(page.locator("h1")).to_have_text("認証アプリを登録")
    assert watched.complaints == []


@pytest.fixture
def authenticator(watched: Watched) -> Any:
    """A page whose browser has a virtual authenticator that always recognises the person."""
    page = watched.context.new_page()
    wire = watched.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    page.authenticator = wire.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]
    page.wire = wire
    return page


def test_a_passkey_is_added_used_renamed_and_removed(door: str, watched: Watched, authenticator: Any) -> None:
    page = authenticator
    sign_in(page, door)
    prove(page, door, "passkeys/add/")
    assert inspected(page) == []
    page.get_by_label("パスキーの名前").fill("庁内パソコン")
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("h1")).to_have_text("リカバリーコード")
    page.goto(f"{door}/account/factors/passkeys/")
    expect(page.locator("main")).to_contain_text("これだけでサインイン")
    assert inspected(page) == []

    watched.context.clear_cookies()
    page.goto(f"{door}/account/login/")
    page.get_by_role("button", name="パスキーでサインイン").click()
    expect(page.locator("header")).to_contain_text("受付　花子")  # without a password
    assert Event.objects.filter(verb="sign_in").order_by("pk").last().after == {"method": "mfa"}  # type: ignore[union-attr]

    watched.context.clear_cookies()
    sign_in(page, door)
    page.get_by_role("button", name="パスキーを使う").click()
    expect(page.locator("header")).to_contain_text("受付　花子")

    page.goto(f"{door}/account/factors/passkeys/")
    page.get_by_role("link", name="庁内パソコン の名前を変える").click()
    expect(page.locator("h1")).to_have_text("本人の確認")
    page.get_by_role("link", name="パスキーを使う").click()
    assert inspected(page) == [] and english(page) == set()
    page.get_by_role("button", name="パスキーを使う").click()
    expect(page.locator("h1")).to_have_text("パスキーの名前を変える")
    assert inspected(page) == []
    page.get_by_label("パスキーの名前").fill("家庭のパソコン")
    page.get_by_role("button", name="変更する").click()
    page.get_by_role("link", name="家庭のパソコン を取り除く").click()
    assert inspected(page) == []
    page.get_by_role("button", name="取り除く").click()
    expect(page.locator("main")).to_contain_text("パスキーはまだありません")
    told = [one.after["factor"] for one in Event.objects.filter(verb="change_factor").order_by("pk")]
    assert told[0] == "webauthn_added" and "webauthn_removed" in told
    assert watched.complaints == [] and watched.strangers(door) == []


def test_a_passkey_that_fails_is_told_on_the_page(door: str, watched: Watched, authenticator: Any) -> None:
    page = authenticator
    page.wire.send("WebAuthn.setUserVerified", {"authenticatorId": page.authenticator, "isUserVerified": False})
    sign_in(page, door)
    prove(page, door, "passkeys/add/")
    expect(page.locator("#passkey_failed")).to_be_hidden()
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("#passkey_failed")).to_be_visible()
    assert inspected(page) == []


def test_what_was_typed_after_the_session_ended_is_sent_again(door: str, watched: Watched) -> None:
    page = watched.context.new_page()
    sign_in(page, door)
    page.goto(f"{door}/firms/")
    page.get_by_label("監査事業者").fill("夜間監査法人")
    Session.objects.all().delete()
    page.get_by_role("button", name="登録する").click()
    expect(page.locator("h1")).to_have_text("入力は送られていません")
    page.locator("main details summary").click()
    expect(page.locator("main")).to_contain_text("夜間監査法人")
    assert inspected(page) == []
    assert not AuditFirm.objects.exists()
    with watched.context.expect_page() as opened:
        page.get_by_role("link", name="新しいタブでサインイン").click()
    sign_in(opened.value, door)
    expect(opened.value.locator("header")).to_contain_text("受付　花子")
    page.get_by_role("button", name="もう一度送る").click()
    if page.locator("h1").inner_text() == "入力は送られていません":
        page.get_by_role("button", name="もう一度送る").click()  # a token of before signing in is asked for once more
    expect(page.locator("h1")).to_have_text("監査事業者")
    assert AuditFirm.objects.get().name_ja == "夜間監査法人"


def test_too_many_requests_are_told_in_words(door: str, watched: Watched, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip", "login_failed": "5/300s/key"}
    page = watched.context.new_page()
    sign_in(page, door, "wrong-password-1")
    sign_in(page, door, "wrong-password-1")
    expect(page.locator("h1")).to_have_text("しばらくお待ちください")
    assert inspected(page) == [] and english(page) == set()
