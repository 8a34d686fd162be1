"""`serve` and `migrate`: the service under gunicorn, and the database brought to the program's version."""

from __future__ import annotations

from typing import Any
from wsgiref.types import WSGIApplication

import click
from gunicorn.app.base import BaseApplication

from service import app
from service.commands.sentences import configure_logs
from service.settings import Settings, read_settings
from service.store.migrate import migrate as bring_up
from service.store.migrate import require_current, versions
from service.store.unit import Store

KEEP_ALIVE = 75
"""Seconds: one connection lasts for a whole session, also while QuickBooks works (performance.md 3)."""


@click.command()
def serve() -> None:
    """Serve the Web Connector, at DESKPOST_LISTEN, until Ctrl-C.

    The database must be at the version of this program: run `deskpost migrate` first.
    """
    settings = read_settings()
    require_current(settings.database_url)
    click.echo(f"Deskpost listens on http://{settings.listen}; the Web Connector calls {settings.soap_url}.", err=True)
    _Server(settings).run()


@click.command()
def migrate() -> None:
    """Bring the database to the version of this program; make it if there is none."""
    settings = read_settings()
    settings.prepare_folders()
    before, wanted = versions(settings.database_url)
    if before == wanted:
        click.echo(f"The database is at version {wanted} already.")
        return
    bring_up(settings.database_url)
    click.echo(f"The database is at version {wanted} now.")


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
        configure_logs(self._settings.log_level)
        store = Store(self._settings.database_url, threads=self._settings.threads)
        return app.build(self._settings, store)
