"""What an order system changes between two visits is changed in QuickBooks, and nothing else: a part of an export.

All customers, the first invoices and what these sell; then a third of the customers and a tenth of the invoices are
saved again with other content. The company file is the judge: each record once, the newest content, the right lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from service.store import identities, tables
from tests.journeys import chinook
from tests.journeys.chinook import Row, customer_record, invoice_record, item_record
from tests.journeys.same_values import differences
from tests.shop import Shop

INVOICES = 60
"""How many of the 412 invoices are posted: the whole takes ten times as long and tells no more."""

EVERY_THIRD, EVERY_TENTH = 3, 10
KEPT_AS = str.maketrans("šŠłŁřž", "sSlLrz")
"""Letters that QuickBooks does not have, where the company allows substitutes."""

Records = dict[str, dict[str, Any]]


class Export:
    """The order system's records as they should be, and the changes that are made to them."""

    def __init__(self, invoices: int) -> None:
        rows = chinook.export()
        sold = rows["invoices"][:invoices]
        self._items = {row["TrackId"]: row for row in rows["items"]}
        needed = {line["TrackId"] for row in sold for line in row["Lines"]}
        self.customers: Records = {customer_record(row): chinook.fitted_customer(row) for row in rows["customers"]}
        self.items: Records = {self._record(one): chinook.fitted_item(self._items[one]) for one in sorted(needed)}
        self.invoices: Records = {invoice_record(row): chinook.invoice(row) for row in sold}
        # The longest first of each ten: a change of lines takes three of them.
        self._changing = [max(ten, key=lambda row: len(row["Lines"])) for ten in _by(EVERY_TENTH, sold)]

    def records(self) -> Records:
        return self.customers | self.items | self.invoices

    def changes(self) -> Records:
        """Change a third of the customers and a tenth of the invoices; returns what the order system saves of it."""
        changed: Records = {}
        for place, record in enumerate(list(self.customers)[::EVERY_THIRD]):
            saved = _CUSTOMER_CHANGES[place % len(_CUSTOMER_CHANGES)](self.customers[record])
            self.customers[record] = {**self.customers[record], **saved}
            changed[record] = {"Name": self.customers[record]["Name"], **saved}
        for place, row in enumerate(self._changing):
            record, added = invoice_record(row), f"ItemNonInventory:voucher-{place}"
            changed[record] = self.invoices[record] = _other_lines(self.invoices[record], added, place)
            # What is new comes after the invoice that sells it, which waits.
            changed[added] = self.items[added] = {
                **chinook.item(next(iter(self._items.values()))),
                "Name": f"V-{place}",
            }
        return changed

    def _record(self, track: int) -> str:
        return item_record(self._items[track])


def _by(size: int, rows: list[Row]) -> Iterator[list[Row]]:
    return (rows[place : place + size] for place in range(0, len(rows), size))


def _other_name(customer: Mapping[str, Any]) -> dict[str, Any]:
    return {"Name": f"{customer['Name']}-Hale", "LastName": f"{customer['LastName']}-Hale"}


def _other_address(customer: Mapping[str, Any]) -> dict[str, Any]:
    """They moved to a place without a state, and do not say where their fax is."""
    there = {"Addr1": "4 Quay Street", "City": "Galway", "State": "", "PostalCode": "H91 X2P3", "Country": "Ireland"}
    return {"BillAddress": there, "Fax": ""}


def _other_phone(customer: Mapping[str, Any]) -> dict[str, Any]:
    return {"Phone": "+353 91 555 010", "Email": "front.desk@example.com"}


_CUSTOMER_CHANGES = (_other_name, _other_address, _other_phone)


def _other_lines(invoice: Mapping[str, Any], added: str, place: int) -> dict[str, Any]:
    """One quantity is another one, one line is dropped, and one is added: at the end, the beginning or between."""
    first, _, *others = invoice["InvoiceLineAdd"]
    lines = [{**first, "Quantity": first["Quantity"] + 4}, *others]
    new = {
        "line": f"{invoice['RefNumber']}-added",
        "ItemRef": {"record": added},
        "Quantity": 2,
        "Rate": "1.49",
    }
    lines.insert((len(lines), 0, 1)[place % 3], new)
    return {**invoice, "InvoiceLineAdd": lines}


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    town_shop.change_company(substitute_characters=True)
    return town_shop


