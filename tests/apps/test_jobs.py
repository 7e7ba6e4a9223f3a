"""Is background work done once when all is well, again after a kill, never by two at a time, and told when it fails?"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.utils import timezone
from django_tasks import task

from kansa.apps.jobs.actions import JobContext, Schedule, ask_to_stop, enqueue, leases, work_off, working
from kansa.apps.jobs.models import Job
from kansa.config.home import create_home
from kansa.config.jobs import SCHEDULES, TASKS
from kansa.core.errors import RuleError
from tests.prepared import copy_home

CITY = 1
DONE: list[object] = []


@task(takes_context=True)
def count_up(context: JobContext, municipality_id: int, upto: int) -> dict[str, int]:
    """Counts, tells how far it is, and stops when asked."""
    for done in range(upto):
        if context.tell(done, upto, f"{done}まで"):
            return {"counted": done}
    DONE.append(context.attempt)
    return {"counted": upto}


@task(takes_context=True)
def stumble(context: JobContext, municipality_id: int, secret: str) -> None:
    """A defect whose text holds a person's data."""
    raise ValueError(f"秘密 {secret}")


@task(takes_context=True)
def refuse(context: JobContext, municipality_id: int) -> None:
    """What the rules do not allow is not tried again."""
    raise RuleError("not_now", "年度が凍結されています。")


OURS = {one.module_path: one for one in (count_up, stumble, refuse)}


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    DONE.clear()


def stand(job: Job) -> Job:
    return Job.objects.get(pk=job.pk)


@pytest.mark.django_db
def test_a_job_is_done_once_and_its_result_kept() -> None:
    job = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 3}, actor_name="担当者")
    assert work_off(OURS, beats=False) == 1
    assert work_off(OURS, beats=False) == 0
    job = stand(job)
    assert (job.state, job.result, job.attempts, job.is_finished) == ("done", {"counted": 3}, 1, True)
    assert DONE == [1]


@pytest.mark.django_db
def test_the_interface_of_django_tasks_puts_it_in_and_reads_it_back() -> None:
    result = count_up.enqueue(municipality_id=CITY, upto=2)
    work_off(OURS, beats=False)
    assert Job.objects.get(pk=int(result.id)).state == "done"
    with pytest.raises(TypeError):
        count_up.enqueue(CITY, 2)


@pytest.mark.django_db
def test_a_defect_is_tried_again_later_then_left_for_a_person(caplog: pytest.LogCaptureFixture) -> None:
    job = enqueue(stumble, CITY, {"municipality_id": CITY, "secret": "山田太郎"})
    waits = []
    for _ in range(leases.ATTEMPTS):
        assert work_off(OURS, beats=False) == 1
        assert work_off(OURS, beats=False) == 0  # not before its time
        waits.append((stand(job).run_after - timezone.now()).total_seconds())
        Job.objects.filter(pk=job.pk).update(run_after=timezone.now())
    job = stand(job)
    assert (job.state, job.fault, job.attempts) == ("failed", "ValueError", leases.ATTEMPTS)
    assert waits[0] < waits[1] < waits[2]
    assert "山田" not in caplog.text
    assert "stumble" in caplog.text
    assert "山田" not in job.reason_ja


@pytest.mark.django_db
def test_a_refusal_is_told_and_not_repeated() -> None:
    job = enqueue(refuse, CITY, {"municipality_id": CITY})
    work_off(OURS, beats=False)
    job = stand(job)
    assert (job.state, job.attempts, job.reason_ja) == ("failed", 1, "年度が凍結されています。")


@pytest.mark.django_db
def test_what_is_not_registered_is_not_run() -> None:
    job = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 1})
    work_off({}, beats=False)
    assert (stand(job).state, DONE) == ("failed", [])


@pytest.mark.django_db
def test_an_asked_job_stops_and_keeps_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(working, "TELL_SECONDS", 0.0)
    job = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 5})
    assert ask_to_stop(CITY, job.pk)
    assert not ask_to_stop(CITY + 1, job.pk)
    work_off(OURS, beats=False)
    assert stand(job).result == {"counted": 0}
    assert not ask_to_stop(CITY, job.pk)


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_cannot_finish() -> None:
    job = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 1})
    first = leases.claim("first")
    assert first is not None
    assert leases.claim("second") is None  # it is held
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    second = leases.claim("second")
    assert second is not None
    assert not leases.renew(first)
    assert not leases.finish(first, {"by": "first"})
    assert leases.finish(second, {"by": "second"})
    assert stand(job).result == {"by": "second"}


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up() -> None:
    job = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 1})
    for _ in range(leases.ATTEMPTS):
        assert leases.claim("dies") is not None
        Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert leases.claim("last") is None
    assert (stand(job).state, stand(job).fault) == ("failed", "worker_lost")


