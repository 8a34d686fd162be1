"""Paged queries: page by page to the last record, in one session only."""

from __future__ import annotations

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Clock, Conversation, Reply, add, query


def start(talk: Conversation, most: int, content: str = "") -> Reply:
    return talk.one(query("Customer", f"<MaxReturned>{most}</MaxReturned>{content}", ' iterator="Start"'))


def go_on(talk: Conversation, iterator_id: str | None, most: int, mode: str = "Continue") -> Reply:
    attributes = f' iterator="{mode}" iteratorID="{iterator_id}"'
    return talk.one(query("Customer", f"<MaxReturned>{most}</MaxReturned>", attributes))


def test_pages_come_until_nothing_remains(talk: Conversation) -> None:
    names = talk.done(query("Customer")).texts("CustomerRet/FullName")

    first = start(talk, 2)
    second = go_on(talk, first.attribute("iteratorID"), 2)
    third = go_on(talk, first.attribute("iteratorID"), 2)

    pages = [first, second, third]
    assert len(names) == 5
    assert [page.attribute("iteratorRemainingCount") for page in pages] == ["3", "1", "0"]
    assert [name for page in pages for name in page.texts("CustomerRet/FullName")] == names
    assert go_on(talk, first.attribute("iteratorID"), 2).code == 3391


def test_records_made_in_between_do_not_disturb_the_pages(talk: Conversation) -> None:
    first = start(talk, 4)
    talk.done(add("Customer", "<Name>AAA</Name>"))

    second = go_on(talk, first.attribute("iteratorID"), 4)

    assert len(second.texts("CustomerRet/FullName")) == 1


def test_an_iterator_dies_with_its_session(talk: Conversation, company: CompanyFile, clock: Clock) -> None:
    first = start(talk, 1)
    talk.connection.end_session()
    talk.connection.begin_session("")

    assert go_on(talk, first.attribute("iteratorID"), 1).code == 3391
    other = Conversation(company, clock)
    assert go_on(other, start(talk, 1).attribute("iteratorID"), 1).code == 3391
    other.leave()


def test_a_stopped_iterator_is_gone(talk: Conversation) -> None:
    first = start(talk, 1)

    assert go_on(talk, first.attribute("iteratorID"), 1, "Stop").code == 0
    assert go_on(talk, first.attribute("iteratorID"), 1).code == 3391


def test_going_on_without_an_id_is_refused(talk: Conversation) -> None:
    assert talk.one(query("Customer", "<MaxReturned>1</MaxReturned>", ' iterator="Continue"')).code == 3390


def test_too_many_paged_queries_at_a_time_are_refused(talk: Conversation) -> None:
    replies = [start(talk, 1) for _ in range(21)]

    assert [reply.code for reply in replies] == [0] * 20 + [3390]


def test_a_paged_query_without_a_hit_says_so(talk: Conversation) -> None:
    reply = start(talk, 1, "<ActiveStatus>InactiveOnly</ActiveStatus>")

    assert (reply.code, reply.attribute("iteratorRemainingCount")) == (1, "0")
