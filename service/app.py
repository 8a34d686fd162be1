"""Puts the parts together into the one WSGI application that gunicorn serves. Holds no page and no rule of its own."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, redirect, request
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from service import soap
from service.api import door as api
from service.console import door as console
from service.console.installation import Installation
from service.settings import Settings
from service.soap.callbacks import ExchangeCalls
from service.store import figures
from service.store.unit import Store, StoreUnavailable
from service.watching.measured_calls import MeasuredCalls
from service.watching.metrics import CONTENT_TYPE, Metrics
from service.watching.readers import may_read
from service.watching.readiness import NOT_REACHED, Readiness

SUPPORT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Deskpost: help</title></head>
<body><h1>Deskpost</h1>
<p>Deskpost posts your order system's customers, items and transactions into QuickBooks.</p>
<p>The Web Connector says that the password is wrong: ask your IT department for a new one
(<code>deskpost connection rotate-password</code>) and type it into the Web Connector once.</p>
<p>The Web Connector says that it cannot reach QuickBooks: open QuickBooks and the company file on this PC, close any
dialog, and press <b>Update Selected</b> again.</p>
<p>Nothing is lost when an update stops: the next one goes on where it was, and nothing is posted twice.</p>
</body></html>
"""

NOT_FOR_YOU = "The figures are for this machine, or for whoever knows DESKPOST_METRICS_TOKEN.\n"

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def build(settings: Settings, store: Store) -> WSGIApplication:
    """The whole service on one store: the Web Connector, people, programs, and the pages beside them."""
    metrics = Metrics()
    store.tell(metrics.hear)
    door = soap.application(
        MeasuredCalls(ExchangeCalls(store), metrics),
        public_url=settings.soap_url,
        max_request_bytes=settings.largest_answer_mb * 1_000_000,
    )
    people = console.application(
        store,
        Installation(
            public_url=settings.public_url,
            soap_url=settings.soap_url,
            support_url=settings.support_url,
            app_name=settings.app_name,
            version=version("deskpost"),
            time_zone=settings.time_zone,
        ),
    )
    programs: WSGIApplication = api.build(
        store,
        soap_url=settings.soap_url,
        support_url=settings.support_url,
        app_name=settings.app_name,
        calls_a_minute=settings.api_calls_a_minute,
    ).wsgi_app
    application: WSGIApplication = DispatcherMiddleware(
        _pages(settings, store, metrics), {"/qbwc": door, "/console": people, api.PATH: programs}
    )
    application = _under(urlsplit(settings.public_url).path, application)
    if settings.trusted_proxies:
        application = _behind(application, frozenset(settings.trusted_proxies.split(",")))
    return application


def _pages(settings: Settings, store: Store, metrics: Metrics) -> WSGIApplication:
    flask = Flask("deskpost", static_folder=None)
    readiness = Readiness(store)

    @flask.get("/support")
    def support() -> Response:
        """The page that a `.qwc` names as AppSupport; the Web Connector wants 200 when the file is added."""
        return Response(SUPPORT, mimetype="text/html")

    @flask.get("/")
    def front() -> AnyResponse:
        return redirect(f"{request.script_root}/console/")

    @flask.get("/healthz")
    def alive() -> Response:
        """This process answers. It asks nobody: a database that is away is no reason to start it anew."""
        return Response("alive\n", mimetype="text/plain")

    @flask.get("/readyz")
    def ready() -> Response:
        objection = readiness.objection()
        return Response(f"{objection or 'ready'}\n", 503 if objection else 200, mimetype="text/plain")

    @flask.get("/metrics")
    def shown() -> Response:
        if not may_read(request.environ, settings.metrics_token.get_secret_value()):
            return Response(NOT_FOR_YOU, 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
        try:
            with store.reading() as work:
                standing = figures.of_companies(work)
        except StoreUnavailable:
            return Response(f"{NOT_REACHED}\n", 503, mimetype="text/plain")
        return Response(metrics.page(standing), content_type=CONTENT_TYPE)

    @flask.after_request
    def harden(response: Response) -> Response:
        response.headers.extend(HEADERS)
        return response

    pages: WSGIApplication = flask.wsgi_app
    return pages


def _under(path: str, application: WSGIApplication) -> WSGIApplication:
    """Serve below a path, which a front may take away or pass on; a prefix that it was believed to name goes before."""

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        prefix = environ.get("SCRIPT_NAME") or path
        asked = environ.get("PATH_INFO", "")
        if prefix and (asked == prefix or asked.startswith(f"{prefix}/")):
            asked = asked.removeprefix(prefix) or "/"
        return application({**environ, "SCRIPT_NAME": prefix, "PATH_INFO": asked}, start_response)

    return serve


def _behind(application: WSGIApplication, proxies: frozenset[str]) -> WSGIApplication:
    """Believe the forwarded address and path prefix only when the request comes from a front that was named."""
    forwarded = ProxyFix(application, x_for=1, x_proto=1, x_prefix=1)

    def choose(environ: dict[str, object], start_response: object) -> object:
        known = environ.get("REMOTE_ADDR") in proxies
        return (forwarded if known else application)(environ, start_response)  # type: ignore[arg-type]

    return choose  # type: ignore[return-value]
