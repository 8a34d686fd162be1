"""Owns which account is taken where a request names none, and how a balance is signed. It posts nothing."""

from __future__ import annotations

import sqlite3
from decimal import Decimal

from qwc.company.books import Books
from qwc.company.refusals import Refusal

# Accounts whose balance grows with a credit: QuickBooks shows it as a positive number.
CREDIT_BALANCES = frozenset(
    {"AccountsPayable", "CreditCard", "OtherCurrentLiability", "LongTermLiability", "Equity", "Income", "OtherIncome"}
)


def default_account(books: Books, what: str) -> sqlite3.Row | None:
    """The company's account for a purpose: by its special type, else the first active one of that account type."""
    return books.storage.row(
        "SELECT * FROM list_entries WHERE kind = 'Account'"
        " AND (json_extract(body, '$.SpecialAccountType') = :purpose OR (account_type = :purpose AND is_active = 1))"
        " ORDER BY json_extract(body, '$.SpecialAccountType') = :purpose DESC, position LIMIT 1",
        purpose=what,
    )


def needed_account(books: Books, what: str) -> str:
    """The ListID of the company's account for a purpose; Refusal 3270 where the chart has none."""
    row = default_account(books, what)
    if row is None:
        raise Refusal(3270, field=what)
    return str(row["list_id"])


def shown_balance(account_type: str | None, debits: Decimal) -> Decimal:
    """A balance as QuickBooks shows it, from the sum of debits less credits."""
    return -debits if account_type in CREDIT_BALANCES else debits
