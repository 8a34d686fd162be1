"""Queues to measure on: a migrated database with a company, its connection, and as many messages as are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from pathlib import Path
from typing import Any

from service.exchange import accounts, document
from service.exchange.checking import look_at
from service.exchange.enqueue import enqueue, enqueue_all
from service.store import companies
from service.store.connections import Connection
from service.store.migrate import migrate
from service.store.unit import Store

PASSWORD = "north-wind-and-sun"
_numbers = count(1)


def new_database(url: str | Path) -> str:
    """Migrate an empty database, given as a URL or as the path of an SQLite file; returns its URL."""
    address = f"sqlite:///{url}" if isinstance(url, Path) else url
    migrate(address)
    return address


def add_company(store: Store, name: str = "shop", **settings: Any) -> Connection:
    """Add a company with its settings and the connection of its Web Connector."""
    with store.writing() as work:
        company_id = accounts.add_company(work, name, by="benchmark")
        issued = accounts.add_connection(work, name, None, PASSWORD, app_name="Deskpost", by="benchmark")
        if settings:
            companies.change(work, company_id, **settings)
    return issued.connection


def customer() -> Mapping[str, Any]:
    """A message about a customer who was not there before, of the length of the floor's requests."""
    number = next(_numbers)
    return {
        "operation": "save",
        "record": f"Customer:C-{number}",
        "content": {
            "Name": f"Customer {number}",
            "CompanyName": f"Company {number}",
            "BillAddress": {"Addr1": "1 Main Street", "City": "Springfield", "State": "IL"},
            "Phone": "555-0100",
            "Email": f"customer{number}@example.com",
        },
    }


def fill_at_once(store: Store, messages: int, company: str = "shop") -> None:
    """Put new customers into a queue as many that arrive together."""
    with store.writing() as work:
        found = companies.named(work, company)
        looked = [look_at(document.read(customer()), found) for _ in range(messages)]
        enqueue_all(work, looked, by="benchmark")


def fill(store: Store, messages: int, company: str = "shop") -> None:
    """Put new customers into a queue one after another, all in one transaction."""
    with store.writing() as work:
        found = companies.named(work, company)
        for _ in range(messages):
            enqueue(work, found, document.read(customer()), by="benchmark")
