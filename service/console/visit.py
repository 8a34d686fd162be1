"""One request of one person: the session, the company, the time, the units of work. Decides no access."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

from flask import current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response

from service.console.installation import Installation
from service.console.reader import Reader
from service.console.visitor import Visitor
from service.store.companies import Company
from service.store.console_sessions import SignedIn
from service.store.unit import Store, Work

LIVE = "X-Live"
"""The header by which a page says that it only refreshes itself."""


@dataclass(slots=True)
class Visit:
    """What is known of a request before its page is called.

    `token` is the session's, or that of the sign-in form; `visitor`, `session` and `company` are None where there is
    nobody, or the page belongs to no company.
    """

    now: datetime
    token: str
    reader: Reader
    session: SignedIn | None = None
    visitor: Visitor | None = None
    company: Company | None = None
    new_cookies: dict[str, str] = field(default_factory=dict)


def here() -> Visit:
    """The visit that is going on."""
    return cast("Visit", g.visit)


def person() -> Visitor:
    """Who is signed in; only for pages that somebody signed in for."""
    visitor = here().visitor
    assert visitor is not None
    return visitor


def company() -> Company:
    """The company of the page; only for pages of a company."""
    found = here().company
    assert found is not None
    return found


def is_live() -> bool:
    """Whether the page only refreshes itself: then nobody pressed anything."""
    return request.headers.get(LIVE) == "1"


def installation() -> Installation:
    return cast("Installation", current_app.extensions["installation"])


def reading() -> AbstractContextManager[Work]:
    """A unit of work that only reads."""
    return _store().reading()


@contextmanager
def writing() -> Iterator[Work]:
    """A unit of work that may write; committed at its end."""
    with _store().writing() as work:
        yield work
    g.something_is_kept = True


def nothing_is_kept() -> bool:
    """Whether nothing that this request wrote was committed yet."""
    return not g.get("something_is_kept", False)


def back_to(endpoint: str, **values: object) -> Response:
    """The answer to a press: the page is asked for anew, so that reloading it repeats nothing."""
    return redirect(url_for(endpoint, **values), 303)  # type: ignore[arg-type]


def local(asked: str, otherwise: str) -> str:
    """The address of a page of ours that a form or an address names; anything else becomes `otherwise`."""
    ours = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return request.script_root + (asked if ours else otherwise)


def _store() -> Store:
    return cast("Store", current_app.extensions["store"])
