"""The rows of the Web Connector's table of calls, one test each (web-connector.md 2.9).

The rows on HTTP errors, faults and timeouts are those of test_lost_calls; those on errors of the service those of
test_store_failures. `Wait` is a row that this service never asks for.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from qwc import company
from qwc.company import Mishap as Trouble
from qwc.connector import Manners, Outcome
from qwc.mishaps import BEGIN_SESSION, Kind, Mishap
from service.store import events, sessions
from tests.journeys.meddling import Meddler
from tests.journeys.orders import customer, enqueue_a_day, enqueue_customers
from tests.shop import Shop

FIRST_THREE = ["serverVersion", "clientVersion", "authenticate"]
ROUND = ["sendRequestXML", "receiveResponseXML"]


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    return town_shop


def last_outcome(shop: Shop) -> str | None:
    with shop.store.reading() as work:
        return sessions.latest(work, shop.company().id, 1)[0].outcome


def connection_errors(shop: Shop) -> list[str]:
    with shop.store.reading() as work:
        latest = sessions.latest(work, shop.company().id, 1)[0]
        told = events.of_session(work, latest.id)
    return [str(event.note) for event in told if event.action == "connection error"]


def test_an_ordinary_update_of_three_sets(shop: Shop) -> None:
    numbers = enqueue_a_day(shop)

    visit = shop.update()

    assert visit.operations == [*FIRST_THREE, *(ROUND * 3), "closeConnection"]
    assert visit.percentages == [33, 66, 100]
    assert (visit.outcome, visit.status) == (Outcome.DONE, "6 synchronized.")
    assert visit.server_version.startswith("Deskpost ")
    assert shop.statuses(numbers) == ["synchronized"] * 6
    assert shop.disagreements() == []


@pytest.mark.parametrize("closes", [True, False])
def test_no_work_ends_before_quickbooks_is_opened(closes: bool, shop: Shop) -> None:
    shop.file.arrange(Trouble.OPENING_REFUSED, times=None)

    visit = shop.update(manners=Manners(closes_after_refusal=closes))

    assert visit.operations == [*FIRST_THREE, *(["closeConnection"] if closes else [])]
    assert visit.outcome is Outcome.NOTHING_TO_DO


@pytest.mark.parametrize("closes", [True, False])
def test_a_bad_password_ends_before_quickbooks_is_opened_and_sends_nothing(closes: bool, shop: Shop) -> None:
    numbers = enqueue_a_day(shop)

    visit = shop.update(password="guessed", manners=Manners(closes_after_refusal=closes))

    assert visit.operations == [*FIRST_THREE, *(["closeConnection"] if closes else [])]
    assert visit.outcome is Outcome.PASSWORD_REFUSED
    assert shop.statuses(numbers) == ["pending"] * 6
    assert shop.disagreements() == []
    assert shop.update().status == "6 synchronized."


@pytest.mark.parametrize("version", ["1.0.0.1", "2.1.0.30", "34.0.10014.101", "", "two point one", "99" * 500])
def test_no_version_of_the_web_connector_is_refused(version: str, shop: Shop) -> None:
    """A warning would block an unattended PC, so every version is welcome (web-connector.md 2.1)."""
    enqueue_customers(shop, 1)

    assert shop.update(version=version).status == "1 synchronized."


@pytest.mark.parametrize("closes", [True, False])
@pytest.mark.parametrize(
    "hresult", ["0x80040408", "0x8004040A", "0x80040414", "0x80040416", "0x8004041D", "0x80040420", "0x80010105"]
)
def test_quickbooks_that_cannot_be_opened_is_told_once_and_nothing_is_sent(
    hresult: str, closes: bool, shop: Shop
) -> None:
    """0x80040416 is QuickBooks closed, 0x8004040A another file open, 0x80040414 a modal box (web-connector.md 5.2)."""
    numbers = enqueue_a_day(shop)
    shop.file.arrange(Trouble.OPENING_REFUSED, detail=hresult, times=None)

    visit = shop.update(manners=Manners(closes_after_connection_error=closes))

    assert visit.operations == [*FIRST_THREE, "connectionError", *(["closeConnection"] if closes else [])]
    assert (visit.outcome, visit.code) == (Outcome.NO_QUICKBOOKS, "QBWC1013")
    (told,) = connection_errors(shop)
    assert told.startswith(f"{hresult}: ")
    assert last_outcome(shop) == told.removeprefix(f"{hresult}: ")
    assert shop.statuses(numbers) == ["pending"] * 6
    shop.file.clear_mishaps()
    assert shop.update().status == "6 synchronized."
    assert shop.disagreements() == []


def test_a_file_that_cannot_be_opened_by_its_path_gives_way_to_the_one_that_is_open(shop: Shop) -> None:
    enqueue_customers(shop, 1)
    shop.change_company(path_to_open=r"D:\Moved\Birchwood Supply.qbw")

    visit = shop.update()

    assert visit.operations == [*FIRST_THREE, "connectionError", *ROUND, "closeConnection"]
    assert visit.status == "1 synchronized."
    assert shop.disagreements() == []


def test_a_path_that_fails_and_no_file_open_is_done_after_two_rounds(shop: Shop) -> None:
    numbers = enqueue_customers(shop, 1)
    shop.change_company(path_to_open=r"D:\Moved\Birchwood Supply.qbw")
    shop.file.set("quickbooks_running", False)

    visit = shop.update()

    assert visit.operations == [*FIRST_THREE, "connectionError", "connectionError", "closeConnection"]
    assert visit.outcome is Outcome.NO_QUICKBOOKS
    assert len(connection_errors(shop)) == 2
    assert shop.statuses(numbers) == ["pending"]


def test_quickbooks_that_is_closed_is_opened_by_the_path_that_is_set(shop: Shop) -> None:
    enqueue_customers(shop, 1)
    shop.change_company(path_to_open=shop.file.windows_path)
    shop.file.set("quickbooks_running", False)

    assert shop.update().status == "1 synchronized."


def test_another_company_file_gets_nothing_and_both_files_are_named(shop: Shop, tmp_path: Path) -> None:
    numbers = enqueue_a_day(shop)
    shop.update()
    number = shop.save("Customer:C-2", customer("Poole, Ada"))
    other = company.create(tmp_path / "other.company", company_name="Private Books", clock=shop.clock)
    before = other.counts()

    visit = shop.update(Mishap(BEGIN_SESSION, 1, Kind.OTHER_COMPANY), other=other)

    assert visit.operations == [*FIRST_THREE, "sendRequestXML", "getLastError", "closeConnection"]
    assert visit.outcome is Outcome.STOPPED
    assert "Private Books" in visit.status
    assert "Birchwood Supply Co." in visit.status
    assert other.counts() == before
    assert shop.company().mismatch == visit.status
    assert shop.statuses([*numbers, number]) == ["synchronized"] * 6 + ["pending"]

    assert shop.update().status == "1 synchronized."
    assert shop.company().mismatch is None
    assert shop.disagreements() == []


def test_a_copy_of_the_file_under_another_name_gets_nothing(shop: Shop, tmp_path: Path) -> None:
    """A copy carries the same FileID, so the company's name tells them apart (DESIGN 9)."""
    enqueue_customers(shop, 1)
    shop.update()
    copied = tmp_path / "copy.company"
    copied.write_bytes(shop.file.path.read_bytes())
    copy = company.CompanyFile(copied, clock=shop.clock)
    copy.set("company_name", "Birchwood Supply Co. (practice)")
    before = copy.counts()
    enqueue_customers(shop, 1, first=2)

    visit = shop.update(Mishap(BEGIN_SESSION, 1, Kind.OTHER_COMPANY), other=copy)

    assert visit.outcome is Outcome.STOPPED
    assert "(practice)" in visit.status
    assert copy.counts() == before
    assert shop.update().status == "1 synchronized."


