"""What every test of the company file may ask for: a fresh sample company, its clock, and a session with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from qwc.company import CompanyFile, create
from tests.qwc.company.conversation import Clock, Conversation


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a sample company file that is only ever copied."""
    path = tmp_path_factory.mktemp("company") / "sample.sqlite"
    create(path, clock=Clock(), random_seed=1)
    return path


@pytest.fixture
def clock() -> Clock:
    """Return the clock of the company file."""
    return Clock()


@pytest.fixture
def company(sample_file: Path, tmp_path: Path, clock: Clock) -> CompanyFile:
    """Return a sample company of the test's own."""
    path = tmp_path / "company.sqlite"
    shutil.copy(sample_file, path)
    return CompanyFile(path, clock=clock, random_seed=1)


@pytest.fixture
def talk(company: CompanyFile, clock: Clock) -> Iterator[Conversation]:
    """Return a session with the company file."""
    conversation = Conversation(company, clock)
    yield conversation
    conversation.leave()
