"""Does anything try to leave this machine? Every test runs with sockets that only reach loopback.

kansa works on closed networks, so code that reaches out would hang there. The guard refuses at the socket, before
any packet: unix sockets and loopback addresses pass, names are resolved only when they are `localhost`.
Load it from `tests/conftest.py` with `from tests.network_guard import refuse_remote_sockets`.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

import pytest


class RemoteSocketError(AssertionError):
    """A test, or the code under it, tried to reach another machine."""


def is_local(family: int, address: object) -> bool:
    """True for unix sockets and loopback addresses (127.0.0.0/8, ::1, localhost, and "" as the wildcard)."""
    if family not in (socket.AF_INET, socket.AF_INET6):
        return True
    host = address[0] if isinstance(address, tuple) and address else address
    return is_local_host(host)


def is_local_host(host: object) -> bool:
    """True when the host is loopback by number or is `localhost`; any other name is remote, without asking DNS."""
    if host is None:
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    if text in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(text.split("%", 1)[0]).is_loopback
    except ValueError:
        return False


def refuse(host: object) -> None:
    """Raises the error with the address, so that the culprit is found."""
    raise RemoteSocketError(f"a connection to {host!r} was tried; kansa never leaves this machine")


class LocalSocket(socket.socket):
    """A socket that refuses every address beyond loopback."""

    def connect(self, address: object) -> None:  # type: ignore[override]
        if not is_local(self.family, address):
            refuse(address)
        super().connect(address)  # type: ignore[arg-type]

    def connect_ex(self, address: object) -> int:  # type: ignore[override]
        if not is_local(self.family, address):
            refuse(address)
        return super().connect_ex(address)  # type: ignore[arg-type]

    def sendto(self, *args: object) -> int:  # type: ignore[override]
        if not is_local(self.family, args[-1]):
            refuse(args[-1])
        return super().sendto(*args)  # type: ignore[arg-type]


@pytest.fixture(autouse=True, scope="session")
def refuse_remote_sockets() -> Iterator[None]:
    """Replaces the socket class and the resolver for the whole run."""
    whole_resolver = socket.getaddrinfo

    def resolve(host: object, *args: object, **kwargs: object) -> object:
        if not is_local_host(host):
            refuse(host)
        return whole_resolver(host, *args, **kwargs)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", LocalSocket)
        patch.setattr(socket, "getaddrinfo", resolve)
        yield
