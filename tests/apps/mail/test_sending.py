"""Does every mail leave once, in its window, approved, to us only? smtp-sink's own dump is the witness."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kansa.apps.jobs.actions import work_off
from kansa.apps.jobs.models import Job
from kansa.apps.mail.actions import (
    RelaySettings,
    pause_batch,
    resume_batch,
    save_relay,
    send_slice,
    settle_unknown,
    start_batch,
    stop_batch,
    withdraw_domain,
)
from kansa.apps.mail.actions.batches import lock_batch
from kansa.apps.mail.actions.claiming import Claimed, claim_next
from kansa.apps.mail.actions.sending import lose_claims, send_one, take_over
from kansa.apps.mail.models import MailAttempt, MailBatch, MailDomain, MailMessage
from kansa.apps.mail.queries import counts_of, states_of, verified_domains
from kansa.config.home import create_home
from kansa.config.jobs import TASKS
from kansa.core.errors import RuleError
from kansa.core.mail.pace import DAY_HOURS, Pace, SendWindow
from tests.cast import CITY
from tests.mailing import (
    DOMAIN,
    FIRST,
    Sink,
    batch_of,
    free_port,
    needs_sink,
    people,
    relay_at,
    running_sink,
    verified,
)

pytestmark = [needs_sink, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _city(city: Any) -> None:
    """A municipality."""


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with running_sink(tmp_path / "dump") as one:
        yield one


def stands(batch: MailBatch) -> MailBatch:
    return MailBatch.objects.get(pk=batch.pk)


def counted(batch: MailBatch) -> dict[str, int]:
    """The states that hold any mail; their sum is checked each time."""
    counts = counts_of(batch)
    assert counts.total == batch.member_count
    return {state: count for state, count in counts.states.items() if count}


def later(**more: int) -> Callable[[], datetime]:
    return lambda: timezone.now() + timedelta(**more)


def test_everybody_gets_one_mail(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(20))
    assert send_slice(CITY, made.batch.pk).ending == "over"
    mails = sink.mails()
    assert sorted(mail.recipient for mail in mails) == [one.address for one in people(20)]
    assert len({mail.message_id for mail in mails}) == len({mail.sender for mail in mails}) == 20
    assert all(sum(token in mail.text for mail in mails) == 1 for token in made.tokens)
    assert counted(made.batch) == {"accepted": 20}
    assert set(states_of(made.batch)) == set(made.tokens)
    assert stands(made.batch).state == "finished"
    assert [mail.recipient for mail in mails] != sorted(mail.recipient for mail in mails)  # an order by chance


def test_nothing_leaves_before_the_approval_or_after_a_change(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(3), starts=False)
    assert send_slice(CITY, made.batch.pk).ending == "over"  # approved, not begun
    MailBatch.objects.filter(pk=made.batch.pk).update(template=made.batch.template | {"subject_ja": "別の件名"})
    with pytest.raises(RuleError) as told:
        start_batch(FIRST, made.batch.pk)
    assert told.value.code == "approval_void"
    # Even when somebody with the database sets it running.
    MailBatch.objects.filter(pk=made.batch.pk).update(state="running")
    send_slice(CITY, made.batch.pk)
    assert (stands(made.batch).state, stands(made.batch).trouble_code) == ("paused", "approval_void")
    assert sink.mails() == []


def test_a_row_that_was_changed_or_moved_is_not_sent(sink: Sink) -> None:
    """Between the start of a slice and its turn, too."""
    made = batch_of(relay_at(sink.port), people(3))
    _first, second, third = MailMessage.objects.filter(batch=made.batch).order_by("position")

    def swap(*_told: object) -> bool:
        MailMessage.objects.filter(pk=second.pk).update(sealed=third.sealed)
        return False

    assert send_slice(CITY, made.batch.pk, tell=swap).ending == "paused"
    assert stands(made.batch).trouble_code == "approval_void"
    assert len(sink.mails()) == 1
    assert counted(made.batch) == {"accepted": 1, "waiting": 2}


def test_a_domain_that_was_withdrawn_is_not_reached(sink: Sink) -> None:
    verified("school.example.jp")
    made = batch_of(relay_at(sink.port), [*people(2), *people(2, "school.example.jp")])
    withdraw_domain(FIRST, MailDomain.objects.get(domain="school.example.jp").pk)
    send_slice(CITY, made.batch.pk)
    assert (stands(made.batch).state, stands(made.batch).trouble_code) == ("paused", "domain_withdrawn")
    assert verified_domains(CITY) == {DOMAIN}
    assert sink.mails() == []


def test_nothing_leaves_outside_the_window_or_with_the_clock_set_back(sink: Sink) -> None:
    """Monday 2 November 2026, 9–12 and 13–17; Tuesday is a holiday."""

    def at(day: int, hour: int) -> Callable[[], datetime]:
        return lambda: datetime(2026, 11, day, hour, tzinfo=ZoneInfo("Asia/Tokyo"))

    when = SendWindow(at(2, 10)(), at(4, 15)(), DAY_HOURS)
    made = batch_of(relay_at(sink.port), people(3), when=when, starts=False)
    # As if it had been begun on the Friday before.
    MailBatch.objects.filter(pk=made.batch.pk).update(state="running")
    for moment, opens in ((at(1, 10), at(2, 10)), (at(2, 9), at(2, 10)), (at(2, 12), at(2, 13)), (at(3, 10), at(4, 9))):
        result = send_slice(CITY, made.batch.pk, clock=moment)
        assert (result.ending, result.next_at) == ("waiting", opens())
    assert sink.mails() == []
    back = send_slice(CITY, made.batch.pk, clock=at(2, 13))  # the moment the window was open, after the holiday's
    assert (back.ending, back.next_at) == ("waiting", at(3, 10)())
    assert stands(made.batch).trouble_code == "clock_set_back"
    assert sink.mails() == []
    assert send_slice(CITY, made.batch.pk, clock=at(4, 15)).ending == "over"
    assert counted(made.batch) == {"expired": 3}
    assert sink.mails() == []


def test_the_pace_is_kept_over_restarts(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(6), pace=Pace(per_minute=10, per_hour=100))
    first = send_slice(CITY, made.batch.pk)
    again = send_slice(CITY, made.batch.pk)
    assert (first.ending, first.accepted_count) == (again.ending, 1) == ("waiting", 1)
    assert again.accepted_count == 0 and len(sink.mails()) == 1


@pytest.mark.parametrize("step", ["RCPT", "."])
def test_a_refusal_for_now_is_tried_again(tmp_path: Path, step: str) -> None:
    port = free_port()
    with running_sink(tmp_path / "bad", "-r", step, port=port):
        made = batch_of(relay_at(port), people(2), pace=Pace(60_000, 3_600_000, 60_000, 9))
        send_slice(CITY, made.batch.pk)
    assert stands(made.batch).trouble_code == "too_many_failures"  # two of the first ten
    assert counted(made.batch) == {"deferred": 2}
    resume_batch(FIRST, made.batch.pk)
    with running_sink(tmp_path / "good", port=port) as sink:
        assert send_slice(CITY, made.batch.pk, clock=later(minutes=4)).ending == "waiting"
        assert sink.mails() == []
        send_slice(CITY, made.batch.pk, clock=later(minutes=6))
        assert len(sink.mails()) == 2 and sink.twice() == []
    assert counted(made.batch) == {"accepted": 2}


def test_a_refusal_for_good_is_this_recipients_only_until_the_breaker(tmp_path: Path) -> None:
    with running_sink(tmp_path / "bad", "-f", "RCPT", "-B", "550 5.1.1 <staff@x>: unknown") as sink:
        made = batch_of(relay_at(sink.port), people(9), pace=Pace(60_000, 3_600_000, 60_000, 5))
        send_slice(CITY, made.batch.pk)
    assert counted(made.batch) == {"failed": 2, "waiting": 7}
    assert (stands(made.batch).state, stands(made.batch).trouble_code) == ("paused", "too_many_failures")
    row = MailMessage.objects.filter(state="failed").first()
    assert row is not None
    assert (row.reply_code, row.reply_text) == (550, "5.1.1 (address): unknown")


@pytest.mark.parametrize(("flag", "code"), [("-Q", "relay_busy"), ("-q", "relay_closed")])
def test_a_relay_that_hangs_up_is_left_alone_for_a_while(tmp_path: Path, flag: str, code: str) -> None:
    with running_sink(tmp_path / "bad", flag, "RCPT") as sink:
        made = batch_of(relay_at(sink.port), people(5))
        assert send_slice(CITY, made.batch.pk).ending == "waiting"
    batch = stands(made.batch)
    assert (batch.state, batch.trouble_code, batch.trouble_count) == ("running", code, 1)
    assert batch.not_before_at is not None and batch.not_before_at > timezone.now()
    assert counted(made.batch) == {"waiting": 5}


def test_a_connection_lost_after_the_final_dot_is_unknown_and_stays_so(tmp_path: Path) -> None:
    port = free_port()
    with running_sink(tmp_path / "bad", "-q", ".", port=port):
        made = batch_of(relay_at(port), people(3))
        send_slice(CITY, made.batch.pk)
    assert counted(made.batch) == {"unknown": 1, "waiting": 2}
    with running_sink(tmp_path / "good", port=port) as sink:
        send_slice(CITY, made.batch.pk, clock=later(minutes=1))
        assert len(sink.mails()) == 2
        assert counted(made.batch) == {"unknown": 1, "accepted": 2}
        lost = MailMessage.objects.get(state="unknown")
        with pytest.raises(RuleError) as told:
            settle_unknown(FIRST, lost.pk, "found_in_log")
        assert told.value.code == "too_early"
        MailMessage.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
        settle_unknown(FIRST, lost.pk, "found_in_log")
    assert counted(made.batch) == {"accepted": 3}
    assert list(MailAttempt.objects.filter(message=lost).values_list("event", flat=True)) == ["lose", "found_in_log"]


def test_a_refused_sender_or_encryption_fails_nobody(tmp_path: Path) -> None:
    with running_sink(tmp_path / "bad", "-f", "MAIL") as sink:
        relay = relay_at(sink.port)
        made = batch_of(relay, people(2))
        send_slice(CITY, made.batch.pk)
        assert (stands(made.batch).state, stands(made.batch).trouble_code) == ("paused", "sender_refused")
        assert counted(made.batch) == {"waiting": 2}
        # Encryption that is asked for and not offered: no mail in the clear.
        secret = relay_at_with_starttls(sink.port)
        other = batch_of(secret, people(2))
        send_slice(CITY, other.batch.pk)
        assert (stands(other.batch).state, stands(other.batch).trouble_code) == ("paused", "tls_not_offered")
        assert [mail for mail in sink.mails() if "訓練" in mail.text] == []


def relay_at_with_starttls(port: int) -> Any:
    return save_relay(FIRST, RelaySettings("暗号", "127.0.0.1", port, "starttls", f"b+{{code}}@{DOMAIN}"))


def test_pause_and_stop_take_effect_within_one_mail(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(9))

    def pause_at_three(*_told: object) -> bool:
        if len(sink.mails()) == 3 and stands(made.batch).state == "running":
            pause_batch(FIRST, made.batch.pk)
        return False

    assert send_slice(CITY, made.batch.pk, tell=pause_at_three).ending == "paused"
    assert len(sink.mails()) == 3
    resume_batch(FIRST, made.batch.pk)

    def stop_at_five(*_told: object) -> bool:
        if len(sink.mails()) == 5 and stands(made.batch).state == "running":
            stop_batch(FIRST, made.batch.pk, "訓練の中止")
        return False

    assert send_slice(CITY, made.batch.pk, tell=stop_at_five).ending == "over"
    assert len(sink.mails()) == 5
    assert counted(made.batch) == {"accepted": 5, "cancelled": 4}
    with pytest.raises(RuleError):
        resume_batch(FIRST, made.batch.pk)


def test_two_senders_the_later_one_takes_over_and_the_first_still_tells_what_it_knows(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(3))
    first = take_over(CITY, made.batch.pk, "first", timezone.now())
    assert first is not None
    held = claim_next(CITY, made.batch.pk, "first", timezone.now(), first.fingerprints)
    assert isinstance(held, Claimed)
    assert send_slice(CITY, made.batch.pk).ending == "over"
    assert counted(made.batch) == {"accepted": 2, "unknown": 1}
    assert send_one(first, held, timezone.now) == 1
    assert counted(made.batch) == {"accepted": 3}
    assert len(sink.mails()) == 3 and sink.twice() == []


def test_what_a_killed_sender_left_on_a_paused_batch_is_told(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(2))
    first = take_over(CITY, made.batch.pk, "first", timezone.now())
    assert first is not None
    claim_next(CITY, made.batch.pk, "first", timezone.now(), first.fingerprints)
    with transaction.atomic():
        assert lose_claims(lock_batch(CITY, made.batch.pk), timezone.now()) == 1
    assert counted(made.batch) == {"unknown": 1, "waiting": 1}


def test_the_chain_of_jobs_sends_it_all(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(4))
    assert work_off(TASKS, beats=False) == 1
    assert Job.objects.get().result == {"ending": "over", "accepted": 4}
    assert counted(made.batch) == {"accepted": 4}


def test_attempts_cannot_be_rewritten(sink: Sink) -> None:
    made = batch_of(relay_at(sink.port), people(1))
    send_slice(CITY, made.batch.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        MailAttempt.objects.update(event="fail")


def test_an_address_that_got_into_a_row_is_looked_at_again_before_it_is_used(sink: Sink) -> None:
    """Approved and sealed for a domain that is ours; the check at the last moment is the same as at the first."""
    made = batch_of(relay_at(sink.port), people(1))
    outfit = take_over(CITY, made.batch.pk, "x", timezone.now())
    assert outfit is not None
    outfit.domains = frozenset({"other.example.jp"})
    found = claim_next(CITY, made.batch.pk, "x", timezone.now(), outfit.fingerprints)
    assert isinstance(found, Claimed)
    assert send_one(outfit, found, timezone.now) == 0
    assert (stands(made.batch).state, sink.mails()) == ("paused", [])


@pytest.mark.django_db(transaction=True)
def test_dozens_of_kills_duplicate_and_lose_nothing(tmp_path: Path) -> None:
    """The benchmark in small, on a copy of this database's tables; hundreds of kills: benchmarks/mail_kills.py."""
    if connection.vendor != "sqlite":
        pytest.skip("copies SQLite's file; on PostgreSQL: python -m benchmarks.mail_kills")
    create_home(tmp_path)
    connection.ensure_connection()
    assert connection.connection is not None
    with sqlite3.connect(tmp_path / "kansa.sqlite3") as copy:
        connection.connection.backup(copy)
    environment = dict(os.environ) | {"KANSA_HOME": str(tmp_path)}
    environment.pop("DATABASE_URL", None)
    words = ["--home", str(tmp_path), "--kills", "24", "--recipients", "120"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.mail_kills", *words], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "kept" in done.stdout
