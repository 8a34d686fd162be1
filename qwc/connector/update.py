"""One update, call by call, in the order that the real Web Connector keeps. It decides nothing that a user decides.

The order is that of the Programmer's Guide and of published logs: serverVersion, clientVersion, authenticate, then
QuickBooks is opened and locked, then requests and responses in turn, then QuickBooks is let go and the session closed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from qwc.connector import company_file
from qwc.connector.calls import CallFailed, ServiceCalls
from qwc.connector.manners import Manners
from qwc.connector.transport import ClientKilled
from qwc.connector.visit import Outcome, Progress, Visit
from qwc.document import Document
from qwc.quickbooks import ComError, QuickBooks

# QuickBooks is tried twice before the service hears of it (QBWC1007 and QBWC1008).
CONNECTION_TRIES = 2
NO_OP_SECONDS = 5
INTERACTIVE_SECONDS = 60
# Far beyond any session: a service that never ends one must not hold the stand-in for ever.
MOST_ROUNDS = 10_000
MOST_DIGITS = 9
STATUS_WORDS = {
    "none": (Outcome.NOTHING_TO_DO, "", "No data exchange required"),
    "nvu": (Outcome.PASSWORD_REFUSED, "QBWC1040", "Wrong user name or password. Type the password again."),
    "busy": (Outcome.BUSY, "", "Application busy"),
}


@dataclass(frozen=True)
class Desk:
    """Who sits at the PC and what is on it: version and name of the program, the clock, and what the user sees."""

    password: str
    version: str
    pc: str
    manners: Manners
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    show_progress: Callable[[Progress], None] | None
    open_page: Callable[[str], object]


class _Over(Exception):
    """The update ends here, in a way that is no failure of a call."""

    def __init__(self, outcome: Outcome, status: str, code: str = "", *, closes: bool = True) -> None:
        super().__init__(status)
        self.outcome = outcome
        self.status = status
        self.code = code
        self.closes = closes


class Update:
    """One update of one application; `run` it once."""

    def __init__(
        self, document: Document, desk: Desk, calls: ServiceCalls, quickbooks: QuickBooks, visit: Visit
    ) -> None:
        self._document = document
        self._desk = desk
        self._calls = calls
        self._quickbooks = quickbooks
        self._visit = visit
        self._ticket = ""
        self._path = ""
        self._qbxml_version = ("", 0, 0)
        self._is_connected = False
        self._is_in_session = False

    def run(self) -> None:
        """Make the update and tell its story in the visit. Failures of every kind end up there, not in an exception."""
        try:
            self._converse()
        except ClientKilled:
            self._visit.outcome = Outcome.KILLED
            self._visit.status = "The Web Connector was ended in the middle of the update."
        except CallFailed as failure:
            self._visit.outcome = Outcome.CALL_FAILED
            self._visit.code = failure.code
            self._visit.status = str(failure)
            self._unlock()
        finally:
            self._drop_quickbooks()

    def _converse(self) -> None:
        try:
            self._exchange_versions()
            instruction = self._sign_in()
            self._open_quickbooks(instruction)
            host_and_company = self._lock_and_look()
            self._exchange(host_and_company)
            self._end(_Over(Outcome.DONE, ""))
        except _Over as over:
            self._end(over)

    def _end(self, over: _Over) -> None:
        """Let go of QuickBooks, close the session, and note what the Status column says."""
        self._visit.outcome, self._visit.status, self._visit.code = over.outcome, over.status, over.code
        self._unlock()
        self._drop_quickbooks()
        if over.closes:
            closing_text = self._calls.close_connection(self._ticket)
            self._visit.status = self._visit.status or closing_text

    def _exchange_versions(self) -> None:
        try:
            self._visit.server_version = self._calls.server_version()
        except CallFailed as failure:
            self._visit.notes.append(str(failure))
        try:
            answer = self._calls.client_version(self._desk.version)
        except CallFailed as failure:
            self._visit.notes.append(str(failure))
            return
        self._weigh_version(answer)

    def _weigh_version(self, answer: str) -> None:
        kind, colon, text = answer.partition(":")
        if not answer or (kind == "W" and colon and self._desk.manners.accepts_version_warning):
            self._visit.notes += [text] if text else []
            return
        if kind in ("W", "E", "O") and colon:
            raise _Over(Outcome.VERSION_REFUSED, text, "QBWC1037", closes=False)
        raise _Over(
            Outcome.VERSION_REFUSED,
            f"clientVersion answered {answer[:40]!r}, which has no meaning.",
            "QBWC1046",
            closes=False,
        )

    def _sign_in(self) -> str:
        """Authenticate; the path of the company file to open, '' for the one that is open."""
        answer = self._calls.authenticate(self._document.user_name, self._desk.password)
        ticket, instruction, postpone, minimum = [*answer, "", ""][:4]
        self._ticket = ticket
        self._visit.minimum_seconds = self._seconds(minimum)
        if postpone.strip():
            self._visit.postponed_seconds = self._seconds(postpone)
            raise _Over(Outcome.POSTPONED, "Update postponed by application", closes=False)
        if instruction.lower() in STATUS_WORDS:
            outcome, code, status = STATUS_WORDS[instruction.lower()]
            raise _Over(outcome, status, code, closes=self._desk.manners.closes_after_refusal)
        return instruction

    def _seconds(self, text: str) -> int:
        if not text.strip():
            return 0
        if not text.strip().isdecimal() or len(text) > MOST_DIGITS:
            self._visit.notes.append(f"authenticate gave {text[:40]!r} where a number of seconds belongs.")
            return 0
        return int(text)

    def _open_quickbooks(self, path: str) -> None:
        for _ in range(self._desk.manners.connection_rounds):
            failure = self._try_quickbooks(path)
            if failure is None:
                return
            path = self._calls.connection_error(self._ticket, failure.hresult, failure.message)
            if path.lower() == "done":
                raise _Over(
                    Outcome.NO_QUICKBOOKS,
                    failure.message,
                    "QBWC1013",
                    closes=self._desk.manners.closes_after_connection_error,
                )
        raise _Over(
            Outcome.ENDLESS,
            f"connectionError was answered {self._desk.manners.connection_rounds} times with a file to try, "
            "and never with 'done'.",
            closes=False,
        )

    def _try_quickbooks(self, path: str) -> ComError | None:
        failure: ComError | None = None
        for _ in range(CONNECTION_TRIES):
            try:
                self._quickbooks.open_connection(self._document.app_name)
                self._is_connected = True
                self._quickbooks.begin_session(path)
            except ComError as error:
                failure = error
                self._drop_quickbooks()
            else:
                self._is_in_session = True
                return None
        return failure

    def _lock_and_look(self) -> str:
        """Take the AppLock, and ask QuickBooks about the host, the company and its preferences."""
        try:
            self._lock()
            self._path = self._quickbooks.company_file_name()
            self._qbxml_version = self._quickbooks.qbxml_version()
            return company_file.host_company_preferences(self._quickbooks, self._document.owner_id)
        except (ComError, etree.XMLSyntaxError) as error:
            raise _Over(Outcome.NO_QUICKBOOKS, str(error), "QBWC1014", closes=False) from error

    def _lock(self) -> None:
        """Write the AppLock. A company file without one goes on unlocked, and so does one that another PC holds.

        How the real one treats the lock of another PC is not documented: going on is what asks most of the service.
        """
        stamp = company_file.read_stamp(self._quickbooks, self._document.owner_id)
        holder = company_file.locked_by(stamp.app_lock)
        if holder is not None:
            self._visit.notes.append(f"The company file was still locked by the PC {holder}.")
        self._write_lock(company_file.lock_value(self._desk.pc, self._desk.clock()))

    def _unlock(self) -> None:
        if self._is_in_session:
            try:
                self._write_lock(company_file.unlock_value(self._desk.pc, self._desk.clock()))
            except (ComError, etree.XMLSyntaxError) as error:
                self._visit.notes.append(str(error))

    def _write_lock(self, value: str) -> None:
        answer = company_file.change_value(self._quickbooks, self._document.owner_id, company_file.APP_LOCK, value)
        if not answer.is_good:
            self._visit.notes.append(f"The AppLock could not be written ({answer.code}: {answer.message}).")

    def _exchange(self, host_and_company: str) -> None:
        """Requests and responses in turn until the service says 100; _Over where it stops with an error."""
        for _ in range(MOST_ROUNDS):
            request = self._calls.send_request_xml(self._ticket, host_and_company, self._path, self._qbxml_version)
            host_and_company = ""
            if request in ("", "NoOp"):
                if self._wait_as_told():
                    continue
                return
            percentage = self._run(request)
            if percentage < 0:
                raise _Over(Outcome.STOPPED, self._calls.get_last_error(self._ticket))
            if percentage >= 100:
                return
        raise _Over(Outcome.ENDLESS, f"The session had no end after {MOST_ROUNDS:,} rounds.", closes=False)

    def _run(self, request: str) -> int:
        """Give one message set to QuickBooks and the service its answer; the percentage that comes back."""
        response, hresult, message = "", "", ""
        try:
            response = self._quickbooks.process_request(request)
        except ComError as error:
            hresult, message = error.hresult, error.message
        self._visit.message_sets += 1
        percentage = self._calls.receive_response_xml(self._ticket, response, hresult, message)
        self._visit.percentages.append(percentage)
        if self._desk.show_progress is not None:
            self._desk.show_progress(Progress(percentage, self._visit.message_sets))
        return percentage

    def _wait_as_told(self) -> bool:
        """After an empty request: do what getLastError says; True to ask for a request again, False to close."""
        told = self._calls.get_last_error(self._ticket)
        if told == "NoOp":
            self._desk.sleep(NO_OP_SECONDS)
            return True
        if told == "Interactive mode":
            return self._interact()
        raise _Over(Outcome.STOPPED, told)

    def _interact(self) -> bool:
        if not self._desk.manners.accepts_interactive:
            return self._goes_on(self._calls.interactive_rejected(self._ticket, "The user did not permit it."))
        self._desk.open_page(self._calls.get_interactive_url(self._ticket, secrets.token_hex(8)))
        for _ in range(MOST_ROUNDS):
            self._desk.sleep(INTERACTIVE_SECONDS)
            answer = self._calls.interactive_done(self._ticket, self._desk.manners.interactive_done)
            if answer:
                return self._goes_on(answer)
        raise _Over(Outcome.ENDLESS, f"The user was waited for {MOST_ROUNDS:,} minutes.", closes=False)

    def _goes_on(self, answer: str) -> bool:
        if answer.upper() == "CONTINUE":
            return True
        if answer.upper() in ("DONE", ""):
            return False
        raise _Over(Outcome.STOPPED, answer)

    def _drop_quickbooks(self) -> None:
        """End session and connection, as Windows does for a program that dies; trouble with it is only noted."""
        try:
            if self._is_in_session:
                self._is_in_session = False
                self._quickbooks.end_session()
            if self._is_connected:
                self._is_connected = False
                self._quickbooks.close_connection()
        except ComError as error:
            self._visit.notes.append(f"QBWC1015: {error}")
