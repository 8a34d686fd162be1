"""The figures are for the machine itself, or for whoever knows the token; a front lets nobody else in."""

from __future__ import annotations

import pytest

from service.store.unit import Store
from tests.watching.conftest import serving_with

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)

TOKEN = "a-token-of-the-watchers"


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("192.0.2.7", {}, 401),
        ("", {}, 401),
        ("not an address", {}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 401),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 401),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 401),
        ("127.0.0.1", {"X-Real-IP": "192.0.2.7"}, 401),
        ("127.0.0.1", {"Authorization": "Bearer anything"}, 200),
    ],
)
@pytest.mark.parametrize("trusted", ["", "127.0.0.1"])
def test_without_a_token_only_this_machine_reads(
    store: Store, address: str, headers: dict[str, str], status: int, trusted: str
) -> None:
    service = serving_with(store, trusted_proxies=trusted)

    answer = service.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})

    assert answer.status_code == status
    assert ("deskpost_messages" in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (f"Bearer {TOKEN}", 200),
        (f"bearer  {TOKEN}", 200),
        ("", 401),
        (TOKEN, 401),
        (f"Basic {TOKEN}", 401),
        ("Bearer ", 401),
        (f"Bearer {TOKEN}x", 401),
        ("Bearer t\u00f6ken", 401),
    ],
)
@pytest.mark.parametrize("address", ["127.0.0.1", "192.0.2.7"])
def test_with_a_token_whoever_knows_it_reads(store: Store, authorization: str, status: int, address: str) -> None:
    service = serving_with(store, metrics_token=TOKEN)

    answer = service.get("/metrics", environ_base={"REMOTE_ADDR": address, "HTTP_AUTHORIZATION": authorization})

    assert answer.status_code == status


def test_a_refusal_says_what_would_be_needed_and_nothing_else(store: Store) -> None:
    answer = serving_with(store, metrics_token=TOKEN).get("/metrics")

    assert answer.text == "The figures are for this machine, or for whoever knows DESKPOST_METRICS_TOKEN.\n"
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_token_is_not_shown_with_the_settings(store: Store) -> None:
    from service.settings import Settings

    assert TOKEN not in repr(Settings(metrics_token=TOKEN))  # type: ignore[arg-type]  # Pydantic converts.
