"""How does one mail get to the relay over a connection that is kept, and what exactly is known when it breaks?

Encryption is what the settings say, with the certificate checked: never less because the relay offers less.
Only between the final dot and the reply to it is the fate of a mail unknown; before, the relay has not taken it.
"""

from __future__ import annotations

import base64
import hmac
import smtplib
import socket
import ssl
from dataclasses import dataclass

from kansa.apps.mail.models import MailRelay
from kansa.apps.mail.queries.sealing import relay_secret
from kansa.core.mail.replies import Reply, clean_reply, outcome_of

TRANSIENT = frozenset(
    {"relay_unknown_host", "relay_refused", "relay_timeout", "relay_closed", "relay_busy", "relay_trouble"}
)


class RelayTrouble(Exception):
    """The connection failed. `is_unknown`: the mail was handed over whole and the reply never came."""

    def __init__(self, code: str, reply: Reply | None = None, *, is_unknown: bool = False) -> None:
        self.code, self.reply, self.is_unknown = code, reply, is_unknown
        super().__init__(code)

    @property
    def is_transient(self) -> bool:
        """Whether it may pass by itself; else a person has to change something."""
        return self.code in TRANSIENT


@dataclass(frozen=True, slots=True)
class Envelope:
    """From where and to whom the relay is told; `code` stands in the return path and in ENVID."""

    sender: str
    recipient: str
    code: str = ""


# What OpenSSL says of a certificate that is not taken: verify(1), "Diagnostics".
CERTIFICATE_FAULTS = {10: "tls_expired", 62: "tls_host_name", 64: "tls_host_name"}
# What a refusal for good (5xx) means at each step before the first mail.
REFUSED_AT = {"connect": "relay_denied", "starttls": "tls_not_offered", "auth": "auth_failed"}


