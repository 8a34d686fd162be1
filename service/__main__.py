"""Starts the commands of Deskpost. Decides nothing."""

from __future__ import annotations

from service.commands import deskpost


def main() -> None:
    """The entry of the `deskpost` command."""
    deskpost(prog_name="deskpost")


if __name__ == "__main__":
    main()
