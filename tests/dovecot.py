"""Which real mail server do the tests meet? dovecot: a mailbox (IMAP over TLS) and a submission service with STARTTLS,
implicit TLS and AUTH, both with a certificate of a throw-away authority. What is submitted goes on to smtp-sink.
"""

from __future__ import annotations

import contextlib
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

DOVECOT = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
SUBMISSION = Path("/usr/lib/dovecot/submission")
needs_dovecot = pytest.mark.skipif(DOVECOT is None, reason="dovecot is not installed")
needs_submission = pytest.mark.skipif(
    DOVECOT is None or not SUBMISSION.exists(), reason="dovecot-submissiond is not installed"
)
PASSWORDS = {"houkoku": "himitsu-1", "kacho": "秘密の言葉"}
CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap{submission}
listen = 127.0.0.1
ssl = {ssl}
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
mail_location = maildir:{folder}/mail
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {login}
default_internal_group = {login_group}
default_login_user = {login}
auth_mechanisms = {mechanisms}
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {folder}/users
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
    port = {imaps}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""
SUBMITTING = """
hostname = localhost
submission_relay_host = 127.0.0.1
submission_relay_port = {relay}
service submission-login {{
  chroot =
  inet_listener submission {{
    port = {starttls}
  }}
  inet_listener submissions {{
    port = {smtps}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True)
class Box:
    """A server that runs: where its mailbox and its submission service are; `ca_pem`: who vouches for it."""

    port: int
    ca_pem: str
    folder: Path
    starttls: int = 0
    smtps: int = 0

    def deliver(self, name: str, data: bytes) -> None:
        """Puts a mail into the mailbox."""
        path = self.folder / "mail/new" / name
        path.write_bytes(data)
        path.chmod(0o644)

    def give_away(self, folder: Path) -> None:
        """Lets the server write into a folder of the mailbox."""
        owner = (self.folder / "mail").stat()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


def certificate(folder: Path, *names: x509.GeneralName, days: int = 1) -> str:
    """An authority that nobody knows, and a certificate of it for these names (this machine's by default)."""
    authority = ec.generate_private_key(ec.SECP256R1())
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "throw-away authority")])
    now = datetime.now(UTC)

    def signed(subject: x509.Name, public: ec.EllipticCurvePublicKey, is_authority: bool) -> x509.Certificate:
        made = x509.CertificateBuilder(issuer, subject, public, x509.random_serial_number())
        made = made.not_valid_before(now - timedelta(days=3)).not_valid_after(now + timedelta(days=days))
        made = made.add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        if not is_authority:
            there = names or (x509.IPAddress(ip_address("127.0.0.1")), x509.DNSName("localhost"))
            made = made.add_extension(x509.SubjectAlternativeName(there), critical=False)
        return made.sign(authority, hashes.SHA256())

    ca = signed(issuer, authority.public_key(), is_authority=True)
    own = signed(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail")]), key.public_key(), is_authority=False)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    (folder / "cert.pem").write_bytes(own.public_bytes(encoding))
    (folder / "key.pem").write_bytes(key.private_bytes(encoding, form, serialization.NoEncryption()))
    return ca.public_bytes(encoding).decode()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    with contextlib.ExitStack() as stack:
        doors = [stack.enter_context(socket.socket()) for _ in range(count)]
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [int(door.getsockname()[1]) for door in doors]


@contextlib.contextmanager
def running_dovecot(
    relay: int = 0, *, names: tuple[x509.GeneralName, ...] = (), days: int = 1, mechanisms: str = "plain login"
) -> Iterator[Box]:
    """dovecot on free ports; with `relay` it submits to that port of this machine."""
    # Not in pytest's folder, which only its owner may enter.
    folder = Path(tempfile.mkdtemp(prefix="kansa-dovecot-"))
    folder.chmod(0o755)
    for name in ("run", "state", "mail/new", "mail/cur", "mail/tmp"):
        (folder / name).mkdir(parents=True)
    pem = certificate(folder, *names, days=days)
    imaps, starttls, smtps = free_ports(3)
    # The part that meets strangers refuses to run as root.
    login = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
    who = {"login": login.pw_name, "login_group": grp.getgrgid(login.pw_gid).gr_name}
    how = {"submission": " submission" if relay else "", "ssl": "yes" if relay else "required"}
    text = CONFIG.format(folder=folder, imaps=imaps, mechanisms=mechanisms, **how, **who)
    text += SUBMITTING.format(relay=relay, starttls=starttls, smtps=smtps) if relay else ""
    (folder / "dovecot.conf").write_text(text)
    (folder / "users").write_text("".join(f"{name}:{{PLAIN}}{word}\n" for name, word in PASSWORDS.items()))
    for path in (folder / "mail", *(folder / "mail").iterdir()):
        os.chown(path, login.pw_uid, login.pw_gid)
    assert DOVECOT is not None
    process = subprocess.Popen([DOVECOT, "-F", "-c", str(folder / "dovecot.conf")], stderr=subprocess.DEVNULL)
    try:
        for port in (imaps, *((starttls, smtps) if relay else ())):
            for _ in range(200):
                with socket.socket() as caller:
                    if caller.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.02)
        yield Box(imaps, pem, folder, starttls, smtps)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder, ignore_errors=True)
