"""Queries: ids, names, filters, mixed kinds, counts, and what is shown of a record."""

from __future__ import annotations

import pytest

from tests.qwc.company.conversation import Clock, Conversation, add, invoice, line, query, ref


def numbers(talk: Conversation, content: str) -> list[str]:
    return talk.one(query("Invoice", content)).texts("InvoiceRet/RefNumber")


@pytest.fixture
def invoices(talk: Conversation, clock: Clock) -> None:
    """Make four invoices, an hour apart, dated on four days, for two customers and a job."""
    wanted = (
        ("9", "Ridgeline Builders", "2026-01-31"),
        ("10", "Café Lumière", "2026-02-28"),
        ("A-10", "Café Lumière:Terrace", "2026-06-30"),
        ("11", "Ridgeline Builders", "2026-07-04"),
    )
    for number, customer, date in wanted:
        head = f"{ref('CustomerRef', customer)}<TxnDate>{date}</TxnDate><RefNumber>{number}</RefNumber>"
        talk.done(add("Invoice", head + line("Catalog Goods", "<Amount>10.00</Amount>")))
        clock.advance(hours=1)


def test_no_hit_with_filters_is_information(talk: Conversation) -> None:
    reply = talk.one(query("Invoice", "<PaidStatus>PaidOnly</PaidStatus>"))

    assert (reply.code, reply.severity) == (1, "Info")
    assert len(reply.element) == 0


def test_a_missing_name_is_a_warning_with_those_found(talk: Conversation) -> None:
    names = "<FullName>Ridgeline Builders</FullName><FullName>Nobody</FullName><FullName>No One</FullName>"

    reply = talk.one(query("Customer", names))

    assert (reply.code, reply.severity) == (500, "Warn")
    assert "Nobody" in reply.message
    assert reply.texts("CustomerRet/Name") == ["Ridgeline Builders"]


@pytest.mark.usefixtures("invoices")
def test_a_missing_number_or_id_is_a_warning(talk: Conversation) -> None:
    by_number = talk.one(query("Invoice", "<RefNumber>9</RefNumber><RefNumber>404</RefNumber>"))
    by_id = talk.one(query("Invoice", "<TxnID>FFFF-1700000000</TxnID>"))

    assert (by_number.code, by_number.texts("InvoiceRet/RefNumber")) == (500, ["9"])
    assert by_id.code == 500


def test_an_impossible_id_is_an_error(talk: Conversation) -> None:
    assert talk.one(query("Customer", "<ListID>what</ListID>")).code == 3000


@pytest.mark.parametrize(
    ("status", "names"),
    [
        ("", ["Ashby"]),
        ("<ActiveStatus>ActiveOnly</ActiveStatus>", ["Ashby"]),
        ("<ActiveStatus>InactiveOnly</ActiveStatus>", ["Ash Grove"]),
        ("<ActiveStatus>All</ActiveStatus>", ["Ash Grove", "Ashby"]),
    ],
)
def test_only_active_entries_come_unless_asked_otherwise(talk: Conversation, status: str, names: list[str]) -> None:
    talk.ask(add("Customer", "<Name>Ashby</Name>"), add("Customer", "<Name>Ash Grove</Name><IsActive>false</IsActive>"))
    named = "<NameFilter><MatchCriterion>StartsWith</MatchCriterion><Name>ash</Name></NameFilter>"

    assert talk.one(query("Customer", status + named)).texts("CustomerRet/Name") == names


def test_an_inactive_entry_is_found_by_its_name(talk: Conversation) -> None:
    talk.done(add("Customer", "<Name>Ash Grove</Name><IsActive>false</IsActive>"))

    assert talk.one(query("Customer", "<FullName>ash GROVE</FullName>")).code == 0


@pytest.mark.parametrize(
    ("criterion", "text", "names"),
    [
        ("StartsWith", "oak", ["Oak Board"]),
        ("Contains", "BOARD", ["Oak Board", "Pine Board"]),
        ("EndsWith", "hinge", ["Brass Hinge"]),
        ("Contains", "%", []),
    ],
)
def test_names_are_filtered_without_case(talk: Conversation, criterion: str, text: str, names: list[str]) -> None:
    content = f"<NameFilter><MatchCriterion>{criterion}</MatchCriterion><Name>{text}</Name></NameFilter>"

    assert talk.one(query("ItemInventory", content)).texts("ItemInventoryRet/Name") == names


def test_a_range_of_names_counts_both_ends(talk: Conversation) -> None:
    ends = "<NameRangeFilter><FromName>Brass</FromName><ToName>Oak</ToName></NameRangeFilter>"

    assert talk.one(query("ItemInventory", ends)).texts("ItemInventoryRet/Name") == ["Brass Hinge", "Oak Board"]


