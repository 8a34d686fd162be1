"""What a company has to be asked or told besides the messages whose turn it is, in one look. Changes nothing.

Mostly there is none of it, and every call of the Web Connector would look for each in turn.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, exists, select, text

from service.store.account_tables import companies
from service.store.columns import Moment
from service.store.companies import Company
from service.store.prepared import Prepared
from service.store.rows import columns_of
from service.store.tables import identities, message_sets, messages, readings
from service.store.unit import Work


class Agenda(NamedTuple):
    """Whether there is any of each; what it is, and whether it still is there, says the module that owns it."""

    outstanding: bool
    """A set that this session handed out and has no answer to yet."""
    unanswered: bool
    """A set of writes whose outcome is not known."""
    unchecked: bool
    """Identities to look for after a restore."""
    unseen: bool
    """Messages that came in by SQL and that nobody has looked at yet."""
    due: bool
    """Messages whose time has come."""
    to_read: bool
    """Messages before which something has to be read."""
    reading: bool
    """A reading of lists that is not over, or whose lists nobody has decided about."""


def of_company(work: Work, company_id: int, session_id: int | None = None) -> tuple[Company, Agenda]:
    """A company as it stands, and its agenda; without a session nothing is `outstanding`."""
    given = {"company_id": company_id, "session_id": session_id, "now": work.now}
    row = _of_company.execute(work.connection, given).first()
    assert row is not None
    return Company._make(row[:_WIDTH]), Agenda._make(row[_WIDTH:])


_WIDTH = len(Company._fields)


def _any(table: Table, *conditions: Any) -> ColumnElement[bool]:
    return exists(select(table.c.id).where(*conditions))


def _of_it(table: Table, condition: str) -> ColumnElement[bool]:
    """Whether the company has a row that fulfills a condition, a literal for its partial index."""
    return _any(table, table.c.company_id == bindparam("company_id"), text(condition))


_of_company = Prepared(
    select(
        *columns_of(companies, Company),
        _any(
            message_sets,
            message_sets.c.session_id == bindparam("session_id"),
            text("message_sets.state = 'handed_out'"),
        ).label("outstanding"),
        _of_it(
            message_sets, "message_sets.purpose = 'write' AND message_sets.state IN ('handed_out', 'unknown')"
        ).label("unanswered"),
        _of_it(identities, "identities.unchecked").label("unchecked"),
        _of_it(messages, "messages.status = 'pending' AND messages.waits_for IS NULL").label("unseen"),
        _any(
            messages,
            messages.c.company_id == bindparam("company_id"),
            text("messages.status = 'pending'"),
            messages.c.not_before <= bindparam("now", type_=Moment),
        ).label("due"),
        _of_it(messages, "messages.to_read IS NOT NULL").label("to_read"),
        _of_it(readings, "readings.closed_at IS NULL").label("reading"),
    ).where(companies.c.id == bindparam("company_id"))
)
