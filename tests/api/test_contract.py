"""The OpenAPI document is true: whatever it allows is answered as it says, and what it forbids is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies
from schemathesis.specs.openapi.checks import ignored_auth
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from service import app
from service.api import door
from service.settings import Settings
from service.store.migrate import migrate
from service.store.unit import Store
from tests.api.caller import Api
from tests.clock import Clock
from tests.shop import Shop

MESSAGES = 9
OPERATIONS = 15

LAWFUL = {
    "POST /companies": {"name": "another-{number}"},
    "POST /companies/{company}/connections": {"user_name": "pc-{number}"},
    "POST /companies/{company}/messages": {"operation": "query", "record": "Customer:{number}"},
    "POST /companies/{company}/messages/{message_id}/decisions": {"decision": "skip"},
}
"""What half of the calls send that make something: no chance finds a name, a record or a decision that fits."""


def test_the_document_is_open_and_names_no_other_host(api: Api) -> None:
    answer = api.stranger().get("/openapi.json")

    assert answer.status_code == 200
    spec = answer.json
    assert spec["openapi"].startswith("3.1")
    assert spec["servers"] == [{"url": "/api/v1"}]
    assert spec["security"] == [{"key": []}]
    assert all(
        operation["responses"]["default"] for operations in spec["paths"].values() for operation in operations.values()
    )
    assert "http://" not in answer.text.replace("http://localhost", "")


@pytest.mark.parametrize("path", ["", "/accounting"])
def test_the_service_has_it_under_its_versioned_path_and_under_that_of_its_address(
    api: Api, shop: Shop, path: str
) -> None:
    caller = api.caller()
    service = Client(app.build(Settings(public_url=f"https://books.example.com{path}"), shop.store))

    answer = service.get(f"{path}/api/v1/companies", headers={"Authorization": f"Bearer {caller.key}"})

    told: Any = answer.json
    assert [one["name"] for one in told["companies"]] == ["shop"]
    assert service.get(f"{path}/api/v1/openapi.json").status_code == 200
    assert service.get(f"{path}/api/v2/companies").status_code == 404


def test_there_is_no_page_that_loads_scripts_from_elsewhere(api: Api) -> None:
    for path in ("/docs", "/redoc", "/static/x.js", "/"):
        assert api.stranger().get(path).status_code == 404


def test_whatever_the_document_allows_is_answered_as_it_says(tmp_path: Path) -> None:
    """Bounded: some twenty requests for each operation, of which some of every operation do what they ask for."""
    url = f"sqlite:///{tmp_path / 'api.sqlite'}"
    migrate(url)
    clock = Clock()
    store = Store(url, clock=clock, threads=1)
    shop = Shop(store, clock, tmp_path)
    for number in range(1, MESSAGES + 1):
        shop.save(f"Customer:{number}", {"Name": f"Ada {number}"})
    api = Api(store)
    key = api.caller(None).key
    # Below the path that the document names, or every call would end at an address with nothing there.
    mounted = DispatcherMiddleware(api.flask.wsgi_app, {door.PATH: api.flask.wsgi_app})
    schema = schemathesis.openapi.from_wsgi(f"{door.PATH}/openapi.json", mounted)
    every: Any = schema.get_all_operations()
    # What is taken away is taken away last.
    operations = sorted((found.ok() for found in every), key=lambda one: one.label.startswith("DELETE"))
    done = {one.label: _hold(one, {"Authorization": f"Bearer {key}"}) for one in operations}
    store.close()

    assert len(done) == OPERATIONS
    assert [label for label, successes in done.items() if not successes] == []


def _hold(operation: Any, headers: dict[str, str]) -> int:
    """Call an operation with what the document allows, about things that are there; return how often it was done."""
    successes = 0

    @given(case=operation.as_strategy(), number=strategies.integers(1, MESSAGES))
    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: Any, number: int) -> None:
        nonlocal successes
        there = {"company": "shop", "user_name": "shop-qb", "message_id": number, "record": f"Customer:{number}"}
        case.path_parameters.update({name: value for name, value in there.items() if name in case.path_parameters})
        if number % 2 and operation.label in LAWFUL:
            lawful = LAWFUL[operation.label]
            case.body = {name: value.replace("{number}", str(number)) for name, value in lawful.items()}
        answer = case.call(headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json")
        else:
            case.validate_response(answer, headers=headers, excluded_checks=[ignored_auth])
            successes += 1

    hold()
    return successes
