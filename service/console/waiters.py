"""Who waits for whom, in a sentence: 2 invoices and 1 payment wait for this customer. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from service.catalogue.nouns import noun_for
from service.console.documents import Directory
from service.console.kinds import counted, plural
from service.store import attention
from service.store.companies import Company
from service.store.unit import Work


class Waiters:
    """Who waits for records of one company, read for many records in one go."""

    def __init__(self, work: Work, directory: Directory, company: Company) -> None:
        self._work = work
        self._directory = directory
        self._company_id = company.id
        self._known: dict[str, Sequence[tuple[str, int, int]]] = {}
        self._alone: dict[int, str] = {}
        """What those are called who wait alone for a record."""

    def look_up(self, records: Iterable[str | None]) -> None:
        """Read who waits for some records."""
        missing = {record for record in records if record is not None and record not in self._known}
        found: Mapping[str, Sequence[tuple[str, int, int]]] = attention.waiting_for(
            self._work, self._company_id, missing
        )
        self._known |= {record: found.get(record, ()) for record in missing}
        self._name([told[0][2] for told in found.values() if sum(number for _, number, _ in told) == 1])

    def sentence(self, records: Sequence[str], noun: str) -> str:
        """Who waits for one record, or for several that people call by a noun; empty when nobody does."""
        self.look_up(records)
        waiting: dict[str, int] = {}
        first = 0
        for kind, number, message_id in (one for record in records for one in self._known[record]):
            name = noun_for(kind).noun if kind else "request"
            waiting[name] = waiting.get(name, 0) + number
            first = message_id
        total = sum(waiting.values())
        what = f"this {noun}" if len(records) == 1 else f"these {plural(noun)}"
        if not total:
            return ""
        if total == 1:
            return f"{self._alone[first]} waits for {what}."
        told = _joined([counted(name, number) for name, number in sorted(waiting.items(), key=lambda one: -one[1])])
        by_themselves = " They go by themselves once it is in." if len(records) == 1 else ""
        return f"{told} wait for {what}.{by_themselves}"

    def _name(self, message_ids: Sequence[int]) -> None:
        found = attention.by_ids(self._work, self._company_id, message_ids)
        documents = self._directory.documents(found)
        self._alone |= {number: document.called for number, document in documents.items()}


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
