"""Owns the walk of one message set through the company file: recovery, requests in order, what is kept, crashes.

Each request is a transaction of its own and durable before the next one starts: there is no rollback over several
(qbxml.md 4). Which rule answers a request is decided in `requests`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from qwc.company import mishaps, recovery
from qwc.company.books import Books, Clock
from qwc.company.hresults import com_error
from qwc.company.mishaps import Mishap
from qwc.company.reader import Request, RequestSet, read_request_set
from qwc.company.refusals import Refusal, severity_of
from qwc.company.requests import Outcome, rule_for
from qwc.company.session import Session
from qwc.company.storage import Storage
from qwc.company.writer import Answer, write_answer_set
from qwc.quickbooks import ComError

_LONGEST_REQUEST_ID = 50
_FIRST_VERSION_WITH_RECOVERY = (11, 0)


class Crashed(Exception):
    """QuickBooks went down in the middle; the caller's session is gone. Carries what the caller sees of it."""

    def __init__(self, error: ComError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(slots=True)
class Processor:
    """Carries out message sets for one session."""

    storage: Storage
    clock: Clock
    sleep: Callable[[float], None]
    session: Session

    def process(self, text: str) -> str:
        """The answer to one document. ComError where the set is refused whole, Crashed where QuickBooks goes down."""
        settings = self.storage.settings()
        request_set = read_request_set(text, settings["country"], settings["qbxml_version"])
        verdict = self._judge(settings, request_set)
        if not verdict.execute:
            return self._write(request_set, verdict.kept or [], verdict.code)
        self._crash_if(Mishap.CRASH_BEFORE_RUNNING, settings)
        answers = self._run(settings, request_set)
        code = self._keep(settings, request_set, verdict, answers)
        if code == recovery.NOT_STORED:
            answers = []
        self._crash_if(Mishap.CRASH_BEFORE_ANSWER, settings)
        return self._write(request_set, answers, code)

    def _books(self, settings: dict[str, str], request_set: RequestSet | None = None) -> Books:
        return Books(self.storage, self.clock, settings, request_set.edition if request_set else None)

    def _judge(self, settings: dict[str, str], request_set: RequestSet) -> recovery.Verdict:
        if not {"newMessageSetID", "oldMessageSetID"} & set(request_set.attributes):
            return recovery.Verdict(execute=True)
        with self.storage.writing():
            books = self._books(settings)
            if mishaps.strike(books, Mishap.MEMORY_LOST) is not None:
                recovery.forget_all(books)
            return recovery.judge(
                books,
                self.session.application,
                request_set.attributes,
                request_set.checksum,
                has_requests=bool(request_set.requests),
            )

    def _run(self, settings: dict[str, str], request_set: RequestSet) -> list[Answer]:
        answers: list[Answer] = []
        crash_after = self._crash_point(settings, len(request_set.requests))
        stopped = False
        for done, request in enumerate(request_set.requests):
            if done == crash_after:
                raise Crashed(com_error("0x80010105"))
            answer = _skipped(request) if stopped else self._answer(settings, request_set, request)
            answers.append(answer)
            stops = request_set.attributes["onError"] == "stopOnError" and severity_of(answer.code) == "Error"
            stopped = stopped or stops
        if crash_after == len(request_set.requests):
            raise Crashed(com_error("0x80010105"))
        return answers

    def _crash_point(self, settings: dict[str, str], requests: int) -> int | None:
        """After how many requests it goes down: at the latest after the last one."""
        detail = self._strike(Mishap.CRASH_WITHIN_SET, settings)
        return None if detail is None else min(int(detail), requests)

    def _answer(self, settings: dict[str, str], request_set: RequestSet, request: Request) -> Answer:
        seconds = float(settings.get("seconds_per_request", "0"))
        if seconds:
            self.sleep(seconds)
        request_id = request.attributes.get("requestID")
        try:
            outcome = self._carry_out(self._books(settings, request_set), request)
        except Refusal as refusal:
            return Answer(request.message.name, request_id, refusal.code, refusal.message)
        return Answer(
            request.message.name,
            request_id,
            outcome.code,
            outcome.message,
            outcome.content,
            outcome.counts,
            outcome.recovery,
        )

    def _carry_out(self, books: Books, request: Request) -> Outcome:
        request_id = request.attributes.get("requestID", "")
        if len(request_id) > _LONGEST_REQUEST_ID:
            raise Refusal(1060, value=request_id)
        if request.complaint is not None:
            raise request.complaint
        request.node = self.session.resolved(request.node)
        self._refuse_by_mishap(books, request)
        rule = rule_for(books, request)
        macros = dict(self.session.macros)
        bracket = self.storage.reading() if request.message.verb == "Query" else self.storage.writing()
        try:
            with bracket:
                return rule(books, self.session, request)
        except Refusal:
            self.session.macros = macros
            raise

    def _refuse_by_mishap(self, books: Books, request: Request) -> None:
        if not mishaps.pending(books):
            return
        with self.storage.writing():
            trouble = mishaps.trouble_with(books, request.message.object, request.message.verb, request.node)
        if trouble is not None:
            raise trouble

    def _keep(
        self, settings: dict[str, str], request_set: RequestSet, verdict: recovery.Verdict, answers: list[Answer]
    ) -> int | None:
        """Keep the outcome where an id was given; the messageSetStatusCode."""
        if verdict.keep_under is None:
            return verdict.code
        self._crash_if(Mishap.CRASH_BEFORE_KEEPING, settings)
        if self._strike(Mishap.OUTCOME_NOT_STORED, settings) is not None:
            return recovery.NOT_STORED
        for answer in answers:
            answer.recovery = _kept_identity(request_set, answer)
        with self.storage.writing():
            recovery.keep(
                self._books(settings), self.session.application, verdict.keep_under, request_set.checksum, answers
            )
        return verdict.code

    def _crash_if(self, kind: Mishap, settings: dict[str, str]) -> None:
        detail = self._strike(kind, settings)
        if detail is not None:
            raise Crashed(com_error(detail))

    def _strike(self, kind: Mishap, settings: dict[str, str]) -> str | None:
        books = self._books(settings)
        if not mishaps.pending(books):
            return None
        with self.storage.writing():
            return mishaps.strike(books, kind)

    def _write(self, request_set: RequestSet, answers: list[Answer], code: int | None) -> str:
        attributes: dict[str, str] = {}
        if "newMessageSetID" in request_set.attributes:
            attributes["newMessageSetID"] = request_set.attributes["newMessageSetID"]
        if code is not None:
            attributes["messageSetStatusCode"] = str(code)
        with_content = request_set.attributes.get("responseData") != "includeNone"
        return write_answer_set(request_set.edition, answers, attributes, with_content=with_content)


def _skipped(request: Request) -> Answer:
    refusal = Refusal(3231)
    return Answer(request.message.name, request.attributes.get("requestID"), refusal.code, refusal.message)


def _kept_identity(request_set: RequestSet, answer: Answer) -> dict[str, str]:
    """What ErrorRecovery will say: only on success, from 11.0 on, and where the answer has such an element (13.3)."""
    message = request_set.edition.message(answer.name)
    known = message is not None and any(getattr(one, "name", "") == "ErrorRecovery" for one in message.answer)
    new_enough = request_set.edition.version >= _FIRST_VERSION_WITH_RECOVERY
    return answer.recovery if known and new_enough and severity_of(answer.code) != "Error" else {}
