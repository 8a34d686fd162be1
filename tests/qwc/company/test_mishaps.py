"""What can be made to go wrong: locks, permissions, crashes, slowness. Each happens as often as arranged."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from qwc.company import CompanyFile, ImpossibleMishap, Mishap, NotACompanyFile, create
from qwc.quickbooks import ComError
from tests.qwc.company.conversation import Clock, Conversation, add, document, invoice, line, mod, query

KERN = add("Customer", "<Name>Kern</Name>")
HOLT = add("Customer", "<Name>Holt</Name>")
VOSS = add("Customer", "<Name>Voss</Name>")


def crash(talk: Conversation, *requests: str, **ids: str) -> str:
    with pytest.raises(ComError) as caught:
        talk.ask(*requests, **ids)
    return caught.value.hresult


def again(talk: Conversation) -> None:
    talk.connection.end_session()
    talk.connection.begin_session("")


@pytest.mark.parametrize("code", ["3175", "3176"])
def test_a_locked_record_is_free_again_at_the_next_try(talk: Conversation, company: CompanyFile, code: str) -> None:
    added = talk.done(KERN)
    company.arrange(Mishap.RECORD_LOCKED, target=added.identity[0], detail=code)
    change = mod("Customer", added.identity, "<Phone>1</Phone>")

    elsewhere = talk.one(HOLT)
    locked = talk.one(change)
    free = talk.one(change)

    assert (elsewhere.code, locked.code, free.code) == (0, int(code), 0)
    assert added.identity[0] in locked.message


def test_a_lock_can_hold_several_times_and_does_not_hinder_reading(talk: Conversation, company: CompanyFile) -> None:
    company.arrange(Mishap.RECORD_LOCKED, target="Customer", times=2)

    assert [talk.one(one).code for one in (query("Customer"), KERN, KERN, KERN)] == [0, 3175, 3175, 0]


def test_a_list_changed_by_another_user_is_said_in_those_words(talk: Conversation, company: CompanyFile) -> None:
    company.arrange(Mishap.LIST_CHANGED)

    reply = talk.one(KERN)

    assert reply.code == 3180
    assert "modified by another user" in reply.message
    assert talk.one(KERN).code == 0


@pytest.mark.parametrize(("code", "read"), [("3260", 0), ("3261", 3261), ("3263", 0)])
def test_a_missing_permission_stays_missing(talk: Conversation, company: CompanyFile, code: str, read: int) -> None:
    company.arrange(Mishap.NOT_PERMITTED, detail=code, times=None)

    assert [talk.one(one).code for one in (KERN, KERN, query("Customer"))] == [int(code), int(code), read]
    company.clear_mishaps()
    assert talk.one(KERN).code == 0


def test_a_crash_before_the_answer_leaves_the_work_done_and_kept(talk: Conversation, company: CompanyFile) -> None:
    company.arrange(Mishap.CRASH_BEFORE_ANSWER)

    assert crash(talk, KERN, newMessageSetID="A") == "0x80010105"
    assert crash(talk, query("Host")) == "0x8004040D"
    again(talk)
    (reply,) = talk.ask(newMessageSetID="A", oldMessageSetID="A")
    assert (reply.code, talk.set_attributes["messageSetStatusCode"]) == (0, "0")
    assert len(company.find("Customer", "Kern")) == 1


def test_a_crash_before_the_outcome_is_kept_leaves_the_work_done_and_unknown(
    talk: Conversation, company: CompanyFile
) -> None:
    company.arrange(Mishap.CRASH_BEFORE_KEEPING, detail="0x8004040D")

    assert crash(talk, KERN, newMessageSetID="A") == "0x8004040D"
    again(talk)
    assert talk.ask(newMessageSetID="A", oldMessageSetID="A") == []
    assert talk.set_attributes["messageSetStatusCode"] == "9002"
    assert len(company.find("Customer", "Kern")) == 1


def test_a_crash_within_a_set_leaves_the_first_requests_done(talk: Conversation, company: CompanyFile) -> None:
    company.arrange(Mishap.CRASH_WITHIN_SET, detail="2")

    crash(talk, KERN, HOLT, VOSS, newMessageSetID="A")

    again(talk)
    talk.ask(newMessageSetID="A", oldMessageSetID="A")
    assert talk.set_attributes["messageSetStatusCode"] == "9002"
    assert [len(company.find("Customer", name)) for name in ("Kern", "Holt", "Voss")] == [1, 1, 0]


def test_a_crash_after_more_requests_than_there_are_comes_after_the_last(
    talk: Conversation, company: CompanyFile
) -> None:
    company.arrange(Mishap.CRASH_WITHIN_SET, detail="5")

    assert crash(talk, KERN) == "0x80010105"
    assert len(company.find("Customer", "Kern")) == 1


def test_a_crash_before_running_does_nothing(talk: Conversation, company: CompanyFile) -> None:
    company.arrange(Mishap.CRASH_BEFORE_RUNNING)

    crash(talk, KERN)

    assert company.find("Customer", "Kern") == []


def test_a_memory_lost_is_gone_at_the_next_set(talk: Conversation, company: CompanyFile) -> None:
    talk.ask(KERN, newMessageSetID="A")
    company.arrange(Mishap.MEMORY_LOST)

    talk.ask(newMessageSetID="A", oldMessageSetID="A")

    assert talk.set_attributes["messageSetStatusCode"] == "9002"


def test_a_slow_quickbooks_takes_its_time_over_every_request(tmp_path: Path, clock: Clock) -> None:
    slept: list[float] = []
    company = create(tmp_path / "slow.sqlite", clock=clock, sleep=slept.append)
    company.set("seconds_per_request", 0.75)

    talk = Conversation(company, clock)
    talk.ask(KERN, query("Host"))
    talk.leave()

    assert slept == [0.75, 0.75]


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        (Mishap.RECORD_LOCKED, "3100"),
        (Mishap.NOT_PERMITTED, "3175"),
        (Mishap.OPENING_REFUSED, "0x80040400"),
        (Mishap.CRASH_BEFORE_ANSWER, "0x80040400"),
        (Mishap.CRASH_WITHIN_SET, "some"),
    ],
)
def test_what_quickbooks_cannot_have_is_refused_with_what_it_can(
    company: CompanyFile, kind: Mishap, detail: str
) -> None:
    with pytest.raises(ImpossibleMishap, match=r"possible are"):
        company.arrange(kind, detail=detail)


KILLED = """
    import os, sys
    from qwc.company import CompanyFile
    from qwc.company.storage import Storage

    left = int(sys.argv[2])

    def counted(original):
        def write(self, *args, **kwargs):
            global left
            left -= 1
            if left < 0:
                os._exit(9)
            return original(self, *args, **kwargs)
        return write

    for name in ("run", "insert", "update", "insert_rows"):
        setattr(Storage, name, counted(getattr(Storage, name)))
    connection = CompanyFile(sys.argv[1]).connect()
    connection.open_connection("Deskpost")
    connection.begin_session("")
    connection.process_request(sys.stdin.read())
