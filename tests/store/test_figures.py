"""The figures of the queue follow what is open, whatever is done already."""

from __future__ import annotations

from sqlalchemy import insert, text

from service.exchange import accounts
from service.store import figures, tables
from service.store.unit import Store
from tests.clock import Clock

FINAL = ("synchronized", "superseded", "skipped", "manually_entered")
STANDING = {"pending": 3, "failed": 2, "manual_entry": 1, "in_flight": 0, "in_doubt": 0}


def filled(store: Store, clock: Clock) -> None:
    """A company with some of everything that is open and much that is done, and one with nothing."""
    with store.writing() as work:
        accounts.add_company(work, "shop", by="test")
        accounts.add_company(work, "annex", by="test")
        rows = [status for status, number in STANDING.items() for _ in range(number)] + list(FINAL) * 50
        work.connection.execute(
            insert(tables.messages),
            [
                {
                    "company_id": 1,
                    "operation": "save",
                    "record": f"Customer:{number}",
                    "status": status,
                    "what_happened": "It was so.",
                    "settled_at": work.now,
                    "created_at": work.now,
                }
                for number, status in enumerate(rows)
            ],
        )


def test_each_company_is_counted_by_status(store: Store, clock: Clock) -> None:
    filled(store, clock)
    begun = clock()
    clock.go_on(minutes=5)

    with store.reading() as work:
        annex, shop = figures.of_companies(work)
        assert figures.of_company(work, shop.company_id) == shop

    assert (annex.name, shop.name) == ("annex", "shop")
    assert shop.messages == STANDING
    assert set(annex.messages.values()) == {0}
    assert (shop.oldest_pending_at, annex.oldest_pending_at) == (begun, None)
    assert (shop.last_visit_at, shop.session_open, shop.mismatch) == (None, False, False)


def test_what_is_done_is_not_looked_at(store: Store, clock: Clock) -> None:
    filled(store, clock)
    with store.writing() as work:
        sqlite = work.connection.dialect.name == "sqlite"
        if not sqlite:
            work.connection.execute(text("ANALYZE messages"))
            # On so few rows it would rather read them all; with a million it never would.
            work.connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN " if sqlite else "EXPLAIN "
        sql = figures._query.compile(dialect=work.connection.dialect, compile_kwargs={"literal_binds": True})
        plan = [str(row[-1]) for row in work.connection.exec_driver_sql(explain + str(sql).replace("%", "%%"))]

    assert len([step for step in plan if "ix_messages_attention" in step]) == 1 + len(figures.OPEN), plan
    assert [step for step in plan if "SCAN messages" in step or "Seq Scan on messages" in step] == []
