"""The fronts of deploy/, run as they are shipped but for names, ports and certificates, before a real service."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from service.store.migrate import migrate
from service.store.unit import Store
from tests.commands.served import PATIENCE, free_port, serving
from tests.commands.terminal import Terminal
from tests.house.tree import ROOT
from tests.programs import missing

DEPLOY = ROOT / "deploy"
NGINX_FILE = DEPLOY / "nginx" / "deskpost.conf"
CADDY_FILE = DEPLOY / "caddy" / "Caddyfile"
SERVICE = "127.0.0.1:8330"


def program(name: str) -> str:
    """Where a program is; a test that needs one that is not here is skipped, or fails."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if found is None:
        missing(name, f"{name} is not on this machine; tests/run installs it where it may.")
    return found


@dataclass(frozen=True)
class Place:
    """Where a front listens and what it stands before."""

    folder: Path
    port: int
    plain_port: int
    service_port: int

    @property
    def certificate(self) -> Path:
        return self.folder / "fullchain.pem"

    @property
    def key(self) -> Path:
        return self.folder / "privkey.pem"


@dataclass(frozen=True)
class Site:
    """A service behind a front: its address, the certificate to trust, and what is behind."""

    front: str
    url: str
    certificate: Path
    plain_port: int
    store: Store
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


def changed(text: str, changes: Mapping[str, str]) -> str:
    """A shipped file with what differs here; everything that is to be changed must be there."""
    for old, new in changes.items():
        assert old in text, f"{old!r} is not in the file any more."
        text = text.replace(old, new)
    return text


def nginx_text(place: Place) -> str:
    """deploy/nginx/deskpost.conf for a place."""
    return changed(
        NGINX_FILE.read_text(),
        {
            "    listen 443 ssl;\n    listen [::]:443 ssl;\n": f"    listen 127.0.0.1:{place.port} ssl;\n",
            "    listen 80;\n    listen [::]:80;\n": f"    listen 127.0.0.1:{place.plain_port};\n",
            "books.example.com": "localhost",
            "/etc/ssl/deskpost": str(place.folder),
            SERVICE: f"127.0.0.1:{place.service_port}",
        },
    )


def nginx_command(place: Place) -> list[str]:
    """Write all that nginx needs into the folder; what starts it there, in the foreground."""
    folder = place.folder
    (folder / "deskpost.conf").write_text(nginx_text(place))
    temporary = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    kept = "".join(f"    {kind}_temp_path {folder}/{kind};\n" for kind in temporary)
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/nginx.log;\nevents {{}}\n"
        f"http {{\n    access_log off;\n{kept}    include {folder}/deskpost.conf;\n}}\n"
    )
    return [program("nginx"), "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(folder / "nginx.conf")]


def caddy_command(place: Place) -> list[str]:
    """The same for Caddy, with a certificate of ours in place of one that it fetches."""
    text = changed(
        CADDY_FILE.read_text(),
        {
            "{\n\tservers {": "{\n\tadmin off\n\tauto_https off\n\tservers {",
            "{$DESKPOST_SITE:books.example.com} {": (
                f"https://localhost:{place.port} {{\n\tbind 127.0.0.1\n\ttls {place.certificate} {place.key}"
            ),
            f"{{$DESKPOST_SERVICE:{SERVICE}}}": f"127.0.0.1:{place.service_port}",
        },
    )
    (place.folder / "Caddyfile").write_text(text)
    return [program("caddy"), "run", "--adapter", "caddyfile", "--config", str(place.folder / "Caddyfile")]


FRONTS: Mapping[str, Callable[[Place], list[str]]] = {"nginx": nginx_command, "caddy": caddy_command}


@dataclass(frozen=True)
class Service:
    """A service with two workers: where it listens, its database, and its log."""

    port: int
    store: Store
    log: Path


@contextmanager
def service(folder: Path) -> Iterator[Service]:
    """A service on a database of its own, that believes fronts on this machine."""
    database_url = f"sqlite:///{folder}/deskpost.sqlite"
    migrate(database_url)
    port = free_port()
    settings = {"PUBLIC_URL": "https://localhost", "TRUSTED_PROXIES": "127.0.0.1", "WORKERS": "2"}
    with ExitStack() as stack:
        stack.enter_context(serving(Terminal(folder, database_url), port, **settings))
        store = Store(database_url, threads=2)
        stack.callback(store.close)
        yield Service(port, store, folder / "service.log")


@contextmanager
def behind(front: str, folder: Path, service: Service) -> Iterator[Site]:
    """The service behind a front of deploy/."""
    place = Place(folder, free_port(), free_port(), service.port)
    make_certificate(place)
    with _running(FRONTS[front](place), place):
        yield Site(
            front, f"https://localhost:{place.port}", place.certificate, place.plain_port, service.store, service.log
        )


def make_certificate(place: Place) -> None:
    """A certificate for localhost that signs itself."""
    asked = (
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    )
    extensions = ("-addext", "subjectAltName=DNS:localhost", "-addext", "keyUsage=digitalSignature,keyCertSign")
    files = ("-keyout", str(place.key), "-out", str(place.certificate))
    subprocess.run([program("openssl"), *asked, *extensions, *files], check=True, capture_output=True)


@contextmanager
def _running(command: list[str], place: Place) -> Iterator[None]:
    environment = {**os.environ, "HOME": str(place.folder), "XDG_DATA_HOME": str(place.folder)}
    with (place.folder / "front.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(place.port, process, place.folder / "front.log")
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        else:
            return
