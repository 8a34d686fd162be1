"""Owns the conditions of queries: each filter of qbXML as a piece of SQL with its values. It runs nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from qwc.company.books import Books
from qwc.company.money import number
from qwc.company.reader import Node
from qwc.company.references import entry_named, entry_of, family_of
from qwc.company.refusals import Refusal
from qwc.company.values import moment_of

_FIRST_MOMENT = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_LAST_MOMENT = dt.datetime(2038, 1, 19, 3, 14, 7, tzinfo=dt.UTC)
_LARGEST_NUMBER = 2147483647
_NAMING = ("ListID", "FullName", "ListIDWithChildren", "FullNameWithChildren")
_OPERATORS = {"LessThan": "<", "LessThanEqual": "<=", "Equal": "=", "GreaterThan": ">", "GreaterThanEqual": ">="}


class Conditions:
    """A growing WHERE clause. `missing` is the first name in a filter that does not exist."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.values: list[Any] = []
        self.missing: str | None = None

    def add(self, piece: str, *values: Any) -> None:
        """One more condition, all of which must hold."""
        self.pieces.append(piece)
        self.values.extend(values)

    def among(self, column: str, values: list[Any]) -> None:
        """The column must hold one of the values."""
        self.add(f"{column} IN ({', '.join('?' * len(values))})", *values)

    def sql(self) -> str:
        """The whole clause."""
        return " AND ".join(self.pieces) or "1"


def modified_between(books: Books, conditions: Conditions, column: str, first: str | None, last: str | None) -> None:
    """Both ends count; a date alone means its first or its last second (qbxml.md 3.2)."""
    start = _moment(books, first, "FromModifiedDate", end_of_day=False)
    end = _moment(books, last, "ToModifiedDate", end_of_day=True)
    if start and end and start > end:
        raise Refusal(3030)
    if start:
        conditions.add(f"{column} >= ?", start)
    if end:
        conditions.add(f"{column} <= ?", end)


def _moment(books: Books, text: str | None, field: str, *, end_of_day: bool) -> str | None:
    moment = moment_of(text, end_of_day=end_of_day) if text else None
    if moment is None:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=books.offset)
    # Filters must lie between 1970 and 2038 (qbxml.md 3.2); a day of grace for the PC's offset.
    day = dt.timedelta(days=1)
    if not _FIRST_MOMENT - day <= moment <= _LAST_MOMENT + day:
        raise Refusal(3020, value=text or "", field=field)
    return moment.astimezone(books.offset).isoformat()


def dated_between(books: Books, conditions: Conditions, column: str, node: Node) -> None:
    """A range of dates, or one of the named ranges."""
    first, last = node.get("FromTxnDate"), node.get("ToTxnDate")
    if node.get("DateMacro"):
        first, last = named_range(node["DateMacro"], books.now().date())
    if first and last and first > last:
        raise Refusal(3030)
    if first:
        conditions.add(f"{column} >= ?", first)
    if last:
        conditions.add(f"{column} <= ?", last)


def named_range(macro: str, today: dt.date) -> tuple[str | None, str | None]:
    """A DateMacro such as `LastMonthToDate` as two days; open on both sides for `All`."""
    if macro == "All":
        return None, None
    if macro in ("Today", "Yesterday"):
        day = today - dt.timedelta(days=macro == "Yesterday")
        return day.isoformat(), day.isoformat()
    to_date = macro.endswith("ToDate")
    stem = macro.removesuffix("ToDate")
    shift = {"This": 0, "Last": -1, "Next": 1}[stem[:4]]
    unit = stem[4:].removeprefix("Calendar").removeprefix("Fiscal")
    first, last = _period(unit.removeprefix("Four"), shift, today, four="Four" in unit)
    if to_date:
        last = _period(unit, shift, today, four=False)[0] + (today - _period(unit, 0, today, four=False)[0])
    return first.isoformat(), last.isoformat()


