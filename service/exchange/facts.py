"""Gathers what is known about a message, for the blanks of the catalogue's sentences. Decides and changes nothing.

One table says where each blank's fact comes from. Only those are gathered that a sentence has blanks for, so that a
message of which nothing is said costs no statement. What is not known is left out: the catalogue words around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from service import catalogue
from service.catalogue import Entry
from service.catalogue.nouns import noun_for, plain_field
from service.catalogue.wording import clean_fact
from service.domain.refusals import Refusal
from service.exchange import document, request
from service.qbxml import versions
from service.store import companies, identities, messages, requirements
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

PARTIES = ("CustomerRef", "VendorRef", "PayeeEntityRef", "EntityRef")
"""The references that name whom a document is for."""

NAMED_PARTIES = ("Customer", "Vendor", "Employee", "OtherName")
"""The kinds of records that are somebody themselves."""

NOT_FOUND = ("3120", "3130", "3140")
NAME_TAKEN = "3100"
TOO_LONG = "3070"


def of_message(work: Work, message: Message, entry: Entry) -> Mapping[str, str]:
    """The facts that fill the blanks of an entry's sentences for a message, by the blanks' names."""
    gathered = {blank: gather(work, message, entry) for blank, gather in _GATHERED.items() if blank in _blanks(entry)}
    told = {blank: fact for blank, fact in gathered.items() if fact}
    return {"document": spoken(message), **told}


def of_company(company: Company) -> Mapping[str, str]:
    """The facts about the host and the company file, as far as they are known."""
    known = {"pc": _pc(company), "company_file": _company_file(company)}
    return {blank: fact for blank, fact in known.items() if fact}


def of_version(qbxml_version: str | None) -> Mapping[str, str]:
    """The QuickBooks that first had a version of qbXML; nothing where another edition and not a version is needed."""
    year = versions.quickbooks_year(qbxml_version) if qbxml_version is not None else None
    return {"version": f"QuickBooks {year} or later"} if year is not None else {}


def spoken(message: Message) -> str:
    """What people call the document of a message: `invoice 10248`."""
    return spoken_record(message.record) if message.record is not None else message.document


def spoken_record(record: str) -> str:
    """What people call a record: `customer C-1042`."""
    kind, _, key = record.partition(":")
    return f"{noun_for(kind).noun} {key}"


def _blanks(entry: Entry) -> frozenset[str]:
    return entry.happened.blanks() | entry.to_do.blanks()


def _pc(company: Company) -> str | None:
    return company.pc


def _company_file(company: Company) -> str | None:
    return company.company_file_path or company.path_to_open


def _of_its_company(fact: Callable[[Company], str | None]) -> _Gather:
    return lambda work, message, _: fact(companies.by_id(work, message.company_id))


def _customer(work: Work, message: Message, _: Entry) -> str | None:
    """Whom it is for: the record itself, or the first one that the content names, on the outside before the inside."""
    content = _content(message)
    if message.record is not None and message.record.partition(":")[0] in NAMED_PARTIES:
        return _text(content.get("Name")) or _known_name(work, message, message.record)
    for reference in (value for name, value in _elements(content) if name in PARTIES and isinstance(value, Mapping)):
        named = _text(reference.get("FullName")) or _known_name(work, message, _text(reference.get("record")))
        if named is not None:
            return named
    return None


def _known_name(work: Work, message: Message, record: str | None) -> str | None:
    identity = identities.of_record(work, message.company_id, record) if record is not None else None
    return identity.quickbooks_number if identity is not None else None


def _waits_for(work: Work, message: Message, entry: Entry) -> str | None:
    """The record that brings what QuickBooks did not find, or one that the message requires and that is not there."""
    if entry.code not in NOT_FOUND:
        return None
    name = _told(entry).get("name")
    bringing = messages.bringing_name(work, message.company_id, name, message.id) if name else None
    if bringing is not None and bringing != message.record:
        return spoken_record(bringing)
    required = (record for record, _ in requirements.unsettled(work, message.id) if record is not None)
    return next((spoken_record(record) for record in required), None)


def _name(_: Work, message: Message, entry: Entry) -> str | None:
    """The name that is taken is the message's own, where QuickBooks does not repeat it."""
    return _text(_content(message).get("Name")) if entry.code == NAME_TAKEN and "name" not in _told(entry) else None


def _length(_: Work, message: Message, entry: Entry) -> str | None:
    """How long the text is that is too long. QuickBooks may quote it cut, so it is counted in the content."""
    told = _told(entry)
    if entry.code != TOO_LONG or "field" not in told:
        return None
    quoted = told.get("value", "").rstrip("…")
    texts = [
        value
        for name, value in _elements(_content(message))
        if plain_field(name) == told["field"] and isinstance(value, str) and clean_fact(value).startswith(quoted)
    ]
    return str(max(map(len, texts))) if texts else None


def _told(entry: Entry) -> Mapping[str, str]:
    return catalogue.message_facts(entry.message, entry.carries)


def _content(message: Message) -> Mapping[str, Any]:
    """What the message says by qbXML's names; of a raw request, what stands inside its Add or Mod."""
    if message.content is not None:
        return document.parse_line(message.content)
    if message.request is None:
        return {}
    try:
        content = request.read_raw(message.request).content
    except Refusal:
        return {}
    inside = [value for value in content.values() if isinstance(value, Mapping)]
    return inside[0] if len(inside) == 1 else content


def _elements(content: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """All elements of a content by their names: those of one level before those inside them."""
    level = list(content.items())
    while level:
        yield from level
        level = [element for _, value in level for element in _inside(value)]


def _inside(value: object) -> Iterator[tuple[str, Any]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield from one.items()


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


_Gather = Callable[[Work, Message, Entry], str | None]

_GATHERED: Mapping[str, _Gather] = {
    "customer": _customer,
    "waits_for": _waits_for,
    "name": _name,
    "length": _length,
    "pc": _of_its_company(_pc),
    "company_file": _of_its_company(_company_file),
}
"""Where the fact for a blank comes from."""
