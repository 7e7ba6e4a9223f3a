"""Does the city's directory (LDAP, Active Directory) accept this password? Bind as the person, and nothing else.

The directory only checks the password: accounts and roles are kansa's. The extra `ldap` (ldap3) is needed.
"""

from __future__ import annotations

import logging
import os
import ssl
from typing import Any
from urllib.parse import urlsplit

from allauth.account.auth_backends import AuthenticationBackend
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest

from kansa.apps.people.models import Account

SECONDS = 5  # to connect and to answer
LOGGER = logging.getLogger(__name__)


def bind_name(pattern: str, login: str) -> str:
    """The name to bind as; a login inside a distinguished name is escaped."""
    from ldap3.utils.dn import escape_rdn

    return pattern.replace("{login}", escape_rdn(login) if "=" in pattern else login)


def accepts(login: str, password: str) -> bool:
    """Whether the directory of the settings lets this person bind. False also when it cannot be reached (logged).

    Raises ImproperlyConfigured when the library or the pattern of the name is missing, or the way is not encrypted.
    """
    try:
        import ldap3
        from ldap3.core.exceptions import LDAPException
    except ImportError:
        raise ImproperlyConfigured("LDAP を使うには kansa[ldap] を導入してください。") from None
    address, pattern = os.environ.get("KANSA_LDAP_URI", ""), os.environ.get("KANSA_LDAP_BIND", "")
    if "{login}" not in pattern:
        raise ImproperlyConfigured("KANSA_LDAP_BIND に {login} を含めてください（例: {login}@city.example.lg.jp）。")
    parts = urlsplit(address)
    is_local = parts.scheme == "ldap" and parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme != "ldaps" and not is_local:
        raise ImproperlyConfigured("KANSA_LDAP_URI は ldaps:// で始めてください。")
    if not password:  # an empty password is an anonymous bind, which every directory accepts
        return False
    tls = ldap3.Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=os.environ.get("KANSA_LDAP_CA_FILE") or None)
    try:
        server = ldap3.Server(address, connect_timeout=SECONDS, tls=tls, get_info=ldap3.NONE)
        connection = ldap3.Connection(
            server, user=bind_name(pattern, login), password=password, receive_timeout=SECONDS
        )
        accepted = bool(connection.bind())
        connection.unbind()
    except LDAPException as fault:
        LOGGER.warning("the directory did not answer: %s", type(fault).__name__)
        return False
    return accepted


class DirectoryBackend(AuthenticationBackend):
    """Checks passwords in the directory for accounts that have none of their own."""

    def _authenticate(self, request: HttpRequest | None, **credentials: Any) -> Account | None:
        login = str(credentials.get("username") or "").strip().lower()
        account: Account | None = Account.objects.filter(login=login).first()
        if account is None or account.has_usable_password():
            return None
        self._did_check_password = True
        return account if accepts(login, str(credentials.get("password") or "")) else None
