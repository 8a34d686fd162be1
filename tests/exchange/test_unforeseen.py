"""What nobody foresaw in one message fails that message, and the others behind it go."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from service.exchange import write
from service.exchange.checking import check
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation

SECRET = "Calloway, Ruth"
BY_SQL = text("INSERT INTO messages (company_id, operation, record, content) VALUES (1, 'save', :record, :content)")


@pytest.fixture
def shop(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def failing_at(real: Any, number: int) -> Any:
    def fails(first: Any, *rest: Any) -> Any:
        if number == getattr(first, "id", None) or str(first.record) == f"Customer:C-{number}":
            raise ZeroDivisionError(SECRET)
        return real(first, *rest)

    return fails


def test_a_message_that_the_program_cannot_write_holds_up_no_other(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    numbers = shop.customers(3)
    monkeypatch.setattr(write, "written", failing_at(write.written, numbers[1]))

    handed = shop.begin()

    assert handed.numbers == [str(numbers[0]), str(numbers[2])]
    failed = shop.message(numbers[1])
    assert failed.status == "failed"
    assert "in a way that nobody foresaw (ZeroDivisionError)" in str(failed.what_happened)
    assert str(failed.what_to_do).startswith("Report it to those who look after Deskpost")
    assert f"Looking at message {numbers[1]} failed with ZeroDivisionError" in caplog.text
    assert SECRET not in caplog.text + str(failed.what_happened)


def test_a_message_that_came_by_sql_and_cannot_be_looked_at_holds_up_no_other(
    shop: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.exchange.enqueue.check", failing_at(check, 1))
    with shop.store.writing() as work:
        for number in (1, 2):
            given = {"record": f"Customer:C-{number}", "content": f'{{"Name": "Customer {number}"}}'}
            work.connection.execute(BY_SQL, given)

    handed = shop.begin()

    assert handed.value("Name") == "Customer 2"
    assert shop.statuses([1, 2]) == ["failed", "in_flight"]
    assert str(shop.message(1).what_to_do).startswith("Report it to those who look after Deskpost")


def test_content_that_somebody_broke_by_sql_fails_alone(shop: Conversation) -> None:
    first, second = shop.customers(2)
    with shop.store.writing() as work:
        broken = text("UPDATE messages SET content = :content WHERE id = :id")
        work.connection.execute(broken, {"content": '{"CustomerRef": {"record": ', "id": first})

    handed = shop.begin()

    assert handed.numbers == [str(second)]
    assert shop.message(first).status == "failed"
