"""A prepared statement does what SQLAlchemy does with it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, create_engine, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from service.store.prepared import Prepared
from service.store.tables import companies
from service.store.unit import Conflict, Store

NOON = datetime(2026, 3, 2, 12, 0, 0, 250_000, tzinfo=UTC)

add = Prepared(insert(companies).returning(companies.c.id))
visited = Prepared(update(companies).where(companies.c.name == bindparam("visited_name")))
named = Prepared(
    select(companies.c.name, companies.c.last_visit_at, companies.c.link_existing)
    .where(companies.c.name.in_(bindparam("names", expanding=True)))
    .order_by(companies.c.name)
)


def test_values_come_back_as_they_were_given(store: Store) -> None:
    with store.writing() as work:
        add.execute(work.connection, {"name": "shop", "last_visit_at": NOON, "link_existing": True})

        found = named.execute(work.connection, {"names": ["shop"]}).first()

    assert found is not None
    assert list(found) == ["shop", NOON, True]


def test_a_moment_is_kept_in_utc_wherever_it_was_told(store: Store) -> None:
    tokyo = NOON.astimezone(timezone(timedelta(hours=9)))
    with store.writing() as work:
        add.execute(work.connection, {"name": "shop", "last_visit_at": tokyo})

        (kept,) = work.connection.execute(select(companies.c.last_visit_at)).scalars()

    assert kept == NOON
    assert kept.tzinfo == UTC


def test_lists_of_any_length_are_looked_for(store: Store) -> None:
    with store.writing() as work:
        add.execute_each(work.connection, [{"name": name} for name in ("bakery", "mill", "shop")])

        one, two, none = (
            [row[0] for row in named.execute(work.connection, {"names": names})]
            for names in (["mill"], ["shop", "bakery"], [])
        )

    assert (one, two, none) == (["mill"], ["bakery", "shop"], [])


def test_an_insert_tells_the_number_of_its_row(store: Store) -> None:
    with store.writing() as work:
        numbers = [add.execute(work.connection, {"name": name}).scalar() for name in ("mill", "shop")]

        assert numbers == list(work.connection.execute(select(companies.c.id).order_by(companies.c.name)).scalars())


def test_an_update_writes_the_columns_that_are_given_and_counts_its_rows(store: Store) -> None:
    with store.writing() as work:
        add.execute(work.connection, {"name": "shop", "pc": "FRONT-DESK"})

        changed = visited.execute(work.connection, {"visited_name": "shop", "country": "CA"}).rowcount
        missed = visited.execute(work.connection, {"visited_name": "mill", "pc": "BACK-OFFICE"}).rowcount

        kept = work.connection.execute(select(companies.c.pc, companies.c.country)).one()
    assert (changed, missed) == (1, 0)
    assert tuple(kept) == ("FRONT-DESK", "CA")


def test_a_broken_rule_is_refused_and_nothing_is_kept(store: Store) -> None:
    with pytest.raises(Conflict) as refusal, store.writing() as work:
        add.execute(work.connection, {"name": "shop"})
        add.execute(work.connection, {"name": "shop"})

    assert isinstance(refusal.value.__cause__, IntegrityError)
    with store.reading() as work:
        assert work.connection.execute(select(companies.c.id)).all() == []


def test_what_the_database_does_not_know_is_an_error_of_sqlalchemy(store: Store) -> None:
    lost = Prepared(text("SELECT 1 FROM no_such_table"))

    with store.writing() as work, pytest.raises((OperationalError, ProgrammingError), match="no_such_table"):
        lost.execute(work.connection, {})


def test_on_a_lent_connection_the_caller_commits(migrated_url: str) -> None:
    engine = create_engine(migrated_url)
    try:
        with engine.connect() as lent:
            add.execute(lent, {"name": "kept"})
            lent.commit()
            add.execute(lent, {"name": "taken back"})
            lent.rollback()
        with engine.connect() as other:
            assert list(other.execute(select(companies.c.name)).scalars()) == ["kept"]
    finally:
        engine.dispose()
