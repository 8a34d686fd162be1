"""`prune` and `archive`: what is old goes, and nothing that guards against posting twice goes with it."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from qwc.mishaps import Kind, Mishap
from service.domain.refusals import IdempotencyKeyReused, RevisionIsOlder
from service.exchange import housekeeping
from service.store import identities
from service.store.unit import Overtaken, Store
from tests.clock import Clock
from tests.commands.terminal import Terminal
from tests.crossing import overtaken_at_first
from tests.shop import Shop

NOTHING_TO_REMOVE = "Nothing is old enough to be removed.\n"
NOTHING_TO_MOVE = "Nothing is old enough to be moved out.\n"


@pytest.fixture
def books(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """A shop whose clock began in March 2026; the commands go by the real one, long after it."""
    return Shop(store, clock, tmp_path)


def lines(terminal: Terminal, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress((terminal.folder / name).read_bytes()).splitlines()]


def texts(shop: Shop) -> list[tuple[int, bool]]:
    """The lengths of the requests that are kept, and whether an answer is."""
    with shop.store.reading() as work:
        query = text("SELECT length(request), answer IS NOT NULL FROM message_sets ORDER BY id")
        return [(int(length), bool(answered)) for length, answered in work.connection.execute(query)]


def test_requests_and_answers_of_long_ago_are_removed_and_the_message_still_tells_its_life(
    terminal: Terminal, books: Shop
) -> None:
    number = books.save("Customer:C-1", {"Name": "Kern, Lila"})
    books.update()

    assert terminal.ok("prune", "--days", "10000") == NOTHING_TO_REMOVE
    assert terminal.ok("prune") == "Removed: 1 text of a message set.\n"
    assert texts(books) == [(0, False)]
    assert terminal.ok("prune") == NOTHING_TO_REMOVE
    assert "Kern, Lila" in terminal.ok("message", str(number))
    assert "removed" in terminal.ok("message", str(number), "--texts")


def test_a_set_that_was_not_answered_keeps_its_bytes_whatever_its_age(terminal: Terminal, books: Shop) -> None:
    books.save("Customer:C-1", {"Name": "Kern, Lila"})
    books.update(Mishap("receiveResponseXML", 1, Kind.RESET))
    kept = texts(books)

    terminal.ok("prune", "--days", "1")

    assert texts(books) == kept
    assert books.update().status == "1 synchronized."
    assert books.disagreements() == []


def test_documents_and_histories_of_long_ago_are_moved_out_whole(terminal: Terminal, books: Shop) -> None:
    number = books.save("Customer:C-1", {"Name": "Kern, Lila"}, idempotency_key="c1")
    books.update()

    assert terminal.ok("archive", "old.gz", "--days", "30") == "1 message moved out into old.gz.\n"

    (line,) = lines(terminal, "old.gz")
    assert (line["message"]["id"], line["message"]["record"]) == (number, "Customer:C-1")
    assert json.loads(line["message"]["content"]) == {"Name": "Kern, Lila"}
    assert [event["action"] for event in line["events"]] == ["enqueue", "dispatch", "synchronize"]
    left = books.message(number)
    assert (left.content, left.status, left.quickbooks_number) == (None, "synchronized", "Kern, Lila")
    assert left.archived_at is not None
    assert "archive" in terminal.ok("message", str(number))


def test_what_was_moved_out_is_still_never_posted_twice(terminal: Terminal, books: Shop) -> None:
    number = books.save("Customer:C-1", {"Name": "Kern, Lila"}, idempotency_key="c1", revision=3)
    books.update()
    assert terminal.ok("archive", "old.gz", "--days", "30") == "1 message moved out into old.gz.\n"

    same = {"operation": "save", "record": "Customer:C-1", "content": {"Name": "Kern, Lila"}, "revision": 3}
    assert books.put({**same, "idempotency_key": "c1"}).message_id == number
    with pytest.raises(IdempotencyKeyReused):
        books.put({**same, "idempotency_key": "c1", "content": {"Name": "Lou"}})
    with pytest.raises(RevisionIsOlder):
        books.put({**same, "revision": 2, "idempotency_key": "c0"})
    books.save("Customer:C-1", {"Name": "Kern, Lila", "Phone": "555-0100"}, revision=4)
    books.update()

    (lila,) = books.file.find("Customer", "Kern, Lila")
    assert lila["Phone"] == "555-0100"
    with books.store.reading() as work:
        known = identities.of_record(work, books.company().id, "Customer:C-1")
    assert known is not None
    assert known.quickbooks_id == lila["ListID"]


def test_what_may_still_be_decided_about_stays(terminal: Terminal, books: Shop) -> None:
    refused = books.save("Invoice:1", {"CustomerRef": {"FullName": "Nobody"}, "InvoiceLineAdd": [{"Desc": "A"}]})
    waiting = books.save("Customer:C-1", {"Name": "Kern, Lila"}, not_before="2030-01-01T00:00:00Z")
    books.update()
    skipped = books.save("Customer:C-2", {"Name": "Lou"}, not_before="2030-01-01T00:00:00Z")
    terminal.ok("decide", "skip", str(skipped))

    assert terminal.ok("archive", "old.gz", "--days", "30") == NOTHING_TO_MOVE
    assert not (terminal.folder / "old.gz").exists()
    assert all(books.message(one).content for one in (refused, waiting, skipped))


def test_a_message_that_waits_for_what_was_moved_out_goes_all_the_same(terminal: Terminal, books: Shop) -> None:
    books.save("Customer:C-1", {"Name": "Kern, Lila"})
    books.update()
    assert terminal.ok("archive", "old.gz", "--days", "30") == "1 message moved out into old.gz.\n"
    line = {"ItemRef": {"FullName": "Installation"}, "Quantity": 1, "Rate": "65.00"}
    books.save("Invoice:1", {"CustomerRef": {"record": "Customer:C-1"}, "InvoiceLineAdd": [line]})

    assert books.update().status == "1 synchronized."


def test_a_file_that_is_there_is_not_written_over(terminal: Terminal, books: Shop) -> None:
    (terminal.folder / "old.gz").write_bytes(b"precious")

    assert terminal.refused("archive", "old.gz").startswith("The archive old.gz cannot be made: file exists.")
    assert (terminal.folder / "old.gz").read_bytes() == b"precious"


def test_what_a_deadlock_ended_is_removed_anew(
    terminal: Terminal, books: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    books.save("Customer:C-1", {"Name": "Kern, Lila"})
    books.update()
    monkeypatch.setattr(housekeeping, "prune", overtaken_at_first(housekeeping.prune))

    assert terminal.ok("prune") == "Removed: 1 text of a message set.\n"
    assert texts(books) == [(0, False)]


def test_what_a_deadlock_ended_is_moved_out_anew_and_stands_in_the_file_once(
    terminal: Terminal, books: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(housekeeping, "BATCH", 1)
    moved = [books.save(f"Customer:C-{one}", {"Name": f"Customer {one}"}) for one in range(3)]
    books.update()
    archive, calls = housekeeping.archive, iter([False, True, False, False, False])

    def overtaken_in_the_second_batch(*given: Any) -> tuple[int, int]:
        made = archive(*given)
        if next(calls):
            raise Overtaken("postgresql://here", "deadlock detected")
        return made

    monkeypatch.setattr(housekeeping, "archive", overtaken_in_the_second_batch)

    assert terminal.ok("archive", "old.gz", "--days", "30") == "3 messages moved out into old.gz.\n"
    assert [line["message"]["id"] for line in lines(terminal, "old.gz")] == moved
    assert [books.message(one).content for one in moved] == [None] * 3


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_archive_that_cannot_be_written_takes_nothing_out(
    terminal: Terminal, books: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = books.save("Customer:C-1", {"Name": "Kern, Lila"})
    books.update()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert "no space left on device" in terminal.refused("archive", "old.gz", "--days", "30")
    monkeypatch.undo()
    assert books.message(number).content is not None
