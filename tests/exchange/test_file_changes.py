"""What an administrator says about the company file: renamed, moved, restored; nothing goes into a wrong one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from qwc import company as books
from qwc.mishaps import BEGIN_SESSION, Kind, Mishap
from service.exchange import company_settings, file_changes, waiting_for
from service.store import events, tables, unchecked
from service.store.unit import Store, Work
from tests.clock import Clock
from tests.shop import Shop

CUSTOMER = {"Name": "Calloway, Ruth", "Phone": "207 555 0100"}
LINES = [{"ItemRef": {"FullName": "Consulting"}, "Quantity": 1, "Rate": "65.00"}]
INVOICE = {
    "CustomerRef": {"record": "Customer:C-1"},
    "TxnDate": "2026-03-02",
    "RefNumber": "10248",
    "InvoiceLineAdd": LINES,
}


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    return Shop(store, clock, tmp_path)


def said(shop: Shop, change: Callable[..., Any], *given: Any) -> Any:
    with shop.store.writing() as work:
        return change(work, shop.company(), *given, by="olga")


def notes(shop: Shop, action: str) -> list[tuple[str, str | None]]:
    query = select(tables.events.c.actor, tables.events.c.note).where(tables.events.c.action == action)
    with shop.store.reading() as work:
        return [(actor, note) for actor, note in work.connection.execute(query.order_by(tables.events.c.id))]


# Another file.


def test_another_company_file_gets_nothing_and_cannot_be_confirmed(shop: Shop, clock: Clock, tmp_path: Path) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    number = shop.save("Customer:C-2", {"Name": "Okafor, Ben"})
    other = books.create(tmp_path / "other.company", company_name="Elm Street Bakery", clock=clock, random_seed=8)
    before = other.counts()

    visit = shop.update(Mishap(BEGIN_SESSION, 1, Kind.OTHER_COMPANY), other=other)

    assert not visit.succeeded
    assert other.counts() == before
    assert shop.message(number).status == "pending"
    assert shop.company().seen_company_name == "Elm Street Bakery"
    with pytest.raises(file_changes.NotTheSameFile, match="Elm Street Bakery"):
        said(shop, file_changes.confirm_name)

    assert shop.update().succeeded
    assert (shop.company().mismatch, shop.company().seen_company_name) == (None, None)
    assert shop.message(number).status == "synchronized"


# Renamed.


def test_a_renamed_company_stops_the_visit_until_somebody_confirms_the_name_that_was_seen(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.file.set("company_name", "Birchwood Supply LLC")
    number = shop.save("Customer:C-2", {"Name": "Okafor, Ben"})

    stopped = shop.update()

    assert not stopped.succeeded
    assert shop.message(number).status == "pending"
    assert said(shop, file_changes.confirm_name) == "Birchwood Supply LLC"
    assert shop.update().succeeded
    assert shop.message(number).status == "synchronized"
    assert shop.company().pinned_company_name == "Birchwood Supply LLC"
    assert notes(shop, "confirm company file") == [("olga", "Birchwood Supply LLC instead of Birchwood Supply Co.")]


def test_a_name_is_confirmed_as_it_was_seen_and_not_as_it_will_be(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.file.set("company_name", "Birchwood Supply LLC")
    shop.save("Customer:C-2", {"Name": "Okafor, Ben"})
    shop.update()
    said(shop, file_changes.confirm_name)
    shop.file.set("company_name", "Quite Another Inc.")

    assert not shop.update().succeeded


def test_where_nothing_was_stopped_there_is_nothing_to_confirm(shop: Shop) -> None:
    with pytest.raises(file_changes.NothingToConfirm):
        said(shop, file_changes.confirm_name)


# Moved.


def test_a_moved_file_is_opened_at_its_new_path(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.file.set("windows_path", r"D:\Books\Birchwood Supply.qbw")
    shop.file.set("quickbooks_running", False)
    number = shop.save("Customer:C-2", {"Name": "Okafor, Ben"})
    assert not shop.update().succeeded

    said(shop, file_changes.set_path, r" D:\Books\Birchwood Supply.qbw ")

    assert shop.update().succeeded
    assert shop.message(number).status == "synchronized"
    assert shop.company().company_file_path == r"D:\Books\Birchwood Supply.qbw"


def test_a_moved_file_that_is_open_needs_nobody(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    shop.file.set("windows_path", r"D:\Books\Birchwood Supply.qbw")
    shop.save("Customer:C-2", {"Name": "Okafor, Ben"})

    assert shop.update().succeeded


def test_an_empty_path_means_the_file_that_is_open(shop: Shop) -> None:
    said(shop, file_changes.set_path, r"D:\Books\Birchwood.qbw")
    said(shop, file_changes.set_path, "")

    assert shop.company().path_to_open is None
    assert [note for _, note in notes(shop, "move company file")] == [
        r"D:\Books\Birchwood.qbw instead of the file that is open",
        r"the file that is open instead of D:\Books\Birchwood.qbw",
    ]


@pytest.mark.parametrize("path", [r"\\server\books\Harbor Lane.qbw", r"C:\a.qbw"])
def test_paths_of_windows_are_taken(shop: Shop, path: str) -> None:
    said(shop, file_changes.set_path, path)

    assert shop.company().path_to_open == path


@pytest.mark.parametrize(
    "path",
    ["C:/Books/a.qbw", "a.qbw", "none", "nvu", "busy", "C:\\", "\\\\server", "C:\\a\nb.qbw", "C:\\" + "a" * 260, "\\a"],
)
def test_what_is_no_path_of_windows_is_refused(shop: Shop, path: str) -> None:
    with pytest.raises(file_changes.NotAPath):
        said(shop, file_changes.set_path, path)


# Restored.


def restore(shop: Shop, backup: Path) -> None:
    for leftover in shop.file.path.parent.glob(f"{shop.file.path.name}-*"):
        leftover.unlink()
    shutil.copy(backup, shop.file.path)


def back_up(shop: Shop, tmp_path: Path) -> tuple[Path, datetime]:
    backup = tmp_path / "backup.company"
    shutil.copy(shop.file.path, backup)
    return backup, shop.clock.now


def test_what_the_backup_lacks_is_forgotten_and_created_again_and_what_it_has_is_changed(
    shop: Shop, tmp_path: Path
) -> None:
    kept = shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    backup, moment = back_up(shop, tmp_path)
    lost = [shop.save("Customer:C-2", {"Name": "Okafor, Ben"}), shop.save("Invoice:10248", INVOICE)]
    shop.save("Customer:C-1", CUSTOMER | {"Phone": "207 555 0111"})
    shop.update()
    restore(shop, backup)
    assert shop.file.find("Customer", "Okafor, Ben") == []

    assert said(shop, file_changes.restored, moment) == 3
    for record, content in (
        ("Customer:C-2", {"Name": "Okafor, Ben"}),
        ("Invoice:10248", INVOICE),
        ("Customer:C-1", CUSTOMER | {"Phone": "207 555 0122"}),
    ):
        shop.save(record, content)
    visit = shop.update()

    assert visit.status == "3 synchronized."
    assert len(shop.file.find("Customer", "Okafor, Ben")) == 1
    assert len(shop.file.find("Invoice", "10248")) == 1
    (customer,) = shop.file.find("Customer", "Calloway, Ruth")
    assert customer["Phone"] == "207 555 0122"
    assert shop.message(kept).quickbooks_id == customer["ListID"]
    for number in lost:
        with shop.store.reading() as work:
            history = [one.note for one in events.of_message(work, number)]
        assert not any("saved again" in str(note) for note in history)


def test_gone_records_say_so_and_whoever_needs_them_waits(shop: Shop, tmp_path: Path) -> None:
    backup, moment = back_up(shop, tmp_path)
    customer = shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    restore(shop, backup)
    shop.clock.go_on(minutes=1)
    said(shop, file_changes.restored, moment)
    invoice = shop.save("Invoice:10248", INVOICE)
    assert shop.message(invoice).waits_for == 0

    visit = shop.update()

    assert visit.operations.count("sendRequestXML") >= 1
    assert shop.message(invoice).status == "pending"
    assert shop.file.find("Invoice", "10248") == []
    with shop.store.reading() as work:
        (awaited,) = waiting_for.waits_for(work, shop.message(invoice))
        history = [(one.action, one.note) for one in events.of_message(work, customer)]
    assert str(awaited) == "customer C-1 (no longer in QuickBooks: it has to be saved again)"
    assert history[-1] == (
        "check after restore",
        "Customer:C-1: it is gone in QuickBooks since a backup was restored, so it has to be saved again",
    )

    shop.save("Customer:C-1", CUSTOMER)
    assert shop.update().status == "2 synchronized."
    assert len(shop.file.find("Invoice", "10248")) == 1


def test_what_the_backup_has_in_an_older_state_says_so(shop: Shop, tmp_path: Path) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    backup, moment = back_up(shop, tmp_path)
    number = shop.save("Customer:C-1", CUSTOMER | {"Phone": "207 555 0111"})
    shop.update()
    restore(shop, backup)
    said(shop, file_changes.restored, moment)

    assert shop.update().succeeded

    with shop.store.reading() as work:
        assert "as it was when the backup was made" in str(events.of_message(work, number)[-1].note)
        assert unchecked.some(work, shop.company().id, 1) == []


def test_nothing_is_written_before_everything_was_looked_for(shop: Shop) -> None:
    numbers = [shop.save(f"Customer:C-{number}", {"Name": f"Customer {number}"}) for number in range(120)]
    shop.update()
    assert set(shop.statuses(numbers)) == {"synchronized"}
    assert said(shop, file_changes.restored, shop.clock.now - timedelta(days=1)) == 120
    shop.save("Customer:C-7", {"Name": "Customer 7", "Phone": "207 555 0100"})

    assert shop.update().status == "1 synchronized."

    purposes = [purpose for purpose, _, _ in shop.set_states()]
    assert purposes[-3:] == ["prepare", "prepare", "write"]


def test_a_lost_answer_is_asked_for_again_at_the_next_visit(shop: Shop, tmp_path: Path) -> None:
    backup, moment = back_up(shop, tmp_path)
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()
    restore(shop, backup)
    said(shop, file_changes.restored, moment)

    assert not shop.update(Mishap("ProcessRequest", 1, Kind.ANSWER_LOST)).succeeded
    assert left(shop.store, shop) == 1
    assert shop.update().succeeded
    assert left(shop.store, shop) == 0


def left(store: Store, shop: Shop) -> int:
    with store.reading() as work:
        return len(unchecked.some(work, shop.company().id, 1000))


def test_the_moment_of_a_backup_lies_in_the_past(shop: Shop) -> None:
    with pytest.raises(file_changes.NotYet):
        said(shop, file_changes.restored, shop.clock.now + timedelta(seconds=1))


def test_nothing_learned_since_means_nothing_to_look_for(shop: Shop) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.update()

    assert said(shop, file_changes.restored, shop.clock.now) == 0


# Settings.


def change(work: Work, company: Any, given: dict[str, Any], by: str) -> Any:
    return company_settings.change(work, company, given, by=by)


def test_settings_are_changed_by_name_and_only_what_really_changes_is_noted(shop: Shop) -> None:
    assert said(shop, change, {"set_limit": 5, "link_existing": False}) == {"set_limit": (100, 5)}

    assert shop.company().set_limit == 5
    assert notes(shop, "change settings") == [("olga", "set_limit: 5 instead of 100")]
    assert said(shop, change, {"set_limit": 5}) == {}


@pytest.mark.parametrize("limit", [0, 101, -1])
def test_a_set_limit_out_of_range_is_refused(shop: Shop, limit: int) -> None:
    with pytest.raises(company_settings.SetLimitOutOfRange):
        said(shop, change, {"set_limit": limit})


def test_no_setting_at_all_is_refused(shop: Shop) -> None:
    with pytest.raises(company_settings.NothingToSet):
        said(shop, change, {})
