"""Imports Spyne 2.14.0, on every supported Python; nothing else in the package may import it directly.

Spyne 2.14.0 is its newest release and predates Python 3.12 and 3.13.  Three things are set right around its
import, without touching its files:

* It carries a copy of six whose lazy modules Python 3.12 no longer finds, and whose finder makes 3.11 warn at
  every later import: the modules of the standard library that they stand for are put in their places beforehand,
  and the finder is taken away.
* It imports ``cgi`` for the one function ``parse_header``; ``cgi`` left the standard library in Python 3.13: a
  module with that one function is lent to it while it is imported.
* It collects garbage at the end of a request, once a second, holding up every thread for as long as it takes;
  it does so to close files early, of which there are none here: that is turned off.

Its loggers are silenced as well: they write request bodies, passwords and all.
"""

import collections.abc
import http.cookies
import logging
import sys
import urllib.error
import urllib.parse
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from importlib.util import find_spec
from types import ModuleType

_MOVES = "spyne.util.six.moves"


def _parse_header(line: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type header, as ``cgi.parse_header`` did: ``text/xml; charset=utf-8``."""
    message = Message()
    message["Content-Type"] = line
    value, *parameters = message.get_params(failobj=[("", "")])
    return value[0], {name.lower(): text if isinstance(text, str) else text[2] for name, text in parameters}


def _put_standard_modules_where_six_would() -> None:
    package = ModuleType(_MOVES)
    package.__path__ = []
    urllib_package = ModuleType(f"{_MOVES}.urllib")
    urllib_package.__path__ = []
    sys.modules.update(
        {
            _MOVES: package,
            f"{_MOVES}.collections_abc": collections.abc,
            f"{_MOVES}.http_cookies": http.cookies,
            f"{_MOVES}.urllib": urllib_package,
            f"{_MOVES}.urllib.error": urllib.error,
            f"{_MOVES}.urllib.parse": urllib.parse,
            f"{_MOVES}.urllib.request": urllib.request,
        }
    )


def _take_the_finder_of_six_away() -> None:
    sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__module__ != "spyne.util.six"]


@contextmanager
def _cgi_lent() -> Iterator[None]:
    if find_spec("cgi") is not None:
        yield
        return
    lent = ModuleType("cgi")
    lent.parse_header = _parse_header  # type: ignore[attr-defined]  # A module is given its one function here.
    sys.modules["cgi"] = lent
    try:
        yield
    finally:
        del sys.modules["cgi"]


def _silence_loggers() -> None:
    logger = logging.getLogger("spyne")
    logger.setLevel(logging.CRITICAL + 1)
    logger.propagate = False


_silence_loggers()
_put_standard_modules_where_six_would()
with warnings.catch_warnings(), _cgi_lent():
    # Spyne's own deprecations: it is frozen, and what they announce is dealt with above.
    for category in (DeprecationWarning, ImportWarning, SyntaxWarning):
        warnings.simplefilter("ignore", category)
    import spyne.const
    from spyne.application import Application
    from spyne.context import MethodContext
    from spyne.decorator import rpc
    from spyne.model.complex import ComplexModel
    from spyne.model.fault import Fault
    from spyne.model.primitive import Integer32, Unicode
    from spyne.protocol.soap import Soap11
    from spyne.server import ServerBase
    from spyne.service import Service

_take_the_finder_of_six_away()
spyne.const.MIN_GC_INTERVAL = float("inf")

__all__ = [
    "Application",
    "ComplexModel",
    "Fault",
    "Integer32",
    "MethodContext",
    "ServerBase",
    "Service",
    "Soap11",
    "Unicode",
    "rpc",
]
