"""The commands about a simulated company file: make one, look at it, change how its QuickBooks behaves.

No rule of QuickBooks stands here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from qwc.company import CompanyFile, ImpossibleMishap, Mishap, NotACompanyFile, UnknownSetting, create

SETTINGS_SHOWN = (
    "company_name",
    "windows_path",
    "pc",
    "edition",
    "country",
    "qbxml_version",
    "file_mode",
    "quickbooks_running",
    "closing_date",
)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.group()
def company() -> None:
    """Make, show and change a simulated company file."""


@company.command("create")
@click.argument("file", type=FILE)
@click.option("--name", "company_name", default="Birchwood Supply Co.", show_default=True, help="The company's name.")
@click.option("--edition", default="Enterprise", show_default=True, help="Pro, Premier or Enterprise.")
@click.option("--country", default="US", show_default=True, help="US, CA, UK or AU.")
@click.option("--qbxml-version", default="16.0", show_default=True, help="The newest version QuickBooks understands.")
@click.option("--pc", default="FRONT-DESK", show_default=True, help="The name of the PC.")
@click.option("--empty", is_flag=True, help="Leave out the sample customers, items and the like.")
def create_file(  # One argument per option.
    *, file: Path, company_name: str, edition: str, country: str, qbxml_version: str, pc: str, empty: bool
) -> None:
    """Make a company file with a small sample company.

    FILE is where to, and must not exist yet.
    """
    with company_refusals():
        made = create(
            file,
            company_name=company_name,
            edition=edition,
            country=country,
            qbxml_version=qbxml_version,
            pc=pc,
            seed=not empty,
        )
    click.echo(f"Made {file}, the company file of: {made.setting('company_name')}")


@company.command()
@click.argument("file", type=FILE)
def show(file: Path) -> None:
    """Show what is in a company FILE: settings and records."""
    with company_refusals():
        opened = CompanyFile(file)
        settings = {name: opened.setting(name) for name in SETTINGS_SHOWN}
        counts = opened.counts()
    _show_table({"file": str(file)} | settings)
    click.echo()
    _show_table({kind: f"{count:,}" for kind, count in counts.items()} or {"records": "none"})


@company.command("set")
@click.argument("file", type=FILE)
@click.argument("name")
@click.argument("value")
def set_value(file: Path, name: str, value: str) -> None:
    """Change a setting of a company FILE.

    For example: closing_date 2026-01-31, or quickbooks_running false. With a NAME that does not exist, those there
    are get listed.
    """
    with company_refusals():
        CompanyFile(file).set(name, value)
    click.echo(f"{name} is now {value!r}.")


@company.command()
@click.argument("file", type=FILE)
@click.argument("kind", type=click.Choice([kind.value for kind in Mishap]))
@click.option("--target", default="", help="The id, name or kind of the record it is about; any if left out.")
@click.option("--detail", default="", help="The HRESULT or the status code with which it happens.")
@click.option("--times", type=click.IntRange(min=1), default=1, show_default=True, help="How often it happens.")
def mishap(file: Path, kind: str, target: str, detail: str, times: int) -> None:
    """Let something go wrong in QuickBooks.

    It happens with the company FILE the next time it can.
    """
    with company_refusals():
        CompanyFile(file).arrange(Mishap(kind), target=target, detail=detail, times=times)
    click.echo(f"Arranged: {kind}, {times} time{'' if times == 1 else 's'}.")


def open_or_create(file: Path) -> CompanyFile:
    """The company file at a path; a new one with the sample company where there is nothing yet."""
    return CompanyFile(file) if file.exists() else create(file)


@contextmanager
def company_refusals() -> Iterator[None]:
    """What a company file refuses ends the command with one sentence on stderr and exit code 1."""
    try:
        yield
    except FileExistsError as error:
        raise click.ClickException(f"{error.filename} is there already: choose another name.") from None
    except (NotACompanyFile, UnknownSetting, ImpossibleMishap) as refusal:
        raise click.ClickException(str(refusal)) from None
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"The company file cannot be used: {error}.") from None


def _show_table(rows: dict[str, str]) -> None:
    width = max(map(len, rows))
    for name, value in rows.items():
        click.echo(f"{name:<{width}}  {value or '-'}")
