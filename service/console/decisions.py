"""The presses: what each button asks for, for one message, some, or all of a cause; and what is said afterwards.

The decisions themselves are made in the exchange. Here stands, as one table, which button makes which decision, how
its outcome is told, and what takes it back. Somebody who comes second is told what the first did.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.catalogue.nouns import noun_for
from service.console import notices, visit
from service.console.documents import Directory
from service.console.guard import needs
from service.console.kinds import counted
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal, UnlawfulMove
from service.domain.status import Status
from service.exchange import decide, moves
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

Decide = Callable[[Work, int, str], None]
"""A decision about one message, by the name of the person who makes it."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button: its decision, what is told of one message and of several, and the press that takes it back.

    In what is told, {Called} is the message at the beginning of a sentence, and {number} how many there were.
    """

    decide: Decide
    one: str
    several: str
    undo: str | None = None
    tone: str = "good"


def _retry(work: Work, message_id: int, by: str) -> None:
    decided = decide.retry(work, [message_id], by=by)
    if decided.refused:
        # `retry` tells refusals as sentences; the page needs the refusal itself, so it is asked for here.
        message = messages.by_id(work, message_id)
        if message.status != Status.FAILED:
            raise UnlawfulMove(message.id, message.document, Status(message.status), "retry", [])
        raise Refusal(decided.refused[0])


def _create_again(work: Work, message_id: int, by: str) -> None:
    decide.create_again(work, message_id, by=by)
    moves.note(work, messages.by_id(work, message_id), "create again", by, "to be created again")


PRESSES: Mapping[str, Press] = {
    "retry": Press(_retry, "{Called} is to be sent again.", "{number} are to be sent again."),
    "hand_over": Press(
        lambda work, number, by: decide.hand_over(work, number, by=by),
        "{Called} now stands under Manual entry.",
        "{number} now stand under Manual entry.",
        undo="restore",
        tone="tell",
    ),
    "skip": Press(
        lambda work, number, by: decide.skip(work, number, by=by),
        "{Called} is skipped. It stands under Old skipped transactions.",
        "{number} are skipped. They stand under Old skipped transactions.",
        undo="restore",
        tone="tell",
    ),
    "link": Press(
        lambda work, number, by: decide.link(work, number, by=by),
        "{Called} is linked.{waiting}",
        "{number} are linked. What waits for them goes with the next run.",
    ),
    "create_again": Press(_create_again, "{Called} is to be created again.", "{number} are to be created again."),
    "found": Press(
        lambda work, number, by: decide.it_is_there(work, number, _number_given(number), by=by),
        "{Called} is settled: it is in QuickBooks.",
        "",
    ),
    "absent": Press(
        lambda work, number, by: decide.it_is_not_there(work, number, by=by), "{Called} is to be sent again.", ""
    ),
    "restore": Press(
        lambda work, number, by: decide.restore(work, number, by=by),
        "{Called} is to be sent.",
        "{number} are to be sent.",
    ),
}
"""The buttons of Synchronize and of a message's page; `restore` is Undo, and Send it after all."""

TAKES_BACK = ("restore",)

SINCE: Mapping[Status, str] = {
    Status.PENDING: "is to be sent already",
    Status.IN_FLIGHT: "is being sent just now",
    Status.IN_DOUBT: "has to be looked up in QuickBooks first",
    Status.SYNCHRONIZED: "is in QuickBooks already",
    Status.FAILED: "needs attention",
    Status.MANUAL_ENTRY: "stands under Manual entry",
    Status.MANUALLY_ENTERED: "is marked as entered",
    Status.SKIPPED: "is skipped",
    Status.SUPERSEDED: "was replaced by a newer version",
}
"""What somebody is told who comes too late, by how the message stands since."""


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
    _carry_out(press, chosen)
    return _back()


@pages.post("/company/<company>/undo")
@needs(Privilege.SYNCHRONIZE)
def undo() -> Response:
    """Take back what was just done."""
    press = request.form.get("undo", "")
    chosen = [int(one) for one in request.form.get("message", "").split() if _is_id(one)]
    if press in TAKES_BACK and chosen:
        _carry_out(press, chosen[:MOST_UNDONE])
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
            if not _is_id(up_to):
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
        if not last and _is_id(key):
            chosen.append(int(key))
        elif _is_id(last):
            company_id = visit.company().id
            cause = attention.cause_of(work, company_id, key)
            chosen += attention.ids_of_cause(work, company_id, cause, int(last)) if cause is not None else []
    return chosen


def _carry_out(name: str, chosen: Sequence[int]) -> None:
    """Make the decision in transactions of bounded size, and keep what the next page says of it."""
    press, by, company = PRESSES[name], visit.person().name, visit.company()
    moved: list[int] = []
    refused: list[tuple[int, Refusal]] = []
    undoable = True
    for first in range(0, len(chosen), AT_ONCE):
        with writing() as work:
            part = chosen[first : first + AT_ONCE]
            undoable = undoable and _can_be_undone(work, part)
            made = work_of_people.decide_each(work, company, part, lambda work, number: press.decide(work, number, by))
        moved += made.moved
        refused += made.refused
    with writing() as work:
        told = _told(work, company, press, moved, undoable=undoable)
        notices.tell(work, *told, *_refused(work, company, refused))


def _can_be_undone(work: Work, chosen: Sequence[int]) -> bool:
    """A doubt that was put aside must not be sent again by a press of Undo: somebody looks in QuickBooks first."""
    return all(messages.by_id(work, number, lock=False).status != Status.IN_DOUBT for number in chosen)


def _told(work: Work, company: Company, press: Press, moved: Sequence[int], *, undoable: bool) -> Sequence[Notice]:
    if not moved:
        return ()
    undo = press.undo if undoable and len(moved) <= MOST_UNDONE else None
    if len(moved) > 1:
        return [Notice(press.tone, press.several.format(number=f"{len(moved):,}"), undo, moved)]
    message = messages.by_id(work, moved[0], lock=False)
    text = press.one.format(Called=_called(work, company, message), waiting=_waiting(work, company, message))
    return [Notice(press.tone, text, undo, moved)]


def _waiting(work: Work, company: Company, message: Message) -> str:
    """Who goes with the next run because this one was linked."""
    if message.record is None:
        return ""
    kinds = attention.waiting_for(work, company.id, [message.record]).get(message.record, ())
    if not kinds:
        return ""
    told = " and ".join(counted(noun_for(kind).noun, number) for kind, number, _ in kinds)
    return f" {told} go with the next run."


def _refused(work: Work, company: Company, refused: Sequence[tuple[int, Refusal]]) -> Sequence[Notice]:
    """Why some were left as they are; of many the first few and how many more there were."""
    found = [Notice("warn", _why_not(work, company, number, refusal)) for number, refusal in refused[:MOST_TOLD]]
    if len(refused) > MOST_TOLD:
        found.append(Notice("warn", f"{len(refused) - MOST_TOLD:,} more were left as they are."))
    return found


def _why_not(work: Work, company: Company, number: int, refusal: Refusal) -> str:
    message = messages.by_id(work, number, lock=False)
    called = _called(work, company, message)
    if not isinstance(refusal, UnlawfulMove):
        return str(refusal).replace(f"Message {message.id} ({message.document})", called)
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


def _number_given(message_id: int) -> str | None:
    """QuickBooks' number of a document that somebody saw there, where it was asked for."""
    return request.form.get(f"number-{message_id}")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _back() -> Response:
    """The page on which the button was pressed."""
    return redirect(visit.local(request.form.get("back", ""), f"/company/{visit.company().name}/synchronize"), 303)
