"""How is a batch made, changed before it is approved, and made anonymous when all is over?"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.utils import timezone

from kansa.apps.mail.models import MailBatch, MailMessage, MailRelay
from kansa.apps.mail.queries.batches import counts_of, pace_to_json, template_of, window_to_json
from kansa.apps.mail.queries.places import verified_domains
from kansa.apps.mail.queries.sealing import (
    Contents,
    batch_key,
    bounce_code_of,
    contents_of,
    message_id_of,
    sealed_batch_key,
    sealed_contents,
)
from kansa.apps.trail.actions import record, require
from kansa.apps.trail.queries import streamed
from kansa.core.errors import InputError, Place, Refusal, RuleError
from kansa.core.mail.addresses import REASONS_JA, mail_address, refusal_of_address
from kansa.core.mail.pace import Pace, SendWindow, check_pace, check_window
from kansa.core.mail.states import next_state
from kansa.core.permission import Actor
from kansa.formats.mail_messages import MailTemplate, check_template, check_values, placeholders_of, template_to_json

TOKEN = re.compile(r"[a-z2-7]{16,40}")
TOKEN_LENGTH = 24  # 120 bits
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
BUILT_IN = frozenset({"token", "sent_on_ja"})  # places that every mail can fill
MOST_RECIPIENTS = 100_000
MOST_REFUSALS = 200
CHUNK = 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """One person of the list. `identity`: the word by which the caller knows the person; `token`: made when empty.

    With a reason in `excluded_reason_ja` the person stands in the list and gets nothing.
    """

    identity: str
    address: str
    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    excluded_reason_ja: str = ""
    token: str = ""


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch is made of, but for its recipients."""

    purpose: str
    title_ja: str
    relay_id: int
    template: MailTemplate
    window: SendWindow
    pace: Pace | None = None  # the relay's when None
    # In the order that was handed in, instead of one by chance: only when that order tells nothing of a person.
    keeps_order: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A new batch; `tokens` in the order of the recipients that were handed in."""

    batch: MailBatch
    tokens: tuple[str, ...]


def fresh_token() -> str:
    """A token by chance: 24 letters and digits that say nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(TOKEN_LENGTH))


def lock_batch(municipality_id: int, batch_id: int, *, has_text: bool = True) -> MailBatch:
    """The batch, held until the end of the transaction; without its text for the two transactions of each mail.

    Raises RuleError when there is none.
    """
    rows = MailBatch.objects.filter(municipality_id=municipality_id, pk=batch_id)
    if not has_text:
        rows = rows.defer("template")
    if connection.vendor == "postgresql":
        rows = rows.select_for_update()
    found = rows.first()
    if found is None:
        raise RuleError("no_such_batch", "この一斉送信はありません。")
    return found


def create_batch(actor: Actor, plan: BatchPlan, recipients: Sequence[Recipient]) -> Made:
    """A draft with its frozen list, nobody of it reached yet. Raises InputError with every address that is refused."""
    require(actor, "manage_mail")
    relay = _checked(actor, plan)
    tokens = _check_recipients(actor.municipality_id, plan.template, recipients)
    key, now = secrets.token_bytes(32), timezone.now()
    with transaction.atomic():
        batch = MailBatch.objects.create(
            municipality_id=actor.municipality_id,
            purpose=plan.purpose,
            title_ja=plan.title_ja,
            relay=relay,
            template=template_to_json(plan.template),
            window=window_to_json(plan.window),
            pace=pace_to_json(plan.pace or pace_of_relay(relay)),
            created_by=actor.name,
            created_account=actor.account_id,
            created_at=now,
            changed_by=actor.name,
            changed_account=actor.account_id,
            member_count=len(recipients),
            key_sealed="",
        )
        batch.key_sealed = sealed_batch_key(batch.pk, key)
        batch.save(update_fields=["key_sealed"])
        order = list(range(len(recipients)))
        if not plan.keeps_order:
            secrets.SystemRandom().shuffle(order)
        rows = list(_rows(batch, key, plan.template, recipients, tokens, order))
        MailMessage.objects.bulk_create(rows, batch_size=CHUNK)
        after = {"purpose": plan.purpose, "count": len(rows)}
        record(actor, "create_mail_batch", "mail_batch", str(batch.pk), {}, after)
    return Made(batch, tokens)


