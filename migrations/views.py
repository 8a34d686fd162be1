"""The views for people who look at the queue with SQL, made anew after every upgrade. The service never reads them.

Their words are the program's own (`service.domain.status`), so they can say nothing that the documents do not say.
They are dropped before the steps run, because SQLite cannot rebuild a table that a view looks at.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, text

from service.domain.status import MEANINGS, MOVES, NEEDS_A_PERSON, Status


def drop_views(connection: Connection) -> None:
    """Take the views away, whichever of them are there."""
    for name in VIEWS:
        connection.execute(text(f"DROP VIEW IF EXISTS {name}"))


def create_views(connection: Connection) -> None:
    """Make the views. The tables they look at are those of the newest step."""
    for name, query in VIEWS.items():
        connection.execute(text(f"CREATE VIEW {name} AS {query}".replace(":", r"\:")))


def _in_words(column: str, words: Mapping[str, str]) -> str:
    """A CASE that says in words what a column holds, or what it holds where there are none for it."""
    cases = " ".join(
        f"WHEN '{value}' THEN '{meaning.replace(chr(39), chr(39) * 2)}'" for value, meaning in words.items()
    )
    return f"CASE {column} {cases} ELSE {column} END"


_DOCUMENT = "COALESCE(m.record, m.operation || ' request')"
_OPEN = "status NOT IN ('synchronized', 'superseded', 'skipped', 'manually_entered')"
"""As the partial index `ix_messages_attention` has it, so that a view costs the same with a million messages done."""

_COUNTED = (Status.PENDING, Status.IN_FLIGHT, Status.IN_DOUBT, Status.FAILED, Status.MANUAL_ENTRY)
_TO_BE_SEEN_TO = (*NEEDS_A_PERSON, Status.MANUAL_ENTRY)

_OVERVIEW = f"""
SELECT company,
       CASE WHEN mismatch IS NOT NULL THEN 'stopped: ' || mismatch
            WHEN in_doubt + failed + manual_entry > 0 THEN (in_doubt + failed + manual_entry) || ' to be seen to'
            WHEN in_flight > 0 THEN in_flight || ' handed out, QuickBooks has not answered yet'
            WHEN pending > 0 THEN pending || ' to be sent when the Web Connector comes'
            ELSE 'nothing to do' END AS state,
       {", ".join(_COUNTED)}, waiting_for_others, oldest_pending_at, last_visit_at, pc, company_file_path
  FROM (SELECT c.name AS company, c.mismatch AS mismatch, c.last_visit_at AS last_visit_at, c.pc AS pc,
               c.company_file_path AS company_file_path,
               {", ".join(f"COALESCE(o.{status}, 0) AS {status}" for status in _COUNTED)},
               COALESCE(o.waiting_for_others, 0) AS waiting_for_others, o.oldest_pending_at AS oldest_pending_at
          FROM companies c
          LEFT JOIN (SELECT company_id,
                            {", ".join(f"COUNT(CASE status WHEN '{one}' THEN 1 END) AS {one}" for one in _COUNTED)},
                            COUNT(CASE WHEN status = 'pending' AND waits_for > 0 THEN 1 END) AS waiting_for_others,
                            MIN(CASE status WHEN 'pending' THEN created_at END) AS oldest_pending_at
                       FROM messages
                      WHERE {_OPEN}
                      GROUP BY company_id) o ON o.company_id = c.id) counted
"""

_ATTENTION = f"""
SELECT c.name AS company, m.id AS message_id, {_DOCUMENT} AS document, m.operation AS operation, m.status AS status,
       {_in_words("m.status", {status: MEANINGS[status] for status in _TO_BE_SEEN_TO})} AS status_in_words,
       m.what_happened AS what_happened, m.what_to_do AS what_to_do, m.quickbooks_said AS quickbooks_said,
       m.status_code AS status_code,
       (SELECT COUNT(*) FROM requirements r
         WHERE NOT r.settled AND r.company_id = m.company_id AND r.record = m.record) AS others_wait_for_it,
       m.attempts AS attempts, m.enqueued_by AS enqueued_by, m.created_at AS enqueued_at, m.changed_at AS since
  FROM messages m JOIN companies c ON c.id = m.company_id
 WHERE m.{_OPEN} AND m.status IN ({", ".join(f"'{status}'" for status in _TO_BE_SEEN_TO)})
"""

_HISTORY = f"""
SELECT e.at AS at, c.name AS company, e.message_id AS message_id, {_DOCUMENT} AS document, e.actor AS who,
       {_in_words("e.action", {name: move.sentence for name, move in MOVES.items()})} AS what,
       e.from_status AS from_status, e.to_status AS to_status, e.status_code AS status_code, e.note AS note,
       m.quickbooks_number AS quickbooks_number, m.quickbooks_id AS quickbooks_id, e.session_id AS session_id
  FROM events e JOIN messages m ON m.id = e.message_id JOIN companies c ON c.id = m.company_id
"""

VIEWS: Mapping[str, str] = {
    "queue_overview": _OVERVIEW,
    "queue_attention": _ATTENTION,
    "queue_history": _HISTORY,
}
"""The query of every view: a row for each company, for each message that a person has to see to, for each event."""
