"""The commands of Deskpost, put together: what an administrator types. Each opens its units of work and prints."""

from __future__ import annotations

import click

from service.commands import accounts, checking, queueing, reading, serving
from service.commands.sentences import OneSentence

COMMANDS = (
    serving.serve,
    serving.migrate,
    accounts.company,
    accounts.connection,
    accounts.user,
    queueing.enqueue,
    reading.queue,
    reading.message,
    queueing.retry,
    checking.doctor,
)


@click.group(cls=OneSentence, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="deskpost", prog_name="deskpost")
def deskpost() -> None:
    """Deskpost posts an order system's customers, items and transactions into QuickBooks Desktop.

    Settings come from the environment (DESKPOST_DATABASE_URL and others): see README.md.
    Begin with `deskpost migrate`, `deskpost company add shop` and `deskpost connection add --company shop`.
    """


for command in COMMANDS:
    deskpost.add_command(command)
