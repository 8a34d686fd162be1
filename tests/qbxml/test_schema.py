"""What the schema's facts say of requests and objects."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service.qbxml import schema


def all_contents() -> list[tuple[schema.Particle, ...]]:
    facts = schema.facts()
    messages = [*facts.requests.values(), *facts.responses.values()]
    return [one.content for one in messages] + [one.content for one in facts.aggregates.values()]


def test_all_231_requests_and_their_answers_are_there() -> None:
    facts = schema.facts()

    assert len(facts.requests) == 231
    assert {message.response for message in facts.requests.values()} == set(facts.responses)


def test_every_element_has_a_type_or_an_aggregate_that_is_there() -> None:
    facts = schema.facts()
    elements = [element for content in all_contents() for element in schema.elements(content)]

    assert len(elements) > 5000
    assert all(element.get("type") in facts.types or element["aggregate"] in facts.aggregates for element in elements)


def test_no_element_stands_twice_in_one_content_and_none_holds_itself() -> None:
    """The plans rest on both: a name finds its place, and a content has a bottom."""
    facts = schema.facts()
    for content in all_contents():
        names = [element["name"] for element in schema.elements(content)]
        assert len(names) == len(set(names))

    def deepest(key: str, above: tuple[str, ...]) -> int:
        assert key not in above
        inner = [one["aggregate"] for one in schema.elements(facts.aggregates[key].content) if "aggregate" in one]
        return 1 + max((deepest(one, (*above, key)) for one in inner), default=0)

    assert max(deepest(key, ()) for key in facts.aggregates) < 10


@pytest.mark.parametrize(
    ("name", "kind", "can"),
    [
        ("Customer", "list", "add mod query delete"),
        ("ItemNonInventory", "list", "add mod query delete"),
        ("PaymentMethod", "list", "add query delete"),
        ("Lead", "list", "add mod query"),
        ("Invoice", "transaction", "add mod query delete void"),
        ("SalesOrder", "transaction", "add mod query delete"),
        ("ReceivePayment", "transaction", "add mod query delete"),
        ("Transfer", "transaction", "add mod query"),
        ("TimeTracking", "transaction", "add mod query delete"),
        ("Item", "list", "query"),
        ("Template", "list", "query"),
        ("Company", "other", "query"),
        ("Preferences", "other", "query"),
        ("DataExt", "other", "add mod delete"),
        ("GeneralSummaryReport", "report", "query"),
    ],
)
def test_what_can_be_done_with_an_object(name: str, kind: str, can: str) -> None:
    facts = schema.object_facts(name)

    assert facts.kind == kind
    assert [verb for verb in ("add", "mod", "query", "delete", "void") if getattr(facts, verb)] == can.split()
    assert schema.is_list(name) == (kind == "list")
    assert schema.is_transaction(name) == (kind == "transaction")


def test_sixteen_kinds_of_transactions_can_be_voided() -> None:
    assert sum(one.void for one in schema.objects()) == 16


def test_the_objects_without_mod_are_those_that_intuit_names() -> None:
    """qbXML has no Mod for these (reference, "Mods")."""
    without = {one.name for one in schema.objects() if one.add and not one.mod and one.kind != "other"}

    assert without == {
        "ARRefundCreditCard", "BillPaymentCreditCard", "BillingRate", "CustomerMsg", "CustomerType", "DateDrivenTerms",
        "JobType", "PaymentMethod", "PayrollItemWage", "ShipMethod", "SpecialAccount", "SpecialItem", "StandardTerms",
        "UnitOfMeasureSet", "VehicleMileage", "VendorType",
    }  # fmt: skip


def test_an_objects_requests_are_found_by_verb() -> None:
    assert schema.object_requests("Customer") == {
        "Add": "CustomerAddRq",
        "Mod": "CustomerModRq",
        "Query": "CustomerQueryRq",
    }
    assert schema.aggregate_of("CustomerAddRq") == "CustomerAdd"
    assert schema.aggregate_of("InvoiceModRq") == "InvoiceMod"
    assert schema.aggregate_of("CustomerQueryRq") is None
    assert schema.aggregate_of("TxnDisplayAddRq") is None


def test_41_adds_take_a_guid_of_ours_and_120_answers_can_recover_the_identity() -> None:
    assert sum(schema.takes_external_guid(one.name) for one in schema.objects()) == 41
    assert sum(schema.has_error_recovery(name) for name in schema.facts().requests) == 120
    assert schema.takes_external_guid("Invoice")
    assert not schema.takes_external_guid("Transfer")
    assert not schema.takes_external_guid("Company")
    assert schema.has_error_recovery("TxnDelRq")
    assert not schema.has_error_recovery("ListDelRq")


def test_a_request_that_is_not_there_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(schema.UnknownRequest, match="no request 'CustomrAddRq'; did you mean 'CustomerAddRq'"):
        schema.request("CustomrAddRq")
    with pytest.raises(schema.UnknownRequest, match="request names end in Rq"):
        schema.request("")
    with pytest.raises(schema.UnknownRequest, match=r"; there is only CustomerTypeAddRq and CustomerTypeQueryRq$"):
        schema.request("CustomerTypeModRq")
    with pytest.raises(schema.UnknownObject, match="'Order'; did you mean 'SalesOrder' or 'PurchaseOrder'"):
        schema.object_requests("Order")
    with pytest.raises(schema.UnknownObject, match="no object 'Invoce'; did you mean 'Invoice'"):
        schema.object_requests("Invoce")
    with pytest.raises(schema.UnknownObject, match="objects are named as in qbXML"):
        schema.object_facts("?")


def test_the_facts_are_loaded_only_when_they_are_asked_for() -> None:
    program = (
        "import service.qbxml.build, service.qbxml.raw, service.qbxml.read\n"
        "from service.qbxml import schema\n"
        "print(schema.facts.cache_info().currsize)"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert done.stdout.strip() == "0"
