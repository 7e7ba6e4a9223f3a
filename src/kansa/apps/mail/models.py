"""Through which relay, to which domains, and what became of each mail of a batch?

No table holds an address or a name in the clear. What a batch sealed can be read only with its own key, and that key is
destroyed at closing (docs/adr/0030); `MailAttempt` is append-only: triggers of migration 0002 refuse UPDATE and DELETE.
"""

# ruff: noqa: RUF012 (Django reads the lists of Meta; they are not shared state)

from __future__ import annotations

from django.db import models
from django.db.models import Q

from kansa.apps.people.models import OfMunicipality
from kansa.core.mail.states import BATCH_STATES, STATES

TLS_MODES = ("starttls", "tls", "none")


class MailRelay(OfMunicipality):
    """中継サーバー: the city's own relay. The password is sealed; `ca_pem`: the city's own certificate authority."""

    name_ja = models.CharField(max_length=100)
    host = models.CharField(max_length=253)
    port = models.IntegerField()
    tls_mode = models.CharField(max_length=10)
    ca_pem = models.TextField(default="")
    login = models.CharField(max_length=200, default="")
    secret_sealed = models.TextField(default="")
    helo_name = models.CharField(max_length=253, default="")
    # Where bounces go: `{code}` is replaced by the mail's own code; without it all mails share one return path.
    return_path = models.CharField(max_length=254)
    per_minute = models.IntegerField()
    per_hour = models.IntegerField()
    per_domain_minute = models.IntegerField()
    breaker_count = models.IntegerField()
    timeout_seconds = models.IntegerField()
    is_retired = models.BooleanField(default=False)
    tested_at = models.DateTimeField(null=True)
    test_code = models.CharField(max_length=40, default="")
    test_reply = models.CharField(max_length=200, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "name_ja"], name="mail_relay_once"),
            models.CheckConstraint(condition=Q(tls_mode__in=TLS_MODES), name="mail_relay_tls"),
            models.CheckConstraint(condition=Q(port__range=(1, 65535)), name="mail_relay_port"),
            models.CheckConstraint(
                condition=Q(per_minute__gte=1, per_hour__gte=1, per_domain_minute__gte=1, breaker_count__gte=1),
                name="mail_relay_pace",
            ),
            models.CheckConstraint(condition=Q(timeout_seconds__range=(1, 300)), name="mail_relay_timeout"),
        ]


class MailBox(OfMunicipality):
    """受信箱: a mailbox that is read by IMAP over TLS, such as the one to which bounces return."""

    kind = models.CharField(max_length=20)  # bounces | reports
    host = models.CharField(max_length=253)
    port = models.IntegerField()
    ca_pem = models.TextField(default="")
    login = models.CharField(max_length=200)
    secret_sealed = models.TextField(default="")
    folder = models.CharField(max_length=100, default="INBOX")
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    trouble_code = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "kind"], name="mail_box_once"),
            models.CheckConstraint(condition=Q(kind__in=["bounces", "reports"]), name="mail_box_kind"),
            models.CheckConstraint(condition=Q(port__range=(1, 65535)), name="mail_box_port"),
        ]


class MailDomain(OfMunicipality):
    """確認済みドメイン: a domain to which mail may go, verified by a code mailed to it or typed by a second person."""

    domain = models.CharField(max_length=253)
    proposed_by = models.CharField(max_length=100)
    proposed_account = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    code_digest = models.CharField(max_length=64, default="")
    code_sent_at = models.DateTimeField(null=True)
    code_tries = models.IntegerField(default=0)
    method = models.CharField(max_length=20, default="")  # mailed_code | two_persons
    verified_by = models.CharField(max_length=100, default="")
    verified_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "domain"], name="mail_domain_once"),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, method="")
                | Q(verified_at__isnull=False, method__in=["mailed_code", "two_persons"]),
                name="mail_domain_verified",
            ),
        ]


