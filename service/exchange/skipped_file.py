"""Reads the CSV file of what was skipped before Deskpost, row by row, each complaint with its line. Writes nothing.

Everything in the file is text and stays text: a formula of a spreadsheet is never carried out, and control characters
become spaces.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache
from typing import Any

from service.catalogue.nouns import noun_for
from service.domain.refusals import Refusal
from service.exchange import document
from service.qbxml import schema

REQUIRED = ("date", "kind", "number", "customer", "amount", "reason")
OPTIONAL = ("document",)
LONGEST = {"number": 100, "customer": 209, "reason": 1000}
MOST_ROWS = 100_000


class FileRefused(Refusal):
    """The file cannot be imported as it is; `complaints` are all of them, each with its line."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__("; ".join(self.complaints))


class _Wrong(Exception):
    """What is wrong with one row, as a sentence without its line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One transaction of the file: `kind` is qbXML's object name, `amount` an exact decimal as text."""

    line: int
    date: date
    kind: str
    number: str
    customer: str | None
    amount: str | None
    reason: str
    content: Mapping[str, Any] | None


def read(data: bytes) -> tuple[Sequence[Row], Sequence[str]]:
    """The rows of a file and the complaints about others: UTF-8 with or without a mark, comma or semicolon between.

    Raises FileRefused where it is not such a file at all.
    """
    rows: list[Row] = []
    complaints: list[str] = []
    for line, cells in _table(_decoded(data)):
        if len(rows) + len(complaints) >= MOST_ROWS:
            raise FileRefused([f"line {line}: more than {MOST_ROWS} rows are too many at once; divide the file."])
        try:
            rows.append(_row(line, cells))
        except _Wrong as wrong:
            complaints.append(f"line {line}: {wrong}")
    if not rows and not complaints:
        raise FileRefused(["line 1: there is no row below the names of the columns."])
    return rows, complaints


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        line = data.count(b"\n", 0, broken.start) + 1
        raise FileRefused(
            [f"line {line}: this is not UTF-8 text; save the file as `CSV UTF-8`, as spreadsheets call it."]
        ) from None


def _table(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows below the first as column names to cells, each with the line on which it begins."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: Sequence[str] | None = None
    line = 1
    try:
        for cells in reader:
            begins, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if names is None:
                names = _names(begins, cells)
                continue
            if len(cells) > len(names):
                raise FileRefused([f"line {begins}: has {len(cells)} cells, and there are {len(names)} columns."])
            yield begins, dict(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=True))
    except csv.Error as broken:
        raise FileRefused([f"line {reader.line_num}: this cannot be read as CSV ({broken})."]) from None
    if names is None:
        raise FileRefused([f"line 1: the file is empty; its first line names the columns: {', '.join(REQUIRED)}."])


def _names(line: int, cells: Sequence[str]) -> Sequence[str]:
    names = [cell.strip().lower() for cell in cells]
    complaints = [
        f"line {line}: there is no column '{name}'; it must be there." for name in REQUIRED if name not in names
    ]
    complaints += [f"line {line}: the column '{name}' is there twice." for name in {*names} if names.count(name) > 1]
    complaints += [
        f"line {line}: the column '{_shown(name)}' is none of {', '.join((*REQUIRED, *OPTIONAL))}."
        for name in names
        if name not in (*REQUIRED, *OPTIONAL)
    ]
    if complaints:
        raise FileRefused(complaints)
    return names


def _row(line: int, cells: Mapping[str, str]) -> Row:
    text = {name: _plain(cell) for name, cell in cells.items() if name != "document"}
    return Row(
        line,
        _date(text["date"]),
        _kind(text["kind"]),
        _required("number", text["number"]),
        _short("customer", text["customer"]) or None,
        _amount(text["amount"]),
        _required("reason", text["reason"]),
        _document(cells.get("document", "").strip()),
    )


def _plain(cell: str) -> str:
    """The cell on one line, without control characters and without spaces around it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in cell).split())


def _short(name: str, value: str) -> str:
    if len(value) > LONGEST[name]:
        raise _Wrong(f"{name}: is {len(value)} characters long; at most {LONGEST[name]} are kept.")
    return value


def _required(name: str, value: str) -> str:
    if not value:
        raise _Wrong(f"{name}: is empty; it has to be given.")
    return _short(name, value)


def _date(value: str) -> date:
    try:
        # Other spellings of ISO 8601, such as 20260302, are numbers to a spreadsheet.
        return date.fromisoformat(value if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII) else "")
    except ValueError:
        raise _Wrong(f"date: '{_shown(value)}' is not a date; write it as 2026-03-02.") from None


def _amount(value: str) -> str | None:
    if not value:
        return None
    if re.fullmatch(r"-?\d{1,13}(\.\d{1,5})?", value, re.ASCII):
        return value
    without_thousands = re.sub(r"[$ ]|,(?=\d{3}\b)", "", value)
    meant = without_thousands.replace(",", ".") if without_thousands.count(",") == 1 else without_thousands
    example = meant if re.fullmatch(r"-?\d{1,13}(\.\d{1,5})?", meant, re.ASCII) else "12.50"
    raise _Wrong(f"amount: '{_shown(value)}' is not a number; write {example}.")


def _kind(value: str) -> str:
    found = _kinds().get(value.casefold())
    if found is not None:
        return found
    near = get_close_matches(value.casefold(), _kinds(), n=1)
    hint = f"did you mean {_kinds()[near[0]]}?" if near else "write Invoice, SalesReceipt, CreditMemo or another."
    raise _Wrong(f"kind: '{_shown(value)}' is nothing that can be entered in QuickBooks; {hint}")


@cache
def _kinds() -> Mapping[str, str]:
    """qbXML's object for each spelling: its own name, and what people call it."""
    names = [one.name for one in schema.objects() if "Add" in schema.object_requests(one.name)]
    spoken = {noun_for(name).noun.casefold(): name for name in reversed(names)}
    return spoken | {name.casefold(): name for name in names}


def _document(cell: str) -> Mapping[str, Any] | None:
    if not cell:
        return None
    try:
        return document.parse_line(cell)
    except Refusal as refusal:
        raise _Wrong(f"document: {refusal}") from None


def _shown(value: str) -> str:
    return value if len(value) <= 40 else f"{value[:40]}..."
