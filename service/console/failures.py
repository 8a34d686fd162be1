"""What a person sees when something is refused or goes wrong: one page each, never a traceback, never a status code.

An unforeseen failure gets a reference, which stands on the page and in the log; the log has the place in the code, not
the message of the exception, because that can hold customers' data.
"""

from __future__ import annotations

import secrets
import traceback

import structlog
from flask import Flask, g, render_template, request
from werkzeug.exceptions import HTTPException

from service.console import visit
from service.console.visitor import TITLES
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal, UnknownMessage
from service.store import console_people
from service.store.unit import StoreUnavailable

log = structlog.get_logger("deskpost.console")

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"

Answer = tuple[str, int]


class FormExpired(Refusal):
    def __init__(self) -> None:
        super().__init__("This page was open too long. Nothing was done.")


class MayNot(Refusal):
    """Somebody asked for what needs a privilege that is not theirs."""

    def __init__(self, privilege: Privilege) -> None:
        self.privilege = privilege
        super().__init__(f"The privilege {TITLES[privilege]} is needed for this.")


def register(application: Flask) -> None:
    """Let every failure of a page end in a page."""
    application.register_error_handler(FormExpired, _expired)
    application.register_error_handler(MayNot, _may_not)
    application.register_error_handler(UnknownMessage, _unknown)
    application.register_error_handler(StoreUnavailable, _busy)
    application.register_error_handler(HTTPException, _http)
    application.register_error_handler(Exception, _unforeseen)


def _expired(_: Exception) -> Answer:
    return render_template("expired.html"), 400


def _may_not(refusal: MayNot) -> Answer:
    with visit.reading() as work:
        holders = console_people.holders(work, Privilege.MANAGE_USERS)
        names = console_people.full_names(work)
    givers = [names.get(name, name) for name in holders]
    return render_template("may_not.html", privilege=TITLES[refusal.privilege], givers=givers), 403


def _unknown(_: Exception) -> Answer:
    return render_template("not_there.html"), 404


def _busy(failure: StoreUnavailable) -> Answer:
    log.warning("database unavailable", reason=str(failure))
    g.pop("visit", None)
    return render_template("busy.html"), 503


def _http(failure: HTTPException) -> Answer:
    code = failure.code or 500
    if code in (404, 405):
        return render_template("not_there.html"), code
    if code >= 500:
        return _unforeseen(getattr(failure, "original_exception", None) or failure)
    return render_template("not_understood.html"), code


def _unforeseen(failure: Exception) -> Answer:
    reference = "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(2))
    place = "".join(traceback.format_tb(failure.__traceback__)[-6:])
    log.error("page failed", reference=reference, page=request.endpoint, failure=type(failure).__name__, place=place)
    return render_template("went_wrong.html", reference=reference), 500
