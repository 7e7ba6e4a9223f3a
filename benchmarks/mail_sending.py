"""What does a mail cost in processor time, against handing over ready bytes, and against a sender written in C?

The whole path (claim, open, fill, hand over, mark, two durable transactions) is measured beside its parts. References, in
the same run and to the same smtp-sink: smtplib handing over ready bytes on a connection that is kept; smtp-source of
postfix; and the library building the mail for each recipient. Run: python -m benchmarks.mail_sending
"""

from __future__ import annotations

import resource
import shutil
import smtplib
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from benchmarks.city import new_home
from benchmarks.harness import Result, alternating, machine, report, timed

MAILS = 500
AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
TEXT = "{{name}} 様\n\n情報セキュリティの自己点検の回答をお願いします。\nhttps://kansa.example/{{token}}\n\n" + (
    "締切日は月末です。分からないことは情報政策課に問い合わせてください。\n" * 12
)
PAGE = (
    "<p>{{name}} 様</p><p><a href='https://kansa.example/{{token}}'>回答する</a></p>" + "<p>締切日は月末です。</p>" * 20
)
SOURCE = shutil.which("smtp-source") or "/usr/sbin/smtp-source"


def values(number: int) -> dict[str, str]:
    """What differs from one mail to the other."""
    return {"name": f"職員 {number}", "token": f"{number:024}"}


def by_the_library(count: int) -> int:
    """Builds each mail as the library does it; its octets."""
    total = 0
    for number in range(count):
        own, mail = values(number), EmailMessage(policy.SMTP)
        mail["From"], mail["To"] = "office@city.example.jp", f"staff{number}@city.example.jp"
        mail["Subject"], mail["Message-ID"] = "自己点検のお願い", f"<{number}@city.example.jp>"
        for text, kind in ((TEXT, "plain"), (PAGE, "html")):
            whole = text.replace("{{name}}", own["name"]).replace("{{token}}", own["token"])
            if kind == "plain":
                mail.set_content(whole, cte="8bit")
            else:
                mail.add_alternative(whole, subtype="html", cte="8bit")
        total += len(mail.as_bytes())
    return total


def hand_over(port: int, data: bytes, count: int) -> None:
    """Ready bytes over a connection that is kept."""
    with smtplib.SMTP("127.0.0.1", port, "bench.example") as smtp:
        for number in range(count):
            smtp.sendmail("a@city.example.jp", [f"staff{number}@city.example.jp"], data, ["BODY=8BITMIME"])


def by_smtp_source(port: int, size: int, count: int) -> float:
    """Processor seconds of smtp-source for as many mails of that size, one connection at a time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    words = [SOURCE, "-d", "-m", str(count), "-l", str(size), "-s", "1", f"127.0.0.1:{port}"]
    subprocess.run(words, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(port: int) -> list[Result]:
    """The promises, each with its reference."""
    from kansa.apps.mail.actions import send_slice
    from kansa.formats.mail_messages import MailFields, MailTemplate, filled, prepared
    from tests.builders import build_city
    from tests.cast import CITY
    from tests.mailing import batch_of, people, relay_at

    build_city()
    template = MailTemplate("自己点検のお願い", TEXT, "office@city.example.jp", html_ja=PAGE)
    mails = {is_8bit: prepared(template, is_8bit=is_8bit) for is_8bit in (True, False)}

    def fill(is_8bit: bool) -> None:
        for number in range(MAILS):
            fields = MailFields(f"staff{number}@city.example.jp", "<x@city.example.jp>", AT, values(number))
            filled(mails[is_8bit], fields)

    built, eight, seven = alternating(
        ("the library building each", lambda: by_the_library(MAILS)),
        ("filling, 8bit", lambda: fill(True)),
        ("filling, base64", lambda: fill(False)),
    )
    data = filled(mails[True], MailFields("staff1@city.example.jp", "<x@city.example.jp>", AT, values(1)))
    ready = timed("smtplib with ready bytes", lambda: hand_over(port, data, MAILS), runs=3)
    relay = relay_at(port)
    batches = [batch_of(relay, people(MAILS), template=template).batch.pk for _ in range(4)]
    whole = timed("the sender", lambda: send_slice(CITY, batches.pop(), seconds=600), runs=3)
    rate = MAILS / whole.median
    source = by_smtp_source(port, len(data), MAILS)
    note = f"smtp-source needs {source:.3f} s of the processor for {MAILS} mails of {len(data)} octets; " + (
        f"the sender {whole.processor_median / source:.0f} ×; {rate:.0f} mails a second on the wall"
    )
    return [
        Result(f"{MAILS} mails filled as 8bit", eight, built, limit_ratio=0.1, by_processor=True),
        Result(f"{MAILS} mails filled as base64", seven, built, limit_ratio=0.15, by_processor=True),
        Result("filling beside handing over", eight, ready, limit_ratio=0.5, by_processor=True),
        Result(
            "the whole path, two durable transactions a mail",
            whole,
            ready,
            limit_ratio=25,
            note=note,
            by_processor=True,
        ),
    ]


def main() -> int:
    """Prints the promises; 1 when one is broken."""
    new_home()
    print(machine())
    from tests.mailing import SINK, free_port, wait_for

    if SINK is None:
        print("smtp-sink (the package postfix) is not installed")
        return 1
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="kansa-sink-") as place:
        sink = subprocess.Popen([SINK, f"127.0.0.1:{port}", "100"], cwd=Path(place))
        try:
            wait_for(port)
            began = time.monotonic()
            results = run(port)
            report(results)
            print(f"{time.monotonic() - began:.0f} s in all")
        finally:
            sink.terminate()
            sink.wait()
    return 0 if all(one.is_kept for one in results) else 1


if __name__ == "__main__":
    sys.exit(main())
