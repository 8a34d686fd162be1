"""`api-key`: who may use the HTTP API, for which company, and for what."""

from __future__ import annotations

import json
from datetime import timedelta

import click

from service.commands.sentences import moment, open_store, operator, say, table
from service.exchange import api_keys
from service.exchange.api_keys import Made
from service.store import api_keys as rows
from service.store import companies

KEY_ID = click.IntRange(1, 2**63 - 1)


@click.group("api-key")
def api_key() -> None:
    """See and change the keys of the HTTP API."""


@api_key.command("add")
@click.argument("name")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--all-companies", is_flag=True, help="A key of the whole installation.")
@click.option("--scope", "scopes", multiple=True, help="May be given several times. [default: read, enqueue]")
def api_key_add(name: str, company_name: str | None, scopes: tuple[str, ...], *, all_companies: bool) -> None:
    """Make a key; NAME says who uses it."""
    with open_store() as (_, store), store.writing() as work:
        company = None if all_companies else companies.named(work, company_name)
        made = api_keys.make(work, name, company, scopes, by=operator())
    _show(made)


@api_key.command("list")
def api_key_list() -> None:
    """List the keys, by their numbers."""
    with open_store() as (_, store), store.reading() as work:
        found = rows.everyone(work)
        names = {one.id: one.name for one in companies.everyone(work)}
    if not found:
        say("There is no key. To make one: deskpost api-key add NAME")
        return
    lines = [
        (
            one.id,
            one.name,
            names.get(one.company_id or 0, "all companies"),
            ", ".join(json.loads(one.scopes)),
            f"dk_{one.handle}_...",
            moment(one.last_used_at),
            _ends(one),
        )
        for one in found
    ]
    say(table(("key", "name", "company", "may", "begins with", "last used", ""), lines))


@api_key.command("rotate")
@click.argument("key_id", metavar="KEY", type=KEY_ID)
@click.option("--hours", type=click.IntRange(0, 8760), default=24, show_default=True, help="Keep the old one so long.")
def api_key_rotate(key_id: int, hours: int) -> None:
    """Make a new key in the place of KEY."""
    with open_store() as (_, store), store.writing() as work:
        made = api_keys.rotate(work, key_id, timedelta(hours=hours), by=operator())
    _show(made)
    say(f"Key {key_id} is good for {hours} hours more.")


@api_key.command("revoke")
@click.argument("key_id", metavar="KEY", type=KEY_ID)
def api_key_revoke(key_id: int) -> None:
    """Let KEY open nothing any more."""
    with open_store() as (_, store), store.writing() as work:
        api_keys.revoke(work, key_id, by=operator())
    say(f"Key {key_id} is revoked.")


def _show(made: Made) -> None:
    say(f"Key {made.key_id}, shown this once: {made.key}")


def _ends(one: rows.ApiKey) -> str:
    if one.revoked_at is not None:
        return f"revoked {moment(one.revoked_at)}"
    return "" if one.expires_at is None else f"until {moment(one.expires_at)}"
