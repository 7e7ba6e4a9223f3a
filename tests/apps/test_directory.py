"""Does a real LDAP server decide whose password is right, and nothing else?

slapd is started on loopback ports with a configuration of its own, in plain and over TLS with an own authority.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from kansa.apps.people.actions import add_account, disable_account
from kansa.apps.people.models import Account
from kansa.apps.trail.models import Event
from kansa.config.directory import accepts, bind_name
from tests.cast import CLERK, actor_named, sign_up, this_fiscal_year

SLAPD = shutil.which("slapd") or shutil.which("slapd", path="/usr/sbin:/usr/local/sbin:/usr/libexec")
SUFFIX = "dc=mihon,dc=example"
PASSWORD = "correct horse battery"
PATTERN = f"uid={{login}},{SUFFIX}"

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(SLAPD is None, reason="no slapd on this machine"),
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl on this machine"),
]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def certificates(folder: Path) -> None:
    """An authority `ca`, another one `other`, and a certificate of 127.0.0.1 by the first."""

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    for name in ("ca", "other"):
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN=kansa test {name}"),
            *("-keyout", f"{name}.key", "-out", f"{name}.pem"),
        )
    openssl(
        *("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", "own.key", "-out", "own.csr")
    )
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n", encoding="utf-8")
    signing = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names")
    openssl("x509", "-req", "-in", "own.csr", *signing, "-out", "own.pem")


def configuration(folder: Path) -> str:
    """A directory in files, without modules beyond the distribution's own backend."""
    schemas = next(path for path in (Path("/etc/ldap/schema"), Path("/etc/openldap/schema")) if path.is_dir())
    modules = next((path for path in (Path("/usr/lib/ldap"), Path("/usr/lib64/openldap")) if path.is_dir()), None)
    names = ("core", "cosine", "inetorgperson")
    lines = [f"include {schemas / name}.schema" for name in names]
    lines += [f"modulepath {modules}", "moduleload back_mdb"] if modules else []
    lines += [
        f"TLSCACertificateFile {folder / 'ca.pem'}",
        f"TLSCertificateFile {folder / 'own.pem'}",
        f"TLSCertificateKeyFile {folder / 'own.key'}",
        "database mdb",
        f'suffix "{SUFFIX}"',
        f'rootdn "cn=root,{SUFFIX}"',
        "rootpw root",
        f"directory {folder / 'data'}",
        "access to attrs=userPassword by anonymous auth by * none",
        "access to * by * read",
    ]
    return "\n".join(lines) + "\n"


def entries() -> str:
    """The city with two people."""
    head = f"dn: {SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\no: mihon\ndc: mihon\n"
    people = [
        f"dn: uid={login},{SUFFIX}\nobjectClass: inetOrgPerson\nuid: {login}\ncn: {login}\nsn: {login}\n"
        f"userPassword: {PASSWORD}\n"
        for login in ("hanako", "stranger")
    ]
    return "\n".join([head, *people])


@pytest.fixture(scope="session")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Addresses of a running server: plain and tls; the folder of its authority."""
    folder = tmp_path_factory.mktemp("slapd")
    (folder / "data").mkdir()
    certificates(folder)
    (folder / "slapd.conf").write_text(configuration(folder), encoding="utf-8")
    (folder / "entries.ldif").write_text(entries(), encoding="utf-8")
    load = [str(SLAPD), "-T", "add", "-f", "slapd.conf", "-l", "entries.ldif"]
    subprocess.run(load, cwd=folder, check=True, capture_output=True)
    plain, tls = free_port(), free_port()
    addresses = f"ldap://127.0.0.1:{plain} ldaps://127.0.0.1:{tls}"
    command = [str(SLAPD), "-d", "0", "-f", "slapd.conf", "-h", addresses]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(tls, server)
        yield {"plain": f"ldap://127.0.0.1:{plain}", "tls": f"ldaps://127.0.0.1:{tls}", "folder": str(folder)}
    finally:
        server.terminate()
        server.wait(timeout=10)


def wait_for(port: int, server: Any) -> None:
    for _time in range(100):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert server.poll() is None, "slapd ended by itself"
        time.sleep(0.1)
    raise AssertionError("slapd does not answer")


@pytest.fixture
def told(directory: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment of a kansa that uses the plain address."""
    monkeypatch.setenv("KANSA_LDAP_URI", directory["plain"])
    monkeypatch.setenv("KANSA_LDAP_BIND", PATTERN)
    monkeypatch.delenv("KANSA_LDAP_CA_FILE", raising=False)
    return monkeypatch


