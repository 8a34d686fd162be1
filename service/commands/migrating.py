"""`migrate`: brings the database to the program's version, and makes it if there is none."""

from __future__ import annotations

import click

from service.commands.sentences import say
from service.settings import read_settings
from service.store.migrate import migrate as bring_up
from service.store.migrate import versions


@click.command()
def migrate() -> None:
    """Bring the database to this program's version, or make it."""
    settings = read_settings()
    settings.prepare_folders()
    before, wanted = versions(settings.database)
    if before == wanted:
        say(f"The database is at version {wanted} already.")
        return
    bring_up(settings.database)
    say(f"The database is at version {wanted} now.")