def test_balances_can_be_compared(talk: Conversation) -> None:
    talk.done(invoice(line("Oak Board", "<Amount>12.34</Amount>")))
    more = "<TotalBalanceFilter><Operator>{}</Operator><Amount>{}</Amount></TotalBalanceFilter>"

    equal = talk.one(query("Customer", more.format("Equal", "12.34")))
    greater = talk.one(query("Customer", more.format("GreaterThan", "12.34")))

    assert equal.texts("CustomerRet/Name") == ["Ridgeline Builders"]
    assert greater.code == 1


def test_the_balance_compared_includes_the_jobs(talk: Conversation) -> None:
    talk.done(invoice(line("Installation", "<Amount>30.00</Amount>"), customer="Café Lumière:Terrace"))
    owing = "<TotalBalanceFilter><Operator>GreaterThanEqual</Operator><Amount>30.00</Amount></TotalBalanceFilter>"

    reply = talk.done(query("Customer", owing))

    assert reply.texts("CustomerRet/FullName") == ["Café Lumière", "Café Lumière:Terrace"]


@pytest.mark.parametrize("number", ["²", "½"])
def test_a_range_of_numbers_is_text_where_an_end_only_looks_like_a_digit(talk: Conversation, number: str) -> None:
    assert talk.one(query("Invoice", between("RefNumberRangeFilter", "RefNumber", number, number))).code == 1


def test_accounts_are_filtered_by_type(talk: Conversation) -> None:
    reply = talk.done(query("Account", "<AccountType>Bank</AccountType><AccountType>CreditCard</AccountType>"))

    assert reply.texts("AccountRet/Name") == ["Checking", "Corporate Card", "Savings"]


@pytest.mark.usefixtures("invoices")
@pytest.mark.parametrize(
    ("content", "found"),
    [
        pytest.param("<RefNumber>a-10</RefNumber>", ["A-10"], id="number without case"),
        pytest.param("<RefNumberCaseSensitive>a-10</RefNumberCaseSensitive>", [], id="number with case"),
        pytest.param("<MaxReturned>2</MaxReturned>", ["9", "10"], id="most"),
        pytest.param(
            "<TxnDateRangeFilter><FromTxnDate>2026-02-28</FromTxnDate><ToTxnDate>2026-06-30</ToTxnDate></TxnDateRangeFilter>",
            ["10", "A-10"],
            id="dates, both ends",
        ),
        pytest.param("<TxnDateRangeFilter><DateMacro>Today</DateMacro></TxnDateRangeFilter>", ["11"], id="today"),
        pytest.param("<TxnDateRangeFilter><DateMacro>LastMonth</DateMacro></TxnDateRangeFilter>", ["A-10"], id="month"),
        pytest.param(
            "<TxnDateRangeFilter><DateMacro>ThisCalendarYear</DateMacro></TxnDateRangeFilter>",
            ["9", "10", "A-10", "11"],
            id="year",
        ),
        pytest.param("<EntityFilter><FullName>Café Lumière</FullName></EntityFilter>", ["10"], id="customer alone"),
        pytest.param(
            "<EntityFilter><FullNameWithChildren>café lumière</FullNameWithChildren></EntityFilter>",
            ["10", "A-10"],
            id="customer with jobs",
        ),
        pytest.param(
            "<AccountFilter><FullName>Product Sales</FullName></AccountFilter>", ["9", "10", "A-10", "11"], id="account"
        ),
        pytest.param(
            "<RefNumberRangeFilter><FromRefNumber>9</FromRefNumber><ToRefNumber>11</ToRefNumber></RefNumberRangeFilter>",
            ["9", "10", "11"],
            id="numbers as numbers",
        ),
        pytest.param(
            "<RefNumberRangeFilter><FromRefNumber>A-1</FromRefNumber><ToRefNumber>B</ToRefNumber></RefNumberRangeFilter>",
            ["A-10"],
            id="numbers as text",
        ),
        pytest.param(
            "<RefNumberFilter><MatchCriterion>EndsWith</MatchCriterion><RefNumber>10</RefNumber></RefNumberFilter>",
            ["10", "A-10"],
            id="end of a number",
        ),
        pytest.param(
            "<ModifiedDateRangeFilter><FromModifiedDate>2026-07-04T11:00:00</FromModifiedDate>"
            "<ToModifiedDate>2026-07-04T12:00:00</ToModifiedDate></ModifiedDateRangeFilter>",
            ["10", "A-10"],
            id="time of the PC, both ends",
        ),
        pytest.param(
            "<ModifiedDateRangeFilter><FromModifiedDate>2026-07-04T10:00:00-08:00</FromModifiedDate></ModifiedDateRangeFilter>",
            ["11"],
            id="time with an offset",
        ),
        pytest.param(
            "<ModifiedDateRangeFilter><ToModifiedDate>2026-07-04</ToModifiedDate></ModifiedDateRangeFilter>",
            ["9", "10", "A-10", "11"],
            id="a day counts to its last second",
        ),
        pytest.param("<PaidStatus>NotPaidOnly</PaidStatus>", ["9", "10", "A-10", "11"], id="not paid"),
        pytest.param(
            "<EntityFilter><FullName>Ridgeline Builders</FullName></EntityFilter>"
            "<RefNumberRangeFilter><FromRefNumber>11</FromRefNumber><ToRefNumber>11</ToRefNumber></RefNumberRangeFilter>",
            ["11"],
            id="number and customer together",
        ),
    ],
)
def test_transactions_are_found_by_their_filters(talk: Conversation, content: str, found: list[str]) -> None:
    assert numbers(talk, content) == found


