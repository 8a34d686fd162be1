"""A broken or hostile client: what it says changes nothing that is not its own, and is answered in the protocol.

Every reply is read strictly, so that a SOAP fault or a traceback fails these tests.
"""

from __future__ import annotations

import secrets

import pytest
from sqlalchemy import func, select

from qwc.connector import Outcome, WsgiTransport
from qwc.connector.envelope import request_body, request_headers
from service.store import tables
from tests.journeys.by_hand import ByHand
from tests.journeys.orders import A_DAY, enqueue_a_day, enqueue_customers
from tests.journeys.town import Town
from tests.shop import Shop

ADDED = (
    '<CustomerAddRs requestID="{number}" statusCode="0" statusSeverity="Info" statusMessage="Status OK"><CustomerRet>'
    "<ListID>80000999-1</ListID><EditSequence>1</EditSequence><Name>Mallory</Name><FullName>Mallory</FullName>"
    "</CustomerRet></CustomerAddRs>"
)
VERSION = ("US", 16, 0)


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    return town_shop


def an_answer(*responses: str, attributes: str = "") -> tuple[str, str, str]:
    return f"<QBXML><QBXMLMsgsRs{attributes}>{''.join(responses)}</QBXMLMsgsRs></QBXML>", "", ""


def state(shop: Shop) -> object:
    """All that a stranger must not change."""
    return shop.counts(), shop.set_states(), shop.company(), shop.file.counts()


def assert_the_day_ends_well(shop: Shop) -> None:
    shop.update()
    shop.update()
    assert shop.counts() == {"synchronized": len(A_DAY)}
    assert shop.disagreements() == []


def dead_tickets(shop: Shop) -> dict[str, str]:
    """Tickets that lead nowhere, each dead in its own way."""
    pc = ByHand(shop)
    tickets = {"empty": "", "made up": secrets.token_hex(20), "junk": "' OR 1=1 --", "long": "9" * 100_000}
    pc.authenticate("guessed-password")
    tickets["refused"] = pc.ticket
    pc.authenticate()
    tickets["replaced"] = pc.ticket
    pc.authenticate()
    pc.close()
    tickets["closed"] = pc.ticket
    return tickets


def test_no_call_under_a_dead_ticket_changes_anything(shop: Shop) -> None:
    enqueue_a_day(shop)
    tickets = dead_tickets(shop)
    before = state(shop)
    calls = ByHand(shop).calls

    for kind, ticket in tickets.items():
        assert calls.send_request_xml(ticket, "", shop.file.windows_path, VERSION) == "", kind
        assert calls.receive_response_xml(ticket, *an_answer(ADDED.format(number=1))) < 0, kind
        assert calls.receive_response_xml(ticket, "", "0x80040400", "cannot be read") < 0, kind
        assert calls.connection_error(ticket, "0x80040408", "QuickBooks did not start") == "done", kind
        assert calls.get_last_error(ticket) not in ("", "NoOp", "Interactive mode"), kind
        assert calls.close_connection(ticket) != "", kind
        assert calls.get_interactive_url(ticket, "1") == ""
        assert calls.interactive_done(ticket, "interactiveDone") == "DONE"
        assert calls.interactive_rejected(ticket, "no") != ""

    assert state(shop) == before
    assert_the_day_ends_well(shop)


def test_an_answer_that_was_never_asked_for_settles_nothing(shop: Shop) -> None:
    first, *_ = enqueue_a_day(shop)
    pc = ByHand(shop)
    pc.authenticate()
    before = state(shop)

    assert pc.receive(an_answer(ADDED.format(number=first))) < 0
    assert pc.receive(an_answer(attributes=' newMessageSetID="AAAAAAAAAAAAAAAAAAAA" messageSetStatusCode="0"')) < 0

    assert state(shop) == before
    pc.close()
    assert_the_day_ends_well(shop)


def test_the_numbers_of_other_peoples_messages_settle_nothing(town: Town) -> None:
    mine, theirs = town.shop(), town.shop()
    own = enqueue_customers(mine, 1)
    others = enqueue_customers(theirs, 3)
    pc = ByHand(mine)
    request = pc.begin()

    pc.receive(an_answer(*(ADDED.format(number=number) for number in others)))

    assert theirs.counts() == {"pending": 3}
    assert mine.statuses(own) == ["in_flight"]
    assert request != ""
    pc.close()
    assert mine.update().succeeded
    assert (mine.disagreements(), theirs.disagreements()) == ([], [])


