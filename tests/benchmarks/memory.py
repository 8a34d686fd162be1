"""Measures one worker's memory: idle, after many messages, and at its highest for a long answer.

.venv/bin/python -m tests.benchmarks.memory [--messages 20000] [--megabytes 23 50]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from service.exchange import document
from service.exchange.enqueue import enqueue
from service.store import companies
from service.store.unit import Store
from tests.benchmarks import servers
from tests.benchmarks.queues import PASSWORD, add_company, fill, new_database
from tests.benchmarks.quick_connector import KeptConnection, QuickConnector
from tests.benchmarks.rounds import Figures, show

NOW, HIGHEST, GROWN, SECONDS = "MB now", "MB at most", "grown by", "seconds"
AT_A_TIME = 5000
QUERY = "<ItemQueryRq><ActiveStatus>All</ActiveStatus></ItemQueryRq>"
ITEM = (
    "<ItemServiceRet>\n<ListID>8000{0:06d}-1700000000</ListID>\n<TimeCreated>2026-07-04T14:05:00-08:00</TimeCreated>\n"
    "<TimeModified>2026-07-04T14:05:00-08:00</TimeModified>\n<EditSequence>1783534817</EditSequence>\n"
    "<Name>Item {0}</Name>\n<FullName>Item {0}</FullName>\n<IsActive>true</IsActive>\n<Sublevel>0</Sublevel>\n"
    "<SalesOrPurchase>\n<Desc>Item {0}, a service of some length to be described here</Desc>\n<Price>14.00</Price>\n"
    "<AccountRef>\n<ListID>80000002-1</ListID>\n<FullName>Sales</FullName>\n</AccountRef>\n</SalesOrPurchase>\n"
    "</ItemServiceRet>\n"
)


def main() -> None:
    """Print the worker's memory after each step."""
    parser = argparse.ArgumentParser(description="Measure the memory of one worker.")
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--megabytes", type=int, nargs="+", default=(23, 50), help="lengths of answers")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = new_database(Path(folder) / "deskpost.sqlite")
        store = Store(url, threads=1)
        connection = add_company(store)
        with servers.deskpost(url) as server:
            http = KeptConnection(server.port)
            connector = QuickConnector(http.post, connection, PASSWORD)
            connector.authenticate()
            rows = {"idle, after the first call": _figures(server, 0.0, 0.0)}
            warm = _visits(store, connector, 1000)
            after_some = server.megabytes("VmRSS")
            rows["after 1,000 messages"] = _figures(server, after_some, warm)
            seconds = _visits(store, connector, chosen.messages)
            rows[f"after {chosen.messages:,} more"] = _figures(server, after_some, seconds)
            for megabytes in chosen.megabytes:
                before = server.megabytes("VmRSS")
                server.forget_highest()
                seconds = _long_answer(store, connector, megabytes)
                rows[f"an answer of {megabytes} MB"] = _figures(server, before, seconds)
            http.close()
        store.close()
    show("One worker, SQLite", rows)


def _figures(server: servers.Server, before: float, seconds: float) -> Figures:
    now = server.megabytes("VmRSS")
    return {NOW: now, HIGHEST: server.megabytes("VmHWM"), GROWN: now - before if before else 0.0, SECONDS: seconds}


def _visits(store: Store, connector: QuickConnector, messages: int) -> float:
    """Have some messages go, in visits of some thousand; returns the seconds that the calls took."""
    seconds, left = 0.0, messages
    while left > 0:
        fill(store, min(left, AT_A_TIME))
        connector.authenticate()
        connector.work()
        session = connector.close()
        seconds, left = seconds + session.seconds, left - session.messages
    return seconds


def _long_answer(store: Store, connector: QuickConnector, megabytes: int) -> float:
    """Have a query answered at great length; returns the seconds that the service took for the answer."""
    with store.writing() as work:
        given = document.read({"operation": "raw", "request": QUERY})
        number = enqueue(work, companies.named(work, "shop"), given, by="benchmark").message_id
    connector.authenticate()
    connector.take(connector.host())
    count = megabytes * 1_000_000 // len(ITEM.format(100_000))
    items = "".join(ITEM.format(each) for each in range(count))
    answer = (
        '<?xml version="1.0" ?>\n<QBXML>\n<QBXMLMsgsRs>\n'
        f'<ItemQueryRs requestID="{number}" statusCode="0" statusSeverity="Info" statusMessage="Status OK">\n'
        f"{items}</ItemQueryRs>\n</QBXMLMsgsRs>\n</QBXML>\n"
    )
    begun = time.perf_counter()
    connector.give(answer)
    seconds = time.perf_counter() - begun
    session = connector.close()
    if not session.message.startswith("1 synchronized"):
        raise SystemExit(f"The answer was not taken: {session.message}")
    return seconds


if __name__ == "__main__":
    main()
