"""`company confirm`, `path`, `restored`, `set` and `start`: what an administrator says, and what is said back."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.store import companies, connections, messages
from service.store.companies import Company
from service.store.unit import Store
from tests.clock import Clock
from tests.commands.terminal import Terminal, customer
from tests.shop import Shop


def kept(store: Store) -> Company:
    with store.reading() as work:
        return companies.named(work, "shop")


def change(store: Store, **values: object) -> None:
    with store.writing() as work:
        companies.change(work, companies.named(work, "shop").id, **values)


def test_a_renamed_company_file_is_confirmed_by_the_name_that_was_seen(shop: Terminal, store: Store) -> None:
    shop.ok("connection", "add", "--company", "shop")
    with store.reading() as work:
        file_id = connections.named(work, "shop-qb").file_id
    change(
        store,
        pinned_company_name="Birchwood Supply Co.",
        mismatch="Another name.",
        seen_company_name="Birchwood Supply LLC",
        seen_file_id=file_id.lower(),
    )

    told = shop.ok("company", "confirm")

    assert told == (
        "shop belongs to Birchwood Supply LLC from now on. Next: press Update Selected in the Web Connector.\n"
    )
    assert (kept(store).pinned_company_name, kept(store).mismatch) == ("Birchwood Supply LLC", None)


def test_a_file_without_our_mark_is_not_confirmed(shop: Terminal, store: Store) -> None:
    change(store, mismatch="Another file.", seen_company_name="Elm Street Bakery", seen_path=r"C:\elm.qbw")

    assert shop.refused("company", "confirm").startswith(
        r"The last visit of shop saw Elm Street Bakery (C:\elm.qbw), which does not carry the mark"
    )


def test_nothing_seen_is_nothing_to_confirm(shop: Terminal) -> None:
    assert "nothing to confirm for shop" in shop.refused("company", "confirm")


def test_the_path_is_said_as_the_pc_sees_it(shop: Terminal, store: Store) -> None:
    told = shop.ok("company", "path", r"D:\Books\Harbor Lane.qbw")

    assert told == "From its next visit on, the Web Connector opens D:\\Books\\Harbor Lane.qbw for shop.\n"
    assert kept(store).path_to_open == r"D:\Books\Harbor Lane.qbw"
    assert "works with the company file that is open" in shop.ok("company", "path", "")
    assert kept(store).path_to_open is None


def test_a_path_with_slashes_is_refused_with_an_example(shop: Terminal) -> None:
    assert r"such as C:\Books\Harbor Lane.qbw" in shop.refused("company", "path", "D:/Books/Harbor Lane.qbw")


@pytest.mark.parametrize("given", ["yesterday", "2026-03-02", "2026-03-02T18:00", "0001-01-01T00:00+05:00", ""])
def test_the_moment_of_a_backup_has_a_time_zone(shop: Terminal, given: str) -> None:
    assert "2026-03-02T18:00-05:00" in shop.refused("company", "restored", "--at", given)


def test_a_restored_backup_is_told_with_what_has_to_be_looked_for(shop: Terminal) -> None:
    assert shop.ok("company", "restored", "--at", "2026-03-02T18:00-05:00") == (
        "Nothing was learned after 2026-03-02 23:00:00 UTC, so nothing has to be looked for.\n"
    )


def test_settings_are_told_with_what_they_were(shop: Terminal, store: Store) -> None:
    told = shop.ok(
        "company", "set", "--set-limit", "5", "--send-only-after-start", "--link-existing", "--substitute-characters"
    )

    assert told.splitlines() == [
        "shop: set limit is 5 (was 100).",
        "shop: send only after start is yes (was no).",
        "shop: link existing is yes (was no).",
        "shop: substitute characters is yes (was no).",
    ]
    assert kept(store).send_only_after_start
    assert shop.ok("company", "set", "--set-limit", "5") == "shop: that is how it is already.\n"
    assert shop.ok("company", "set", "--send-at-once").startswith("shop: send only after start is no")


def test_a_setting_out_of_range_or_none_at_all_is_refused(shop: Terminal) -> None:
    assert shop.refused("company", "set", "--set-limit", "101") == "A set holds 1 to 100 messages, not 101."
    assert "at least one setting" in shop.refused("company", "set")


def test_a_company_has_a_time_zone_of_its_own(shop: Terminal) -> None:
    assert shop.ok("company", "set", "--time-zone", "America/Denver") == (
        "shop: time zone is America/Denver (was not set).\n"
    )
    assert "time zone:       America/Denver\n" in shop.ok("company", "show")
    assert shop.ok("company", "set", "--time-zone", "America/Denver") == "shop: that is how it is already.\n"
    assert shop.ok("company", "set", "--set-limit", "5", "--time-zone", "") == (
        "shop: set limit is 5 (was 100).\nshop: time zone is not set (was America/Denver).\n"
    )


def test_what_is_no_time_zone_is_refused_with_nothing_changed(shop: Terminal, store: Store) -> None:
    assert shop.refused("company", "set", "--set-limit", "5", "--time-zone", "Mountain") == (
        "'Mountain' is no time zone that this machine knows. Write it by its IANA name, such as America/New_York."
    )
    assert kept(store).set_limit == 100


def test_start_releases_the_work_and_brings_forward_what_waits_for_a_later_try(shop: Terminal, store: Store) -> None:
    shop.ok("company", "set", "--send-only-after-start")
    given = {"not_before": "2199-01-01T00:00:00+00:00"}
    shop.ok("enqueue", shop.write("day.jsonl", customer("1", "A"), customer("2", "B"), customer("3", "C", **given)))
    change(store, pc="FRONT-DESK")
    with store.writing() as work:
        later = messages.by_id(work, 3, lock=False).not_before
        messages.change(work, 2, not_before=later, postponements=1)

    told = shop.ok("start")

    assert told == ("2 messages are released: FRONT-DESK sends at Update Selected, or at its next automatic run.\n")
    assert kept(store).started_at is not None
    with store.reading() as work:
        assert [messages.by_id(work, number, lock=False).not_before for number in (2, 3)] == [None, later]


@pytest.mark.parametrize(
    "words", [["confirm", "shoe"], ["path", "--company", "shoe", ""], ["set", "--company", "shoe", "--set-limit", "1"]]
)
def test_a_company_that_is_not_there_is_refused(shop: Terminal, words: list[str]) -> None:
    assert shop.refused("company", *words).startswith("There is no company 'shoe'.")


def test_what_a_restored_backup_took_is_listed_after_the_next_visit(
    terminal: Terminal, store: Store, clock: Clock, tmp_path: Path
) -> None:
    shop = Shop(store, clock, tmp_path)
    assert terminal.ok("company", "restored") == "shop misses nothing that a restored backup took.\n"
    before = shop.file.path.read_bytes()
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    shop.update()
    shop.file.path.write_bytes(before)
    # The first visit was at a quarter past nine.
    told = terminal.ok("company", "restored", "--at", "2026-03-02T09:10+00:00")
    assert told == (
        "1 record was learned after 2026-03-02 09:10:00 UTC: looked for at the next visit, before anything is sent. "
        "Then `deskpost company restored` lists what is gone.\n"
    )
    assert terminal.ok("company", "restored") == (
        "1 record was not looked for yet: that is done at the next visit of the Web Connector.\n"
    )

    assert shop.update().succeeded

    assert terminal.ok("company", "restored") == (
        "\n"
        "Customer:C-1 (Calloway, Ruth)\n"
        "  It is gone: it was made after the backup.\n"
        "  Send it again, unless somebody has entered it in QuickBooks since.\n"
        "\n"
        "1 gone, 0 as before.\n"
        "`deskpost company restored --send-again` sends again what can be sent from here.\n"
        "`deskpost company restored --seen` takes them as seen.\n"
    )
    lacks = "restored backup: lacks 1: see deskpost company restored\n"
    assert lacks in terminal.ok("company", "show")
    assert terminal.ok("company", "restored", "--send-again") == (
        "1 to be sent again, at the next visit of the Web Connector.\n"
    )
    assert lacks not in terminal.ok("company", "show")
    assert "Nothing has to be done: it was saved again, as message 2." in terminal.ok("company", "restored")
    assert terminal.ok("company", "restored", "--send-again") == (
        "0 to be sent again, at the next visit of the Web Connector.\n"
    )
    assert terminal.ok("company", "restored", "--seen") == "1 taken as seen.\n"
    assert terminal.ok("company", "restored") == "shop misses nothing that a restored backup took.\n"
    shop.update()
    assert len(shop.file.find("Customer", "Calloway, Ruth")) == 1
