"""What stands beside the messages in turn is seen in one look, each thing by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from service.store import agenda, messages, readings
from service.store.agenda import Agenda
from service.store.unit import Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, answer, customer_added

NOTHING = Agenda(*[False] * len(Agenda._fields))
BY_SQL = """INSERT INTO messages (company_id, operation, record, content)
            VALUES (1, 'save', 'Customer:C-9', '{"Name": "Boone, Ann"}')"""


def look(shop: Conversation, session_id: int | None = None) -> Agenda:
    with shop.store.reading() as work:
        return agenda.of_company(work, shop.company().id, session_id)[1]


def handed_out(shop: Conversation) -> None:
    shop.enqueue()
    shop.begin()


def not_looked_for_after_a_restore(shop: Conversation) -> None:
    number = shop.enqueue()
    handed = shop.begin()
    shop.receive(answer(customer_added(number), set_id=handed.new_id))
    with shop.store.writing() as work:
        work.connection.execute(text("UPDATE identities SET unchecked = true"))


def came_by_sql(shop: Conversation) -> None:
    with shop.store.writing() as work:
        work.connection.execute(text(BY_SQL))


def its_time_has_come(shop: Conversation) -> None:
    shop.enqueue(not_before=(shop.clock() + timedelta(hours=1)).isoformat())
    assert look(shop) == NOTHING
    shop.clock.go_on(hours=1)


def read_for_first(shop: Conversation) -> None:
    number = shop.enqueue()
    with shop.store.writing() as work:
        messages.change(work, number, to_read="current")


def lists_are_read(shop: Conversation) -> None:
    with shop.store.writing() as work:
        readings.add(
            work,
            company_id=shop.company().id,
            purpose="link",
            asked="customers",
            kinds="[]",
            questions="[]",
            asked_by="ann",
        )


def lists_are_to_be_decided_about(shop: Conversation) -> None:
    lists_are_read(shop)
    with shop.store.writing() as work:
        readings.change(work, 1, state="done", finished_at=datetime(2026, 7, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("happens", "stands"),
    [
        (lambda _: None, ()),
        (Conversation.enqueue, ()),
        (handed_out, ("unanswered",)),
        (not_looked_for_after_a_restore, ("unchecked",)),
        (came_by_sql, ("unseen",)),
        (its_time_has_come, ("due",)),
        (read_for_first, ("to_read",)),
        (lists_are_read, ("reading",)),
        (lists_are_to_be_decided_about, ("reading",)),
    ],
)
def test_each_thing_is_seen_by_itself(
    store: Store, clock: Clock, happens: Callable[[Conversation], object], stands: tuple[str, ...]
) -> None:
    shop = Conversation(store, clock)

    happens(shop)

    assert look(shop) == NOTHING._replace(**dict.fromkeys(stands, True))


def test_a_set_is_outstanding_for_the_session_that_handed_it_out_alone(store: Store, clock: Clock) -> None:
    shop = Conversation(store, clock)
    handed_out(shop)

    assert look(shop, shop.session().id).outstanding
    assert not look(shop, shop.session().id + 1).outstanding


def test_nothing_of_another_company_is_seen(store: Store, clock: Clock) -> None:
    shop = Conversation(store, clock)
    came_by_sql(shop)
    read_for_first(shop)
    lists_are_read(shop)
    handed_out(shop)
    with store.writing() as work:
        other = work.connection.execute(text("INSERT INTO companies (name) VALUES ('depot') RETURNING id")).scalar_one()

    with store.reading() as work:
        company, stands = agenda.of_company(work, other)

    assert (company.name, stands) == ("depot", NOTHING)