@pytest.mark.parametrize(
    "attributes",
    [
        ' messageSetStatusCode="0"',
        ' messageSetStatusCode="9001"',
        ' messageSetStatusCode="600"',
        ' messageSetStatusCode="nonsense"',
        ' newMessageSetID="" messageSetStatusCode="0"',
        ' newMessageSetID="AAAAAAAAAAAAAAAAAAAA" messageSetStatusCode="0"',
    ],
)
def test_a_set_status_without_its_set_settles_nothing(attributes: str, shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    pc.begin()

    pc.receive(an_answer(attributes=attributes))

    assert shop.counts() == {"in_flight": 2, "pending": 4}
    pc.close()
    assert_the_day_ends_well(shop)


# Texts that are no answer of QuickBooks. None of them may settle, fail or release a document.
NO_ANSWERS = {
    "nothing": "",
    "blank": " \r\n\t ",
    "text": "Internal Server Error",
    "html": "<html><body>Sign in to the hotel's network</body></html>",
    "cut off": '<?xml version="1.0"?><QBXML><QBXMLMsgsRs><CustomerAddRs requestID="1" statusCode="0"',
    "entity": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><QBXML><QBXMLMsgsRs>&b;</QBXMLMsgsRs></QBXML>',
    "laughs": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><QBXML>&c;</QBXML>',
    "request": '<QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerQueryRq/></QBXMLMsgsRq></QBXML>',
    "deep": "<QBXML>" + "<a>" * 5_000 + "</a>" * 5_000 + "</QBXML>",
    "long": "<QBXML>" + "x" * 3_000_000,
    "no set": "<QBXML></QBXML>",
    "numbers": '<QBXML><QBXMLMsgsRs><CustomerAddRs requestID="-1" statusCode="9e99"/></QBXMLMsgsRs></QBXML>',
    "no number": '<QBXML><QBXMLMsgsRs><CustomerAddRs statusCode="0"/></QBXMLMsgsRs></QBXML>',
    "point of sale": "HOSTQUERY, COMPANYQUERY and PREFQUERY are not supported in QBPOS",
    "beyond Latin-1": "<QBXML>\ufffd\U0001f600</QBXML>",
}


@pytest.mark.parametrize("kind", NO_ANSWERS)
def test_a_text_that_is_no_answer_leaves_the_set_to_be_recovered(kind: str, shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    request = pc.begin()
    pc.ask(request)

    pc.receive((NO_ANSWERS[kind], "", ""))

    assert shop.counts() == {"in_flight": 2, "pending": 4}
    assert pc.close() != ""
    assert_the_day_ends_well(shop)


@pytest.mark.parametrize(
    ("hresult", "message"),
    [
        ("0x", ""),
        ("0x80040400 ; DROP TABLE messages", ""),
        ("0xFFFFFFFFFFFFFFFFFFFF", "x" * 100_000),
        ("nonsense \ufffd", "\U0001f600 \x85 <script>"),
    ],
)
def test_an_hresult_that_nobody_knows_leaves_the_set_to_be_recovered(hresult: str, message: str, shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    pc.ask(pc.begin())

    pc.receive(("", hresult, message))

    assert pc.close() != ""
    assert_the_day_ends_well(shop)


@pytest.mark.parametrize(
    "host", [*NO_ANSWERS.values(), "<HostRet/>" * 3, "\u0085\u2028"], ids=range(len(NO_ANSWERS) + 2)
)
def test_junk_about_the_host_gets_nothing_and_pins_nothing(host: str, shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    pc.authenticate()

    request = pc.calls.send_request_xml(pc.ticket, host, r"C:\Elsewhere.qbw", ("XX", 99, -5))

    assert request == ""
    assert pc.trouble() not in ("", "NoOp", "Interactive mode")
    assert shop.company().pinned_file_id is None
    assert shop.company().pinned_company_name is None
    assert shop.counts() == {"pending": 6}
    pc.close()
    assert_the_day_ends_well(shop)


def test_a_hundred_sessions_that_are_opened_and_abandoned_hold_up_nobody(shop: Shop) -> None:
    enqueue_a_day(shop)
    pc = ByHand(shop)
    tickets = set()
    for _ in range(100):
        assert pc.authenticate() == ""
        tickets.add(pc.ticket)

    assert len(tickets) == 100
    assert shop.counts() == {"pending": 6}
    company_id = shop.company().id
    query = select(func.count()).where(tables.sessions.c.company_id == company_id, tables.sessions.c.state == "open")
    with shop.store.reading() as work:
        assert work.connection.execute(query).scalar_one() == 1
    assert shop.update().status == "6 synchronized."
    assert_the_day_ends_well(shop)


def test_sessions_abandoned_with_a_set_out_send_it_no_second_time(shop: Shop) -> None:
    numbers = enqueue_customers(shop, 3)
    pc = ByHand(shop)
    pc.ask(pc.begin())
    pc.leave()
    for _ in range(20):
        pc.open()
        assert pc.authenticate() == ""
        assert pc.send() != ""
        pc.leave()

    assert shop.update().outcome is Outcome.DONE
    assert shop.statuses(numbers) == ["synchronized"] * 3
    assert shop.disagreements() == []


@pytest.mark.parametrize(
    "character", [b"\x00", b"\x1b", b"\xff", b"&#1;", b"&#xFFFE;", b"</response><response>", b"<QBXML/>"]
)
def test_bytes_that_are_no_call_get_a_fault_of_one_sentence_and_change_nothing(character: bytes, shop: Shop) -> None:
    """XML 1.0 cannot hold control characters, so this is no well-formed call, and a fault is the answer to it."""
    enqueue_a_day(shop)
    pc = ByHand(shop)
    pc.ask(pc.begin())
    before = state(shop)
    body = request_body("receiveResponseXML", (pc.ticket, "HERE", "", "")).replace(b"HERE", character)

    reply = WsgiTransport(shop.application).post(shop.document.app_url, request_headers("receiveResponseXML"), body)

    assert reply.status == 500
    assert b"<faultstring>" in reply.body
    assert b"Traceback" not in reply.body
    assert b".py" not in reply.body
    assert state(shop) == before
    pc.leave()
    assert_the_day_ends_well(shop)


@pytest.mark.parametrize("name", ["", "nobody", "shop-qb' --", "x" * 100_000, "Tschüß \U0001f600", "a\tb\nc"])
@pytest.mark.parametrize("password", ["", "x" * 1_000_000, "\ufffd\U0001f600"])
def test_strangers_are_no_users_whatever_they_call_themselves(name: str, password: str, shop: Shop) -> None:
    before = state(shop)

    ticket, instruction = ByHand(shop).calls.authenticate(name, password)

    assert instruction == "nvu"
    assert ticket
    assert state(shop) == before