def test_what_changed_between_two_visits_is_changed_in_quickbooks_and_nothing_is_there_twice(shop: Shop) -> None:
    export = Export(INVOICES)
    for record, content in export.records().items():
        shop.save(record, content)
    assert shop.update().status == f"{len(export.records())} synchronized."
    assert contradictions(shop, export) == []
    before = edit_sequences(shop)

    changed = export.changes()
    for record, content in changed.items():
        shop.save(record, content)
    # 20 of 59 customers, 6 of 60 invoices, and 6 items that are new.
    assert len(changed) == 20 + 2 * (INVOICES // EVERY_TENTH)
    visit = shop.update()

    assert visit.status == f"{len(changed)} synchronized.", visit
    assert contradictions(shop, export) == []
    after = edit_sequences(shop)
    assert {record for record, sequence in after.items() if sequence != before.get(record)} == set(changed)
    assert set(shop.counts()) == {"synchronized"}
    assert shop.update().operations[-1] in ("authenticate", "closeConnection")


def contradictions(shop: Shop, export: Export) -> list[str]:
    """Return where the company file is not what the order system wants or the queue says, a sentence each."""
    found = []
    for kind, records in (
        ("Customer", export.customers),
        ("ItemNonInventory", export.items),
        ("Invoice", export.invoices),
    ):
        entries = {str(entry.get("ListID") or entry.get("TxnID")): entry for entry in new_entries(shop, kind)}
        known = {record: learned.quickbooks_id for record, learned in learned_of(shop, records).items()}
        if sorted(known.values()) != sorted(entries):
            found.append(f"The queue knows {len(known)} {kind} and the company file has {len(entries)}.")
        for record, content in records.items():
            entry = entries.get(known.get(record, ""))
            if entry is None:
                found.append(f"{record} is not in the company file.")
            else:
                found += [f"{record}: {one}" for one in wrong_in(kind, content, entry, export)]
    return found


def wrong_in(kind: str, content: Mapping[str, Any], entry: Mapping[str, Any], export: Export) -> Iterator[str]:
    flat = {name: value for name, value in content.items() if name not in ("CustomerRef", "InvoiceLineAdd")}
    yield from differences(kind, _as_kept(flat), entry)
    if kind != "Invoice":
        return
    buyer = str(export.customers[content["CustomerRef"]["record"]]["Name"]).translate(KEPT_AS)
    if entry["CustomerRef"]["FullName"] != buyer:
        yield f"it is {entry['CustomerRef']['FullName']}'s and not {buyer}'s"
    wanted = [
        (export.items[line["ItemRef"]["record"]]["Name"], Decimal(line["Quantity"]), Decimal(line["Rate"]))
        for line in content["InvoiceLineAdd"]
    ]
    there = [(line["ItemRef"]["FullName"], Decimal(line["Quantity"]), Decimal(line["Rate"])) for line in entry["Lines"]]
    if there != wanted:
        yield f"its lines are {there} and not {wanted}"
    total = sum((quantity * rate for _, quantity, rate in wanted), Decimal(0))
    if Decimal(entry["Total"]) != total:
        yield f"its total is {entry['Total']} and not {total}"


def _as_kept(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _as_kept(one) for name, one in value.items()}
    return value.translate(KEPT_AS) if isinstance(value, str) else value


def new_entries(shop: Shop, kind: str) -> list[Mapping[str, Any]]:
    """Return what was not in the sample company: what carries a GUID of ours."""
    family = "Item" if kind.startswith("Item") else kind
    return [entry for entry in shop.file.records(family) if entry.get("ExternalGUID") and entry["Kind"] == kind]


def learned_of(shop: Shop, records: Records) -> Mapping[str, identities.Identity]:
    with shop.store.reading() as work:
        return identities.of_records(work, shop.company().id, set(records))


def edit_sequences(shop: Shop) -> dict[str, str]:
    """Return the EditSequence that the company file has for each record that the queue knows."""
    sequences = {
        str(entry.get("ListID") or entry.get("TxnID")): str(entry["EditSequence"])
        for kind in ("Customer", "Item", "Invoice")
        for entry in shop.file.records(kind)
    }
    known = select(tables.identities.c.record, tables.identities.c.quickbooks_id).where(
        tables.identities.c.company_id == shop.company().id
    )
    with shop.store.reading() as work:
        return {record: sequences[quickbooks_id] for record, quickbooks_id in work.connection.execute(known)}
