"""The tables of README.md as the code has them. Started with `python -m tests.house.readme_tables`, it writes them.

It then writes deploy/deskpost.env as well, which says the same of the settings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import click

from service.commands import deskpost
from service.domain.status import MEANINGS, Status
from service.qbxml import schema
from service.settings import Settings
from tests.deploy import settings_file
from tests.house.tree import ROOT

README = ROOT / "README.md"
VERBS = ("add", "mod", "delete", "void", "query")


def statuses() -> str:
    return _table(("status", "means"), [(f"`{status}`", MEANINGS[status]) for status in Status])


def settings() -> str:
    rows = [
        (f"`DESKPOST_{name.upper()}`", f"`{field.default}`" if str(field.default) else "none", field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    return _table(("setting", "if it is not set", "is"), rows)


def commands() -> str:
    return _table(("command", "does"), [(f"`{path}`", does) for path, does in _below(deskpost, "deskpost")])


def objects() -> str:
    """The objects that can be changed, those of which the same can be done in one row; `List` is not an object."""
    together: dict[tuple[str, str], list[str]] = {}
    for one in schema.objects():
        verbs = [verb for verb in VERBS if getattr(one, verb)]
        if one.kind in ("list", "transaction") and verbs not in (["query"], ["delete"]):
            together.setdefault((one.kind, ", ".join(verbs)), []).append(one.name)
    rows = [(kind, verbs, ", ".join(names)) for (kind, verbs), names in sorted(together.items())]
    return _table(("kind", "what can be done", "objects"), rows)


TABLES = {"statuses": statuses, "settings": settings, "commands": commands, "objects": objects}


def written(name: str, document: str) -> str:
    """Return what stands in a document between the marks of a table."""
    found = re.search(rf"<!-- {name} -->\n\n(.*?)\n\n<!-- end -->", document, re.DOTALL)
    assert found, f"README.md has no table between <!-- {name} --> and <!-- end -->."
    return found[1]


def rewritten(document: str) -> str:
    """Return a document with every table as the code has it."""
    for name, table in TABLES.items():
        before, _, rest = document.partition(f"<!-- {name} -->")
        after = rest.partition("<!-- end -->")[2]
        document = f"{before}<!-- {name} -->\n\n{table()}\n\n<!-- end -->{after}"
    return document


def _below(command: click.Command, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(command, click.Group):
        yield path, command.get_short_help_str(limit=200)
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        yield from _below(below, f"{path} {name}")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text()))
    settings_file.FILE.write_text(settings_file.text())
