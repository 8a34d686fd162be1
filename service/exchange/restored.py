"""Looks for what was learned after a backup that was restored, before anything of it is used again.

Everything that was written after the backup was made is gone, or is again as it was then. QuickBooks is asked by id,
in sets that only read; until the last answer nothing is written. What is gone is forgotten, and its record says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service import catalogue
from service.domain.refusals import Refusal
from service.exchange import frozen, moves, report, request
from service.exchange.arrival import Arrival
from service.exchange.forget import forget
from service.exchange.request import Draft, Edition
from service.qbxml import build, schema
from service.qbxml.read import Response
from service.store import events, message_sets, unchecked, waiting
from service.store.after_restore import CHECKED
from service.store.companies import Company
from service.store.identities import Identity
from service.store.message_sets import MessageSet
from service.store.sessions import Session
from service.store.unit import Work

AT_ONCE = 100
"""Entries that one set asks for: some hundred KB of answer."""

GONE = "it is gone in QuickBooks since a backup was restored, so it has to be saved again"
CHANGED = "QuickBooks has it as it was when the backup was made, so what came later has to be saved again"
CANNOT_BE_ASKED = "QuickBooks has no way to look for it, so it counts as still there after a backup was restored"


def hand_out(work: Work, session: Session, company: Company, edition: Edition) -> str | None:
    """The next set of questions, kept as handed out; None when nothing is left to look for."""
    while wanted := unchecked.some(work, company.id, AT_ONCE):
        texts = _questions(work, session.id, wanted, edition)
        if texts:
            text = build.message_set(texts, version=edition.version, country=edition.country)
            message_sets.add(
                work,
                company_id=company.id,
                session_id=session.id,
                purpose="prepare",
                qbxml_version=edition.version,
                request=text,
                size=len(wanted),
                checks_identities=True,
            )
            return text.decode("ascii")
    return None


def receive(work: Work, company: Company, asked: MessageSet, arrival: Arrival) -> str | None:
    """Take the answers; returns the trouble if the session cannot go on, and then the next one asks again."""
    text, _ = message_sets.texts(work, asked.id)
    message_sets.answer(
        work, asked.id, "answered", answer=arrival.text, hresult=arrival.hresult, message=arrival.message
    )
    if arrival.hresult:
        return report.trouble(company, catalogue.entry(arrival.hresult, request="QueryRq", message=arrival.message))
    responses = {one.request_id: one for one in arrival.answer.responses} if arrival.answer is not None else {}
    gone: list[Identity] = []
    for number, draft in frozen.requests_in(text).items():
        response = responses.get(number)
        if response is None:
            return report.CHECKED_FIRST
        if not 0 <= response.status_code < 1000:
            return report.trouble(
                company, catalogue.entry(response.status_code, request=draft.name, message=response.message)
            )
        gone += _compared(work, asked, draft, response)
    forget(work, company.id, [identity.record for identity in gone])
    _note(work, asked.session_id, gone, GONE)
    return None


def _questions(work: Work, session_id: int, wanted: Sequence[Identity], edition: Edition) -> list[str]:
    """One query for each kind of record among some identities; what cannot be asked for counts as there."""
    kinds: dict[str, list[Identity]] = {}
    for identity in wanted:
        kinds.setdefault(identity.record.partition(":")[0], []).append(identity)
    texts: list[str] = []
    for kind, some in kinds.items():
        try:
            draft = Draft(f"{kind}QueryRq", {_key(kind): [identity.quickbooks_id for identity in some]})
            texts.append(request.written(kind, draft, kind, edition).text)
        except Refusal:
            for identity in some:
                unchecked.keep(work, identity, None)
            _note(work, session_id, some, CANNOT_BE_ASKED)
    return texts


def _compared(work: Work, asked_in: MessageSet, draft: Draft, response: Response) -> list[Identity]:
    """Keep the identities whose entries are there; returns the others."""
    kind = draft.name.removesuffix("QueryRq")
    ids = draft.content[_key(kind)]
    asked = {str(one) for one in (ids if isinstance(ids, list) else [ids])}
    entries = {str(ret.content.get(_key(kind))): ret.content for ret in response.rets}
    mine = [
        one
        for one in unchecked.some(work, asked_in.company_id, AT_ONCE)
        if one.record.partition(":")[0] == kind and one.quickbooks_id in asked
    ]
    gone, older = [], []
    for identity in mine:
        entry = entries.get(identity.quickbooks_id)
        if entry is None or not _is_ours(identity, entry):
            gone.append(identity)
            continue
        sequence = str(entry.get("EditSequence") or "") or None
        if sequence is not None and identity.edit_sequence not in (None, sequence):
            older.append(identity)
        unchecked.keep(work, identity, sequence)
    _note(work, asked_in.session_id, older, CHANGED)
    return gone


def _is_ours(identity: Identity, entry: Mapping[str, Any]) -> bool:
    """Another entry may have got the same id since; only the ExternalGUID tells them apart."""
    theirs = str(entry.get("ExternalGUID") or "").upper()
    return not theirs or not identity.external_guid or theirs == identity.external_guid.upper()


def _note(work: Work, session_id: int, some: Sequence[Identity], note: str) -> None:
    """Write it into the history of each record: with its newest message."""
    if not some:
        return
    newest = waiting.newest(work, some[0].company_id, {identity.record for identity in some})
    events.add(
        work,
        [
            {
                "actor": moves.SERVICE,
                "action": CHECKED,
                "company_id": identity.company_id,
                "session_id": session_id,
                "message_id": newest[identity.record].id if identity.record in newest else identity.message_id,
                "note": f"{identity.record}: {note}",
            }
            for identity in some
        ],
    )


def _key(kind: str) -> str:
    return "ListID" if schema.is_list(kind) else "TxnID"
