"""A request's name says the object and the verb."""

from __future__ import annotations

import pytest

from service.catalogue.request_name import RequestName, read_request_name


@pytest.mark.parametrize(
    ("request_name", "object_name", "verb"),
    [
        ("InvoiceAddRq", "Invoice", "Add"),
        ("InvoiceAddRs", "Invoice", "Add"),
        ("CustomerMod", "Customer", "Mod"),
        ("ListDelRq", "List", "Del"),
        ("TxnVoidRq", "Txn", "Void"),
        ("ListMergeRq", "List", "Merge"),
        ("TxnDisplayAddRq", "Txn", "DisplayAdd"),
        ("ListDeletedQueryRq", "ListDeleted", "Query"),
        ("Form1099CategoryAccountMappingModRq", "Form1099CategoryAccountMapping", "Mod"),
        (" InvoiceAddRq ", "Invoice", "Add"),
        ("", "", ""),
        ("Invoice", "", ""),
        ("no request", "", ""),
    ],
)
def test_object_and_verb(request_name: str, object_name: str, verb: str) -> None:
    assert read_request_name(request_name) == RequestName(object_name, verb)
