"""Adding an application to the Web Connector: the checks of its addresses and the FileID in the company file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lxml import etree

from qwc.connector import company_file
from qwc.connector.transport import Transport, TransportFailure
from qwc.document import Document, DocumentRefused, problems_of
from qwc.quickbooks import ComError, QuickBooks


class RegistrationRefused(Exception):
    """The Web Connector does not add the application; `code` is the QBWC code and `str()` what the user would see."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code = code


def register(
    document: Document, transport: Transport, quickbooks: QuickBooks, unlocked: str, *, refuses_known_pair: bool
) -> None:
    """Add an application: check the document, fetch its two pages, write FileID and AppLock into the open company file.

    Raises DocumentRefused for what is wrong in the document and RegistrationRefused for all that comes after.
    `unlocked` is the first value of the AppLock.
    """
    problems = problems_of(document)
    if problems:
        raise DocumentRefused(problems)
    _check_certificate_page(document, transport)
    _check_support_page(document, transport)
    with _company_file(document, quickbooks):
        stamp = company_file.read_stamp(quickbooks, document.owner_id)
        if stamp.file_id == document.file_id and refuses_known_pair:
            raise RegistrationRefused(
                "QBWC1039", "Unique OwnerID/FileID pair value required. Ask for a new .qwc file with a fresh FileID."
            )
        _stamp(document.owner_id, company_file.FILE_ID, document.file_id, stamp.file_id, quickbooks)
        _stamp(document.owner_id, company_file.APP_LOCK, unlocked, stamp.app_lock, quickbooks)


def is_registered(document: Document, quickbooks: QuickBooks) -> bool:
    """Whether the open company file has the document's FileID under its OwnerID; RegistrationRefused if it is shut."""
    with _company_file(document, quickbooks):
        return company_file.read_stamp(quickbooks, document.owner_id).file_id == document.file_id


def _check_certificate_page(document: Document, transport: Transport) -> None:
    url = document.cert_url or document.app_url
    try:
        status = transport.get(url).status
    except TransportFailure as failure:
        raise RegistrationRefused("QBWC1048", f"The certificate of {url} could not be verified: {failure}") from None
    if status != 200:
        raise RegistrationRefused(
            "QBWC1048",
            f"The certificate of {url} could not be verified: a plain GET was answered {status} and not 200.",
        )


def _check_support_page(document: Document, transport: Transport) -> None:
    try:
        status = transport.get(document.app_support).status
    except TransportFailure as failure:
        raise RegistrationRefused("QBWC1004", f"{document.app_support} could not be reached: {failure}") from None
    if status not in (200, 202):
        raise RegistrationRefused("QBWC1003", f"{document.app_support} was answered {status}, neither 200 nor 202.")


@contextmanager
def _company_file(document: Document, quickbooks: QuickBooks) -> Iterator[None]:
    """The company file that is open in QuickBooks, for as long as the block lasts."""
    try:
        quickbooks.open_connection(document.app_name)
        try:
            quickbooks.begin_session("")
            try:
                yield
            finally:
                quickbooks.end_session()
        finally:
            quickbooks.close_connection()
    except ComError as error:
        raise RegistrationRefused("QBWC1022", f"QuickBooks could not be asked for the FileID: {error}") from None
    except etree.XMLSyntaxError as error:
        raise RegistrationRefused("QBWC1025", f"QuickBooks' answer cannot be read: {error.msg}") from None


def _stamp(owner_id: str, name: str, value: str, present: str | None, quickbooks: QuickBooks) -> None:
    """Write a value, defining it first where there is none. A definition that is there already is fine."""
    if present is None:
        company_file.define(quickbooks, owner_id, name)
        answer = company_file.add_value(quickbooks, owner_id, name, value)
    else:
        answer = company_file.change_value(quickbooks, owner_id, name, value)
    if not answer.is_good:
        raise RegistrationRefused(
            "QBWC1026", f"QuickBooks refused to write {name} (status {answer.code}: {answer.message})."
        )
