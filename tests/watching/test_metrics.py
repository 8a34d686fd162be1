"""The figures say what really happened, and how the queue really stands."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from qwc.mishaps import Kind, Mishap
from service.watching.metrics import Metrics
from tests.shop import PASSWORD, Shop
from tests.watching.figures import figures


def test_what_was_posted_and_refused_is_counted_by_company_and_status(shop: Shop, watcher: Client) -> None:
    for number in (1, 2, 3):
        shop.save(f"Customer:C-{number}", {"Name": f"Customer {number}"})
    shop.save("Customer:C-4", {"Name": "Customer 4", "TermsRef": {"FullName": "Net 45"}})
    shop.update()

    seen = figures(watcher)

    assert seen["deskpost_messages_moved_total", "shop", "in_flight"] == 4
    assert seen["deskpost_messages_moved_total", "shop", "synchronized"] == 3
    assert seen["deskpost_messages_moved_total", "shop", "failed"] == 1
    assert seen["deskpost_messages", "shop", "failed"] == 1
    assert seen["deskpost_messages", "shop", "pending"] == 0
    assert seen["deskpost_events_total", "authenticate", "shop"] == 1
    assert seen["deskpost_set_messages_sum", "write"] == 4
    assert seen["deskpost_set_messages_count", "write"] == seen["deskpost_quickbooks_seconds_count", "write"] == 1
    assert seen["deskpost_call_seconds_count", "receiveResponseXML"] == 1


def test_a_queue_that_waits_for_the_web_connector_shows_since_when(shop: Shop, watcher: Client) -> None:
    shop.save("Customer:C-1", {"Name": "Ada Marsh"})
    enqueued = shop.clock.seconds()
    shop.clock.go_on(minutes=40)
    shop.save("Customer:C-2", {"Name": "Ruth Calloway"})

    before = figures(watcher)
    shop.update()
    after = figures(watcher)

    assert before["deskpost_oldest_pending_timestamp_seconds", "shop"] == enqueued
    assert before["deskpost_messages", "shop", "pending"] == 2
    assert ("deskpost_last_visit_timestamp_seconds", "shop") not in before
    assert ("deskpost_oldest_pending_timestamp_seconds", "shop") not in after
    assert after["deskpost_last_visit_timestamp_seconds", "shop"] == shop.clock.seconds()


def test_a_recovery_is_counted_and_a_set_is_counted_once(shop: Shop, watcher: Client) -> None:
    shop.save("Customer:C-1", {"Name": "Ada Marsh"})
    shop.update(Mishap("receiveResponseXML", 1, Kind.TIMEOUT))
    open_now = figures(watcher)
    shop.update()

    seen = figures(watcher)

    assert open_now["deskpost_sessions_open", "shop"] == 1
    assert open_now["deskpost_messages", "shop", "in_flight"] == 1
    assert seen["deskpost_events_total", "recover", "shop"] == 1
    assert seen["deskpost_messages_moved_total", "shop", "synchronized"] == 1
    assert seen["deskpost_quickbooks_seconds_count", "status_check"] == 1
    assert ("deskpost_quickbooks_seconds_count", "write") not in seen
    assert seen["deskpost_sessions_open", "shop"] == 0


@pytest.mark.parametrize(
    ("password", "answer"), [(PASSWORD, "none"), ("wrong", "nvu")], ids=["nothing to do", "wrong password"]
)
def test_sign_ins_are_counted_by_their_answer(shop: Shop, watcher: Client, password: str, answer: str) -> None:
    shop.update(password=password)

    assert figures(watcher)["deskpost_sign_ins_total", answer] == 1


def test_what_is_rolled_back_is_not_counted(shop: Shop, watcher: Client) -> None:
    message_id = shop.save("Customer:C-1", {"Name": "Ada Marsh"})
    with pytest.raises(ZeroDivisionError), shop.store.writing() as work:
        work.happened.append({"action": "skip", "company_id": 1, "message_id": message_id, "to_status": "skipped"})
        raise ZeroDivisionError

    assert ("deskpost_messages_moved_total", "shop", "skipped") not in figures(watcher)


def test_a_listener_that_fails_stops_no_visit(shop: Shop, watcher: Client, caplog: pytest.LogCaptureFixture) -> None:
    def fails(happened: object) -> None:
        raise OSError("No space left on device")

    shop.store._listeners.insert(0, fails)
    shop.save("Customer:C-1", {"Name": "Ada Marsh"})

    visit = shop.update()

    assert visit.status == "1 synchronized."
    assert figures(watcher)["deskpost_messages_moved_total", "shop", "synchronized"] == 1
    assert "A listener failed" in caplog.text


def test_a_figure_that_cannot_be_kept_loses_no_answer(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(metrics: Metrics, operation: str, seconds: float) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(Metrics, "call", fails)
    shop.save("Customer:C-1", {"Name": "Ada Marsh"})

    assert shop.update().status == "1 synchronized."


def test_no_figure_names_a_record_or_a_customer(shop: Shop, watcher: Client) -> None:
    shop.save("Customer:C-1042", {"Name": "Calloway, Ruth", "AccountNumber": "774411"})
    shop.update()

    page = watcher.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}).text

    assert [word for word in ("C-1042", "Calloway", "774411", "Birchwood", PASSWORD) if word in page] == []
