"""Lets people in: who it is, whether a form is theirs, which company they may know of, what they may do there.

Everything is decided here, before a page is called, from what the page says it needs. What somebody may not know of
is answered as if it did not exist; what somebody may know of but not do is refused with the name of the privilege.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from service.console import form_token, sessions, visit
from service.console.failures import FormExpired, MayNot
from service.console.reader import Reader, zone_named
from service.console.visit import Visit, reading
from service.console.visitor import visitor
from service.domain.privilege import Privilege
from service.store import console_people, console_sessions
from service.store.console_sessions import SignedIn
from service.store.unit import StoreUnavailable, Work

COOKIE = "deskpost"
SIGN_IN_COOKIE = "deskpost_sign_in"
"""Holds the id to which the token of the sign-in form is bound, while nobody is signed in."""

View = TypeVar("View", bound=Callable[..., Any])


def needs(privilege: Privilege) -> Callable[[View], View]:
    """This page is for those who hold a privilege: for its company, or for all where it belongs to none."""
    return _marked(privilege)


def for_everybody(view: View) -> View:
    """This page is for whoever is signed in, whatever the privileges."""
    return _marked(None)(view)


def for_strangers(view: View) -> View:
    """This page is for those who are not signed in, too."""
    return _marked("nobody")(view)


def require_declared(application: Flask) -> None:
    """Raise AssertionError for a page that does not say whom it is for."""
    for endpoint, view in application.view_functions.items():
        assert endpoint == "static" or hasattr(view, "admits"), f"the page {endpoint} does not say what it needs"


def admit() -> Response | None:
    """Before each page: begin the visit, and let it go on, refuse it, or send it to sign in first."""
    if request.endpoint == "static":
        return None
    with reading() as work:
        _begin(work)
    if request.endpoint is None:
        return None
    admits = _admits(request.endpoint)
    if admits != "nobody" and visit.here().visitor is None:
        return _to_sign_in()
    if request.method == "POST" and not _token_is_good():
        raise FormExpired
    if isinstance(admits, Privilege):
        _require(admits)
    return None


def take_company(_: str | None, values: dict[str, Any] | None) -> None:
    """Keep the company's name of the address for `admit`; pages do not see it."""
    g.company_name = values.pop("company", None) if values else None


def fill_in_company(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of pages of a company are those of the company that the visit is about, unless another is named."""
    here: Visit | None = g.get("visit")
    if here is not None and here.company is not None and _takes_company(endpoint):
        values.setdefault("company", here.company.name)


def keep_cookies(response: Response) -> Response:
    """Hand out the cookies of a session that began, and take back those of one that ended."""
    here: Visit | None = g.get("visit")
    for name, value in (here.new_cookies if here else {}).items():
        settings: Mapping[str, Any] = {
            "path": (request.script_root or "") + "/",
            "httponly": True,
            "samesite": "Lax",
            "secure": request.is_secure or visit.installation().is_secure,
        }
        if value:
            response.set_cookie(name, value, **settings)
        else:
            response.delete_cookie(name, **settings)
    return response


def _begin(work: Work) -> None:
    token = request.cookies.get(COOKIE, "")
    session = sessions.find(work, token) if token else None
    if session is None:
        token = request.cookies.get(SIGN_IN_COOKIE, "")
    begun = Visit(now=work.now, token=token, reader=_reader(work.now, None), session=session)
    g.visit = begun
    if session is None:
        return
    zones = dict(console_people.companies_and_zones(work))
    begun.visitor = visitor(session, list(zones))
    _note_seen(session, work)
    name = g.get("company_name")
    if name is None:
        return
    begun.company = begun.visitor.company(name)
    if begun.company is None:
        raise NotFound
    begun.reader = _reader(work.now, zones[begun.company], begun.company.country)


def _reader(now: datetime, zone: str | None, country: str = "US") -> Reader:
    return Reader(zone_named(zone, visit.installation().time_zone), now, country)


def _note_seen(session: SignedIn, work: Work) -> None:
    g.seen = None
    if not visit.is_live() and work.now - session.last_seen_at >= sessions.NOTED_EVERY:
        g.seen = session.id


def note_seen(response: Response) -> Response:
    """Keep that the session was used, after the page was made: a database that takes no writes spoils no page."""
    session_id = g.get("seen")
    if session_id is not None:
        with suppress(StoreUnavailable), visit.writing() as work:
            console_sessions.seen(work, session_id)
    return response


def _admits(endpoint: str) -> object:
    return getattr(current_app.view_functions[endpoint], "admits")  # noqa: B009 # A function has no such attribute of its own.


def _to_sign_in() -> Response:
    """A page is asked for again after signing in; a form whose session ended did nothing, and says so."""
    if request.method != "GET":
        raise FormExpired
    asked = request.full_path if request.query_string else request.path
    return redirect(url_for("entrance.sign_in", next=None if request.path == "/" else asked))


def _token_is_good() -> bool:
    here = visit.here()
    given = request.form.get(form_token.FIELD, "")
    return bool(here.token) and form_token.is_good(here.token, given, here.now)


def _require(privilege: Privilege) -> None:
    here = visit.here()
    if g.get("company_name") is not None and here.company is None:
        raise NotFound
    if not visit.person().may(privilege, here.company):
        raise MayNot(privilege)


def _takes_company(endpoint: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, "company")


def _marked(admits: object) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.admits = admits  # type: ignore[attr-defined]
        return view

    return mark
