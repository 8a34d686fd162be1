"""Confirms that QuickBooks has the right company file open before anything is sent to it. Never corrects a pin.

The proof is the FileID that the Web Connector left in the file when the `.qwc` was added (web-connector.md 3): it
must be one that was issued for this company. The company's name is compared as well, because a copy of a file carries
the same FileID.
"""

from __future__ import annotations

from service.domain.announcement import Announcement
from service.exchange import announce
from service.qbxml import versions
from service.qbxml.host import HostFacts, read_host
from service.store import companies, connections, events, sessions
from service.store.companies import Company
from service.store.sessions import Session
from service.store.unit import Work

NOTHING_SEEN = {"seen_company_name": None, "seen_file_id": None, "seen_path": None}
"""The columns of a company whose last visit was not stopped."""


def confirm(
    work: Work,
    session: Session,
    company: Company,
    host_response: str,
    path: str,
    country: str,
    version: tuple[int, int],
) -> str | None:
    """Compare what the first call of a session says with what is pinned; pin it if nothing is.

    Returns None when the file is the right one, else the sentence that says why nothing was sent.
    """
    facts = read_host(host_response)
    if facts is None:
        return _stop(work, session, company, _unreadable(company), HostFacts(), path)
    objection = _objection(work, company, facts, path)
    if objection is not None:
        return _stop(work, session, company, objection, facts, path)
    agreed = versions.agree(facts.country or country, version[0], version[1], facts.supported_versions)
    _remember(work, session, company, facts, path, agreed)
    return None


def _objection(work: Work, company: Company, facts: HostFacts, path: str) -> str | None:
    issued = connections.of_company(work, company.id)
    here = facts.company_name or path
    found = {file_id.upper() for connection in issued if (file_id := facts.file_id(connection.owner_id))}
    if not found:
        return (
            f"The company file that is open, {here} ({path}), does not carry the mark of this connection, so nothing "
            f"was sent to it. Open {company.pinned_company_name or 'the company file of ' + company.name}, or add "
            "this connection's .qwc in the Web Connector while the right file is open."
        )
    if not found & {connection.file_id.upper() for connection in issued}:
        return (
            f"The company file that is open, {here} ({path}), belongs to another connection, so nothing was sent to "
            f"it. Open {company.pinned_company_name or 'the company file of ' + company.name}."
        )
    if company.pinned_company_name is not None and facts.company_name != company.pinned_company_name:
        return (
            f"The company file that is open is {here} ({path}), but {company.name} belongs to "
            f"{company.pinned_company_name} ({company.company_file_path}). Nothing was sent. Open that file, or have "
            "an administrator confirm the new name with `deskpost company confirm`."
        )
    return None


def _remember(work: Work, session: Session, company: Company, facts: HostFacts, path: str, agreed: str) -> None:
    connection = next(one for one in connections.of_company(work, company.id) if one.id == session.connection_id)
    file_id = facts.file_id(connection.owner_id) or connection.file_id
    country = facts.country or company.country
    companies.change(
        work,
        company.id,
        pinned_file_id=file_id,
        pinned_company_name=company.pinned_company_name or facts.company_name,
        company_file_path=path,
        pc=facts.pc_name or company.pc,
        product_name=facts.product_name or company.product_name,
        qbxml_version=agreed,
        country=country,
        file_mode=facts.file_mode or None,
        mismatch=None,
        **NOTHING_SEEN,
    )
    connections.change(work, connection.id, pc=facts.pc_name or connection.pc)
    sessions.change(
        work,
        session.id,
        confirmed=True,
        company_file_path=path,
        country=country,
        qbxml_version=agreed,
        trouble=None,
    )
    if company.pinned_file_id is None:
        _note(work, session, "pin company file", f"{facts.company_name} ({path})")


def _stop(work: Work, session: Session, company: Company, sentence: str, facts: HostFacts, path: str) -> str:
    """Keep why the visit was stopped, and which file it saw: a person may confirm that it is the same one."""
    found = [facts.file_id(connection.owner_id) for connection in connections.of_company(work, company.id)]
    companies.change(
        work,
        company.id,
        mismatch=sentence,
        seen_company_name=facts.company_name or None,
        seen_file_id=next(filter(None, found), None),
        seen_path=path or None,
    )
    _note(work, session, "refuse company file", sentence)
    if sentence != company.mismatch:
        announce.of_company(work, company.id, company.name, Announcement.FILE_MISMATCH, sentence)
    return sentence


def _unreadable(company: Company) -> str:
    return (
        "QuickBooks did not say which company file is open, so nothing was sent. Close the dialogs in QuickBooks, open "
        f"{company.pinned_company_name or 'the company file of ' + company.name}, and press Update Selected again."
    )


def _note(work: Work, session: Session, action: str, note: str) -> None:
    events.add(
        work,
        [
            {
                "actor": "Web Connector",
                "action": action,
                "company_id": session.company_id,
                "session_id": session.id,
                "note": note,
            }
        ],
    )
