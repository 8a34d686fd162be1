"""Companies with content of all sorts, one for each state that a page can be in. Knows no page and no browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from qwc import company
from qwc.company import Mishap as Trouble
from qwc.mishaps import BEGIN_SESSION, Kind, Mishap, When
from service.deliver import deliver_due
from service.domain.privilege import Privilege
from service.exchange import after_restore, decide, old_skipped, pages, restore_decisions, webhooks
from service.store import companies, identities
from tests.console import day
from tests.console.browser.site import Site, under_way
from tests.receiver import receiver
from tests.restoring import backup_of, restored
from tests.shop import Shop

INES = "ines"
VERA = "vera@harbor.example.com"
LONG_NAME = "Worthington-Featherstonehaugh, Bartholome"
LONG_MEMO = "Second fitting after the repair; the customer asks for a call before noon, not on Thursdays. "
OLD = (
    ("2025-11-12", "Invoice", "18214", "Abara, Naomi", "95.00", "The customer was inactive", True),
    ("2025-12-03", "ReceivePayment", "7719", "Carver, Tom", "80.00", "The invoice that it pays was deleted", False),
    ("2025-10-09", "Invoice", "17966", "Hollis, Bernadette", "2200.00", "Its content was not kept", False),
    ("2026-01-15", "CreditMemo", "CM-118", "Rossi, Carla", "45.00", "The old program could not", False),
)


@dataclass(frozen=True)
class Harbor:
    """The company in which everything happened, with the messages that have something to show."""

    shop: Shop
    refused: int
    doubtful: int
    perhaps_there: int
    by_hand: int
    customer: int
    done: int
    credit_memo: int


@contextmanager
def furnished(site: Site) -> Iterator[Harbor]:
    """All companies, and two people: Ines, who may do everything, and Vera, who may look at one; while the block runs.

    `harbor` has everything; `new` was never connected; `ready` waits for its PC and is at rest else; `started` was
    started; `sending` is in the middle of a run; `stopped` broke off; `elsewhere` has another file open; `restored` has
    a backup again; `silent` and `many` say it.
    """
    site.user(INES)
    harbor = _harbor(site)
    site.user(VERA, "harbor", "Vera Lind", Privilege.VIEW)
    site.company("new")
    _ready(site, "ready")
    _started(site)
    _stopped(site)
    _elsewhere(site)
    _restored(site)
    _silent(site)
    _many(site)
    sending = _ready(site, "sending")
    for number in range(3, 15):
        day.customer(sending, f"C-{number}", f"Customer {number}")
    with under_way(sending, "receiveResponseXML", 2):
        yield harbor


def _harbor(site: Site) -> Harbor:
    shop = site.shop("harbor", run_every_minutes=None, company_name="Harbor Lane Hearing & Balance Center, LLC")
    people = (("C-1", "Eastgate Senior Living"), ("C-2", "Ottley, Simon"), ("C-3", LONG_NAME), ("C-4", "Rossi, Carla"))
    customers = [
        day.customer(shop, key, name, BillAddress={"Addr1": "12 Harbor Lane", "City": "Portland", "State": "ME"})
        for key, name in people
    ]
    done = day.invoice(shop, "20401", "C-1", Memo=LONG_MEMO)
    day.payment(shop, "7741", "C-1", "20401")
    shop.update()
    with receiver() as orders:
        _told(shop, orders.url)
        orders.answers = [500, 410]
        refused = _refused(shop)
        shop.update()
        deliver_due(site.store)
    doubtful = _doubtful(shop)
    perhaps_there = day.in_doubt_beside_one_like_it(shop, "C-12")
    by_hand = _typed_in(shop)
    _skipped_before(shop)
    shop.update()
    credit_memo = _waiting(shop)
    return Harbor(shop, refused, doubtful, perhaps_there, by_hand, customers[0], done, credit_memo)


def _refused(shop: Shop) -> int:
    """What QuickBooks refuses, for four reasons; the same one three times."""
    for number in range(20431, 20434):
        refused = day.invoice(shop, str(number), "C-2", item=day.EARMOLD, Memo=LONG_MEMO, PONumber="PO-4471")
    day.customer(shop, "C-8", "Ottley, Simon")
    day.invoice(shop, "20440", "C-8")
    day.payment(shop, "7750", "C-1", "20401", amount="9500.00")
    day.invoice(shop, "20441", "C-3", item="Battery, size 312, pack of sixty, with the charger for the whole year")
    shop.enqueue("raw", None, None, request="<CustomerQueryRq><FullName>Nobody, Nowhere</FullName></CustomerQueryRq>")
    return refused


def _doubtful(shop: Shop) -> int:
    """A customer that QuickBooks may or may not have: it was lost again and again."""
    message = day.customer(shop, "C-7", "Bergquist, Lars")
    for place in (1, 3, 3):
        shop.update(Mishap("ProcessRequest", place, Kind.KILLED, When.BEFORE))
    shop.update()
    return message


def _typed_in(shop: Shop) -> int:
    """Two that a person has to type in, and two that were."""
    numbers = [day.invoice(shop, str(number), "C-3", Memo=LONG_MEMO) for number in range(20388, 20391)]
    numbers.append(day.payment(shop, "7760", "C-3", "20388"))
    with shop.store.writing() as work:
        for number in numbers:
            decide.hand_over(work, number, by=INES)
        for number, in_quickbooks in zip(numbers[1:3], ("9981", "9982"), strict=True):
            decide.mark_entered(work, number, in_quickbooks, by=INES)
    return numbers[0]


def _skipped_before(shop: Shop) -> None:
    lines = ["date,kind,number,customer,amount,reason,document"]
    for when, kind, number, name, amount, reason, is_kept in OLD:
        line = {"Desc": "Fitting", "Quantity": 2, "Rate": "47.50"}
        content = {"CustomerRef": {"FullName": name}, "TxnDate": when, "RefNumber": number, "InvoiceLineAdd": [line]}
        document = json.dumps(content).replace('"', '""') if is_kept else ""
        lines.append(f'{when},{kind},{number},"{name}",{amount},{reason},"{document}"')
    with shop.store.writing() as work:
        found = companies.named(work, shop.name)
        imported = old_skipped.import_file(work, found, "\n".join(lines).encode(), by="tom")
        assert imported
    skipped = day.invoice(shop, "20399", "C-4")
    newest = max(shop.message(skipped).id - one for one in range(1, 5))
    with shop.store.writing() as work:
        decide.skip(work, skipped, by=INES)
        old_skipped.close(work, newest, "Entered by hand in January.", by=INES)


def _waiting(shop: Shop) -> int:
    """What goes with the next run, what waits for a person, for a time, and what a newer version replaced."""
    credit = {
        "CustomerRef": {"record": "Customer:C-4"},
        "TxnDate": "2026-03-02",
        "RefNumber": "CM-121",
        "CreditMemoLineAdd": [{"ItemRef": {"FullName": day.INSTALLATION}, "Quantity": 1, "Rate": "45.00"}],
    }
    shop.file.arrange(Trouble.RECORD_LOCKED, target="Hollis, Bernadette")
    day.customer(shop, "C-9", "Hollis, Bernadette")
    shop.update()
    day.invoice(shop, "20450", "C-1", Memo="First")
    day.invoice(shop, "20450", "C-1", Memo="Second")
    day.payment(shop, "7752", "C-8", "20440")
    shop.save("Customer:C-10", {"Name": "Lindqvist, Ada"}, not_before="2026-03-05T12:00:00+00:00")
    return shop.save("CreditMemo:CM-121", credit)


def _told(shop: Shop, url: str) -> None:
    with shop.store.writing() as work:
        webhooks.add(work, companies.named(work, shop.name), url, (), by=INES)


def _ready(site: Site, name: str, run_every_minutes: int | None = None) -> Shop:
    shop = site.shop(name, run_every_minutes=run_every_minutes, company_name=f"Birchwood {name.title()} Co.")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    shop.update()
    day.customer(shop, "C-2", "Ottley, Simon")
    day.invoice(shop, "20436", "C-2")
    return shop


def _started(site: Site) -> None:
    shop = _ready(site, "started", run_every_minutes=60)
    with site.store.writing() as work:
        pages.start(work, companies.named(work, shop.name), ready=1, by=INES)


def _stopped(site: Site) -> None:
    shop = _ready(site, "stopped")
    for number in range(3, 15):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    shop.update(Mishap("ProcessRequest", 2, Kind.ANSWER_LOST))


def _elsewhere(site: Site) -> None:
    shop = _ready(site, "elsewhere")
    other = company.create(site.folder / "bakery.company", company_name="Elm Street Bakery", clock=site.clock)
    shop.update(Mishap(BEGIN_SESSION, 1, Kind.OTHER_COMPANY), other=other)


def _restored(site: Site) -> None:
    """A backup was restored that lacks what can be sent again, what cannot, what is on its way and what was left."""
    shop = site.shop("restored", company_name="Birchwood Restored Co.")
    shop.add_connection("restored-qb-2")
    day.customer(shop, "C-1", "Eastgate Senior Living")
    day.customer(shop, "C-2", LONG_NAME)
    shop.update()
    backup = backup_of(shop)
    day.customer(shop, "C-1", "Eastgate Senior Living", Phone="207 555 0111")
    for number in range(20401, 20405):
        day.invoice(shop, str(number), "C-2", Memo=LONG_MEMO)
    day.payment(shop, "7741", "C-2", "20401")
    shop.enqueue("mod", "Customer:C-2", {"Phone": "207 555 0112"})
    shop.update()
    with site.store.writing() as work:
        identities.learn(work, shop.company().id, [{"record": "Customer:C-77", "quickbooks_id": "80000099-1"}])
    restored(shop, backup, by=INES)
    shop.update()
    day.customer(shop, "C-3", "Ottley, Simon")
    shop.update()
    with site.store.writing() as work:
        company_now = companies.named(work, shop.name)
        numbers = [one.number for one in after_restore.found(work, company_now) if one.can_be_sent]
        restore_decisions.send_again(work, company_now, numbers[-1:], by=INES)
        restore_decisions.leave(work, company_now, numbers[-2:-1], by=INES)


def _silent(site: Site) -> None:
    _ready(site, "silent").change_company(last_visit_at=site.clock() - timedelta(days=3))


def _many(site: Site) -> None:
    shop = _ready(site, "many")
    for number in range(3, 123):
        day.customer(shop, f"C-{number}", f"Customer {number}")
