"""Who calls: the key that came with a request, the scopes it has, and the companies it may know of."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from flask import current_app, g, request

from service.api.problems import Problem
from service.api.rate import Rate
from service.domain.api_scope import MEANINGS, Scope
from service.exchange import api_keys
from service.store import api_keys as kept
from service.store import companies
from service.store.api_keys import ApiKey
from service.store.companies import Company
from service.store.unit import Store, Work

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

NOTED_EVERY = timedelta(minutes=1)
CHALLENGE = {"WWW-Authenticate": "Bearer"}


def needs(scope: Scope) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Let only keys with a scope call a route."""

    def guarded(route: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(route)
        def checked(*given: Given.args, **named: Given.kwargs) -> Answer:
            if scope.value not in json.loads(_recognized().scopes):
                raise Problem(HTTPStatus.FORBIDDEN, f"This key may not {MEANINGS[scope]} (scope `{scope}`).")
            return route(*given, **named)

        return checked

    return guarded


def key() -> ApiKey:
    """The key of this request."""
    found: ApiKey = g.api_key
    return found


def name() -> str:
    """How the events call whoever calls."""
    return f"API key {key().name}"


def store() -> Store:
    found: Store = current_app.extensions["store"]
    return found


def company(work: Work, asked: str) -> Company:
    """The company of the path; one that the key may not know of is not found, as one that is not there."""
    # PostgreSQL cannot even be asked for a name with NUL in it.
    found = companies.by_name(work, asked) if asked.isprintable() else None
    if found is None or key().company_id not in (None, found.id):
        raise Problem(HTTPStatus.NOT_FOUND, f"There is no company '{asked[:100]}' that this key may know of.")
    return found


def require_installation() -> None:
    """Refuse a key that is for one company."""
    if key().company_id is not None:
        raise Problem(HTTPStatus.FORBIDDEN, "This key is for one company, and this is about the whole installation.")


def _recognized() -> ApiKey:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    with store().reading() as work:
        found = api_keys.recognized(work, given.strip()) if scheme.lower() == "bearer" else None
        now = work.now
    if found is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            "Send a key that is in force as `Authorization: Bearer dk_...`; `deskpost api-key add` makes one.",
            CHALLENGE,
        )
    rate: Rate = current_app.extensions["rate"]
    if wait := rate.wait(found.id):
        raise Problem(
            HTTPStatus.TOO_MANY_REQUESTS,
            f"This key called too often: wait {wait} seconds, and put up to 1,000 messages into one batch.",
            {"Retry-After": str(wait)},
        )
    if found.last_used_at is None or now - found.last_used_at >= NOTED_EVERY:
        with store().writing() as work:
            kept.note_use(work, found.id)
    g.api_key = found
    return found
