"""Alive is who answers; ready is who could also work."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from werkzeug.test import Client

from service import app
from service.settings import Settings
from service.store.migrate import newest_version
from service.store.unit import Store
from tests.clock import Clock
from tests.journeys.fragile_store import At, FragileStore


def caller(store: Store) -> Client:
    return Client(app.build(Settings(public_url="https://books.example.com"), store))


def test_a_service_with_its_database_is_alive_and_ready(store: Store) -> None:
    service = caller(store)

    assert (service.get("/healthz").status_code, service.get("/healthz").text) == (200, "alive\n")
    assert (service.get("/readyz").status_code, service.get("/readyz").text) == (200, "ready\n")


def test_a_service_whose_database_is_away_is_alive_and_not_ready(migrated_url: str, clock: Clock) -> None:
    store = FragileStore(migrated_url, clock=clock, threads=2)
    service = caller(store)
    store.break_down(At.BEGIN, also_reads=True)

    alive, ready = service.get("/healthz"), service.get("/readyz")
    figures = service.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    store.mend()

    assert alive.status_code == 200
    assert (ready.status_code, ready.text) == (503, "The database is not reached.\n")
    assert (figures.status_code, figures.text) == (503, "The database is not reached.\n")
    assert service.get("/readyz").status_code == 200
    store.close()


@pytest.mark.parametrize("found", ["0001", None])
def test_a_database_of_another_version_is_not_served(store: Store, found: str | None) -> None:
    service = caller(store)
    with store.writing() as work:
        work.connection.execute(text("DELETE FROM alembic_version"))
        if found:
            work.connection.execute(text("INSERT INTO alembic_version VALUES (:found)"), {"found": found})

    ready = service.get("/readyz")

    assert ready.status_code == 503
    assert ready.text == (
        f"The database is at version {found or 'none'}, and this program needs version {newest_version()}.\n"
    )


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_unmigrated_database_is_not_ready(tmp_path: Path, clock: Clock, database_kind: str) -> None:
    store = Store(f"sqlite:///{tmp_path}/empty.sqlite", clock=clock, threads=1)

    assert caller(store).get("/readyz").status_code == 503
    store.close()