@pytest.mark.django_db
def test_work_by_the_clock_is_put_in_once_a_period_by_however_many_hosts() -> None:
    schedules = {"count": Schedule("count", count_up, 3600)}
    for _host in range(3):
        working.make_due(schedules, [CITY, CITY + 1])
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_old_ended_jobs_are_forgotten_waiting_ones_never() -> None:
    old = timezone.now() - timedelta(days=leases.KEEP_DAYS + 1)
    ended = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 1})
    work_off(OURS, beats=False)
    waiting = enqueue(count_up, CITY, {"municipality_id": CITY, "upto": 1}, run_after=old)
    Job.objects.update(enqueued_at=old)
    Job.objects.filter(pk=ended.pk).update(finished_at=old)
    assert leases.forget_finished(timezone.now()) == 1
    assert [job.pk for job in Job.objects.all()] == [waiting.pk]


@pytest.mark.django_db
def test_the_scheduled_work_of_this_house_runs(city: Any) -> None:
    working.make_due(SCHEDULES, [city.pk])
    assert work_off(TASKS, beats=False) == len(SCHEDULES)
    assert set(Job.objects.values_list("state", flat=True)) == {"done"}


# --- a worker that is killed: two processes on one database ---

SLOW = """
import sys, threading, time
import django
django.setup()
from django_tasks import task
from kansa.apps.jobs.actions import enqueue, work
from kansa.apps.jobs.actions import leases

@task(takes_context=True)
def linger(context, municipality_id, marks, seconds):
    with open(marks, "a") as file:
        file.write("begun\\n")
    time.sleep(seconds)
    with open(marks, "a") as file:
        file.write("done\\n")
    return {"attempt": context.attempt}

if sys.argv[1] == "enqueue":
    enqueue(linger, 1, {"municipality_id": 1, "marks": sys.argv[2], "seconds": float(sys.argv[3])})
else:
    # The module is this process's main one in every process, so the path of the task is the same.
    work({linger.module_path: linger}, {}, lambda: [], threading.Event(), lease_seconds=2)
"""


def own_environment(home: Path) -> dict[str, str]:
    """This test's database on PostgreSQL, a fresh file on SQLite."""
    values = dict(os.environ) | {"KANSA_HOME": str(home)}
    if connection.vendor == "postgresql":
        at = connection.settings_dict
        create_home(home)
        values["DATABASE_URL"] = (
            f"postgres://{quote(at['USER'])}:{quote(at['PASSWORD'])}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
        )
    else:
        values.pop("DATABASE_URL", None)
        copy_home(home)
    return values


def until(marks: Path, wanted: str, seconds: float) -> str:
    """The marks as soon as they hold `wanted`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        text = marks.read_text() if marks.exists() else ""
        if wanted in text:
            return text
        time.sleep(0.1)
    raise AssertionError(f"not {wanted!r} within {seconds} s: {marks.read_text() if marks.exists() else ''!r}")


@pytest.mark.django_db(transaction=True)
def test_kill_9_of_a_worker_and_another_one_takes_the_job_up(tmp_path: Path) -> None:
    environment, marks, script = own_environment(tmp_path), tmp_path / "marks", tmp_path / "slow.py"
    script.write_text(SLOW)

    def run(*words: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(script), *words], env=environment)

    assert run("enqueue", str(marks), "5").wait(timeout=60) == 0
    killed = run("work")
    until(marks, "begun", 60)
    killed.kill()
    killed.wait(timeout=10)
    second = run("work")
    try:
        # The second takes longer than its lease: renewed, not begun a third time.
        assert until(marks, "done", 60) == "begun\nbegun\ndone\n"
    finally:
        second.kill()
        second.wait(timeout=10)


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_do_a_job_together(tmp_path: Path) -> None:
    environment, marks, script = own_environment(tmp_path), tmp_path / "marks", tmp_path / "slow.py"
    script.write_text(SLOW)
    for _ in range(3):
        subprocess.run([sys.executable, str(script), "enqueue", str(marks), "0.2"], env=environment, check=True)
    workers = [subprocess.Popen([sys.executable, str(script), "work"], env=environment) for _ in range(2)]
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end and (not marks.exists() or marks.read_text().count("done") < 3):
            time.sleep(0.1)
        time.sleep(1)
        assert marks.read_text().count("begun") == 3
        assert marks.read_text().count("done") == 3
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(timeout=10)
