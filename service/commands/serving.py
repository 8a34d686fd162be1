"""`serve`: the service under gunicorn. Decides nothing about what is served."""

from __future__ import annotations

import ctypes
import socket
from contextlib import suppress
from typing import Any
from wsgiref.types import WSGIApplication

import click
from gunicorn.app.base import BaseApplication

from service import app
from service.commands.sentences import configure_logs, say
from service.domain.refusals import Refusal
from service.settings import Settings, read_settings
from service.store.migrate import require_current
from service.store.unit import Store

KEEP_ALIVE = 75
"""Seconds: one connection lasts for a whole session, also while QuickBooks works (performance.md 3)."""


class PlaceIsTaken(Refusal):
    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"Deskpost cannot listen on {place} ({why}): end what listens there, or set DESKPOST_LISTEN.")


@click.command()
def serve() -> None:
    """Serve the Web Connector, at DESKPOST_LISTEN, until Ctrl-C.

    The database must be at the version of this program: run `deskpost migrate` first.
    """
    settings = read_settings()
    settings.prepare_folders()
    require_current(settings.database_url)
    _require_free(settings.listen)
    say(f"Deskpost listens on http://{settings.listen}; the Web Connector calls {settings.soap_url}.", err=True)
    _Server(settings).run()


def _require_free(place: str) -> None:
    """Raise PlaceIsTaken unless this process may listen there; gunicorn itself would try again and again."""
    host, _, port = place.rpartition(":")
    try:
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as failure:
        raise PlaceIsTaken(place, (failure.strerror or str(failure)).lower()) from None


class _Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types.
    """gunicorn with what the Web Connector needs: threads, connections that stay, bodies of any usual size."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": self._settings.listen,
            "workers": self._settings.workers,
            "threads": self._settings.threads,
            "worker_class": "gthread",
            "keepalive": KEEP_ALIVE,
            "timeout": 120,
            "graceful_timeout": 90,
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": self._settings.log_level,
            "proc_name": "deskpost",
            "forwarded_allow_ips": "",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Runs in each worker, after the fork: connections to a database do not survive one."""
        _keep_memory_together()
        configure_logs(self._settings.log_level)
        store = Store(self._settings.database_url, threads=self._settings.threads)
        return app.build(self._settings, store)


_M_ARENA_MAX, _M_TRIM_THRESHOLD = -8, -1


def _keep_memory_together() -> None:
    """Let all threads share one heap and give back what is free.

    Otherwise glibc keeps a heap for each thread, and each keeps what its longest answer took.
    """
    with suppress(OSError, AttributeError):  # Another C library has no such setting and needs none.
        set_option = ctypes.CDLL(None).mallopt
        set_option(_M_ARENA_MAX, 1)
        set_option(_M_TRIM_THRESHOLD, 131_072)
