"""The Python door: the caller's own transaction decides whether a message is there."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from service.domain.refusals import CompanyNotNamed, DocumentRefused, SomeRefused
from service.exchange import accounts
from service.outbox import Outbox, outbox
from service.store.database import DatabaseMissing
from service.store.unit import Store
from tests.databases import clock, migrated_postgresql, migrated_sqlite, migrated_url, store

__all__ = ["clock", "migrated_postgresql", "migrated_sqlite", "migrated_url", "store"]

CUSTOMER = {"Name": "Calloway, Ruth"}


@pytest.fixture
def address(store: Store, migrated_url: str) -> str:
    with store.writing() as work:
        accounts.add_company(work, "shop", by="test")
    return migrated_url


def count(address: str) -> int:
    engine = create_engine(address)
    with engine.connect() as connection:
        number = connection.execute(text("SELECT count(*) FROM messages")).scalar_one()
    engine.dispose()
    return int(number)


def test_order_and_message_are_committed_together(address: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        enqueued = Outbox(connection).save("Customer:C-1", CUSTOMER)
    engine.dispose()

    assert enqueued.is_new
    assert count(address) == 1


def test_a_rolled_back_order_leaves_no_message(address: str) -> None:
    engine = create_engine(address)
    with engine.connect() as connection:
        Outbox(connection).save("Customer:C-1", CUSTOMER)
        connection.rollback()
    engine.dispose()

    assert count(address) == 0


def test_a_session_of_the_orm_can_be_lent_as_well(address: str) -> None:
    engine = create_engine(address)
    with Session(engine) as session:
        Outbox(session).save("Customer:C-1", CUSTOMER)
        session.commit()
    engine.dispose()

    assert count(address) == 1


def test_by_address_the_block_is_the_transaction(address: str) -> None:
    with outbox(address) as box:
        box.save("Customer:C-1", CUSTOMER)
        box.void("Invoice:10248")
        box.raw("<HostQueryRq/>")

    with pytest.raises(DocumentRefused), outbox(address) as box:
        box.save("Customer:C-2", {"Name": "Ruth"})
        box.save("Customer:C-3", {"Nmae": "Ruth"})

    assert count(address) == 3


def test_among_several_companies_one_must_be_named(address: str, store: Store) -> None:
    with store.writing() as work:
        accounts.add_company(work, "mill", by="test")

    with pytest.raises(CompanyNotNamed, match="mill, shop"), outbox(address) as box:
        box.save("Customer:C-1", CUSTOMER)
    with outbox(address, company="mill") as box:
        box.save("Customer:C-1", CUSTOMER)


MANY = [(f"Customer:C-{number}", {"Name": f"Customer {number}"}) for number in range(1, 6)]


def test_many_are_taken_in_their_order_in_the_callers_transaction(address: str) -> None:
    engine = create_engine(address)
    with engine.connect() as connection:
        Outbox(connection).save_many(MANY)
        connection.rollback()
        taken = Outbox(connection).save_many(MANY, priority=1)
        connection.commit()
        records = connection.execute(text("SELECT record FROM messages WHERE priority = 1 ORDER BY id")).scalars().all()
    engine.dispose()

    assert [one.is_new for one in taken] == [True] * 5
    assert [one.message_id for one in taken] == sorted(one.message_id for one in taken)
    assert records == [record for record, _ in MANY]
    assert count(address) == 5


def test_of_many_all_are_taken_or_none_and_every_complaint_is_told(address: str) -> None:
    engine = create_engine(address)
    with engine.begin() as connection:
        box = Outbox(connection)
        box.save("Customer:C-0", CUSTOMER)
        with pytest.raises(SomeRefused) as refused:
            box.put_many(
                [
                    {"operation": "save", "record": "Customer:C-1", "content": CUSTOMER},
                    {"operation": "save", "record": "Customer:C-1", "content": CUSTOMER, "revision": 2},
                    {"operation": "save", "record": "Customer:C-2", "content": {"Nmae": "Ruth", "Phone": "5" * 30}},
                    {"operation": "save", "record": "Customer:C-1", "content": CUSTOMER, "revision": 1},
                ]
            )
    engine.dispose()

    assert count(address) == 1, "what the caller did before it is kept"
    assert list(refused.value.refusals) == [2, 3]
    assert str(refused.value).startswith(
        "Nothing was taken, because 2 of 4 messages cannot be: message 3: CustomerAdd/"
    )
    assert [complaint.partition(":")[0] for complaint in refused.value.complaints] == ["message 3"] * 3 + ["message 4"]


def test_many_for_several_companies_go_to_each(address: str, store: Store) -> None:
    with store.writing() as work:
        accounts.add_company(work, "mill", by="test")

    with outbox(address, company="shop") as box:
        taken = box.put_many(
            {"operation": "save", "record": "Customer:C-1", "content": CUSTOMER, "company": company}
            for company in ("mill", "shop", "mill")
        )
    with store.reading() as work:
        found = work.connection.execute(
            text("SELECT name, status FROM messages JOIN companies ON companies.id = company_id ORDER BY messages.id")
        ).all()

    assert len(taken) == 3
    assert [tuple(row) for row in found] == [("mill", "superseded"), ("shop", "pending"), ("mill", "pending")]


def test_a_file_that_is_not_there_is_refused_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match="There is no database at"), outbox(f"sqlite:///{tmp_path}/lost.sqlite"):
        pass

    assert list(tmp_path.iterdir()) == []
