"""`serve`: checks what can be checked before, then lets gunicorn serve. Decides nothing about what is served."""

from __future__ import annotations

import socket

import click

from service.commands.sentences import say
from service.domain.refusals import Refusal
from service.settings import read_settings
from service.store.migrate import require_current
from service.watching.shared_counts import counts_folder


class PlaceIsTaken(Refusal):
    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"Deskpost cannot listen on {place} ({why}): end what listens there, or set DESKPOST_LISTEN.")


@click.command()
def serve() -> None:
    """Serve the Web Connector, at DESKPOST_LISTEN, until Ctrl-C.

    The database must be at the version of this program: run `deskpost migrate` first.
    """
    settings = read_settings()
    require_current(settings.database)
    _require_free(settings.listen)
    say(f"Deskpost listens on http://{settings.listen}; the Web Connector calls {settings.soap_url}.", err=True)
    with counts_folder():
        # Only now, because it imports what counts, and that looks for the folder when it is imported.
        from service.commands.server import Server  # noqa: PLC0415

        Server(settings).run()


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
