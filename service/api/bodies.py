"""Reads the bodies of requests: JSON whose decimals stay exact and of which nothing is lost. Knows no route.

What cannot be read is a Problem that says where it breaks, because the program that wrote it is somebody's to mend.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Any

from flask import Request, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from service.api.problems import OF_HTTP, Problem

LARGEST_BODY = 20_000_000
"""Bytes: a thousand messages of 20 kB."""

IDENTITY = "identity"
SHOWN = 60
"""Characters of what was given that a sentence repeats."""


class ExactJson(DefaultJSONProvider):
    """JSON whose decimals stay exact: an amount is never a binary fraction."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read a body. Raises Problem (400 for what is no JSON, 413 for what was cut off) and says where it breaks."""
        if len(s) >= LARGEST_BODY and request.content_length is None:
            # A body that does not say how long it is was cut off at the limit by werkzeug, which does not tell.
            raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, OF_HTTP[413])
        try:
            return json.loads(
                s, parse_float=_exact, parse_constant=_refuse, object_pairs_hook=_with_each_name_once, **kwargs
            )
        except json.JSONDecodeError as broken:
            place = f"at line {broken.lineno}, column {broken.colno}"
            raise _unreadable(f"is no JSON ({broken.msg} {place})" if s else "is empty, and has to be JSON") from None
        except UnicodeDecodeError as broken:
            raise _unreadable(f"is not in UTF-8 (at byte {broken.start})") from None
        except _NotTaken as refused:
            raise _unreadable(f"cannot be taken: {refused}") from None
        except ValueError:  # Python reads no whole number of more than some thousand digits.
            raise _unreadable("holds a number of thousands of digits") from None
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


class _NotTaken(ValueError):
    """JSON that means something else than it says; the sentence goes on after a colon."""


def _unreadable(why: str) -> Problem:
    return Problem(HTTPStatus.BAD_REQUEST, f"The body {why}. Nothing of it was taken.")


def _exact(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise _NotTaken(f"{text[:SHOWN]} is too far from zero to be a number here") from None


def _refuse(name: str) -> None:
    raise _NotTaken(f"{name} is not a number")


def _with_each_name_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object; whoever writes a name twice, as in XML, would otherwise lose all but the last: lines of an invoice."""
    read = dict(pairs)
    if len(read) < len(pairs):
        twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
        raise _NotTaken(f"'{twice[:SHOWN]}' stands twice in one object; several of a kind are one list in brackets")
    return read
