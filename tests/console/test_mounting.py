"""The console is a part of the service, also behind a TLS front that serves it under a path of its own."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import Client

from service import app
from service.settings import Settings
from service.store.unit import Store

FRONT = "192.0.2.1"


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
