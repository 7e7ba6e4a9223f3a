"""Is a report that lies in a real mailbox (dovecot, IMAP over TLS) credited once, and a wrong certificate refused?"""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kansa.apps.drills.actions import read_reports
from kansa.apps.drills.models import DrillHit
from kansa.apps.mail.actions import BoxSettings, save_mailbox
from kansa.core.errors import RuleError
from tests.cast import CLERK
from tests.drilling import address_of, build_people, build_sent, tokens_of

DOVECOT = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(DOVECOT is None, reason="dovecot is not installed")]
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {login}
default_internal_group = {login_group}
default_login_user = {login}
passdb {{
  driver = static
  args = password=himitsu-1
}}
userdb {{
  driver = static
  args = uid={login} gid={login_group} home={folder}/mail
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


@dataclass(frozen=True)
class Box:
    """A mailbox that is served."""

    port: int
    ca_pem: str
    folder: Path


def certificate(folder: Path) -> str:
    """A certificate of 127.0.0.1 that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = cert.public_bytes(serialization.Encoding.PEM).decode()
    (folder / "cert.pem").write_text(pem)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    return pem


@pytest.fixture
def box() -> Iterator[Box]:
    """dovecot on a free port, until the test ends. Not in pytest's folder, which only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="kansa-dovecot-"))
    folder.chmod(0o755)
    for name in ("run", "state", "mail/new", "mail/cur", "mail/tmp"):
        (folder / name).mkdir(parents=True)
    pem = certificate(folder)
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    # The part that meets strangers refuses to run as root.
    login = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    names = {"login": login.pw_name, "login_group": grp.getgrgid(login.pw_gid).gr_name}
    (folder / "dovecot.conf").write_text(CONFIG.format(folder=folder, port=port, **names))
    for path in (folder / "mail", *(folder / "mail").iterdir()):
        os.chown(path, login.pw_uid, login.pw_gid)
    assert DOVECOT is not None
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if socket.socket().connect_ex(("127.0.0.1", port)) == 0:
                break
            time.sleep(0.05)
        yield Box(port, pem, folder)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


def deliver(box: Box, name: str, data: bytes) -> None:
    path = box.folder / "mail/new" / name
    path.write_bytes(data)
    path.chmod(0o644)


def report(link: str, reporter: str) -> bytes:
    text = f"From: {reporter}\r\nTo: houkoku@mihon.example\r\nSubject: =?iso-2022-jp?B?GyRCSnM5cBsoQg==?=\r\n"
    body = "不審なメールです。\r\n> ".encode("iso-2022-jp") + link.encode() + b"\r\n"
    return f"{text}Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n".encode() + body


def test_reports_in_a_mailbox_are_credited_once(city: object, box: Box) -> None:
    campaign = build_sent(build_people({"101": 2}))
    link = f"https://kunren.mihon.example/m/{tokens_of(campaign)['S001']}/"
    deliver(box, "1.eml", report(link, address_of("S002")))
    deliver(box, "2.eml", report("https://evil.example/", address_of("S001")))
    settings = BoxSettings("127.0.0.1", box.port, "houkoku", "himitsu-1")
    save_mailbox(CLERK, "reports", settings)
    with pytest.raises(RuleError) as fault:
        read_reports(CLERK)
    assert fault.value.code == "box_tls"
    save_mailbox(CLERK, "reports", BoxSettings("127.0.0.1", box.port, "houkoku", None, ca_pem=box.ca_pem))
    taken = read_reports(CLERK)
    assert taken.counts == {"credited": 1, "not_ours": 1}
    assert [word for _, word in taken.to_look_at] == ["not_ours"]
    hit = DrillHit.objects.get()
    assert (hit.kind, hit.channel) == ("reported", "mailbox")
    assert read_reports(CLERK).counts == {}
