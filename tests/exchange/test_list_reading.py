"""A reading asks page by page and is bounded, whatever QuickBooks answers; the answers are written by hand."""

from __future__ import annotations

import pytest

from service.exchange import linking
from service.exchange.reading_questions import lists, whole_lists
from service.exchange.request import Draft, Edition, written
from service.qbxml import schema
from service.store import companies, read_entries, readings
from service.store.readings import Reading
from service.store.unit import Conflict, Store
from tests.clock import Clock
from tests.exchange.conversation import Conversation, Handed, answer

ITERATOR = "{1D9A2B54-7B6E-4C0A-9D55-0F6B7C8D9E10}"
OTHER_ITERATOR = "{2D9A2B54-7B6E-4C0A-9D55-0F6B7C8D9E10}"


@pytest.fixture
def talk(store: Store, clock: Clock) -> Conversation:
    return Conversation(store, clock)


def ask(talk: Conversation, *words: str) -> None:
    with talk.store.writing() as work:
        linking.ask(work, companies.named(work, None), words, by="ruth")


def reading(talk: Conversation) -> Reading:
    with talk.store.reading() as work:
        newest = readings.latest(work, 1, "link")
    assert newest is not None
    return newest


def names(talk: Conversation) -> list[str | None]:
    with talk.store.reading() as work:
        return [one.full_name for one in read_entries.entries_of(work, reading(talk).id)]


def page(
    handed: Handed,
    *numbers: int,
    left: int | None = None,
    iterator: str = ITERATOR,
    code: int = 0,
    kind: str = "Entity",
) -> str:
    """An answer to a page: customers of these numbers, and how many are to come."""
    rets = "".join(
        f"<CustomerRet><ListID>8000{number:04}-1700000000</ListID><TimeCreated>2026-03-01T09:00:00-08:00</TimeCreated>"
        f"<TimeModified>2026-03-01T09:00:00-08:00</TimeModified><EditSequence>1700000000</EditSequence>"
        f"<Name>Customer {number}</Name><FullName>Customer {number}</FullName><IsActive>true</IsActive></CustomerRet>"
        for number in numbers
    )
    ends = f' iteratorRemainingCount="{left}" iteratorID="{iterator}"' if left is not None else ""
    severity = "Info" if code < 500 else "Error"
    return answer(
        f'<{kind}QueryRs requestID="{handed.numbers[0]}" statusCode="{code}" statusSeverity="{severity}" '
        f'statusMessage="told"{ends}>{rets}</{kind}QueryRs>'
    )


def iterators(handed: Handed) -> tuple[str | None, str | None]:
    request = handed.root[0][0]
    return request.get("iterator"), request.get("iteratorID")


def test_each_page_goes_on_with_the_iterator_of_the_one_before(talk: Conversation) -> None:
    ask(talk, "customers")
    first = talk.begin()
    assert (first.names, iterators(first), first.value("MaxReturned")) == (["EntityQueryRq"], ("Start", None), "100")
    assert first.value("ActiveStatus") == "All"
    assert (first.new_id, first.old_id) == (None, None)

    # A page of 100 came, and 300 are to come.
    assert talk.receive(page(first, 1, 2, left=300)) == 25
    second = talk.send()
    assert iterators(second) == ("Continue", ITERATOR)

    assert talk.receive(page(second, 3, left=0)) == 100
    assert names(talk) == ["Customer 1", "Customer 2", "Customer 3"]
    assert (reading(talk).state, reading(talk).pages) == ("done", 2)


def test_an_entry_that_comes_twice_is_kept_once(talk: Conversation) -> None:
    ask(talk, "customers")
    first = talk.begin()
    talk.receive(page(first, 1, 2, left=1))
    talk.receive(page(talk.send(), 2, 3, left=0))

    assert names(talk) == ["Customer 1", "Customer 2", "Customer 3"]


def test_small_lists_come_in_one_piece_and_each_query_is_asked_once(talk: Conversation) -> None:
    ask(talk, "customers", "vendors", "accounts")
    first = talk.begin()
    talk.receive(page(first, 1, left=0))
    second = talk.send()

    assert (first.names, second.names) == (["EntityQueryRq"], ["AccountQueryRq"])
    assert iterators(second) == (None, None)
    assert second.value("MaxReturned") is None
    assert talk.receive(page(second, kind="Account", code=1)) == 100
    assert reading(talk).state == "done"


def test_an_iterator_that_quickbooks_forgot_is_begun_anew_and_its_entries_replaced(talk: Conversation) -> None:
    ask(talk, "customers")
    talk.receive(page(talk.begin(), 1, 2, left=5))
    talk.receive(page(talk.send(), code=3391))
    again = talk.send()

    assert iterators(again) == ("Start", None)
    talk.receive(page(again, 2, 3, left=0))
    assert names(talk) == ["Customer 2", "Customer 3"]


def test_another_session_begins_anew(talk: Conversation) -> None:
    ask(talk, "customers")
    talk.receive(page(talk.begin(), 1, 2, left=5))
    talk.send()
    again = talk.begin()

    assert iterators(again) == ("Start", None)
    talk.receive(page(again, 1, left=0, iterator=OTHER_ITERATOR))
    assert names(talk) == ["Customer 1"]


