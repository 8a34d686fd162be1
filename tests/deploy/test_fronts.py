"""Through the shipped fronts, over TLS: one connection for a visit, no waiting, large answers, and nobody's claims."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import select
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests
import zeep

from qwc.connector import HttpTransport, http_transport
from qwc.connector.company_file import host_company_preferences
from qwc.quickbooks import QuickBooks
from service.store import message_sets, messages
from tests.commands.served import free_port
from tests.deploy.fronts import FRONTS, NGINX_FILE, Place, Service, Site, behind, nginx_command, service
from tests.exchange.conversation import answer, response
from tests.house.tree import ROOT
from tests.journeys.server_process import RealClock
from tests.shop import PASSWORD, Shop
from tests.soap.web_connector import envelope

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Return a service that stands behind both fronts."""
    with service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module", params=FRONTS)
def site(request: pytest.FixtureRequest, running: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Return the service behind each of the fronts in turn."""
    with behind(request.param, tmp_path_factory.mktemp(request.param), running) as site:
        yield site


@pytest.fixture
def shop(site: Site, tmp_path: Path) -> Shop:
    """Return a company of the test's own whose PC reaches the service through the front."""
    return Shop(site.store, RealClock(), tmp_path, name=f"shop-{next(_numbers)}", public_url=site.url)


def over_tls(site: Site) -> HttpTransport:
    return HttpTransport(trusted=str(site.certificate))


def talk(site: Site) -> http.client.HTTPSConnection:
    context = ssl.create_default_context(cafile=str(site.certificate))
    return http.client.HTTPSConnection("localhost", site.port, timeout=30, context=context)


def get(site: Site, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = talk(site)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_a_visit_takes_one_connection_and_never_waits_to_be_asked_for_its_body(
    site: Site, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.change_company(set_size=1, set_limit=1)
    for number in range(12):
        shop.save(f"Customer:C-{number}", {"Name": f"Customer {number}"})
    waited: list[bool] = []

    def watched(reads: Any, writes: Any, others: Any, patience: float) -> Any:
        found = select.select(reads, writes, others, patience)
        if patience == http_transport.CONTINUE_WAIT:
            waited.append(not found[0])
        return found

    monkeypatch.setattr(http_transport, "select", SimpleNamespace(select=watched))
    transport = over_tls(site)

    visit = shop.connector(transport=transport).update()

    assert visit.status == "12 synchronized."
    assert len(visit.calls) == len(waited) == 28
    assert transport.connections == 1
    assert waited.count(True) == 0


def test_when_it_is_added_the_web_connector_sees_what_it_wants_to_see(site: Site, shop: Shop) -> None:
    transport = over_tls(site)

    assert [transport.get(f"{site.url}{path}").status for path in ("/qbwc", "/support")] == [200, 200]
    transport.close()


def test_zeep_reads_the_contract_and_posts_a_customer(site: Site, shop: Shop) -> None:
    shop.save("Customer:C-1", {"Name": "Ruth Calloway"})
    quickbooks = shop.file.connect()
    quickbooks.open_connection("Deskpost")
    quickbooks.begin_session("")
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(site.certificate)
        transport = zeep.Transport(session=session)  # type: ignore[no-untyped-call]  # zeep is half typed.
        client = zeep.Client(f"{site.url}/qbwc?wsdl", transport=transport)  # type: ignore[no-untyped-call]
        # The contract names the address of the settings; these two fronts stand before one service.
        service = client.create_service("{http://developer.intuit.com/}QBWebConnectorSvcSoap", f"{site.url}/qbwc")  # type: ignore[no-untyped-call]
        ticket, instruction = service.authenticate(shop.document.user_name, PASSWORD)
        host = host_company_preferences(quickbooks, shop.document.owner_id)
        request = service.sendRequestXML(ticket, host, quickbooks.company_file_name(), "US", 16, 0)
        progress = service.receiveResponseXML(ticket, quickbooks.process_request(request), "", "")
        told = service.closeConnection(ticket)
    quickbooks.end_session()
    quickbooks.close_connection()

    assert (instruction or "", progress, told) == ("", 100, "1 synchronized.")
    assert [one["Name"] for one in shop.file.records("Customer") if one["Name"] == "Ruth Calloway"] == ["Ruth Calloway"]


def test_an_answer_of_23_mb_is_taken(site: Site, shop: Shop) -> None:
    """20,000 customers, which is what the first reading of a large company file brings."""
    message_id = shop.enqueue("raw", None, request='<CustomerQueryRq requestID="x"></CustomerQueryRq>')
    text = answer(response("CustomerQueryRs", message_id, "".join(map(customer, range(20_000)))))
    transport = over_tls(site)

    visit = shop.connector(transport=transport, between=lambda quickbooks: Answering(quickbooks, text)).update()

    assert len(text) > 23_000_000
    assert (visit.status, transport.connections) == ("1 synchronized.", 1)
    with shop.store.reading() as work:
        kept = messages.by_id(work, message_id, lock=False)
        assert kept.set_id is not None
        assert message_sets.texts(work, kept.set_id)[1] == text.encode()


def customer(number: int) -> str:
    return (
        f"<CustomerRet><ListID>{number:08X}-1700000000</ListID><Name>Customer {number:06}</Name>"
        f"<Notes>{'n' * 1100}</Notes></CustomerRet>"
    )


class Answering:
    """QuickBooks with one answer to every query of customers."""

    def __init__(self, quickbooks: QuickBooks, text: str) -> None:
        self._quickbooks = quickbooks
        self._text = text

    def process_request(self, request: str) -> str:
        return self._text if "<CustomerQueryRq" in request else self._quickbooks.process_request(request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._quickbooks, name)


def test_what_is_larger_than_any_answer_is_turned_away_unread(site: Site) -> None:
    connection = talk(site)
    connection.putrequest("POST", "/qbwc")
    connection.putheader("Content-Type", "text/xml; charset=utf-8")
    connection.putheader("Content-Length", "120000000")
    connection.endheaders()
    if site.front == "caddy":
        # Caddy counts what comes; nginx believes what is announced.
        with pytest.raises((OSError, http.client.HTTPException)):
            for _ in range(120):
                connection.send(b"x" * 1_000_000)
            raise http.client.HTTPException(connection.getresponse().status)
    else:
        assert connection.getresponse().status == 413
    connection.close()


def test_a_caller_cannot_pretend_to_be_elsewhere(site: Site, shop: Shop) -> None:
    connection = talk(site)
    body = envelope(
        '<authenticate xmlns="http://developer.intuit.com/"><strUserName>'
        f"{shop.document.user_name}</strUserName><strPassword>{PASSWORD}</strPassword></authenticate>"
    )
    claims = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    connection.request("POST", "/qbwc", body, {"Content-Type": "text/xml; charset=utf-8", **claims})
    assert connection.getresponse().status == 200
    connection.close()

    lines = [json.loads(line) for line in site.log.read_text().splitlines()[1:]]
    (line,) = [line for line in lines if line.get("user") == shop.document.user_name]
    assert line["address"] == "127.0.0.1"


def test_a_caller_cannot_lead_browsers_to_another_path(site: Site) -> None:
    moved = get(site, "/", **{"X-Forwarded-Prefix": "/elsewhere", "X-Forwarded-Host": "evil.example"})

    assert moved.status == 302
    assert moved.headers["Location"] == "/console/"


@pytest.mark.parametrize(
    ("path", "status"), [("/metrics", 404), ("/readyz", 404), ("/healthz", 200), ("/console/sign-in", 200)]
)
def test_what_is_for_those_who_watch_stays_on_the_machine(site: Site, path: str, status: int) -> None:
    assert get(site, path).status == status


def test_browsers_are_told_to_come_by_https_alone(site: Site) -> None:
    assert get(site, "/console/sign-in").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_without_tls_browsers_are_led_and_the_web_connector_is_refused(site: Site) -> None:
    if site.front == "caddy":
        pytest.skip("Caddy leads to https by itself, which is off where it may not take port 80.")
    connection = http.client.HTTPConnection("127.0.0.1", site.plain_port, timeout=30)
    told = []
    for path in ("/console/", "/qbwc"):
        connection.request("GET", path, headers={"Host": "localhost"})
        answered = connection.getresponse()
        answered.read()
        told.append((answered.status, answered.headers.get("Location")))
    connection.close()

    assert told == [(301, "https://localhost/console/"), (403, None)]


def test_the_readmes_lines_for_another_sites_nginx_have_the_limits_that_an_answer_needs(tmp_path: Path) -> None:
    """nginx takes 1 MB and waits for 60 s where nobody says more, and closes each connection of this client."""
    (lines,) = re.findall(r"^```nginx\n(.*?)^```", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    limits = ("client_max_body_size", "keepalive_disable", "proxy_read_timeout")
    shipped, told = (dict(re.findall(r"^ *(\w+) ([^;]+);", text, re.M)) for text in (NGINX_FILE.read_text(), lines))
    place = Place(tmp_path, free_port(), free_port(), free_port())
    command = nginx_command(place)
    (tmp_path / "deskpost.conf").write_text(f"server {{\n listen 127.0.0.1:{place.plain_port};\n {lines}}}\n")

    checked = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)

    assert {name: told.get(name) for name in limits} == {name: shipped[name] for name in limits}
    assert checked.returncode == 0, checked.stderr
