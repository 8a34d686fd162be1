"""What goes wrong, as problem details (RFC 9457): one table from refusals to HTTP statuses. The words are theirs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import structlog
from apiflask import APIFlask, HTTPError
from flask import Response
from werkzeug.datastructures import Headers

from service.domain import refusals
from service.domain.refusals import Refusal
from service.exchange.accounts import BadName
from service.store.unit import Conflict, StoreUnavailable

log = structlog.get_logger("deskpost.api")

CONTENT_TYPE = "application/problem+json"
STATUSES: Mapping[type[Refusal], HTTPStatus] = {
    refusals.BadDocument: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.BadRecordName: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.UnknownOperation: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.DocumentMalformed: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.DocumentRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.RequirementsFormACircle: HTTPStatus.UNPROCESSABLE_ENTITY,
    BadName: HTTPStatus.UNPROCESSABLE_ENTITY,
    refusals.UnknownMessage: HTTPStatus.NOT_FOUND,
    refusals.UnknownConnection: HTTPStatus.NOT_FOUND,
    StoreUnavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The status of a refusal; one that is not here says that what is there does not allow it (409)."""

OF_HTTP: Mapping[int, str] = {
    400: "The body broke off on its way. Nothing of it was taken.",
    404: "There is nothing at this address.",
    405: "This address does not take this method.",
    413: "The body is larger than 20 MB: send it in several batches.",
}
"""What the statuses mean here that are given before a route is reached."""

OF_THE_WHOLE, NO_OBJECT = "_schema", "The body must be an object in braces."
"""How APIFlask calls the place of what is no object at all, and what is said of it."""

SOON = 5
"""Seconds after which it may be tried again while the database is away, or when two did the same at once."""


class Problem(Exception):
    """Something of HTTP's own that is refused: a key, a scope, a rate."""

    def __init__(self, status: HTTPStatus, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.headers = headers or {}


def register(api: APIFlask) -> None:
    """Answer everything that is raised as a problem; nothing of the inside is told."""
    api.register_error_handler(Problem, lambda one: answer(one.status, str(one), headers=one.headers))
    api.register_error_handler(Refusal, of_refusal)
    api.register_error_handler(Exception, _unforeseen)
    api.error_processor(_of_http)


def of_refusal(refusal: Refusal) -> Response:
    """The answer to a request that was refused."""
    headers = {"Retry-After": str(SOON)} if isinstance(refusal, Conflict | StoreUnavailable) else None
    told = described(refusal)
    return _problem(HTTPStatus(told["status"]), told, headers)


def described(refusal: Refusal) -> dict[str, Any]:
    """A refusal as the members of a problem, also for one message of a batch."""
    status = next((known for kind, known in STATUSES.items() if isinstance(refusal, kind)), HTTPStatus.CONFLICT)
    detail = str(refusal)
    if isinstance(refusal, StoreUnavailable):
        # Its sentence names the database's address, which is nobody else's business.
        detail = "The database is not available. Nothing was changed; try again in a moment."
    if isinstance(refusal, Conflict):
        # Its sentence names tables and constraints, which tell whoever calls nothing.
        detail = "Another call did the same at the same moment. Nothing was changed; try again in a moment."
    return _members(status, detail, _complaints(refusal))


def answer(
    status: HTTPStatus,
    detail: str,
    complaints: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem in a sentence."""
    return _problem(status, _members(status, detail, complaints), headers)


def _members(status: HTTPStatus, detail: str, complaints: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    told: dict[str, Any] = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return {**told, "complaints": list(complaints)} if complaints else told


def _problem(status: HTTPStatus, told: Mapping[str, Any], headers: Mapping[str, str] | None) -> Response:
    return Response(json.dumps(told, ensure_ascii=False), status.value, dict(headers or {}), content_type=CONTENT_TYPE)


def _complaints(refusal: Refusal) -> Sequence[Mapping[str, str]]:
    """All that is wrong with a document, each with its path and its sentence."""
    if isinstance(refusal, refusals.DocumentRefused | refusals.DocumentMalformed):
        return [_complaint(one) for one in refusal.complaints]
    if isinstance(refusal, refusals.BadDocument):
        return [_complaint(str(refusal))]
    if isinstance(refusal, refusals.UnknownOperation | refusals.BadRecordName):
        return [{"path": refusal.place, "sentence": str(refusal)}]
    return []


def _complaint(told: str) -> Mapping[str, str]:
    path, colon, sentence = told.partition(": ")
    if not colon or " " in path:
        return {"path": "", "sentence": told}
    return {"path": path, "sentence": sentence}


def _of_http(failure: HTTPError) -> tuple[Any, int, Mapping[str, str]]:
    """What is refused before a route is reached: an address, a method, a body, parameters of the wrong type."""
    status = HTTPStatus(failure.status_code)
    places: Mapping[str, Mapping[str, Sequence[str]]] = failure.detail if isinstance(failure.detail, dict) else {}
    complaints = [
        {"path": "", "sentence": NO_OBJECT} if name == OF_THE_WHOLE else {"path": name, "sentence": sentence}
        for fields in places.values()
        for name, sentences in fields.items()
        for sentence in sentences
    ]
    detail = "The request is not as it must be." if complaints else OF_HTTP.get(status.value, str(failure.message))
    headers = {**Headers(failure.headers), "Content-Type": CONTENT_TYPE}
    return _members(status, detail, complaints), status.value, headers


def _unforeseen(failure: Exception) -> Response:
    log.error("api failed", failure=type(failure).__name__, place=_place(failure))
    return answer(
        HTTPStatus.INTERNAL_SERVER_ERROR, "Deskpost failed in a way that nobody foresaw. Nothing was changed."
    )


def _place(failure: Exception) -> str:
    """Where it was, without the values that were there."""
    trace, last = failure.__traceback__, ""
    while trace is not None:
        code = trace.tb_frame.f_code
        last = f"{code.co_filename.rpartition('service/')[2]}:{trace.tb_lineno} {code.co_name}"
        trace = trace.tb_next
    return last
