"""Reads the bodies of requests: JSON whose decimals stay exact and of which nothing is lost. Knows no route.

What cannot be read is a Problem that says where it breaks, because the program that wrote it is somebody's to mend.
"""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Request, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from service.api.problems import OF_HTTP, Problem
from service.exchange import exact_json
from service.exchange.exact_json import SHOWN

LARGEST_BODY = 20_000_000
"""Bytes: a thousand messages of 20 kB."""

IDENTITY = "identity"


class ExactJson(DefaultJSONProvider):
    """JSON whose decimals stay exact: an amount is never a binary fraction."""

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Read a body. Raises Problem (400 for what is no JSON, 413 for what was cut off) and says where it breaks."""
        if len(s) >= LARGEST_BODY and request.content_length is None:
            # A body that does not say how long it is was cut off at the limit by werkzeug, which does not tell.
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, OF_HTTP[413])
        try:
            return exact_json.read(s)
        except json.JSONDecodeError as broken:
            place = f"at line {broken.lineno}, column {broken.colno}"
            raise _unreadable(f"is no JSON ({broken.msg} {place})" if s else "is empty, and has to be JSON") from None
        except UnicodeDecodeError as broken:
            raise _unreadable(f"is not in UTF-8 (at byte {broken.start})") from None
        except exact_json.NotTaken as refused:
            raise _unreadable(f"cannot be taken: {refused}") from None
        except RecursionError:
            raise _unreadable("is nested too deeply") from None


class WholeRequest(Request):
    """A request whose body came in whole before it is read: one that breaks off on its way is no failure of ours."""

    def get_json(self, *given: Any, **named: Any) -> Any:
        try:
            self.get_data()
        except HTTPException:
            raise
        except Exception:  # noqa: BLE001 - what a server raises of mangled chunks is of no kind that WSGI names.
            raise Problem(HTTPStatus.BAD_REQUEST, OF_HTTP[400]) from None
        return super().get_json(*given, **named)


def require_readable() -> None:
    """Refuse a request whose body is packed: nothing here unpacks one. Raises Problem (415)."""
    coding = request.headers.get("Content-Encoding", IDENTITY)
    if coding.strip().lower() not in ("", IDENTITY):
        told = f"The body is packed ({coding[:SHOWN]}), and is not unpacked here: send it without Content-Encoding."
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, told, {"Accept-Encoding": IDENTITY})


def _unreadable(why: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, f"The body {why}. Nothing of it was taken.")
