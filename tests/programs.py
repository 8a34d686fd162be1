"""The programs of the machine that some tests drive: what becomes of a test whose program is missing."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

NOT_INSTALLED = "TESTS_NOT_INSTALLED"
"""Names what tests/run, as root, had to install and could not."""


def missing(program: str, sentence: str) -> NoReturn:
    """Skip a test whose program is missing, with a sentence that says so; fail it where tests/run had to install it."""
    if program in os.environ.get(NOT_INSTALLED, "").split():
        pytest.fail(
            f"{sentence} It could not be installed: what tests/run says at its beginning tells why.", pytrace=False
        )
    pytest.skip(sentence)
