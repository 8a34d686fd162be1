"""QuickBooks itself breaks down in mid-session, and its memory of message sets may be lost as well.

Where its memory or a look-up can tell, the next update settles everything; where neither can, a person is asked and
nothing is sent again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from qwc.company import CompanyFile
from qwc.company import Mishap as Trouble
from qwc.connector import Outcome, Visit
from qwc.mishaps import PROCESS_REQUEST, Kind, Mishap, When
from service.exchange import decide
from tests.journeys.meddling import Meddler
from tests.journeys.orders import A_DAY, customer, enqueue_a_day
from tests.shop import Shop

CRASHES = [
    (Trouble.CRASH_BEFORE_RUNNING, ""),
    (Trouble.CRASH_WITHIN_SET, "0"),
    (Trouble.CRASH_WITHIN_SET, "1"),
    (Trouble.CRASH_BEFORE_KEEPING, ""),
    (Trouble.CRASH_BEFORE_KEEPING, "0x8004040D"),
    (Trouble.CRASH_BEFORE_ANSWER, ""),
    (Trouble.CRASH_BEFORE_ANSWER, "0x80040402"),
]


@pytest.fixture
def shop(town_shop: Shop) -> Shop:
    return town_shop


def crash(shop: Shop, nth: int, kind: Trouble, detail: str = "") -> Visit:
    """An update in which QuickBooks goes down in its n-th set of writes."""
    return shop.update(between=Meddler(before={nth: lambda: shop.file.arrange(kind, detail=detail)}))


def assert_all_is_well(shop: Shop) -> None:
    assert shop.counts() == {"synchronized": len(A_DAY)}
    assert shop.disagreements() == []
    assert shop.update().outcome is Outcome.NOTHING_TO_DO


@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize(("kind", "detail"), CRASHES)
def test_a_crash_of_quickbooks_is_told_and_mended_by_the_next_update(
    kind: Trouble, detail: str, nth: int, memory: str, shop: Shop
) -> None:
    enqueue_a_day(shop)

    visit = crash(shop, nth, kind, detail)

    assert visit.outcome is Outcome.STOPPED
    assert visit.percentages[-1] == -1
    assert "press Update Selected" in visit.status
    if memory == "lost":
        shop.file.lose_memory()
    assert shop.update().outcome is Outcome.DONE
    assert_all_is_well(shop)


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_outcome_that_quickbooks_could_not_keep_is_looked_up_in_the_same_session(nth: int, shop: Shop) -> None:
    """9005 without responses: whether the requests ran is unknown (qbxml.md 13.2)."""
    enqueue_a_day(shop)

    visit = crash(shop, nth, Trouble.OUTCOME_NOT_STORED)

    assert visit.outcome is Outcome.DONE, visit
    assert visit.status == "6 synchronized."
    assert_all_is_well(shop)


@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize("when", When)
def test_an_answer_is_lost_and_the_memory_with_it(when: When, nth: int, shop: Shop) -> None:
    enqueue_a_day(shop)
    shop.update(Mishap(PROCESS_REQUEST, nth, Kind.KILLED, when))
    shop.file.lose_memory()

    assert shop.update().outcome is Outcome.DONE
    assert_all_is_well(shop)


@pytest.mark.parametrize("town_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", [Kind.KILLED, Kind.ANSWER_LOST])
@pytest.mark.parametrize("lost", [1, 2, 3])
@pytest.mark.parametrize("memory", ["kept", "lost"])
@pytest.mark.parametrize("first", When)
@pytest.mark.parametrize("second", When)
def test_what_finds_out_about_a_loss_is_lost_too(
    first: When, second: When, memory: str, lost: int, kind: Kind, shop: Shop
) -> None:
    """The n-th question of the recovery (status check, look-up, the set again) is lost in its turn."""
    enqueue_a_day(shop)
    shop.update(Mishap(PROCESS_REQUEST, 2, Kind.KILLED, first))
    if memory == "lost":
        shop.file.lose_memory()

    shop.update(Mishap(PROCESS_REQUEST, lost, kind, second))

    assert shop.update().succeeded
    assert_all_is_well(shop)


def test_a_restored_backup_takes_the_memory_and_the_documents_back_and_they_are_sent_again(
    shop: Shop, tmp_path: Path
) -> None:
    numbers = enqueue_a_day(shop)
    backup = tmp_path / "backup.company"
    shop.update(
        Mishap(PROCESS_REQUEST, 2, Kind.KILLED, When.AFTER),
        between=Meddler(before={2: lambda: copy_file(shop.file.path, backup)}),
    )
    assert shop.file.find("Invoice", "10248") != []

    copy_file(backup, shop.file.path)

    assert shop.file.find("Invoice", "10248") == []
    assert shop.statuses(numbers) == ["synchronized"] * 2 + ["in_flight"] * 2 + ["pending"] * 2
    assert shop.update().outcome is Outcome.DONE
    assert_all_is_well(shop)


def copy_file(source: Path, target: Path) -> None:
    """Copy a company file as a backup program does, with what is still in its log."""
    with closing(sqlite3.connect(source)) as left, closing(sqlite3.connect(target)) as right:
        left.backup(right)


def test_a_set_that_is_lost_again_and_again_is_put_in_doubt_and_not_sent_for_ever(shop: Shop) -> None:
    numbers = enqueue_a_day(shop)[:2]
    for place in (1, 3, 3):
        # The set itself, then after a status check and a look-up the set once more.
        shop.update(Mishap(PROCESS_REQUEST, place, Kind.KILLED, When.BEFORE))
    assert shop.statuses(numbers) == ["in_flight"] * 2

    visit = shop.update()

    assert shop.statuses(numbers) == ["in_doubt"] * 2
    assert visit.percentages[-1] == 100
    assert "2 need attention" in visit.status
    assert shop.set_states()[0] == ("write", "answered", 3)
    assert shop.file.find("Customer", "Calloway, Ruth") == []
    assert shop.update().outcome is Outcome.NOTHING_TO_DO

    with shop.store.writing() as work:
        for number in numbers:
            decide.it_is_not_there(work, number, by="ruth")

    assert shop.update().outcome is Outcome.DONE
    assert_all_is_well(shop)


def test_one_that_is_perhaps_ours_is_put_in_doubt_and_the_others_go_on(shop: Shop) -> None:
    """QuickBooks has a customer of that name without our mark: nobody but a person can tell (qbxml.md 13.5)."""
    add_by_hand(shop.file, "Poole, Ada")
    enqueue_a_day(shop)
    doubtful = shop.save("Customer:C-2", customer("Poole, Ada"), priority=1)
    shop.update(Mishap(PROCESS_REQUEST, 1, Kind.KILLED, When.AFTER))
    shop.file.lose_memory()

    visit = shop.update()

    assert visit.succeeded, visit
    assert "1 needs attention" in visit.status
    assert shop.message(doubtful).status == "in_doubt"
    assert "Poole, Ada" in str(shop.message(doubtful).quickbooks_said)
    assert len(shop.file.find("Customer", "Poole, Ada")) == 1
    assert shop.counts() == {"in_doubt": 1, "synchronized": 6}
    assert shop.update().outcome is Outcome.NOTHING_TO_DO


def add_by_hand(file: CompanyFile, name: str) -> None:
    """What somebody types into QuickBooks."""
    quickbooks = file.connect()
    quickbooks.open_connection("QuickBooks itself")
    quickbooks.begin_session("")
    answer = quickbooks.process_request(
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><CustomerAddRq>'
        f"<CustomerAdd><Name>{name}</Name></CustomerAdd></CustomerAddRq></QBXMLMsgsRq></QBXML>"
    )
    quickbooks.close_connection()
    assert 'statusCode="0"' in answer


def test_a_refusal_that_was_lost_is_learned_from_the_memory_and_not_tried_again(shop: Shop) -> None:
    shop.file.arrange(Trouble.NOT_PERMITTED, target="Calloway, Ruth")
    numbers = enqueue_a_day(shop)

    shop.update(Mishap(PROCESS_REQUEST, 1, Kind.KILLED, When.AFTER))
    visit = shop.update()

    assert shop.statuses(numbers[:2]) == ["failed", "synchronized"]
    assert shop.message(numbers[0]).status_code == 3260
    assert "1 needs attention" in visit.status
    assert shop.disagreements() == []

    with shop.store.writing() as work:
        decide.retry(work, [numbers[0]], by="ruth")
    assert shop.update().status == "5 synchronized."
    assert_all_is_well(shop)


def test_a_document_that_was_posted_lost_and_deleted_by_a_person_does_not_come_back(shop: Shop) -> None:
    """QuickBooks remembers that it ran: sending it again would bring back what somebody deleted (qbxml.md 13.5)."""
    numbers = enqueue_a_day(shop)
    shop.update(Mishap(PROCESS_REQUEST, 3, Kind.KILLED, When.AFTER))
    (posted,) = shop.file.find("Invoice", "10251")
    quickbooks = shop.file.connect()
    quickbooks.open_connection("QuickBooks itself")
    quickbooks.begin_session("")
    answer = quickbooks.process_request(
        '<?xml version="1.0"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError"><TxnDelRq>'
        f"<TxnDelType>Invoice</TxnDelType><TxnID>{posted['TxnID']}</TxnID></TxnDelRq></QBXMLMsgsRq></QBXML>"
    )
    quickbooks.close_connection()
    assert 'statusCode="0"' in answer

    assert shop.update().outcome is Outcome.DONE

    assert shop.statuses(numbers) == ["synchronized"] * 6
    assert shop.file.find("Invoice", "10251") == []
    assert shop.message(numbers[-1]).quickbooks_id == posted["TxnID"]
