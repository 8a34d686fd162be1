"""A page that refreshes itself shows whatever changes, by somebody's doing or by time alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import insert

from qwc.mishaps import Kind, Mishap
from service.console import panel
from service.domain.privilege import Privilege
from service.exchange import accounts, people
from service.store import console_people, users
from service.store.tables import messages
from tests.console import day
from tests.console.looking import ADDRESS, after_a_visit
from tests.console.office import Browser, Office
from tests.console.pressing import DECIDE
from tests.console.watching import LIVE, PROGRESS, Watching
from tests.shop import Shop


class Calls(day.Peeking):
    """Notes before each call of a visit, and at its end, whether the page saw something new of the call before it."""

    def __init__(self, shop: Shop, page: Watching) -> None:
        super().__init__(shop, "", 0, lambda: None)
        self.page = page
        self.seen: list[bool] = []

    def post(self, url: str, headers: object, body: bytes) -> object:  # type: ignore[override]
        self.seen.append(self.page.sees_something_new())
        return super().post(url, headers, body)  # type: ignore[arg-type]


def test_whatever_happens_is_seen_on_the_page(office: Office) -> None:
    shop, _ = after_a_visit(office)
    mia = office.signed_in("mia")
    mia.open(ADDRESS)
    office.user("tom", *Privilege, company="shop")
    tom = office.browser()
    tom.sign_in("tom")
    page = Watching(tom)

    for what, happens in CHANGES.items():
        before = page.what
        happens(office, shop, mia)

        assert page.sees_something_new(), what
        assert page.what != before, f"{what} is seen by itself, and not because time went by"
        assert not page.sees_something_new(), f"{what} is seen once"


def in_sql(office: Office, shop: Shop) -> None:
    row = {"company_id": shop.company().id, "operation": "save", "record": "Customer:S-1", "content": '{"Name": "Sol"}'}
    with office.store.writing() as work:
        work.connection.execute(insert(messages).values(**row))


def decided(decision: str) -> Callable[[Office, Shop, Browser], object]:
    """A colleague decides about the newest message that is on the page."""

    def decide(_: Office, __: Shop, mia: Browser) -> object:
        page = mia.open(ADDRESS)
        number = max(int(value) for value in page.tree.xpath("//button[@name='skip']/@value") if str(value).isdigit())
        return mia.post(DECIDE, **{decision: str(number)})

    return decide


def changed_in_store(change: Callable[..., object], *given: object) -> Callable[[Office, Shop, Browser], object]:
    def happen(office: Office, shop: Shop, _: Browser) -> None:
        with office.store.writing() as work:
            change(work, shop.company().id, *given)

    return happen


CHANGES: dict[str, Callable[[Office, Shop, Browser], object]] = {
    "a message is saved": lambda _, shop, __: day.customer(shop, "C-2", "Ottley, Simon"),
    "a message comes in by SQL": lambda office, shop, _: in_sql(office, shop),
    "one that is to go later": lambda _, shop, __: shop.save(
        "Customer:C-3", {"Name": "Later"}, not_before="2026-03-02T09:40:00+00:00"
    ),
    "Start is pressed": lambda _, __, mia: mia.post("/company/shop/start"),
    "a visit sends what is there": lambda _, shop, __: shop.update(),
    "the time of one has come, and a visit sends it": lambda _, shop, __: shop.update(),
    "a visit finds nothing to do": lambda _, shop, __: shop.update(),
    "QuickBooks refuses one": lambda _, shop, __: day.refused_invoice(shop),
    "a colleague presses Retry": decided("retry"),
    "it is refused again": lambda _, shop, __: shop.update(),
    "a colleague enters it by hand": decided("hand_over"),
    "a payment waits for it": lambda _, shop, __: day.payment(shop, "7752", "C-1", "20431"),
    "a colleague skips the payment": decided("skip"),
    "one is lost on the way": lambda _, shop, __: (
        day.customer(shop, "C-5", "Lost, Ada") and shop.update(Mishap("ProcessRequest", 1, Kind.KILLED))
    ),
    "the visit after it finds out what became of it": lambda _, shop, __: shop.update(),
    "the password in the Web Connector is wrong": lambda _, shop, __: shop.update(password="wrong"),
    "another company file is open": lambda _, shop, __: shop.change_company(mismatch="It is another one."),
    "the right one is open again": lambda _, shop, __: shop.change_company(mismatch=None),
    "it is to be sent only after Start": lambda _, shop, __: shop.change_company(send_only_after_start=True),
    "another PC is connected": lambda _, shop, __: shop.add_connection("shop-qb-2"),
    "a connection is turned away": changed_in_store(lambda work, _: accounts.revoke(work, "shop-qb-2", by="mia")),
    "the time zone is another one": changed_in_store(console_people.set_time_zone, "America/Chicago"),
    "the person may do less": changed_in_store(
        lambda work, company: people.set_privileges(
            work, users.named(work, "tom").id, [(Privilege.VIEW, company)], by="mia"
        )
    ),
}


def test_every_step_of_a_visit_is_seen_on_the_page_and_on_the_panel_alone(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom")
    day.customer(shop, "C-2", "Ottley, Simon")
    page, alone = Watching(browser), Watching(browser, PROGRESS)

    for watching in (page, alone):
        calls = Calls(shop, watching)
        shop.update(transport=calls)
        calls.seen.append(watching.sees_something_new())
        day.customer(shop, "C-3", "Hollis, Bernadette")
        watching.sees_something_new()

        # After serverVersion and clientVersion, then after authenticate, sendRequestXML, receiveResponseXML and
        # closeConnection.
        assert calls.seen[1:] == [False, False, True, True, True, True]


def test_what_happens_while_the_page_is_made_is_seen_at_the_next_look(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom")
    look = panel.look

    def meanwhile(*given: object) -> object:
        day.customer(shop, "C-2", "Ottley, Simon")
        return look(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(panel, "look", meanwhile)
        page = Watching(browser)

    assert page.sees_something_new()
    assert not page.sees_something_new()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"hours": 1}, {"seconds": 2}, "Nothing to synchronize"),
        ({"hours": 19, "minutes": 45}, {"seconds": 2}, "Last run: yesterday, 4:15 AM, 1 synchronized."),
    ],
    ids=["an hour after a run that is no news any more", "at midnight"],
)
def test_what_time_alone_changes_is_seen(
    office: Office, before: dict[str, int], after: dict[str, int], told: str
) -> None:
    after_a_visit(office)
    office.clock.go_on(**before)
    office.clock.go_on(seconds=-1)
    browser = office.signed_in("tom")
    page = Watching(browser)
    assert not page.sees_something_new()

    office.clock.go_on(**after)

    assert page.sees_something_new()
    assert told in browser.open(ADDRESS).part("panel")


def test_silence_is_told_when_it_has_lasted_too_long(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    office.clock.go_on(days=1, seconds=-1)
    browser = office.signed_in("tom")
    page = Watching(browser)
    assert not page.sees_something_new()

    office.clock.go_on(seconds=2)

    assert page.sees_something_new()
    assert browser.open(ADDRESS).notices[0].startswith("FRONT-DESK has been silent since yesterday, 4:15 AM.")


def test_a_run_of_which_nothing_is_heard_is_told_of_in_time(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    shop.update(Mishap("ProcessRequest", 1, Kind.KILLED))
    alone = Watching(office.signed_in("tom"), PROGRESS)
    office.clock.go_on(minutes=3)
    assert not alone.sees_something_new()

    office.clock.go_on(seconds=1)

    assert alone.sees_something_new()
    assert "Last heard of at 4:30 AM" in alone.browser.open(PROGRESS, headers=LIVE).part("panel")


def test_before_the_first_visit_the_page_waits_for_it_as_cheaply(office: Office) -> None:
    shop = office.shop()
    page = Watching(office.signed_in("tom"))
    assert not page.sees_something_new()

    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()

    assert page.sees_something_new()
