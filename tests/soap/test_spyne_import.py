"""Spyne comes in on every supported Python, and leaves nothing behind that others stumble over."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from service.soap import spyne_import

ROOT = Path(__file__).parents[2]
PROGRAM = """
import gc, json, logging, sys, warnings
warnings.simplefilter("error")
from service.soap import spyne_import
import spyne.const
print(json.dumps({
    "cgi": "cgi" in sys.modules and sys.version_info >= (3, 13),
    "finders": [type(each).__name__ for each in sys.meta_path if type(each).__module__.startswith("spyne")],
    "interval": spyne.const.MIN_GC_INTERVAL == float("inf"),
    "filters": warnings.filters[0][0],
}))
"""


def test_the_import_warns_of_nothing_and_leaves_nothing_behind() -> None:
    """With six's finder left in place, Python 3.11 warns at every import that anybody makes later."""
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )

    assert finished.stderr == ""
    assert json.loads(finished.stdout) == {"cgi": False, "finders": [], "interval": True, "filters": "error"}


@pytest.mark.parametrize(
    ("line", "parsed"),
    [
        ("text/xml", ("text/xml", {})),
        ("text/xml; charset=utf-8", ("text/xml", {"charset": "utf-8"})),
        ('text/xml;CHARSET="UTF-8"; a=b', ("text/xml", {"charset": "UTF-8", "a": "b"})),
        ("", ("", {})),
    ],
)
def test_the_function_that_is_lent_for_cgi_reads_a_content_type(line: str, parsed: tuple[str, dict[str, str]]) -> None:
    assert spyne_import._parse_header(line) == parsed


@pytest.mark.parametrize("name", ["spyne", "spyne.protocol.soap.soap11.invalid", "spyne.application.server"])
def test_spynes_loggers_say_nothing(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """They write whole requests, passwords and all."""
    logger = logging.getLogger(name)
    logger.critical("a password")

    assert caplog.text == ""
    assert not logger.isEnabledFor(logging.CRITICAL)
