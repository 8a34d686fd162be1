"""A first day with a company file that holds customers and items already: linked once, and never doubled."""

from __future__ import annotations

import pytest

from service.exchange import linking
from service.exchange.link_file import LinkFileRefused
from service.exchange.linking import DecideFirst, NothingProposed, NothingRead
from service.exchange.matching import Verdict
from service.store import companies, events, identities
from tests.accountant import Accountant
from tests.journeys.links import apply, apply_file, ask, identity, propose, verdicts
from tests.journeys.orders import LAMP, customer, invoice, lamp
from tests.shop import Shop


@pytest.fixture
def accountant(town_shop: Shop) -> Accountant:
    return Accountant(town_shop)


def test_the_first_invoices_after_linking_double_nothing(town_shop: Shop, accountant: Accountant) -> None:
    shop = town_shop
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name><Phone>207 555 0100</Phone>")
    accountant.adds(
        "ItemNonInventory",
        "<Name>Harbor lamp</Name><SalesOrPurchase><Price>12.00</Price>"
        "<AccountRef><FullName>Product Sales</FullName></AccountRef></SalesOrPurchase>",
    )
    before = shop.file.counts()
    held = accountant.sees("Customer", "Calloway, Ruth")
    ask(shop, "customers", "items")
    numbers = [
        shop.save("Customer:C-1", customer("CALLOWAY, Ruth")),
        shop.save(LAMP, lamp()),
        shop.save("Invoice:10248", invoice("10248", "Customer:C-1")),
    ]

    assert shop.update().succeeded
    assert shop.statuses(numbers) == ["pending"] * 3
    assert shop.file.counts() == before

    assert verdicts(shop) == {"Customer:C-1": Verdict.LINK, LAMP: Verdict.LINK}
    apply(shop)
    known = identity(shop, "Customer:C-1")
    assert known is not None
    assert (known.quickbooks_id, known.quickbooks_number) == (held["ListID"], "Calloway, Ruth")
    assert shop.update().status == "3 synchronized."

    now = shop.file.counts()
    assert {kind: now[kind] - before.get(kind, 0) for kind in now if now[kind] != before.get(kind, 0)} == {"Invoice": 1}
    linked = accountant.sees("Customer", "CALLOWAY, Ruth")
    assert (linked["ListID"], linked["Phone"]) == (held["ListID"], "207 555 0100")
    assert linked["BillAddress"]["City"] == "Portland"
    assert accountant.sees("ItemNonInventory", "Harbor lamp")["SalesOrPurchase"]["Price"] == "14.00"
    assert accountant.sees("Invoice", "10248")["CustomerRef"]["ListID"] == held["ListID"]


