"""Markup in whatever comes from outside stays text, on every page, in every place."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update

from service.domain.privilege import Privilege
from service.store import companies, console_people, users
from service.store.tables import events, messages
from tests.console import day
from tests.console.office import Office, Page

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</title><svg/onload=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "&lt;b&gt;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_in_every_field_stay_text(office: Office, text: str) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    failed = day.invoice(shop, "20431", "C-1", item=day.EARMOLD)
    shop.update()
    pending = shop.save(
        f"Invoice:{text}",
        {
            "CustomerRef": {"FullName": text},
            "RefNumber": text[:11],
            "Memo": text,
            "PONumber": text[:25],
            "BillAddress": {"Addr1": text[:41]},
            "InvoiceLineAdd": [{"ItemRef": {"FullName": text}, "Desc": text, "Quantity": 1, "Rate": "1.00"}],
        },
    )
    customer = shop.save(f"Customer:{text}", {"Name": text, "Notes": text})
    with office.store.writing() as work:
        work.connection.execute(
            update(messages)
            .where(messages.c.id == failed)
            .values(
                what_happened=text,
                what_to_do=text,
                quickbooks_said=text,
                note=text,
                quickbooks_number=text,
                content=None,
            )
        )
        work.connection.execute(update(events).values(note=text, actor=text))
        companies.change(
            work, shop.company().id, pinned_company_name=text, company_file_path=text, pc=text, mismatch=text
        )
    office.user("ines", *Privilege)
    with office.store.writing() as work:
        console_people.set_full_name(work, users.named(work, "ines").id, text)
    browser = office.browser()
    browser.sign_in("ines")

    addresses = ["/company/shop/synchronize", "/password", "/nowhere"]
    addresses += [f"/company/shop/message/{one}" for one in (failed, pending, customer)]
    for address in addresses:
        assert_harmless(browser.open(address), text)
    assert text in browser.open(f"/company/shop/message/{customer}").text
    assert_harmless(browser.open("/company/shop/synchronize", headers={"X-Live": "1"}), text)
    browser.open("/company/shop/synchronize")
    assert_harmless(browser.post("/company/shop/decide", skip=str(customer)), text)


def test_hostile_texts_in_an_address_or_a_form_stay_text(office: Office) -> None:
    office.shop()
    browser = office.browser()
    signed_in = office.signed_in("tom")

    for text in HOSTILE:
        browser.open("/sign-in", query_string={"next": text})
        assert_harmless(browser.post("/sign-in", name=text, password=text), text)
        for name in ("kind", "after", "before", "row", "attention", text):
            assert_harmless(signed_in.open("/company/shop/synchronize", query_string={name: text}), text)


def assert_harmless(page: Page, text: str) -> None:
    """Nothing of the text has become an element, an attribute or an expression."""
    assert page.status in (200, 403, 404), page.text
    assert "<script>alert" not in page.source
    assert not re.search(r"<(img|svg/)", page.source)
    assert page.tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert [one for one in page.tree.xpath("//script") if one.get("src") is None] == []
