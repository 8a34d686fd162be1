"""What the campaign's tests may ask for: a site on each database, and a second company file that stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwc import company
from qwc.company import CompanyFile
from tests.campaign.pace import in_a_hurry
from tests.campaign.site import Site
from tests.databases import migrated_postgresql, migrated_sqlite
from tests.postgres import PostgresServer

__all__ = ["migrated_postgresql", "migrated_sqlite"]


@pytest.fixture
def site(database_kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Return a service on an empty database, on which runs are played one after the other."""
    with in_a_hurry():
        if database_kind == "sqlite":
            shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "deskpost.sqlite")
            site = Site(f"sqlite:///{tmp_path / 'deskpost.sqlite'}", tmp_path)
            yield site
            site.close()
            return
        server: PostgresServer = request.getfixturevalue("postgres_server")
        url = server.create_database(template=request.getfixturevalue("migrated_postgresql"))
        site = Site(url, tmp_path)
        yield site
        site.close()
        server.drop_database(url)


@pytest.fixture
def other_file(tmp_path: Path) -> CompanyFile:
    """Return a company file that nothing may ever be written into."""
    return company.create(tmp_path / "other.company", company_name="Somebody Else Ltd.", random_seed=7)