def test_quickbooks_that_fails_before_the_first_request_ends_the_job_and_the_next_one_goes_on(shop: Shop) -> None:
    """The Web Connector's own queries fail: QBWC1014, and no call tells the service (web-connector.md 2.9)."""
    numbers = enqueue_a_day(shop)
    shop.file.arrange(Trouble.CRASH_BEFORE_RUNNING)

    visit = shop.update()

    assert (visit.outcome, visit.code) == (Outcome.NO_QUICKBOOKS, "QBWC1014")
    assert visit.operations == FIRST_THREE
    assert shop.update().status == "6 synchronized."
    assert shop.statuses(numbers) == ["synchronized"] * 6
    assert shop.disagreements() == []


def test_a_set_that_quickbooks_cannot_read_is_halved_until_the_culprit_is_alone(shop: Shop) -> None:
    numbers = enqueue_customers(shop, 8)
    meddler = Meddler(unreadable="<Name>Customer 6</Name>")

    visit = shop.update(between=meddler)

    assert visit.outcome is Outcome.DONE
    assert visit.status == "7 synchronized, 1 needs attention: see the Synchronize page."
    assert shop.statuses(numbers) == ["synchronized"] * 5 + ["failed"] + ["synchronized"] * 2
    culprit = shop.message(numbers[5])
    assert culprit.what_happened
    assert culprit.what_to_do
    assert shop.disagreements() == []
    # 8 refused, 4 taken, 4 refused, 2 refused, 1 refused, 1 and 2 taken: each set is there for a reason.
    assert len(meddler.sets) <= 8
    assert visit.percentages[-1] == 100
    assert 100 not in visit.percentages[:-1]


def test_a_set_that_is_refused_alone_fails_and_ends_the_session_well(shop: Shop) -> None:
    (number,) = enqueue_customers(shop, 1)

    visit = shop.update(between=Meddler(unreadable="Customer 1"))

    assert (visit.outcome, visit.percentages) == (Outcome.DONE, [100])
    assert visit.status == "0 synchronized, 1 needs attention: see the Synchronize page."
    assert shop.statuses([number]) == ["failed"]
    assert shop.update().outcome is Outcome.NOTHING_TO_DO
