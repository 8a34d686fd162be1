"""Connections and sessions: the order of calls, which file is opened, and who may share it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qwc.company import CompanyFile, Mishap, QuickBooksConnection, create
from qwc.quickbooks import ComError, QuickBooks
from tests.qwc.company.conversation import Clock, Conversation, document, invoice, line, query


def hresult(call: object, *arguments: str) -> str:
    assert callable(call)
    with pytest.raises(ComError) as caught:
        call(*arguments)
    assert caught.value.message
    return caught.value.hresult


@pytest.fixture
def connection(company: CompanyFile) -> Iterator[QuickBooksConnection]:
    """Return a connection that is open, without a session."""
    opened = company.connect()
    opened.open_connection("Deskpost")
    yield opened
    opened.close_connection()


def test_a_connection_keeps_the_contract_of_quickbooks(company: CompanyFile) -> None:
    quickbooks: QuickBooks = company.connect()

    quickbooks.open_connection("Deskpost")
    quickbooks.begin_session("")

    assert quickbooks.company_file_name() == r"C:\Companies\Birchwood Supply.qbw"
    assert quickbooks.qbxml_version() == ("US", 16, 0)
    assert "HostRet" in quickbooks.process_request(document(query("Host")))
    quickbooks.end_session()
    quickbooks.close_connection()


def test_calls_out_of_order_have_their_own_codes(company: CompanyFile) -> None:
    connection = company.connect()

    assert hresult(connection.begin_session, "") == "0x8004040F"
    assert hresult(connection.open_connection, " ") == "0x80040415"
    connection.open_connection("Deskpost")
    assert hresult(connection.open_connection, "Deskpost") == "0x80040412"
    assert hresult(connection.process_request, document()) == "0x8004040C"
    assert hresult(connection.company_file_name) == "0x8004040C"
    connection.begin_session("")
    assert hresult(connection.begin_session, "") == "0x80040411"
    connection.close_connection()
    assert hresult(connection.process_request, document()) == "0x8004040C"
    connection.close_connection()


def test_the_file_is_opened_by_its_windows_path_whatever_its_case(connection: QuickBooksConnection) -> None:
    connection.begin_session(r"c:\companies\BIRCHWOOD supply.QBW")


def test_another_path_than_the_open_one_is_refused(connection: QuickBooksConnection, company: CompanyFile) -> None:
    assert hresult(connection.begin_session, r"C:\Other.qbw") == "0x8004040A"
    company.set("quickbooks_running", False)
    assert hresult(connection.begin_session, r"C:\Other.qbw") == "0x80040403"


def test_a_closed_quickbooks_opens_a_named_file_where_it_may(
    connection: QuickBooksConnection, company: CompanyFile
) -> None:
    company.set("quickbooks_running", False)

    assert hresult(connection.begin_session, "") == "0x80040416"
    company.set("automatic_login", False)
    assert hresult(connection.begin_session, company.windows_path) == "0x8004041D"
    company.set("automatic_login", True)
    connection.begin_session(company.windows_path)


def test_while_another_file_is_open_that_one_answers(
    connection: QuickBooksConnection, company: CompanyFile, tmp_path: Path, clock: Clock
) -> None:
    other = create(tmp_path / "other.sqlite", company_name="Other Ltd.", windows_path=r"C:\Other.qbw", clock=clock)
    company.set("other_file_open", str(other.path))

    assert hresult(connection.begin_session, company.windows_path) == "0x8004040A"
    connection.begin_session("")
    assert connection.company_file_name() == r"C:\Other.qbw"
    assert "<CompanyName>Other Ltd.</CompanyName>" in connection.process_request(document(query("Company")))


@pytest.mark.parametrize(
    "code",
    [
        "0x80040401",
        "0x80040408",
        "0x80040410",
        "0x80040414",
        "0x80040418",
        "0x8004041A",
        "0x8004041B",
        "0x8004041D",
        "0x80040420",
        "0x80040422",
        "0x80040424",
        "0x80040154",
    ],
)
def test_opening_can_be_refused_with_each_code_and_then_works(
    connection: QuickBooksConnection, company: CompanyFile, code: str
) -> None:
    company.arrange(Mishap.OPENING_REFUSED, detail=code)

    assert hresult(connection.begin_session, "") == code
    connection.begin_session("")


def test_an_older_quickbooks_says_its_version(tmp_path: Path, clock: Clock) -> None:
    company = create(tmp_path / "old.sqlite", country="CA", qbxml_version="13.0", clock=clock)

    assert company.connect().qbxml_version() == ("CA", 13, 0)
    talk = Conversation(company, clock)
    host = talk.done(query("Host"), version="13.0")
    assert host.text("HostRet/Country") == "CA"
    assert host.text("HostRet/MajorVersion") == "24"
    assert host.texts("HostRet/SupportedQBXMLVersion")[-1] == "13.0"
    assert talk.one(query("Host"), version="CA13.0").code == 0
    talk.leave()


def test_several_threads_write_one_file_without_losing_anything(company: CompanyFile, clock: Clock) -> None:
    def work(number: int) -> list[int]:
        talk = Conversation(company, clock)
        try:
            one = line("Oak Board", "<Quantity>1</Quantity><Rate>1.00</Rate>")
            return [talk.one(invoice(one, number=f"{number}-{count}")).code for count in range(5)]
        finally:
            talk.leave()

    with ThreadPoolExecutor(4) as pool:
        codes = [code for found in pool.map(work, range(4)) for code in found]

    assert codes == [0] * 20
    assert len({one["TxnID"] for one in company.records("Invoice")}) == 20
    assert company.find("Account", "Accounts Receivable")[0]["Balance"] == "20.00"
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == "100"


def test_one_connection_may_be_used_from_several_threads(talk: Conversation, company: CompanyFile) -> None:
    with ThreadPoolExecutor(4) as pool:
        replies = list(pool.map(lambda number: talk.one(invoice(line("Oak Board"), number=str(number))), range(8)))

    assert [reply.code for reply in replies] == [0] * 8
    assert len(company.records("Invoice")) == 8