class MailBatch(OfMunicipality):
    """一斉送信: one list of recipients, one text, one schedule; `approved_sha256` says what was approved."""

    purpose = models.CharField(max_length=80)  # drill/3, reminder/5: whoever made it finds it again
    title_ja = models.CharField(max_length=200)
    relay = models.ForeignKey(MailRelay, on_delete=models.PROTECT, db_index=False, related_name="batches")
    template = models.JSONField()
    window = models.JSONField()
    pace = models.JSONField()
    state = models.CharField(max_length=10, default="draft")
    created_by = models.CharField(max_length=100)
    created_account = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    changed_by = models.CharField(max_length=100)
    changed_account = models.BigIntegerField(null=True)
    approved_by = models.CharField(max_length=100, default="")
    approved_at = models.DateTimeField(null=True)
    approved_sha256 = models.CharField(max_length=64, default="")
    member_count = models.IntegerField()  # the frozen list, those left out included
    key_sealed = models.TextField()  # the batch's own key, sealed; empty once it was destroyed
    identities_destroyed_at = models.DateTimeField(null=True)
    # What the sender notes. `latest_at`: the latest moment it has seen, so that a clock set back opens no window.
    sender = models.CharField(max_length=64, default="")
    slice_number = models.IntegerField(default=0)
    latest_at = models.DateTimeField(null=True)
    buckets = models.JSONField(default=dict)
    not_before_at = models.DateTimeField(null=True)
    failures_in_row = models.IntegerField(default=0)
    trouble_count = models.IntegerField(default=0)
    settled_count = models.IntegerField(default=0)
    connection_count = models.IntegerField(default=0)
    trouble_code = models.CharField(max_length=40, default="")
    trouble_reply = models.CharField(max_length=200, default="")
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BATCH_STATES), name="mail_batch_state"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "stopped"]) | ~Q(approved_sha256=""), name="mail_batch_approved"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "purpose"], name="mail_batch_purpose"),
            models.Index(fields=["municipality", "state"], name="mail_batch_of_state"),
        ]


class MailMessage(OfMunicipality):
    """One recipient's mail. `token` says nothing about the person; `sealed` holds address, identity and values."""

    batch = models.ForeignKey(MailBatch, on_delete=models.PROTECT, db_index=False, related_name="messages")
    token = models.CharField(max_length=40)
    position = models.IntegerField()  # by chance: the order of sending and of the rows tells nothing
    domain = models.CharField(max_length=253, default="")
    sealed = models.TextField(default="")
    reason_ja = models.CharField(max_length=200, default="")  # why left out
    state = models.CharField(max_length=10, default="waiting")
    attempt_count = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    claimed_by = models.CharField(max_length=64, default="")
    claimed_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    # Stable over all attempts, so that the relay's log can settle what is unknown; empty once the key was destroyed.
    message_id = models.CharField(max_length=200, default="")
    bounce_code = models.CharField(max_length=40, default="")
    reply_step = models.CharField(max_length=10, default="")
    reply_code = models.IntegerField(null=True)
    reply_text = models.CharField(max_length=200, default="")
    bounced_at = models.DateTimeField(null=True)
    bounce_status = models.CharField(max_length=20, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "token"], name="mail_message_token"),
            models.UniqueConstraint(fields=["municipality", "batch", "position"], name="mail_message_position"),
            models.UniqueConstraint(
                fields=["municipality", "bounce_code"], condition=~Q(bounce_code=""), name="mail_message_bounce"
            ),
            models.CheckConstraint(condition=Q(state__in=STATES), name="mail_message_state"),
            models.CheckConstraint(
                condition=~Q(state="claimed") | (~Q(claimed_by="") & Q(claimed_at__isnull=False)),
                name="mail_message_claim",
            ),
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=True) | Q(state__in=["accepted", "unknown"]), name="mail_message_bounced"
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "batch", "state", "next_at"], name="mail_message_due"),
            models.Index(fields=["municipality", "batch", "state", "position"], name="mail_message_next"),
        ]


class MailAttempt(OfMunicipality):
    """What happened to a mail, once and for all: claimed and answered by the relay, lost, or settled by a person."""

    message = models.ForeignKey(MailMessage, on_delete=models.PROTECT, db_index=False, related_name="attempts")
    number = models.IntegerField()
    event = models.CharField(max_length=20)
    at = models.DateTimeField()
    reply_step = models.CharField(max_length=10, default="")
    reply_code = models.IntegerField(null=True)
    reply_text = models.CharField(max_length=200, default="")
    by = models.CharField(max_length=100, default="")  # the person who settled it; empty for the sender

    class Meta:
        indexes = [models.Index(fields=["municipality", "message"], name="mail_attempt_of")]


class BounceReport(OfMunicipality):
    """A mail that came back: what it says, and to which mail it belongs, if to any."""

    digest = models.CharField(max_length=64)  # of the bytes, so that a mailbox read twice counts once
    message = models.ForeignKey(
        MailMessage, on_delete=models.PROTECT, null=True, db_index=False, related_name="bounces"
    )
    kind = models.CharField(max_length=20)  # failed | delayed | delivered | automatic | undecided
    status = models.CharField(max_length=20, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "digest"], name="mail_bounce_once")]
        indexes = [models.Index(fields=["municipality", "message"], name="mail_bounce_of")]
