"""The rules that the database itself keeps, each attacked with plain SQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.exc import DataError, IntegrityError


@pytest.fixture
def attacker(migrated_url: str) -> Iterator[Connection]:
    """Return a plain connection of somebody with an SQL prompt, in a database with a company and an open session."""
    engine = create_engine(migrated_url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    with engine.connect() as connection:
        for statement in (
            "INSERT INTO companies (id, name) VALUES (1, 'shop')",
            "INSERT INTO companies (id, name) VALUES (2, 'mill')",
            "INSERT INTO users (id, name) VALUES (1, 'shop-qb')",
            (
                "INSERT INTO connections "
                "(id, company_id, user_id, user_name, password_hash, owner_id, file_id, app_name) "
                "VALUES (1, 1, 1, 'shop-qb', 'x', '{O}', '{F}', 'Deskpost')"
            ),
            "INSERT INTO sessions (id, ticket, company_id, connection_id) VALUES (1, 't', 1, 1)",
            (
                "INSERT INTO message_sets (id, company_id, session_id, purpose, recovery_id, qbxml_version, request) "
                "VALUES (1, 1, 1, 'write', 'AAAA', '16.0', 'x')"
            ),
        ):
            connection.execute(text(statement))
        yield connection
    engine.dispose()


MESSAGE = "INSERT INTO messages (company_id, operation, record, content, status, set_id, priority) VALUES "
IN_FLIGHT = "(1, 'save', 'Customer:1', '{}', 'in_flight', 1, 5)"

BREACHES = {
    "a status that nobody knows": f"{MESSAGE} (1, 'save', 'Customer:1', '{{}}', 'done', NULL, 5)",
    "an operation that nobody knows": f"{MESSAGE} (1, 'upsert', 'Customer:1', '{{}}', 'pending', NULL, 5)",
    "a save of nothing": f"{MESSAGE} (1, 'save', NULL, '{{}}', 'pending', NULL, 5)",
    "a raw message without a request": f"{MESSAGE} (1, 'raw', NULL, '{{}}', 'pending', NULL, 5)",
    "a message in flight without a set": f"{MESSAGE} (1, 'save', 'Customer:1', '{{}}', 'in_flight', NULL, 5)",
    "a synchronized message without a time": f"{MESSAGE} (1, 'save', 'Customer:1', '{{}}', 'synchronized', 1, 5)",
    "a message of no company": f"{MESSAGE} (99, 'save', 'Customer:1', '{{}}', 'pending', NULL, 5)",
    "a priority out of range": f"{MESSAGE} (1, 'save', 'Customer:1', '{{}}', 'pending', NULL, 10)",
    "two messages of one record in QuickBooks' hands": f"{MESSAGE} {IN_FLIGHT}, {IN_FLIGHT}",
    "a second unanswered set of writes": (
        "INSERT INTO message_sets (company_id, session_id, purpose, recovery_id, qbxml_version, request) "
        "VALUES (1, 1, 'write', 'BBBB', '16.0', 'x')"
    ),
    "a set whose outcome is open beside an unanswered one": (
        "INSERT INTO message_sets (company_id, session_id, purpose, recovery_id, qbxml_version, request, state, "
        "answered_at) VALUES (1, 1, 'write', 'BBBB', '16.0', 'x', 'unknown', CURRENT_TIMESTAMP)"
    ),
    "a second set handed out in a session": (
        "INSERT INTO message_sets (company_id, session_id, purpose, qbxml_version, request) "
        "VALUES (1, 1, 'read', '16.0', 'x')"
    ),
    "a recovery id used again": (
        "INSERT INTO message_sets (company_id, session_id, purpose, recovery_id, qbxml_version, request, state, "
        "answered_at) VALUES (2, 1, 'write', 'AAAA', '16.0', 'x', 'answered', CURRENT_TIMESTAMP)"
    ),
    "a recovery id longer than QuickBooks takes": (
        "UPDATE message_sets SET recovery_id = 'ABCDEFGHIJKLMNOPQRSTUVWX' WHERE id = 1"
    ),
    "a set of writes without a recovery id": "UPDATE message_sets SET recovery_id = NULL WHERE id = 1",
    "an answered set without a time": "UPDATE message_sets SET state = 'answered' WHERE id = 1",
    "a second open session of a company": (
        "INSERT INTO sessions (ticket, company_id, connection_id) VALUES ('u', 1, 1)"
    ),
    "a ticket given twice": (
        "INSERT INTO sessions (ticket, company_id, connection_id, state, closed_at) "
        "VALUES ('t', 1, 1, 'closed', CURRENT_TIMESTAMP)"
    ),
    "a closed session without a time": "UPDATE sessions SET state = 'closed' WHERE id = 1",
    "a progress of more than 100": "UPDATE sessions SET progress = 101 WHERE id = 1",
    "an unlawful move": (
        "INSERT INTO events (actor, action, from_status, to_status) VALUES ('x', 'y', 'synchronized', 'pending')"
    ),
    "a move that ends nowhere": "INSERT INTO events (actor, action, from_status) VALUES ('x', 'y', 'pending')",
    "a set limit of nothing": "UPDATE companies SET set_limit = 0 WHERE id = 1",
    "two companies of one name": "UPDATE companies SET name = 'shop' WHERE id = 2",
    "two connections of one user name": (
        "INSERT INTO connections (company_id, user_id, user_name, password_hash, owner_id, file_id, app_name) "
        "VALUES (1, 1, 'shop-qb', 'x', '{O}', '{G}', 'Deskpost')"
    ),
    "one FileID issued twice": (
        "INSERT INTO connections (company_id, user_id, user_name, password_hash, owner_id, file_id, app_name) "
        "VALUES (1, 1, 'other', 'x', '{O}', '{F}', 'Deskpost')"
    ),
    "a privilege that nobody knows": "INSERT INTO grants (user_id, privilege) VALUES (1, 'everything')",
    "one privilege for all companies granted twice": (
        "INSERT INTO grants (user_id, privilege) VALUES (1, 'view'), (1, 'view')"
    ),
    "a requirement of nothing": "INSERT INTO requirements (company_id, message_id) VALUES (1, 1)",
}


@pytest.mark.parametrize("breach", BREACHES.values(), ids=BREACHES.keys())
def test_the_database_refuses(attacker: Connection, breach: str) -> None:
    with pytest.raises(IntegrityError):
        attacker.execute(text(breach))


def test_one_key_stands_for_one_message_of_a_company(attacker: Connection) -> None:
    keyed = (
        "INSERT INTO messages (company_id, operation, record, content, idempotency_key) "
        "VALUES ({company}, 'save', 'Customer:1', '{{}}', 'order-1')"
    )
    attacker.execute(text(keyed.format(company=1)))
    attacker.execute(text(keyed.format(company=2)))

    with pytest.raises(IntegrityError):
        attacker.execute(text(keyed.format(company=1)))


TIMED = (
    "INSERT INTO messages (company_id, operation, record, content, not_before) VALUES (1, 'save', 'Customer:7', '{}', "
)


@pytest.mark.parametrize("moment", ["infinity", "", "2026-13-01", "0044-03-15 BC", "9999-12-31 23:59:59+00"])
def test_a_time_that_could_not_be_read_back_is_refused(attacker: Connection, moment: str) -> None:
    """It is read while the Web Connector waits; none of its visits would come to anything any more."""
    with pytest.raises((IntegrityError, DataError)):
        attacker.execute(text(f"{TIMED} '{moment}')"))


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("moment", ["'tomorrow'", "'now'", "17", "x'32303236'"])
def test_sqlite_takes_no_time_that_only_it_or_another_database_understands(attacker: Connection, moment: str) -> None:
    with pytest.raises(IntegrityError):
        attacker.execute(text(f"{TIMED} {moment})"))


@pytest.mark.parametrize("moment", ["2026-07-04", "2026-07-04 08:00", "2026-07-04T08:00:00.123456+02:00"])
def test_a_time_is_taken_as_people_write_it(attacker: Connection, moment: str) -> None:
    attacker.execute(text(f"{TIMED} '{moment}')"))


def test_a_plain_insert_needs_only_what_is_to_be_done(attacker: Connection) -> None:
    attacker.execute(
        text("INSERT INTO messages (company_id, operation, record, content) VALUES (1, 'save', 'Customer:7', '{}')")
    )
    row = attacker.execute(text("SELECT status, priority, waits_for, attempts, enqueued_by FROM messages")).one()

    assert tuple(row) == ("pending", 5, None, 0, "sql")
