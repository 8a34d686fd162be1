"""Markup in whatever comes from outside stays text: a browser that opens every page finds no element and no dialog."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import update

from service.exchange import decide, old_skipped, webhooks
from service.store import companies, console_people, users
from service.store.tables import connections, events, messages, sessions
from tests.console import day
from tests.console.browser.conftest import Windows
from tests.console.browser.every_page import Sight, sights
from tests.console.browser.site import Site
from tests.console.browser.town import INES, VERA, Harbor
from tests.shop import Shop

TEXT = "<img src=x onerror=alert(1)>"
ATTRIBUTE = "\"' autofocus onfocus=alert(2) x='"
SCRIPT = "</title></textarea><script>alert(3)</script><svg onload=alert(4)>"
EVERYWHERE = SCRIPT + TEXT + ATTRIBUTE

OURS = """() => [...document.querySelectorAll('img, iframe, object, script:not([src]), [onerror], [onload], [onfocus]')]
    .map(element => element.outerHTML)"""
"""Elements and attributes that no page of ours has."""


def test_no_text_from_outside_becomes_an_element(site: Site, window: Windows) -> None:
    harbor = _hostile(site)
    site.user(INES, None, EVERYWHERE)
    site.user(VERA, "harbor", TEXT)
    ines = window()
    ines.sign_in(INES)

    shown, found = 0, []
    for sight in _of_harbor(harbor):
        sight.show(ines)
        shown += ines.page.content().count("&lt;img src=x onerror=alert(1)&gt;")
        found += [f"{sight.name}: {one}" for one in ines.page.evaluate(OURS)]

    assert found == []
    assert shown > 100


def _of_harbor(harbor: Harbor) -> Iterator[Sight]:
    """The pages of this company, and those of no company; a path of a request gets text as well."""
    yield from (one for one in sights(harbor) if one.who == INES and ("harbor" in one.address or "user" in one.address))
    yield Sight("asked", "/company/harbor/history?q=%3Cimg%20src=x%20onerror=alert(1)%3E%22%20onfocus=alert(2)")
    yield Sight("nowhere", "/company/%3Cimg%20src=x%20onerror=alert(1)%3E/history")


def _hostile(site: Site) -> Harbor:
    """A company in which every text that somebody else wrote is markup."""
    shop = site.shop("harbor")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    done = day.invoice(shop, "20401", "C-1", Memo=TEXT)
    refused = day.invoice(shop, "20431", "C-1", item=TEXT)
    shop.update()
    perhaps_there = day.in_doubt_beside_one_like_it(shop, "C-12")
    customer = shop.save(f"Customer:{TEXT}", {"Name": TEXT, "Notes": EVERYWHERE, "CompanyName": TEXT})
    by_hand = _invoice(shop, f"{TEXT}-1")
    entered = _invoice(shop, f"{TEXT}-2")
    skipped = _invoice(shop, f"{TEXT}-3")
    doubtful = _invoice(shop, f"{TEXT}-4")
    credit_memo = _invoice(shop, f"{TEXT}-5")
    with site.store.writing() as work:
        company = companies.named(work, "harbor")
        old_skipped.import_file(work, company, _old(), by=TEXT)
        decide.hand_over(work, by_hand, by=TEXT)
        decide.hand_over(work, entered, by=TEXT)
        decide.mark_entered(work, entered, TEXT[:11], by=TEXT)
        decide.skip(work, skipped, TEXT, by=TEXT)
        webhooks.add(work, company, "https://orders.example.com/?<script>alert(5)</script>", (), by=TEXT)
        companies.change(work, company.id, **_of_company())
        work.connection.execute(
            update(messages).where(messages.c.id == refused).values(what_happened=EVERYWHERE, what_to_do=EVERYWHERE)
        )
        work.connection.execute(update(messages).values(quickbooks_said=EVERYWHERE, note=EVERYWHERE))
        found = json.dumps({"ListID": TEXT, "TimeCreated": TEXT, "Name": TEXT, "TxnDate": TEXT})
        work.connection.execute(update(messages).where(messages.c.id == perhaps_there).values(quickbooks_said=found))
        work.connection.execute(update(events).values(note=EVERYWHERE, actor=TEXT))
        work.connection.execute(update(sessions).values(outcome=EVERYWHERE, client_version=TEXT))
        work.connection.execute(update(connections).values(app_name=TEXT, pc=TEXT))
        console_people.set_full_name(work, users.named(work, "harbor-qb").id, EVERYWHERE)
    return Harbor(shop, refused, doubtful, perhaps_there, by_hand, customer, done, credit_memo)


def _of_company() -> dict[str, Any]:
    return {
        "pinned_company_name": EVERYWHERE,
        "company_file_path": EVERYWHERE,
        "path_to_open": EVERYWHERE,
        "pc": TEXT,
        "product_name": TEXT,
    }


def _invoice(shop: Shop, key: str) -> int:
    line = {"ItemRef": {"FullName": TEXT}, "Desc": EVERYWHERE, "Quantity": 1, "Rate": "1.00"}
    return shop.save(
        f"Invoice:{key}",
        {
            "CustomerRef": {"FullName": TEXT},
            "RefNumber": TEXT[:11],
            "BillAddress": {"Addr1": TEXT},
            "PONumber": "\"'><b>",
            "Memo": EVERYWHERE,
            "InvoiceLineAdd": [line],
        },
    )


def _old() -> bytes:
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(("date", "kind", "number", "customer", "amount", "reason"))
    rows.writerow(("2025-11-12", "Invoice", TEXT[:11], TEXT, "95.00", EVERYWHERE))
    return written.getvalue().encode()
