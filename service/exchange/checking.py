"""Whether qbXML can say a document, for the QuickBooks of its company. Touches no database, so a door can ask early."""

from __future__ import annotations

from typing import NamedTuple

from service.domain.record import Record
from service.domain.refusals import DocumentRefused
from service.exchange import references, request
from service.exchange.document import Document
from service.exchange.request import Edition
from service.store.companies import Company


class Checked(NamedTuple):
    """A document that qbXML can say, with the records it refers to."""

    document: Document
    references: frozenset[Record]
    reads: bool
    notes: tuple[str, ...]


class LookedAt(NamedTuple):
    """A document for a company: either it was checked, or it is refused."""

    company: Company
    document: Document
    checked: Checked | None
    refusal: DocumentRefused | None


def look_at(document: Document, company: Company) -> LookedAt:
    """Check a document; what it is refused for is kept."""
    try:
        return LookedAt(company, document, check(document, company), None)
    except DocumentRefused as refusal:
        return LookedAt(company, document, None, refusal)


def look_again(looked: LookedAt, company: Company) -> LookedAt:
    """The same, once the company was read anew: somebody may have given it another country since."""
    if _edition(company) != _edition(looked.company):
        return look_at(looked.document, company)
    return looked._replace(company=company)


def check(document: Document, company: Company) -> Checked:
    """Check that qbXML can say a document, for the company's country. Raises DocumentRefused with all complaints."""
    edition = _edition(company)
    if document.request is not None:
        drafted = request.read_raw(document.request, edition)
        notes = request.examined(str(document.record or document.operation), drafted, edition)
        return Checked(document, frozenset(), drafted.reads, notes)
    assert document.record is not None
    element = request.element(document.operation, document.record)
    found = references.looked_through(document.content, document.text, document.record, element)
    complaints = list(found.complaints)
    try:
        drafted = request.plain_draft(document.operation, document.record, found.plain)
        notes = request.examined(str(document.record), drafted, edition)
    except DocumentRefused as refusal:
        complaints += refusal.complaints
    if complaints:
        raise DocumentRefused(str(document.record), complaints)
    return Checked(document, found.records, drafted.reads, notes)


def _edition(company: Company) -> Edition:
    return Edition(country=company.country, substitute=company.substitute_characters)
