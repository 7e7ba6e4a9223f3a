"""Does our mail reach a real submission service (dovecot) by STARTTLS and by TLS from the start, signed in?

And when the certificate, the name, the password or the offer is wrong: does nothing at all leave in the clear? Every
byte that leaves us is written down by a wire in between; what arrives is what smtp-sink behind the service wrote down.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from cryptography import x509

from kansa.apps.mail.actions import RelaySettings, save_relay, send_slice
from kansa.apps.mail.actions.relays import send_trial, trial_template
from kansa.apps.mail.actions.relays import test_relay as try_relay
from kansa.apps.mail.models import MailBatch, MailMessage, MailRelay
from kansa.apps.mail.queries import counts_of
from kansa.core.errors import RuleError
from kansa.core.mail.replies import HINTS_JA
from tests.cast import CITY
from tests.dovecot import PASSWORDS, Box, needs_submission, running_dovecot
from tests.mailing import DOMAIN, FIRST, Sink, batch_of, needs_sink, people, running_sink, verified

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city"), needs_sink, needs_submission]


@dataclass
class Wire:
    """A line to a port that writes down what we say. `drops`: a word that somebody in between takes out of answers."""

    target: int
    drops: bytes = b""
    said: bytearray = field(default_factory=bytearray)
    door: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def port(self) -> int:
        return int(self.door.getsockname()[1])

    def serve(self) -> None:
        """Answers callers until the door is closed."""
        with contextlib.suppress(OSError):
            while True:
                caller, _address = self.door.accept()
                inner = socket.create_connection(("127.0.0.1", self.target))
                threading.Thread(target=self.pump, args=(caller, inner, True), daemon=True).start()
                threading.Thread(target=self.pump, args=(inner, caller, False), daemon=True).start()

    def pump(self, source: socket.socket, sink: socket.socket, is_ours: bool) -> None:
        """Hands on what comes from one side."""
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if is_ours:
                    self.said += data
                elif self.drops:
                    data = data.replace(self.drops, b"XXXXXXXX")
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def clear(self) -> bytes:
        """What we said before the encryption began: a TLS record begins with 22 and the version 3."""
        return bytes(self.said).partition(b"\x16\x03")[0]


@contextlib.contextmanager
def wire_to(port: int, drops: bytes = b"") -> Iterator[Wire]:
    wire = Wire(port, drops)
    threading.Thread(target=wire.serve, daemon=True).start()
    try:
        yield wire
    finally:
        wire.door.close()


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with running_sink(tmp_path / "dumps") as running:
        yield running


@pytest.fixture
def box(sink: Sink) -> Iterator[Box]:
    with running_dovecot(sink.port) as running:
        yield running


def relay(
    port: int, tls_mode: str, ca_pem: str, login: str = "houkoku", secret: str = "himitsu-1", host: str = "localhost"
) -> MailRelay:
    """A relay as it is entered. IPv4 by name, as the service listens there only."""
    verified()
    name = f"{tls_mode} {port} {login} {secret} {host}"
    return save_relay(
        FIRST,
        RelaySettings(name, host, port, tls_mode, f"b+{{code}}@{DOMAIN}", login, secret, ca_pem, timeout_seconds=5),
    )


@pytest.mark.parametrize("tls_mode", ["starttls", "tls"])
def test_a_batch_leaves_encrypted_and_signed_in(sink: Sink, box: Box, tls_mode: str) -> None:
    with wire_to(box.starttls if tls_mode == "starttls" else box.smtps) as wire:
        made = batch_of(relay(wire.port, tls_mode, box.ca_pem), people(3))
        send_slice(CITY, made.batch.pk)
        assert counts_of(MailBatch.objects.get()).accepted == 3
        assert len({mail.recipient for mail in sink.mails()}) == 3 == len(sink.mails())
        greeting = f"EHLO {DOMAIN} STARTTLS" if tls_mode == "starttls" else ""
        assert wire.clear().upper().split() == greeting.upper().encode().split()


def test_a_japanese_password_signs_in(box: Box, sink: Sink) -> None:
    one = relay(box.smtps, "tls", box.ca_pem, "kacho", PASSWORDS["kacho"])
    assert send_trial(one, f"test@{DOMAIN}", trial_template(one))[0] == ""
    assert len(sink.mails()) == 1
    assert (
        send_trial(relay(box.smtps, "tls", box.ca_pem, "kacho", "違う言葉"), "", trial_template(one))[0]
        == "auth_failed"
    )


@pytest.mark.parametrize("mechanism", ["login", "cram-md5"])
def test_an_older_way_to_sign_in(sink: Sink, mechanism: str) -> None:
    with running_dovecot(sink.port, mechanisms=mechanism) as box:
        one = relay(box.smtps, "tls", box.ca_pem)
        assert try_relay(FIRST, one.pk, f"test@{DOMAIN}")[0] == "" and len(sink.mails()) == 1
        with pytest.raises(RuleError) as refused:
            try_relay(FIRST, one.pk)
        assert refused.value.code == "tested_just_now"
        wrong = relay(box.smtps, "tls", box.ca_pem, secret="himitsu-2")
        assert send_trial(wrong, "", trial_template(wrong))[0] == "auth_failed"


def test_what_is_wrong_is_said_and_nothing_leaves_in_the_clear(sink: Sink, box: Box) -> None:
    """Unknown authority, wrong password, no STARTTLS, TLS to a plain port and the other way round."""
    trials = [
        (box.starttls, b"", "starttls", "", "himitsu-1", "tls_certificate"),
        (box.smtps, b"", "tls", "", "himitsu-1", "tls_certificate"),
        (box.starttls, b"", "starttls", box.ca_pem, "himitsu-2", "auth_failed"),
        (box.smtps, b"", "tls", box.ca_pem, "himitsu-2", "auth_failed"),
        (sink.port, b"", "starttls", box.ca_pem, "himitsu-1", "tls_not_offered"),
        (box.starttls, b"STARTTLS", "starttls", box.ca_pem, "himitsu-1", "tls_not_offered"),  # taken out on the way
        (box.starttls, b"", "tls", box.ca_pem, "himitsu-1", "tls_failed"),
    ]
    for port, drops, tls_mode, pem, secret, code in trials:
        with wire_to(port, drops) as wire:
            one = relay(wire.port, tls_mode, pem, secret=secret)
            found, hint = try_relay(FIRST, one.pk, f"test@{DOMAIN}")
            assert (found, hint) == (code, HINTS_JA[code]), (tls_mode, code)
            before = wire.clear().upper()
            for word in (b"AUTH", b"MAIL FROM", b"RCPT", b"TEST@", b"HIMITSU"):
                assert word not in before, (tls_mode, code)
    assert sink.mails() == []


@pytest.mark.parametrize(
    ("names", "days", "code"),
    [((x509.DNSName("relay.other.example"),), 1, "tls_host_name"), ((), -1, "tls_expired")],
)
def test_a_certificate_of_another_name_or_of_yesterday(
    sink: Sink, names: tuple[x509.GeneralName, ...], days: int, code: str
) -> None:
    with running_dovecot(sink.port, names=names, days=days) as box, wire_to(box.starttls) as wire:
        found, hint = try_relay(FIRST, relay(wire.port, "starttls", box.ca_pem).pk, f"test@{DOMAIN}")
        assert (found, hint) == (code, HINTS_JA[code])
        assert b"AUTH" not in wire.clear().upper() and sink.mails() == []
        # A batch does not leave either, and fails nobody: it waits for a person.
        made = batch_of(MailRelay.objects.get(), people(2))
        send_slice(CITY, made.batch.pk)
        batch = MailBatch.objects.get()
        assert (batch.state, batch.trouble_code, MailMessage.objects.filter(state="waiting").count()) == (
            "paused",
            code,
            2,
        )
