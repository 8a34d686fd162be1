"""Keys of the HTTP API: each opens what it is for, of its own company, for as long as it is in force."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from service.domain.api_scope import Scope
from service.exchange import api_keys
from service.exchange.api_keys import UnknownKey
from service.store.unit import Conflict
from tests.api.caller import Api, Caller
from tests.clock import Clock
from tests.shop import Shop

CUSTOMER = {"operation": "save", "record": "Customer:1", "content": {"Name": "Ada"}}
ROUTES = {
    ("GET", "/companies"): Scope.READ,
    ("POST", "/companies"): Scope.MANAGE,
    ("GET", "/companies/shop"): Scope.READ,
    ("GET", "/companies/shop/messages"): Scope.READ,
    ("POST", "/companies/shop/messages"): Scope.ENQUEUE,
    ("POST", "/companies/shop/batches"): Scope.ENQUEUE,
    ("GET", "/companies/shop/messages/1"): Scope.READ,
    ("POST", "/companies/shop/messages/1/decisions"): Scope.DECIDE,
    ("GET", "/companies/shop/records/Customer:1"): Scope.READ,
    ("GET", "/companies/shop/queue"): Scope.READ,
    ("GET", "/companies/shop/connections"): Scope.MANAGE,
    ("POST", "/companies/shop/connections"): Scope.MANAGE,
    ("GET", "/companies/shop/connections/shop-qb/qwc"): Scope.MANAGE,
    ("POST", "/companies/shop/connections/shop-qb/password"): Scope.MANAGE,
    ("DELETE", "/companies/shop/connections/shop-qb"): Scope.MANAGE,
}
"""Every route that there is, and the scope that it takes; a test holds them against the application."""

BODIES: dict[str, object] = {
    "/companies": {"name": "third"},
    "/companies/shop/messages": CUSTOMER,
    "/companies/shop/batches": {"messages": [CUSTOMER]},
    "/companies/shop/messages/1/decisions": {"decision": "skip"},
    "/companies/shop/connections": {},
}


def send(caller: Caller, method: str, path: str) -> int:
    more: dict[str, Any] = {"json": BODIES[path]} if method == "POST" and path in BODIES else {}
    status: int = caller._send(method, path, **more).status_code
    return status


def test_every_route_is_in_the_table(api: Api) -> None:
    there = {
        (method, rule.rule)
        for rule in api.flask.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.endpoint != "openapi.spec"
    }
    known = {
        (method, path.replace("shop-qb", "<user_name>").replace("shop", "<company>").replace("/1", "/<int:message_id>"))
        for method, path in ROUTES
    }

    assert there == {(method, path.replace("Customer:1", "<path:record>")) for method, path in known}


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_no_route_opens_without_a_key_or_with_one_that_is_none(api: Api) -> None:
    for key in (None, "", "dk_", "dk_0123456789ab_" + "0" * 64, "x" * 10_000):
        for method, path in ROUTES:
            assert send(api.stranger(key), method, path) == 401


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("scope", list(Scope))
def test_a_key_opens_what_its_scope_is_for_and_nothing_else(api: Api, shop: Shop, scope: Scope) -> None:
    shop.save("Customer:1", {"Name": "Ada"})
    caller = api.caller("shop", scope)

    for (method, path), needed in ROUTES.items():
        if needed is not scope:
            assert send(caller, method, path) == 403, path
    for (method, path), needed in ROUTES.items():
        if needed is scope and (method, path) != ("POST", "/companies"):
            assert send(caller, method, path) in (200, 201, 409), path


def test_no_route_knows_of_another_company(api: Api, shop: Shop, tmp_path: Path, clock: Clock) -> None:
    Shop(shop.store, clock, tmp_path, name="other", application=shop.application)
    shop.save("Customer:1", {"Name": "Ada"})
    stranger = api.caller("other")

    for method, path in ROUTES:
        if path != "/companies":
            assert send(stranger, method, path) == 404, path
    assert [one["name"] for one in stranger.get("/companies").json["companies"]] == ["other"]
    assert stranger.get("/companies/other/messages/1").status_code == 404
    assert stranger.get("/companies/other/connections/shop-qb/qwc").status_code == 404
    assert stranger.post("/companies/other/connections/shop-qb/password").status_code == 404
    assert stranger.delete("/companies/other/connections/shop-qb").status_code == 404
    assert stranger.post("/companies", {"name": "third"}).status_code == 403


def test_a_key_of_the_installation_adds_a_company_and_connects_it(api: Api) -> None:
    administrator = api.caller(None)

    assert administrator.post("/companies", {"name": "third"}).status_code == 201
    assert administrator.post("/companies", {"name": "third"}).status_code == 409
    assert administrator.post("/companies", {"name": "no/slash"}).status_code == 422
    issued = administrator.post("/companies/third/connections", {"run_every_minutes": 15}).json
    assert issued["user_name"] == "third-qb"
    assert issued["password"]
    listed = administrator.get("/companies/third/connections").json["connections"]
    assert [(one["user_name"], one["password"]) for one in listed] == [("third-qb", None)]
    qwc = administrator.get("/companies/third/connections/third-qb/qwc")
    assert b"<UserName>third-qb</UserName>" in qwc.data
    assert b"<RunEveryNMinutes>15</RunEveryNMinutes>" in qwc.data
    assert 'filename="third-qb.qwc"' in qwc.headers["Content-Disposition"] or "third-qb.qwc" in str(qwc.headers)
    rotated = administrator.post("/companies/third/connections/third-qb/password").json
    assert rotated["password"] not in (None, issued["password"])
    assert administrator.delete("/companies/third/connections/third-qb").json["revoked_at"]
    assert administrator.post("/companies/third/connections/third-qb/password").status_code == 409
    # Its .qwc would be added on a PC, and turned away there.
    assert administrator.get("/companies/third/connections/third-qb/qwc").status_code == 409


def test_a_rotated_key_works_beside_the_new_one_for_a_while(api: Api, oms: Caller, clock: Clock) -> None:
    with api.store.writing() as work:
        made = api_keys.rotate(work, 1, timedelta(hours=24), by="test")
    new = api.stranger(made.key)

    assert (oms.get("/companies").status_code, new.get("/companies").status_code) == (200, 200)
    clock.go_on(hours=25)
    assert (oms.get("/companies").status_code, new.get("/companies").status_code) == (401, 200)
    with api.store.writing() as work, pytest.raises(UnknownKey):
        api_keys.rotate(work, 1, timedelta(hours=24), by="test")


def test_a_revoked_key_opens_nothing_from_then_on(api: Api, oms: Caller) -> None:
    with api.store.writing() as work:
        api_keys.revoke(work, 1, by="test")

    assert oms.get("/companies").status_code == 401


def test_a_key_that_calls_too_often_is_told_how_long_to_wait_and_others_are_not(shop: Shop) -> None:
    api = Api(shop.store, calls_a_minute=3)
    busy, other = api.caller(name="busy"), api.caller(name="other")

    answers = [busy.get("/companies") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 61
    assert other.get("/companies").status_code == 200


def test_a_key_is_kept_as_a_hash_alone(api: Api, oms: Caller) -> None:
    assert oms.key is not None
    with api.store.reading() as work:
        for table in ("api_keys", "events"):
            rows = work.connection.execute(text(f"SELECT * FROM {table}")).all()
            assert oms.key.rpartition("_")[2] not in str(rows)


@pytest.mark.parametrize(
    "values",
    [
        {"key_hash": "'short'"},
        {"name": "''"},
        {"scopes": "'everything'"},
        {"company_id": "999"},
    ],
)
def test_the_database_takes_no_key_that_breaks_the_rules(api: Api, oms: Caller, values: dict[str, str]) -> None:
    row = {
        "name": "'x'",
        "scopes": "'[\"read\"]'",
        "handle": "'h'",
        "key_hash": f"'{'0' * 64}'",
        "made_by": "'x'",
        **values,
    }
    statement = f"INSERT INTO api_keys ({', '.join(row)}) VALUES ({', '.join(row.values())})"

    with pytest.raises(Conflict), api.store.writing() as work:
        work.connection.execute(text(statement.replace(":", r"\:")))


def test_the_last_use_of_a_key_is_kept_to_the_minute(api: Api, oms: Caller, clock: Clock) -> None:
    oms.get("/companies")
    with api.store.reading() as work:
        first = work.connection.execute(text("SELECT last_used_at FROM api_keys")).scalar()
    clock.go_on(seconds=30)
    oms.get("/companies")
    with api.store.reading() as work:
        assert work.connection.execute(text("SELECT last_used_at FROM api_keys")).scalar() == first
    assert first is not None
