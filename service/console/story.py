"""The history of a message, in sentences: what each event means, as one table. Leaves nothing out that happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from service import catalogue
from service.exchange.moves import SERVICE
from service.store.events import Event
from service.store.messages import Message

DOORS: Mapping[str, str] = {"sql": "the order system", "python": "the order system", "http": "the order system"}
"""By whom a message came, by the door through which it came; others are named as they are."""


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the history."""

    at: datetime
    text: str


def told(message: Message, events: Sequence[Event], names: Mapping[str, str], pc: str, done: str) -> Sequence[Told]:
    """The events of a message as sentences, newest first.

    `names` are people's full names, `pc` is the PC's, and `done` says what QuickBooks did with it: added, changed.
    """
    return [Told(event.at, _Teller(message, event, names, pc, done).sentence()) for event in reversed(events)]


@dataclass(frozen=True, slots=True)
class _Teller:
    """One event and what its sentence needs to know."""

    message: Message
    event: Event
    names: Mapping[str, str]
    pc: str
    done: str

    def sentence(self) -> str:
        tell = _SENTENCES.get(self.event.action)
        return tell(self) if tell is not None else f"{_capital(self.event.action)}{self.note()}."

    def who(self) -> str:
        """Whoever did it, at the beginning of a sentence."""
        actor = self.event.actor
        return "Deskpost" if actor == SERVICE else _capital(self.names.get(actor, actor))

    def note(self, before: str = ": ") -> str:
        """What the event says besides, without its full stop."""
        return f"{before}{self.event.note.rstrip('.')}" if self.event.note else ""

    @property
    def by_itself(self) -> bool:
        return self.event.actor == SERVICE


def _came(teller: _Teller) -> str:
    revision = f", revision {teller.message.revision}" if teller.message.revision is not None else ""
    door = DOORS.get(teller.event.actor, teller.names.get(teller.event.actor, teller.event.actor))
    return f"It came from {door}{revision}{teller.note()}."


def _handed_out(teller: _Teller) -> str:
    return f"{_capital(teller.pc)} handed it to QuickBooks{teller.note()}."


def _synchronized(teller: _Teller) -> str:
    return f"QuickBooks {teller.done} it{teller.note()}."


def _failed(teller: _Teller) -> str:
    code = teller.event.status_code
    if code is None:
        return f"It could not be sent{teller.note()}."
    title = catalogue.entry(code).title
    return f"QuickBooks refused it: {title[:1].lower()}{title[1:]}{teller.note(', ')}."


def _released(teller: _Teller) -> str:
    return f"It goes again later{teller.note()}."


def _found(teller: _Teller) -> str:
    return (
        f"It was found in QuickBooks{teller.note()}." if teller.by_itself else f"{teller.who()} saw it in QuickBooks."
    )


def _outcome(teller: _Teller) -> str:
    """What a search for the record came to; its note begins with the record."""
    return (teller.event.note or "").partition(": ")[2].rstrip(".")


def _by_person(text: str) -> Callable[[_Teller], str]:
    def tell(teller: _Teller) -> str:
        number = teller.message.quickbooks_number or ""
        return f"{teller.who()} {text.format(number=number)}{teller.note()}."

    return tell


_SENTENCES: Mapping[str, Callable[[_Teller], str]] = {
    "enqueue": _came,
    "import old skipped": _came,
    "dispatch": _handed_out,
    "synchronize": _synchronized,
    "fail": _failed,
    "release": _released,
    "doubt": lambda teller: f"Nobody knows yet whether QuickBooks has it{teller.note()}.",
    "perhaps done": lambda _: "Its answer was lost. It is sent once more, which does no harm if it was done already.",
    "found": _found,
    "absent": lambda teller: f"{teller.who()} looked: it is not in QuickBooks.",
    "retry": _by_person("pressed Retry"),
    "hand over": _by_person("put it under Manual entry"),
    "skip": _by_person("skipped it"),
    "mark entered": _by_person("marked it as entered, QuickBooks number {number}"),
    "reopen": _by_person("took back that it was entered"),
    "restore": _by_person("had it sent after all"),
    "take back": _by_person("took that back: it needs attention again"),
    "supersede": lambda _: "A newer version replaced it.",
    "link": lambda teller: f"{teller.who()} {teller.note('') or 'linked it'}.",
    "look up": lambda teller: f"{teller.who()} looked for it in QuickBooks{teller.note()}.",
    "create again": lambda teller: f"{teller.who()} had it created again.",
    "check after restore": lambda teller: f"After a backup was restored: {_outcome(teller)}.",
    "send again after restore": lambda teller: f"{teller.who()} had it sent again: the restored backup lacks it.",
    "leave after restore": lambda teller: f"{teller.who()} left it as the restored backup has it.",
    "list again after restore": lambda teller: f"{teller.who()} took back that it is left as the backup has it.",
    "close": _by_person("closed it"),
    "open again": _by_person("put it back on the list of old skipped ones"),
    "correct number": _by_person("corrected the number"),
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
