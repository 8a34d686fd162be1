"""Programs that call the HTTP API of a shop, each with a key of its own."""

from __future__ import annotations

from typing import Any

from werkzeug.test import Client

from service.api import door
from service.domain.api_scope import Scope
from service.exchange import api_keys
from service.store import companies
from service.store.unit import Store

EVERY_SCOPE = tuple(Scope)


class Caller:
    """One program: what it sends carries its key. Answers are werkzeug's, untyped because their `json` may be None."""

    def __init__(self, client: Client, key: str | None) -> None:
        self.key = key
        self._client = client

    def get(self, path: str, **more: Any) -> Any:
        return self._send("GET", path, **more)

    def post(self, path: str, given: object = None, **more: Any) -> Any:
        if given is not None:
            more["json"] = given
        return self._send("POST", path, **more)

    def delete(self, path: str) -> Any:
        return self._send("DELETE", path)

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> Any:
        authorized = {} if self.key is None else {"Authorization": f"Bearer {self.key}"}
        return self._client.open(path, method=method, headers={**authorized, **(headers or {})}, **more)


class Api:
    """The API on a store; `calls_a_minute` is high enough to be out of the way."""

    def __init__(self, store: Store, calls_a_minute: int = 100_000) -> None:
        self.store = store
        self.flask = door.build(
            store,
            soap_url="https://books.example.com/qbwc",
            support_url="https://books.example.com/support",
            app_name="Deskpost",
            calls_a_minute=calls_a_minute,
        )

    def caller(self, company: str | None = "shop", *scopes: str, name: str = "oms") -> Caller:
        """A program with a new key for a company, or with None for the whole installation."""
        with self.store.writing() as work:
            bound = companies.named(work, company) if company is not None else None
            made = api_keys.make(work, name, bound, scopes or EVERY_SCOPE, by="test")
        return Caller(self.flask.test_client(), made.key)

    def stranger(self, key: str | None = None) -> Caller:
        return Caller(self.flask.test_client(), key)
