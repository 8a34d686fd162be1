"""gunicorn as Deskpost runs it, the only way in which it is run: every setting of it, with its reason.

What the Web Connector needs of it was measured (performance.md 3): threads, because a sync worker closes the
connection after each call; connections that outlive QuickBooks' work; and no worker that is killed while a large
answer comes in slowly.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any
from wsgiref.types import WSGIApplication

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from service import app
from service.settings import Settings
from service.store.unit import Store
from service.watching import log_lines, shared_counts

KEEP_ALIVE = 75
"""Seconds: one connection lasts for a whole session, also while QuickBooks works."""

SILENT_AT_MOST = 120
"""Seconds after which a worker that does not even say that it is alive is killed. Threads at work do not count."""

FINISH_WITHIN = 90
"""Seconds that a stopping worker has for the calls in progress, so that no answer of QuickBooks is lost to a stop.

An answer of 100 MB over a line of 10 Mbit/s takes 80 s.
"""

STALLED_AFTER = 20
"""Seconds without a byte of a request that was begun; then its connection is closed and its thread is free again.

Whoever drips on can hold a thread all the same, which is why a front stands before a service that the world reaches:
it takes requests in whole.
"""

MEMORY_LOOKED_AT_EVERY = 20
"""Requests of a worker."""


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types.
    """The service in as many worker processes as the settings say."""

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
            "timeout": SILENT_AT_MOST,
            "graceful_timeout": FINISH_WITHIN,
            # A worker is replaced when it has grown and not after so many requests: those who wait for QuickBooks keep
            # their connections then, and a worker that is well keeps what it has prepared.
            "max_requests": 0,
            "post_worker_init": _let_nobody_stall,
            "post_request": self._look_at_memory,
            "child_exit": _worker_died,
            # Where workers say that they are alive: a disk that is busy must not look like a worker that hangs.
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,  # noqa: S108 - a file without a name.
            "control_socket_disable": True,
            "accesslog": None,
            "loglevel": self._settings.log_level,
            "logger_class": _Log,
            "proc_name": "deskpost",
            # Whose X-Forwarded-For is believed is decided in service.app.
            "forwarded_allow_ips": "",
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIApplication:
        """Runs in each worker, after the fork: connections to a database do not survive one."""
        _keep_memory_together()
        log_lines.configure_logs(self._settings.log_level)
        store = Store(self._settings.database, threads=self._settings.threads)
        store.tell(log_lines.write)
        return app.build(self._settings, store)

    def _look_at_memory(self, worker: Any, _request: Any, _environ: Any, _response: Any) -> None:
        """Let a worker that holds more than it may finish its calls and end; gunicorn starts another at once."""
        if worker.nr % MEMORY_LOOKED_AT_EVERY or not worker.alive:
            return
        held = resident_mb()
        if held > self._settings.worker_memory_mb:
            worker.log.warning("Worker %s holds %d MB and makes room for another.", worker.pid, held)
            worker.alive = False


class _Log(Logger):  # type: ignore[misc] # As above.
    """What gunicorn says of itself, in lines of the same shape as all others."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers[:] = [log_lines.json_handler()]

    def exception(self, msg: Any, *args: Any, **kwargs: Any) -> None:
        """A client that stalled is no mistake of ours: it gets a line, and not a page for each connection."""
        if isinstance(sys.exception(), BlockingIOError):
            self.info("A request stopped coming in, and its connection was closed.")
        else:
            super().exception(msg, *args, **kwargs)


def resident_mb() -> int:
    """The memory of this process that is in use now, in MB; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") // 1_000_000


def _let_nobody_stall(worker: Any) -> None:
    """Bound how long a thread waits for the next byte: sockets that are accepted have the options of the listening one.

    It is the system's timeout and not Python's, which gunicorn sets for each connection anew.
    """
    for listening in worker.sockets:
        listening.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", STALLED_AFTER, 0))


def _worker_died(_server: Any, worker: Any) -> None:
    shared_counts.worker_died(worker.pid)


_M_ARENA_MAX, _M_TRIM_THRESHOLD = -8, -1


def _keep_memory_together() -> None:
    """Let all threads share one heap and give back what is free.

    Otherwise glibc keeps a heap for each thread, and each keeps what its longest answer took.
    """
    with suppress(OSError, AttributeError):  # Another C library has no such setting and needs none.
        set_option = ctypes.CDLL(None).mallopt
        set_option(_M_ARENA_MAX, 1)
        set_option(_M_TRIM_THRESHOLD, 131_072)
