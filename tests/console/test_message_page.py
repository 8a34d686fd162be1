"""A message's page answers what an accountant asks about it, and shows what was exchanged with QuickBooks."""

from __future__ import annotations

from sqlalchemy import update

from service.exchange import old_skipped
from service.store import message_sets, sessions, tables
from tests.console import day
from tests.console.office import Browser, Office, Page, rows
from tests.shop import Shop


def test_a_refused_invoice_shows_why_its_facts_its_lines_and_the_one_that_is_wrong(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Eastgate Senior Living")
    message = shop.save(
        "Invoice:20431",
        {
            "CustomerRef": {"record": "Customer:C-1"},
            "TxnDate": "2026-03-09",
            "RefNumber": "20431",
            "BillAddress": {"Addr1": "Eastgate Senior Living", "City": "Millbrook", "State": "NY"},
            "TermsRef": {"FullName": "Net 30"},
            "DueDate": "2026-04-08",
            "Memo": "Quarterly visit, 11 residents",
            "InvoiceLineAdd": [
                {
                    "ItemRef": {"FullName": day.INSTALLATION},
                    "Desc": "On-site cleaning and check",
                    "Quantity": 11,
                    "Rate": "39.00",
                },
                {"ItemRef": {"FullName": day.EARMOLD}, "Quantity": 6, "Rate": "95.00"},
            ],
        },
        revision=1,
    )
    shop.update()
    payment = day.payment(shop, "7752", "C-1", "20431")
    browser = office.signed_in()

    page = browser.open(f"/company/shop/message/{message}")

    assert page.title == "Invoice 20431 - Birchwood Supply Co."
    assert "Eastgate Senior Living, March 9, 2026, $999.00" in page.text
    assert facts(page) == {
        "This invoice waits for": "Nothing. Its customer is in QuickBooks.",
        "Waiting for this invoice": "Payment 7752",
        "In the order system": "Invoice:20431, revision 1",
        "In QuickBooks": "Not there yet",
        "Its customer in QuickBooks": str(shop.message(1).quickbooks_id),
        "Customer": "Eastgate Senior Living",
        "Invoice number": "20431",
        "Date": "March 9, 2026",
        "Terms": "Net 30",
        "Due": "April 8, 2026",
        "Bill to": "Eastgate Senior Living, Millbrook, NY",
        "Memo": "Quarterly visit, 11 residents",
        "Status code": "3140, Reference not found",
        "Message": f"{message}, in set {recovery_id(shop)}",
    }
    assert lines(page) == [
        ["InstallationOn-site cleaning and check", "11", "$39.00", "$429.00"],
        [f"{day.EARMOLD}QuickBooks does not know this item", "6", "$95.00", "$570.00"],
        ["Total, no sales tax", "$999.00"],
    ]
    assert [button[0] for button in page.buttons] == ["retry", "hand_over", "skip"]
    assert rows(page, "related") == [
        ["Payment 7752", "Eastgate Senior Living", "Mar 2", "$50.00", "Waits for invoice 20431"]
    ]
    assert f"/company/shop/message/{payment}" in page.links
    assert "QuickBooks refused it: reference not found." in page.part("history")
    assert "FRONT-DESK handed it to QuickBooks." in page.part("history")
    assert "It came from test, revision 1." in page.part("history")
    assert "<InvoiceAddRq" in page.part("sent")
    assert 'statusCode="3140"' in page.part("sent")


def test_only_the_own_request_of_a_set_is_shown(office: Office) -> None:
    shop = office.shop()
    first = day.customer(shop, "C-1", "Calloway, Ruth")
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.update()

    page = office.signed_in().open(f"/company/shop/message/{first}")

    assert "Calloway" in page.part("sent")
    assert "Ottley" not in page.source


def test_a_payment_shows_what_it_pays_with_a_link(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    invoice = day.invoice(shop, "20436", "C-1")
    payment = day.payment(shop, "7757", "C-1", "20436")
    browser = office.signed_in()

    page = browser.open(f"/company/shop/message/{payment}")

    assert "Waits for customer Calloway, Ruth" in page.text
    told = facts(page)
    assert told["Received from"] == "Calloway, Ruth"
    assert told["Amount"] == "$50.00"
    assert told["Pays"] == "invoice 20436, $50.00"
    assert told["This payment waits for"] == "customer Calloway, Ruth, invoice 20436"
    assert f"/company/shop/message/{invoice}" in page.links
    assert "Nothing was sent yet." in page.part("sent")


def test_a_customer_shows_its_facts_and_its_transactions(office: Office) -> None:
    shop = office.shop()
    customer = day.customer(
        shop,
        "C-0871",
        "Grangerford Retirement Village",
        Contact="Orla Fenwright",
        BillAddress={"Addr1": "2 Sawmill Turn", "City": "Rhinebeck"},
        Phone="845-555-0187",
        Email="office@grangerford.example",
        IsActive=True,
    )
    shop.update()
    day.invoice(shop, "20433", "C-0871")
    day.payment(shop, "7755", "C-0871", "20433")

    page = office.signed_in().open(f"/company/shop/message/{customer}")

    told = facts(page)
    assert told["Name in QuickBooks"] == "Grangerford Retirement Village"
    assert told["Contact"] == "Orla Fenwright"
    assert told["Bill to"] == "2 Sawmill Turn, Rhinebeck"
    assert told["Phone"] == "845-555-0187"
    assert told["Active mark"] == "Yes"
    assert told["In QuickBooks"] == shop.message(customer).quickbooks_id
    assert [row[0] for row in rows(page, "related")] == ["Payment 7755", "Invoice 20433"]
    assert "QuickBooks added it." in page.part("history")


def test_an_item_shows_what_it_is_sold_for(office: Office) -> None:
    shop = office.shop()
    item = shop.save(
        "ItemService:fee",
        {
            "Name": "Fitting fee",
            "SalesOrPurchase": {"Desc": "Per visit", "Price": "5.00", "AccountRef": {"FullName": "Product Sales"}},
        },
    )

    page = office.signed_in().open(f"/company/shop/message/{item}")

    assert page.title.startswith("Item Fitting fee")
    assert facts(page)["Sales or purchase"] == "Per visit, $5.00, Product Sales"


def test_a_raw_request_shows_its_text(office: Office) -> None:
    shop = office.shop()
    put = shop.put({"operation": "raw", "request": "<CustomerQueryRq><MaxReturned>1</MaxReturned></CustomerQueryRq>"})

    page = office.signed_in().open(f"/company/shop/message/{put.message_id}")

    assert "<MaxReturned>1</MaxReturned>" in page.text
    assert "Customer query" in page.text


def test_a_doubt_for_which_nothing_was_found_says_so_and_when_it_was_looked_for(office: Office) -> None:
    shop = office.shop()
    message = day.in_doubt(shop)

    page = office.signed_in().open(f"/company/shop/message/{message}")

    assert page.part("looked-up") == (
        "Deskpost looked for it in QuickBooks today, 5:00 AM, by its name, among the inactive ones too, "
        "and found nothing."
    )
    assert page.tree.xpath("//table[@class='compare']") == []
    assert page.part("compared") == "Name, as it was sentBergquist, Lars"
    assert [button[0] for button in page.buttons] == ["found", "absent", "hand_over"]


def test_a_doubt_shows_side_by_side_what_was_sent_and_what_was_found(office: Office) -> None:
    shop = office.shop()
    message = day.in_doubt_beside_one_like_it(shop)

    page = office.signed_in().open(f"/company/shop/message/{message}")

    assert page.part("looked-up") == (
        "Deskpost looked for it in QuickBooks today, 4:30 AM, by its name, among the inactive ones too, "
        "and found one that does not carry Deskpost's mark."
    )
    table = [[cell.text_content() for cell in row] for row in page.tree.xpath("//table[@class='compare']//tbody/tr")]
    assert ["Name", "Poole, Ada", "Poole, Ada"] in table
    assert ["Created", "\N{EN DASH}", "today, 4:00 AM"] in table
    (found,) = [row for row in table if row[0] == "Id in QuickBooks"]
    assert found[1:] == ["\N{EN DASH}", shop.file.find("Customer", "Poole, Ada")[0]["ListID"]]


def test_a_doubt_whose_texts_were_removed_still_shows_what_came(office: Office) -> None:
    shop = office.shop()
    message = day.in_doubt(shop)
    with office.store.writing() as work:
        work.connection.execute(update(tables.message_sets).values(request=b"", answer=None))

    page = office.signed_in().open(f"/company/shop/message/{message}")

    assert page.status == 200
    assert page.part("looked-up") == "Deskpost looked for it in QuickBooks today, 5:00 AM, and found nothing."
    assert "Name, as it was sentBergquist, Lars" in page.part("compared")


def test_an_old_one_without_its_document_offers_nothing_that_would_be_refused(office: Office) -> None:
    shop = office.shop()
    with office.store.writing() as work:
        lines = b"date,kind,number,customer,amount,reason\n2025-12-03,Invoice,7719,Carver,80.00,Deleted\n"
        old_skipped.import_file(work, shop.company(), lines, by="tom")

    page = office.signed_in().open("/company/shop/message/1")

    assert page.buttons == []
    assert "there is nothing that could be sent" in page.part("without-document")


def test_a_doubt_that_was_put_aside_is_not_sent_blindly(office: Office) -> None:
    shop = office.shop()
    message = day.in_doubt(shop)
    browser = office.signed_in()
    browser.open("/company/shop/synchronize")
    browser.post("/company/shop/decide", hand_over=str(message))

    page = browser.open(f"/company/shop/message/{message}")

    assert [name for name, _ in page.buttons if name != "undo"] == ["absent"]
    browser.post("/company/shop/decide", absent=str(message))
    assert shop.message(message).status == "pending"


def test_a_change_and_a_deletion_are_told_as_what_they_were(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    changed = day.customer(shop, "C-1", "Calloway, Ruth", Phone="845-555-0187")
    shop.update()
    deleted = shop.enqueue("delete", "Customer:C-1")
    shop.update()
    again = day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()
    browser = office.signed_in()

    assert [below_the_title(browser, one) for one in (1, changed, deleted, again)] == [
        "Customer, added in QuickBooks today, 4:15 AM",
        "Customer, changed in QuickBooks today, 4:30 AM",
        "Customer, deleted in QuickBooks today, 4:45 AM",
        "Customer, added in QuickBooks today, 5:00 AM",
    ]


def test_what_was_replaced_by_a_newer_version_says_so_and_offers_nothing(office: Office) -> None:
    shop = office.shop()
    older = day.customer(shop, "C-1", "Calloway, Ruth")
    day.customer(shop, "C-1", "Calloway, Ruth Ann")

    page = office.signed_in().open(f"/company/shop/message/{older}")

    assert "Replaced by a newer version" in page.text
    assert page.buttons == []


def test_a_number_that_no_message_has_is_no_page(office: Office) -> None:
    office.shop()
    browser = office.signed_in()

    for number in ("99", str(2**63), "9" * 40, "x", "-1"):
        assert browser.open(f"/company/shop/message/{number}").status == 404


def below_the_title(browser: Browser, message: int) -> str:
    page = browser.open(f"/company/shop/message/{message}")
    (found,) = page.tree.xpath("//div[@class='head']/p[@class='soft']")
    return str(found.text_content()).strip()


def facts(page: Page) -> dict[str, str]:
    """The facts of the page by their labels."""
    found = page.tree.xpath("//dl[contains(@class, 'facts')]/dt")
    return {" ".join(one.text_content().split()): " ".join(one.getnext().text_content().split()) for one in found}


def lines(page: Page) -> list[list[str]]:
    return [
        [" ".join(cell.text_content().split()) for cell in row]
        for row in page.tree.xpath("//table[@class='lines']/*[self::tbody or self::tfoot]/tr")
    ]


def recovery_id(shop: Shop) -> str:
    with shop.store.reading() as work:
        session = sessions.latest(work, shop.company().id, 1)[0]
        sets = [one for one in message_sets.of_session(work, session.id) if one.recovery_id]
    return str(sets[-1].recovery_id)
