"""Owns the closing date: what lies on or before it may not change. It knows no documents."""

from __future__ import annotations

from qwc.company.books import Books
from qwc.company.refusals import Refusal


def check(books: Books, txn_date: str | None, kind: str, *, code: int = 3171) -> None:
    """Refusal 3171, or 3161 for a deletion, where the date lies on or before the closing date (qbxml.md 16)."""
    closing_date = books.settings.get("closing_date", "")
    if closing_date and txn_date and txn_date <= closing_date:
        raise Refusal(code, kind=kind)
