"""Macros: a name for an id that an earlier request of the session gives."""

from __future__ import annotations

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Conversation, add, invoice, line, ref

NEW_INVOICE = invoice(line("Oak Board", "<Amount>100.00</Amount>")).replace(
    "<InvoiceAdd>", '<InvoiceAdd defMacro="TxnID:New">'
)


def payment(macro: str) -> str:
    target = f'<AppliedToTxnAdd><TxnID useMacro="{macro}"/><PaymentAmount>100.00</PaymentAmount></AppliedToTxnAdd>'
    return add("ReceivePayment", f"{ref('CustomerRef', 'Ridgeline Builders')}<TotalAmount>100.00</TotalAmount>{target}")


def test_an_order_and_its_payment_go_in_one_set(talk: Conversation, company: CompanyFile) -> None:
    replies = talk.ask(NEW_INVOICE, payment("TxnID:New"), on_error="stopOnError")

    assert [reply.code for reply in replies] == [0, 0]
    assert company.find("Invoice", "1001")[0]["IsPaid"] == "true"


def test_a_macro_lives_as_long_as_the_session(talk: Conversation) -> None:
    talk.ask(NEW_INVOICE)
    later = talk.one(payment("TxnID:New"))
    talk.connection.end_session()
    talk.connection.begin_session("")

    assert later.code == 0
    assert talk.one(payment("TxnID:New")).code == 9101


def test_a_macro_of_a_request_that_failed_is_not_defined(talk: Conversation) -> None:
    failed = NEW_INVOICE.replace("Oak Board", "Elm Board")

    assert [reply.code for reply in talk.ask(failed, payment("TxnID:New"))] == [3140, 9101]


def test_a_macro_cannot_be_defined_twice(talk: Conversation, company: CompanyFile) -> None:
    assert [reply.code for reply in talk.ask(NEW_INVOICE, NEW_INVOICE)] == [0, 9100]
    assert len(company.records("Invoice")) == 1


def test_a_macro_says_what_kind_of_id_it_stands_for(talk: Conversation) -> None:
    assert talk.one(NEW_INVOICE.replace("TxnID:New", "New")).code == 9102
