"""The Web Connector's operations, carried out by the exchange: opens the units of work, and knows no SOAP.

Each answer is committed before it is given. An exception of ours never leaves as a SOAP fault: the door answers it in
the protocol, and what was handed out stays unanswered until the next visit recovers it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from importlib.metadata import version

import structlog

from service.exchange import arrival, connect, dispatch, passwords, report, settle, sign_in
from service.exchange.dispatch import Visit
from service.exchange.sign_in import Tried
from service.store import announced_versions, connections
from service.store.unit import Conflict, Store, StoreUnavailable, Work

log = structlog.get_logger("deskpost.soap")

_CLIENT_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,3}")


class ExchangeCalls:
    """`service.soap.calls.Calls` on one store; as many threads at once as like."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def server_version(self) -> str:
        return f"Deskpost {version('deskpost')}"

    def client_version(self, version: str, address: str) -> str:
        """Every version is welcome: a warning would block an unattended PC (web-connector.md 2.1).

        It is kept to be shown, if it looks like one, and a database that takes nothing now stops no visit.
        """
        announced = version.strip()
        if address and _CLIENT_VERSION.fullmatch(announced):
            with suppress(StoreUnavailable, Conflict), self._store.writing() as work:
                announced_versions.note(work, address, announced)
        return ""

    def authenticate(self, user_name: str, password: str, address: str) -> list[str]:
        with self._store.reading() as work:
            too_soon = sign_in.must_wait(work, user_name, address)
            connection = None if too_soon else connections.by_user_name(work, user_name)
        right = passwords.verified(password, connection.password_hash if connection else None)
        try:
            with self._store.writing() as work:
                opening = self._opening(work, connection, right=right, too_soon=too_soon, who=(user_name, address))
        except Conflict:
            # Another connection opened its session in the same instant, and the database let only one in.
            opening = connect.Opening(connect.new_ticket(), connect.BUSY)
        return [opening.ticket, opening.instruction]

    def send_request_xml(
        self, ticket: str, host_response: str, company_file_name: str, country: str, major: int, minor: int
    ) -> str:
        visit = Visit(host_response, company_file_name, country, (major, minor))
        with self._store.writing() as work:
            session = connect.living(work, ticket)
            return dispatch.next_request(work, session, visit) if session is not None else ""

    def receive_response_xml(self, ticket: str, response: str, hresult: str, message: str) -> int:
        arrived = arrival.read(response, hresult, message)
        try:
            with self._store.writing() as work:
                session = connect.living(work, ticket)
                return settle.receive(work, session, arrived) if session is not None else settle.STOP
        except StoreUnavailable as failure:
            # Nothing was kept, so the set stays unanswered and the next visit asks QuickBooks what became of it.
            log.warning("answer not kept", reason=str(failure))
            return settle.STOP

    def connection_error(self, ticket: str, hresult: str, message: str) -> str:
        with self._store.writing() as work:
            return connect.connection_failed(work, ticket, hresult, message)

    def get_last_error(self, ticket: str) -> str:
        try:
            with self._store.reading() as work:
                return connect.last_trouble(work, ticket)
        except StoreUnavailable:
            return report.TRY_AGAIN

    def close_connection(self, ticket: str) -> str:
        with self._store.writing() as work:
            return connect.close(work, ticket)

    def get_interactive_url(self, ticket: str, session_id: str) -> str:
        """Interactive mode is never asked for; these three answer safely if a client comes all the same."""
        return ""

    def interactive_done(self, ticket: str) -> str:
        return "DONE"

    def interactive_rejected(self, ticket: str, reason: str) -> str:
        return "Deskpost did not ask for anything to be done by hand."

    def _opening(
        self,
        work: Work,
        connection: connections.Connection | None,
        *,
        right: bool,
        too_soon: bool,
        who: tuple[str, str],
    ) -> connect.Opening:
        if too_soon:
            return connect.refuse()
        if sign_in.judged(work, *who, right=right) is not Tried.RIGHT or connection is None:
            return connect.refuse()
        current = connections.by_user_name(work, connection.user_name)
        if current is None or not sign_in.entitled(work, current):
            return connect.refuse()
        return connect.open_session(work, current, who[1])
