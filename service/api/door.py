"""Builds the HTTP API as one WSGI application, to be mounted under its versioned path. Holds no route."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from apiflask import APIFlask
from flask import Response

from service.api import companies, decisions, messages, problems
from service.api.bodies import LARGEST_BODY, ExactJson, WholeRequest, require_readable
from service.api.rate import Rate
from service.api.shapes import ProblemOut
from service.store.unit import Store

PATH = "/api/v1"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
DESCRIPTION = (
    "Puts an order system's customers, items and transactions into the queue for QuickBooks Desktop, and tells what "
    "became of them. Every refusal is a problem (RFC 9457) with a sentence that says what to do."
)


def build(store: Store, *, soap_url: str, support_url: str, app_name: str, calls_a_minute: int) -> APIFlask:
    """The API of one installation on one store."""
    api = APIFlask(
        "service.api",
        title="Deskpost",
        version=version("deskpost"),
        docs_path=None,
        static_folder=None,  # type: ignore[arg-type]  # Flask takes None for none, and APIFlask hands it on.
        json_errors=True,
    )
    api.json = ExactJson(api)
    api.request_class = WholeRequest
    api.config.update(
        MAX_CONTENT_LENGTH=LARGEST_BODY,
        DESCRIPTION=DESCRIPTION,
        AUTO_SERVERS=False,
        SERVERS=[{"url": PATH}],
        AUTO_OPERATION_ID=True,
        JSON_SORT_KEYS=False,
    )
    api.security_schemes = {"key": {"type": "http", "scheme": "bearer", "description": "`deskpost api-key add`"}}
    api.extensions.update(
        store=store, soap_url=soap_url, support_url=support_url, app_name=app_name, rate=Rate(calls_a_minute)
    )
    for module in (messages, decisions, companies):
        api.register_blueprint(module.routes)
    problems.register(api)
    api.spec_processor(_complete)
    api.before_request(require_readable)
    api.after_request(_harden)
    return api


def _complete(spec: dict[Any, Any] | str) -> dict[Any, Any] | str:
    """Say of every operation that it takes a key, and that what is refused is a problem."""
    assert isinstance(spec, dict)
    spec["security"] = [{"key": []}]
    spec["components"]["schemas"]["ProblemOut"] = ProblemOut.model_json_schema()
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}
    for operations in spec["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            responses = operation["responses"]
            for status in [one for one in responses if not str(one).startswith("2")]:
                del responses[status]
            responses["default"] = {"description": "A problem", "content": problem}
    return spec


def _harden(response: Response) -> Response:
    response.headers.extend(HEADERS)
    return response
