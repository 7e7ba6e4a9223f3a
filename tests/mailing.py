"""Which relay do the tests send through? smtp-sink of postfix: what it wrote down is the truth, not what we believe.

`Sink` is one running relay with its folder of dumps; `batch_of` makes a batch for it, approved by a second person.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from kansa.apps.mail.actions import (
    BatchPlan,
    Made,
    Recipient,
    RelaySettings,
    approve_batch,
    confirm_by_second_person,
    create_batch,
    propose_domain,
    save_relay,
    start_batch,
)
from kansa.apps.mail.models import MailDomain, MailRelay
from kansa.apps.mail.queries import approval_sha256
from kansa.core.mail.pace import Pace, SendWindow
from kansa.core.permission import Actor
from kansa.formats.mail_messages import MailTemplate
from tests.cast import CITY

DOMAIN = "city.example.jp"
FIRST = Actor(CITY, "担当 一", "operator")
SECOND = Actor(CITY, "担当 二", "operator")
TEMPLATE = MailTemplate(
    "訓練のお知らせ",
    "{{name}} 様\n次のページを見てください。\nhttps://kansa.example/{{token}}\n.\n",
    f"office@{DOMAIN}",
)
FAST = Pace(60_000, 3_600_000, 60_000, 1000)
SINK = shutil.which("smtp-sink", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/libexec/postfix")
AS_NOBODY = ["-u", "postfix"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []  # root has to step down
needs_sink = pytest.mark.skipif(SINK is None, reason="smtp-sink (the package postfix) is not installed")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass(frozen=True)
class Dumped:
    """One mail as smtp-sink wrote it down."""

    recipient: str
    sender: str
    message_id: str
    text: str


@dataclass
class Sink:
    """smtp-sink on a port of this machine, one dump file per mail."""

    folder: Path
    port: int

    def mails(self) -> list[Dumped]:
        """Everything that was taken over so far."""
        return [read_dump(path) for path in sorted(self.folder.iterdir())]

    def twice(self) -> list[str]:
        """Recipients that got more than one mail."""
        return [one for one, count in Counter(mail.recipient for mail in self.mails()).items() if count > 1]


def read_dump(path: Path) -> Dumped:
    text = path.read_bytes().decode("utf-8", "replace").replace("\r\n", "\n")

    def line(pattern: str) -> str:
        found = re.search(pattern, text, re.MULTILINE | re.IGNORECASE)
        return found[1] if found else ""

    return Dumped(
        line(r"^X-Rcpt-Args: <([^>]*)>"), line(r"^X-Mail-Args: <([^>]*)>"), line(r"^Message-ID: (<[^>]*>)"), text
    )


@contextlib.contextmanager
def running_sink(folder: Path, *options: str, port: int | None = None) -> Iterator[Sink]:
    """A relay that takes everything, or that refuses as `options` say (see smtp-sink(1))."""
    assert SINK is not None
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o777)
    for parent in folder.parents:
        if os.geteuid() == 0 and str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o011)
    words = [SINK, *AS_NOBODY, "-d", f"{folder}/%M.", *options]
    process, chosen = started(words, port or free_port())
    if process.poll() is not None and port is None:  # somebody took the free port before the sink did
        process, chosen = started(words, free_port())
    try:
        assert process.poll() is None, "the relay did not start"
        yield Sink(folder, chosen)
    finally:
        process.terminate()
        process.wait()


def started(words: Sequence[str], port: int) -> tuple[subprocess.Popen[bytes], int]:
    """A sink on a port, which listens or has ended."""
    command = [*words, f"127.0.0.1:{port}", "200"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(200):
        if process.poll() is not None or is_listened_to(port):
            break
        time.sleep(0.02)
    return process, port


def is_listened_to(port: int) -> bool:
    """Whether a connection leads to somebody else: to a free port it can lead to itself."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
        return bool(line.getsockname() != line.getpeername())
    return False


def verified(*domains: str) -> None:
    """These domains, verified by two persons."""
    for name in domains or (DOMAIN,):
        if not MailDomain.objects.filter(municipality_id=CITY, domain=name).exists():
            confirm_by_second_person(SECOND, propose_domain(FIRST, name).pk, name)


def relay_at(port: int, name: str = "試験", timeout_seconds: int = 5) -> MailRelay:
    """A relay on this machine, without encryption."""
    verified()
    settings = RelaySettings(
        name, "127.0.0.1", port, "none", f"bounce+{{code}}@{DOMAIN}", timeout_seconds=timeout_seconds
    )
    return save_relay(FIRST, settings)


def window(now: datetime | None = None, days: int = 2) -> SendWindow:
    """Open from an hour ago, at any hour of any day."""
    begin = now or timezone.localtime()
    return SendWindow(begin - timedelta(hours=1), begin + timedelta(days=days), (), any_day=True)


def people(count: int, domain: str = DOMAIN) -> list[Recipient]:
    return [Recipient(f"S{n:05}", f"staff{n:05}@{domain}", {"name": f"職員 {n}"}) for n in range(count)]


def batch_of(
    relay: MailRelay,
    recipients: Sequence[Recipient],
    *,
    when: SendWindow | None = None,
    pace: Pace = FAST,
    template: MailTemplate = TEMPLATE,
    starts: bool = True,
) -> Made:
    """A batch that a second person approved, begun unless told otherwise."""
    made = create_batch(FIRST, BatchPlan("test/1", "試験", relay.pk, template, when or window(), pace), recipients)
    approve_batch(SECOND, made.batch.pk, approval_sha256(made.batch))
    if starts:
        start_batch(FIRST, made.batch.pk)
    made.batch.refresh_from_db()
    return made
