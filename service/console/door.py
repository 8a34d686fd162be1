"""Builds the console as one WSGI application, to be mounted under a path of its own. Holds no page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from wsgiref.types import WSGIApplication

from flask import Blueprint, Flask, g, request
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined

from service.console import (
    activity,
    after_restore,
    all_found,
    company_file,
    connect,
    decisions,
    entrance,
    failures,
    form_token,
    guard,
    headers,
    history,
    manual_entry,
    message_page,
    navigation,
    notices,
    old_skipped,
    people,
    synchronize,
    visit,
    webhooks,
)
from service.console.installation import Installation
from service.domain.privilege import Privilege
from service.store.unit import Store, again_when_overtaken

PAGES: Sequence[Blueprint] = (
    entrance.pages,
    synchronize.pages,
    decisions.pages,
    all_found.pages,
    message_page.pages,
    manual_entry.pages,
    history.pages,
    connect.pages,
    company_file.pages,
    after_restore.pages,
    old_skipped.pages,
    people.pages,
    activity.pages,
    webhooks.pages,
)
"""The pages there are, in modules of their own."""

LARGEST_FORM = 2_000_000
MOST_FIELDS = 20_000


def application(store: Store, installation: Installation) -> WSGIApplication:
    """The console of one installation on one store."""
    wsgi: WSGIApplication = build(store, installation).wsgi_app
    return wsgi


class _Pages(Flask):
    """Calls a page anew when PostgreSQL ended its unit of work so that others could go on.

    A page that kept something already is not called again: what is kept would be done twice.
    """

    def dispatch_request(self) -> ResponseReturnValue:
        return again_when_overtaken(super().dispatch_request, is_safe=visit.nothing_is_kept)


def build(store: Store, installation: Installation) -> Flask:
    """The same as Flask's own object, for tests."""
    flask = _Pages(__package__ or "service.console", static_folder="static", template_folder="templates")
    flask.config.update(MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM, MAX_FORM_PARTS=MOST_FIELDS)
    flask.extensions.update(store=store, installation=installation)
    for blueprint in PAGES:
        flask.register_blueprint(blueprint)
    guard.require_declared(flask)
    failures.register(flask)
    flask.url_value_preprocessor(guard.take_company)
    flask.url_defaults(guard.fill_in_company)
    flask.before_request(guard.admit)
    # The last one that is named here is the first one to be called.
    flask.after_request(headers.harden)
    flask.after_request(guard.keep_cookies)
    flask.after_request(guard.note_seen)
    _prepare_templates(flask)
    return flask


def _prepare_templates(flask: Flask) -> None:
    flask.jinja_env.undefined = StrictUndefined
    flask.jinja_env.trim_blocks = flask.jinja_env.lstrip_blocks = True
    for name in ("clock", "clock_with_seconds", "moment", "moment_in_list", "day", "day_in_list", "money", "number"):
        flask.add_template_filter(_of_reader(name), name)
    flask.add_template_filter(_capital, "capital")
    # Globals, and not part of the context, so that macros have them too.
    flask.jinja_env.globals.update(
        address_of=navigation.address_of,
        first_page=navigation.first_page,
        is_live=visit.is_live,
        may=_may,
        take_notices=notices.take,
    )
    flask.context_processor(_around)


def _around() -> dict[str, Any]:
    """What every template may use."""
    here: visit.Visit | None = g.get("visit")
    visitor = here.visitor if here else None
    return {
        "here": here,
        "person": visitor,
        "company": here.company if here else None,
        "installation": visit.installation(),
        "menus": list(navigation.menus(visitor, here.company)) if here and visitor else [],
        "csrf": form_token.made(here.token, here.now) if here and here.token else "",
        "this_page": request.full_path.rstrip("?"),
    }


def _may(privilege: str) -> bool:
    """Whether the person may do this for the company of the page; what one may not use is not shown."""
    here = visit.here()
    return here.visitor is not None and here.visitor.may(Privilege(privilege), here.company)


def _of_reader(name: str) -> Any:
    """A filter that writes as the reader of this visit reads."""

    def write(value: Any, *more: Any) -> str:
        return "" if value is None else str(getattr(visit.here().reader, name)(value, *more))

    return write


def _capital(text: str) -> str:
    """The text with a capital at its beginning, and the rest as it is."""
    return text[:1].upper() + text[1:]
