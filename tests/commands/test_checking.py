"""`doctor` finds what is wrong with settings, database, address, certificate and clock, and says what to mend."""

from __future__ import annotations

import http.server
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from click.testing import Result

from service.commands import checking
from service.store import companies
from service.store.unit import Store
from tests.commands.terminal import Terminal
from tests.house.tree import ROOT

# The certificate and key for localhost that the tests of the stand-in Web Connector use; no authority vouches for it.
CERTIFICATE = ROOT / "tests" / "qwc" / "connector" / "localhost.pem"


@contextmanager
def answering(status: int = 200, ahead: timedelta = timedelta(), *, tls: bool = False) -> Iterator[str]:
    """Serve one answer to every GET, with the clock `ahead` of ours; yields the address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self.send_response_only(status)
            self.send_header("Date", format_datetime(datetime.now(UTC) + ahead, usegmt=True))
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://localhost:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def to_mend(result: Result) -> list[str]:
    """What has to be mended; the exit code must tell the same."""
    found = [line.removeprefix("MEND  ") for line in result.stdout.splitlines() if line.startswith("MEND")]
    assert result.exit_code == (1 if found else 0)
    assert result.stderr == ""
    assert all(line.startswith(("ok    ", "MEND  ")) for line in result.stdout.splitlines())
    return found


def set_up(shop: Terminal, store: Store) -> None:
    shop.ok("connection", "add")
    with store.writing() as work:
        companies.change(work, companies.named(work, "shop").id, last_visit_at=work.now)


def test_there_is_nothing_to_mend_where_all_is_well(shop: Terminal, store: Store) -> None:
    set_up(shop, store)

    with answering() as address:
        result = shop.type("doctor", PUBLIC_URL=address)

    assert to_mend(result) == []
    assert "ok    The database is there, at version " in result.stdout
    assert "ok    shop: the Web Connector last came 2026-03-02 09:00 UTC." in result.stdout
    assert f"ok    {address}/qbwc answers 200." in result.stdout
    assert f"ok    {address}/support answers 200." in result.stdout


def test_an_empty_database_is_to_be_migrated(tmp_path: Path) -> None:
    (tmp_path / "empty.sqlite").touch()
    result = Terminal(tmp_path, f"sqlite:///{tmp_path}/empty.sqlite").type("doctor", "--offline")

    (sentence,) = to_mend(result)
    assert sentence.startswith("The database is empty, and this program needs ")
    assert sentence.endswith(": run `deskpost migrate`.")


def test_a_database_that_is_not_there_is_named_and_not_made(tmp_path: Path) -> None:
    (sentence,) = to_mend(Terminal(tmp_path, f"sqlite:///{tmp_path}/lost.sqlite").type("doctor", "--offline"))

    assert sentence.startswith(f"There is no database at {tmp_path}/lost.sqlite: `deskpost migrate` makes it.")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("not a database, but long enough to be looked at as one" * 20)
    (sentence,) = to_mend(Terminal(tmp_path, f"sqlite:///{tmp_path}/notes.txt").type("doctor", "--offline"))

    assert "notes.txt is not available: file is not a database." in sentence


def test_a_database_that_cannot_be_reached_is_named_without_its_password(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "postgresql://deskpost:open-sesame@127.0.0.1:9/deskpost")

    (sentence,) = to_mend(terminal.type("doctor", "--offline"))

    assert "deskpost:***@127.0.0.1:9/deskpost is not available" in sentence
    assert "open-sesame" not in sentence


def test_what_is_still_to_be_set_up_is_said_step_by_step(terminal: Terminal) -> None:
    assert to_mend(terminal.type("doctor", "--offline")) == [
        "There is no company yet: run `deskpost company add NAME`."
    ]
    terminal.ok("company", "add", "shop")
    assert to_mend(terminal.type("doctor", "--offline")) == [
        "shop has no connection: run `deskpost connection add --company shop`."
    ]
    terminal.ok("connection", "add")
    assert to_mend(terminal.type("doctor", "--offline")) == [
        "shop: the Web Connector never came. Add the .qwc there, then press Update Selected."
    ]
    terminal.ok("connection", "revoke", "shop-qb")
    assert to_mend(terminal.type("doctor", "--offline")) == [
        "shop has no connection: run `deskpost connection add --company shop`."
    ]


@pytest.mark.parametrize(
    ("address", "codes"),
    [
        ("http://books.example.com", ["QBWC1010"]),
        ("https://10.1.2.3", ["QBWC1001", "QBWC1002"]),
    ],
)
def test_an_address_that_the_web_connector_refuses_is_named_with_its_code(
    shop: Terminal, store: Store, address: str, codes: list[str]
) -> None:
    set_up(shop, store)

    found = to_mend(shop.type("doctor", "--offline", PUBLIC_URL=address))

    assert [sentence.split()[1].rstrip(":") for sentence in found] == codes


def test_a_service_that_does_not_answer_is_named(shop: Terminal, store: Store) -> None:
    set_up(shop, store)
    with answering() as address:
        pass

    qbwc, support = to_mend(shop.type("doctor", PUBLIC_URL=address))

    assert qbwc.startswith(f"{address}/qbwc does not answer (")
    assert qbwc.endswith("): start `deskpost serve`, or mend the front.")
    assert support.startswith(f"{address}/support does not answer (")


@pytest.mark.parametrize("status", [302, 401, 404, 405, 500, 503])
def test_an_answer_that_the_web_connector_does_not_want_is_named(shop: Terminal, store: Store, status: int) -> None:
    set_up(shop, store)

    with answering(status) as address:
        found = to_mend(shop.type("doctor", PUBLIC_URL=address))

    assert found == [
        f"{address}/qbwc answers {status}, and the Web Connector wants 200.",
        f"{address}/support answers {status}, and the Web Connector wants 200.",
    ]


@pytest.mark.parametrize("ahead", [timedelta(minutes=10, seconds=30), timedelta(minutes=-10, seconds=-30)])
def test_clocks_that_differ_are_named(shop: Terminal, store: Store, ahead: timedelta) -> None:
    set_up(shop, store)

    with answering(ahead=ahead) as address:
        found = to_mend(shop.type("doctor", PUBLIC_URL=address))

    assert set(found) == {"The clocks here and at the address are 10 minutes apart: set them."}


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_certificate_that_is_not_trusted_is_named(
    shop: Terminal, store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    set_up(shop, store)

    with answering(tls=True) as address:
        qbwc, support = to_mend(shop.type("doctor", PUBLIC_URL=address))

    assert qbwc.startswith(f"The certificate of {address}/qbwc is not trusted: self-signed certificate")
    assert support.startswith(f"The certificate of {address}/support is not trusted: self-signed certificate")


def test_a_certificate_that_this_machine_trusts_is_well(
    shop: Terminal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_up(shop, store)
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))

    with answering(tls=True) as address:
        assert to_mend(shop.type("doctor", PUBLIC_URL=address)) == []


@pytest.mark.parametrize(("days", "is_named"), [(20, True), (40, False)])
def test_a_certificate_that_ends_soon_is_named(days: int, *, is_named: bool) -> None:
    ends = time.strftime("%b %d %H:%M:%S %Y GMT", time.gmtime(time.time() + days * 86400 + 3600))

    found = [finding.sentence for finding in checking._times(None, ends)]

    assert found == (["The certificate ends in 20 days: renew it."] if is_named else [])
