"""Writes an entry out for a terminal, for `deskpost explain`. It prints nothing itself."""

from __future__ import annotations

import textwrap

from service.catalogue.entries import Entry
from service.catalogue.vocabulary import Actor, Applied

_WIDTH = 88
_WHO = {
    Actor.NOBODY: "nobody, Deskpost does it by itself",
    Actor.ACCOUNTANT: "the accountant",
    Actor.QUICKBOOKS_ADMINISTRATOR: "whoever signs in to QuickBooks as Admin",
    Actor.IT: "IT, on the PC or the server",
    Actor.DEVELOPER: "the technical team behind the order system",
}
_SAVED = {
    Applied.YES: "yes",
    Applied.NO: "no",
    Applied.UNKNOWN: "not known, so it is checked before anything is sent again",
    Applied.NOT_APPLICABLE: "does not apply, nothing was to be saved",
}


def render(entry: Entry) -> str:
    """An entry as some lines of plain text, without names filled in."""
    heading = f"{entry.code}  {entry.title}"
    rows = [
        ("What happened", entry.what_happened),
        ("What to do", entry.what_to_do),
        ("Who acts", _WHO[entry.actor]),
        ("Saved", _SAVED[entry.applied]),
        ("Deskpost", entry.treatment.value.replace("_", " ")),
        ("Buttons", ", ".join(offer.value.replace("_", " ") for offer in entry.offers) or "none"),
    ]
    if entry.applies_when:
        rows.insert(0, ("When", entry.applies_when))
    return "\n".join([heading, *(_row(label, text) for label, text in rows)])


def _row(label: str, text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent=f"  {label:<14}", subsequent_indent=" " * 16)
