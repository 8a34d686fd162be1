"""Sales documents: amounts by what was given, defaults, sales tax, totals, stock and balances."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Clock, Conversation, add, invoice, line, mod, query, ref


def amounts(talk: Conversation, *lines: str) -> tuple[str | None, list[str]]:
    reply = talk.one(invoice(*lines))
    assert reply.code in (0, 530), reply.message
    return reply.text("InvoiceRet/Subtotal"), reply.texts("InvoiceRet/InvoiceLineRet/Amount")


def test_quantity_and_rate_give_the_amount(talk: Conversation) -> None:
    assert amounts(talk, line("Oak Board", "<Quantity>12</Quantity><Rate>14.00</Rate>")) == ("168.00", ["168.00"])


def test_quantity_and_amount_give_the_rate(talk: Conversation) -> None:
    reply = talk.done(invoice(line("Oak Board", "<Quantity>3</Quantity><Amount>10.00</Amount>")))

    assert reply.text("InvoiceRet/InvoiceLineRet/Rate") == "3.33333"
    assert reply.text("InvoiceRet/InvoiceLineRet/Amount") == "10.00"


def test_with_rate_and_amount_the_rate_is_ignored_with_a_warning(talk: Conversation) -> None:
    reply = talk.one(invoice(line("Oak Board", "<Quantity>2</Quantity><Rate>9.00</Rate><Amount>50.00</Amount>")))

    assert (reply.code, reply.severity) == (530, "Warn")
    assert reply.text("InvoiceRet/InvoiceLineRet/Rate") == "25.00"
    assert reply.text("InvoiceRet/Subtotal") == "50.00"


def test_without_a_rate_the_item_s_price_is_taken(talk: Conversation) -> None:
    catalog = line("Catalog Goods", "<Quantity>2</Quantity>")

    # Ridgeline Builders buy ten percent below the list price of 25.00.
    assert amounts(talk, catalog) == ("45.00", ["45.00"])


def test_amounts_are_rounded_half_up_to_cents(talk: Conversation) -> None:
    assert amounts(talk, line("Oak Board", "<Quantity>3</Quantity><Rate>0.335</Rate>"))[0] == "1.01"


def test_a_discount_takes_its_percentage_off_the_line_above(talk: Conversation) -> None:
    lines = (line("Oak Board", "<Quantity>10</Quantity><Rate>20.00</Rate>"), line("Trade Discount"))

    assert amounts(talk, *lines) == ("180.00", ["200.00", "-20.00"])


def test_a_discount_takes_no_quantity(talk: Conversation) -> None:
    assert talk.one(invoice(line("Oak Board"), line("Trade Discount", "<Quantity>1</Quantity>"))).code == 3151


def test_a_subtotal_shows_what_stands_above_and_is_not_added(talk: Conversation) -> None:
    one, two = line("Oak Board", "<Rate>10.00</Rate>"), line("Pine Board", "<Rate>5.00</Rate>")
    discount = line("Trade Discount", "<RatePercent>10</RatePercent>")

    assert amounts(talk, one, two, line("Subtotal"), discount) == ("13.50", ["10.00", "5.00", "15.00", "-1.50"])


def test_a_group_brings_its_members_in(talk: Conversation) -> None:
    group = f"<InvoiceLineGroupAdd>{ref('ItemGroupRef', 'Starter Set')}<Quantity>2</Quantity></InvoiceLineGroupAdd>"

    reply = talk.done(invoice(line("Installation", "<Rate>50.00</Rate>"), group, customer="Café Lumière"))

    # Twice four pine boards at 9.75 and two pairs of hinges at 6.40.
    assert reply.text("InvoiceRet/InvoiceLineGroupRet/TotalAmount") == "103.60"
    assert reply.texts("InvoiceRet/InvoiceLineGroupRet/InvoiceLineRet/Quantity") == ["8", "4"]
    assert reply.text("InvoiceRet/Subtotal") == "153.60"


def test_sales_tax_falls_on_taxable_lines_of_taxable_customers(talk: Conversation) -> None:
    lines = (line("Catalog Goods", "<Amount>100.00</Amount>"), line("Installation", "<Amount>60.00</Amount>"))

    taxed = talk.done(invoice(*lines, customer="Hollis &amp; Daughters"))
    exempt = talk.done(invoice(*lines, customer="Ridgeline Builders"))

    assert taxed.text("InvoiceRet/Subtotal") == "160.00"
    assert taxed.text("InvoiceRet/SalesTaxPercentage") == "8.25"
    assert taxed.text("InvoiceRet/SalesTaxTotal") == "8.25"
    assert taxed.text("InvoiceRet/BalanceRemaining") == "168.25"
    assert exempt.text("InvoiceRet/SalesTaxTotal") == "0.00"


def test_the_customer_brings_address_terms_and_due_date(talk: Conversation) -> None:
    reply = talk.done(invoice(line("Installation"), customer="Hollis &amp; Daughters"))

    assert reply.text("InvoiceRet/BillAddress/Addr2") == "210 Harbor Street"
    assert reply.text("InvoiceRet/TermsRef/FullName") == "Net 30"
    assert reply.text("InvoiceRet/DueDate") == "2026-08-03"
    assert reply.text("InvoiceRet/ARAccountRef/FullName") == "Accounts Receivable"


def test_terms_driven_by_a_date_fall_due_on_that_day_of_the_month(talk: Conversation) -> None:
    terms = ref("TermsRef", "15th of month")
    on_fourth = talk.done(invoice(line("Installation"), more=terms))

    assert on_fourth.text("InvoiceRet/DueDate") == "2026-07-15"


def test_the_class_of_the_header_is_copied_to_lines_without_one(talk: Conversation) -> None:
    header = f"{ref('CustomerRef', 'Ridgeline Builders')}{ref('ClassRef', 'North')}"
    own = line("Oak Board", ref("ClassRef", "South"))

    reply = talk.done(add("Invoice", header + line("Pine Board") + own))

    assert reply.texts("InvoiceRet/InvoiceLineRet/ClassRef/FullName") == ["North", "South"]


def test_a_missing_number_is_the_next_one_and_an_empty_one_stays_empty(talk: Conversation) -> None:
    talk.done(invoice(line("Oak Board"), number="INV-0099"))
    customer = ref("CustomerRef", "Ridgeline Builders")

    empty = talk.done(add("Invoice", f"{customer}<RefNumber></RefNumber>{line('Oak Board')}"))
    missing = talk.done(add("Invoice", customer + line("Oak Board")))

    assert empty.text("InvoiceRet/RefNumber") is None
    assert missing.text("InvoiceRet/RefNumber") == "INV-0100"


def test_the_same_number_may_be_given_twice(talk: Conversation, company: CompanyFile) -> None:
    talk.done(invoice(line("Oak Board"), number="7"))
    talk.done(invoice(line("Oak Board"), number="7"))

    assert len(company.find("Invoice", "7")) == 2


def test_a_missing_date_is_that_of_the_last_one_saved_and_today_at_first(talk: Conversation) -> None:
    customer = ref("CustomerRef", "Ridgeline Builders")
    undated = add("Invoice", customer + line("Oak Board"))

    first = talk.done(undated)
    talk.done(add("Invoice", f"{customer}<TxnDate>2026-03-01</TxnDate>{line('Oak Board')}"))
    third = talk.done(undated)

    assert first.text("InvoiceRet/TxnDate") == "2026-07-04"
    assert third.text("InvoiceRet/TxnDate") == "2026-03-01"


@pytest.mark.parametrize(
    ("request_text", "named"),
    [
        pytest.param(invoice(line("Oak Board"), customer="Nobody"), "Nobody", id="customer"),
        pytest.param(invoice(line("Walnut Board")), "Walnut Board", id="item"),
        pytest.param(invoice(line("Oak Board"), customer="Alder Timber Mills"), "Alder", id="a vendor as customer"),
        pytest.param(invoice(line("Oak Board", ref("SalesTaxCodeRef", "Vat"))), "Vat", id="tax code"),
    ],
)
def test_a_document_that_points_to_nothing_is_refused(talk: Conversation, request_text: str, named: str) -> None:
    reply = talk.one(request_text)

    assert reply.code == 3140
    assert named in reply.message
    assert "Invoice" in reply.message


def test_what_cannot_stand_on_a_line_is_refused(talk: Conversation) -> None:
    assert talk.one(invoice(line("Starter Set"))).code == 3280
    assert talk.one(invoice(line("County Sales Tax"))).code == 3280


def test_an_invoice_without_lines_is_empty(talk: Conversation, company: CompanyFile) -> None:
    assert talk.one(invoice()).code == 3180
    assert company.records("Invoice") == []


def test_a_sale_moves_stock_cost_and_balances(talk: Conversation, company: CompanyFile) -> None:
    talk.done(invoice(line("Oak Board", "<Quantity>20</Quantity><Rate>18.50</Rate>")))

    oak, customer = company.find("Item", "Oak Board")[0], company.find("Customer", "Ridgeline Builders")[0]
    accounts = {one["FullName"]: one["Balance"] for one in company.records("Account")}
    # A hundred and twenty boards at 11.00 were in stock.
    assert (oak["QuantityOnHand"], oak["AverageCost"]) == ("100", "11.00")
    assert customer["Balance"] == "370.00"
    assert accounts["Accounts Receivable"] == "370.00"
    assert accounts["Product Sales"] == "370.00"
    assert accounts["Cost of Goods Sold"] == "220.00"


def test_the_balance_of_a_customer_includes_the_jobs(talk: Conversation, company: CompanyFile) -> None:
    talk.done(invoice(line("Installation", "<Amount>60.00</Amount>"), customer="Hollis &amp; Daughters:Shop Refit"))

    parent = company.find("Customer", "Hollis & Daughters")[0]
    assert (parent["Balance"], parent["TotalBalance"]) == ("0.00", "60.00")


def test_a_sales_receipt_goes_to_undeposited_funds(talk: Conversation, company: CompanyFile) -> None:
    receipt = add(
        "SalesReceipt",
        f"<SalesReceiptLineAdd>{ref('ItemRef', 'Installation')}<Amount>65.00</Amount></SalesReceiptLineAdd>",
    )
    reply = talk.done(receipt)

    assert reply.text("SalesReceiptRet/DepositToAccountRef/FullName") == "Undeposited Funds"
    assert reply.text("SalesReceiptRet/TotalAmount") == "65.00"
    assert company.find("Account", "Undeposited Funds")[0]["Balance"] == "65.00"


def test_a_pending_invoice_moves_nothing(talk: Conversation, company: CompanyFile) -> None:
    talk.done(invoice(line("Oak Board", "<Quantity>5</Quantity>"), more="<IsPending>true</IsPending>"))

    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "120"
    assert company.find("Account", "Accounts Receivable")[0]["Balance"] == "0.00"


def test_to_be_emailed_needs_a_customer_with_an_address(talk: Conversation) -> None:
    emailed = "<IsToBeEmailed>true</IsToBeEmailed>"

    assert talk.one(invoice(line("Oak Board"), more=emailed)).code == 3180
    assert talk.one(invoice(line("Oak Board"), more=emailed, customer="Hollis &amp; Daughters")).code == 0


@pytest.mark.parametrize(("edition", "code"), [("Pro", 3250), ("Premier", 0), ("Enterprise", 0)])
def test_sales_orders_need_premier_or_enterprise(
    talk: Conversation, company: CompanyFile, edition: str, code: int
) -> None:
    company.set("edition", edition)
    order = add("SalesOrder", f"{ref('CustomerRef', 'Ridgeline Builders')}{line('Oak Board', kind='SalesOrder')}")

    assert talk.one(order).code == code


def test_a_currency_on_a_document_needs_multiple_currencies(talk: Conversation, company: CompanyFile) -> None:
    rated = invoice(line("Oak Board", "<Amount>10.00</Amount>"), more="<ExchangeRate>1.5</ExchangeRate>")

    assert talk.one(rated).code == 3250
    company.set("multi_currency", True)
    reply = talk.done(rated)
    assert reply.text("InvoiceRet/BalanceRemaining") == "10.00"
    assert reply.text("InvoiceRet/BalanceRemainingInHomeCurrency") == "15.00"


def test_nothing_is_added_or_changed_on_or_before_the_closing_date(
    talk: Conversation, company: CompanyFile, clock: Clock
) -> None:
    added = talk.done(invoice(line("Oak Board")))
    company.set("closing_date", "2026-07-04")

    assert talk.one(invoice(line("Oak Board"), number="2")).code == 3171
    assert talk.one(mod("Invoice", added.identity, "<Memo>late</Memo>")).code == 3171
    assert talk.one(mod("Invoice", added.identity, "<TxnDate>2026-07-05</TxnDate>")).code == 3171


def test_a_document_cannot_be_moved_into_the_closed_period(talk: Conversation, company: CompanyFile) -> None:
    added = talk.done(invoice(line("Oak Board")))
    company.set("closing_date", "2026-06-30")

    assert talk.one(mod("Invoice", added.identity, "<TxnDate>2026-06-30</TxnDate>")).code == 3171
    assert talk.one(mod("Invoice", added.identity, "<TxnDate>2026-07-01</TxnDate>")).code == 0


def test_a_document_shows_its_lines_only_when_asked(talk: Conversation) -> None:
    talk.done(invoice(line("Oak Board")))

    plain = talk.done(query("Invoice", "<RefNumber>1001</RefNumber>"))
    with_lines = talk.done(query("Invoice", "<RefNumber>1001</RefNumber><IncludeLineItems>true</IncludeLineItems>"))

    assert plain.texts("InvoiceRet/InvoiceLineRet/TxnLineID") == []
    assert len(with_lines.texts("InvoiceRet/InvoiceLineRet/TxnLineID")) == 1


def test_an_amount_beyond_what_quickbooks_holds_is_refused(talk: Conversation) -> None:
    huge = line("Oak Board", "<Quantity>9999999999</Quantity><Rate>9999999999</Rate>")

    assert talk.one(invoice(huge)).code == 3101


def test_a_required_reference_that_is_empty_is_missing(talk: Conversation) -> None:
    reply = talk.one(add("Invoice", f"<CustomerRef></CustomerRef>{line('Oak Board')}"))

    assert reply.code == 3150
    assert "CustomerRef" in reply.message


def test_a_line_with_an_amount_needs_an_item(talk: Conversation) -> None:
    assert talk.one(invoice("<InvoiceLineAdd><Amount>5.00</Amount></InvoiceLineAdd>")).code == 3150
    assert talk.one(invoice("<InvoiceLineAdd><Desc>a remark</Desc></InvoiceLineAdd>", line("Oak Board"))).code == 0


@pytest.mark.parametrize(
    ("account", "entity", "code"),
    [
        ("Accounts Receivable", "Ridgeline Builders", 0),
        ("Accounts Receivable", "Northway Freight", 3150),
        ("Accounts Receivable", "", 3150),
        ("Accounts Payable", "Northway Freight", 0),
        ("Accounts Payable", "", 3150),
        ("Rent", "", 0),
    ],
)
def test_a_journal_line_on_what_is_owed_says_by_whom(talk: Conversation, account: str, entity: str, code: int) -> None:
    named = ref("EntityRef", entity) if entity else ""
    debit = f"<JournalDebitLine>{ref('AccountRef', account)}<Amount>50.00</Amount>{named}</JournalDebitLine>"
    credit = f"<JournalCreditLine>{ref('AccountRef', 'Checking')}<Amount>50.00</Amount></JournalCreditLine>"

    assert talk.one(add("JournalEntry", debit + credit)).code == code


def test_billable_time_needs_customer_and_service_item(talk: Conversation) -> None:
    worker = ref("EntityRef", "Mara Holt")
    customer, item = ref("CustomerRef", "Ridgeline Builders"), ref("ItemServiceRef", "Consulting")
    tail = "<Duration>PT2H30M0S</Duration><BillableStatus>Billable</BillableStatus>"

    assert talk.one(add("TimeTracking", worker + customer + tail)).code == 3150
    assert talk.one(add("TimeTracking", worker + customer + item + tail)).code == 0


def test_the_miles_of_a_trip_follow_from_the_odometer(talk: Conversation) -> None:
    talk.done(add("Vehicle", "<Name>Van</Name>"))
    readings = "<OdometerStart>100</OdometerStart><OdometerEnd>142.5</OdometerEnd>"

    trip = talk.done(add("VehicleMileage", ref("VehicleRef", "Van") + readings))

    assert trip.text("VehicleMileageRet/TotalMiles") == "42.5"
