"""What is special about the kinds of records, as data: plurals, the menu of a row, the facts that people ask about.

A kind that is not listed gets what all have: its details, what was sent and answered, its history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING

from service.catalogue.nouns import known_objects, noun_for

if TYPE_CHECKING:
    from service.console.documents import Document


class Choice(Enum):
    """A line of the menu of a row: its words, and the part of a message's page to which it leads."""

    DETAILS = ("{Noun} details", "content")
    PARTNER = ("{Partner}", "")
    PAYMENTS = ("Payments of this invoice", "related")
    PAYS = ("Invoices it pays", "content")
    CREDITS = ("Invoice it credits", "content")
    SOLD = ("Items sold", "content")
    TRANSACTIONS_OF = ("Transactions of this {noun}", "related")
    TRANSACTIONS_WITH = ("Transactions with this item", "related")
    PLAIN_DETAILS = ("Details", "content")
    SENT = ("What was sent and answered", "sent")
    HISTORY = ("History", "history")

    @property
    def part(self) -> str:
        return self.value[1]

    def label(self, document: Document) -> str:
        partner = "Vendor" if "VendorRef" in document.content else "Customer"
        return str(self.value[0]).format(
            Noun=document.noun[:1].upper() + document.noun[1:], noun=document.noun, Partner=partner
        )


_TRANSACTION = (Choice.DETAILS, Choice.PARTNER)
_CHOICES: Mapping[str, Sequence[Choice]] = {
    "Invoice": (*_TRANSACTION, Choice.PAYMENTS),
    "ReceivePayment": (*_TRANSACTION, Choice.PAYS),
    "CreditMemo": (*_TRANSACTION, Choice.CREDITS),
    "SalesReceipt": (*_TRANSACTION, Choice.SOLD),
    "Customer": (Choice.DETAILS, Choice.TRANSACTIONS_OF),
    "Vendor": (Choice.DETAILS, Choice.TRANSACTIONS_OF),
    "": (Choice.PLAIN_DETAILS,),
}

_PLURALS = {"entry": "entries", "other name": "other names", "transfer of funds": "transfers of funds"}


def choices_for(kind: str) -> Sequence[Choice]:
    """The menu of a row of that kind."""
    return (*_own_choices(kind), Choice.SENT, Choice.HISTORY)


def plural(noun: str) -> str:
    """invoices, journal entries, classes"""
    if noun in _PLURALS:
        return _PLURALS[noun]
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


def counted(noun: str, number: int) -> str:
    """1 invoice, 2 invoices"""
    return f"{number:,} {noun if number == 1 else plural(noun)}"


def with_noun(noun: str) -> Sequence[str]:
    """The kinds of records that people call by a noun: all sorts of items are items."""
    return sorted(kind for kind in known_objects() if noun_for(kind).noun == noun)


def _own_choices(kind: str) -> Sequence[Choice]:
    if kind in _CHOICES:
        return _CHOICES[kind]
    noun = noun_for(kind)
    if noun.noun == "item":
        return (Choice.DETAILS, Choice.TRANSACTIONS_WITH)
    return _TRANSACTION if noun.family == "transaction" else (Choice.DETAILS,)
