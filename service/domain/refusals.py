"""Every refusal that the whole house shares: one class each, its sentence built here. Never an HTTP status or a color.

A refusal is something that was asked for and cannot be done. Its text is read by the person who asked, so it names
the thing, the place, what was given and what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class Refusal(Exception):
    """The root of all refusals; `str()` is the sentence to show."""


class UnknownCompany(Refusal):
    def __init__(self, name: str, known: Sequence[str]) -> None:
        listed = ", ".join(known) if known else "none yet; add one with `deskpost company add NAME`"
        super().__init__(f"There is no company '{name}'. Known companies: {listed}.")


class CompanyNotNamed(Refusal):
    def __init__(self, known: Sequence[str]) -> None:
        if known:
            text = f"There are several companies ({', '.join(known)}): name one with --company or in `company`."
        else:
            text = "There is no company yet: add one with `deskpost company add NAME`."
        super().__init__(text)


class CompanyExists(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"A company '{name}' is there already: choose another name.")


class UnknownConnection(Refusal):
    def __init__(self, user_name: str) -> None:
        super().__init__(
            f"There is no connection with the user name '{user_name}'. `deskpost company show` lists those there are."
        )


class UserNameTaken(Refusal):
    def __init__(self, user_name: str) -> None:
        super().__init__(f"The user name '{user_name}' is in use already: choose another one.")


class ConnectionRevoked(Refusal):
    def __init__(self, user_name: str) -> None:
        super().__init__(
            f"The connection '{user_name}' was revoked. Make a new one with `deskpost connection add`, "
            "and add its .qwc in the Web Connector."
        )


class UnknownMessage(Refusal):
    def __init__(self, message_id: object) -> None:
        super().__init__(f"There is no message {message_id}. `deskpost queue` shows what is there.")


class UnlawfulMove(Refusal):
    """A message cannot go from its status by the move that was asked for."""

    def __init__(
        self, message_id: int, document: str, status: str, move: str, lawful: Sequence[str], *, since: str | None = None
    ) -> None:
        """`since` says who moved it last, how and when: two people may decide at once."""
        self.message_id, self.document, self.status, self.move, self.since = message_id, document, status, move, since
        possible = (
            f"What can be done with it: {', '.join(lawful)}." if lawful else "Nothing can be done with it by hand."
        )
        moved = f" ({since})" if since else ""
        super().__init__(f"Message {message_id} ({document}) is {status}{moved}: '{move}' does not apply. {possible}")


class BadRecordName(Refusal):
    place = "record"
    """The field of a message that is wrong."""

    def __init__(self, given: object, longest: int) -> None:
        key = given.partition(":")[2] if isinstance(given, str) else ""
        wrong = f"{given!r} does not name a record."
        if len(key) > longest:
            wrong = f"The key '{key[:40]}...' is {len(key)} characters long, and at most {longest} are taken."
        super().__init__(f"{wrong} Write the kind, a colon and your own key, such as 'Customer:C-1042'.")


class UnknownOperation(Refusal):
    place = "operation"
    """The field of a message that is wrong."""

    def __init__(self, given: object, known: Sequence[str]) -> None:
        wrong = "No operation is given." if given is None else f"There is no operation {given!r}."
        super().__init__(f"{wrong} There are: {', '.join(known)}.")


class BadDocument(Refusal):
    """A message as a caller gave it breaks its own shape, before its content is even looked at."""

    def __init__(self, place: str, complaint: str) -> None:
        self.place = place
        super().__init__(f"{place}: {complaint}" if place else complaint)


class DocumentMalformed(Refusal):
    """Several things are wrong with the shape of a message; `complaints` are all of them, each with its place."""

    def __init__(self, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__(" ".join(self.complaints))


class DocumentRefused(Refusal):
    """The content of a message cannot be written as qbXML; `complaints` are all of them, each with its path."""

    def __init__(self, document: str, complaints: Sequence[str]) -> None:
        self.complaints = tuple(complaints)
        super().__init__(f"{document}: " + "; ".join(self.complaints))


class SomeRefused(Refusal):
    """Of messages that are taken together or not at all some are refused; `refusals` are all, by their places from 0.

    `complaints` are all that is wrong with any of them, each with the number of its message from 1.
    """

    def __init__(self, refusals: Mapping[int, Refusal], given: int) -> None:
        self.refusals = dict(refusals)
        self.complaints = tuple(
            f"message {place + 1}: {complaint}"
            for place, refusal in self.refusals.items()
            for complaint in all_complaints(refusal)
        )
        super().__init__(
            f"Nothing was taken, because {len(self.refusals)} of {given} messages cannot be: "
            + "; ".join(self.complaints)
        )


def all_complaints(refusal: Refusal) -> Sequence[str]:
    """What a refusal complains of, one by one."""
    told: Sequence[str] = getattr(refusal, "complaints", ()) or [str(refusal)]
    return told


class IdempotencyKeyReused(Refusal):
    def __init__(self, key: str, message_id: int) -> None:
        super().__init__(
            f"The idempotency key '{key}' was used for message {message_id} with other content: "
            "give each new version of a document a key of its own."
        )


class RevisionIsOlder(Refusal):
    def __init__(self, record: str, given: int, known: int) -> None:
        super().__init__(
            f"{record}: revision {given} is older than revision {known}, which is already here. It was not taken."
        )


class RequirementsFormACircle(Refusal):
    def __init__(self, path: Sequence[str]) -> None:
        super().__init__(
            f"These records wait for each other in a circle: {' -> '.join(path)}. Take one of the references out."
        )


class WeakPassword(Refusal):
    def __init__(self, shortest: int) -> None:
        super().__init__(f"The password is too short: it needs at least {shortest} characters.")


class UnknownPrivilege(Refusal):
    def __init__(self, given: str, known: Sequence[str]) -> None:
        super().__init__(f"There is no privilege '{given}'. There are: {', '.join(known)}.")


class UnknownUser(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"There is no user '{name}'. Add one with `deskpost user add {name}`.")
