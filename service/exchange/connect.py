"""Opens and ends sessions: who may work now, and what the Web Connector is told when not. Sends nothing itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from service.exchange import dispatch, enqueue, report, settle
from service.store import (
    agenda,
    announced_versions,
    companies,
    connections,
    events,
    messages,
    readings,
    requirements,
    sessions,
)
from service.store.companies import Company
from service.store.connections import Connection
from service.store.sessions import Session
from service.store.unit import Work

IDLE_LIMIT = timedelta(hours=4)
"""A query may run long in QuickBooks, so a silent session is alive for hours (reference, web-connector.md 2.9)."""

COUNTED_AT_MOST = 10_000
MOST_CONNECTION_ERRORS = 2

NO_WORK = "none"
NOT_A_USER = "nvu"
BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Opening:
    """What `authenticate` answers: the ticket, and '' or a path to work, or `none`, `nvu` or `busy`."""

    ticket: str
    instruction: str


def new_ticket() -> str:
    """160 random bits: nobody can guess another's session."""
    return secrets.token_hex(20)


def refuse() -> Opening:
    """The answer to a caller who is not a user; the ticket leads nowhere."""
    return Opening(new_ticket(), NOT_A_USER)


def open_session(work: Work, connection: Connection, address: str) -> Opening:
    """Open a session for a connection whose password was right, unless there is nothing to do or another works.

    The version that the Web Connector at that address announced just before belongs to this connection.
    """
    company = companies.by_id(work, connection.company_id)
    # First, as in every other call, the session, and only then the company and what else others may want to change:
    # whoever holds the company's row while it waits for the session's never gets it from one who wants the company's.
    is_free = _clear_the_way(work, company, connection)
    client_version = announced_versions.taken(work, address) or connection.client_version
    connections.change(work, connection.id, last_visit_at=work.now, client_version=client_version)
    companies.change(work, company.id, last_visit_at=work.now)
    if not is_free:
        return Opening(new_ticket(), BUSY)
    settle.give_up_lost_questions(work, company.id)
    enqueue.look_at_new_ones(work, company)
    messages.wake(work, company.id)
    requirements.settle_known(work, company.id)
    if not _has_work(work, company):
        return Opening(new_ticket(), NO_WORK)
    return Opening(_add_session(work, company, connection, address, client_version), company.path_to_open or "")


def close(work: Work, ticket: str) -> str:
    """End a session, as often as it is asked for; the text stands in the Web Connector's status column."""
    session = sessions.by_ticket(work, ticket)
    if session is None:
        return report.NOTHING_TO_SAY
    if session.state != "open":
        return session.outcome or report.NOTHING_TO_SAY
    outcome = report.outcome(session, readings.done_since(work, session.company_id, session.opened_at))
    sessions.end(work, session.id, "closed", outcome)
    if session.state == "open" and session.handed_out and not session.trouble:
        companies.change(work, session.company_id, started_at=None)
    return outcome


def last_trouble(work: Work, ticket: str) -> str:
    """What to tell the person in front of the Web Connector after an empty request or a negative number."""
    session = sessions.by_ticket(work, ticket, lock=False)
    if session is None or (session.state != "open" and not session.trouble):
        return report.UNKNOWN_SESSION
    return session.trouble or report.outcome(session)


def connection_failed(work: Work, ticket: str, hresult: str, message: str) -> str:
    """QuickBooks could not be opened: keep why, and try the file that is open once if a path was given before.

    The answer is `done`, or '' to try again with the file that is open now; its FileID is checked before anything
    is sent. Never more than two rounds.
    """
    session = sessions.by_ticket(work, ticket)
    if session is None or session.state != "open":
        return "done"
    company = companies.by_id(work, session.company_id)
    sentence = report.connection_trouble(company, hresult, message)
    rounds = session.connection_errors + 1
    sessions.change(work, session.id, connection_errors=rounds, trouble=sentence)
    events.add(
        work,
        [
            {
                "actor": "Web Connector",
                "action": "connection error",
                "company_id": company.id,
                "session_id": session.id,
                "note": f"{hresult.strip()[:20]}: {sentence}",
            }
        ],
    )
    if rounds < MOST_CONNECTION_ERRORS and company.path_to_open:
        return ""
    sessions.end(work, session.id, "refused", sentence)
    return "done"


def _clear_the_way(work: Work, company: Company, connection: Connection) -> bool:
    """End a session that was cut off; False if another connection really is at work."""
    other = sessions.open_one(work, company.id)
    if other is None:
        return True
    if other.connection_id == connection.id:
        sessions.end(work, other.id, "replaced", "The Web Connector came again before this visit was over.")
        return True
    if work.now - other.last_call_at > IDLE_LIMIT:
        sessions.end(work, other.id, "expired", "Nothing was heard of this visit for hours.")
        return True
    return False


def _has_work(work: Work, company: Company) -> bool:
    _, stands = agenda.of_company(work, company.id)
    return stands.unanswered or dispatch.something_to_send(work, company, stands)


def _add_session(work: Work, company: Company, connection: Connection, address: str, client_version: str | None) -> str:
    ticket = new_ticket()
    session_id = sessions.add(
        work,
        ticket=ticket,
        company_id=company.id,
        connection_id=connection.id,
        address=address,
        client_version=client_version,
        total=messages.count_ready(work, company.id, COUNTED_AT_MOST),
    )
    events.add(
        work,
        [
            {
                "actor": connection.user_name,
                "action": "authenticate",
                "company_id": company.id,
                "session_id": session_id,
            }
        ],
    )
    return ticket


def living(work: Work, ticket: str) -> Session | None:
    """The open session of a ticket, or None for one that is unknown, ended or replaced."""
    session = sessions.by_ticket(work, ticket)
    return session if session is not None and session.state == "open" else None
