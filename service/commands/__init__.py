"""The commands of Deskpost, put together: what an administrator types. Each opens its units of work and prints."""

from __future__ import annotations

from importlib import import_module

import click

from service.commands.sentences import OneSentence

COMMANDS = {
    "serve": "serving",
    "migrate": "migrating",
    "company": "file_changing",
    "connection": "accounts",
    "user": "accounts",
    "enqueue": "queueing",
    "queue": "reading",
    "watch": "watching",
    "message": "reading",
    "retry": "queueing",
    "decide": "deciding",
    "start": "starting",
    "import-skipped": "skipping",
    "skipped": "skipping",
    "sessions": "visits",
    "session": "visits",
    "link": "linking",
    "drift": "comparing",
    "api-key": "keys",
    "webhook": "webhooking",
    "deliver": "webhooking",
    "prune": "housekeeping",
    "archive": "housekeeping",
    "explain": "explaining",
    "doctor": "checking",
}
"""Each command and the module that holds it. A module is loaded when its command is asked for: all take a second."""


class Commands(OneSentence):
    """The commands in the order in which they are needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's.
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above.
        if cmd_name not in COMMANDS:
            return None
        command = getattr(import_module(f"service.commands.{COMMANDS[cmd_name]}"), cmd_name.replace("-", "_"))
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="deskpost", prog_name="deskpost")
@click.option("--debug", is_flag=True, help="Show where an unforeseen failure came from.")
def deskpost(*, debug: bool) -> None:
    """Deskpost posts an order system's customers, items and transactions into QuickBooks Desktop.

    Settings come from the environment (DESKPOST_DATABASE_URL and others): see README.md.
    Begin with `deskpost migrate`, `deskpost company add shop` and `deskpost connection add --company shop`.
    """
