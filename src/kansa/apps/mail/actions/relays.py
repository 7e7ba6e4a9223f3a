"""Which relay hands our mail on, and does it really?"""

from __future__ import annotations

import ipaddress
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.mail.actions.connecting import Envelope, RelaySession, RelayTrouble
from kansa.apps.mail.models import TLS_MODES, MailBatch, MailRelay
from kansa.apps.mail.queries.places import known_domains, verified_domains
from kansa.apps.mail.queries.sealing import sealed_relay_secret
from kansa.apps.trail.actions import record, require
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail.addresses import REASONS_JA, mail_address, refusal_of_address
from kansa.core.mail.replies import Reply, hint_ja, outcome_of
from kansa.core.permission import Actor
from kansa.formats.mail_messages import MailFields, MailTemplate, filled, prepared

HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")
TEST_EVERY = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class RelaySettings:
    """What a person enters. `secret`: None leaves the password as it is, "" takes it away."""

    name_ja: str
    host: str
    port: int
    tls_mode: str
    return_path: str
    login: str = ""
    secret: str | None = None
    ca_pem: str = ""
    helo_name: str = ""
    per_minute: int = 60
    per_hour: int = 1500
    per_domain_minute: int = 60
    breaker_count: int = 5
    timeout_seconds: int = 30


def save_relay(actor: Actor, settings: RelaySettings, relay_id: int | None = None) -> MailRelay:
    """A new relay, or other settings of one that is known. Raises InputError."""
    require(actor, "manage_relay")
    faults = list(_faults(actor, settings))
    if faults:
        raise InputError(*faults)
    with transaction.atomic():
        relay = MailRelay(municipality_id=actor.municipality_id)
        if relay_id is not None:
            found = MailRelay.objects.visible_to(actor).filter(pk=relay_id).first()
            if found is None:
                raise RuleError("no_such_relay", "中継サーバーが登録されていません。")
            relay = found
        same = MailRelay.objects.visible_to(actor).filter(name_ja=settings.name_ja.strip()).exclude(pk=relay.pk)
        if same.exists():
            raise InputError(Refusal("relay_twice", "同じ名称の中継サーバーがあります。", Place(column="名称")))
        before = {"host": relay.host, "tls_mode": relay.tls_mode} if relay.pk else {}
        moved = relay.pk is not None and (relay.host, relay.port) != (settings.host, settings.port)
        for name in ("host", "port", "tls_mode", "return_path", "login", "ca_pem", "helo_name", "timeout_seconds"):
            setattr(relay, name, getattr(settings, name))
        for name in ("per_minute", "per_hour", "per_domain_minute", "breaker_count"):
            setattr(relay, name, getattr(settings, name))
        relay.name_ja, relay.tested_at, relay.test_code, relay.is_retired = settings.name_ja.strip(), None, "", False
        if relay.pk is None:
            relay.save()
        if settings.secret is not None:
            relay.secret_sealed = sealed_relay_secret(relay.pk, settings.secret)
        elif moved:
            relay.secret_sealed = ""  # a password is never handed to another machine than it was entered for
        relay.save()
        after = {"host": relay.host, "port": relay.port, "tls_mode": relay.tls_mode}
        record(actor, "save_mail_relay", "mail_relay", str(relay.pk), before, after)
    return relay


