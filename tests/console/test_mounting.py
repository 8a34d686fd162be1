"""The console is a part of the service, also behind a TLS front that serves it under a path of its own."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from service import app
from service.exchange import accounts, passwords
from service.settings import Settings
from service.store.unit import Store
from tests.clock import Clock
from tests.console.office import EVERYTHING, HASHED, PASSWORD
from tests.shop import CHEAP_HASHES

FRONT = "192.0.2.1"


@pytest.fixture(autouse=True)
def _cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)


@pytest.fixture
def client(store: Store) -> Client:
    """Return a client of the whole service, which trusts the front at 192.0.2.1."""
    return Client(app.build(Settings(public_url="https://books.example.com", trusted_proxies=FRONT), store))


def test_the_address_of_the_service_leads_to_the_console(client: Client) -> None:
    response = client.get("/", follow_redirects=True)

    assert response.request.path == "/console/sign-in"
    assert "Sign in" in response.text


def test_behind_a_front_all_addresses_begin_with_the_prefix_that_it_names(client: Client) -> None:
    forwarded = {"X-Forwarded-Prefix": "/accounting", "X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https"}
    response = client.get("/console/sign-in", headers=forwarded, environ_base={"REMOTE_ADDR": FRONT})

    addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', response.text)
    assert addresses
    assert [one for one in addresses if not one.startswith("/accounting/console/")] == []
    assert "Path=/accounting/console/" in response.headers["Set-Cookie"]


class TestWithAPathInThePublicAddress:
    """As an entry of another program's Accounting menu would link to it: https://shop.example.com/accounting/console/"""

    @pytest.fixture(params=["", "/accounting"], ids=["the front takes the path away", "the front passes it on"])
    def arrives_as(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def below(self, store: Store) -> Client:
        """Return a client of the service at /accounting, with somebody who may do everything and a company."""
        with store.writing() as work:
            accounts.add_company(work, "shop", by="test")
            accounts.add_user(work, "ines", HASHED, EVERYTHING, by="test")
        return Client(app.build(Settings(public_url="https://shop.example.com/accounting"), store), use_cookies=False)

    def test_links_files_and_the_cookie_lie_below_it(self, below: Client, arrives_as: str) -> None:
        response = below.get(f"{arrives_as}/console/sign-in")

        addresses = re.findall(r'(?:href|src|action)="(/[^"]*)"', response.text)
        assert addresses
        assert [one for one in addresses if not one.startswith("/accounting/console/")] == []
        assert "Path=/accounting/console/" in response.headers["Set-Cookie"]
        style = next(one for one in addresses if one.endswith("style.css"))
        with below.get(arrives_as + style.removeprefix("/accounting")) as file:
            assert file.status_code == 200

    def test_signing_in_and_pressing_go_round_below_it(self, below: Client, arrives_as: str) -> None:
        asked = f"{arrives_as}/console/company/shop/history"
        sign_in = below.get(asked)
        form = below.get(arrives_as + sign_in.location.removeprefix("/accounting"))
        token = re.findall(r'name="csrf_token" value="([^"]+)"', form.text)[0]
        cookie = form.headers["Set-Cookie"].partition(";")[0]
        fields = {"csrf_token": token, "name": "ines", "password": PASSWORD}
        signed_in = below.post(
            arrives_as + sign_in.location.removeprefix("/accounting"), data=fields, headers={"Cookie": cookie}
        )

        assert sign_in.location.startswith("/accounting/console/sign-in?next=")
        assert signed_in.status_code in (302, 303)
        assert signed_in.location == "/accounting/console/company/shop/history"

    def test_the_start_page_leads_there(self, below: Client, arrives_as: str) -> None:
        assert below.get(f"{arrives_as}/").location == "/accounting/console/"

    def test_the_web_connector_finds_its_places(self, below: Client, arrives_as: str) -> None:
        wsdl = below.get(f"{arrives_as}/qbwc?wsdl")

        assert 'location="https://shop.example.com/accounting/qbwc"' in wsdl.text
        assert below.get(f"{arrives_as}/support").status_code == 200

    def test_a_prefix_that_the_front_names_goes_before_the_path(self, store: Store) -> None:
        settings = Settings(public_url="https://shop.example.com/accounting", trusted_proxies=FRONT)
        client = Client(app.build(settings, store))

        response = client.get("/", headers={"X-Forwarded-Prefix": "/books"}, environ_base={"REMOTE_ADDR": FRONT})
        stranger = client.get("/", headers={"X-Forwarded-Prefix": "/books"})

        assert response.location == "/books/console/"
        assert stranger.location == "/accounting/console/"


def test_a_path_that_only_begins_like_the_prefix_is_another_one(store: Store) -> None:
    client = Client(app.build(Settings(public_url="https://shop.example.com/accounting"), store))

    assert client.get("/accountingqbwc").status_code == 404


def test_times_are_shown_in_the_zone_of_the_settings(store: Store, clock: Clock) -> None:
    with store.writing() as work:
        accounts.add_user(work, "ines", HASHED, EVERYTHING, by="test")
        accounts.add_company(work, "shop", by="test")
    client = Client(app.build(Settings(time_zone="America/Denver"), store))
    form = client.get("/console/sign-in")
    token = re.findall(r'name="csrf_token" value="([^"]+)"', form.text)[0]
    client.post("/console/sign-in", data={"csrf_token": token, "name": "ines", "password": PASSWORD})

    page = client.get("/console/company/shop/connect").text

    assert "Times are Mountain Time" in page
    assert "As of <span data-as-of>2:00:00 AM</span>" in page


def test_a_prefix_that_a_stranger_names_is_not_believed(client: Client) -> None:
    forwarded = {"X-Forwarded-Prefix": "//evil.example", "X-Forwarded-Host": "evil.example"}
    response = client.get("/console/sign-in", headers=forwarded, environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert "evil.example" not in response.text
    assert "evil.example" not in str(response.headers)


def test_with_an_https_address_the_cookie_is_secure_even_where_the_front_is_not_named(client: Client) -> None:
    response = client.get("/console/sign-in", environ_base={"REMOTE_ADDR": "203.0.113.9"})

    assert "; Secure;" in response.headers["Set-Cookie"]


def test_the_console_has_no_part_in_what_the_web_connector_calls(client: Client) -> None:
    assert client.get("/qbwc").status_code == 200
    assert client.get("/support").status_code == 200
