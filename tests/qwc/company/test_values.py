"""A value that cannot be read fails its own request, by the status of its type, and the rest of the set goes on."""

from __future__ import annotations

import pytest

from tests.qwc.company.conversation import Conversation, add, invoice, line, query


@pytest.mark.parametrize(
    ("request_text", "code"),
    [
        pytest.param(add("Customer", "<Name>A</Name><IsActive>True</IsActive>"), 3010, id="boolean"),
        pytest.param(invoice(line("Oak Board"), more="<DueDate>2026-02-30</DueDate>"), 3020, id="day that is not"),
        pytest.param(invoice(line("Oak Board"), more="<DueDate>4.7.2026</DueDate>"), 3020, id="format of a date"),
        pytest.param(query("Customer", "<FromModifiedDate>2026-07-04T25:00:00</FromModifiedDate>"), 3020, id="hour"),
        pytest.param(query("Customer", "<FromModifiedDate>1969-12-01</FromModifiedDate>"), 3020, id="before 1970"),
        pytest.param(invoice(line("Oak Board", "<Amount>1,234.50</Amount>")), 3040, id="thousands"),
        pytest.param(invoice(line("Oak Board", "<Amount>1.5</Amount>")), 3040, id="one decimal"),
        pytest.param(invoice(line("Oak Board", "<Rate>1e3</Rate>")), 3045, id="exponent"),
        pytest.param(invoice(line("Oak Board", "<RatePercent>7%</RatePercent>")), 3050, id="percent sign"),
        pytest.param(invoice(line("Oak Board", "<Quantity>two</Quantity>")), 3060, id="quantity"),
        pytest.param(add("Customer", "<Name>A</Name><ExternalGUID>123</ExternalGUID>"), 3065, id="guid"),
        pytest.param(add("StandardTerms", "<Name>A</Name><StdDueDays>many</StdDueDays>"), 3085, id="number"),
        pytest.param(query("Customer", "<MaxReturned></MaxReturned>"), 3085, id="empty number"),
        pytest.param(query("Customer", "<MaxReturned>0</MaxReturned>"), 3085, id="below the least"),
        pytest.param(add("Customer", f"<Name>{'n' * 42}</Name>"), 3070, id="too long"),
    ],
)
def test_an_unreadable_value_fails_its_own_request(talk: Conversation, request_text: str, code: int) -> None:
    replies = talk.ask(request_text, query("Host"))

    assert [reply.code for reply in replies] == [code, 0]
    assert replies[0].severity == "Error"


def test_a_text_that_is_too_long_is_named_with_its_field(talk: Conversation) -> None:
    reply = talk.one(add("Customer", "<Name>A</Name><Phone>0123456789012345678901</Phone>"))

    assert reply.code == 3070
    assert "0123456789012345678901" in reply.message
    assert '"Phone"' in reply.message


def test_lengths_count_characters_and_not_the_bytes_of_references(talk: Conversation) -> None:
    assert talk.one(add("Customer", f"<Name>{'&#233;' * 41}</Name>")).code == 0


def test_a_longer_number_is_allowed_for_a_bill_than_for_an_invoice(talk: Conversation) -> None:
    too_long = talk.one(invoice(line("Oak Board"), number="123456789012"))

    assert too_long.code == 3070


def test_one_and_nought_are_read_as_true_and_false(talk: Conversation) -> None:
    reply = talk.done(add("Customer", "<Name>A</Name><IsActive>0</IsActive>"))

    assert reply.text("CustomerRet/IsActive") == "false"
