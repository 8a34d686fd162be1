"""Turns one message into the qbXML request that says it. Touches no database and hands nothing out.

What each operation becomes is one table here: which request of the schema, and where its content goes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.operation import Operation
from service.domain.record import Record
from service.domain.refusals import DocumentRefused, Refusal
from service.exchange import references
from service.exchange.references import UNRESOLVED
from service.qbxml import build, raw, schema, versions
from service.qbxml.check import examine
from service.qbxml.complaints import Breach, Complaint, ContentRefused

NEWEST = "16.0"


@dataclass(frozen=True, slots=True)
class Target:
    """QuickBooks' key of the record that a request is about."""

    quickbooks_id: str
    edit_sequence: str


SOMETHING = Target(UNRESOLVED, "0")
"""Stands for a target that is not known yet, so that the rest can be checked."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One request by qbXML's names: `name` such as `CustomerAddRq`, and its content."""

    name: str
    content: Mapping[str, Any]

    @property
    def reads(self) -> bool:
        """Whether it changes nothing in QuickBooks."""
        return schema.request(self.name).verb in ("Query", "Report")


@dataclass(frozen=True, slots=True)
class Edition:
    """What the QuickBooks at the other end understands."""

    version: str = NEWEST
    country: str = "US"
    substitute: bool = False


class NeedsAnotherQuickBooks(Refusal):
    """A request asks for more than the QuickBooks of this session has; another would take it."""

    def __init__(self, name: str, complaints: Sequence[Complaint]) -> None:
        super().__init__(f"{name}: " + "; ".join(str(complaint) for complaint in complaints))
        self.needs = max((one.needs for one in complaints if one.needs), key=versions.number, default=None)
        """The qbXML version that would do, or None where it takes another edition."""


def draft(
    operation: Operation,
    record: Record | None,
    content: Mapping[str, Any],
    *,
    target: Target = SOMETHING,
) -> Draft:
    """The request for a message that is not raw; `content` has its references filled in already, `line` keys or not.

    Raises DocumentRefused when qbXML has no such request.
    """
    assert record is not None
    return plain_draft(operation, record, references.without_line_keys(content), target=target)


def plain_draft(
    operation: Operation, record: Record, content: Mapping[str, Any], *, target: Target = SOMETHING
) -> Draft:
    """As `draft`, of a content that has qbXML's names alone."""
    try:
        name, inside = _SHAPES[operation](record.kind, content, target)
        schema.request(name)
    except (schema.UnknownObject, schema.UnknownRequest) as unknown:
        raise DocumentRefused(str(record), [_why_not(operation, record, unknown)]) from None
    return Draft(name, inside)


def with_external_guid(drafted: Draft, guid: str | None) -> Draft:
    """The same request carrying the message's own GUID, if it is an Add that takes one and has none yet.

    After a loss this is what tells our document from another that looks like it (qbxml.md 10).
    """
    facts = schema.request(drafted.name)
    element = f"{facts.object}Add"
    if guid is None or facts.verb != "Add" or not schema.takes_external_guid(facts.object):
        return drafted
    content = drafted.content[element]
    if "ExternalGUID" in content:
        return drafted
    return Draft(drafted.name, {**drafted.content, element: {**content, "ExternalGUID": guid}})


def read_raw(text: str, edition: Edition = Edition()) -> Draft:
    """The request that a raw message holds as text. Raises DocumentRefused with all that is wrong with it."""
    try:
        given = raw.read_request(text, version=edition.version, country=edition.country, substitute=edition.substitute)
    except ContentRefused as refusal:
        raise DocumentRefused(refusal.name, [str(complaint) for complaint in refusal.complaints]) from None
    except Refusal as refusal:
        raise DocumentRefused("request", [str(refusal)]) from None
    return Draft(given.name, given.content)


def examined(described: str, drafted: Draft, edition: Edition) -> tuple[str, ...]:
    """Check a draft; return a note for each replaced character. Raises DocumentRefused with all complaints."""
    complaints, substitutions = examine(
        drafted.name,
        drafted.content,
        version=edition.version,
        country=edition.country,
        substitute=edition.substitute,
    )
    if complaints:
        raise DocumentRefused(described, [str(complaint) for complaint in complaints])
    return tuple(str(substitution) for substitution in substitutions)


def written(described: str, drafted: Draft, request_id: str, edition: Edition) -> build.Written:
    """The request as text for a session. Raises NeedsAnotherQuickBooks or DocumentRefused."""
    try:
        return build.write(
            drafted.name,
            drafted.content,
            request_id=request_id,
            version=edition.version,
            country=edition.country,
            substitute=edition.substitute,
        )
    except ContentRefused as refusal:
        if all(complaint.kind in (Breach.VERSION, Breach.EDITION) for complaint in refusal.complaints):
            raise NeedsAnotherQuickBooks(described, refusal.complaints) from None
        raise DocumentRefused(described, [str(complaint) for complaint in refusal.complaints]) from None


_Shape = Callable[[str, Mapping[str, Any], Target], tuple[str, Mapping[str, Any]]]


def _add(kind: str, content: Mapping[str, Any], _: Target) -> tuple[str, Mapping[str, Any]]:
    return f"{kind}AddRq", {f"{kind}Add": content}


def _mod(kind: str, content: Mapping[str, Any], target: Target) -> tuple[str, Mapping[str, Any]]:
    keys = {_key(kind): target.quickbooks_id, "EditSequence": target.edit_sequence}
    return f"{kind}ModRq", {f"{kind}Mod": {**content, **keys}}


def _void(kind: str, content: Mapping[str, Any], target: Target) -> tuple[str, Mapping[str, Any]]:
    return "TxnVoidRq", {**content, "TxnVoidType": kind, "TxnID": target.quickbooks_id}


def _delete(kind: str, content: Mapping[str, Any], target: Target) -> tuple[str, Mapping[str, Any]]:
    family = "List" if schema.is_list(kind) else "Txn"
    return f"{family}DelRq", {**content, f"{family}DelType": kind, f"{family}ID": target.quickbooks_id}


def _query(kind: str, content: Mapping[str, Any], target: Target) -> tuple[str, Mapping[str, Any]]:
    return f"{kind}QueryRq", {**content, _key(kind): [target.quickbooks_id]}


def element(operation: Operation, record: Record) -> str:
    """The element of the request in which a message's content stands, or '' where it is the request's own."""
    verb = _VERBS.get(operation)
    return f"{record.kind}{verb}" if verb else ""


_VERBS = {Operation.SAVE: "Add", Operation.ADD: "Add", Operation.MOD: "Mod"}

_SHAPES: dict[Operation, _Shape] = {
    Operation.SAVE: _add,
    Operation.ADD: _add,
    Operation.MOD: _mod,
    Operation.VOID: _void,
    Operation.DELETE: _delete,
    Operation.QUERY: _query,
}


def _key(kind: str) -> str:
    return "ListID" if schema.is_list(kind) else "TxnID"


def _why_not(operation: Operation, record: Record, unknown: Refusal) -> str:
    try:
        schema.object_requests(record.kind)
    except schema.UnknownObject as refusal:
        return str(refusal)
    return f"QuickBooks cannot do '{operation}' with a record of the kind {record.kind} ({unknown})"
