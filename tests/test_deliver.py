"""Webhooks: what happened is told to the order system, signed, at least once, and never at the cost of a session."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from qwc import company
from qwc.company import CompanyFile
from qwc.mishaps import BEGIN_SESSION, Kind, Mishap
from service.deliver import LEASE, deliver_due, signed_headers
from service.domain.announcement import PAUSES
from service.exchange import decide, webhooks
from service.exchange.webhooks import UnknownDelivery, UnknownWebhook, WebhookRemoved
from service.store import companies
from service.store import webhooks as rows
from service.store.unit import Store
from service.store.webhooks import Delivery
from tests.clock import Clock
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store
from tests.receiver import Receiver, receiver
from tests.shop import Shop

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "store"]

STRANGER = {"CustomerRef": {"FullName": "Nobody's Cousin"}, "InvoiceLineAdd": [{"Desc": "A", "Amount": "1.00"}]}


@pytest.fixture
def shop(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    return Shop(store, clock, tmp_path)


@pytest.fixture
def orders() -> Iterator[Receiver]:
    with receiver() as running:
        yield running


def add(shop: Shop, url: str, *kinds: str) -> webhooks.Added:
    with shop.store.writing() as work:
        return webhooks.add(work, companies.named(work, shop.name), url, kinds, by="test")


def deliveries(shop: Shop) -> list[Delivery]:
    with shop.store.reading() as work:
        return list(reversed(rows.deliveries(work, shop.company().id, 100)))


def told(orders: Receiver) -> list[tuple[str, Any]]:
    bodies = [json.loads(one.body) for one in orders.received]
    return sorted((body["type"], body["data"].get("record") or body["data"]["company"]) for body in bodies)


def test_what_came_of_messages_is_told_with_quickbooks_numbers_and_reasons(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"}, revision=4, idempotency_key="c1-v4")
    refused = shop.save("Invoice:1", STRANGER)
    shop.update()

    assert deliver_due(shop.store) == 2
    assert told(orders) == [("message.failed", "Invoice:1"), ("message.synchronized", "Customer:C-1")]
    bodies = {body["type"]: body["data"] for body in (json.loads(one.body) for one in orders.received)}
    (lila,) = shop.file.find("Customer", "Kern, Lila")
    good = bodies["message.synchronized"]
    assert (good["company"], good["status"], good["revision"], good["idempotency_key"]) == (
        "shop",
        "synchronized",
        4,
        "c1-v4",
    )
    assert (good["quickbooks_id"], good["quickbooks_number"]) == (lila["ListID"], "Kern, Lila")
    bad = bodies["message.failed"]
    assert (bad["message_id"], bad["status_code"]) == (refused, 3140)
    assert "Nobody's Cousin" in bad["what_happened"]
    assert bad["what_to_do"]
    assert all("content" not in data for data in bodies.values())


def test_a_body_is_signed_so_that_the_receiver_knows_who_sent_it(shop: Shop, orders: Receiver) -> None:
    added = add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()
    deliver_due(shop.store)

    (one,) = orders.received
    key = base64.b64decode(added.secret.removeprefix("whsec_"))
    signed = f"{one.headers['webhook-id']}.{one.headers['webhook-timestamp']}.".encode() + one.body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert one.headers["webhook-signature"] == f"v1,{expected}"
    assert len(key) == 32


def test_the_signature_is_that_of_standard_webhooks() -> None:
    """Digest and signature were made with openssl, this one from the key `a-key-of-24-letters-long`."""
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    headers = signed_headers(7, at, b'{"a":1}', "whsec_YS1rZXktb2YtMjQtbGV0dGVycy1sb25n")

    assert (headers["webhook-id"], headers["webhook-timestamp"]) == ("msg_7_015abd7f5cc57a2d", "1772442000")
    assert headers["webhook-signature"] == "v1,uvICG79PJ3XVbs5Gwk4v+QrR9Nxh6bIvJDW29XOgn6k="


def test_a_number_that_is_given_once_more_does_not_make_another_announcement_the_same(
    shop: Shop, orders: Receiver
) -> None:
    """Receivers drop an id that they have seen; SQLite begins with 1 again when all old deliveries were removed."""
    add(shop, orders.url)
    for number in (1, 2):
        shop.save(f"Customer:C-{number}", {"Name": f"Kern, Lila {number}"})
        shop.update()
        deliver_due(shop.store)
        with shop.store.writing() as work:
            work.connection.execute(text("DELETE FROM webhook_deliveries"))

    assert len({one.headers["webhook-id"] for one in orders.received}) == 2


def test_only_the_kinds_that_were_chosen_are_told(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url, "message.failed")
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.save("Invoice:1", STRANGER)
    shop.update()
    deliver_due(shop.store)

    assert told(orders) == [("message.failed", "Invoice:1")]


def test_what_was_entered_by_hand_is_told(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url, "message.manually_entered")
    refused = shop.save("Invoice:1", STRANGER)
    shop.update()
    with shop.store.writing() as work:
        decide.hand_over(work, refused, by="ann")
        decide.mark_entered(work, refused, number="1001", by="ann")
    deliver_due(shop.store)

    (one,) = orders.received
    assert json.loads(one.body)["data"]["quickbooks_number"] == "1001"


def test_another_companys_messages_are_not_told(shop: Shop, tmp_path: Path, clock: Clock, orders: Receiver) -> None:
    other = Shop(shop.store, clock, tmp_path, name="other", application=shop.application)
    add(shop, orders.url)
    other.save("Customer:C-1", {"Name": "Somebody Else"})
    other.update()

    assert deliver_due(shop.store) == 0


def test_a_receiver_that_fails_is_told_again_after_growing_pauses_and_then_no_more(
    shop: Shop, clock: Clock, orders: Receiver
) -> None:
    add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()
    orders.answers = [500] * (len(PAUSES) + 1)

    assert deliver_due(shop.store) == 1
    for pause in PAUSES:
        (waiting,) = deliveries(shop)
        assert waiting.next_try_at == clock() + pause
        assert waiting.last_problem == "it answered 500"
        clock.now += pause - timedelta(seconds=1)
        assert deliver_due(shop.store) == 0
        clock.now += timedelta(seconds=1)
        assert deliver_due(shop.store) == 1

    (given_up,) = deliveries(shop)
    assert (given_up.state, given_up.attempts) == ("given_up", len(PAUSES) + 1)
    clock.go_on(days=30)
    assert deliver_due(shop.store) == 0
    assert len({one.headers["webhook-id"] for one in orders.received}) == 1


def test_what_was_given_up_can_be_told_once_more_by_hand(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()
    orders.answers = [410]
    deliver_due(shop.store)
    (given_up,) = deliveries(shop)
    assert given_up.state == "given_up"

    with shop.store.writing() as work:
        webhooks.tell_again(work, given_up.id, by="ann")
    assert deliver_due(shop.store) == 1
    assert [one.state for one in deliveries(shop)] == ["delivered"]


def test_a_receiver_that_is_not_there_costs_the_session_nothing_and_is_told_later(shop: Shop) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    add(shop, url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})

    assert shop.update().status == "1 synchronized."
    assert deliver_due(shop.store) == 1
    (waiting,) = deliveries(shop)
    assert waiting.state == "waiting"
    assert waiting.last_problem is not None
    assert waiting.last_problem.startswith("it was not reached: ")


def test_a_redirect_is_not_followed(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()
    orders.answers = [302]
    deliver_due(shop.store)

    assert [one.path for one in orders.received] == ["/deskpost"]
    assert [one.last_problem for one in deliveries(shop)] == ["it answered 302"]


def test_a_receiver_that_speaks_no_http_is_a_problem_like_any_other(shop: Shop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        add(shop, f"http://127.0.0.1:{server.getsockname()[1]}/")
        shop.save("Customer:C-1", {"Name": "Kern, Lila"})
        shop.update()

        def answer() -> None:
            conversation, _ = server.accept()
            conversation.recv(100_000)
            conversation.sendall(b"\x00\xff nonsense\r\n\r\n")
            conversation.close()

        thread = Thread(target=answer)
        thread.start()
        assert deliver_due(shop.store) == 1
        thread.join()
    assert [one.state for one in deliveries(shop)] == ["waiting"]


def test_what_a_process_was_telling_when_it_died_is_told_by_the_next_one(
    shop: Shop, clock: Clock, orders: Receiver
) -> None:
    add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()
    with shop.store.writing() as work:
        assert len(rows.claim(work, 10, LEASE)) == 1

    assert deliver_due(shop.store) == 0
    clock.now += LEASE
    assert deliver_due(shop.store) == 1
    assert len(orders.received) == 1


def test_what_is_rolled_back_is_never_told(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url)
    refused = shop.save("Invoice:1", STRANGER)
    shop.update()
    deliver_due(shop.store)
    with pytest.raises(RuntimeError), shop.store.writing() as work:
        decide.hand_over(work, refused, by="ann")
        decide.mark_entered(work, refused, number="1001", by="ann")
        raise RuntimeError

    assert deliver_due(shop.store) == 0


def test_the_wrong_company_file_is_told_once_while_it_stays_open(
    shop: Shop, tmp_path: Path, clock: Clock, orders: Receiver
) -> None:
    shop.update()
    add(shop, orders.url, "company.file_mismatch")
    path = tmp_path / "other.company"
    company.create(path, clock=clock, company_name="Somebody Else's Books")
    other = CompanyFile(path, clock=clock)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    for _ in range(2):
        shop.update(Mishap(BEGIN_SESSION, 1, Kind.OTHER_COMPANY), other=other)

    assert deliver_due(shop.store) == 1
    assert "Somebody Else's Books" in json.loads(orders.received[0].body)["data"]["what_happened"]


def test_a_web_connector_that_stays_away_is_told_once_for_each_silence(
    shop: Shop, clock: Clock, orders: Receiver
) -> None:
    add(shop, orders.url, "company.silent")
    shop.update()
    clock.go_on(days=2)
    assert deliver_due(shop.store) == 0  # Nothing waits, so nobody misses it.

    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    assert (deliver_due(shop.store), deliver_due(shop.store)) == (1, 0)
    assert "silent since 2026-03-02 09:15 UTC" in json.loads(orders.received[0].body)["data"]["what_happened"]

    shop.update()
    shop.save("Customer:C-2", {"Name": "Lou"})
    clock.go_on(days=2)
    assert deliver_due(shop.store) == 1


def test_a_removed_webhook_is_told_nothing_more(shop: Shop, orders: Receiver) -> None:
    added = add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()
    with shop.store.writing() as work:
        webhooks.remove(work, added.webhook_id, by="ann")

    assert deliver_due(shop.store) == 0
    (given_up,) = deliveries(shop)
    assert (given_up.state, given_up.last_problem) == ("given_up", "the webhook was removed")
    with shop.store.writing() as work:
        with pytest.raises(WebhookRemoved):
            webhooks.tell_again(work, given_up.id, by="ann")
        with pytest.raises(UnknownWebhook):
            webhooks.remove(work, added.webhook_id, by="ann")
        with pytest.raises(UnknownDelivery):
            webhooks.tell_again(work, given_up.id + 1, by="ann")


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("orders.example.com/x", "it does not begin with https://"),
        ("ftp://orders.example.com/x", "it does not begin with https://"),
        ("http://orders.example.com/x", "over http anybody on the way could read"),
        ("https://ann:secret@orders.example.com/x", "it holds a password"),
        ("https://orders.example.com/a b", "spaces"),
        ("https://orders.example.com:port/", "it is no address"),
        ("https://" + "a" * 2000, "it is too long"),
    ],
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_address_that_cannot_be_told_is_refused_with_the_reason(shop: Shop, url: str, why: str) -> None:
    with pytest.raises(webhooks.BadWebhookAddress, match=why):
        add(shop, url)


def test_whoever_is_to_end_leaves_what_is_due_still_to_the_next(shop: Shop, orders: Receiver) -> None:
    add(shop, orders.url)
    shop.save("Customer:C-1", {"Name": "Kern, Lila"})
    shop.update()

    assert [deliver_due(shop.store, is_to_end=lambda: True), deliver_due(shop.store)] == [0, 1]