def _checked(actor: Actor, plan: BatchPlan) -> MailRelay:
    """The relay of a plan whose words, window and pace are in order."""
    relay = MailRelay.objects.visible_to(actor).filter(pk=plan.relay_id, is_retired=False).first()
    if relay is None:
        raise RuleError("no_such_relay", "中継サーバーが登録されていません。先に登録してください。")
    if relay.return_path.partition("@")[2].lower() not in verified_domains(actor.municipality_id):
        raise RuleError("return_path_not_ours", "中継サーバーの返送先のドメインが、まだ確認されていません。")
    if not plan.purpose or not plan.title_ja.strip():
        raise InputError(Refusal("no_title", "題名を入力してください。", Place(column="題名")))
    check_template(plan.template)
    check_senders(actor.municipality_id, plan.template)
    check_window(plan.window)
    check_pace(plan.pace or pace_of_relay(relay))
    return relay


def pace_of_relay(relay: MailRelay) -> Pace:
    """The pace that the relay's settings allow."""
    return Pace(relay.per_minute, relay.per_hour, relay.per_domain_minute, relay.breaker_count)


def check_senders(municipality_id: int, template: MailTemplate) -> None:
    """A sender that only looks like somebody else is allowed in a drill, but replies must come to us.

    Raises InputError.
    """
    code = refusal_of_address(template.from_address)
    if code:
        raise InputError(Refusal(code, REASONS_JA[code], Place(column="差出人")))
    domains = verified_domains(municipality_id)
    if template.reply_to:
        mail_address(template.reply_to, domains, Place(column="返信先"))
    elif template.from_address.partition("@")[2].lower() not in domains:
        reason = "差出人が自団体のドメインでないときは、返信先に自団体のアドレスを入力してください。"
        raise InputError(Refusal("reply_leaves", reason, Place(column="返信先")))


def _check_recipients(municipality_id: int, template: MailTemplate, recipients: Sequence[Recipient]) -> tuple[str, ...]:
    """The token of each recipient. Raises InputError with up to 200 refusals, each with its row."""
    if not recipients:
        raise RuleError("no_recipients", "宛先がありません。")
    if len(recipients) > MOST_RECIPIENTS:
        raise RuleError("too_many_recipients", f"一度に送れるのは{MOST_RECIPIENTS}人までです。")
    domains, names = verified_domains(municipality_id), placeholders_of(template) - BUILT_IN
    own_files = {one.name for one in template.attachments if one.kind == "own"}
    faults: list[Refusal] = []
    seen: dict[str, int] = {}
    for number, one in enumerate(recipients, 1):
        if one.excluded_reason_ja:
            continue
        place = Place(sheet="宛先", row=number)
        try:
            address = mail_address(one.address, domains, Place(sheet="宛先", row=number, column="メールアドレス"))
        except InputError as fault:
            faults += fault.refusals
            continue
        if seen.setdefault(address.text.casefold(), number) != number:
            faults.append(Refusal("address_twice", "同じメールアドレスが別の行にもあります。", place))
        faults += check_values(names, one.values, place)
        if own_files - set(one.files):
            faults.append(Refusal("file_missing", "一人ずつの添付ファイルがありません。", place))
        if len(faults) > MOST_REFUSALS:
            break
    if faults:
        raise InputError(*faults[:MOST_REFUSALS])
    tokens = tuple(one.token or fresh_token() for one in recipients)
    if len(set(tokens)) != len(tokens) or not all(TOKEN.fullmatch(token) for token in tokens):
        raise ValueError("a token is no token, or stands twice")
    return tokens


def _rows(
    batch: MailBatch,
    key: bytes,
    template: MailTemplate,
    recipients: Sequence[Recipient],
    tokens: Sequence[str],
    order: Sequence[int],
) -> Iterator[MailMessage]:
    """The mails in an order by chance: neither rows nor times tell where a person stood in the list."""
    domain = template.from_address.partition("@")[2].lower()
    for position, number in enumerate(order, 1):
        one, token = recipients[number], tokens[number]
        values = dict(one.values) | {"token": token}
        is_out = bool(one.excluded_reason_ja)
        contents = Contents("" if is_out else one.address, one.identity, values, one.files)
        yield MailMessage(
            municipality_id=batch.municipality_id,
            batch=batch,
            token=token,
            position=position,
            domain="" if is_out else one.address.partition("@")[2].lower(),
            sealed=sealed_contents(key, token, contents),
            reason_ja=one.excluded_reason_ja,
            state="excluded" if is_out else "waiting",
            message_id="" if is_out else message_id_of(key, token, domain),
            bounce_code="" if is_out else bounce_code_of(key, token),
        )


