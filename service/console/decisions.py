"""Takes the presses of buttons, for one message, some, or all of a cause, and says afterwards what came of them.

Which button makes which decision is the table of `presses`. Somebody who comes second is told what the first did.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.catalogue.nouns import noun_for
from service.console import notices, visit
from service.console.documents import Directory
from service.console.guard import needs
from service.console.kinds import counted
from service.console.notices import Notice
from service.console.presses import PRESSES, SINCE, TAKES_BACK, Press
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.domain.status import MOVES, Status
from service.exchange import moves
from service.exchange import pages as work_of_people
from service.store import attention, companies, console_people, messages
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.messages import Message
from service.store.unit import Work

pages = Blueprint("decisions", __name__)

AT_ONCE = 200
"""Messages that one transaction decides about: the Web Connector's calls go on in between."""

MOST_TOLD = 5
MOST_UNDONE = 5000


@pages.post("/company/<company>/decide")
@needs(Privilege.SYNCHRONIZE)
def decide_about() -> Response:
    """A button of a list or of a message's page was pressed."""
    press, chosen = _pressed()
    if press is None:
        return _back()
    if not chosen:
        with writing() as work:
            notices.tell(work, Notice("warn", NOTHING_SELECTED))
        return _back()
    carry_out(press, chosen)
    return _back()


@pages.post("/company/<company>/undo")
@needs(Privilege.SYNCHRONIZE)
def undo() -> Response:
    """Take back what was just done."""
    press = request.form.get("undo", "")
    chosen = [int(one) for one in request.form.get("message", "").split() if is_id(one)]
    if press in TAKES_BACK and chosen:
        carry_out(press, chosen[:MOST_UNDONE])
    return _back()


@pages.post("/company/<company>/start")
@needs(Privilege.SYNCHRONIZE)
def start() -> Response:
    """Start: release the work for the next visit of the Web Connector."""
    with writing() as work:
        company = companies.by_id(work, visit.company().id)
        ready = store_pages.open_work(work, company.id).ready
        work_of_people.start(work, company, ready=ready, by=visit.person().name)
    return visit.back_to("synchronize.page")


NOTHING_SELECTED = "Nothing is selected. Tick one or more, then press the button again."


def _pressed() -> tuple[str | None, Sequence[int]]:
    """Which button was pressed, and the messages that it is about."""
    with reading() as work:
        for name in PRESSES:
            if name in request.form:
                return name, _named(work, [request.form[name]])
        wanted = request.form.get("do", "")
        if wanted == "retry_all":
            up_to = request.form.get("up_to", "")
            if not is_id(up_to):
                return None, ()
            return "retry", attention.failed_up_to(work, visit.company().id, int(up_to))
        if wanted in PRESSES and PRESSES[wanted].several:
            return wanted, _named(work, request.form.getlist("message"))
    return None, ()


def _named(work: Work, values: Sequence[str]) -> Sequence[int]:
    """The messages that values of a form name: by their numbers, or by a cause and the newest number seen of it."""
    chosen: list[int] = []
    for value in values:
        key, _, last = value.partition(".")
        if not last and is_id(key):
            chosen.append(int(key))
        elif is_id(last):
            company_id = visit.company().id
            cause = attention.cause_of(work, company_id, key)
            chosen += attention.ids_of_cause(work, company_id, cause, int(last)) if cause is not None else []
    return chosen


def carry_out(name: str, chosen: Sequence[int]) -> None:
    """Make the decision in transactions of bounded size, and keep what the next page says of it."""
    press, by, company = PRESSES[name], visit.person().name, visit.company()
    moved: list[int] = []
    refused: list[tuple[int, Refusal]] = []
    undoable = True
    with reading() as work:
        goes = _goes_with(work, company, chosen) if name == "link" else ""
    for first in range(0, len(chosen), AT_ONCE):
        with writing() as work:
            part = chosen[first : first + AT_ONCE]
            undoable = undoable and _can_be_undone(work, part)
            made = work_of_people.decide_each(work, company, part, lambda work, number: press.decide(work, number, by))
        moved += made.moved
        refused += made.refused
    with writing() as work:
        told = _told(work, company, press, moved, goes, undoable=undoable)
        notices.tell(work, *told, *_refused(work, company, press, refused))


def _can_be_undone(work: Work, chosen: Sequence[int]) -> bool:
    """A doubt that was put aside must not be sent again by a press of Undo: somebody looks in QuickBooks first."""
    return all(messages.by_id(work, number, lock=False).status != Status.IN_DOUBT for number in chosen)


def _told(
    work: Work, company: Company, press: Press, moved: Sequence[int], goes: str, *, undoable: bool
) -> Sequence[Notice]:
    if not moved:
        return ()
    undo = press.undo if undoable and len(moved) <= MOST_UNDONE else None
    if len(moved) > 1:
        return [Notice(press.tone, press.several.format(number=f"{len(moved):,}"), undo, moved)]
    message = messages.by_id(work, moved[0], lock=False)
    text = press.one.format(
        Called=_called(work, company, message),
        goes=goes,
        known_as=message.quickbooks_number,
    )
    return [Notice(press.tone, text, undo, moved)]


def _goes_with(work: Work, company: Company, chosen: Sequence[int]) -> str:
    """Who goes with the next run once this one is linked."""
    record = messages.by_id(work, chosen[0], lock=False).record
    kinds = attention.waiting_for(work, company.id, [record]).get(record, ()) if record and len(chosen) == 1 else ()
    told = " and ".join(counted(noun_for(kind).noun, number) for kind, number, _ in kinds)
    verb = "goes" if sum(number for _, number, _ in kinds) == 1 else "go"
    return f" {told} {verb} with the next run." if told else ""


def _refused(work: Work, company: Company, press: Press, refused: Sequence[tuple[int, Refusal]]) -> Sequence[Notice]:
    """Why some were left as they are; of many the first few and how many more there were."""
    found = [Notice("warn", _why_not(work, company, press, number, refusal)) for number, refusal in refused[:MOST_TOLD]]
    if len(refused) > MOST_TOLD:
        found.append(Notice("warn", f"{len(refused) - MOST_TOLD:,} more were left as they are."))
    return found


def _why_not(work: Work, company: Company, press: Press, number: int, refusal: Refusal) -> str:
    message = messages.by_id(work, number, lock=False)
    called = _called(work, company, message)
    if any(message.status in MOVES[move].leaves for move in press.moves):
        told = str(refusal).replace(f"Message {message.id} ({message.document})", called)
        return told.replace(message.document, called)
    since = SINCE[Status(message.status)]
    return f"{called} {since}{_who(work, message)}. It was left as it is."


def _who(work: Work, message: Message) -> str:
    """Who decided so before, and when, if it was a person."""
    last = store_pages.last_decision(work, message.id)
    if last is None or last[0] == moves.SERVICE:
        return ""
    name = console_people.full_names(work).get(last[0], last[0])
    return f": {name} decided so, {visit.here().reader.moment(last[1])}"


def _called(work: Work, company: Company, message: Message) -> str:
    return Directory(work, company.id).documents([message])[message.id].called


def is_id(text: str) -> bool:
    """Whether a text is the number of a message as forms and addresses write it."""
    return text.isascii() and text.isdigit() and len(text) < 19


def _back() -> Response:
    """The page on which the button was pressed."""
    return redirect(visit.local(request.form.get("back", ""), f"/company/{visit.company().name}/synchronize"), 303)
