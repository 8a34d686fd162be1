"""Owns which rule answers which kind of request: one table of verbs and objects. It holds no rule itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qwc.company import data_extensions, deletions, host, lookups, queries
from qwc.company.books import Books
from qwc.company.documents import touch_transaction, transaction_row
from qwc.company.lists import add_entry, change_entry
from qwc.company.presentation import entry_answer, transaction_answer
from qwc.company.reader import Node, Request
from qwc.company.references import FAMILIES, entry_of
from qwc.company.refusals import NOTHING_FOUND, OK, Refusal
from qwc.company.schema import Edition
from qwc.company.session import Session
from qwc.company.special_entries import add_special_account, add_special_item
from qwc.company.transaction_kinds import KINDS
from qwc.company.transactions import add_transaction, change_transaction


@dataclass(slots=True)
class Outcome:
    """What one request brought: status, content, counts, and the identity that recovery keeps."""

    code: int = 0
    message: str = OK
    content: Node = field(default_factory=dict)
    counts: dict[str, str] = field(default_factory=dict)
    recovery: dict[str, str] = field(default_factory=dict)


Rule = Callable[[Books, Session, Request], Outcome]


def is_list_kind(schema: Edition, name: str) -> bool:
    """Whether an object is a list entry, by its answer having a ListID."""
    return "ListID" in schema.fields(f"{name}Ret") and name not in KINDS


def rule_for(books: Books, request: Request) -> Rule:
    """The rule that carries out a request; Refusal 1030 where this file has none for it."""
    message = request.message
    special = _SPECIAL.get(message.name)
    if special is not None:
        return special
    if message.object in KINDS:
        return {"Add": _add_transaction, "Mod": _change_transaction, "Query": _query_transactions}[message.verb]
    if message.verb == "Query" and (message.object in FAMILIES or is_list_kind(books.full, message.object)):
        return _query_entries
    if is_list_kind(books.full, message.object):
        return {"Add": _add_entry, "Mod": _change_entry}[message.verb]
    raise Refusal(1030, value=message.name)


def _add_entry(books: Books, _session: Session, request: Request) -> Outcome:
    list_id = add_entry(books, request.message.object, request.node[request.message.name])
    return _entry_outcome(books, list_id, request)


def _change_entry(books: Books, _session: Session, request: Request) -> Outcome:
    list_id = change_entry(books, request.message.object, request.node[request.message.name])
    return _entry_outcome(books, list_id, request)


def _entry_outcome(books: Books, list_id: str, request: Request) -> Outcome:
    row = entry_of(books, list_id)
    assert row is not None
    record = queries.only_named(entry_answer(books, row), request.node.get("IncludeRetElement"))
    recovery = {"ListID": list_id, "EditSequence": row["edit_sequence"], "ExternalGUID": row["external_guid"] or ""}
    return Outcome(content={f"{row['kind']}Ret": record}, recovery=recovery)


def _add_transaction(books: Books, session: Session, request: Request) -> Outcome:
    node = request.node[request.message.name]
    session.check_new_macros(node)
    txn_id = add_transaction(books, request.message.object, node)
    if txn_id is None:
        return Outcome()
    rows = books.storage.rows(
        "SELECT txn_line_id FROM transaction_lines WHERE txn_id = ? AND group_line_id IS NULL ORDER BY position", txn_id
    )
    outcome = _transaction_outcome(books, txn_id, request)
    session.define(node, txn_id, [row["txn_line_id"] for row in rows])
    return outcome


def _change_transaction(books: Books, _session: Session, request: Request) -> Outcome:
    txn_id = change_transaction(books, request.message.object, request.node[request.message.name])
    return _transaction_outcome(books, txn_id, request)


def _transaction_outcome(books: Books, txn_id: str, request: Request) -> Outcome:
    row = transaction_row(books, txn_id)
    record = queries.only_named(transaction_answer(books, row), request.node.get("IncludeRetElement"))
    code, message = books.warning or (0, OK)
    return Outcome(code, message, {f"{row['kind']}Ret": record}, recovery=_transaction_recovery(books, txn_id))


def _transaction_recovery(books: Books, txn_id: str) -> dict[str, str]:
    row = books.storage.row("SELECT * FROM transactions WHERE txn_id = ?", txn_id)
    if row is None:
        return {"TxnID": txn_id}
    return {
        "TxnID": txn_id,
        "TxnNumber": str(row["txn_number"]),
        "EditSequence": row["edit_sequence"],
        "ExternalGUID": row["external_guid"] or "",
    }


def _query_entries(books: Books, session: Session, request: Request) -> Outcome:
    return _from_found(queries.query_entries(books, session, request))


def _query_transactions(books: Books, session: Session, request: Request) -> Outcome:
    return _from_found(queries.query_transactions(books, session, request))


def _query_headers(books: Books, session: Session, request: Request) -> Outcome:
    return _from_found(queries.query_headers(books, session, request))


def _from_found(found: queries.Found) -> Outcome:
    return Outcome(found.code, found.message, found.content, found.counts)


def _one(name: str, read: Callable[[Books, Node], Node]) -> Rule:
    """A query that answers with exactly one object."""

    def rule(books: Books, _session: Session, request: Request) -> Outcome:
        record = queries.only_named(read(books, request.node), request.node.get("IncludeRetElement"))
        return Outcome(content={name: record})

    return rule


def _many(name: str, read: Callable[[Books, Node], list[Any]]) -> Rule:
    """A query that answers with any number of objects, and no pages."""

    def rule(books: Books, _session: Session, request: Request) -> Outcome:
        found = read(books, request.node)
        records = [queries.only_named(record, request.node.get("IncludeRetElement")) for record in found]
        outcome = Outcome(content={name: records})
        if request.attributes.get("metaData", "NoMetaData") != "NoMetaData":
            outcome.counts["retCount"] = str(len(records))
        if request.attributes.get("metaData") == "MetaDataOnly":
            outcome.content = {}
        if not records:
            outcome.code, outcome.message = 1, NOTHING_FOUND
        return outcome

    return rule


def _data(name: str, write: Callable[[Books, Node], Node]) -> Rule:
    """A request about data extensions or their definitions."""

    def rule(books: Books, _session: Session, request: Request) -> Outcome:
        node = request.node.get(request.message.name, request.node)
        written = write(books, node)
        return Outcome(content={name: written} if name else written, recovery={"OwnerID": node["OwnerID"]})

    return rule


def _flat(write: Callable[[Books, Node], Node]) -> Rule:
    """A request that is answered with plain elements."""

    def rule(books: Books, _session: Session, request: Request) -> Outcome:
        written = write(books, request.node)
        recovery = _transaction_recovery(books, written["TxnID"]) if "TxnID" in written else {}
        return Outcome(content=written, recovery=recovery)

    return rule


def _clear_status(books: Books, _session: Session, request: Request) -> Outcome:
    row = transaction_row(books, request.node["ClearedStatusMod"]["TxnID"])
    touch_transaction(books, row["txn_id"])
    return Outcome()


def _no_window(_books: Books, _session: Session, _request: Request) -> Outcome:
    raise Refusal(3300)


def _special_account(books: Books, _session: Session, request: Request) -> Outcome:
    return _entry_outcome(books, add_special_account(books, request.node["SpecialAccountAdd"]), request)


def _special_item(books: Books, _session: Session, request: Request) -> Outcome:
    return _entry_outcome(books, add_special_item(books, request.node["SpecialItemAdd"]), request)


_SPECIAL: dict[str, Rule] = {
    "HostQuery": _one("HostRet", host.host),
    "CompanyQuery": _one("CompanyRet", lambda books, node: host.company(books, node.get("OwnerID"))),
    "PreferencesQuery": _one("PreferencesRet", lambda books, _node: host.preferences(books)),
    "TransactionQuery": _query_headers,
    "DataExtDefAdd": _data("DataExtDefRet", data_extensions.add_definition),
    "DataExtDefMod": _data("DataExtDefRet", data_extensions.change_definition),
    "DataExtDefDel": _data("", data_extensions.delete_definition),
    "DataExtDefQuery": _many("DataExtDefRet", data_extensions.definitions),
    "DataExtAdd": _data("DataExtRet", data_extensions.add_value),
    "DataExtMod": _data("DataExtRet", data_extensions.change_value),
    "DataExtDel": _data("DataExtDelRet", data_extensions.delete_value),
    "ListDel": _flat(deletions.delete_entry),
    "ListMerge": _flat(deletions.merge_entries),
    "TxnDel": _flat(deletions.delete_transaction),
    "TxnVoid": _flat(deletions.void_transaction),
    "ListDeletedQuery": _many("ListDeletedRet", lambda books, node: deletions.query_deleted(books, "list", node)),
    "TxnDeletedQuery": _many("TxnDeletedRet", lambda books, node: deletions.query_deleted(books, "transaction", node)),
    "ClearedStatusMod": _clear_status,
    "ListDisplayAdd": _no_window,
    "ListDisplayMod": _no_window,
    "TxnDisplayAdd": _no_window,
    "TxnDisplayMod": _no_window,
    "SpecialAccountAdd": _special_account,
    "SpecialItemAdd": _special_item,
    "ReceivePaymentToDepositQuery": _many("ReceivePaymentToDepositRet", lookups.payments_to_deposit),
    "BillToPayQuery": _many("BillToPayRet", lookups.bills_to_pay),
    "ItemAssembliesCanBuildQuery": _many("ItemAssembliesCanBuildRet", lookups.assemblies_can_build),
}
