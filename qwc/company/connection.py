"""Owns one connection to the simulated QuickBooks, as a program on the PC has it: open, session, requests, close."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from pathlib import Path

from qwc.company import mishaps
from qwc.company.books import Books, Clock
from qwc.company.hresults import com_error
from qwc.company.mishaps import Mishap
from qwc.company.processor import Crashed, Processor
from qwc.company.schema import version_of
from qwc.company.session import Session
from qwc.company.storage import Storage


class QuickBooksConnection:
    """`qwc.quickbooks.QuickBooks` over one company file. Several may be open on the same file, in any process."""

    def __init__(
        self, path: Path, clock: Clock, sleep: Callable[[float], None], chance: random.Random | None = None
    ) -> None:
        self._path = path
        self._clock = clock
        self._sleep = sleep
        self._chance = chance
        self._lock = threading.RLock()
        self._application: str | None = None
        self._processor: Processor | None = None
        self._crashed = False

    def open_connection(self, application_name: str) -> None:
        """Connect; ComError 0x80040412 where it is open already, 0x80040415 without a name."""
        with self._lock:
            if self._application is not None:
                raise com_error("0x80040412")
            if not application_name.strip():
                raise com_error("0x80040415")
            self._application = application_name

    def begin_session(self, company_file: str) -> None:
        """Open a company file by its Windows path, or with '' the one that is open.

        ComError 0x8004040F without a connection, 0x80040411 where a session is open; 0x8004040A where QuickBooks has
        another file open, 0x80040403 where there is no such file, 0x80040416 where QuickBooks is closed and '' is
        asked for; and whatever a mishap says.
        """
        with self._lock:
            if self._application is None:
                raise com_error("0x8004040F")
            if self._processor is not None:
                raise com_error("0x80040411")
            self._crashed = False
            storage = Storage(self._path)
            try:
                path = self._file_to_open(storage, company_file)
            finally:
                storage.close()
            session = Session(self._application, self._chance)
            self._processor = Processor(Storage(path), self._clock, self._sleep, session)

    def _file_to_open(self, storage: Storage, company_file: str) -> Path:
        settings = storage.settings()
        books = Books(storage, self._clock, settings)
        if mishaps.pending(books):
            with storage.writing():
                hresult = mishaps.strike(books, Mishap.OPENING_REFUSED)
            if hresult is not None:
                raise com_error(hresult)
        return path_to_open(settings, self._path, company_file)

    def company_file_name(self) -> str:
        """The full Windows path of the company file of the session; ComError 0x8004040C without a session."""
        with self._lock:
            return self._in_session().storage.settings()["windows_path"]

    def qbxml_version(self) -> tuple[str, int, int]:
        """Country, major and minor of the highest qbXML version."""
        storage = Storage(self._path)
        try:
            settings = storage.settings()
        finally:
            storage.close()
        return (settings["country"], *version_of(settings["qbxml_version"]))

    def process_request(self, request: str) -> str:
        """Run one qbXML document; ComError where the set is refused whole or QuickBooks goes down."""
        with self._lock:
            try:
                return self._in_session().process(request)
            except Crashed as crash:
                self._leave()
                self._crashed = True
                raise crash.error from crash

    def _in_session(self) -> Processor:
        if self._processor is None:
            raise com_error("0x8004040D" if self._crashed else "0x8004040C")
        return self._processor

    def end_session(self) -> None:
        """End the session; iterators and macros die with it."""
        with self._lock:
            self._leave()
            self._crashed = False

    def close_connection(self) -> None:
        """Close the connection, and the session with it."""
        with self._lock:
            self.end_session()
            self._application = None

    def _leave(self) -> None:
        if self._processor is not None:
            self._processor.storage.close()
            self._processor = None


def path_to_open(settings: dict[str, str], own: Path, company_file: str) -> Path:
    """Which simulated file a Windows path, or '' for the open one, means to QuickBooks on this PC."""
    running = settings.get("quickbooks_running") == "true"
    other = settings.get("other_file_open", "")
    if not company_file:
        if not running:
            raise com_error("0x80040416")
        return Path(other) if other else own
    named = company_file.casefold() == settings["windows_path"].casefold()
    if running and (other or not named):
        raise com_error("0x8004040A")
    if not named:
        raise com_error("0x80040403")
    if not running and settings.get("automatic_login") != "true":
        raise com_error("0x8004041D")
    return own
