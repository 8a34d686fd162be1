"""A terminal at which the commands are typed, in this process; every refusal is held against the house's manners."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from service.commands import deskpost


class Terminal:
    """Types commands in one folder, with the settings of one database."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder = folder
        self.settings = {"DESKPOST_DATABASE_URL": database_url}

    def type(self, *words: str, typed: bytes | str | None = None, **settings: str) -> Result:
        """Type one command; `settings` such as `PUBLIC_URL` go with it alone."""
        given = {f"DESKPOST_{name}": value for name, value in settings.items()}
        return CliRunner().invoke(deskpost, words, input=typed, env={**self.settings, **given}, prog_name="deskpost")

    def ok(self, *words: str, typed: bytes | str | None = None, **settings: str) -> str:
        """Type a command that does what it is asked for; return what it prints."""
        result = self.type(*words, typed=typed, **settings)
        assert (result.exit_code, result.stderr) == (0, ""), result.output
        return result.stdout

    def refused(self, *words: str, typed: bytes | str | None = None, **settings: str) -> str:
        """Type a command that is refused in one sentence on stderr; return the sentence."""
        result = self.type(*words, typed=typed, **settings)
        assert result.exit_code == 1, result.output
        assert isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        (line,) = result.stderr.splitlines()
        assert line.startswith("Error: ")
        return line.removeprefix("Error: ")

    def write(self, name: str, *messages: Mapping[str, Any] | str | bytes) -> str:
        """Write a file of JSON lines; text and bytes are lines as they are."""
        lines = [
            one if isinstance(one, bytes) else (one if isinstance(one, str) else json.dumps(one)).encode()
            for one in messages
        ]
        (self.folder / name).write_bytes(b"\n".join(lines) + b"\n")
        return name


def customer(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"operation": "save", "record": f"Customer:{key}", "content": {"Name": name}, **more}


def invoice(key: str, customer_key: str, quantity: object = 1) -> dict[str, Any]:
    lines = [{"ItemRef": {"FullName": "Installation"}, "Quantity": quantity, "Rate": "65.00"}]
    content = {"CustomerRef": {"record": f"Customer:{customer_key}"}, "InvoiceLineAdd": lines}
    return {"operation": "save", "record": f"Invoice:{key}", "content": content}
