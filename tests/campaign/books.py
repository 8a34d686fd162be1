"""The company file as a person sees it: which version of which record it holds, and typing one in by hand.

It goes around Deskpost wholly: it reads markers, never ids that Deskpost knows, and writes qbXML of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from xml.sax.saxutils import escape

from qwc.company import CompanyFile
from qwc.quickbooks import ComError
from tests.campaign.order_system import CUSTOMER, ITEM, LETTERS, LINES, RECEIPT, Version

MARKER = re.compile(r"([A-Z]-[0-9]+) v([0-9]+)")
WORD_FOR_A_MOD = {"SalesOrPurchase": "SalesOrPurchaseMod", "AppliedToTxnAdd": "AppliedToTxnMod"}


@dataclass(frozen=True)
class Posted:
    """One entry of the company file that came from a record: its id, and the version that it is in."""

    record: str
    version: int
    id: str
    entry: Mapping[str, Any]


class NotTyped(Exception):
    """A person cannot type it in: QuickBooks would not have it, or what it refers to is not there."""


class Books:
    """A company file, read by its markers."""

    def __init__(self, file: CompanyFile) -> None:
        self._file = file
        self._at_first = {kind: len(file.records(kind)) for kind in LETTERS}
        self.deleted: dict[str, int] = {}
        """The records whose entry somebody deleted in QuickBooks, with the version that it was in."""

    def posted(self) -> Sequence[Posted]:
        """Everything that came from a record of the order system."""
        return [one for kind in LETTERS for entry in self._file.records(kind) if (one := _posted(kind, entry))]

    def of_record(self, record: str) -> Sequence[Posted]:
        kind = record.partition(":")[0]
        entries = self._file.records(kind)
        return [one for entry in entries if (one := _posted(kind, entry)) and one.record == record]

    def holds(self, version: Version) -> Posted | None:
        """The entry that is in exactly this version, if there is one."""
        return next((one for one in self.of_record(version.record) if one.version == version.number), None)

    def unmarked(self) -> int:
        """How many entries there are that are neither of the sample company nor of any record."""
        marked = {one.id for one in self.posted()}
        count = 0
        for kind, at_first in self._at_first.items():
            new = self._file.records(kind)[at_first:]
            count += sum(_id(entry) not in marked for entry in new)
        return count

    def type_in(self, version: Version, id_of: Callable[[str], str | None]) -> str:
        """Enter a version by hand, new or over the entry that is there; returns the number that QuickBooks shows.

        `id_of` tells where a record is in QuickBooks. Raises NotTyped.
        """
        there = self.of_record(version.record)
        content = _told(version.content, id_of)
        if there:
            body = _as_mod(version.kind, content, there[0])
        else:
            body = f"<{version.kind}AddRq><{version.kind}Add>{_xml(content)}</{version.kind}Add></{version.kind}AddRq>"
        self.run(body)
        now = self.holds(version)
        if now is None:
            raise NotTyped(f"QuickBooks would not take {version.marker}")
        return self.number_of(now)

    def delete_one(self, chance: Random) -> str:
        """Somebody deletes a receipt, to which nothing refers; returns what, for the story."""
        receipts = [one for one in self.posted() if one.record.startswith(f"{RECEIPT}:")]
        if not receipts:
            return "there is no receipt to delete"
        gone = chance.choice(receipts)
        self.run(f"<TxnDelRq><TxnDelType>{RECEIPT}</TxnDelType><TxnID>{gone.id}</TxnID></TxnDelRq>")
        if self.of_record(gone.record):
            return f"QuickBooks does not let {gone.record} be deleted"
        self.deleted[gone.record] = gone.version
        return f"somebody deletes {gone.record}, which was in v{gone.version}"

    def number_of(self, posted: Posted) -> str:
        """The number or name that QuickBooks shows for an entry; one that has none is given one by hand."""
        number = posted.entry.get("FullName") or posted.entry.get("RefNumber")
        if number:
            return str(number)
        kind, _, key = posted.record.partition(":")
        keys = f"<TxnID>{posted.id}</TxnID><EditSequence>{posted.entry['EditSequence']}</EditSequence>"
        self.run(f"<{kind}ModRq><{kind}Mod>{keys}<RefNumber>{key}</RefNumber></{kind}Mod></{kind}ModRq>")
        return key

    def run(self, request: str) -> None:
        """Have QuickBooks do something for another program; what comes of it is seen in the file."""
        connection = self._file.connect()
        try:
            connection.open_connection("QuickBooks' own window")
            connection.begin_session("")
            connection.process_request(
                '<?xml version="1.0"?><?qbxml version="16.0"?><QBXML><QBXMLMsgsRq onError="continueOnError">'
                f"{request}</QBXMLMsgsRq></QBXML>"
            )
        except ComError:
            return
        finally:
            connection.close_connection()


def marker_in(kind: str, entry: Mapping[str, Any]) -> str:
    """The text of an entry that holds its marker."""
    if kind == CUSTOMER:
        return str(entry.get("Notes", ""))
    if kind == ITEM:
        return str(entry.get("SalesOrPurchase", {}).get("Desc", ""))
    return str(entry.get("Memo", ""))


def _posted(kind: str, entry: Mapping[str, Any]) -> Posted | None:
    found = MARKER.fullmatch(marker_in(kind, entry))
    return Posted(f"{kind}:{found[1]}", int(found[2]), _id(entry), entry) if found else None


def _id(entry: Mapping[str, Any]) -> str:
    return str(entry.get("ListID") or entry["TxnID"])


def _told(value: Any, id_of: Callable[[str], str | None], name: str = "") -> Any:
    """A content with QuickBooks' ids for the order system's records, and without the keys of lines."""
    if isinstance(value, Mapping) and set(value) == {"record"}:
        known = id_of(str(value["record"]))
        if known is None:
            raise NotTyped(f"{value['record']} is not in QuickBooks")
        return {"ListID": known} if name.endswith("Ref") else known
    if isinstance(value, Mapping):
        return {inner: _told(one, id_of, inner) for inner, one in value.items() if inner != "line"}
    if isinstance(value, list):
        return [_told(one, id_of, name) for one in value]
    return value


def _as_mod(kind: str, content: Mapping[str, Any], there: Posted) -> str:
    key = "TxnID" if "TxnID" in there.entry else "ListID"
    changed: dict[str, Any] = {key: there.id, "EditSequence": there.entry["EditSequence"]}
    for name, value in content.items():
        if name == LINES.get(kind):
            changed[name.removesuffix("Add") + "Mod"] = [{"TxnLineID": "-1", **line} for line in value]
        else:
            changed[WORD_FOR_A_MOD.get(name, name)] = value
    return f"<{kind}ModRq><{kind}Mod>{_xml(changed)}</{kind}Mod></{kind}ModRq>"


def _xml(content: Mapping[str, Any]) -> str:
    parts = []
    for name, value in content.items():
        for one in value if isinstance(value, list) else [value]:
            inside = _xml(one) if isinstance(one, Mapping) else escape(str(one))
            parts.append(f"<{name}>{inside}</{name}>")
    return "".join(parts)
