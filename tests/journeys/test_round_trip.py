"""What is built, saved by QuickBooks, queried and read again is what was given, for every kind of record."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from qwc import company
from qwc.company import CompanyFile
from qwc.quickbooks import QuickBooks
from service.qbxml import build, read
from service.qbxml.read import Response
from tests.clock import Clock
from tests.journeys.same_values import differences, not_returned
from tests.journeys.whole_records import BEFORE, KINDS, whole_record
from tests.qbxml.grammar import FACTS

# What QuickBooks takes and does not give back under any name: balances at the start, which become transactions; how a
# thing is to be done, which is not kept; and what only its own windows show.
NOT_RETURNED = {
    "AdjustPercentage",
    "AdjustRelativeTo",
    "BarCode",
    "InventoryDate",
    "IsAutoApply",
    "MarkPendingIfRequired",
    "OpenBalance",
    "OpenBalanceDate",
    "OptionForPriceRuleConflict",
    "OverrideItemAccountRef",
    "QuantityAdjustment",  # An answer tells the difference.
    "RateEntry",
    "TaxLineID",
    "TotalValue",
}
# It stands in the lines that the group unfolds into.
A_SITE_OF_A_GROUP = r"Group(Line)?Add/InventorySite(Location)?Ref$"


class Books:
    """A company file that holds what the whole records need, and the TxnIDs of what it holds."""

    def __init__(self, path: Path) -> None:
        self.path = path
        company.create(path, clock=Clock(), random_seed=1).set("multi_currency", True)
        with opened(path) as quickbooks:
            answers = {kind: ask(quickbooks, f"{kind}AddRq", {f"{kind}Add": content}) for kind, content in BEFORE}
        self.ids = {kind: answer.rets[0].content.get("TxnID", "") for kind, answer in answers.items()}

    def copy(self, folder: Path) -> Path:
        """A copy of the file, to be changed."""
        return Path(shutil.copy(self.path, folder / "copy.company"))


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    return Books(tmp_path_factory.mktemp("books") / "books.company")


@contextmanager
def opened(path: Path) -> Iterator[QuickBooks]:
    """A session with a company file."""
    quickbooks = CompanyFile(path, clock=Clock(), random_seed=1).connect()
    quickbooks.open_connection("Deskpost")
    quickbooks.begin_session("")
    yield quickbooks
    quickbooks.close_connection()


def ask(quickbooks: QuickBooks, name: str, content: Mapping[str, Any]) -> Response:
    """The response to one request, which must succeed."""
    text = build.request(name, content, request_id="1")
    answer = quickbooks.process_request(build.message_set([text], version="16.0").decode("ascii"))
    (response,) = read.read_answer(answer).responses
    assert response.status_code == 0, (response.status_code, response.message)
    return response


def query_for(kind: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """The content of the query for one record, with its lines if it has any."""
    key = next(name for name in ("ListID", "TxnID", "OwnerID") if name in record)
    with_lines = any(one.get("name") == "IncludeLineItems" for one in FACTS["requests"][f"{kind}QueryRq"]["content"])
    return {key: record[key], **({"IncludeLineItems": True} if with_lines else {})}


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_a_record_comes_back_with_its_value(kind: str, books: Books, tmp_path: Path) -> None:
    given = whole_record(kind, books.ids)

    with opened(books.copy(tmp_path)) as quickbooks:
        (added,) = ask(quickbooks, f"{kind}AddRq", {f"{kind}Add": given}).rets
        (found,) = ask(quickbooks, f"{kind}QueryRq", query_for(kind, added.content)).rets

    assert added.tag == found.tag == f"{kind}Ret"
    assert differences(kind, given, added.content) == []
    assert differences(kind, given, found.content) == []
    lost = not_returned(kind, given)
    assert {path.rpartition("/")[2] for path in lost if not re.search(A_SITE_OF_A_GROUP, path)} <= NOT_RETURNED


# What a whole record cannot hold besides its other fields, as an order system would give it.
OTHERWISE: list[tuple[str, dict[str, Any]]] = [
    (
        "Customer",
        {
            "Name": "Shed",
            "ParentRef": {"FullName": "café lumière"},
            "BillAddress": {
                "Addr1": "Shed",
                "City": "Köln",
                "State": "NRW",
                "PostalCode": "50667",
                "Country": "Germany",
            },
            "CreditLimit": 1500,
            "IsActive": False,
        },
    ),
    ("ItemService", {"Name": "Advice", "SalesOrPurchase": {"PricePercent": "7.5", "AccountRef": {"FullName": "Rent"}}}),
    ("ItemDiscount", {"Name": "Rebate", "DiscountRatePercent": 12.5, "AccountRef": {"FullName": "Sales Discounts"}}),
    ("Account", {"Name": "Vans", "AccountType": "Expense", "ParentRef": {"FullName": "Rent"}}),
    (
        "Invoice",
        {
            "CustomerRef": {"FullName": "RIDGELINE BUILDERS"},
            "TxnDate": "2026-07-04",
            "RefNumber": "",
            "TemplateRef": {"FullName": "Standard Invoice"},
            "InvoiceLineAdd": [
                {"ItemRef": {"FullName": "Oak Board"}, "Quantity": 2.5, "Amount": 50},
                {"Desc": "as agreed"},
                {"ItemRef": {"FullName": "Trade Discount"}, "RatePercent": "-10"},
            ],
        },
    ),
    (
        "Check",
        {
            "AccountRef": {"FullName": "Checking"},
            "PayeeEntityRef": {"FullName": "Northway Freight"},
            "TxnDate": "2026-07-04",
            "ExpenseLineAdd": [{"AccountRef": {"FullName": "Freight Costs"}, "Amount": "19.9", "Memo": "half"}],
        },
    ),
    (
        "ReceivePayment",
        {
            "CustomerRef": {"FullName": "Hollis & Daughters"},
            "TxnDate": "2026-07-04",
            "TotalAmount": "40",
            "PaymentMethodRef": {"FullName": "Visa"},
            "DepositToAccountRef": {"FullName": "Savings"},
            "IsAutoApply": False,
        },
    ),
]


@pytest.mark.parametrize(("kind", "given"), OTHERWISE, ids=[kind for kind, _ in OTHERWISE])
def test_what_is_given_in_another_way_comes_back_as_well(
    kind: str, given: dict[str, Any], books: Books, tmp_path: Path
) -> None:
    with opened(books.copy(tmp_path)) as quickbooks:
        (added,) = ask(quickbooks, f"{kind}AddRq", {f"{kind}Add": given}).rets
        (found,) = ask(quickbooks, f"{kind}QueryRq", query_for(kind, added.content)).rets

    assert differences(kind, given, found.content) == []


def test_a_value_that_is_lost_or_altered_on_the_way_is_told() -> None:
    given = {"Name": "Shed", "IsActive": False, "CreditLimit": "1500", "BillAddress": {"Addr1": "Shed"}}

    assert differences("Customer", given, {**given, "CreditLimit": "1500.00"}) == []
    assert differences("Customer", given, {"Name": "shed", "IsActive": True, "BillAddress": {}}) == [
        "CustomerRet/Name: 'Shed' was given, and 'shed' came back.",
        "CustomerRet/IsActive: False was given, and True came back.",
        "CustomerRet/CreditLimit: '1500' was given, and None came back.",
        "CustomerRet/BillAddress/Addr1: 'Shed' was given, and None came back.",
    ]
