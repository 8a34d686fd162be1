"""Many documents that arrive together end in the same rows as the same documents one after another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, example, settings
from hypothesis import given as given_that
from hypothesis import strategies as st
from sqlalchemy import select

from service.domain.refusals import DocumentRefused, Refusal
from service.exchange import accounts, document
from service.exchange.checking import look_at
from service.exchange.enqueue import Enqueued, enqueue, enqueue_all
from service.store import companies, identities
from service.store.companies import Company
from service.store.tables import events, messages, requirements
from service.store.unit import Store, Work

BY = "order system"
KEYS = ("A", "B", "C")
_names = count(1)

Given = Mapping[str, Any]
Taking = Callable[[Work, Company, Sequence[Given]], list[Enqueued | Refusal]]


def saved(key: str, parent: str | None = None, **more: Any) -> Given:
    content: dict[str, Any] = {"Name": f"Customer {key}"}
    if parent is not None:
        content["ParentRef"] = {"record": f"Customer:{parent}"}
    return {"operation": "save", "record": f"Customer:{key}", "content": content, **more}


def optional(*values: object) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, None, *values])


saves = st.builds(
    saved,
    st.sampled_from(KEYS),
    optional(*KEYS),
    revision=optional(1, 2, 3),
    idempotency_key=optional("first", "second"),
    priority=optional(1, 9),
)
others = st.one_of(
    st.sampled_from(KEYS).map(lambda key: {"operation": "delete", "record": f"Customer:{key}"}),
    st.sampled_from(KEYS).map(lambda key: {**saved(key), "operation": "add", "idempotency_key": "first"}),
    st.sampled_from(KEYS).map(lambda key: {**saved(key), "content": {"Nmae": key}, "idempotency_key": "second"}),
    st.just({"operation": "raw", "request": "<HostQueryRq></HostQueryRq>"}),
    st.sampled_from(KEYS).map(
        lambda key: {**saved(key), "content": {"Name": key, "ExternalGUID": "{6B063959-81B0-4622-85D6-F548C8CCB517}"}}
    ),
)


def one_by_one(work: Work, company: Company, given: Sequence[Given]) -> list[Enqueued | Refusal]:
    outcomes: list[Enqueued | Refusal] = []
    for one in given:
        try:
            outcomes.append(enqueue(work, company, document.read(one), by=BY))
        except Refusal as refusal:
            outcomes.append(refusal)
    return outcomes


def together(work: Work, company: Company, given: Sequence[Given]) -> list[Enqueued | Refusal]:
    return list(enqueue_all(work, [look_at(document.read(one), company) for one in given], by=BY))


def rows(store: Store, taking: Taking, before: Sequence[Given], given: Sequence[Given]) -> list[object]:
    """Take documents into a queue of their own, in which some are already, and tell what became of them, row by row."""
    name = f"shop-{next(_names)}"
    with store.writing() as work:
        accounts.add_company(work, name, by="test")
        company = companies.named(work, name)
        one_by_one(work, company, before)
        identities.learn(work, company.id, [{"record": "Customer:C", "quickbooks_id": "8000-1", "revision": 2}])
        _fail_the_first(work, company)
    with store.writing() as work:
        outcomes = taking(work, company, given)
    with store.reading() as work:
        return [*map(_outcome, outcomes), *_told(work, company)]


def _fail_the_first(work: Work, company: Company) -> None:
    first = select(messages.c.id).where(messages.c.company_id == company.id).order_by(messages.c.id).limit(1)
    failed = messages.update().where(messages.c.id == first.scalar_subquery()).values(status="failed")
    work.connection.execute(failed)


def _outcome(outcome: Enqueued | Refusal) -> object:
    return (type(outcome).__name__, str(outcome)) if isinstance(outcome, Refusal) else outcome.is_new


def _told(work: Work, company: Company) -> list[object]:
    """The rows of a company in the words of their order: the numbers of two companies' messages are not the same."""
    ours = messages.c.company_id == company.id
    kept = [row._asdict() for row in work.connection.execute(select(messages).where(ours).order_by(messages.c.id))]
    places = {row["id"]: place for place, row in enumerate(kept)}
    guids = [row.pop("external_guid") for row in kept]
    for row in kept:
        del row["id"], row["company_id"]
    required = work.connection.execute(
        select(requirements.c.message_id, requirements.c.record, requirements.c.earlier_id, requirements.c.settled)
        .where(requirements.c.company_id == company.id)
        .order_by(requirements.c.message_id, requirements.c.record, requirements.c.earlier_id)
    )
    happened = work.connection.execute(
        select(
            events.c.message_id,
            events.c.actor,
            events.c.action,
            events.c.from_status,
            events.c.to_status,
            events.c.note,
        )
        .where(events.c.company_id == company.id, events.c.message_id.is_not(None))
        .order_by(events.c.message_id, events.c.id)
    )
    assert all(guids)
    return [
        *kept,
        *((places[row[0]], row[1], places.get(row[2]), row[3]) for row in required),
        *((places[row[0]], *row[1:5], _with_places(row[5], places)) for row in happened),
    ]


