"""The sentences that people read in the Web Connector's status column. Plain ASCII, short, with what to do in them."""

from __future__ import annotations

from collections.abc import Sequence

from service import catalogue
from service.catalogue import Entry
from service.exchange import facts
from service.store.companies import Company
from service.store.sessions import Session

NOTHING_TO_SAY = "Nothing to synchronize."
UNKNOWN_SESSION = "This visit is over. Press Update Selected to begin a new one."
TRY_AGAIN = "Deskpost could not finish this step. Nothing is lost: press Update Selected again."
CHECKED_FIRST = (
    "QuickBooks' answer did not arrive whole. Nothing is lost and nothing is posted twice: "
    "the next visit checks first what QuickBooks has."
)


def outcome(session: Session, read: Sequence[str] = ()) -> str:
    """What a visit came to: `12 synchronized, 1 needs attention: see the Synchronize page`.

    `read` names the lists that were read to their end in it.
    """
    if session.trouble and not session.synchronized and not session.failed:
        return session.trouble
    if not any((session.handed_out, session.synchronized, session.failed, session.released, session.doubted)):
        return f"Read from QuickBooks: {', '.join(read)}." if read else NOTHING_TO_SAY
    attention = session.failed + session.doubted
    parts = [f"{session.synchronized} synchronized"]
    if attention:
        parts.append(f"{attention} {'needs' if attention == 1 else 'need'} attention")
    if session.released:
        parts.append(f"{session.released} to be sent again later")
    told = ", ".join(parts)
    return f"{told}: see the Synchronize page." if attention else f"{told}."


def connection_trouble(company: Company, hresult: str, message: str) -> str:
    """Why QuickBooks could not be opened and what to do, with QuickBooks' own words when the code says little."""
    return trouble(company, catalogue.entry(hresult, scope="connection", message=message))


def trouble(company: Company, entry: Entry) -> str:
    """What happened and what to do about it, where a visit cannot go on: with the PC and the company file by name."""
    told = catalogue.explain(entry, facts.of_company(company))
    return f"{told.what_happened} {told.what_to_do}"
