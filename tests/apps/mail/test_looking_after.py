"""Are domains, relays, bounces and identities looked after as promised, and do the pages show no address?"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from kansa.apps.mail.actions import (
    BatchPlan,
    Recipient,
    RelaySettings,
    approve_batch,
    change_batch,
    confirm_by_code,
    confirm_by_second_person,
    create_batch,
    destroy_identities,
    leave_out,
    mail_code,
    open_identities,
    propose_domain,
    save_relay,
    send_slice,
    stop_batch,
    take_bounces,
)
from kansa.apps.mail.models import MailAttempt, MailBatch, MailDomain, MailMessage, MailRelay
from kansa.apps.mail.queries import addresses_of, approval_sha256, counts_of, fates_of, relay_secret
from kansa.apps.people.actions import keep_mail_addresses
from kansa.apps.people.models import StaffMember
from kansa.apps.trail.models import Event
from kansa.core.errors import InputError, RuleError
from kansa.core.permission import Actor
from tests.builders import department, imported, staff
from tests.cast import CITY, CLERK, browser_of, sign_up
from tests.mailing import (
    DOMAIN,
    FIRST,
    SECOND,
    TEMPLATE,
    Sink,
    batch_of,
    needs_sink,
    people,
    relay_at,
    running_sink,
    verified,
    window,
)

pytestmark = [pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _city(city: Any) -> None:
    """A municipality."""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with running_sink(tmp_path / "dump") as one:
        yield one


def code_of(refused: pytest.ExceptionInfo[Any]) -> str:
    fault = refused.value
    return str(fault.code) if isinstance(fault, RuleError) else str(fault.refusals[0].code)


@needs_sink
def test_a_domain_is_verified_by_the_code_that_its_postmaster_got(sink: Sink) -> None:
    relay = relay_at(sink.port)
    made = propose_domain(FIRST, "School.Example.JP")
    with pytest.raises(RuleError) as refused:
        mail_code(FIRST, made.pk, relay.pk, "taro")
    assert code_of(refused) == "no_such_mailbox"
    mail_code(FIRST, made.pk, relay.pk, "postmaster")
    mail = sink.mails()[0]
    assert mail.recipient == "postmaster@school.example.jp"
    with pytest.raises(RuleError) as refused:
        mail_code(FIRST, made.pk, relay.pk, "postmaster")
    assert code_of(refused) == "code_just_sent"
    body = mail.text.split("\n\n", 1)[1]
    text = body if "kansa" in body else base64.b64decode(body).decode()
    found = re.search(r"^(\d{8})$", text, re.MULTILINE)
    assert found is not None
    with pytest.raises(RuleError) as refused:
        confirm_by_code(FIRST, made.pk, "00000000" if found[1] != "00000000" else "11111111")
    assert code_of(refused) == "code_wrong"
    MailDomain.objects.filter(pk=made.pk).update(code_sent_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(RuleError) as refused:
        confirm_by_code(FIRST, made.pk, found[1])
    assert code_of(refused) == "code_expired"
    MailDomain.objects.filter(pk=made.pk).update(code_sent_at=timezone.now())
    assert confirm_by_code(FIRST, made.pk, found[1]).method == "mailed_code"


def test_a_domain_needs_a_second_person_who_types_it() -> None:
    made = propose_domain(FIRST, DOMAIN)
    for actor, typed, code in ((FIRST, DOMAIN, "same_person"), (SECOND, "city.example.com", "domain_differs")):
        with pytest.raises(RuleError) as refused:
            confirm_by_second_person(actor, made.pk, typed)
        assert code_of(refused) == code
    with pytest.raises(RuleError):
        confirm_by_second_person(Actor(CITY, "事務局", "audit_clerk"), made.pk, DOMAIN)
    confirm_by_second_person(SECOND, made.pk, DOMAIN)
    with pytest.raises(InputError):
        propose_domain(FIRST, "xn--cty-7na.jp")


def test_a_batch_needs_a_second_person_and_any_change_voids_the_approval() -> None:
    relay = relay_at(9)
    plan = BatchPlan("test/1", "試験", relay.pk, TEMPLATE, window())
    made = create_batch(FIRST, plan, people(4))
    shown = approval_sha256(made.batch)
    with pytest.raises(RuleError) as refused:
        approve_batch(FIRST, made.batch.pk, shown)
    assert code_of(refused) == "same_person"
    with pytest.raises(RuleError) as refused:
        approve_batch(SECOND, made.batch.pk, "0" * 64)
    assert code_of(refused) == "approval_outdated"
    approve_batch(SECOND, made.batch.pk, shown)
    leave_out(FIRST, made.batch.pk, {made.tokens[0]: "長期の休み"})
    assert MailBatch.objects.get().state == "draft"
    after = approval_sha256(MailBatch.objects.get())
    assert after != shown
    approve_batch(SECOND, made.batch.pk, after)
    change_batch(FIRST, made.batch.pk, BatchPlan("test/1", "別の題名", relay.pk, TEMPLATE, window()))
    assert MailBatch.objects.get().approved_sha256 == ""
    assert counts_of(made.batch).states["excluded"] == 1


def test_a_list_with_one_bad_address_is_not_taken_and_says_where() -> None:
    relay = relay_at(9)
    wrong = [Recipient("S9", "taro@city.example.jp.evil.example"), Recipient("S8", "staff00001@CITY.example.jp")]
    with pytest.raises(InputError) as refused:
        create_batch(FIRST, BatchPlan("t/1", "試験", relay.pk, TEMPLATE, window()), [*people(3), *wrong])
    told = [(one.code, one.place.row) for one in refused.value.refusals]
    assert told == [("domain_not_ours", 4), ("address_twice", 5), ("value_missing", 5)]
    assert not MailBatch.objects.exists()


@needs_sink
def test_a_bounce_lowers_delivered_once_and_an_absence_note_does_not(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(3))
    send_slice(CITY, made.batch.pk)
    back, away = sink.mails()[:2]
    notice = "From: MAILER-DAEMON@x\nTo: <{}>\nSubject: Returned mail\n\nUser unknown\n"
    absent = "From: a@x\nTo: <{}>\nSubject: x\nAuto-Submitted: auto-replied\n\nx\n"
    box = f"From a\n{notice.format(back.sender)}\nFrom b\n{absent.format(away.sender)}\nFrom c\n{notice.format('x@y')}"
    for known in (0, 3):  # the same file twice
        found = take_bounces(FIRST, [("box.mbox", box.encode())])
        assert (found.known_count, found.unmatched_count) == (known, 1 if known == 0 else 0)
    counts = counts_of(made.batch)
    assert (counts.accepted, counts.delivered, counts.total) == (3, 2, 3)
    assert sum(fate.is_bounced for fate in fates_of(made.batch).values()) == 1


@needs_sink
def test_after_closing_nothing_leads_from_a_token_to_a_person(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(3))
    with pytest.raises(RuleError):
        destroy_identities(FIRST, made.batch.pk)
    send_slice(CITY, made.batch.pk)
    found = open_identities(FIRST, made.batch.pk, "訓練後の研修")
    assert [found[token] for token in made.tokens] == ["S00000", "S00001", "S00002"]
    seen = sink.mails()
    destroy_identities(FIRST, made.batch.pk)
    with pytest.raises(RuleError) as refused:
        open_identities(FIRST, made.batch.pk, "もう一度")
    assert code_of(refused) == "identities_destroyed"
    kept = " ".join(
        str(value)
        for model in (MailBatch, MailMessage, MailAttempt, Event)
        for row in model.objects.values_list()
        for value in row
    )
    for mail in seen:
        for word in (mail.recipient, mail.sender.partition("@")[0].partition("+")[2], mail.message_id):
            assert word and word not in kept
    assert counts_of(made.batch).accepted == 3


def test_before_closing_the_tables_hold_no_address_in_the_clear() -> None:
    batch_of(relay_at(9), people(3), starts=False)
    kept = " ".join(
        str(v) for model in (MailBatch, MailMessage, Event) for row in model.objects.values_list() for v in row
    )
    assert "staff0000" not in kept and "職員 1" not in kept and "S00001" not in kept
    first, second = MailMessage.objects.order_by("pk")[:2]
    MailMessage.objects.filter(pk=first.pk).update(sealed=second.sealed)  # moved to another row it cannot be read
    with pytest.raises(RuleError) as refused:
        open_identities(FIRST, first.batch_id, "試験")
    assert code_of(refused) == "sealed_unreadable"


def test_the_roster_keeps_addresses_only_where_the_city_says_so() -> None:
    imported("departments", [department("101")])
    row = staff("S001", "101", mail_address=f"taro@{DOMAIN}")
    imported("staff", [row])
    assert StaffMember.objects.get().mail_sealed == ""
    keep_mail_addresses(CLERK, keeps=True)
    imported("staff", [row])
    first = StaffMember.objects.get()
    assert DOMAIN not in first.mail_sealed and "taro" not in first.mail_sealed
    assert addresses_of(CITY, first.fiscal_year) == {"S001": f"taro@{DOMAIN}"}
    imported("staff", [row])
    assert StaffMember.objects.get().mail_sealed == first.mail_sealed  # the same roster changes nothing
    imported("staff", [staff("S001", "101", mail_address="")])
    assert addresses_of(CITY, first.fiscal_year) == {"S001": f"taro@{DOMAIN}"}  # a blank leaves what is known
    keep_mail_addresses(CLERK, keeps=False)
    assert addresses_of(CITY, first.fiscal_year) == {}


def test_a_password_is_sealed_and_never_goes_to_another_host() -> None:
    verified()
    settings = RelaySettings("r", "relay.example.jp", 587, "starttls", f"b+{{code}}@{DOMAIN}", "kansa", "秘密の言葉")
    relay = save_relay(FIRST, settings)
    assert relay_secret(relay) == "秘密の言葉" and "秘密" not in relay.secret_sealed
    same = RelaySettings("r", "relay.example.jp", 587, "starttls", f"b+{{code}}@{DOMAIN}", "kansa")
    assert relay_secret(save_relay(FIRST, same, relay.pk)) == "秘密の言葉"
    moved = RelaySettings("r", "evil.example", 587, "starttls", f"b+{{code}}@{DOMAIN}", "kansa")
    assert relay_secret(save_relay(FIRST, moved, relay.pk)) == ""
    with pytest.raises(InputError) as refused:
        save_relay(FIRST, RelaySettings("s", "relay.example.jp", 25, "none", f"b@{DOMAIN}", "kansa", "x"))
    assert code_of(refused) == "auth_without_tls"
    with pytest.raises(InputError) as refused:
        save_relay(FIRST, RelaySettings("s", "relay.example.jp", 25, "none", "b+{code}@evil.example"))
    assert code_of(refused) == "domain_not_ours"


def relay_fields(port: int) -> dict[str, object]:
    """What is typed about a relay on this machine."""
    return {
        "name_ja": "庁内",
        "host": "127.0.0.1",
        "port": port,
        "tls_mode": "none",
        "return_path": f"b+{{code}}@{DOMAIN}",
        "per_minute": 6000,
        "per_hour": 90_000,
        "per_domain_minute": 6000,
        "breaker_count": 5,
        "timeout_seconds": 5,
    }


@needs_sink
def test_every_page_in_every_state_and_without_an_address(sink: Sink) -> None:
    imported("departments", [department("101"), department("102")])
    sign_up("director", "clerk", "administrator")
    director: Client = browser_of("director")
    assert "まだ一斉送信がありません" in director.get("/mail/").content.decode()
    assert director.post("/mail/domains/", {"domain": DOMAIN}).status_code == 302
    domain = MailDomain.objects.get()
    page = f"/mail/domains/{domain.pk}/"
    assert "方法２" in director.get(page).content.decode()
    director.post(f"{page}second/", {"typed": DOMAIN})
    assert MailDomain.objects.get().verified_at is None  # the same person
    browser_of("administrator").post(f"{page}second/", {"typed": DOMAIN})
    assert MailDomain.objects.get().method == "two_persons"
    fields = relay_fields(sink.port)
    assert director.post("/mail/relays/add/", fields | {"port": 0}).status_code == 200
    assert director.post("/mail/relays/add/", fields).status_code == 302
    relay = MailRelay.objects.get()
    director.post(f"/mail/relays/{relay.pk}/test/", {"address": "x@evil.example"})
    director.post(f"/mail/relays/{relay.pk}/test/", {"address": f"test@{DOMAIN}"})
    assert "成功" in director.get(f"/mail/relays/{relay.pk}/").content.decode()
    made = create_batch(FIRST, BatchPlan("test/1", "催促の試験", relay.pk, TEMPLATE, window()), people(3))
    at = f"/mail/batches/{made.batch.pk}/"
    shown = director.get(at).content.decode()
    sha256 = re.search(r'name="sha256" value="(\w{64})"', shown)
    assert sha256 is not None
    clerk = browser_of("clerk")
    for person, data in (
        (director, {"move": "approve", "sha256": sha256[1]}),
        (clerk, {"move": "start"}),
        (clerk, {"move": "pause"}),
        (clerk, {"move": "resume"}),
    ):
        person.post(f"{at}move/", data)
        assert clerk.get(at).status_code == 200
    send_slice(CITY, made.batch.pk)
    assert len(sink.mails()) == 4
    MailMessage.objects.filter(token=made.tokens[0]).update(state="unknown")
    pages = [
        clerk.get(path).content.decode() for path in (at, f"{at}progress/", f"{at}unknown/", "/mail/", "/mail/bounces/")
    ]
    assert not any("staff0000" in text or "職員 1" in text for text in pages)
    assert "不明" in pages[0]
    row = MailMessage.objects.get(token=made.tokens[0])
    MailMessage.objects.filter(pk=row.pk).update(claimed_at=timezone.now() - timedelta(hours=1))
    clerk.post(f"{at}unknown/", {"message": row.pk, "finding": "found_in_log"})
    assert counts_of(made.batch).accepted == 3
    notice = f"From: MAILER-DAEMON@x\nTo: <{sink.mails()[-1].sender}>\nSubject: x\n\nUser unknown\n".encode()
    clerk.post("/mail/bounces/", {"file": SimpleUploadedFile("a.eml", notice)})
    assert "届かなかった" in clerk.get("/mail/bounces/").content.decode()
    clerk.post(f"{at}move/", {"move": "destroy"})
    assert "消去しました" in clerk.get(at).content.decode()
    assert clerk.get("/mail/relays/add/").status_code == 403


def test_stopping_before_anything_left() -> None:
    made = batch_of(relay_at(9), people(2), starts=False)
    stop_batch(FIRST, made.batch.pk, "取りやめ")
    assert counts_of(made.batch).states["cancelled"] == 2
