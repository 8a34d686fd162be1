"""What is special about single kinds of list entry: accounts, items, openings, names, contacts."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Conversation, add, mod, query, ref


def test_a_second_sales_rep_with_the_same_initials_is_refused_as_a_duplicate(talk: Conversation) -> None:
    reply = talk.one(add("SalesRep", f"<Initial>MH</Initial>{ref('SalesRepEntityRef', 'Northway Freight')}"))

    assert reply.code == 3180
    assert "already exists" in reply.message


def test_an_item_without_an_account_has_nowhere_to_post(talk: Conversation) -> None:
    bare = "<SalesOrPurchase><Price>5.00</Price></SalesOrPurchase>"

    assert talk.one(add("ItemService", f"<Name>Rush</Name>{bare}")).code == 3270


def test_an_opening_balance_becomes_an_open_invoice(talk: Conversation, company: CompanyFile) -> None:
    opened = "<OpenBalance>250.00</OpenBalance><OpenBalanceDate>2026-01-01</OpenBalanceDate>"
    reply = talk.done(add("Customer", f"<Name>Kern</Name>{opened}"))

    (made,) = company.records("Invoice")
    assert reply.text("CustomerRet/Balance") == "250.00"
    assert (made["Total"], made["BalanceRemaining"], made["TxnDate"]) == ("250.00", "250.00", "2026-01-01")


def test_opening_stock_can_be_given_once_and_needs_a_quantity_for_its_value(talk: Conversation) -> None:
    accounts = ref("IncomeAccountRef", "Product Sales")
    stocked = add(
        "ItemInventory", f"<Name>Elm</Name>{accounts}<QuantityOnHand>4</QuantityOnHand><TotalValue>50.00</TotalValue>"
    )
    worthless = add("ItemInventory", f"<Name>Ash</Name>{accounts}<TotalValue>50.00</TotalValue>")

    item = talk.done(stocked)

    assert item.text("ItemInventoryRet/QuantityOnHand") == "4"
    assert item.text("ItemInventoryRet/AverageCost") == "12.50"
    assert talk.one(worthless).code == 3150


def test_a_part_of_a_group_names_its_item(talk: Conversation) -> None:
    part = "<ItemGroupLine><Quantity>2</Quantity></ItemGroupLine>"

    assert talk.one(add("ItemGroup", f"<Name>Set</Name>{part}")).code == 3150


@pytest.mark.parametrize(("percent", "code"), [("100", 0), ("100.5", 3210), ("-1", 3210)])
def test_a_discount_of_terms_lies_between_nothing_and_all(talk: Conversation, percent: str, code: int) -> None:
    terms = f"<Name>Early</Name><DiscountPct>{percent}</DiscountPct>"

    assert talk.one(add("StandardTerms", terms)).code == code


@pytest.mark.parametrize(
    ("name", "wanted", "code"),
    [
        pytest.param("Undeposited Funds", "Bank", 3170, id="one that QuickBooks itself needs"),
        pytest.param("Rent", "Income", 3170, id="to the other side"),
        pytest.param("Rent", "AccountsPayable", 3170, id="to what is owed"),
        pytest.param("Rent", "OtherExpense", 0, id="to one of its own sort"),
    ],
)
def test_an_account_changes_its_type_only_within_its_sort(
    talk: Conversation, name: str, wanted: str, code: int
) -> None:
    account = talk.done(query("Account", f"<FullName>{name}</FullName>"))

    assert talk.one(mod("Account", account.identity, f"<AccountType>{wanted}</AccountType>")).code == code


def test_a_non_posting_account_cannot_be_created(talk: Conversation) -> None:
    assert talk.one(add("Account", "<Name>X</Name><AccountType>NonPosting</AccountType>")).code == 3210


def test_a_card_number_must_be_masked(talk: Conversation) -> None:
    def card(number: str) -> str:
        return add(
            "Customer",
            f"<Name>Kern</Name><CreditCardInfo><CreditCardNumber>{number}</CreditCardNumber></CreditCardInfo>",
        )

    clear = talk.one(card("4111111111111111"))

    assert clear.code == 3210
    assert "4111" not in clear.message
    assert talk.one(card("xxxxxxxxxxxx1111")).code == 0


def test_an_employee_is_named_by_first_middle_and_last_name(talk: Conversation) -> None:
    reply = talk.done(add("Employee", "<FirstName>Ada</FirstName><MiddleName>B</MiddleName><LastName>Cole</LastName>"))

    assert reply.text("EmployeeRet/Name") == "Ada B Cole"


def test_a_currency_needs_multiple_currencies_to_be_on(talk: Conversation, company: CompanyFile) -> None:
    euro = add("Currency", "<Name>Euro</Name><CurrencyCode>EUR</CurrencyCode>")

    assert talk.one(euro).code == 3250
    company.set("multi_currency", True)
    assert talk.one(euro).code == 0


def test_contacts_keep_their_ids_and_those_not_sent_stay(talk: Conversation) -> None:
    two = "<Contacts><FirstName>Ann</FirstName></Contacts><Contacts><FirstName>Bob</FirstName></Contacts>"
    added = talk.done(add("Customer", f"<Name>Kern</Name>{two}"))
    ann = added.element[0].find("ContactsRet")
    assert ann is not None

    known = f"<ListID>{ann.findtext('ListID')}</ListID><EditSequence>{ann.findtext('EditSequence')}</EditSequence>"
    changed = talk.done(
        mod("Customer", added.identity, f"<ContactsMod>{known}<FirstName>Anna</FirstName></ContactsMod>")
    )

    assert changed.texts("CustomerRet/ContactsRet/FirstName") == ["Anna", "Bob"]