def change_batch(actor: Actor, batch_id: int, plan: BatchPlan) -> MailBatch:
    """Another text, schedule or relay for the same list, before anything was sent; an approval is void by that."""
    require(actor, "manage_mail")
    relay = _checked(actor, plan)
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        _must_be_open_to_change(batch)
        key, names = batch_key(batch), placeholders_of(plan.template) - BUILT_IN
        rows = list(MailMessage.objects.filter(municipality_id=actor.municipality_id, batch=batch, state="waiting"))
        faults = [
            fault
            for row in rows
            for fault in check_values(names, contents_of(key, row).values, Place(sheet="宛先", row=row.position))
        ]
        if faults:
            raise InputError(*faults[:MOST_REFUSALS])
        domain = plan.template.from_address.partition("@")[2].lower()
        for row in rows:
            row.message_id = message_id_of(key, row.token, domain)
        MailMessage.objects.bulk_update(rows, ["message_id"], batch_size=CHUNK)
        batch.title_ja, batch.relay, batch.template = plan.title_ja, relay, template_to_json(plan.template)
        batch.window, batch.pace = window_to_json(plan.window), pace_to_json(plan.pace or pace_of_relay(relay))
        _note_change(actor, batch)
        batch.save()
        record(actor, "change_mail_batch", "mail_batch", str(batch.pk), {}, {"title_ja": plan.title_ja})
    return batch


def _must_be_open_to_change(batch: MailBatch) -> None:
    if batch.state not in ("draft", "approved"):
        raise RuleError("batch_has_begun", "送信を始めた後は、内容を変えられません。")


def _note_change(actor: Actor, batch: MailBatch) -> None:
    batch.state, batch.approved_sha256, batch.approved_by, batch.approved_at = "draft", "", "", None
    batch.changed_by, batch.changed_account = actor.name, actor.account_id


def leave_out(actor: Actor, batch_id: int, reasons: Mapping[str, str]) -> int:
    """Leaves out mails (token -> reason) before anything was sent; an approval is void by that. How many."""
    require(actor, "manage_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        _must_be_open_to_change(batch)
        rows = MailMessage.objects.filter(municipality_id=actor.municipality_id, batch=batch, token__in=list(reasons))
        for row in rows:
            if not reasons[row.token].strip():
                raise RuleError("no_reason", "対象外にする理由を入力してください。")
            row.state, row.reason_ja = next_state(row.state, "exclude"), reasons[row.token].strip()[:200]
            row.save(update_fields=["state", "reason_ja"])
        _note_change(actor, batch)
        batch.save()
        record(actor, "leave_out_mail", "mail_batch", str(batch.pk), {}, {"count": len(rows)})
    return len(rows)


def preview_of(batch: MailBatch, token: str) -> tuple[MailTemplate, Mapping[str, str]]:
    """Template and values of one mail, to be shown before sending. Raises RuleError after the identities are gone."""
    row = MailMessage.objects.get(municipality_id=batch.municipality_id, batch=batch, token=token)
    return template_of(batch), contents_of(batch_key(batch), row).values


def open_identities(actor: Actor, batch_id: int, reason_ja: str) -> dict[str, str]:
    """Token -> identity, for what the approval allowed (training of those who clicked); who asked why is recorded."""
    require(actor, "open_identities")
    if not reason_ja.strip():
        raise RuleError("no_reason", "対応表を開く理由を入力してください。")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        key = batch_key(batch)
        rows = MailMessage.objects.filter(municipality_id=actor.municipality_id, batch=batch)
        with streamed(rows, CHUNK) as messages:
            found = {row.token: contents_of(key, row).identity for row in messages}
        after = {"reason_ja": reason_ja.strip(), "count": len(found)}
        record(actor, "open_identities", "mail_batch", str(batch.pk), {}, after)
    return found


def destroy_identities(actor: Actor, batch_id: int) -> None:
    """Closing: the batch's key and everything that leads from a token to a person is erased; states and counts stay.

    Raises RuleError while mails are still to be sent.
    """
    require(actor, "manage_mail")
    with transaction.atomic():
        batch = lock_batch(actor.municipality_id, batch_id)
        if batch.state not in ("finished", "stopped") or counts_of(batch).open:
            raise RuleError("batch_is_open", "送信が終わるか、停止してから消去してください。")
        if batch.identities_destroyed_at is not None:
            return
        rows = MailMessage.objects.filter(municipality_id=actor.municipality_id, batch=batch)
        rows.update(sealed="", message_id="", bounce_code="")
        batch.key_sealed, batch.identities_destroyed_at = "", timezone.now()
        batch.save(update_fields=["key_sealed", "identities_destroyed_at"])
        record(actor, "destroy_identities", "mail_batch", str(batch.pk), {}, {"count": batch.member_count})
