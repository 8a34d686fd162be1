"""All that a search found, decided about at one press: its buttons with their numbers, and the press itself.

The search is made again at the press, in the database; `decidable` says why it takes nothing that came to match since
the page was made. What was moved in between is told with whoever moved it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from service.console import decisions, searched, visit
from service.console.decisions import MoreThanShown
from service.console.guard import needs
from service.console.outcomes import MOST_UNDONE
from service.console.rows import Row
from service.console.searched import Asked
from service.console.visit import reading
from service.domain.privilege import Privilege
from service.domain.status import Status
from service.store import decidable
from service.store.companies import Company
from service.store.decidable import DECIDABLE, Counted, Seen
from service.store.unit import Work

pages = Blueprint("all_found", __name__)

MOST = MOST_UNDONE
"""So many messages one press is about at most, so that all of it can be undone."""


@dataclass(frozen=True, slots=True)
class Button:
    """What one press does with several: where they stand, and its labels for the ticked ones and for all found.

    {which} in a label is as many as there are: all 398. `alone` keeps it to lists in which all stand there: beside
    others its words would not say whom it is about.
    """

    press: str
    takes: Collection[Status]
    selected: str
    all: str
    style: str = ""
    alone: bool = False


BUTTONS = (
    Button("send", (Status.FAILED, Status.SKIPPED), "Retry selected", "Retry {which}"),
    Button("send_after_all", (Status.MANUAL_ENTRY,), "Send selected after all", "Send {which} after all", alone=True),
    Button(
        "hand_over",
        (Status.FAILED, Status.PENDING, Status.SKIPPED),
        "Enter selected manually",
        "Enter {which} manually",
    ),
    Button("reopen", (Status.MANUALLY_ENTERED,), "Enter selected again", "Enter {which} again", alone=True),
    Button("skip", (Status.FAILED, Status.PENDING, Status.MANUAL_ENTRY), "Skip selected", "Skip {which}", "quiet"),
)
"""What people do with several at once. A doubt is nobody's, and what is being sent is not either."""


@dataclass(frozen=True, slots=True)
class AllFound:
    """The buttons for all that was found, as names and labels, and the fields that say what that is."""

    buttons: Sequence[tuple[Button, str]]
    fields: Sequence[tuple[str, str]]
    is_all: bool
    """Whether everything that matches was counted, and not only the newest."""
    is_only_one: bool
    """Whether the list holds one message and no other, so that the buttons need not say which are meant."""


def for_rows(rows: Sequence[Row]) -> Sequence[Button]:
    """The buttons that apply to several of the rows of a list, for those who may decide."""
    if not visit.person().may(Privilege.SYNCHRONIZE, visit.company()):
        return ()
    return _for_statuses({row.decidable for row in rows if row.decidable is not None})


def offered(work: Work, company: Company, asked: Asked, *, is_only_one: bool) -> AllFound | None:
    """What can be decided about all that a search finds; None where that is nothing.

    `is_only_one` says that the list of what was found holds one message.
    """
    seen = decidable.seen(work)
    found = decidable.counted(work, company.id, asked.wanted)
    if not found:
        return None
    buttons = [
        (one, one.all.format(which="it" if is_only_one else _which(_shown(found, one)))) for one in _for_statuses(found)
    ]
    is_all = all(not one.floor for one in found.values())
    return AllFound(buttons, list(_fields(asked, seen, found)), is_all, is_only_one)


def of_status(
    work: Work, company: Company, status: str, kind: str = "", *, is_only_one: bool = False
) -> AllFound | None:
    """The same for a list of all that stand in a status, and of one kind of them; for those who may decide."""
    if not visit.person().may(Privilege.SYNCHRONIZE, company):
        return None
    return offered(work, company, searched.asked({"status": status, "kind": kind}, None), is_only_one=is_only_one)


@pages.post("/company/<company>/decide-all")
@needs(Privilege.SYNCHRONIZE)
def decide_about_all() -> Response | str:
    """One of the buttons for all that was found was pressed."""
    button, asked, seen, found = _pressed()
    taken = {status: one.floor for status, one in found.items() if status in button.takes}
    shown = _shown(found, button)
    with reading() as work:
        company = visit.company()
        chosen = decidable.matching(work, company.id, asked.wanted, taken, seen, MOST + 1)
        before = decidable.moved_since(work, company.id, asked.wanted, taken, seen)
    if len(chosen) > shown and shown < MOST:
        return decisions.told_instead(str(MoreThanShown()))
    if decisions.asks(button.press, len(chosen)):
        return decisions.question(button.press, len(chosen[:MOST]))
    decisions.carry_out(button.press, chosen[:MOST], before)
    return decisions.back()


def _for_statuses(statuses: Collection[Status]) -> Sequence[Button]:
    fits = {True: all, False: any}
    return [one for one in BUTTONS if fits[one.alone](status in one.takes for status in statuses)] if statuses else []


def _which(number: int) -> str:
    """As many as a button takes, where others may be listed beside them: all 398; 1"""
    return "1" if number == 1 else f"all {number:,}"


def _shown(found: Mapping[Status, Counted], button: Button) -> int:
    """The number that stands on a button."""
    return min(MOST, sum(one.number for status, one in found.items() if status in button.takes))


def _fields(asked: Asked, seen: Seen, found: Mapping[Status, Counted]) -> Iterator[tuple[str, str]]:
    yield from asked.understood.items()
    if asked.run is not None:
        yield "run", str(asked.run)
    yield "newest", f"{seen.message}.{seen.event}"
    for status, one in found.items():
        yield status.value, f"{one.number}.{one.floor}"


def _pressed() -> tuple[Button, Asked, Seen, Mapping[Status, Counted]]:
    """What the form says. BadRequest for what no page of ours says: a filter that was lost would take more."""
    button = next((one for one in BUTTONS if one.press == request.form.get("do")), None)
    run = request.form.get("run", "0")
    asked = searched.asked(request.form, int(run) if decisions.is_id(run) and int(run) else None)
    newest = _pair("newest")
    if button is None or newest is None or set(asked.given_at_all) != set(asked.understood):
        raise BadRequest
    found = {status: Counted(*pair) for status in DECIDABLE if (pair := _pair(status.value)) is not None}
    return button, asked, Seen(*newest), found


def _pair(name: str) -> tuple[int, int] | None:
    """Two numbers of the form, as `_fields` writes them."""
    first, _, second = request.form.get(name, "").partition(".")
    return (int(first), int(second)) if decisions.is_id(first) and decisions.is_id(second) else None
