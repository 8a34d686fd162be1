"""A model of QuickBooks small enough to be seen through: customers, its memory of message sets, and its crashes.

It shares nothing with the simulated company file: what both agree on stands in the reference alone (qbxml.md 13).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from lxml import etree

from tests.exchange.conversation import answer, response

REFUSED_NAME = "Refused"


class Crash(Enum):
    """Where QuickBooks goes down while it works on a set, or what becomes of the set's outcome."""

    NOWHERE = auto()
    BEFORE_RUNNING = auto()
    AFTER_THE_FIRST = auto()
    BEFORE_KEEPING = auto()
    BEFORE_ANSWERING = auto()
    OUTCOME_NOT_STORED = auto()


class WentDown(Exception):
    """The caller gets an HRESULT in place of an answer."""


@dataclass
class Entry:
    """A customer in the company file."""

    list_id: str
    name: str
    phone: str
    guid: str
    edit_sequence: int


class TinyQuickBooks:
    """Runs message sets on a handful of customers. `entries` is the truth that statuses are compared with."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._locked = 0
        self._memory: dict[str, tuple[bytes, list[str]]] = {}
        self._number = 0

    def lose_memory(self) -> None:
        self._memory.clear()

    def lock(self) -> None:
        """Somebody has a customer open: the next change of any is refused."""
        self._locked = 1

    def run(self, text: str, crash: Crash) -> str:
        """The answer to a document. WentDown where it crashes."""
        message_set = etree.fromstring(text.encode())[0]
        new, old = message_set.get("newMessageSetID"), message_set.get("oldMessageSetID")
        if new is not None and new == old:
            kept = self._memory.get(new)
            return answer(*(kept[1] if kept else ()), set_id=new, set_code=0 if kept else 9002)
        if old is not None:
            self._memory.pop(old, None)
        requests = b"".join(etree.tostring(one) for one in message_set)
        if new is not None and new in self._memory:
            same = self._memory[new][0] == requests
            return answer(*(self._memory[new][1] if same else ()), set_id=new, set_code=0 if same else 9001)
        return self._run_anew(list(message_set), new, requests, crash)

    def _run_anew(self, asked: list[etree._Element], new: str | None, requests: bytes, crash: Crash) -> str:
        if crash is Crash.BEFORE_RUNNING:
            raise WentDown
        told, kept = [], []
        for number, request in enumerate(asked):
            if crash is Crash.AFTER_THE_FIRST and number == 1:
                raise WentDown
            full, recovery = _RUN[str(request.tag)](self, request)
            told.append(full)
            kept.append(recovery)
        if crash in (Crash.AFTER_THE_FIRST, Crash.BEFORE_KEEPING):
            raise WentDown
        if new is None:
            return answer(*told)
        if crash is Crash.OUTCOME_NOT_STORED:
            return answer(set_id=new, set_code=9005)
        self._memory = {new: (requests, kept)}
        if crash is Crash.BEFORE_ANSWERING:
            raise WentDown
        return answer(*told, set_id=new, set_code=0)

    def _add(self, request: etree._Element) -> tuple[str, str]:
        name = request.findtext(".//Name") or ""
        if any(entry.name == name for entry in self.entries):
            return _refused(request, 3100, f'The name "{name}" of the list element is already in use.')
        if name == REFUSED_NAME:
            return _refused(request, 3170, "There was an error when saving it.")
        if self._is_locked():
            return _refused(request, 3176, "It is in use.")
        self._number += 1
        entry = Entry(
            f"8000{self._number}-17",
            name,
            request.findtext(".//Phone") or "",
            request.findtext(".//ExternalGUID") or "",
            self._number,
        )
        self.entries.append(entry)
        return _done(request, entry)

    def _mod(self, request: etree._Element) -> tuple[str, str]:
        found = [entry for entry in self.entries if entry.list_id == request.findtext(".//ListID")]
        if not found:
            return _refused(request, 3120, "It cannot be found.")
        if self._is_locked():
            return _refused(request, 3176, "It is in use.")
        (entry,) = found
        if request.findtext(".//EditSequence") != str(entry.edit_sequence):
            return _refused(request, 3200, "The provided edit sequence is out-of-date.")
        self._number += 1
        entry.phone, entry.edit_sequence = request.findtext(".//Phone") or entry.phone, self._number
        return _done(request, entry)

    def _query(self, request: etree._Element) -> tuple[str, str]:
        list_id, full_name = request.findtext("ListID"), request.findtext("FullName")
        begins = request.findtext("NameFilter/Name")
        found = [
            entry
            for entry in self.entries
            if entry.list_id == list_id
            or entry.name == full_name
            or (begins is not None and entry.name.startswith(begins))
        ]
        name = str(request.tag).removesuffix("Rq") + "Rs"
        inside = "".join(_ret(entry) for entry in found)
        return response(name, request.get("requestID"), inside, 0 if found else 500), ""

    def _is_locked(self) -> bool:
        self._locked, was_locked = 0, self._locked > 0
        return was_locked


_RUN = {
    "CustomerAddRq": TinyQuickBooks._add,
    "CustomerModRq": TinyQuickBooks._mod,
    "CustomerQueryRq": TinyQuickBooks._query,
    "EntityQueryRq": TinyQuickBooks._query,
}


def _refused(request: etree._Element, code: int, said: str) -> tuple[str, str]:
    refusal = response(str(request.tag).removesuffix("Rq") + "Rs", request.get("requestID"), "", code, _quoted(said))
    return refusal, refusal


def _done(request: etree._Element, entry: Entry) -> tuple[str, str]:
    """What is answered, and what is kept: the identity alone."""
    name, number = str(request.tag).removesuffix("Rq") + "Rs", request.get("requestID")
    identity = f"<ListID>{entry.list_id}</ListID><EditSequence>{entry.edit_sequence}</EditSequence>"
    kept = f"<ErrorRecovery>{identity}<ExternalGUID>{entry.guid}</ExternalGUID></ErrorRecovery>"
    return response(name, number, _ret(entry)), response(name, number, kept)


def _ret(entry: Entry) -> str:
    return (
        f"<CustomerRet><ListID>{entry.list_id}</ListID><EditSequence>{entry.edit_sequence}</EditSequence>"
        f"<Name>{entry.name}</Name><FullName>{entry.name}</FullName><Phone>{entry.phone}</Phone>"
        f"<ExternalGUID>{entry.guid}</ExternalGUID></CustomerRet>"
    )


def _quoted(said: str) -> str:
    return said.replace('"', "&quot;")