def between(name: str, field: str, first: str, last: str) -> str:
    return f"<{name}><From{field}>{first}</From{field}><To{field}>{last}</To{field}></{name}>"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (between("TxnDateRangeFilter", "TxnDate", "2026-02-01", "2026-01-01"), 3030),
        (between("ModifiedDateRangeFilter", "ModifiedDate", "2026-02-01", "2026-01-01"), 3030),
        (between("RefNumberRangeFilter", "RefNumber", "9", "1"), 3031),
        ("<EntityFilter><FullName>Nobody</FullName></EntityFilter>", 500),
    ],
)
def test_a_filter_that_makes_no_sense_is_said(talk: Conversation, content: str, code: int) -> None:
    assert talk.one(query("Invoice", content)).code == code


def test_one_query_returns_entities_of_all_kinds(talk: Conversation) -> None:
    reply = talk.done(query("Entity"))

    assert {str(one.tag) for one in reply.element} == {"CustomerRet", "VendorRet", "EmployeeRet", "OtherNameRet"}


def test_one_query_returns_items_and_another_terms_of_all_kinds(talk: Conversation) -> None:
    items = talk.done(query("Item", "<FullName>Oak Board</FullName><FullName>Installation</FullName>"))
    terms = talk.done(query("Terms"))

    assert [str(one.tag) for one in items.element] == ["ItemInventoryRet", "ItemServiceRet"]
    assert {str(one.tag) for one in terms.element} == {"StandardTermsRet", "DateDrivenTermsRet"}


def test_a_query_of_one_kind_does_not_find_another(talk: Conversation) -> None:
    assert talk.one(query("ItemService", "<FullName>Oak Board</FullName>")).code == 500


@pytest.mark.usefixtures("invoices")
def test_a_transaction_query_returns_headers_of_all_kinds(talk: Conversation) -> None:
    customer = ref("CustomerRef", "Ridgeline Builders")
    talk.done(add("ReceivePayment", f"{customer}<TotalAmount>5.00</TotalAmount><IsAutoApply>false</IsAutoApply>"))
    entity = "<TransactionEntityFilter><FullName>Ridgeline Builders</FullName></TransactionEntityFilter>"
    types = "<TransactionTypeFilter><TxnTypeFilter>ReceivePayment</TxnTypeFilter></TransactionTypeFilter>"

    all_kinds = talk.done(query("Transaction", entity))
    payments = talk.done(query("Transaction", entity + types))

    assert all_kinds.texts("TransactionRet/TxnType") == ["Invoice", "Invoice", "ReceivePayment"]
    assert payments.texts("TransactionRet/Amount") == ["5.00"]


@pytest.mark.usefixtures("invoices")
def test_counts_come_alone_or_with_the_records(talk: Conversation) -> None:
    alone = talk.one(query("Invoice", attributes=' metaData="MetaDataOnly"'))
    both = talk.one(query("Invoice", attributes=' metaData="MetaDataAndResponseData"'))
    neither = talk.one(query("Invoice"))

    assert (alone.attribute("retCount"), len(alone.element)) == ("4", 0)
    assert (both.attribute("retCount"), len(both.element)) == ("4", 4)
    assert neither.attribute("retCount") is None


def test_named_elements_come_alone_and_a_wrong_name_is_no_error(talk: Conversation) -> None:
    named = talk.done(
        query("Customer", "<FullName>Ridgeline Builders</FullName><IncludeRetElement>Name</IncludeRetElement>")
    )
    wrong = talk.done(
        query("Customer", "<FullName>Ridgeline Builders</FullName><IncludeRetElement>Nome</IncludeRetElement>")
    )

    assert [str(one.tag) for one in named.element[0]] == ["Name"]
    assert [str(one.tag) for one in wrong.element[0]] == []


def test_an_answer_holds_nothing_newer_than_the_declared_version(talk: Conversation) -> None:
    talk.done(add("Customer", "<Name>Kern</Name><JobTitle>Owner</JobTitle>"))

    old = talk.done(query("Customer", "<FullName>Kern</FullName>"), version="8.0")

    assert old.text("CustomerRet/JobTitle") is None
    assert old.text("CustomerRet/Name") == "Kern"


def test_templates_and_tax_codes_are_there_from_the_start(talk: Conversation) -> None:
    assert "Standard Invoice" in talk.done(query("Template")).texts("TemplateRet/Name")
    assert talk.done(query("SalesTaxCode")).texts("SalesTaxCodeRet/Name") == ["Non", "Tax"]