def trouble_of(fault: BaseException, step: str) -> str:
    """The code of what went wrong with a connection."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return CERTIFICATE_FAULTS.get(fault.verify_code, "tls_certificate")
    if isinstance(fault, ssl.SSLError):
        return "tls_failed"
    if isinstance(fault, smtplib.SMTPNotSupportedError):
        return "auth_not_offered" if step == "auth" else "tls_not_offered"
    if isinstance(fault, smtplib.SMTPServerDisconnected) and isinstance(fault.__context__, TimeoutError):
        return "relay_timeout"
    if isinstance(fault, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError | EOFError):
        return "relay_closed"
    if isinstance(fault, smtplib.SMTPResponseException):
        if 400 <= fault.smtp_code < 500:
            return "relay_busy"
        return "auth_not_offered" if fault.smtp_code in (534, 538) else REFUSED_AT.get(step, "sender_refused")
    if isinstance(fault, socket.gaierror):
        return "relay_unknown_host"
    if isinstance(fault, TimeoutError):
        return "relay_timeout"
    return "relay_refused" if isinstance(fault, ConnectionRefusedError) else "relay_trouble"


def sign_in(smtp: smtplib.SMTP, login: str, secret: str) -> None:
    """Signs in once, by one mechanism, in UTF-8 (RFC 4616). Raises SMTPException.

    smtplib knows ASCII only and tries one mechanism after the other, which a relay may count as an attack.
    """
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        code, text = smtp.docmd("AUTH", f"PLAIN {_base64(f'{chr(0)}{login}{chr(0)}{secret}'.encode())}")
    elif "LOGIN" in offered:
        code, text = smtp.docmd("AUTH", f"LOGIN {_base64(login.encode())}")
        if code == 334:
            code, text = smtp.docmd(_base64(secret.encode()))
    elif "CRAM-MD5" in offered:
        code, text = smtp.docmd("AUTH", "CRAM-MD5")
        if code == 334:
            digest = hmac.new(secret.encode(), base64.b64decode(text), "md5").hexdigest()
            code, text = smtp.docmd(_base64(f"{login} {digest}".encode()))
    else:
        raise smtplib.SMTPNotSupportedError("no mechanism that we know")
    if code not in (235, 503):
        raise smtplib.SMTPAuthenticationError(code, text)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


class RelaySession:
    """A connection to a relay, opened when first needed and used for one mail after the other."""

    def __init__(self, relay: MailRelay) -> None:
        self.relay = relay
        self.connection_count = 0
        self._smtp: smtplib.SMTP | None = None

    @property
    def is_open(self) -> bool:
        """Whether a connection stands, as far as we know."""
        return self._smtp is not None

    @property
    def is_8bit(self) -> bool:
        """Whether the relay takes eight bits as they are."""
        return self._smtp is not None and self._smtp.has_extn("8bitmime")

    def open(self) -> None:
        """Connects, encrypts and signs in. Raises RelayTrouble."""
        if self._smtp is not None:
            return
        relay, wait, step = self.relay, self.relay.timeout_seconds, "connect"
        smtp: smtplib.SMTP | None = None
        try:
            # Never the machine's own name, for which smtplib would ask the DNS.
            name = relay.helo_name or relay.return_path.partition("@")[2]
            if relay.tls_mode == "tls":
                smtp = smtplib.SMTP_SSL(relay.host, relay.port, name, timeout=wait, context=self._context())
            else:
                smtp = smtplib.SMTP(relay.host, relay.port, name, timeout=wait)
            smtp.ehlo_or_helo_if_needed()
            if relay.tls_mode == "starttls":
                step = "starttls"
                smtp.starttls(context=self._context())
                smtp.ehlo()
            if relay.login:
                step = "auth"
                sign_in(smtp, relay.login, relay_secret(relay))
        except (smtplib.SMTPException, OSError, ValueError) as fault:  # ValueError: a challenge that is no base64
            if smtp is not None:
                smtp.close()
            reply = None
            if isinstance(fault, smtplib.SMTPResponseException):
                reply = clean_reply("connect", fault.smtp_code, _plain(fault.smtp_error), relay.login)
            raise RelayTrouble(trouble_of(fault, step), reply) from None
        self._smtp, self.connection_count = smtp, self.connection_count + 1

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self.relay.ca_pem:
            context.load_verify_locations(cadata=self.relay.ca_pem)
        return context

    def deliver(self, envelope: Envelope, data: bytes) -> Reply:
        """Hands over one mail (lines ended by CRLF) and gives back the decisive reply. Raises RelayTrouble."""
        smtp = self._smtp
        if smtp is None:
            raise RelayTrouble("relay_closed")
        step = "mail"
        try:
            for step, command in self._commands(smtp, envelope, len(data)):
                code, text = smtp.docmd(command)
                if code not in (250, 251, 354) or (step == "data" and code != 354):
                    return self._refused(envelope, step, code, text)
            step = "end"
            smtp.send(_stuffed(data))
            code, text = smtp.getreply()
            reply = self._reply(envelope, step, code, text)
            if outcome_of(reply) == "close":
                self.close()
            return reply
        except (smtplib.SMTPException, OSError) as fault:
            self.close()
            raise RelayTrouble(trouble_of(fault, step), is_unknown=step == "end") from None

    def _commands(self, smtp: smtplib.SMTP, envelope: Envelope, size: int) -> list[tuple[str, str]]:
        options = ""
        if smtp.has_extn("size"):
            options += f" SIZE={size}"
        if smtp.has_extn("8bitmime"):
            options += " BODY=8BITMIME"
        notify = ""
        if smtp.has_extn("dsn") and envelope.code:
            options += f" RET=HDRS ENVID={envelope.code}"
            notify = " NOTIFY=FAILURE"
        return [
            ("mail", f"MAIL FROM:<{envelope.sender}>{options}"),
            ("rcpt", f"RCPT TO:<{envelope.recipient}>{notify}"),
            ("data", "DATA"),
        ]

    def _refused(self, envelope: Envelope, step: str, code: int, text: bytes) -> Reply:
        """The reply that ends this mail; the connection is made ready for the next, or given up."""
        reply = self._reply(envelope, step, code, text)
        if outcome_of(reply) in ("close", "sender_refused"):
            self.close()
        elif self._smtp is not None:
            try:
                self._smtp.rset()
            except (smtplib.SMTPException, OSError):
                self.close()
        return reply

    def _reply(self, envelope: Envelope, step: str, code: int, text: bytes) -> Reply:
        local, _, _domain = envelope.recipient.partition("@")
        return clean_reply(step, code, _plain(text), envelope.recipient, local, envelope.code)

    def close(self) -> None:
        """Hangs up without a farewell."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def quit(self) -> None:
        """Says goodbye, if anybody is there."""
        if self._smtp is not None:
            try:
                self._smtp.quit()
            except (smtplib.SMTPException, OSError):
                pass
            self.close()


def _plain(text: bytes | str) -> str:
    return text.decode("ascii", "replace") if isinstance(text, bytes) else text


def _stuffed(data: bytes) -> bytes:
    """The mail as it goes over the wire: a dot before a dot that begins a line, and the end."""
    whole = data.replace(b"\r\n.", b"\r\n..")
    if whole.startswith(b"."):
        whole = b"." + whole
    return whole + (b".\r\n" if whole.endswith(b"\r\n") else b"\r\n.\r\n")
