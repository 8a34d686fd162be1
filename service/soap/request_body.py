"""Takes in the body of one request: within the limit, and long ones one at a time.

An answer of QuickBooks may be 60 MB long.  While it arrives it is kept in a file, so that a slow client holds
neither memory nor anybody up; only once it is complete does it wait for its turn to be parsed and worked on.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO
from wsgiref.types import InputStream, WSGIEnvironment

from service.soap.refusals import BadContentLength, RequestCutShort, RequestStalled, RequestTooLong

LARGE_BYTES = 8 * 2**20
_BLOCK_BYTES = 2**16
_large_bodies = BoundedSemaphore(1)
"""Per process: parsed and as text, a body of 50 MB takes up some 150 MB until its call is answered."""

_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


class Body:
    """A body that was received whole, and the charset of its Content-Type (``''`` if none is named)."""

    def __init__(self, content: bytes | IO[bytes], charset: str) -> None:
        self._content: bytes | IO[bytes] = content
        self.charset = charset

    def take(self) -> bytes:
        """Return the bytes, once: nothing here holds on to them, so that the caller can let them go."""
        content, self._content = self._content, b""
        if isinstance(content, bytes):
            return content
        with content:
            content.seek(0)
            return content.read()


@contextmanager
def received(environ: WSGIEnvironment, max_bytes: int) -> Iterator[Body]:
    """Read the request's body and lend it for as long as the call takes.

    Raises a :class:`~service.soap.refusals.RequestRefused` for a body that is longer than ``max_bytes``, shorter
    than promised, or of a nonsensical Content-Length.
    """
    length = _promised_length(environ)
    if length is not None and length > max_bytes:
        raise RequestTooLong(max_bytes)
    charset = _charset(environ)
    stream = environ["wsgi.input"]
    if length is not None and length <= LARGE_BYTES:
        yield Body(_read_exactly(stream, length), charset)
        return
    with SpooledTemporaryFile(max_size=LARGE_BYTES) as file:
        size = _copy(stream, file, length, max_bytes)
        with _large_bodies if size > LARGE_BYTES else nullcontext():
            yield Body(file, charset)


def _promised_length(environ: WSGIEnvironment) -> int | None:
    """Return the Content-Length; None if the server tells the end of the input by itself, as with chunks."""
    given = environ.get("CONTENT_LENGTH") or ""
    if given:
        if not (given.isascii() and given.isdigit() and len(given) <= 18):
            raise BadContentLength
        return int(given)
    return None if environ.get("wsgi.input_terminated") else 0


def _charset(environ: WSGIEnvironment) -> str:
    named = _CHARSET.search(environ.get("CONTENT_TYPE") or "")
    return named[1] if named else ""


def _read_exactly(stream: InputStream, length: int) -> bytes:
    content = _block(stream, length, 0)
    while len(content) < length:
        more = _block(stream, length - len(content), len(content))
        if not more:
            raise RequestCutShort(promised=length, received=len(content))
        content += more
    return content


def _block(stream: InputStream, size: int, received: int) -> bytes:
    """The next bytes; the server's own limit on how long they may take shows as an error of the system."""
    try:
        return stream.read(size)
    except OSError:
        raise RequestStalled(received) from None


def _copy(stream: InputStream, file: IO[bytes], length: int | None, max_bytes: int) -> int:
    size = 0
    while length is None or size < length:
        block = _block(stream, _BLOCK_BYTES if length is None else min(_BLOCK_BYTES, length - size), size)
        if not block:
            break
        size += len(block)
        if size > max_bytes:
            raise RequestTooLong(max_bytes)
        file.write(block)
    if length is not None and size < length:
        raise RequestCutShort(promised=length, received=size)
    return size
