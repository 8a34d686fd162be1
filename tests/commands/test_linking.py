"""`link` asks, shows, links exactly what it showed, and says what it holds back meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.exchange import moves
from service.store import identities, messages, readings
from service.store.unit import Store
from tests.accountant import Accountant
from tests.clock import Clock
from tests.commands.terminal import Terminal
from tests.shop import Shop


@pytest.fixture
def office(store: Store, clock: Clock, tmp_path: Path) -> Shop:
    """Return a shop whose company file has customers already."""
    shop = Shop(store, clock, tmp_path)
    Accountant(shop).adds(
        "Customer",
        "<Name>Calloway, Ruth</Name>",
        "<Name>Miller</Name><AccountNumber>4711</AccountNumber>",
        "<Name>Twin One</Name><Email>twins@example.com</Email>",
        "<Name>Twin Two</Name><IsActive>false</IsActive><Email>twins@example.com</Email>",
    )
    return shop


def linked(shop: Shop, *records: str) -> list[str | None]:
    with shop.store.reading() as work:
        known = identities.of_records(work, shop.company().id, records)
    return [known[record].quickbooks_number if record in known else None for record in records]


def test_a_first_day_from_the_question_to_the_links(terminal: Terminal, office: Shop) -> None:
    told = terminal.ok("link", "customers")
    assert told.startswith("customers: read at the next visit of the Web Connector.\n")
    assert "nothing of this kind is created" in told
    office.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    office.save("Customer:C-2", {"Name": "Miller, Ann", "AccountNumber": "4711"})
    office.save("Customer:C-3", {"Name": "Twins", "Email": "twins@example.com"})
    office.save("Customer:C-4", {"Name": "Nobody yet"})
    office.save("Invoice:1", {"CustomerRef": {"record": "Customer:C-9"}})
    assert terminal.ok("link") == told
    assert "Nothing new of customers is created" in terminal.ok("queue")
    office.update()

    shown = terminal.ok("link")

    assert "Can be linked (2):" in shown
    assert _row(shown, "Customer:C-1") == ["Customer:C-1", "Calloway, Ruth (customer)", "same name"]
    assert _row(shown, "Customer:C-2") == ["Customer:C-2", "Miller (customer)", "same number"]
    assert _row(shown, "Customer:C-3") == [
        "Customer:C-3",
        "Twin One (customer); Twin Two (inactive customer)",
        "same e-mail",
    ]
    assert "Not in QuickBooks (1):\n  Customer:C-4\n" in shown
    assert "Only referred to so far (1): Customer:C-9\n" in shown
    assert "`deskpost link --apply` to link these 2" in shown

    done = terminal.ok("link", "--apply")

    assert done.endswith("\n2 linked.\n")
    records = [f"Customer:C-{number}" for number in range(1, 5)]
    assert linked(office, *records) == ["Calloway, Ruth", "Miller", None, None]
    assert "Nothing new of" not in terminal.ok("queue")
    office.update()
    assert linked(office, *records) == ["Calloway, Ruth", "Miller, Ann", "Twins", "Nobody yet"]


def test_what_was_not_shown_is_not_linked(terminal: Terminal, office: Shop) -> None:
    office.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    terminal.ok("link", "customers")
    office.update()
    assert "No link was proposed" in terminal.refused("link", "--apply")
    terminal.ok("link")
    office.save("Customer:C-2", {"Name": "Miller"})

    assert terminal.ok("link", "--apply").endswith("\n1 linked.\n")
    assert linked(office, "Customer:C-1", "Customer:C-2") == ["Calloway, Ruth", None]


def test_what_failed_before_is_told(terminal: Terminal, office: Shop) -> None:
    number = office.save("Customer:C-1", {"Name": "Calloway, Ruth"})
    with office.store.writing() as work:
        failing = messages.by_id(work, number)
        moves.make_one(work, "fail", failing, what_happened="No.", what_to_do="Try.", settled_at=work.now)
    terminal.ok("link", "customers")
    office.update()
    terminal.ok("link")

    assert "1 failed before: `deskpost retry` sends them again." in terminal.ok("link", "--apply")
    terminal.ok("retry", str(number))
    office.update()
    assert office.statuses([number]) == ["synchronized"]


def test_nothing_to_link_says_what_else_can_be_done(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")
    office.update()

    assert "No rule finds a link." in terminal.ok("link")
    assert terminal.ok("link", "--dismiss") == "customers: nothing was linked, and what is new may be created.\n"
    assert "Name the lists" in terminal.refused("link")


def test_the_same_lists_are_read_again(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")
    office.update()
    Accountant(office).adds("Customer", "<Name>New since then</Name>")
    office.save("Customer:C-1", {"Name": "New since then"})
    assert "Not in QuickBooks (1)" in terminal.ok("link")

    assert terminal.ok("link", "--again").startswith("customers: read at the next visit")
    office.update()

    assert "Can be linked (1)" in terminal.ok("link")


def test_a_reading_that_failed_says_why(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")
    with office.store.writing() as work:
        waiting = readings.latest(work, office.company().id, "link")
        assert waiting is not None
        readings.change(work, waiting.id, state="failed", what_happened="It is locked.", finished_at=work.now)

    assert terminal.ok("link").startswith("customers: not read. It is locked.\n")
    assert terminal.ok("link", "customers").startswith("customers: read at the next visit")


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["link"], "Name the lists"),
        (["link", "costumers"], "There is no list 'costumers' that can be linked. There are: customers, vendors,"),
        (["link", "--apply"], "No link was proposed"),
        (["link", "--dismiss"], "Nothing was read"),
        (["link", "--again"], "Nothing was read"),
        (["link", "--apply", "--dismiss"], "do not go together"),
        (["link", "customers", "--apply"], "do not go together"),
        (["link", "--file", "nowhere.csv"], "nowhere.csv cannot be read"),
        (["link", "--file", "nowhere.csv", "--dismiss"], "do not go together"),
    ],
)
def test_what_cannot_be_is_one_sentence(terminal: Terminal, office: Shop, words: list[str], part: str) -> None:
    assert part in terminal.refused(*words)


def test_other_lists_wait_until_somebody_has_decided(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")

    assert "What was read of customers waits for a decision" in terminal.refused("link", "vendors")


def test_a_file_is_shown_and_then_linked(terminal: Terminal, office: Shop) -> None:
    office.save("Customer:C-1", {"Name": "Somebody"})
    terminal.ok("link", "customers")
    office.update()
    (terminal.folder / "map.csv").write_bytes("\ufeffrecord,quickbooks_name\r\nCustomer:C-1,MILLER\r\n\r\n".encode())

    shown = terminal.ok("link", "--file", "map.csv")
    assert _row(shown, "Customer:C-1") == ["Customer:C-1", "Miller (customer)", "named in the file"]
    assert linked(office, "Customer:C-1") == [None]

    told = terminal.ok("link", "--file", "map.csv", "--apply")
    assert told.endswith("\n1 linked.\nThe rest of customers still waits for a decision: see `deskpost link`.\n")
    assert linked(office, "Customer:C-1") == ["Miller"]


def test_a_file_may_link_to_another_one_and_says_so(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")
    office.update()
    (terminal.folder / "map.csv").write_text('record,quickbooks_name\nCustomer:C-1,"Calloway, Ruth"\n')
    terminal.ok("link", "--file", "map.csv", "--apply")
    (terminal.folder / "map.csv").write_text("record,quickbooks_name\nCustomer:C-1,Miller\n")

    assert "Linked to something else until now: Customer:C-1" in terminal.ok("link", "--file", "map.csv")
    terminal.ok("link", "--apply")
    assert linked(office, "Customer:C-1") == ["Miller"]


def test_a_file_decides_only_about_itself(terminal: Terminal, office: Shop) -> None:
    new = office.save("Customer:C-1", {"Name": "Somebody"})
    office.save("Customer:C-2", {"Name": "Calloway, Ruth"})
    terminal.ok("link", "customers")
    office.update()
    (terminal.folder / "map.csv").write_text("record,quickbooks_name\nCustomer:C-3,Miller\n")
    terminal.ok("link", "--file", "map.csv", "--apply")
    office.update()
    assert office.statuses([new]) == ["pending"]

    terminal.ok("link")
    terminal.ok("link", "--apply")
    office.update()

    assert office.statuses([new]) == ["synchronized"]
    assert linked(office, "Customer:C-2", "Customer:C-3") == ["Calloway, Ruth", "Miller"]


def test_a_file_needs_lists_that_were_read(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")
    (terminal.folder / "map.csv").write_text("record,quickbooks_name\nCustomer:C-1,Miller\n")

    assert "Nothing was read from QuickBooks yet" in terminal.refused("link", "--file", "map.csv")


def test_what_came_by_sql_and_is_no_json_is_not_known(terminal: Terminal, office: Shop) -> None:
    with office.store.writing() as work:
        messages.add(
            work, company_id=office.company().id, operation="save", record="Customer:C-1", content="{Name: Calloway"
        )
    terminal.ok("link", "customers")
    office.update()

    assert "Not in QuickBooks (1):\n  Customer:C-1\n" in terminal.ok("link")


def test_every_bad_row_is_told_with_its_line(terminal: Terminal, office: Shop) -> None:
    terminal.ok("link", "customers")
    office.update()
    (terminal.folder / "map.csv").write_text("record,quickbooks_name\nCustomer:C-1,Nobody\nC-2,Miller\n")

    result = terminal.type("link", "--file", "map.csv", "--apply")

    assert result.exit_code == 1
    first, second, summary = result.stderr.splitlines()
    assert first == "line 2: Customer:C-1: there is no customer 'Nobody' among the customers that were read."
    assert second.startswith("line 3: 'C-2' does not name a record.")
    assert summary == "Error: Nothing was linked, because 2 rows of the file cannot be: mend them first."


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "no column 'record'"),
        (b"record;quickbooks_name\n", "no column 'record'"),
        (b"record,name\nCustomer:C-1,Miller\n", "no column 'quickbooks_name'"),
        (b"\xff\xfe", "not UTF-8 text"),
        (b'record,quickbooks_name\n"Customer:C-1', "not CSV"),
    ],
)
def test_what_is_no_such_file_is_one_sentence(terminal: Terminal, office: Shop, content: bytes, part: str) -> None:
    (terminal.folder / "map.csv").write_bytes(content)

    told = terminal.refused("link", "--file", "map.csv")

    assert part in told
    assert "Its first line is 'record,quickbooks_name'" in told


def _row(shown: str, record: str) -> list[str]:
    (line,) = [line for line in shown.splitlines() if line.startswith(f"{record} ")]
    return [cell.strip() for cell in line.split("  ") if cell.strip()]
