"""Is this domain really ours? Whoever reads its postmaster's mail says so, or two persons answer for it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from kansa.apps.mail.actions.approving import is_same_person
from kansa.apps.mail.actions.relays import send_trial
from kansa.apps.mail.models import MailDomain, MailRelay
from kansa.apps.trail.actions import record, require
from kansa.apps.trail.queries import derived_key
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail.addresses import mail_domain
from kansa.core.mail.replies import hint_ja
from kansa.core.permission import Actor
from kansa.formats.mail_messages import MailTemplate

# Mailboxes that only whoever runs a domain can read: those that certificate authorities ask (CA/B Forum BR 3.2.2.4.4).
ROLE_MAILBOXES = ("postmaster", "hostmaster", "webmaster", "administrator", "admin")
CODE_TEXT_JA = "kansa がこのドメインへ送信してよいことを確かめるための番号です。"
CODE_DIGITS = 8
CODE_LASTS = timedelta(hours=24)
CODE_TRIES = 5
CODE_EVERY = timedelta(minutes=10)


def _domain(actor: Actor, domain_id: int) -> MailDomain:
    found = MailDomain.objects.visible_to(actor).filter(pk=domain_id).first()
    if found is None:
        raise RuleError("no_such_domain", "このドメインは登録されていません。")
    return found


def propose_domain(actor: Actor, text: str) -> MailDomain:
    """Puts a domain up to be verified; a sub-domain is a domain of its own. Raises InputError."""
    require(actor, "manage_relay")
    name = mail_domain(text.strip(), Place(column="ドメイン"))
    with transaction.atomic():
        if MailDomain.objects.visible_to(actor).filter(domain=name).exists():
            raise InputError(Refusal("domain_twice", "このドメインは既にあります。", Place(column="ドメイン")))
        made = MailDomain.objects.create(
            municipality_id=actor.municipality_id,
            domain=name,
            proposed_by=actor.name,
            proposed_account=actor.account_id,
            proposed_at=timezone.now(),
        )
        record(actor, "propose_mail_domain", "mail_domain", name, {}, {})
    return made


def code_digest(domain_id: int, code: str) -> str:
    """What is kept of a code."""
    return hmac.new(derived_key("mail_domain"), f"{domain_id}/{code}".encode(), hashlib.sha256).hexdigest()


def mail_code(actor: Actor, domain_id: int, relay_id: int, mailbox: str) -> str:
    """Sends a code to a role mailbox of the domain; the relay's words. At most one in ten minutes.

    The only mail that goes to a domain before it is verified: one line, to one of five mailboxes, no text of ours.
    """
    require(actor, "manage_relay")
    if mailbox not in ROLE_MAILBOXES:
        raise RuleError("no_such_mailbox", "確認の宛先は、postmaster などの決まった名前から選んでください。")
    relay = MailRelay.objects.visible_to(actor).filter(pk=relay_id, is_retired=False).first()
    if relay is None:
        raise RuleError("no_such_relay", "中継サーバーが登録されていません。")
    code, now = "".join(secrets.choice("0123456789") for _ in range(CODE_DIGITS)), timezone.now()
    with transaction.atomic():
        found = _domain(actor, domain_id)
        if found.verified_at is not None:
            raise RuleError("domain_is_verified", "このドメインは確認済みです。")
        if found.code_sent_at is not None and timedelta(0) <= now - found.code_sent_at < CODE_EVERY:
            raise RuleError("code_just_sent", "番号を送ったばかりです。10分待ってから送り直してください。")
        found.code_digest, found.code_sent_at, found.code_tries = code_digest(found.pk, code), now, 0
        found.save(update_fields=["code_digest", "code_sent_at", "code_tries"])
        record(actor, "mail_domain_code", "mail_domain", found.domain, {}, {"mailbox": mailbox})
    text = f"{CODE_TEXT_JA}\n\n{code}\n\n心当たりがなければ、何もしないでください。\n"
    sender = relay.return_path.replace("+{code}", "").replace("{code}", "kansa")
    trouble, said = send_trial(relay, f"{mailbox}@{found.domain}", MailTemplate("kansa ドメインの確認", text, sender))
    if trouble:
        MailDomain.objects.filter(pk=found.pk).update(code_digest="", code_sent_at=None)
        raise RuleError("code_not_sent", f"{hint_ja(trouble)} {said}".strip())
    return said


def confirm_by_code(actor: Actor, domain_id: int, code: str) -> MailDomain:
    """Verifies the domain with the code that was mailed. Five tries, one day. Raises RuleError."""
    require(actor, "manage_relay")
    now, plain = timezone.now(), "".join(code.split())
    with transaction.atomic():
        found = _domain(actor, domain_id)
        is_fresh = found.code_sent_at is not None and timedelta(0) <= now - found.code_sent_at < CODE_LASTS
        if not found.code_digest or not is_fresh or found.code_tries >= CODE_TRIES:
            raise RuleError("code_expired", "番号の期限が切れたか、入力できる回数を超えました。送り直してください。")
        is_right = hmac.compare_digest(found.code_digest, code_digest(found.pk, plain))
        if is_right:
            _verify(actor, found, "mailed_code")
        else:
            found.code_tries += 1
            found.save(update_fields=["code_tries"])
    if not is_right:
        raise RuleError("code_wrong", "番号が違います。")
    return found


def confirm_by_second_person(actor: Actor, domain_id: int, typed: str) -> MailDomain:
    """Verifies the domain because a second person typed it, letter by letter. Raises RuleError."""
    require(actor, "manage_relay")
    with transaction.atomic():
        found = _domain(actor, domain_id)
        if found.verified_at is not None:
            raise RuleError("domain_is_verified", "このドメインは確認済みです。")
        if is_same_person(actor, found.proposed_by, found.proposed_account):
            raise RuleError("same_person", "登録した人は確認できません。もう一人の担当者が確認してください。")
        if typed.strip() != found.domain:
            raise RuleError("domain_differs", "入力したドメインが、登録したものと違います。")
        _verify(actor, found, "two_persons")
    return found


def _verify(actor: Actor, found: MailDomain, method: str) -> None:
    found.method, found.verified_by, found.verified_at, found.code_digest = method, actor.name, timezone.now(), ""
    found.save(update_fields=["method", "verified_by", "verified_at", "code_digest"])
    record(actor, "verify_mail_domain", "mail_domain", found.domain, {}, {"method": method})


def withdraw_domain(actor: Actor, domain_id: int) -> None:
    """Nothing goes to the domain any more; approvals that count on it are void."""
    require(actor, "manage_relay")
    with transaction.atomic():
        found = _domain(actor, domain_id)
        found.delete()
        record(actor, "withdraw_mail_domain", "mail_domain", found.domain, {"method": found.method}, {})
