"""What events mean on the page Activity, in words, as one table; and which of them belong together. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """How an event is told: who did it stands before the text, {what} is the message or messages that it is about.

    `note` stands between the text and the note of the event where that is told as well. `who` says who stands before:
    whoever did it, the PC, or nobody.
    """

    text: str
    note: str = ""
    who: str = "actor"


MESSAGES: Mapping[str, Words] = {
    "retry": Words("retried {what}"),
    "hand over": Words("put {what} under Manual entry"),
    "skip": Words("skipped {what}", ": "),
    "mark entered": Words("marked {what} as entered"),
    "reopen": Words("took back that {what} was entered"),
    "restore": Words("had {what} sent after all"),
    "take back": Words("took back a decision about {what}"),
    "found": Words("found {what} in QuickBooks"),
    "absent": Words("put {what} back: it was not in QuickBooks"),
    "doubt": Words("does not know whether QuickBooks has {what}"),
    "link": Words("linked {what}", ": "),
    "look up": Words("looked in QuickBooks for {what}", ": "),
    "create again": Words("had {what} created again"),
    "correct number": Words("corrected the number of {what}", ": "),
    "send again after restore": Words("had {what} sent again, which a restored backup lacks"),
    "leave after restore": Words("left {what} as the restored backup has it"),
    "list again after restore": Words("put {what} back on the list of what the restored backup lacks"),
    "close": Words("closed {what}", ": "),
    "open again": Words("put {what} back on the list of old skipped ones", ": "),
    "import old skipped": Words("imported {what}", ": "),
}
RUNS: Mapping[str, Words] = {
    "authenticate": Words("called", who="pc"),
    "start": Words("pressed Start", ": "),
    "connection error": Words("could not open QuickBooks", ": ", who="pc"),
    "refuse company file": Words("had another company file open. Nothing was sent to it", who="pc"),
}
COMPANY_FILE: Mapping[str, Words] = {
    "add company": Words("added the company", " "),
    "pin company file": Words("The company file was accepted at the first visit", ": ", who=""),
    "refuse company file": RUNS["refuse company file"],
    "confirm company file": Words("accepted the company file", ": "),
    "move company file": Words("changed the path of the company file to", " "),
    "restore company file": Words("said that a backup was restored", ": "),
    "see after restore": Words("saw what the restored backup lacks", ": "),
    "drift": Words("", " "),
    "change settings": Words("changed how it sends"),
    "set time zone": Words("set the time zone to", " "),
    "add connection": Words("issued a .qwc file for", " "),
    "rotate password": Words("made a new password for", " "),
    "revoke connection": Words("turned away", " "),
    "make API key": Words("made a key of the HTTP API", ": "),
    "rotate API key": Words("made a new key of the HTTP API in the place of", " "),
    "revoke API key": Words("revoked the key of the HTTP API", " "),
    "add webhook": Words("had a webhook told", ": "),
    "remove webhook": Words("removed a webhook", ": "),
    "tell webhook again": Words("had a webhook told again", ": "),
}
USERS: Mapping[str, Words] = {
    "sign in": Words("signed in"),
    "change password": Words("changed the own password"),
    "set password": Words("made a new password for", " "),
    "add user": Words("added the user", " "),
    "grant": Words("set the privileges of", " "),
    "name user": Words("said what a user is called", ": "),
    "disable user": Words("disabled", " "),
    "enable user": Words("let in again", " "),
}
BESIDE_MESSAGES: Mapping[str, Words] = {"link": Words("", " ")}
"""Words for events that mean something else when they are about no message: their notes say all of it."""

ALL: Mapping[str, Words] = {**MESSAGES, **RUNS, **COMPANY_FILE, **USERS}

NOT_TOLD = (
    "enqueue",
    "dispatch",
    "synchronize",
    "fail",
    "release",
    "supersede",
    "recover",
    "recovery answer",
    "perhaps done",
    "check after restore",
)
"""What Deskpost does by itself with each message: it stands in the message's own history, and in the runs' outcomes."""


def words_for(action: str, *, is_beside: bool = False) -> Words:
    """The words for an event; one that is not in the table is told by its name, so that nothing is left out.

    `is_beside` says that it is about no message.
    """
    if is_beside and action in BESIDE_MESSAGES:
        return BESIDE_MESSAGES[action]
    return ALL.get(action) or Words(f"{action} {{what}}", ": ")
