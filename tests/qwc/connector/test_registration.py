"""Adding an application: what is fetched, what the company file gets, and what is refused with which code."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from qwc.connector import Manners, RegistrationRefused, Reply, TransportFailure, WebConnector, WsgiTransport
from qwc.document import Document, DocumentRefused, new_guid
from qwc.quickbooks import ComError
from tests.qwc.fake_quickbooks import DOCUMENT, FakeQuickBooks
from tests.qwc.web_service import WebService

OWNER = DOCUMENT.owner_id


def connector(
    quickbooks: FakeQuickBooks, service: Any = None, document: Document = DOCUMENT, **manners: Any
) -> WebConnector:
    return WebConnector(
        document, "secret", WsgiTransport(service or WebService()), quickbooks, manners=Manners(**manners), pc="DESK-2"
    )


def test_a_registration_fetches_both_pages_and_writes_file_id_and_lock() -> None:
    quickbooks, service = FakeQuickBooks(), WebService()
    desk = connector(quickbooks, service)

    assert not desk.is_registered()
    desk.register()

    assert desk.is_registered()
    assert service.fetched == ["/qbwc", "/support"]
    assert quickbooks.extensions[OWNER, "FileID"] == DOCUMENT.file_id
    assert str(quickbooks.extensions[OWNER, "AppLock"]).startswith("UNLOCKED:DESK-2:")
    assert quickbooks.application is None
    assert service.calls == []


def test_the_certificate_is_looked_at_where_the_document_says() -> None:
    service = WebService()

    connector(FakeQuickBooks(), service, replace(DOCUMENT, cert_url="https://sync.example.com/tls")).register()

    assert service.fetched == ["/tls", "/support"]


def test_the_same_pair_is_refused_a_second_time() -> None:
    quickbooks = FakeQuickBooks()
    connector(quickbooks).register()

    with pytest.raises(RegistrationRefused, match="Unique OwnerID/FileID pair value required") as refusal:
        connector(quickbooks).register()

    assert refusal.value.code == "QBWC1039"
    assert quickbooks.application is None


def test_older_web_connectors_accept_the_same_pair_again() -> None:
    quickbooks = FakeQuickBooks()
    connector(quickbooks).register()

    connector(quickbooks, refuses_known_pair=False).register()

    assert quickbooks.extensions[OWNER, "FileID"] == DOCUMENT.file_id


def test_a_new_file_replaces_the_file_id_of_the_one_before() -> None:
    quickbooks, newer = FakeQuickBooks(), replace(DOCUMENT, file_id=new_guid())
    connector(quickbooks).register()

    connector(quickbooks, document=newer).register()

    assert quickbooks.extensions[OWNER, "FileID"] == newer.file_id
    assert not connector(quickbooks).is_registered()


def test_two_applications_live_in_one_company_file() -> None:
    quickbooks, other = FakeQuickBooks(), replace(DOCUMENT, owner_id=new_guid(), file_id=new_guid())

    connector(quickbooks).register()
    connector(quickbooks, document=other).register()

    assert connector(quickbooks).is_registered()
    assert connector(quickbooks, document=other).is_registered()


def test_a_bad_document_is_refused_before_anything_is_fetched() -> None:
    service = WebService()

    with pytest.raises(DocumentRefused) as refusal:
        connector(FakeQuickBooks(), service, replace(DOCUMENT, app_url="http://sync.example.com/")).register()

    assert refusal.value.codes == ("QBWC1010",)
    assert service.fetched == []


def test_a_page_that_answers_405_to_a_plain_get_is_qbwc1048() -> None:
    with pytest.raises(RegistrationRefused, match="405") as refusal:
        connector(FakeQuickBooks(), WebService(page_status="405 Method Not Allowed")).register()

    assert refusal.value.code == "QBWC1048"


def answering(statuses: dict[str, int | str]) -> Any:
    """A transport on which each address has its status, or the failure to reach it."""

    class Pages:
        connections = 0

        def get(self, url: str) -> Reply:
            status = statuses[url]
            if isinstance(status, str):
                raise TransportFailure(status)
            return Reply(status, "text/html", b"")

        def close(self) -> None:
            pass

    return Pages()


@pytest.mark.parametrize(
    ("app", "support", "code"),
    [
        ("The operation has timed out", 200, "QBWC1048"),
        (200, 500, "QBWC1003"),
        (200, 204, "QBWC1003"),
        (200, "The remote name could not be resolved", "QBWC1004"),
    ],
)
def test_pages_that_cannot_be_had_are_refused_each_with_its_code(app: int | str, support: int | str, code: str) -> None:
    transport = answering({DOCUMENT.app_url: app, DOCUMENT.app_support: support})
    quickbooks = FakeQuickBooks()

    with pytest.raises(RegistrationRefused) as refusal:
        WebConnector(DOCUMENT, "secret", transport, quickbooks).register()

    assert refusal.value.code == code
    assert quickbooks.extensions == {}


def test_a_support_page_may_answer_202() -> None:
    transport = answering({DOCUMENT.app_url: 200, DOCUMENT.app_support: 202})
    quickbooks = FakeQuickBooks()

    WebConnector(DOCUMENT, "secret", transport, quickbooks).register()

    assert quickbooks.extensions[OWNER, "FileID"] == DOCUMENT.file_id


def test_closed_quickbooks_is_qbwc1022() -> None:
    quickbooks = FakeQuickBooks(refusals=[ComError("0x80040408", "Could not start QuickBooks.")])

    with pytest.raises(RegistrationRefused, match="Could not start QuickBooks") as refusal:
        connector(quickbooks).register()

    assert refusal.value.code == "QBWC1022"
    assert quickbooks.application is None


def test_a_file_id_that_quickbooks_does_not_write_is_qbwc1026() -> None:
    with pytest.raises(RegistrationRefused, match="status 3263") as refusal:
        connector(FakeQuickBooks(extension_status="3263")).register()

    assert refusal.value.code == "QBWC1026"
