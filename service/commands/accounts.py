"""`company`, `connection` and `user`: who may connect, with which `.qwc`, to which company file."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click

from qwc import document
from service.commands.sentences import facts, moment, open_store, operator, say, table
from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import accounts, after_restore, passwords, people, time_zone
from service.settings import Settings
from service.store import companies, connections, messages, users
from service.store.connections import Connection


class DocumentNotWritten(Refusal):
    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} could not be written: {why.rstrip('.')}. Nothing was changed.")


class FileIsThere(Refusal):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is there already, and another connection may need it: say with --out where to write the new one. "
            "Nothing was changed."
        )


class NoTerminal(Refusal):
    def __init__(self) -> None:
        super().__init__("There is no terminal to ask for the password: name a variable with --password-from-env.")


class VariableNotSet(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"The environment variable {name} is not set: put the password into it.")


@click.group()
def company() -> None:
    """Company files, each with its own queue."""


@company.command("add")
@click.argument("name")
def company_add(name: str) -> None:
    """Add a company under a short NAME of yours, such as `shop`."""
    with open_store() as (_, store), store.writing() as work:
        accounts.add_company(work, name, by=operator())
    say(f"Company {name} is there. Next: deskpost connection add --company {name}")


@company.command("list")
def company_list() -> None:
    """List the companies, their PCs and how much waits for each."""
    with open_store() as (_, store), store.reading() as work:
        rows = [
            (
                one.name,
                one.pinned_company_name or "no visit yet",
                one.pc,
                moment(one.last_visit_at),
                messages.counts(work, one.id)[Status.PENDING],
            )
            for one in companies.everyone(work)
        ]
    say(table(("company", "in QuickBooks", "PC", "last visit", "pending"), rows))


@company.command("show")
@click.argument("name", required=False)
def company_show(name: str | None) -> None:
    """Show one company: its file, PC, versions and connections."""
    with open_store() as (_, store), store.reading() as work:
        one = companies.named(work, name)
        issued = connections.of_company(work, one.id)
        zone = time_zone.of_company(work, one)
        lacking = sum(each.saved_again is None for each in after_restore.found(work, one))
    known = (
        ("company", one.name),
        ("in QuickBooks", one.pinned_company_name or "no visit yet"),
        ("company file", one.company_file_path),
        ("PC", one.pc),
        ("QuickBooks", one.product_name),
        ("qbXML", one.qbxml_version),
        ("country", one.country),
        ("time zone", zone),
        ("last visit", moment(one.last_visit_at)),
        ("stopped because", one.mismatch),
        ("restored backup", f"lacks {lacking}: see deskpost company restored" if lacking else None),
    )
    say(facts(known))
    say("")
    rows = [
        (each.user_name, each.app_name, each.file_id, moment(each.last_visit_at), "revoked" if each.revoked_at else "")
        for each in issued
    ]
    say(table(("connection", "name in the Web Connector", "FileID", "last visit", ""), rows))


@click.group()
def connection() -> None:
    """Connections: one .qwc and one password for each PC."""


@connection.command("add")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--user-name", help="The user name in the .qwc. [default: the company's name and -qb]")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the .qwc. [default: the user name and .qwc]",
)
@click.option("--every", type=click.IntRange(1, 1440), help="Let the Web Connector run by itself every N minutes.")
def connection_add(company_name: str | None, user_name: str | None, out: Path | None, every: int | None) -> None:
    """Write a new .qwc, and show its password once."""
    password = passwords.generate()
    with open_store() as (settings, store), ExitStack() as undo:
        with store.writing() as work:
            issued = accounts.add_connection(
                work,
                company_name,
                user_name,
                password,
                app_name=settings.app_name,
                by=operator(),
                run_every_minutes=every,
            )
            path = out or Path(f"{issued.connection.user_name}.qwc")
            _write(path, _content(path, _document(settings, issued.connection)))
            undo.callback(path.unlink)
        undo.pop_all()
    say(f"Written: {path}")
    _show(issued.connection.user_name, password)
    say("Next: take the file to the PC with QuickBooks and add it in the Web Connector, as README.md says.")


@connection.command("rotate-password")
@click.argument("user_name")
def connection_rotate_password(user_name: str) -> None:
    """Show a new password for a connection, once; its .qwc stays."""
    password = passwords.generate()
    with open_store() as (_, store), store.writing() as work:
        accounts.rotate_password(work, user_name, password, by=operator())
    _show(user_name, password)


@connection.command("revoke")
@click.argument("user_name")
def connection_revoke(user_name: str) -> None:
    """Turn a connection away from its next visit on."""
    with open_store() as (_, store), store.writing() as work:
        accounts.revoke(work, user_name, by=operator())
    say(f"Connection {user_name} is revoked: the Web Connector is turned away at its next visit.")


@click.group()
def user() -> None:
    """People who may use Deskpost."""


@user.command("add")
@click.argument("name")
@click.option("--privilege", "privileges", multiple=True, help="May be given several times. [default: an accountant's]")
@click.option("--password-from-env", metavar="VARIABLE", help="Take the password from an environment variable.")
@click.option("--full-name", default="", help="What the pages call this person, such as Maria Alvarez.")
def user_add(name: str, privileges: tuple[str, ...], password_from_env: str | None, full_name: str) -> None:
    """Add a person.

    The password is asked for; it must have 12 characters or more.
    """
    granted = accounts.privileges_named(privileges)
    password = _password(password_from_env)
    passwords.require_strong(password)
    password_hash = passwords.hashed(password)
    with open_store() as (_, store), store.writing() as work:
        user_id = accounts.add_user(work, name, password_hash, granted, by=operator())
        people.set_full_name(work, user_id, full_name, by=operator())
    say(f"User {name} is there and may: {', '.join(granted)}.")


@user.command("full-name")
@click.argument("name")
@click.argument("full_name")
def user_full_name(name: str, full_name: str) -> None:
    """Say what the pages call a person.

    NAME is the one of the sign-in, FULL_NAME for instance "Maria Alvarez", or "" for none.
    """
    with open_store() as (_, store), store.writing() as work:
        changed = people.set_full_name(work, users.named(work, name).id, full_name, by=operator())
    say(f"{name} is called {full_name.strip() or name} now." if changed else "Nothing was changed.")


def _password(variable: str | None) -> str:
    if variable is not None:
        if variable not in os.environ:
            raise VariableNotSet(variable)
        return os.environ[variable]
    if not _has_terminal():
        raise NoTerminal
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))


def _has_terminal() -> bool:
    return sys.stdin.isatty()


def _document(settings: Settings, issued: Connection) -> document.Document:
    return document.Document(
        app_name=issued.app_name,
        app_url=settings.soap_url,
        app_description="Posts orders into QuickBooks",
        app_support=settings.support_url,
        user_name=issued.user_name,
        owner_id=issued.owner_id,
        file_id=issued.file_id,
        run_every_minutes=issued.run_every_minutes,
        is_read_only=False,
    )


def _content(path: Path, described: document.Document) -> bytes:
    try:
        return document.write(described)
    except document.DocumentRefused as refusal:
        raise DocumentNotWritten(path, " ".join(str(refusal).splitlines())) from None


def _write(path: Path, content: bytes) -> None:
    """Write a file that is not there yet."""
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise FileIsThere(path) from None
    except OSError as failure:
        raise DocumentNotWritten(path, (failure.strerror or str(failure)).lower()) from None


def _show(user_name: str, password: str) -> None:
    say(f"User name: {user_name}")
    say(f"Password:  {password}")
    say("The password is shown only now. Type it into the Web Connector, once.")