def test_the_last_time_it_is_asked_in_one_piece(talk: Conversation) -> None:
    ask(talk, "customers")
    handed = talk.begin()
    asked = [iterators(handed)[0]]
    for _ in range(4):
        talk.receive(page(handed, code=3391))
        handed = talk.send()
        asked.append(iterators(handed)[0])

    assert asked == ["Start", "Start", "Start", "Start", None]
    assert handed.value("MaxReturned") is None
    assert talk.receive(page(handed, 1, 2)) == 100
    assert names(talk) == ["Customer 1", "Customer 2"]


NO_ANSWERS = {
    "empty": "",
    "not qbXML": "<html><body>Sorry</body></html>",
    "to another request": answer('<EntityQueryRs requestID="99.0" statusCode="0" statusSeverity="Info"/>'),
    "without a status": answer('<EntityQueryRs requestID="1.0"/>'),
    "without an iterator": answer(
        '<EntityQueryRs requestID="1.0" statusCode="0" statusSeverity="Info" iteratorRemainingCount="5"/>'
    ),
}


@pytest.mark.parametrize("told", NO_ANSWERS.values(), ids=NO_ANSWERS)
def test_what_is_no_answer_is_asked_again_and_given_up_after_the_fifth_time(talk: Conversation, told: str) -> None:
    ask(talk, "customers")
    talk.begin()
    for _ in range(4):
        assert 1 <= talk.receive(told) < 100
        assert talk.send().names == ["EntityQueryRq"]

    assert talk.receive(told) == 100
    assert reading(talk).state == "failed"
    assert "begun 5 times" in str(reading(talk).what_happened)
    talk.close()
    assert talk.authenticate() == "none"


def test_an_iterator_that_never_comes_nearer_to_its_end_is_given_up(talk: Conversation) -> None:
    ask(talk, "customers")
    handed = talk.begin()
    progress = talk.receive(page(handed, 1, left=7))
    for _ in range(9):
        assert 1 <= progress < 100
        handed = talk.send()
        progress = talk.receive(page(handed, 1, left=7))

    assert (reading(talk).state, progress) == ("failed", 100)


def test_a_refusal_ends_the_reading_with_what_to_do(talk: Conversation) -> None:
    ask(talk, "customers")

    assert talk.receive(page(talk.begin(), code=3261)) == 100
    assert reading(talk).state == "failed"
    assert reading(talk).what_happened


def test_a_question_that_quickbooks_cannot_read_fails_and_the_session_goes_on(talk: Conversation) -> None:
    ask(talk, "customers")
    talk.begin()

    assert (
        talk.receive(hresult="0x80040400", message="QuickBooks found an error when parsing the provided XML text")
        == 100
    )
    assert reading(talk).state == "failed"


def test_a_version_that_quickbooks_refuses_is_asked_again_in_the_next_lower_one(talk: Conversation) -> None:
    ask(talk, "customers")
    first = talk.begin()
    talk.receive(hresult="0x80040423", message="The version of qbXML is not supported")
    second = talk.send()

    assert ('version="16.0"' in first.text, 'version="15.0"' in second.text) == (True, True)
    assert talk.receive(page(second, 1, left=0)) == 100


def test_a_quickbooks_that_went_down_ends_the_session_and_the_next_one_reads(talk: Conversation) -> None:
    ask(talk, "customers")
    talk.begin()

    assert talk.receive(hresult="0x80010105", message="The server threw an exception.") < 0
    assert talk.trouble()
    again = talk.begin()
    assert talk.receive(page(again, 1, left=0)) == 100
    assert names(talk) == ["Customer 1"]


def test_an_answer_that_comes_twice_counts_once(talk: Conversation) -> None:
    ask(talk, "customers")
    told = page(talk.begin(), 1, left=3)
    first = talk.receive(told)

    assert talk.receive(told) == first
    assert reading(talk).pages == 1


def test_what_was_called_off_takes_no_late_answer(talk: Conversation) -> None:
    ask(talk, "customers")
    first = talk.begin()
    with talk.store.writing() as work:
        linking.dismiss(work, companies.named(work, None), by="ruth")

    assert talk.receive(page(first, 1, left=3)) == 100
    assert (reading(talk).state, names(talk)) == ("failed", [])


def test_the_database_lets_one_reading_of_a_purpose_be_open(talk: Conversation) -> None:
    ask(talk, "customers")

    with pytest.raises(Conflict), talk.store.writing() as work:
        readings.add(
            work,
            company_id=1,
            purpose="link",
            asked="items",
            kinds="[]",
            questions="[]",
            asked_by="ruth",
        )


def test_every_list_can_be_asked_of_a_quickbooks_of_2014() -> None:
    known = {one.name for one in schema.objects() if one.kind == "list"}
    for word, listed in lists().items():
        (question,) = whole_lists([word])
        draft = Draft(question.query, question.content)

        assert written(word, draft, "1.0", Edition(version="13.0")).text.startswith(f"<{listed.query} ")
        assert set(listed.kinds) <= known
