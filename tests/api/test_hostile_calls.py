"""What strange, hostile or simultaneous calls get: a problem in a sentence, the same on both databases."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from service.exchange import accounts, document
from service.exchange.enqueue import enqueue
from service.store import companies
from service.store.tables import events
from tests.api.caller import Api, Caller
from tests.clock import Clock
from tests.crossing import crossed, overtaken_at_first
from tests.shop import Shop

MESSAGES = "/companies/shop/messages"
CUSTOMER = {"operation": "save", "record": "Customer:1", "content": {"Name": "Ada"}, "idempotency_key": "ada-1"}


@pytest.mark.parametrize("objects", [60, 500, 900, 5_000])
def test_content_that_is_nested_too_deeply_is_refused_at_any_depth(oms: Caller, shop: Shop, objects: int) -> None:
    content = '{"A":' * objects + "1" + "}" * objects
    body = f'{{"operation":"save","record":"Customer:1","content":{content}}}'

    answer = oms.post(MESSAGES, data=body, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert "nested too deeply" in answer.text
    assert shop.counts() == {}


@pytest.mark.parametrize(
    "path",
    ["/companies/%00", "/companies/%00/messages", "/companies/shop/connections/%00/qwc", "/companies/%ff/queue"],
)
def test_a_name_that_no_database_could_keep_is_not_found(oms: Caller, path: str) -> None:
    assert oms.get(path).status_code == 404


def test_a_note_with_half_a_character_or_nul_is_refused_with_its_place(oms: Caller, shop: Shop) -> None:
    number = shop.save("Customer:1", {"Name": "Ada"})

    for note in ("a\x00b", "\ud800"):
        answer = oms.post(f"{MESSAGES}/{number}/decisions", {"decision": "skip", "note": note})
        assert answer.status_code == 422
        assert answer.json["complaints"][0]["path"] == "note"
    assert shop.counts() == {"pending": 1}


def test_a_page_behind_the_last_number_there_can_be_is_empty(oms: Caller, shop: Shop) -> None:
    shop.save("Customer:1", {"Name": "Ada"})

    for asked in ("after=9223372036854775807", "after=9223372036854775807&status=synchronized"):
        assert oms.get(f"{MESSAGES}?{asked}").json == {"messages": [], "next": None}


def test_a_record_whose_key_holds_a_slash_is_read(oms: Caller, shop: Shop) -> None:
    number = shop.save("Customer:2026/17", {"Name": "Ada"})

    for path in ("Customer:2026/17", "Customer:2026%2F17"):
        answer = oms.get(f"/companies/shop/records/{path}").json
        assert answer["record"] == "Customer:2026/17"
        assert [one["id"] for one in answer["open_messages"]] == [number]


def test_what_changed_since_a_time_is_listed(oms: Caller, shop: Shop, clock: Clock) -> None:
    first = shop.save("Customer:1", {"Name": "Ada"})
    second = shop.save("Customer:2", {"Name": "Bo"})
    clock.go_on(minutes=10)
    since = clock().isoformat()
    oms.post(f"{MESSAGES}/{second}/decisions", {"decision": "skip"})

    listed = oms.get(MESSAGES, query_string={"since": since}).json["messages"]
    everything = oms.get(MESSAGES).json["messages"]

    assert [one["id"] for one in listed] == [second]
    assert [one["id"] for one in everything] == [first, second]
    for refused in ("2026-03-02T10:00:00", "0001-01-01T00:00:00+23:59", "yesterday"):
        assert oms.get(MESSAGES, query_string={"since": refused}).status_code == 422


def test_a_header_that_is_not_ascii_is_refused_before_it_becomes_another_key(oms: Caller, shop: Shop) -> None:
    content = {**CUSTOMER, "idempotency_key": None}

    assert oms.post(MESSAGES, content, headers={"Idempotency-Key": "caf\xe9"}).status_code == 400
    assert shop.counts() == {}


@pytest.mark.parametrize("path", ["messages", "batches"])
def test_two_that_bring_the_same_key_at_once_bring_one_message(api: Api, oms: Caller, shop: Shop, path: str) -> None:
    """The first holds its transaction open while the second calls, which on PostgreSQL runs into the first's row."""
    has_put, may_commit = threading.Event(), threading.Event()

    def first() -> None:
        with api.store.writing() as work:
            enqueue(work, companies.named(work, "shop"), document.read(CUSTOMER), by="another")
            has_put.set()
            may_commit.wait(10)

    holding = threading.Thread(target=first)
    holding.start()
    has_put.wait(10)
    threading.Timer(0.4, may_commit.set).start()
    answer = oms.post(f"/companies/shop/{path}", {"messages": [CUSTOMER]} if path == "batches" else CUSTOMER)
    holding.join()

    outcome = answer.json["outcomes"][0] if path == "batches" else answer.json
    assert answer.status_code == 200
    assert (outcome["message_id"], outcome["is_new"]) == (1, False)
    assert shop.counts() == {"pending": 1}


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    ("path", "given", "status"),
    [
        ("messages/1/decisions", {"decision": "skip"}, "skipped"),
        ("batches", {"messages": [{**CUSTOMER, "idempotency_key": "ada-2"}]}, "superseded"),
    ],
    ids=["a decision", "a batch"],
)
def test_a_call_that_a_deadlock_ended_is_done_anew_and_once(
    api: Api, oms: Caller, shop: Shop, caplog: pytest.LogCaptureFixture, path: str, given: object, status: str
) -> None:
    saved = shop.save("Customer:1", {"Name": "Ada"})
    deleted = shop.enqueue("delete", "Customer:1")

    with crossed(api.store, caplog, holds=deleted, wants=saved):
        answer = oms.post(f"/companies/shop/{path}", given)

    assert answer.status_code == 200
    assert shop.message(saved).status == status
    # What waited for the older save waits for nothing more of it; a newer one comes after it.
    assert shop.message(deleted).waits_for == 0


@pytest.mark.parametrize(
    ("made_by", "method", "path", "given", "action"),
    [
        ("add_company", "POST", "/companies", {"name": "third"}, "add company"),
        ("add_connection", "POST", "/companies/shop/connections", {"user_name": "pc-2"}, "add connection"),
        ("rotate_password", "POST", "/companies/shop/connections/shop-qb/password", None, "rotate password"),
        ("revoke", "DELETE", "/companies/shop/connections/shop-qb", None, "revoke connection"),
    ],
    ids=["a company", "a connection", "a password", "a revocation"],
)
def test_what_a_deadlock_ended_for_a_company_is_done_anew_and_once(
    api: Api, monkeypatch: pytest.MonkeyPatch, made_by: str, method: str, path: str, given: object, action: str
) -> None:
    program = api.caller(None)
    before = noted(api, action)
    monkeypatch.setattr(accounts, made_by, overtaken_at_first(getattr(accounts, made_by)))

    answer = program.delete(path) if method == "DELETE" else program.post(path, given)

    assert answer.status_code in (200, 201)
    assert noted(api, action) == before + 1


def noted(api: Api, action: str) -> int:
    """How many events of an action there are."""
    with api.store.reading() as work:
        query = select(func.count()).select_from(events).where(events.c.action == action)
        return int(work.connection.execute(query).scalar_one())
