"""The story of a visit, from the database alone: what was sent, answered, recovered and why, and what failed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from service.exchange import file_changes, story
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import (
    Conversation,
    answer,
    customer_added,
    recovered,
    response,
)
from tests.shop import Shop


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def told(shop: Conversation | Shop, session_id: int) -> list[str]:
    """What happened, each with the time within the day."""
    with shop.store.reading() as work:
        return [f"{line.at:%H:%M:%S} {line.text}" for line in story.tell(work, session_id).lines]


def facts(shop: Conversation, session_id: int) -> dict[str, object]:
    with shop.store.reading() as work:
        return {title: value for title, value in story.tell(work, session_id).facts if value is not None}


def times(shop: Conversation, session_id: int) -> tuple[float, float]:
    with shop.store.reading() as work:
        found = story.tell(work, session_id)
    return found.in_quickbooks.total_seconds(), found.in_between.total_seconds()


def wait(shop: Conversation, seconds: float) -> None:
    shop.clock.go_on(seconds=seconds)


def test_a_visit_is_told_from_its_beginning_to_its_end(shop: Conversation) -> None:
    first, second = shop.customers(2)
    shop.authenticate()
    wait(shop, 1)
    handed = shop.send()
    wait(shop, 4)
    refused = response("CustomerAddRs", second, code=3170, text="It was refused.")
    shop.receive(answer(customer_added(first), refused, set_id=handed.new_id))
    wait(shop, 1)
    shop.close()

    assert told(shop, 1) == [
        "09:00:00 The Web Connector came.",
        "09:00:01 From now on only this company file is used: Harbor Lane Supply (C:\\Books\\Harbor Lane.qbw).",
        "09:00:01 Set 1 was handed out, with 2 messages.",
        "09:00:05 Set 1 was answered after 4.0 s.",
        "09:00:05 Set 1: 1 synchronized, 1 failed.",
        f"09:00:05   message {second} (Customer:C-2) failed: Cannot be changed (3170).",
        "09:00:06 The visit was closed by the Web Connector.",
    ]
    assert times(shop, 1) == (4.0, 1.0)


def test_the_facts_say_who_came_to_which_file_and_what_it_came_to(shop: Conversation) -> None:
    (number,) = shop.customers(1)
    shop.begin()
    shop.receive(answer(customer_added(number)))
    shop.close()

    assert facts(shop, 1) == {
        "session": 1,
        "company": "shop",
        "connection": "shop-qb",
        "came from": "FRONT-DESK at 203.0.113.7",
        "company file": r"C:\Books\Harbor Lane.qbw",
        "qbXML": "16.0 US",
        "sets": "1 to write",
        "messages": "1 handed out, 1 synchronized",
        "progress": "100%",
        "ended": "closed by the Web Connector",
        "told": "1 synchronized.",
    }


def test_several_sets_are_told_with_the_time_between_them(shop: Conversation) -> None:
    shop.change_company(set_limit=1)
    first, second = shop.customers(2)
    shop.begin()
    wait(shop, 2)
    shop.receive(answer(customer_added(first)))
    wait(shop, 3)
    shop.send()
    wait(shop, 60)
    shop.receive(answer(customer_added(second, "80000002-1700000000")))

    lines = told(shop, 1)

    assert lines[-3:] == [
        "09:00:05 Set 2 was handed out, with 1 message.",
        "09:01:05 Set 2 was answered after 1 min 0 s.",
        "09:01:05 Set 2: 1 synchronized.",
    ]
    assert times(shop, 1) == (62.0, 3.0)
    assert facts(shop, 1)["ended"] == "not yet"


def test_what_was_lost_is_told_in_both_visits(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = shop.begin()
    shop.clock.go_on(minutes=15)
    shop.authenticate()
    shop.send()
    wait(shop, 2)
    shop.receive(answer(recovered("CustomerAddRs", number), set_id=lost.new_id, set_code=0))

    assert told(shop, 1)[-2:] == [
        "09:15:00 Set 1 got no answer in this visit; session 2 asked QuickBooks what became of it.",
        "09:15:00 The visit was cut off: the Web Connector came again before it was over.",
    ]
    assert told(shop, 2) == [
        "09:15:00 The Web Connector came.",
        "09:15:00 Set 1 had no answer: Deskpost asks QuickBooks what became of the set.",
        "09:15:02 Set 2 (about set 1) was answered after 2.0 s.",
        "09:15:02 About set 1: QuickBooks kept what came of it.",
        "09:15:02 Set 1: 1 synchronized.",
    ]


def test_what_was_sent_again_is_told_where_it_was_answered(shop: Conversation) -> None:
    number = shop.enqueue()
    lost = shop.begin()
    shop.clock.go_on(minutes=15)
    shop.authenticate()
    probe = shop.send()
    wait(shop, 1)
    shop.receive(answer(set_id=probe.new_id, set_code=600))
    look_up = shop.send()
    wait(shop, 1)
    nothing = [
        response(f"{name[:-2]}Rs", one, code=1) for name, one in zip(look_up.names, look_up.numbers, strict=True)
    ]
    shop.receive(answer(*nothing))
    again = shop.send()
    wait(shop, 3)
    shop.receive(answer(customer_added(number), set_id=again.new_id))

    assert again.text == lost.text
    assert "09:00:00 Set 1 was handed out, with 1 message." in told(shop, 1)
    assert "09:15:00 Set 1 got no answer in this visit; session 2 asked QuickBooks what became of it." in told(shop, 1)
    assert told(shop, 2)[1:] == [
        "09:15:00 Set 1 had no answer: Deskpost asks QuickBooks what became of the set.",
        "09:15:01 Set 2 (about set 1) was answered after 1.0 s.",
        "09:15:01 About set 1: QuickBooks' memory has nothing of it.",
        "09:15:01 About set 1: Deskpost looks for the documents of the set.",
        "09:15:02 Set 3 (about set 1) was answered after 1.0 s.",
        "09:15:02 About set 1: QuickBooks does not have it.",
        "09:15:02 About set 1: Deskpost sends the same set again under the same id.",
        "09:15:05 Set 1 was answered after 3.0 s.",
        "09:15:05 Set 1: 1 synchronized.",
    ]


def test_what_is_known_of_each_message_of_a_lost_set_is_told_with_what_was_done_about_it(shop: Conversation) -> None:
    first, second = shop.customers(2)
    lost = shop.begin()
    shop.clock.go_on(minutes=15)
    shop.authenticate()
    shop.send()
    wait(shop, 1)
    shop.receive(answer(recovered("CustomerAddRs", first), set_id=lost.new_id, set_code=0))
    shop.send()
    wait(shop, 1)
    refused = [response("CustomerQueryRs", f"{second}.{place}", code=3260, text="Not permitted.") for place in (0, 1)]
    assert shop.receive(answer(*refused)) == 100
    shop.close()

    assert told(shop, 2)[2:] == [
        "09:15:01 Set 2 (about set 1) was answered after 1.0 s.",
        (
            "09:15:01 About set 1: for 1 of them, QuickBooks kept what came of it; "
            "for 1 of them, QuickBooks' memory has nothing of it."
        ),
        "09:15:01 Set 1: 1 synchronized.",
        "09:15:01 About set 1: Deskpost looks for the documents of the set.",
        "09:15:02 Set 3 (about set 1) was answered after 1.0 s.",
        "09:15:02 About set 1: QuickBooks did not tell whether it is there.",
        "09:15:02 Set 1: 1 in doubt.",
        f"09:15:02   message {second} (Customer:C-2) in doubt: QuickBooks did not tell whether it is there.",
        "09:15:02 The visit was closed by the Web Connector.",
    ]


def test_a_set_that_nobody_asked_about_yet_is_left_to_the_next_visit(shop: Conversation) -> None:
    shop.enqueue()
    shop.begin()
    wait(shop, 1)
    shop.close()

    assert told(shop, 1)[-2:] == [
        "09:00:01 Set 1 got no answer in this visit; the next visit asks QuickBooks what became of it.",
        "09:00:01 The visit was closed by the Web Connector.",
    ]


def test_another_company_file_is_told_with_the_reason(shop: Conversation) -> None:
    shop.enqueue()
    shop.authenticate()
    wait(shop, 1)
    shop.send(host=shop.host(file_id="{00000000-0000-0000-0000-000000000001}"))
    shop.close()

    assert facts(shop, 1)["company file"] == "not confirmed, so nothing was sent"
    line = told(shop, 1)[1]
    assert line.startswith("09:00:01 Nothing was sent: The company file that is open, Harbor Lane Supply")


def test_quickbooks_that_could_not_be_opened_is_told(shop: Conversation) -> None:
    shop.enqueue()
    shop.authenticate()
    shop.calls.connection_error(shop.ticket, "0x80040408", "Could not start QuickBooks.")

    assert told(shop, 1)[1].startswith("09:00:00 QuickBooks could not be opened: 0x80040408: ")
    assert told(shop, 1)[-1] == "09:00:00 The visit was given up: QuickBooks could not be opened."


def test_a_set_that_was_refused_whole_is_told_with_what_it_means(shop: Conversation) -> None:
    numbers = shop.customers(2)
    shop.begin()
    wait(shop, 1)
    shop.receive(hresult="0x80040400", message="QuickBooks found an error when parsing the provided XML text stream.")

    lines = told(shop, 1)

    assert any(line.startswith("09:00:01 Set 1 was refused as a whole after 1.0 s (") for line in lines)
    assert f"09:00:01   message {numbers[0]} (Customer:C-1) to be sent again: the set was refused whole." in lines


def test_no_more_messages_are_told_one_by_one_than_a_person_reads(shop: Conversation) -> None:
    shop.change_company(set_limit=100, set_size=100)
    numbers = shop.customers(60)
    shop.begin()
    wait(shop, 1)
    shop.receive(answer(*(response("CustomerAddRs", number, code=3170) for number in numbers)))

    lines = told(shop, 1)

    assert sum("failed: Cannot be changed" in line for line in lines) == 50
    assert lines[-1].endswith("  ... and 10 more that did not go as they should.")


def test_what_was_looked_for_after_a_restored_backup_is_told(store: Store, clock: Clock, tmp_path: Path) -> None:
    shop = Shop(store, clock, tmp_path)
    backup, moment = tmp_path / "backup", clock.now
    shutil.copy(shop.file.path, backup)
    shop.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    shop.update()
    shutil.copy(backup, shop.file.path)
    with store.writing() as work:
        file_changes.restored(work, shop.company(), moment, by="olga")
    shop.update()

    lines = [line.partition(" ")[2] for line in told(shop, 2)]

    assert "Set 2 asked for 1 record that was learned after the restored backup." in lines
    assert ("Customer:C-1: it is gone in QuickBooks since a backup was restored, so it has to be saved again.") in lines


def test_a_visit_that_never_was_is_refused(shop: Conversation) -> None:
    with pytest.raises(story.UnknownSession), shop.store.reading() as work:
        story.tell(work, 7)
