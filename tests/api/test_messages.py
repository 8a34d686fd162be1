"""An order system puts messages into the queue over HTTP, one or a thousand, and reads what became of them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from service.api import messages as api_messages
from service.exchange import checking, document
from service.store import companies
from tests.api.caller import Api, Caller
from tests.shop import Shop

MESSAGES = "/companies/shop/messages"
BATCHES = "/companies/shop/batches"


def customer(key: str, name: str, **more: Any) -> dict[str, Any]:
    return {"operation": "save", "record": f"Customer:{key}", "content": {"Name": name}, **more}


def complaints(answer: Any) -> list[tuple[str, str]]:
    return [(one["path"], one["sentence"]) for one in answer.json["complaints"]]


def test_a_message_is_taken_posted_and_read_with_quickbooks_number_of_it(oms: Caller, shop: Shop) -> None:
    taken = oms.post(MESSAGES, customer("1", "Kern, Lila"))
    assert (taken.status_code, taken.json) == (201, {"message_id": 1, "is_new": True})
    assert oms.get(f"{MESSAGES}/1").json["status"] == "pending"

    shop.update()

    read = oms.get(f"{MESSAGES}/1").json
    (lila,) = shop.file.find("Customer", "Kern, Lila")
    assert (read["status"], read["quickbooks_id"], read["quickbooks_number"]) == (
        "synchronized",
        lila["ListID"],
        "Kern, Lila",
    )
    assert read["enqueued_by"] == "API key oms"
    record = oms.get("/companies/shop/records/Customer:1").json
    assert (record["quickbooks_id"], record["open_messages"]) == (lila["ListID"], [])


def test_an_amount_stays_exact_to_its_last_digit(oms: Caller, shop: Shop) -> None:
    text = '{"operation": "save", "record": "Customer:1", "content": {"Name": "Ada", "CreditLimit": 10000000.10}}'

    assert oms.post(MESSAGES, data=text).status_code == 201
    assert document.parse_line(shop.message(1).content or "")["CreditLimit"] == str(Decimal("10000000.10"))


def test_the_same_key_is_the_same_message_in_the_header_as_in_the_field(oms: Caller) -> None:
    first = oms.post(MESSAGES, customer("1", "Ada"), headers={"Idempotency-Key": "c1"})
    again = oms.post(MESSAGES, customer("1", "Ada", idempotency_key="c1"))
    other = oms.post(MESSAGES, customer("1", "Bea", idempotency_key="c1"))
    both = oms.post(MESSAGES, customer("1", "Ada", idempotency_key="c1"), headers={"Idempotency-Key": "c2"})

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json == {"message_id": 1, "is_new": False}
    assert other.status_code == 409
    assert "was used for message 1 with other content" in other.json["detail"]
    assert both.status_code == 400


def test_everything_that_is_wrong_is_told_at_once_with_its_path(oms: Caller, shop: Shop) -> None:
    answer = oms.post(
        MESSAGES, {"operation": "save", "record": "Customer:1", "content": {"Naem": "Ada", "Email": 5, "IsActive": "x"}}
    )

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    told = complaints(answer)
    assert "CustomerAdd/Naem" in [path for path, _ in told]
    assert any("'Name'" in sentence or "Name" in sentence for path, sentence in told if path == "CustomerAdd/Naem")
    assert len(told) >= 2
    assert shop.counts() == {}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ('{"operation": NaN}', 400),
        ("[" * 200_000, 400),
        ("[]", 422),
        ("5", 422),
        ('{"operation": "fax", "record": "Customer:1"}', 422),
        ('{"operation": "save", "record": "Customer", "content": {"Name": "A"}}', 422),
        ('{"operation": "save", "record": "Customer:1", "content": {"Name": "A"}, "color": "red"}', 422),
        ('{"operation": "save", "record": "Customer:1", "content": {"Name": "A"}, "company": "other"}', 422),
        ('{"operation": "save", "record": "Customer:1", "content": {"Name": "\\u0000"}}', 422),
    ],
)
def test_what_is_no_message_is_refused_and_nothing_is_kept(oms: Caller, shop: Shop, body: str, status: int) -> None:
    answer = oms.post(MESSAGES, data=body)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    assert answer.json["detail"]
    assert shop.counts() == {}


def test_a_batch_takes_what_is_good_and_says_of_the_rest_what_is_wrong(oms: Caller, shop: Shop) -> None:
    bad = {"operation": "save", "record": "Customer:2", "content": {"Nmae": "B"}}
    answer = oms.post(BATCHES, {"messages": [customer("1", "A"), bad, 7, customer("3", "C")]})

    assert answer.status_code == 200
    assert (answer.json["taken"], answer.json["refused"]) == (2, 2)
    first, second, third, fourth = answer.json["outcomes"]
    assert (first["message_id"], fourth["is_new"]) == (1, True)
    assert second["problem"]["complaints"][0]["path"] == "CustomerAdd/Nmae"
    assert third["problem"]["status"] == 422
    assert shop.update().status == "2 synchronized."


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_thousand_go_in_one_batch_and_one_more_do_not(oms: Caller, shop: Shop) -> None:
    thousand = [customer(str(number), f"C {number}") for number in range(1000)]

    assert oms.post(BATCHES, {"messages": thousand}).json["taken"] == 1000
    assert oms.post(BATCHES, {"messages": [*thousand, customer("x", "X")]}).status_code == 422
    assert oms.post(BATCHES, {"messages": []}).status_code == 422
    assert shop.counts() == {"pending": 1000}


def test_messages_are_listed_page_by_page_by_status_and_by_record(oms: Caller, shop: Shop) -> None:
    oms.post(BATCHES, {"messages": [customer(str(number), f"C {number}") for number in range(5)]})
    shop.update()
    oms.post(MESSAGES, customer("4", "C 4 again"))

    seen, after = [], 0
    while True:
        page = oms.get(f"{MESSAGES}?limit=2&after={after}").json
        seen += [one["id"] for one in page["messages"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == [1, 2, 3, 4, 5, 6]
    assert [one["id"] for one in oms.get(f"{MESSAGES}?status=pending").json["messages"]] == [6]
    assert [one["id"] for one in oms.get(f"{MESSAGES}?record=Customer:4").json["messages"]] == [5, 6]
    assert len(oms.get(f"{MESSAGES}?status=synchronized").json["messages"]) == 5


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=501", "limit=x", "after=-1", "after=99999999999999999999", "status=gone", "x=1"]
)
def test_a_page_that_cannot_be_asked_for_is_refused_with_the_parameter(oms: Caller, asked: str) -> None:
    answer = oms.get(f"{MESSAGES}?{asked}")

    assert answer.status_code == 422
    assert complaints(answer)[0][0] == asked.partition("=")[0]


def test_what_waits_says_for_what(oms: Caller) -> None:
    line = {"ItemRef": {"FullName": "Installation"}, "Quantity": 1, "Rate": "65.00"}
    content = {"CustomerRef": {"record": "Customer:1"}, "InvoiceLineAdd": [line]}
    oms.post(MESSAGES, {"operation": "save", "record": "Invoice:1", "content": content})

    assert oms.get(f"{MESSAGES}/1").json["waits_for"][0].startswith("customer 1 (")
    queue = oms.get("/companies/shop/queue").json
    assert queue["messages"]["pending"] == 1
    assert queue["waiting"][0].startswith("1 invoice waits for customer 1")


def test_a_refused_invoice_is_decided_about_over_http(oms: Caller, shop: Shop) -> None:
    content = {"CustomerRef": {"FullName": "Nobody"}, "InvoiceLineAdd": [{"Desc": "A", "Amount": "1.00"}]}
    oms.post(MESSAGES, {"operation": "save", "record": "Invoice:1", "content": content})
    shop.update()
    assert oms.get(f"{MESSAGES}/1").json["status"] == "failed"

    decide = f"{MESSAGES}/1/decisions"
    assert oms.post(decide, {"decision": "retry"}).json["status"] == "pending"
    again = oms.post(decide, {"decision": "retry"})
    assert again.status_code == 409
    assert "is pending" in again.json["detail"]
    assert oms.post(decide, {"decision": "hand_over"}).json["status"] == "manual_entry"
    for nothing in ({}, {"number": ""}, {"number": " "}):
        answer = oms.post(decide, {"decision": "mark_entered", **nothing})
        assert (answer.status_code, answer.json["detail"]) == (422, "The decision `mark_entered` needs `number`.")
    assert oms.post(decide, {"decision": "mark_entered", "number": "71"}).json["quickbooks_number"] == "71"
    assert oms.post(decide, {"decision": "reopen"}).json["status"] == "manual_entry"
    assert oms.post(decide, {"decision": "skip", "note": "twice"}).json["status"] == "skipped"
    assert oms.post(decide, {"decision": "restore"}).json["status"] == "pending"
    assert oms.post(decide, {"decision": "link"}).status_code == 409
    assert oms.post(decide, {"decision": "create_again"}).status_code == 409
    assert oms.post(decide, {"decision": "there"}).status_code == 409
    assert oms.post(decide, {"decision": "not_there"}).status_code == 409
    assert oms.post(decide, {"decision": "correct_number", "number": "1"}).status_code == 409
    assert oms.post(decide, {"decision": "shred"}).status_code == 422


def test_what_the_database_cannot_do_now_says_when_to_come_again(
    api: Api, oms: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service.store.unit import StoreUnavailable

    def away(*_: object) -> None:
        raise StoreUnavailable("postgresql://user@secret-host/books", "the connection was closed")

    monkeypatch.setattr(companies, "by_name", away)
    answer = oms.get(f"{MESSAGES}/1")

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "secret-host" not in answer.text


def test_what_nobody_foresaw_tells_nothing_of_the_inside(oms: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise KeyError("customer's name")

    monkeypatch.setattr(companies, "by_name", broken)
    answer = oms.get(f"{MESSAGES}/1")

    assert answer.status_code == 500
    assert "customer's name" not in answer.text
    assert answer.json["detail"].startswith("Deskpost failed in a way that nobody foresaw.")


MISTAKEN = {"operaton": "save", "operation": "sav", "record": "C-1", "priority": 0, "revision": "3", "content": []}
MISTAKES = [
    ("operaton", "a message has no such field. Did you mean `operation`?"),
    ("operation", "There is no operation 'sav'. There are: save, add, mod, void, delete, query, raw."),
    (
        "record",
        "'C-1' does not name a record. Write the kind, a colon and your own key, such as 'Customer:C-1042'.",
    ),
    ("priority", "must be a whole number from 1 to 9, not 0."),
    ("revision", "must be a whole number from 0 to 2147483647, not '3'."),
    ("content", "must be an object with qbXML's element names, not a list."),
]


def test_all_that_is_wrong_with_the_shape_of_a_message_is_told_at_once(oms: Caller) -> None:
    alone = oms.post(MESSAGES, MISTAKEN)
    batch = oms.post(BATCHES, {"messages": [customer("1", "Ada"), MISTAKEN]})

    assert alone.status_code == 422
    assert sorted(complaints(alone)) == sorted(MISTAKES)
    problem = batch.json["outcomes"][1]["problem"]
    assert sorted((one["path"], one["sentence"]) for one in problem["complaints"]) == sorted(MISTAKES)
    assert batch.json["taken"] == 1


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"operation": "upsert", "record": "Customer:1", "content": {"Name": "Ada"}}, "operation"),
        ({"operation": "void", "record": "10248"}, "record"),
        ({"operation": "save", "record": "Customer:1"}, "content"),
    ],
)
def test_one_thing_that_is_wrong_with_the_shape_has_its_path_too(oms: Caller, given: object, path: str) -> None:
    answer = oms.post(MESSAGES, given)

    assert answer.status_code == 422
    assert [one for one, _ in complaints(answer)] == [path]
    assert answer.json["detail"].endswith(complaints(answer)[0][1])


def test_while_a_batch_is_checked_others_write(api: Api, oms: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_at(given: document.Document, company: companies.Company) -> checking.LookedAt:
        # On SQLite this would wait for ever, if the batch had begun to write.
        with api.store.writing() as work:
            companies.change(work, company.id, set_limit=7)
        return checking.look_at(given, company)

    monkeypatch.setattr(api_messages, "look_at", looked_at)
    answer = oms.post(BATCHES, {"messages": [customer("1", "Ada"), customer("2", "Bea")]})

    assert (answer.status_code, answer.json["taken"]) == (200, 2)


def test_a_batch_is_checked_for_the_country_that_the_company_has_when_it_is_written(
    api: Api, oms: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only the Canadian edition knows was fine a moment ago; then the file turned out to be of the US."""
    canadian = {"operation": "save", "record": "Customer:1", "content": {"Name": "Ada", "TaxRegistrationNumber": "1"}}
    with api.store.writing() as work:
        companies.change(work, companies.named(work, "shop").id, country="CA")

    def looked_at(given: document.Document, company: companies.Company) -> checking.LookedAt:
        looked = checking.look_at(given, company)
        assert looked.refusal is None
        with api.store.writing() as work:
            companies.change(work, company.id, country="US")
        return looked

    monkeypatch.setattr(api_messages, "look_at", looked_at)
    answer = oms.post(BATCHES, {"messages": [canadian]})

    assert (answer.json["taken"], answer.json["refused"]) == (0, 1)


def test_a_method_that_an_address_does_not_take_is_refused_with_those_that_it_takes(oms: Caller) -> None:
    answer = oms.delete(MESSAGES)

    assert answer.status_code == 405
    assert answer.content_type == "application/problem+json"
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))