"""


@pytest.mark.parametrize("writes", [0, 3, 9, 17, 1000])
def test_a_process_killed_between_any_two_writes_leaves_a_whole_file(
    company: CompanyFile, clock: Clock, writes: int
) -> None:
    """Each document is there whole with its lines, postings and stock, or not at all."""
    two = document(
        invoice(line("Oak Board", "<Quantity>2</Quantity>"), line("Pine Board"), number="1"),
        invoice(line("Oak Board", "<Quantity>3</Quantity>"), number="2"),
        newMessageSetID="A",
    )
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(company.path), str(writes)],
        input=two,
        text=True,
        check=False,
        capture_output=True,
        timeout=60,
    )

    assert killed.returncode == (0 if writes == 1000 else 9), killed.stderr
    invoices = company.records("Invoice")
    pieces = sum(int(one["Lines"][0]["Quantity"]) for one in invoices)
    total = sum(float(one["Total"]) for one in invoices)
    assert company.find("Item", "Oak Board")[0]["QuantityOnHand"] == str(120 - pieces)
    assert float(company.find("Account", "Accounts Receivable")[0]["Balance"]) == pytest.approx(total)
    talk = Conversation(company, clock)
    assert talk.one(invoice(line("Oak Board"), number="3")).code == 0
    talk.leave()


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("not a database, but long enough to be taken for one " * 20)

    with pytest.raises(NotACompanyFile, match=r"notes\.txt"):
        CompanyFile(text)
    with pytest.raises(NotACompanyFile, match="nowhere"):
        CompanyFile(tmp_path / "nowhere.sqlite")
