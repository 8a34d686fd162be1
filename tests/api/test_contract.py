"""The OpenAPI document is true: whatever it allows is answered as it says, and what it forbids is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from service.store.migrate import migrate
from service.store.unit import Store
from tests.api.caller import Api
from tests.clock import Clock
from tests.shop import Shop


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


def test_there_is_no_page_that_loads_scripts_from_elsewhere(api: Api) -> None:
    for path in ("/docs", "/redoc", "/static/x.js", "/"):
        assert api.stranger().get(path).status_code == 404


def test_whatever_the_document_allows_is_answered_as_it_says(tmp_path: Path) -> None:
    """Bounded: some twenty requests for each operation."""
    url = f"sqlite:///{tmp_path / 'api.sqlite'}"
    migrate(url)
    clock = Clock()
    store = Store(url, clock=clock, threads=1)
    shop = Shop(store, clock, tmp_path)
    shop.save("Customer:1", {"Name": "Ada"})
    api = Api(store)
    key = api.caller(None).key
    schema = schemathesis.openapi.from_wsgi("/openapi.json", api.flask)
    every: Any = schema.get_all_operations()
    for operation in every:
        _hold(operation.ok(), {"Authorization": f"Bearer {key}"})
    store.close()


def _hold(operation: Any, headers: dict[str, str]) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def hold(case: Any) -> None:
        if "company" in case.path_parameters:
            case.path_parameters["company"] = "shop"
        answer = case.call(headers=headers)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert answer.headers["content-type"][0].startswith("application/problem+json")
        else:
            case.validate_response(answer, headers=headers)

    hold()