def _with_places(note: str | None, places: Mapping[int, int]) -> str | None:
    return note and re.sub(r"message (\d+)", lambda found: f"message at {places[int(found[1])]}", note)


def _comparable(told: list[object]) -> list[object]:
    """Leave out the number in the one sentence that says which message has a key."""
    return [
        (one[0], re.sub(r"message \d+", "message", one[1])) if isinstance(one, tuple) and len(one) == 2 else one
        for one in told
    ]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given_that(
    before=st.lists(saves, max_size=3), arriving=st.lists(st.one_of(saves, saves, others), min_size=1, max_size=9)
)
@example(before=[], arriving=[saved("A", "B"), saved("B", "A")])
@example(before=[saved("A")], arriving=[saved("A", "B"), saved("B", "D"), saved("D", "A")])
@example(before=[saved("A", "B")], arriving=[saved("B", "A"), saved("B"), saved("A"), saved("B", "A")])
@example(before=[saved("C"), saved("A", "B")], arriving=[saved("A"), saved("B", "A")])
@example(before=[saved("C"), saved("B", "D")], arriving=[saved("A", "B"), saved("D", "A")])
@example(before=[saved("C"), saved("B", "D"), saved("E", "A")], arriving=[saved("A", "B"), saved("D", "E")])
@example(
    before=[saved("A"), saved("A")], arriving=[saved("A", revision=2), saved("C", revision=1), saved("A", revision=1)]
)
@example(before=[saved("A", idempotency_key="first")], arriving=[saved("A", idempotency_key="first"), saved("B")])
@pytest.mark.usefixtures("clock")
def test_many_at_once_leave_the_rows_that_one_after_another_leaves(
    store: Store, before: list[Given], arriving: list[Given]
) -> None:
    assert _comparable(rows(store, together, before, arriving)) == _comparable(
        rows(store, one_by_one, before, arriving)
    )


def test_what_is_refused_among_many_holds_up_nothing_else(store: Store) -> None:
    with store.writing() as work:
        accounts.add_company(work, "shop", by="test")
        company = companies.named(work, "shop")
        outcomes = together(work, company, [saved("A"), {**saved("B"), "content": {"Nmae": "B"}}, saved("C")])

    assert [type(one) for one in outcomes] == [Enqueued, DocumentRefused, Enqueued]


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_five_hundred_take_a_few_statements(store: Store) -> None:
    statements: list[str] = []
    with store.writing() as work:
        accounts.add_company(work, "shop", by="test")
        company = companies.named(work, "shop")
        connection: Any = work.connection.connection.dbapi_connection
        connection.set_trace_callback(statements.append)
        outcomes = together(work, company, [saved(str(number), "A") for number in range(512)])
        connection.set_trace_callback(None)

    assert len(outcomes) == 512
    # Two questions about their records in two parts, one about the record they refer to, and 64 rows to a statement of
    # messages, events and requirements.
    # SQLite tells a statement once more for each row that a trigger looks at.
    assert len(set(statements)) == 2 * 2 + 1 + 3 * 512 // 64
