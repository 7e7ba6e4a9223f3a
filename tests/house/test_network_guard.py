"""Does the guard really keep the tests on this machine?"""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.network_guard import LocalSocket, RemoteSocketError, is_local, is_local_host, refuse_remote_sockets

__all__ = ["refuse_remote_sockets"]

# 192.0.2.0/24 is reserved for documentation (RFC 5737): nobody is there even if the guard fails.
ELSEWHERE = "192.0.2.1"


def test_another_machine_is_refused() -> None:
    with socket.socket() as remote, pytest.raises(RemoteSocketError):
        remote.connect((ELSEWHERE, 80))
    with socket.socket() as remote, pytest.raises(RemoteSocketError):
        remote.connect_ex((ELSEWHERE, 80))
    with socket.socket(type=socket.SOCK_DGRAM) as remote, pytest.raises(RemoteSocketError):
        remote.sendto(b"x", (ELSEWHERE, 53))
    with pytest.raises(RemoteSocketError):
        socket.create_connection((ELSEWHERE, 80), timeout=1)


def test_a_name_is_not_even_resolved() -> None:
    with pytest.raises(RemoteSocketError):
        socket.getaddrinfo("example.jp", 80)


def test_this_machine_is_reached() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        with socket.create_connection(server.getsockname(), timeout=5) as client:
            assert isinstance(client, LocalSocket)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="no unix sockets on this system")
def test_a_unix_socket_is_reached(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen(1)
        client.connect(path)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost", "", None, b"localhost"])
def test_loopback(host: object) -> None:
    assert is_local_host(host)


@pytest.mark.parametrize(
    "host", [ELSEWHERE, "10.0.0.1", "0.0.0.1", "2001:db8::1", "localhost.example.jp", "192.168.0.1"]
)
def test_not_loopback(host: object) -> None:
    assert not is_local_host(host)
    assert not is_local(socket.AF_INET, (host, 80))
