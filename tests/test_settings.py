"""The settings: what the environment says is checked once, and what is of no use is named with its setting."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.settings import OF_OTHERS, BadSettings, Settings, UnknownSettings, read_settings
from service.store.database import Database


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Take away what is set for Deskpost where the tests run."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"DESKPOST_{name.upper()}", raising=False)
    yield


def test_nothing_has_to_be_set() -> None:
    settings = read_settings()

    assert settings.soap_url == "http://localhost:8330/qbwc"
    assert settings.support_url == "http://localhost:8330/support"


def test_the_addresses_follow_from_the_public_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKPOST_PUBLIC_URL", "https://books.example.com:8443/")

    settings = read_settings()

    assert settings.soap_url == "https://books.example.com:8443/qbwc"
    assert settings.support_url == "https://books.example.com:8443/support"


def test_what_is_set_for_postgresql_is_how_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "URL": "postgresql://books@localhost/orders",
        "SCHEMA": "deskpost",
        "POOL_SIZE": "4",
        "POOL_OVERFLOW": "3",
        "POOL_WAIT": "11",
        "POOL_RECYCLE": "600",
        "STATEMENT_TIMEOUT": "30",
        "LOCK_TIMEOUT": "5",
        "IDLE_TIMEOUT": "45",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"DESKPOST_DATABASE_{name}", value)

    assert read_settings().database == Database(
        "postgresql://books@localhost/orders",
        schema="deskpost",
        pool_size=4,
        pool_overflow=3,
        pool_wait=11,
        pool_recycle=600,
        statement_timeout=30,
        lock_timeout=5,
        idle_timeout=45,
    )


def test_the_public_address_may_have_a_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKPOST_PUBLIC_URL", "https://books.example.com/accounting/")

    settings = read_settings()

    assert settings.soap_url == "https://books.example.com/accounting/qbwc"
    assert settings.support_url == "https://books.example.com/accounting/support"


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Europe/London"])
def test_a_time_zone_is_taken_by_its_name(monkeypatch: pytest.MonkeyPatch, zone: str) -> None:
    monkeypatch.setenv("DESKPOST_TIME_ZONE", zone)

    assert read_settings().time_zone == zone


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("PUBLIC_URL", "books.example.com", "'books.example.com' is no address; write it as https://books.example.com"),
        ("PUBLIC_URL", "ftp://books.example.com", "is no address"),
        ("PUBLIC_URL", "https://", "is no address"),
        ("PUBLIC_URL", "https://me:secret@books.example.com", "is no address"),
        ("PUBLIC_URL", "https://books.example.com/a b", "is no address to serve at"),
        ("PUBLIC_URL", "https://books.example.com//accounting", "is no address to serve at"),
        ("PUBLIC_URL", "https://books.example.com/accounting/..", "is no address to serve at"),
        ("PUBLIC_URL", "https://books.example.com?a=b", "is no address to serve at"),
        ("PUBLIC_URL", "https://books.example.com/console/", "has a path of Deskpost's own pages"),
        ("TIME_ZONE", "Eastern", "'Eastern' is no time zone that this machine knows; write it as America/New_York"),
        ("TIME_ZONE", "America", "'America' is no time zone"),
        ("TIME_ZONE", "../../etc/passwd", "is no time zone"),
        ("TIME_ZONE", "", "'' is no time zone"),
        ("PUBLIC_URL", "https://[::1", "Invalid IPv6 URL"),
        ("LISTEN", "8330", "'8330' is no place to listen; write it as 127.0.0.1:8330"),
        ("LISTEN", "127.0.0.1:0", "is no place to listen"),
        ("LISTEN", "127.0.0.1:65536", "is no place to listen"),
        ("LISTEN", ":8330", "is no place to listen"),
        ("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8", "'10.0.0.0/8' is not the address of one front; write each as"),
        ("TRUSTED_PROXIES", "front.example.com", "'front.example.com' is not the address of one front"),
        ("WORKERS", "0", "greater than or equal to 1, and '0' was given"),
        ("WORKERS", "many", "valid integer"),
        ("THREADS", "129", "less than or equal to 128"),
        ("LARGEST_ANSWER_MB", "0", "greater than or equal to 1"),
        ("LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
        ("APP_NAME", "", "at least 1 character"),
        ("DATABASE_SCHEMA", "Books & Co", "'Books & Co' is no name of small letters, digits and underscores"),
        ("DATABASE_LOCK_TIMEOUT", "0", "greater than or equal to 1"),
    ],
)
def test_a_setting_of_no_use_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(f"DESKPOST_{name}", value)

    with pytest.raises(BadSettings) as refused:
        read_settings()

    sentence = str(refused.value)
    assert sentence.startswith(f"DESKPOST_{name} is of no use: ")
    assert complaint in sentence
    assert sentence.endswith(". See the table of settings in README.md.")


def test_all_settings_of_no_use_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKPOST_WORKERS", "0")
    monkeypatch.setenv("DESKPOST_LISTEN", "here")

    with pytest.raises(BadSettings, match=r"DESKPOST_LISTEN is of no use: .*; DESKPOST_WORKERS is of no use: "):
        read_settings()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("DATABSE_URL", "; did you mean DESKPOST_DATABASE_URL?"),
        ("TIMEZONE", "; did you mean DESKPOST_TIME_ZONE?"),
        ("WORKER", "; did you mean DESKPOST_WORKERS?"),
        ("POSTGRES", ""),
        ("PORT", ""),
    ],
)
def test_a_name_that_is_no_setting_is_refused_with_the_nearest_one(
    monkeypatch: pytest.MonkeyPatch, name: str, meant: str
) -> None:
    monkeypatch.setenv(f"DESKPOST_{name}", "8330")

    with pytest.raises(UnknownSettings) as refused:
        read_settings()

    assert str(refused.value) == (
        f"DESKPOST_{name} is no setting{meant}. Correct or unset it: what begins with DESKPOST_ is a setting, "
        "and README.md has their table."
    )


def test_all_names_that_are_no_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESKPOST_LOGLEVEL", "debug")
    monkeypatch.setenv("DESKPOST_THREAD", "4")

    with pytest.raises(UnknownSettings, match=r"DESKPOST_LOGLEVEL is no .*DESKPOST_LOG_LEVEL.*DESKPOST_THREAD is no"):
        read_settings()


def test_what_the_files_of_deploy_and_kubernetes_set_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "HOST": "books.example.com",
        "DATABASE_PASSWORD": "long",
        "SITE": "books.example.com",
        "SERVICE": "service:8330",
        "SERVICE_HOST": "10.0.0.11",
        "SERVICE_PORT": "8330",
        "SERVICE_PORT_HTTP": "8330",
        "PORT": "tcp://10.0.0.11:8330",
        "PORT_8330_TCP_ADDR": "10.0.0.11",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"DESKPOST_{name}", value)

    assert read_settings() == Settings()


def test_the_names_that_the_files_of_deploy_use_are_settings_or_known_to_be_of_others() -> None:
    folder = Path(__file__).parent.parent / "deploy"
    named = {
        name
        for file in folder.rglob("*")
        if file.is_file()
        for name in re.findall(r"\bDESKPOST_([A-Z_]+)\b", file.read_text())
    }

    others = {name for name in named if name.lower() not in Settings.model_fields}
    assert {name for name in others if not OF_OTHERS.fullmatch(name)} == set()
    assert {"HOST", "SITE", "SERVICE", "DATABASE_PASSWORD"} <= others
