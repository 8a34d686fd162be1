"""A day's work in the shop, in pieces: what the order system sends, what goes wrong, and looks into a running visit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from qwc.connector import Reply, WsgiTransport
from qwc.mishaps import Kind, Mishap, When
from tests.shop import Shop

EARMOLD = "Earmold, silicone, custom"
"""An item that the company file does not have."""

INSTALLATION = "Installation"
"""One that it has."""


def customer(shop: Shop, key: str, name: str, **more: Any) -> int:
    return shop.save(f"Customer:{key}", {"Name": name, **more})


def invoice(shop: Shop, number: str, customer_key: str, *, item: str = INSTALLATION, **more: Any) -> int:
    """An invoice of $95.00; with an item that QuickBooks does not have, it is refused."""
    line = {"ItemRef": {"FullName": item}, "Desc": "Fitting", "Quantity": 2, "Rate": "47.50"}
    content = {
        "CustomerRef": {"record": f"Customer:{customer_key}"},
        "TxnDate": "2026-03-02",
        "RefNumber": number,
        "InvoiceLineAdd": [line],
    }
    return shop.save(f"Invoice:{number}", {**content, **more})


def payment(shop: Shop, number: str, customer_key: str, pays: str, amount: str = "50.00") -> int:
    content = {
        "CustomerRef": {"record": f"Customer:{customer_key}"},
        "TxnDate": "2026-03-02",
        "TotalAmount": amount,
        "AppliedToTxnAdd": [{"TxnID": {"record": f"Invoice:{pays}"}, "PaymentAmount": amount}],
    }
    return shop.save(f"ReceivePayment:{number}", content)


def refused_invoice(shop: Shop, number: str = "20431") -> int:
    """An invoice that QuickBooks refused because it has no such item, with its customer in QuickBooks."""
    customer(shop, "C-1", "Eastgate Senior Living")
    message = invoice(shop, number, "C-1", item=EARMOLD)
    shop.update()
    return message


def refused_invoices(shop: Shop, count: int, first: int = 20431) -> list[int]:
    """Some invoices that QuickBooks refused for one cause."""
    customer(shop, "C-1", "Eastgate Senior Living")
    messages = [invoice(shop, str(first + place), "C-1", item=EARMOLD) for place in range(count)]
    shop.update()
    return messages


def in_doubt(shop: Shop) -> int:
    """A customer that QuickBooks may or may not have: it was lost again and again."""
    message = customer(shop, "C-7", "Bergquist, Lars")
    for place in (1, 3, 3):
        shop.update(Mishap("ProcessRequest", place, Kind.KILLED, When.BEFORE))
    shop.update()
    assert shop.message(message).status == "in_doubt"
    return message


def in_doubt_beside_one_like_it(shop: Shop, key: str = "C-2") -> int:
    """A customer that was lost, while QuickBooks has one of that name which somebody typed in."""
    quickbooks = shop.file.connect()
    quickbooks.open_connection("QuickBooks itself")
    quickbooks.begin_session("")
    quickbooks.process_request(
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerAddRq>'
        "<CustomerAdd><Name>Poole, Ada</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
    )
    quickbooks.close_connection()
    message = customer(shop, key, "Poole, Ada")
    shop.update(Mishap("ProcessRequest", 1, Kind.KILLED, When.AFTER))
    shop.file.lose_memory()
    shop.update()
    assert shop.message(message).status == "in_doubt"
    return message


def name_taken(shop: Shop, name: str = "Calloway, Ruth") -> int:
    """A new customer whose name another one has in QuickBooks already."""
    customer(shop, "C-1", name)
    shop.update()
    message = customer(shop, "C-1042", name)
    shop.update()
    assert shop.message(message).status == "failed"
    return message


class Peeking(WsgiTransport):
    """Looks while a visit goes on: before a call of that operation reaches the service for the n-th time."""

    def __init__(self, shop: Shop, operation: str, nth: int, look: Callable[[], object]) -> None:
        super().__init__(shop.application)
        self._operation = operation.encode()
        self._left = nth
        self._look = look

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if self._operation in body:
            self._left -= 1
            if self._left == 0:
                self._look()
        return super().post(url, headers, body)
