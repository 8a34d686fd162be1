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


def _some(table: Table, condition: str) -> ColumnElement[bool]:
    """Whether the company has a row that fulfills a condition, a literal for its partial index.

    In the order of that index: for a plain EXISTS, SQLite takes any that begins with the company, and reads all of it.
    """
    found = select(table.c.id).where(_of(table), text(condition))
    return found.order_by(table.c.id).limit(1).scalar_subquery().is_not(None)


def _only(table: Table, *conditions: Any) -> ColumnElement[bool]:
    """Whether there is a row that fulfills conditions, for which only one index will do."""
    return exists(select(table.c.id).where(*conditions))


def _of(table: Table) -> ColumnElement[bool]:
    return table.c.company_id == bindparam("company_id")


_outstanding = text("message_sets.state = 'handed_out'")
_unanswered = text("message_sets.purpose = 'write' AND message_sets.state IN ('handed_out', 'unknown')")
_pending = text("messages.status = 'pending'")
_of_company = Prepared(
    select(
        *columns_of(companies, Company),
        _only(message_sets, message_sets.c.session_id == bindparam("session_id"), _outstanding),
        _only(message_sets, _of(message_sets), _unanswered),
        _some(identities, "identities.unchecked"),
        _some(messages, "messages.status = 'pending' AND messages.waits_for IS NULL"),
        _only(messages, _of(messages), _pending, messages.c.not_before <= bindparam("now", type_=Moment)),
        _some(messages, "messages.to_read IS NOT NULL"),
        _only(readings, _of(readings), text("readings.closed_at IS NULL")),
    ).where(companies.c.id == bindparam("company_id"))
)