def is_this_machine(host: str) -> bool:
    """Whether the relay runs on our own machine, so that nothing crosses the network."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _faults(actor: Actor, settings: RelaySettings) -> Iterator[Refusal]:
    if not settings.name_ja.strip():
        yield Refusal("relay_name", "名称を入力してください。", Place(column="名称"))
    if not HOST.fullmatch(settings.host):
        yield Refusal("relay_host", "ホスト名が正しくありません。", Place(column="ホスト名"))
    if settings.helo_name and not HOST.fullmatch(settings.helo_name):
        yield Refusal("relay_host", "名乗る名前が正しくありません。", Place(column="名乗る名前"))
    if not 1 <= settings.port <= 65535:
        yield Refusal("relay_port", "ポート番号は1から65535までです。", Place(column="ポート番号"))
    if settings.tls_mode not in TLS_MODES:
        yield Refusal("relay_tls", "暗号化の方式を選んでください。", Place(column="暗号化"))
    if settings.login and settings.tls_mode == "none" and not is_this_machine(settings.host):
        reason = "暗号化しない接続では、パスワードが読まれます。STARTTLS か TLS を選んでください。"
        yield Refusal("auth_without_tls", reason, Place(column="暗号化"))
    if min(settings.per_minute, settings.per_hour, settings.per_domain_minute, settings.breaker_count) < 1:
        yield Refusal("pace_too_low", "通数の上限は1以上にしてください。", Place(column="1分当たり"))
    if not 1 <= settings.timeout_seconds <= 300:
        yield Refusal("relay_timeout", "待つ秒数は1から300までです。", Place(column="待つ秒数"))
    if settings.ca_pem and not _is_certificate(settings.ca_pem):
        yield Refusal("relay_ca", "認証局の証明書（PEM）が読めません。", Place(column="認証局の証明書"))
    yield from _return_path_faults(actor.municipality_id, settings.return_path)


def _return_path_faults(municipality_id: int, pattern: str) -> Iterator[Refusal]:
    """Bounces hold addresses, so they may come back only to ourselves."""
    place = Place(column="返送先")
    code = refusal_of_address(pattern.replace("{code}", "a" * 24))
    if code or pattern.count("{code}") > 1 or "{code}" in pattern.partition("@")[2]:
        reason = REASONS_JA.get(code, "{code} は @ の前に一つだけ書けます。")
        yield Refusal(code or "return_path", reason, place)
    elif pattern.partition("@")[2].lower() not in known_domains(municipality_id):
        yield Refusal("domain_not_ours", "返送先は、登録したドメインのアドレスにしてください。", place)


def _is_certificate(pem: str) -> bool:
    try:
        ssl.create_default_context().load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        return False
    return True


def retire_relay(actor: Actor, relay_id: int) -> None:
    """Takes a relay out of use; its password is erased. Raises RuleError while a batch is under way with it."""
    require(actor, "manage_relay")
    with transaction.atomic():
        relay = MailRelay.objects.visible_to(actor).filter(pk=relay_id).first()
        if relay is None:
            raise RuleError("no_such_relay", "中継サーバーが登録されていません。")
        if MailBatch.objects.visible_to(actor).filter(relay=relay, state__in=("running", "paused")).exists():
            raise RuleError("relay_in_use", "送信中の一斉送信があります。終わってから取り除いてください。")
        relay.is_retired, relay.secret_sealed = True, ""
        relay.save(update_fields=["is_retired", "secret_sealed"])
        record(actor, "retire_mail_relay", "mail_relay", str(relay.pk), {}, {})


def test_relay(actor: Actor, relay_id: int, address: str = "") -> tuple[str, str]:
    """Connects, encrypts and signs in; with an address, a verified one, also sends a mail there.

    Gives back a code ("" when all went well) and what a person can do about it, or what the relay said.
    """
    require(actor, "manage_relay")
    relay = MailRelay.objects.visible_to(actor).filter(pk=relay_id, is_retired=False).first()
    if relay is None:
        raise RuleError("no_such_relay", "中継サーバーが登録されていません。")
    if relay.tested_at is not None and timedelta(0) <= timezone.now() - relay.tested_at < TEST_EVERY:
        raise RuleError("tested_just_now", "直前に試したばかりです。10秒待ってから試してください。")
    recipient = ""
    if address:
        recipient = mail_address(
            address.strip(), verified_domains(actor.municipality_id), Place(column="試験の宛先")
        ).text
    code, said = send_trial(relay, recipient, trial_template(relay))
    with transaction.atomic():
        MailRelay.objects.filter(pk=relay.pk).update(
            tested_at=timezone.now(), test_code=code or "ok", test_reply=said[:200]
        )
        record(
            actor, "test_mail_relay", "mail_relay", str(relay.pk), {}, {"code": code or "ok", "sends": bool(address)}
        )
    return code, hint_ja(code) if code else said


test_relay.__test__ = False  # type: ignore[attr-defined]  # a name that pytest would take for a test


def trial_template(relay: MailRelay) -> MailTemplate:
    """The mail of a test."""
    text = "kansa の中継サーバーの設定を確かめるためのメールです。届いていれば、設定は正しくできています。\n"
    return MailTemplate("kansa 送信の試験", text, relay.return_path.replace("+{code}", "").replace("{code}", "kansa"))


def send_trial(
    relay: MailRelay, recipient: str, template: MailTemplate, fields: MailFields | None = None
) -> tuple[str, str]:
    """One mail outside of any batch, to a test mailbox or with a code; without recipient only the connection is tried.

    `fields`: what fills the template's places. A trouble's code and the relay's words; "" when it went well.
    `recipient` is checked by the caller.
    """
    session = RelaySession(relay)
    try:
        session.open()
        if not recipient:
            return "", "接続、暗号化、認証ができました。"
        now = timezone.localtime()
        domain = template.from_address.partition("@")[2]
        message_id = f"<trial.{int(now.timestamp() * 1000)}.{relay.pk}@{domain}>"
        own = fields or MailFields(recipient, message_id, now, {})
        data = filled(prepared(template, is_8bit=session.is_8bit), own)
        sender = relay.return_path.replace("+{code}", "").replace("{code}", "kansa")
        reply: Reply = session.deliver(Envelope(sender, recipient), data)
    except RelayTrouble as fault:
        words = f"{fault.reply.code} {fault.reply.text}" if fault.reply is not None else ""
        return fault.code, words
    finally:
        session.quit()
    said = f"{reply.code} {reply.text}"
    outcome = outcome_of(reply)
    if outcome == "accept":
        return "", said
    return {"sender_refused": "sender_refused", "fail": "recipient_refused"}.get(outcome, "relay_busy"), said
