"""Where does kansa run in the benchmarks? Real servers and a real PostgreSQL, on this machine, killed at the end.

SQLite: `kansa serve`, as it comes. PostgreSQL: granian with two processes, its own cluster in a temporary folder, with
the settings a server would have (fsync on). In front of several of them nginx.
"""

from __future__ import annotations

import atexit
import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def new_folder() -> Path:
    """A folder that goes when the program ends; PostgreSQL's own user may pass through it."""
    folder = Path(tempfile.mkdtemp(prefix="kansa-bench-"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def tool(name: str) -> str:
    """The path of a program; "" when the machine lacks it. PostgreSQL's own lie apart."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    apart = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return found or (str(apart[-1]) if apart else "")


def missing(*names: str) -> str:
    """The programs that the machine lacks, as a text; "" when all are there."""
    return ", ".join(name for name in names if not tool(name))


class Cluster:
    """A PostgreSQL of its own. Its server refuses to run as root."""

    def __init__(self) -> None:
        self.folder, self.port = new_folder() / "cluster", free_port()
        self.folder.mkdir()
        self.user = "postgres" if os.getuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        self.call("initdb", "-U", "kansa", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.control("start")
        self.run_sql("CREATE DATABASE kansa", "postgres")
        atexit.register(self.control, "stop")

    @property
    def url(self) -> str:
        """For DATABASE_URL."""
        return f"postgres://kansa@127.0.0.1:{self.port}/kansa"

    def call(self, name: str, *words: str) -> None:
        """Calls a program of PostgreSQL on the cluster."""
        line = [tool(name), "-D", str(self.folder), *words]
        subprocess.run(line, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self.user)

    def control(self, act: str) -> None:
        """start, stop, restart; a stop is that of a broken machine: no word to the clients, no last checkpoint."""
        settings = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        words = ["-o", settings] if act != "stop" else []
        self.call("pg_ctl", "-w", "-m", "immediate", "-l", str(self.folder / "log"), *words, act)

    def run_sql(self, text: str, database: str = "kansa") -> None:
        """Runs one statement."""
        import psycopg

        with psycopg.connect(f"postgres://kansa@127.0.0.1:{self.port}/{database}", autocommit=True) as line:
            line.execute(text)  # type: ignore[call-overload]


class Server:
    """A server of kansa's pages, which can be killed and started again."""

    def __init__(self, words: Sequence[str], port: int, environ: Mapping[str, str]) -> None:
        self.words, self.port, self.environ = list(words), port, {**os.environ, **environ}
        self.start()
        atexit.register(self.kill)

    def start(self) -> None:
        """Starts it and waits until it says that it is well."""
        self.process = subprocess.Popen(
            self.words,
            env=self.environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_for(self.port)

    def kill(self) -> None:
        """All its processes at once, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def processor_seconds(self) -> float:
        """User and system time of all its processes so far."""
        return sum(seconds_of(pid) for pid in family(self.process.pid))


def wait_for(port: int) -> None:
    """Waits until /healthz says ok."""
    for _ in range(300):
        with contextlib.suppress(OSError, http.client.HTTPException):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            if line.getresponse().status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    children = [int(one) for one in path.read_text().split()] if path.exists() else []
    return [pid, *(descendant for child in children for descendant in family(child))]


def seconds_of(pid: int) -> float:
    """Processor time of a process."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def embedded(home: Path, port: int) -> Server:
    """`kansa serve` on SQLite: one process, four threads."""
    words = [sys.executable, "-m", "kansa.cli", "--home", str(home), "serve", "--port", str(port)]
    return Server(words, port, {"KANSA_HOME": str(home), "DATABASE_URL": ""})


def production(home: Path, port: int, url: str, processes: int = 2) -> Server:
    """granian on PostgreSQL, as docs/guide/scale.md starts it."""
    words = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"]
    words += ["--port", str(port), "--workers", str(processes), "--blocking-threads", "4"]
    words += ["--respawn-failed-workers", "kansa.config.wsgi:application"]
    return Server(words, port, {"KANSA_HOME": str(home), "DATABASE_URL": url})


def populated(people: int, url: str = "") -> Path:
    """A folder with a home and a city of people who have signed in (benchmarks.population)."""
    folder = new_folder()
    run_population(folder, url, "make", str(folder), str(people))
    return folder


def run_population(folder: Path, url: str, *words: str) -> str:
    """Calls benchmarks.population on the database of the folder; what it prints."""
    environ = {**os.environ, "KANSA_HOME": str(folder / "home"), "DATABASE_URL": url}
    line = [sys.executable, "-m", "benchmarks.population", *words]
    return subprocess.run(line, env=environ, check=True, capture_output=True, text=True).stdout


def told_and_lost(folder: Path, url: str, kept: Mapping[str, Mapping[int, str]]) -> tuple[int, int]:
    """How many answers the clients were told to be kept, and how many of them the database does not have."""
    path = folder / "told.json"
    path.write_text(json.dumps(kept))
    found = json.loads(run_population(folder, url, "check", str(folder), str(path)))
    return found["told"], found["lost"]


NGINX = """
pid {folder}/nginx.pid; error_log {folder}/nginx.log; daemon off; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream kansa {{ {servers} keepalive 16; }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://kansa; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_set_header Host $http_host; proxy_connect_timeout 2s;
      proxy_next_upstream error timeout;
    }}
  }}
}}
"""


@contextmanager
def proxy(ports: Sequence[int]) -> Iterator[int]:
    """nginx in front of several servers, in turns, without a sticky session; its port."""
    folder, port = new_folder(), free_port()
    servers = " ".join(f"server 127.0.0.1:{one} max_fails=1 fail_timeout=2s;" for one in ports)
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, servers=servers, port=port))
    process = subprocess.Popen([tool("nginx"), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    try:
        wait_for(port)
        yield port
    finally:
        process.terminate()
        process.wait()
