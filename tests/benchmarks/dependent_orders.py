"""Counts the round trips of a day whose documents wait for their customers and items, and measures what waiting costs.

A round trip is one message set: a sendRequestXML and the receiveResponseXML that answers it. Every invoice is
enqueued right after its customer, who is new, and most items come after the first invoices that sell them, which is
the worst order there is. The same documents are measured in turns with customers and items that are named and not
waited for, and as many plain customers. What is measured is the service alone: QuickBooks answers at once.

    .venv/bin/python -m tests.benchmarks.dependent_orders [--invoices 1000] [--items 300] [--size 25] [--rounds 3]
"""

from __future__ import annotations

import argparse
import logging
import re
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog

from service.exchange import document, passwords
from service.exchange.enqueue import enqueue
from service.store import companies
from service.store.unit import Store
from tests.benchmarks.in_process import calls_to
from tests.benchmarks.queues import PASSWORD, add_company, customer, new_database
from tests.benchmarks.quick_connector import QuickConnector
from tests.benchmarks.rounds import Figures, in_turns, show

LINES = 2
TRIPS, ENQUEUE, WALL, CPU = "round trips", "enqueue ms/msg", "ms/message", "CPU ms/message"
_SET_ID = re.compile(r'newMessageSetID="(\w+)"')
_ASKED = re.compile(r'&lt;(\w+)Rq requestID="(\d+)"')

Given = Mapping[str, Any]


def main() -> None:
    """Print the round trips and the service's own time for each sort of messages."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    parser = argparse.ArgumentParser(description="Count the round trips of documents that wait.")
    parser.add_argument("--invoices", type=int, default=1000)
    parser.add_argument("--items", type=int, default=300)
    parser.add_argument("--size", type=int, default=25, help="the most messages in a set")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    total = 2 * chosen.invoices + chosen.items
    sorts: dict[str, Callable[[], Iterator[Given]]] = {
        "plain customers": lambda: (customer() for _ in range(total)),
        "invoices by name": partial(orders, chosen.invoices, chosen.items, waits=False),
        "invoices that wait": partial(orders, chosen.invoices, chosen.items, waits=True),
    }
    measured = {name: partial(_measured, sort, total, chosen.size) for name, sort in sorts.items()}
    rows = in_turns(measured, chosen.rounds)
    title = f"{total} messages, sets of {chosen.size}, medians of {chosen.rounds} rounds in turns; SQLite, in process"
    show(title, rows, against="plain customers", compared=(ENQUEUE, WALL, CPU))
    by_name = {column: rows["invoices that wait"][column] / rows["invoices by name"][column] for column in (WALL, CPU)}
    print("  beside the same by name: " + ", ".join(f"{ratio:.2f} in {column}" for column, ratio in by_name.items()))


def orders(invoices: int, items: int, *, waits: bool) -> Iterator[Given]:
    """Return customers, each with an invoice right behind, and the items scattered among them."""
    every = max(1, invoices // items)
    for number in range(invoices):
        yield _save(f"Customer:C-{number}", _customer(number))
        yield _save(f"Invoice:{number}", _invoice(number, items, waits))
        if number % every == 0 and number // every < items:
            yield _save(f"ItemNonInventory:{number // every}", _item(number // every))


def _customer(number: int) -> Given:
    return {
        "Name": f"Customer {number}",
        "CompanyName": f"Company {number}",
        "BillAddress": {"Addr1": "1 Main Street", "City": "Springfield", "State": "IL"},
        "Phone": "555-0100",
    }


def _item(number: int) -> Given:
    account = {"FullName": "Product Sales"}
    return {"Name": f"Lamp {number}", "SalesOrPurchase": {"Price": "14.00", "AccountRef": account}}


def _invoice(number: int, items: int, waits: bool) -> Given:
    sold = [(number * LINES + line) % items for line in range(LINES)]
    return {
        "CustomerRef": {"record": f"Customer:C-{number}"} if waits else {"FullName": f"Customer {number}"},
        "TxnDate": "2026-03-02",
        "RefNumber": str(number),
        "InvoiceLineAdd": [
            {
                "line": f"{number}-{item}",
                "ItemRef": {"record": f"ItemNonInventory:{item}"} if waits else {"FullName": f"Lamp {item}"},
                "Quantity": 2,
                "Rate": "14.00",
            }
            for item in sold
        ],
    }


def _save(record: str, content: Given) -> Given:
    return {"operation": "save", "record": record, "content": content}


def _measured(sort: Callable[[], Iterator[Given]], total: int, size: int) -> Figures:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Store(new_database(Path(folder) / "deskpost.sqlite"), threads=1)) as store,
        patch.object(passwords, "verified", return_value=True),
    ):
        connector = QuickConnector(calls_to(store), add_company(store, set_limit=size), PASSWORD)
        begun = time.process_time()
        _enqueued(store, sort())
        enqueued = time.process_time() - begun
        begun = time.process_time()
        connector.authenticate()
        connector.work(answer=answered)
        session = connector.close()
        used = time.process_time() - begun
    if session.messages != total:
        raise SystemExit(f"{session.messages} of {total} messages went in one visit: {session.message}")
    return {
        TRIPS: len(session.sizes),
        "calls": session.calls,
        ENQUEUE: 1000 * enqueued / total,
        WALL: 1000 * session.seconds / total,
        CPU: 1000 * used / total,
    }


def _enqueued(store: Store, given: Iterator[Given]) -> None:
    """Enqueue in transactions of 100, as an order system with many documents does."""
    while together := list(islice(given, 100)):
        with store.writing() as work:
            company = companies.named(work, "shop")
            for one in together:
                enqueue(work, company, document.read(one), by="benchmark")


def answered(request: str) -> str:
    """Return QuickBooks' answer to a set of Adds that all succeed, each with what it holds of identity and lines."""
    named = _SET_ID.search(request)
    attribute = f' newMessageSetID="{named[1]}" messageSetStatusCode="0"' if named else ""
    answers = "".join(_response(name, number) for name, number in _ASKED.findall(request))
    return f'<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs{attribute}>\n{answers}</QBXMLMsgsRs>\n</QBXML>\n'


def _response(name: str, number: str) -> str:
    kind = name.removesuffix("Add")
    if kind == "Invoice":
        lines = "".join(
            f"<InvoiceLineRet><TxnLineID>{number}-{line}</TxnLineID><Quantity>2</Quantity></InvoiceLineRet>"
            for line in range(LINES)
        )
        inside = (
            f"<TxnID>{number}-1</TxnID><EditSequence>1{number}</EditSequence><RefNumber>{number}</RefNumber>{lines}"
        )
    else:
        named = f"{kind} {number}"
        inside = (
            f"<ListID>8000-{number}</ListID><EditSequence>1{number}</EditSequence><Name>{named}</Name>"
            f"<FullName>{named}</FullName><IsActive>true</IsActive>"
        )
    return (
        f'<{name}Rs requestID="{number}" statusCode="0" statusSeverity="Info" statusMessage="Status OK">'
        f"<{kind}Ret>{inside}</{kind}Ret></{name}Rs>"
    )


if __name__ == "__main__":
    main()