def test_each_link_is_an_event_that_says_who_and_why(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>")
    ask(town_shop, "customers")
    number = town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()
    propose(town_shop)
    apply(town_shop)

    with town_shop.store.reading() as work:
        told = [(one.actor, one.note) for one in events.of_message(work, number) if one.action == "link"]
    assert told == [("ruth", "Customer:C-1 linked to Calloway, Ruth in QuickBooks (same name)")]


def test_the_rules_find_a_number_and_an_e_mail_where_the_name_is_another(
    town_shop: Shop, accountant: Accountant
) -> None:
    accountant.adds(
        "Customer",
        "<Name>R. Calloway</Name><AccountNumber>4711</AccountNumber>",
        "<Name>Miller</Name><Email>Miller@example.com</Email>",
    )
    ask(town_shop, "customers")
    town_shop.save("Customer:C-1", customer("Calloway, Ruth") | {"AccountNumber": "4711"})
    town_shop.save("Customer:C-2", customer("Miller, Ann") | {"Email": "miller@EXAMPLE.com"})
    town_shop.update()

    told = [(one.record, one.rule, one.entries[0].full_name) for one in propose(town_shop).matches]

    assert told == [
        ("Customer:C-1", "same number", "R. Calloway"),
        ("Customer:C-2", "same e-mail", "Miller"),
    ]


def test_what_is_ambiguous_or_of_another_kind_is_not_linked(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds(
        "Customer",
        "<Name>Twin One</Name><Email>twins@example.com</Email>",
        "<Name>Twin Two</Name><Email>twins@example.com</Email>",
    )
    accountant.adds("Vendor", "<Name>Harbor Freight</Name>")
    ask(town_shop, "customers")
    town_shop.save("Customer:C-1", customer("Twins") | {"Email": "twins@example.com"})
    town_shop.save("Customer:C-2", customer("Harbor Freight"))
    town_shop.save("Customer:C-3", customer("Nobody Yet"))
    town_shop.update()

    assert verdicts(town_shop) == {
        "Customer:C-1": Verdict.AMBIGUOUS,
        "Customer:C-2": Verdict.OTHER_KIND,
        "Customer:C-3": Verdict.NOT_FOUND,
    }
    with pytest.raises(NothingProposed):
        apply(town_shop)
    assert [identity(town_shop, f"Customer:C-{number}") for number in (1, 2, 3)] == [None, None, None]


def test_a_job_is_matched_below_its_customer(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway</Name>", "<Name>Jones</Name>")
    accountant.adds("Customer", "<Name>Kitchen</Name><ParentRef><FullName>Jones</FullName></ParentRef>")
    ask(town_shop, "customers")
    town_shop.save("Customer:C-1", {"Name": "Calloway"})
    town_shop.save("Customer:C-2", {"Name": "Jones"})
    town_shop.save("Customer:J-1", {"Name": "Kitchen", "ParentRef": {"record": "Customer:C-2"}})
    town_shop.save("Customer:J-2", {"Name": "Kitchen", "ParentRef": {"record": "Customer:C-1"}})
    town_shop.update()

    told = {one.record: [entry.full_name for entry in one.entries] for one in propose(town_shop).matches}

    assert told == {
        "Customer:C-1": ["Calloway"],
        "Customer:C-2": ["Jones"],
        "Customer:J-1": ["Jones:Kitchen"],
        "Customer:J-2": [],
    }


def test_an_inactive_customer_is_linked_because_its_name_is_taken(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name><IsActive>false</IsActive>")
    ask(town_shop, "customers")
    town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()

    (match,) = propose(town_shop).matches
    assert (match.verdict, match.entries[0].inactive) == (Verdict.LINK, True)


def test_what_is_dismissed_is_created_as_new(town_shop: Shop) -> None:
    ask(town_shop, "customers")
    number = town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()
    with town_shop.store.writing() as work:
        linking.dismiss(work, companies.named(work, town_shop.name), by="ruth")

    assert town_shop.update().status == "1 synchronized."
    assert town_shop.statuses([number]) == ["synchronized"]


def test_lists_are_asked_for_once_until_somebody_decided(town_shop: Shop) -> None:
    ask(town_shop, "customers")

    with pytest.raises(DecideFirst):
        ask(town_shop, "vendors")
    with pytest.raises(NothingRead):
        propose(town_shop)


def test_an_add_that_is_linked_changes_what_is_there(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>")
    ask(town_shop, "customers")
    number = town_shop.enqueue("add", "Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()
    propose(town_shop)
    apply(town_shop)

    assert town_shop.update().status == "1 synchronized."
    assert town_shop.statuses([number]) == ["synchronized"]
    assert accountant.sees("Customer", "Calloway, Ruth")["BillAddress"]["City"] == "Portland"


def test_what_failed_because_its_name_is_taken_goes_as_a_change_after_linking(
    town_shop: Shop, accountant: Accountant
) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>")
    number = town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()
    assert town_shop.statuses([number]) == ["failed"]
    ask(town_shop, "customers")
    town_shop.update()
    propose(town_shop)

    assert apply(town_shop).failed_before == 1
    again = town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    assert town_shop.update().status == "1 synchronized."
    assert town_shop.statuses([again]) == ["synchronized"]
    assert accountant.sees("Customer", "Calloway, Ruth")["BillAddress"]["City"] == "Portland"


def test_what_became_known_after_it_was_shown_stays_as_it_is(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>", "<Name>Other</Name>")
    ask(town_shop, "customers")
    town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()
    propose(town_shop)
    other = accountant.sees("Customer", "Other")["ListID"]
    with town_shop.store.writing() as work:
        company = companies.named(work, town_shop.name)
        identities.learn(work, company.id, [{"record": "Customer:C-1", "quickbooks_id": other}])

    applied = apply(town_shop)

    assert (list(applied.linked), len(applied.refused)) == ([], 1)
    known = identity(town_shop, "Customer:C-1")
    assert known is not None
    assert known.quickbooks_id == other


def test_a_file_links_by_a_name_of_ones_own(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Ruth from the harbor</Name>")
    ask(town_shop, "customers")
    town_shop.save("Customer:C-1", customer("Calloway, Ruth"))
    town_shop.update()

    apply_file(town_shop, ("Customer:C-1", "ruth from the HARBOR"))

    assert town_shop.update().status == "1 synchronized."
    held = accountant.sees("Customer", "Calloway, Ruth")
    known = identity(town_shop, "Customer:C-1")
    assert known is not None
    assert known.quickbooks_id == held["ListID"]
    assert town_shop.file.find("Customer", "Ruth from the harbor") == []


def test_every_bad_row_of_a_file_is_one_sentence_and_nothing_is_linked(town_shop: Shop, accountant: Accountant) -> None:
    accountant.adds("Customer", "<Name>Calloway, Ruth</Name>")
    accountant.adds("Vendor", "<Name>Harbor Freight</Name>")
    ask(town_shop, "customers")
    town_shop.update()

    with pytest.raises(LinkFileRefused) as refusal:
        apply_file(
            town_shop,
            ("Customer:C-1", "Calloway, Ruth"),
            ("Customer C-2", "Calloway, Ruth"),
            ("Customer:C-1", "Calloway, Ruth"),
            ("Customer:C-3", "Harbor Freight"),
            ("Customer:C-4", "Nobody"),
            ("Customer:C-5", ""),
            ("Account:A-1", "Product Sales"),
            ("Invoice:10248", "10248"),
        )

    assert [sentence.partition(":")[0] for sentence in refusal.value.complaints] == [
        f"line {number}" for number in range(3, 10)
    ]
    told = "\n".join(refusal.value.complaints)
    for part in (
        "does not name a record",
        "twice",
        "is a vendor",
        "no customer 'Nobody'",
        "missing",
        "not read",
        "an in",
    ):
        assert part in told
    assert identity(town_shop, "Customer:C-1") is None
