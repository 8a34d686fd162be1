"""Every call of the Web Connector is lost, before the service got it and after, in every way that a network knows.

After the next clean update the company file holds each document exactly once (web-connector.md 8.5).
"""

from __future__ import annotations

import pytest

from qwc.connector import Outcome, Visit
from qwc.mishaps import BEGIN_SESSION, NETWORK, ONLY_BEFORE, PROCESS_REQUEST, SERVICE_CALLS, Kind, Mishap, When
from tests.journeys.orders import enqueue_a_day
from tests.shop import Shop

TOLERATED = ("serverVersion", "clientVersion")
"""Calls that the Web Connector goes on without."""

EVERY_WAY = [
    Mishap(operation, 2 if operation in ("sendRequestXML", "receiveResponseXML") else 1, kind, when)
    for operation in SERVICE_CALLS
    for kind in (*NETWORK, Kind.KILLED)
    for when in When
    if not (when is When.AFTER and kind in ONLY_BEFORE)
]
EVERY_MOMENT = [
    Mishap(operation, nth, Kind.TIMEOUT, when)
    for operation in ("sendRequestXML", "receiveResponseXML")
    for nth in (1, 3)
    for when in When
] + [
    Mishap(PROCESS_REQUEST, nth, kind, when)
    for nth in (1, 2, 3)
    for kind in (Kind.KILLED, Kind.ANSWER_LOST)
    for when in When
]
SENT_TWICE = [
    Mishap(operation, nth, Kind.SENT_TWICE)
    for operation in SERVICE_CALLS
    for nth in ((1, 2, 3) if operation in ("sendRequestXML", "receiveResponseXML") else (1,))
]
# What lets an update come to the calls that an ordinary one does not make.
PROVOKED = {
    "connectionError": [Mishap(BEGIN_SESSION, 1, Kind.MODAL_DIALOG)],
    "getLastError": [Mishap(PROCESS_REQUEST, 2, Kind.ANSWER_LOST, When.AFTER)],
}


def assert_lost(visit: Visit, mishap: Mishap) -> None:
    """The call failed as it was to, and nothing was called after it."""
    lost = [call for call in visit.calls if call.failure]
    assert [call.operation for call in lost] == [mishap.operation]
    if mishap.kind is Kind.KILLED:
        assert visit.outcome is Outcome.KILLED
        assert visit.calls[-1] is lost[0]
    elif mishap.operation in TOLERATED:
        assert visit.outcome is Outcome.DONE
    else:
        assert visit.outcome is Outcome.CALL_FAILED
        assert visit.calls[-1] is lost[0]


def assert_a_clean_update_mends_all(shop: Shop, numbers: list[int]) -> None:
    visit = shop.update()

    assert visit.succeeded, visit
    assert shop.statuses(numbers) == ["synchronized"] * 6
    assert shop.disagreements() == []
    assert shop.update().outcome is Outcome.NOTHING_TO_DO


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mishap", EVERY_WAY, ids=str)
def test_a_call_that_is_lost_in_any_way_loses_nothing_and_doubles_nothing(mishap: Mishap, town_shop: Shop) -> None:
    numbers = list(enqueue_a_day(town_shop))

    assert_lost(town_shop.update(mishap, *PROVOKED.get(mishap.operation, [])), mishap)

    assert_a_clean_update_mends_all(town_shop, numbers)


@pytest.mark.parametrize("mishap", EVERY_MOMENT, ids=str)
def test_a_loss_at_any_moment_of_a_session_loses_nothing_and_doubles_nothing(mishap: Mishap, town_shop: Shop) -> None:
    numbers = list(enqueue_a_day(town_shop))

    visit = town_shop.update(mishap)

    assert not visit.succeeded
    assert_a_clean_update_mends_all(town_shop, numbers)


@pytest.mark.parametrize("mishap", SENT_TWICE, ids=str)
def test_a_call_that_a_proxy_sends_twice_counts_once(mishap: Mishap, town_shop: Shop) -> None:
    numbers = list(enqueue_a_day(town_shop))

    visit = town_shop.update(mishap, *PROVOKED.get(mishap.operation, []))

    if mishap.operation in PROVOKED:
        assert_a_clean_update_mends_all(town_shop, numbers)
        return
    assert visit.outcome is Outcome.DONE, visit
    assert visit.status == "6 synchronized."
    assert town_shop.statuses(numbers) == ["synchronized"] * 6
    assert town_shop.disagreements() == []
