"""`python -m qwc`: an update from a .qwc file, told on the terminal, and every refusal in one sentence."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from qwc import commands
from qwc.company import CompanyFile
from qwc.document import Document, write
from tests.qwc.bare_server import served
from tests.qwc.fake_quickbooks import DOCUMENT, FakeQuickBooks
from tests.qwc.web_service import Answer, WebService


@pytest.fixture
def quickbooks(monkeypatch: pytest.MonkeyPatch) -> FakeQuickBooks:
    """The company file that every path leads to."""
    fake = FakeQuickBooks()

    company_file = SimpleNamespace(connect=lambda: fake, pc="DESK-2")
    monkeypatch.setattr(commands, "open_or_create", lambda path: company_file)
    return fake


def on_this_machine(port: int) -> Document:
    address = f"http://localhost:{port}"
    return replace(DOCUMENT, app_url=f"{address}/qbwc", app_support=f"{address}/support")


def run(*arguments: str, password: str | None = "secret") -> Result:
    return CliRunner().invoke(commands.main, arguments, env={"QWC_PASSWORD": password})


def update(folder: Path, service: WebService, *options: str) -> Result:
    with served(service) as port:
        file = folder / "shop.qwc"
        file.write_bytes(write(on_this_machine(port)))
        return run("update", str(file), *options)


def test_an_update_registers_first_and_tells_how_it_went(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    service = WebService(
        requests=["<first/>", "<second/>"], answers={"closeConnection": ["2 synchronized, 0 need attention"]}
    )

    result = update(tmp_path, service)

    assert result.exit_code == 0
    first, second, third = result.stdout.splitlines()
    assert first == "Deskpost is registered in the company file."
    assert "Deskpost: done, 2 message sets, 8 calls on 1 connection in" in second
    assert third == "2 synchronized, 0 need attention"
    assert result.stderr == ""
    assert service.received("authenticate") == [{"strUserName": "shop", "strPassword": "secret"}]
    assert quickbooks.extensions[DOCUMENT.owner_id, "FileID"] == DOCUMENT.file_id


def test_a_second_update_does_not_register_again(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    update(tmp_path, WebService())

    assert "registered" not in update(tmp_path, WebService()).stdout


def test_a_failed_update_says_why_on_stderr_and_fails_the_command(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    result = update(tmp_path, WebService(answers={"authenticate": [["T", "nvu"]]}))

    assert result.exit_code == 1
    assert result.stderr == "QBWC1040: Wrong user name or password. Type the password again.\n"


def test_what_a_service_says_cannot_steer_the_terminal(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    result = update(tmp_path, WebService(requests=["<a/>"], answers={"closeConnection": ["done\x9b2J\nmore"]}))

    assert result.stdout.splitlines()[-1] == "done 2J more"


def test_a_mishap_can_be_asked_for(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    result = update(tmp_path, WebService(requests=["<a/>"]), "--mishap", "receiveResponseXML:1:timeout:after")

    assert result.exit_code == 1
    assert result.stderr.startswith("QBWC1042: receiveResponseXML failed: The operation has timed out")


def test_auto_run_goes_on_after_a_failure_until_it_is_stopped(
    tmp_path: Path, quickbooks: FakeQuickBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", sleep)
    answers: dict[str, list[Answer]] = {"authenticate": [["T", "busy"], ["T", "none", "", "900"], ["T", "", "77"]]}
    result = update(tmp_path, WebService(answers=answers), "--every", "60")

    assert result.exit_code == 0
    assert slept == [60, 900, 77]
    assert result.stdout.splitlines()[-1] == "Stopped."
    assert result.stderr == "Application busy\n"


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "cannot be read: No such file or directory"),
        (b"hello", "not well-formed XML"),
        (b"<QBWCXML/>", "QBWC1039: the .qwc file has no AppName"),
    ],
)
def test_a_file_that_is_no_qwc_file_is_refused_in_one_sentence(
    tmp_path: Path, quickbooks: FakeQuickBooks, content: bytes | None, complaint: str
) -> None:
    file = tmp_path / "shop.qwc"
    if content is not None:
        file.write_bytes(content)

    result = run("update", str(file))

    assert result.exit_code == 1
    assert complaint in result.stderr
    assert result.stderr.startswith("Error: ")
    assert len(result.stderr.splitlines()) == 1


def test_an_address_where_nobody_answers_is_named(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    file = tmp_path / "shop.qwc"
    file.write_bytes(write(on_this_machine(9)))

    result = run("update", str(file))

    assert result.exit_code == 1
    assert "QBWC1048" in result.stderr
    assert "localhost:9 refused the connection" in result.stderr


def test_a_file_to_trust_that_holds_no_certificate_is_named(tmp_path: Path, quickbooks: FakeQuickBooks) -> None:
    (tmp_path / "trust.pem").write_text("nothing")

    result = update(tmp_path, WebService(), "--trust", str(tmp_path / "trust.pem"))

    assert result.exit_code == 1
    assert result.stderr.endswith("trust.pem holds no certificate that can be read (PEM).\n")


def test_without_a_terminal_the_password_comes_from_the_environment_only(
    tmp_path: Path, quickbooks: FakeQuickBooks
) -> None:
    file = tmp_path / "shop.qwc"
    file.write_bytes(write(DOCUMENT))

    result = run("update", str(file), password=None)

    assert result.exit_code == 1
    assert result.stderr == "Error: There is no terminal to ask for the password: set QWC_PASSWORD.\n"


def test_a_mishap_that_cannot_be_is_refused_before_anything_is_called(
    tmp_path: Path, quickbooks: FakeQuickBooks
) -> None:
    service = WebService()

    result = update(tmp_path, service, "--mishap", "sendRequestXML:1:earthquake")

    assert result.exit_code == 1
    assert "There is no mishap 'earthquake'" in result.stderr
    assert service.calls == []


@pytest.mark.parametrize("arguments", [[], ["update"], ["company"], ["company", "create"], ["company", "show"]])
def test_every_command_explains_itself(arguments: list[str]) -> None:
    result = run(*arguments, "--help")

    assert result.exit_code == 0
    assert "Usage: " in result.stdout
    assert all(len(line) <= 80 for line in result.stdout.splitlines())


def test_a_company_file_is_made_on_the_way_and_keeps_what_was_posted(tmp_path: Path) -> None:
    request = (
        '<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?><QBXML><QBXMLMsgsRq onError="stopOnError">'
        "<CustomerAddRq><CustomerAdd><Name>Vins et alcools Chevalier</Name></CustomerAdd></CustomerAddRq>"
        "</QBXMLMsgsRq></QBXML>"
    )
    service = WebService(requests=[request])

    result = update(tmp_path, service)

    assert (result.exit_code, result.stderr) == (0, "")
    assert 'statusCode="0"' in service.received("receiveResponseXML")[0]["response"]
    assert "LOCKED:FRONT-DESK:" in service.received("sendRequestXML")[0]["strHCPResponse"]
    company = CompanyFile(tmp_path / "shop.sqlite")
    assert len(company.find("Customer", "Vins et alcools Chevalier")) == 1
    assert company.company_data(DOCUMENT.owner_id)["FileID"] == DOCUMENT.file_id
    assert company.company_data(DOCUMENT.owner_id)["AppLock"].startswith("UNLOCKED:FRONT-DESK:")


def test_a_company_file_can_be_made_shown_and_changed(tmp_path: Path) -> None:
    file = str(tmp_path / "books.sqlite")

    made = run("company", "create", file, "--name", "Rock Castle", "--pc", "DESK-2", "--edition", "Pro", "--empty")
    changed = run("company", "set", file, "closing_date", "2026-01-31")
    shown = run("company", "show", file)

    assert (made.exit_code, changed.exit_code, shown.exit_code) == (0, 0, 0)
    assert made.stdout == f"Made {file}, the company file of: Rock Castle\n"
    rows = dict(line.split(maxsplit=1) for line in shown.stdout.splitlines() if line)
    assert rows["company_name"] == "Rock Castle"
    assert rows["pc"] == "DESK-2"
    assert rows["closing_date"] == "2026-01-31"
    assert "Customer" not in rows


def test_a_sample_company_has_customers_and_items(tmp_path: Path) -> None:
    file = str(tmp_path / "books.sqlite")
    run("company", "create", file)

    rows = dict(line.split(maxsplit=1) for line in run("company", "show", file).stdout.splitlines() if line)

    assert int(rows["Customer"]) > 0
    assert int(rows["ItemNonInventory"]) + int(rows["ItemService"]) > 0


def test_a_mishap_in_quickbooks_is_met_by_the_next_update(tmp_path: Path) -> None:
    file = str(tmp_path / "shop.sqlite")
    service = WebService(requests=["<a/>"])
    run("company", "create", file)
    arranged = run("company", "mishap", file, "opening refused", "--detail", "0x80040414", "--times", "9")

    result = update(tmp_path, service)

    assert arranged.stdout == "Arranged: opening refused, 9 times.\n"
    assert result.exit_code == 1
    assert service.received("connectionError")[0]["hresult"] == "0x80040414"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["create", "taken.sqlite"], "taken.sqlite is there already"),
        (["create", "new.sqlite", "--edition", "Basic"], "Pro, Premier, Enterprise"),
        (["create", "no/such/folder/new.sqlite"], "No such file or directory"),
        (["show", "absent.sqlite"], "absent.sqlite is not a simulated company file"),
        (["show", "taken.sqlite"], "taken.sqlite is not a simulated company file"),
        (["set", "taken.sqlite", "edition", "Pro"], "taken.sqlite is not a simulated company file"),
    ],
)
def test_what_cannot_be_done_with_a_company_file_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], complaint: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "taken.sqlite").write_text("something else")

    result = run("company", *arguments)

    assert result.exit_code == 1
    assert complaint in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (tmp_path / "new.sqlite").exists()


def test_an_unknown_setting_is_refused_with_those_there_are(tmp_path: Path) -> None:
    file = str(tmp_path / "books.sqlite")
    run("company", "create", file, "--empty")

    result = run("company", "set", file, "colour", "red")

    assert result.exit_code == 1
    assert "closing_date" in result.stderr
