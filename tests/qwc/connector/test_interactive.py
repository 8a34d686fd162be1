"""Interactive sessions: permitted, polled, refused."""

from __future__ import annotations

from typing import Any

import pytest

from qwc.connector import Manners, Outcome
from tests.qwc.fake_quickbooks import registered
from tests.qwc.front_desk import Clock, update
from tests.qwc.web_service import WebService


def interactive(*, done: list[str], operation: str = "interactiveDone") -> WebService:
    answers: dict[str, Any] = {
        "sendRequestXML": [""],
        "getLastError": ["Interactive mode"],
        "getInteractiveURL": ["https://sync.example.com/choose"],
        operation: done,
        "interactiveRejected": done,
    }
    return WebService(requests=["<first/>"], answers=answers)


@pytest.mark.parametrize("operation", ["interactiveDone", "isInteractiveDone"])
def test_an_accepted_interactive_session_is_polled_every_minute(operation: Any) -> None:
    service = interactive(done=["", "CONTINUE"], operation=operation)
    clock, pages = Clock(), list[str]()

    visit = update(
        service,
        registered(),
        clock=clock,
        open_page=pages.append,
        manners=Manners(accepts_interactive=True, interactive_done=operation),
    )

    assert pages == ["https://sync.example.com/choose"]
    assert clock.slept == [60, 60]
    assert service.operations[4:] == [
        "getLastError",
        "getInteractiveURL",
        operation,
        operation,
        "sendRequestXML",
        "receiveResponseXML",
        "closeConnection",
    ]
    assert service.received("getInteractiveURL")[0]["wcTicket"] == "TICKET-1"
    assert visit.outcome is Outcome.DONE


def test_an_interactive_session_may_end_the_update() -> None:
    service = interactive(done=["DONE"])

    visit = update(service, registered(), open_page=print, manners=Manners(accepts_interactive=True))

    assert service.operations[-2:] == ["interactiveDone", "closeConnection"]
    assert visit.outcome is Outcome.DONE


def test_an_interactive_session_may_end_in_an_error() -> None:
    service = interactive(done=["Nobody chose a customer."])

    visit = update(service, registered(), open_page=print, manners=Manners(accepts_interactive=True))

    assert (visit.outcome, visit.status) == (Outcome.STOPPED, "Nobody chose a customer.")


def test_a_refused_interactive_session_is_told_to_the_service() -> None:
    service = interactive(done=["Then do it in the console."])

    visit = update(service, registered())

    assert service.operations[-3:] == ["getLastError", "interactiveRejected", "closeConnection"]
    assert service.received("interactiveRejected") == [
        {"wcTicket": "TICKET-1", "reason": "The user did not permit it."}
    ]
    assert visit.status == "Then do it in the console."