def _period(unit: str, shift: int, today: dt.date, *, four: bool) -> tuple[dt.date, dt.date]:
    one_day = dt.timedelta(days=1)
    if unit in ("Week", "Weeks"):
        first = today - dt.timedelta(days=(today.weekday() + 1) % 7) + dt.timedelta(weeks=shift)
        return first, first + dt.timedelta(weeks=4 if four else 1) - one_day
    months = {"Month": 1, "Quarter": 3, "Year": 12}[unit]
    start = today.year * 12 + (today.month - 1) // months * months + shift * months
    first = dt.date(start // 12, start % 12 + 1, 1)
    end = start + months
    return first, dt.date(end // 12, end % 12 + 1, 1) - one_day


def text_matches(conditions: Conditions, expression: str, node: Node, value_name: str) -> None:
    """NameFilter and RefNumberFilter: StartsWith, Contains, EndsWith, without case."""
    value = node[value_name].casefold()
    pieces: dict[str, str] = {
        "StartsWith": f"substr({expression}, 1, {len(value)}) = ?",
        "Contains": f"instr({expression}, ?) > 0",
        "EndsWith": f"substr({expression}, -{max(len(value), 1)}) = ?",
    }
    conditions.add(pieces[node["MatchCriterion"]], value)


def name_between(conditions: Conditions, expression: str, first: str | None, last: str | None) -> None:
    """NameRangeFilter: by text, without case."""
    if first and last and first.casefold() > last.casefold():
        raise Refusal(3031, field="NameRangeFilter")
    if first:
        conditions.add(f"{expression} >= ?", first.casefold())
    if last:
        conditions.add(f"{expression} <= ?", last.casefold() + "\U0010ffff")


def ref_number_between(conditions: Conditions, node: Node) -> None:
    """RefNumberRangeFilter: as numbers where both ends are digits, else as text (qbxml.md 6)."""
    first, last = node.get("FromRefNumber"), node.get("ToRefNumber")
    ends = [end for end in (first, last) if end]
    if not ends:
        return
    if all(end.isdecimal() and int(end) <= _LARGEST_NUMBER for end in ends):
        conditions.add("ref_number_key GLOB '[0-9]*' AND ref_number_key NOT GLOB '*[^0-9]*'")
        _between(conditions, "CAST(ref_number_key AS INTEGER)", int, first, last)
    else:
        _between(conditions, "ref_number_key", str.casefold, first, last)


def _between(
    conditions: Conditions, expression: str, convert: Callable[[str], Any], first: str | None, last: str | None
) -> None:
    if first and last and convert(first) > convert(last):
        raise Refusal(3031, field="RefNumberRangeFilter")
    if first:
        conditions.add(f"{expression} >= ?", convert(first))
    if last:
        conditions.add(f"{expression} <= ?", convert(last))


def entries_in_filter(books: Books, conditions: Conditions, node: Node, kinds: tuple[str, ...]) -> list[str]:
    """The ListIDs that an EntityFilter, AccountFilter, ItemFilter or ClassFilter names, children included if asked."""
    found: list[str] = []
    with_children = "ListIDWithChildren" in node or "FullNameWithChildren" in node
    named = [(name, value) for name in _NAMING for value in _as_list(node.get(name, []))]
    for name, value in named:
        row = entry_of(books, value) if "ListID" in name else entry_named(books, family_of(kinds[0]), value)
        if row is None or row["kind"] not in kinds:
            conditions.missing = conditions.missing or value
            continue
        found.append(row["list_id"])
        if with_children:
            found.extend(_below(books, row["list_id"]))
    return found


def _as_list(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def _below(books: Books, list_id: str) -> list[str]:
    found = []
    for child in books.storage.rows("SELECT list_id FROM list_entries WHERE parent_list_id = ?", list_id):
        found.extend([child["list_id"], *_below(books, child["list_id"])])
    return found


def total_balance(conditions: Conditions, node: Node) -> None:
    """TotalBalanceFilter: the balance of an entry with everything below it, compared in whole cents."""
    below = (
        "b.full_name_key > list_entries.full_name_key || ':' AND b.full_name_key < list_entries.full_name_key || ';'"
    )
    same = f"b.family = list_entries.family AND (b.list_id = list_entries.list_id OR ({below}))"
    total = f"(SELECT SUM(CAST(round(b.balance * 100) AS INTEGER)) FROM list_entries b WHERE {same})"  # noqa: S608
    conditions.add(f"{total} {_OPERATORS[node['Operator']]} ?", int(number(node["Amount"]) * 100))
