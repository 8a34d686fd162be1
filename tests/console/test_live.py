"""A page that refreshes itself shows whatever changes, costs next to nothing while nothing does, and admits nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, insert, update

from qwc.mishaps import Kind, Mishap
from service.console import panel
from service.domain.privilege import Privilege
from service.exchange import accounts, people
from service.store import console_people, users
from service.store.account_tables import grants
from service.store.account_tables import users as users_table
from service.store.console_tables import console_sessions
from service.store.tables import messages
from tests.console import day
from tests.console.looking import ADDRESS, after_a_visit
from tests.console.office import Browser, Office, Page
from tests.console.pressing import DECIDE
from tests.shop import Shop
from tests.statements import counted

PROGRESS = f"{ADDRESS}/progress"
LIVE = {"X-Live": "1"}


def mark_of(page: Page) -> str:
    (mark,) = page.tree.xpath("//@data-mark")
    return str(mark)


def refreshed(browser: Browser, mark: str, address: str = ADDRESS) -> Page:
    """What the page asks for by itself, when it shows what `mark` stands for."""
    return Page(browser.client.get(address, headers={**LIVE, "If-None-Match": f'W/"{mark}"'}))


class Watching:
    """A page that is open and refreshes itself."""

    def __init__(self, browser: Browser, address: str = ADDRESS) -> None:
        self.browser = browser
        self.address = address
        self.mark = mark_of(browser.open(address, headers=LIVE))

    def sees_something_new(self) -> bool:
        page = refreshed(self.browser, self.mark, self.address)
        if page.status == 304:
            return False
        assert page.status == 200
        self.mark = mark_of(page)
        return True


class Calls(day.Peeking):
    """Notes before each call of a visit, and at its end, whether the page saw something new of the call before it."""

    def __init__(self, shop: Shop, page: Watching) -> None:
        super().__init__(shop, "", 0, lambda: None)
        self.page = page
        self.seen: list[bool] = []

    def post(self, url: str, headers: object, body: bytes) -> object:  # type: ignore[override]
        self.seen.append(self.page.sees_something_new())
        return super().post(url, headers, body)  # type: ignore[arg-type]


def test_a_page_on_which_nothing_changed_is_answered_with_nothing_but_the_time(office: Office) -> None:
    shop, _ = after_a_visit(office)
    day.customer(shop, "C-2", "Ottley, Simon")
    browser = office.signed_in("tom")
    mark = mark_of(browser.open(ADDRESS))
    office.clock.go_on(seconds=59)

    with counted() as statements:
        page = refreshed(browser, mark)

    assert (page.status, page.source) == (304, "")
    assert page.response.headers["As-Of"] == "4:15:59 AM"
    assert page.response.headers["ETag"] == f'W/"{mark}"'
    assert page.response.headers["Cache-Control"] == "no-store"
    assert page.response.headers["Vary"] == "X-Live"
    assert len(statements) == 3


def test_a_page_that_refreshes_itself_writes_nothing(office: Office) -> None:
    after_a_visit(office)
    browser = office.signed_in("tom")
    mark = mark_of(browser.open(ADDRESS))
    office.clock.go_on(minutes=4)

    with counted() as statements:
        refreshed(browser, mark)
        refreshed(browser, "")
        refreshed(browser, "", PROGRESS)

    assert [one for one in statements if not one.startswith("SELECT")] == []


def test_whatever_happens_is_seen_on_the_page(office: Office) -> None:
    shop, _ = after_a_visit(office)
    mia = office.signed_in("mia")
    mia.open(ADDRESS)
    office.user("tom", *Privilege, company="shop")
    tom = office.browser()
    tom.sign_in("tom")
    page = Watching(tom)

    for what, happens in CHANGES.items():
        happens(office, shop, mia)

        assert page.sees_something_new(), what
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


def test_a_mark_holds_for_five_minutes_at_most(office: Office) -> None:
    after_a_visit(office)
    page = Watching(office.signed_in("tom"))
    office.clock.go_on(minutes=4, seconds=59)
    assert not page.sees_something_new()

    office.clock.go_on(seconds=2)

    assert page.sees_something_new()


def test_a_mark_is_good_for_one_person_one_list_and_the_parts_of_the_page_alone(office: Office) -> None:
    after_a_visit(office)
    tom = office.signed_in("tom")
    mark = mark_of(tom.open(ADDRESS))
    of, _, end = mark.partition(".")

    assert refreshed(tom, mark).status == 304
    assert refreshed(office.signed_in("mia"), mark).status == 200
    assert refreshed(tom, mark, f"{ADDRESS}?kind=customer").status == 200
    assert refreshed(tom, mark, PROGRESS).status == 200
    assert tom.client.get(ADDRESS, headers={"If-None-Match": f'W/"{mark}"'}).status_code == 200
    for forged in (of, f"{of}.", f"{of}.x", f"{of}.{int(end) + 600}", f"{of}.{'9' * 40}", f".{end}", "*"):
        assert refreshed(tom, forged).status == 200, forged


DOORS: dict[str, tuple[Callable[..., object], int]] = {
    "signed out elsewhere": (lambda work, _: work.connection.execute(delete(console_sessions)), 302),
    "disabled": (lambda work, _: work.connection.execute(update(users_table).values(disabled_at=work.now)), 302),
    "another password": (lambda work, user: console_people.set_password(work, user, "another"), 302),
    "no privilege to look": (
        lambda work, _: work.connection.execute(delete(grants).where(grants.c.privilege == Privilege.VIEW)),
        403,
    ),
    "no privilege at all": (lambda work, _: work.connection.execute(delete(grants)), 404),
}


@pytest.mark.parametrize(("taken", "status"), DOORS.values(), ids=DOORS)
def test_who_may_not_look_any_more_is_shown_the_door_though_nothing_changed(
    office: Office, taken: Callable[..., object], status: int
) -> None:
    after_a_visit(office)
    tom = office.signed_in("tom")
    mark, alone = mark_of(tom.open(ADDRESS)), mark_of(tom.open(PROGRESS, headers=LIVE))
    assert refreshed(tom, mark).status == refreshed(tom, alone, PROGRESS).status == 304

    with office.store.writing() as work:
        taken(work, users.named(work, "tom").id)

    assert refreshed(tom, mark).status == status
    assert refreshed(tom, alone, PROGRESS).status == status


def test_a_page_that_is_left_open_is_signed_out_like_any_other(office: Office) -> None:
    after_a_visit(office)
    page = Watching(office.signed_in("tom"))
    for _ in range(8):
        page.sees_something_new()
        office.clock.go_on(hours=1)
    office.clock.go_on(minutes=1)

    assert refreshed(page.browser, page.mark).status == 302


def test_the_panel_alone_says_what_the_page_says_and_costs_a_fraction(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom", full_name="Tom Ashgrove")
    for number in range(2, 14):
        day.customer(shop, f"C-{number}", f"Customer {number}")
    day.invoice(shop, "20436", "C-2")
    day.invoice(shop, "20437", "C-99")
    browser.open(ADDRESS)
    browser.post("/company/shop/start")
    asked: list[tuple[Page, Page, int]] = []

    def look() -> None:
        with counted() as statements:
            alone = browser.open(PROGRESS, headers=LIVE)
        asked.append((browser.open(ADDRESS), alone, len(statements)))

    for nth in (1, 2):
        shop.update(transport=day.Peeking(shop, "receiveResponseXML", nth, look))
        day.customer(shop, "C-77", "Customer 77")

    for page, alone, statements in asked:
        assert alone.part("panel") == page.part("panel")
        assert alone.title == page.title
        assert alone.tree.xpath("//*[@data-live]/@id") == ["panel"]
        assert "Started by Tom Ashgrove" in alone.part("panel")
        assert statements == 5
    assert asked[0][1].part("panel").startswith("Synchronizing: 0 of 12 done 0 synchronized 12 to go 2 waiting")


def test_when_the_run_has_ended_the_panel_says_so_and_leads_back_to_the_whole_page(office: Office) -> None:
    shop, _ = after_a_visit(office)
    browser = office.signed_in("tom")
    day.customer(shop, "C-2", "Ottley, Simon")
    seen: list[Page] = []
    look = lambda: seen.append(browser.open(ADDRESS))  # noqa: E731 # One line says it.
    shop.update(transport=day.Peeking(shop, "receiveResponseXML", 1, look))

    after = browser.open(PROGRESS, headers=LIVE)

    assert seen[0].tree.xpath("//*[@id='panel']/@data-progress") == [PROGRESS]
    assert seen[0].tree.xpath("//*[@id='panel']/@data-lists-every") == ["10"]
    assert after.part("panel").startswith("Finished: all 1 synchronized")
    assert after.tree.xpath("//@data-progress") == []


def test_the_panel_has_no_page_of_its_own(office: Office) -> None:
    after_a_visit(office)
    browser = office.signed_in("tom")

    assert browser.client.get(PROGRESS).headers["Location"] == ADDRESS


def test_before_the_first_visit_the_page_waits_for_it_as_cheaply(office: Office) -> None:
    shop = office.shop()
    page = Watching(office.signed_in("tom"))
    assert not page.sees_something_new()

    day.customer(shop, "C-1", "Calloway, Ruth")
    shop.update()

    assert page.sees_something_new()
