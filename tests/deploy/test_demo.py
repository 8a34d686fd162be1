"""deploy/demo: a day of orders that begins by itself, tells what came of it, and ends as it should."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection
from pathlib import Path
from types import ModuleType
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest
from lxml import html

from qwc.company import CompanyFile
from tests.house.tree import ROOT

DEMO = ROOT / "deploy" / "demo.py"
OUTCOME = ROOT / "deploy" / "demo_outcome.py"
ORDERS = [json.loads(line) for line in (ROOT / "deploy" / "day-of-orders.jsonl").read_text("utf-8").splitlines()]


def started(*words: str | Path) -> subprocess.Popen[str]:
    """Start the demonstration in a C locale, without a terminal, and with settings that must not matter to it."""
    environment = {**os.environ, "LC_ALL": "C", "DESKPOST_DATABASE_URL": "mysql://nowhere", "DESKPOST_WORKERS": "none"}
    return subprocess.Popen(
        [sys.executable, DEMO, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


class Visitor:
    """Somebody with a browser who reads the last lines of the demonstration, and nothing else."""

    def __init__(self, address: str, name: str, password: str) -> None:
        """Sign in."""
        self._address = address
        self._browser = build_opener(HTTPCookieProcessor())
        self.open("")
        self._send("sign-in", name=name, password=password)

    def open(self, path: str) -> str:
        """What can be read on a page."""
        with self._browser.open(self._address + path, timeout=20) as answer:
            self._page = html.document_fromstring(answer.read())
        return " ".join(self._page.text_content().split())

    def press_retry(self, title: str) -> None:
        """Press Retry at the case with that title."""
        self.open("company/shop/synchronize")
        (case,) = (
            one for one in self._page.xpath("//article|//*[contains(@class, 'case')]") if title in one.text_content()
        )
        (button,) = case.xpath(".//button[starts-with(normalize-space(), 'Retry')]")
        self._send("company/shop/decide", **{button.get("name"): button.get("value")})

    def _send(self, path: str, **fields: str) -> None:
        token = self._page.xpath("//input[@name='csrf_token']/@value")[0]
        data = urlencode({"csrf_token": token, **fields}).encode()
        self._browser.open(self._address + path, data, timeout=20).close()


def told_as(lines: Sequence[str], what: str) -> str:
    """What the last lines of the demonstration say behind a word."""
    return [line.split()[1] for line in lines if line.startswith(f"   {what}:")][-1]


@pytest.fixture
def usual_port_taken() -> Iterator[None]:
    """Let another program have the usual port, if none has it already."""
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8330))
            other.listen()
        except OSError:
            pass
        yield


@pytest.fixture
def demo() -> ModuleType:
    """Return what the demonstration knows of its outcome as a module."""
    found = importlib.util.spec_from_file_location("demo", OUTCOME)
    assert found
    assert found.loader
    module = importlib.util.module_from_spec(found)
    sys.modules["demo"] = module
    try:
        found.loader.exec_module(module)
        return module
    finally:
        del sys.modules["demo"]


@pytest.mark.usefixtures("usual_port_taken")
def test_a_day_of_orders_is_played_and_kept_up_until_it_is_ended(tmp_path: Path) -> None:
    folder = tmp_path / "a day, 100% fünf"
    process = started("--folder", folder)
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if "until you press Ctrl-C" in line:
            break
    told = "\n".join(lines)
    address = told_as(lines, "Address")
    port = int(address.split("localhost:")[1].split("/")[0])
    connection = HTTPConnection("localhost", port, timeout=10)
    connection.request("GET", "/support")
    assert connection.getresponse().status == 200
    connection.close()
    visitor = Visitor(address, *(told_as(lines, what) for what in ("Name", "Password")))
    pages = [visitor.open(f"company/shop/{page}") for page in ("synchronize", "manual-entry", "old-skipped")]
    visitor.press_retry("Invoice 5014")
    update = ["-m", "qwc", "update", str(folder / "shop-qb.qwc"), "--company", str(folder / "birchwood.sqlite")]
    password = next(line.split()[1] for line in lines if line.startswith("   Password:"))
    subprocess.run(
        [sys.executable, *update], env={**os.environ, "QWC_PASSWORD": password}, capture_output=True, check=True
    )
    through = visitor.open("company/shop/synchronize")
    second = started("--exit", "--folder", folder)
    assert second.communicate(timeout=60)[0].startswith(f"Error: Another demonstration is at work in {folder}: ")
    process.send_signal(signal.SIGINT)
    last = process.stdout.read()
    assert (process.wait(30), second.returncode) == (0, 1), told + last
    process.stdout.close()

    assert port != 8330
    assert "The Web Connector shows: 145 synchronized, 4 need attention" in told
    assert [line.strip() for line in lines if line.endswith(" %")][-1] == "100 %"
    assert "   Invoice                60        57        2        1           0       57" in lines
    assert 'The payment term "Net 45" is not in QuickBooks.' in told
    assert "The books are closed for the date of sales receipt R-809." in told
    assert "O'Dell, Frances has no email address in QuickBooks." in told
    assert 'QuickBooks already has a vendor named "Northway Freight".' in told
    assert last.strip().endswith("All of it stays in the folder until the next time.")
    assert "Waits for" in pages[0]
    assert 'The payment term "Net 45" is not in QuickBooks. Create this payment term' in pages[0]
    assert "Invoice 5033" in pages[1]
    assert "The old program could not send credit memos" in pages[2]
    assert "Finished: 1 synchronized" in through
    assert len(CompanyFile(folder / "birchwood.sqlite").records("Invoice")) == 58
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("taken", "taken holds something else: name an empty or a new folder with --folder."),
        ("taken/file.txt/below", "file.txt/below cannot be used (Not a directory): name another with --folder."),
    ],
)
def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, name: str, complaint: str) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "file.txt").write_text("mine")

    process = started("--exit", "--folder", tmp_path / name)
    told, _ = process.communicate(timeout=60)

    assert process.returncode == 1
    (line,) = told.splitlines()
    assert line.endswith(complaint)
    assert (tmp_path / "taken" / "file.txt").read_text() == "mine"


def kinds() -> Counter[str]:
    return Counter(order["record"].partition(":")[0] for order in ORDERS)


def outcome(demo: ModuleType, *, failed: Sequence[str] = (), code: int | None = None) -> list[str]:
    """What the demonstration finds to say when these records fail on top of those that should."""
    refused = {**dict.fromkeys(failed, code), **demo.REFUSED}
    rows = []
    for number, order in enumerate(ORDERS, start=1):
        record = order["record"]
        status = "failed" if record in refused else "pending" if record in demo.WAITING else "synchronized"
        rows.append(demo.Message(number, record.partition(":")[0], record, status, refused.get(record)))
    after = Counter(row.kind for row in rows if row.status == "synchronized")
    return list(demo.differences(rows, {}, after))


def test_the_day_is_as_it_is_described(demo: ModuleType) -> None:
    assert kinds() == {
        "ItemNonInventory": 20,
        "ItemService": 4,
        "Customer": 32,
        "Invoice": 60,
        "SalesReceipt": 22,
        "ReceivePayment": 12,
    }
    assert {*demo.REFUSED, *demo.WAITING} <= {order["record"] for order in ORDERS}


def test_the_expected_outcome_is_no_failure(demo: ModuleType) -> None:
    assert outcome(demo) == []


def test_a_message_that_should_have_gone_in_is_a_failure(demo: ModuleType) -> None:
    assert outcome(demo, failed=["Invoice:5001"], code=3140) == ["Invoice:5001 is failed and should be synchronized."]


def test_a_posting_that_is_missing_or_double_in_the_company_file_is_a_failure(demo: ModuleType) -> None:
    posted = [demo.Message(1, "Invoice", "Invoice:5001", "synchronized", None)]

    assert list(demo.differences(posted, {"Invoice": 3}, {"Invoice": 4})) == []
    for count in (3, 5):
        (complaint,) = demo.differences(posted, {"Invoice": 3}, {"Invoice": count})
        assert complaint == f"1 messages of Invoice are synchronized, and the company file has {count - 3} more."


def test_another_reason_than_the_expected_one_is_a_failure(demo: ModuleType) -> None:
    refused = [demo.Message(1, "Invoice", "Invoice:5014", "failed", 3100)]

    assert list(demo.differences(refused, {}, {})) == ["Invoice:5014 was refused with 3100."]