@pytest.fixture
def signing_in(city: object, told: Any, settings: Any) -> None:
    """An account without a password of its own, and the directory among the ways to sign in."""
    settings.AUTHENTICATION_BACKENDS = [
        "allauth.account.auth_backends.AuthenticationBackend",
        "kansa.config.directory.DirectoryBackend",
    ]
    add_account(CLERK, "hanako", "受付　花子", valid_through=this_fiscal_year(), password=None)


def sign_in(login: str, password: str) -> Any:
    return Client().post("/account/login/", {"login": login, "password": password})


@pytest.mark.usefixtures("told")
def test_the_right_password_binds_and_a_wrong_or_empty_one_does_not() -> None:
    assert accepts("hanako", PASSWORD)
    assert not accepts("hanako", "wrong")
    assert not accepts("hanako", "")  # the server itself would take this for an anonymous bind
    assert not accepts("nobody", PASSWORD)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    "login", [f"stranger,{SUFFIX}+uid=hanako", "hanako+cn=x", "*", "hanako\\", "\x00", "uid=hanako"]
)
def test_a_login_cannot_write_into_the_name_it_binds_as(login: str) -> None:
    assert not accepts(login, PASSWORD)


def test_special_characters_of_a_name_are_escaped() -> None:
    assert bind_name("uid={login},dc=x", "a,b+c") == "uid=a\\,b\\+c,dc=x"
    assert bind_name("{login}@city.example", "hanako") == "hanako@city.example"


def test_a_server_that_is_down_lets_nobody_in(told: pytest.MonkeyPatch) -> None:
    told.setenv("KANSA_LDAP_URI", f"ldap://127.0.0.1:{free_port()}")
    assert not accepts("hanako", PASSWORD)


def test_tls_is_checked_against_the_citys_own_authority(told: pytest.MonkeyPatch, directory: dict[str, str]) -> None:
    told.setenv("KANSA_LDAP_URI", directory["tls"])
    told.setenv("KANSA_LDAP_CA_FILE", f"{directory['folder']}/ca.pem")
    assert accepts("hanako", PASSWORD) and not accepts("hanako", "wrong")
    told.setenv("KANSA_LDAP_CA_FILE", f"{directory['folder']}/other.pem")
    assert not accepts("hanako", PASSWORD)
    told.delenv("KANSA_LDAP_CA_FILE")
    assert not accepts("hanako", PASSWORD)  # nobody vouches for it


@pytest.mark.parametrize("address", ["ldap://directory.city.example", "ldap://localhost.evil.example", ""])
def test_a_way_that_is_not_encrypted_is_refused(told: pytest.MonkeyPatch, address: str) -> None:
    told.setenv("KANSA_LDAP_URI", address)
    with pytest.raises(ImproperlyConfigured, match="ldaps"):
        accepts("hanako", PASSWORD)


def test_a_pattern_without_the_login_is_refused(told: pytest.MonkeyPatch) -> None:
    told.setenv("KANSA_LDAP_BIND", "cn=everybody")
    with pytest.raises(ImproperlyConfigured, match="login"):
        accepts("hanako", PASSWORD)


@pytest.mark.usefixtures("signing_in")
def test_the_directory_opens_the_door_to_an_account_that_kansa_has() -> None:
    assert sign_in("Hanako", PASSWORD).status_code == 302
    assert Event.objects.filter(verb="sign_in", object_key="hanako").exists()
    assert "違います" in sign_in("hanako", "wrong").content.decode()
    assert "違います" in sign_in("stranger", PASSWORD).content.decode()  # in the directory, not in kansa
    assert not Account.objects.filter(login="stranger").exists()


@pytest.mark.usefixtures("signing_in")
def test_a_closed_account_is_refused_whatever_the_directory_says() -> None:
    sign_up("administrator")
    disable_account(actor_named("administrator"), Account.objects.get(login="hanako").pk)
    assert sign_in("hanako", PASSWORD).headers["Location"] == "/account/inactive/"


@pytest.mark.usefixtures("signing_in")
def test_whoever_has_a_password_of_kansa_does_not_use_the_directory() -> None:
    account = Account.objects.get(login="hanako")
    account.set_password("もみじ-mihon-2025")
    account.save()
    assert "違います" in sign_in("hanako", PASSWORD).content.decode()
