"""Several servers of the site behind nginx on one PostgreSQL, all on loopback, from the files that deploy/ has for a real one: only
addresses, ports and folders are put in. For the tests of several machines and the rehearsal."""

from __future__ import annotations

import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

from bench.postgres import Postgres, free_port, postgres
from lib.settings import ROOT

NGINX = ROOT / "deploy" / "nginx"
HOST = "127.0.0.1"
IN_PLACE_OF = ("172.31.85.11:8501", "172.31.85.12:8501", "172.31.85.13:8501")  # as deploy/nginx/servers-three.conf has them
TITLE, SENTENCE = "OutcomeStat, rehearsal", "Made up for a rehearsal."
WITHIN = 90.0  # seconds until a server answers
LOOK_EVERY = 0.05  # seconds
MAIN = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 4096; }}
http {{
    include /etc/nginx/mime.types;
    default_type application/octet-stream;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/servers.conf;
    include {folder}/site.conf;
}}
"""


@dataclass
class Replica:
    """One process of server.py. It may be killed or stopped, and started again."""

    port: int
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "streamlit", "run", "server.py", "--server.address", HOST, "--server.port", str(self.port),
                   "--server.headless", "true", "--server.fileWatcherType", "none"]  # fmt: skip
        with self.log.open("a", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT)

    def wait_until_ready(self) -> None:
        """Until it reaches the store and shows a release. Raises RuntimeError with its log where it does not."""
        deadline = time.monotonic() + WITHIN
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://{HOST}:{self.port}/readyz", timeout=5):
                    return
            except OSError:
                time.sleep(LOOK_EVERY)
        raise RuntimeError(f"The server on port {self.port} is not ready:\n{self.log.read_text(encoding='utf-8')}")

    def kill(self) -> None:
        """As a machine that loses its power: nothing is said to anybody."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def restart(self) -> None:
        self.stop()
        self.start()
        self.wait_until_ready()


@dataclass
class Site:
    """What readers see, and what stands behind it."""

    url: str
    database: Postgres
    replicas: list[Replica]
    folder: Path
    trust: ssl.SSLContext = field(repr=False)

    def get(self, path: str, **headers: str) -> Answer:
        return get(self.url + path, self.trust, **headers)

    def replica_of(self, letter: str) -> Replica:
        """By the letter that a reader's cookie has."""
        return self.replicas["abc".index(letter)]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes


def get(address: str, trust: ssl.SSLContext, **headers: str) -> Answer:
    """What comes back, whatever its status. A header is named with _ for -."""
    asked = urllib.request.Request(address, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(asked, timeout=30, context=trust) as answer:
            return Answer(answer.status, answer.headers, answer.read())
    except urllib.error.HTTPError as problem:
        return Answer(problem.code, problem.headers, problem.read())


@contextmanager
def site(*, city: Path | None = None, database: Postgres | None = None, **environment: str) -> Iterator[Site]:
    """Three servers, nginx and, unless one is given, a PostgreSQL server, with the store built from the data of `city` (else the project's).
    `environment` is given to the servers. All are stopped at the end."""
    folder = Path(tempfile.mkdtemp(prefix="outcomestat-site-"))
    try:
        with _database(database) as main:
            known = os.environ | {"DATABASE_URL": main.url, "TMPDIR": str(folder)} | ({"OUTCOMESTAT_CITY": str(city)} if city else {}) | environment
            subprocess.run([sys.executable, "-m", "lib.store", "build"], cwd=ROOT, env=known, check=True, capture_output=True, text=True)
            replicas = [Replica(free_port(), folder / f"server-{letter}.log", known) for letter in "abc"]
            with _running(replicas), proxy(folder, [replica.port for replica in replicas]) as port:
                yield Site(f"https://{HOST}:{port}", main, replicas, folder, trust_in(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(given: Postgres | None) -> Iterator[Postgres]:
    if given:
        yield given
    else:
        with postgres("-c max_connections=150") as made:  # with fsync: what was acknowledged outlives a fall
            yield made


@contextmanager
def _running(replicas: list[Replica]) -> Iterator[None]:
    try:
        for replica in replicas:
            replica.start()
        for replica in replicas:
            replica.wait_until_ready()
        yield
    finally:
        for replica in replicas:
            if replica.process is not None and replica.process.poll() is None:
                replica.process.kill()
                replica.process.wait()


@contextmanager
def proxy(folder: Path, ports: list[int]) -> Iterator[int]:
    """nginx with the files of deploy/nginx in front of these ports; gives its own."""
    port = free_port()
    write_configuration(folder, ports, port=port, plain_port=free_port())
    _make_certificate(folder)
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not program:
        raise RuntimeError("nginx is not installed; tests/replicas/nginx.sh does it on Debian.")
    process = subprocess.Popen([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    try:
        trust, deadline = trust_in(folder), time.monotonic() + WITHIN
        while True:
            try:
                urllib.request.urlopen(f"https://{HOST}:{port}/healthz", timeout=5, context=trust).close()
                break
            except urllib.error.HTTPError:  # it answers, though no server behind it does
                break
            except OSError as problem:
                if process.poll() is not None or time.monotonic() > deadline:
                    process.kill()
                    raise RuntimeError(f"nginx does not serve: {problem}; {process.stderr.read()}") from problem
                time.sleep(LOOK_EVERY)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stderr.close()


def write_configuration(folder: Path, ports: list[int], *, port: int, plain_port: int) -> None:
    """The files of deploy/nginx with these three servers' ports, and the proxy's own, filled in. Raises ValueError where they do not have
    what is to be filled in."""
    servers = (NGINX / "servers-three.conf").read_text(encoding="utf-8")
    for address, own in zip(IN_PLACE_OF, ports, strict=True):
        servers = _instead(servers, address, f"{HOST}:{own}")
        servers = _instead(servers, address.replace(".", r"\."), rf"127\.0\.0\.1:{own}")
    text = (NGINX / "outcomestat.conf.template").read_text(encoding="utf-8")
    for name, value in (("SITE", HOST), ("SITE_TITLE", TITLE), ("SITE_DESCRIPTION", SENTENCE)):
        text = _instead(text, f"${{{name}}}", value)
    for before, after in (("listen 443 ssl", f"listen {HOST}:{port} ssl"), ("listen 80;", f"listen {HOST}:{plain_port};"),
                          ("/etc/nginx/certificates", str(folder)), ("/var/cache/nginx/outcomestat", str(folder / "cache"))):  # fmt: skip
        text = _instead(text, before, after)
    text = re.sub(r"\n\s*listen \[::\].*", "", text)  # this machine may have no IPv6
    (folder / "servers.conf").write_text(servers, encoding="utf-8")
    (folder / "site.conf").write_text(text, encoding="utf-8")
    user = "user root root;" if os.geteuid() == 0 else ""  # the folder is root's own
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")


def _instead(text: str, before: str, after: str) -> str:
    if before not in text:
        raise ValueError(f"deploy/nginx has no {before!r} any more; change bench/replicas.py with it.")
    return text.replace(before, after)


def trust_in(folder: Path) -> ssl.SSLContext:
    """For who asks the proxy: its certificate is known to nobody else."""
    return ssl.create_default_context(cafile=str(folder / "site.pem"))


def _make_certificate(folder: Path) -> None:
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=IP:{HOST}",
               "-keyout", str(folder / "site.key"), "-out", str(folder / "site.pem")]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
