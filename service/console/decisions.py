"""Takes the presses of buttons, for one message, some, or all of a cause, and lets the next page say what came of them.

Which button makes which decision is the table of `presses`. Somebody who comes second is told what the first did.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial

from flask import Blueprint, render_template, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.catalogue.nouns import noun_for
from service.console import notices, outcomes, visit
from service.console.guard import needs
from service.console.kinds import counted
from service.console.notices import Notice
from service.console.outcomes import MOST_UNDONE, Outcome
from service.console.presses import PRESSES, TAKES_BACK, Press
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.domain.status import Status
from service.exchange import pages as work_of_people
from service.store import attention, companies, messages, retried
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.decidable import Moved, Seen
from service.store.unit import StoreUnavailable, Work, again_when_overtaken

pages = Blueprint("decisions", __name__)

AT_ONCE = 100
"""Messages that one transaction decides about: the Web Connector's calls go on in between."""

IN_BETWEEN = 0.02
"""Seconds between two transactions, so that on SQLite a call that waits for the writer's lock gets it."""

LONGEST = 60.0
"""Seconds after which a press is told to go on with another one: a front gives up on an answer sooner or later."""


class MoreThanShown(Refusal):
    """A press would be about more messages than its page showed."""

    def __init__(self) -> None:
        super().__init__(
            "More messages match now than the page showed, so nothing was done. Look at them here, then press again."
        )


@pages.post("/company/<company>/decide")
@needs(Privilege.SYNCHRONIZE)
def decide_about() -> Response | str:
    """A button of a list or of a message's page was pressed."""
    try:
        press, chosen = _pressed()
    except MoreThanShown as refusal:
        return told_instead(str(refusal))
    if press is None:
        return back()
    if not chosen:
        return told_instead(NOTHING_SELECTED)
    if asks(press, len(chosen)):
        return question(press, len(chosen))
    carry_out(press, chosen)
    return back()


@pages.post("/company/<company>/undo")
@needs(Privilege.SYNCHRONIZE)
def undo() -> Response:
    """Take back what was just done."""
    press = request.form.get("undo", "")
    chosen = [int(one) for one in request.form.get("message", "").split() if is_id(one)]
    if press in TAKES_BACK and chosen:
        carry_out(press, chosen[:MOST_UNDONE])
    return back()


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
        if wanted in PRESSES and PRESSES[wanted].several:
            return wanted, _named(work, request.form.getlist("message"))
    return None, ()


def _named(work: Work, values: Sequence[str]) -> Sequence[int]:
    """The messages that values of a form name: by their numbers, or by a cause and what was seen of it.

    Raises MoreThanShown.
    """
    chosen: list[int] = []
    for value in values:
        key, *shown = value.split(".")
        if not shown and is_id(key):
            chosen.append(int(key))
        elif len(shown) == 3 and all(map(is_id, shown)):
            number, message, event = map(int, shown)
            chosen += _of_cause(work, key, number, Seen(message, event))
    return chosen


def _of_cause(work: Work, key: str, number: int, shown: Seen) -> Sequence[int]:
    """What failed for a cause, as the page showed it, bounded as all that a search found."""
    company_id = visit.company().id
    cause = attention.cause_of(work, company_id, key)
    found = attention.ids_of_cause(work, company_id, cause, shown) if cause is not None else []
    if len(found) > number:
        raise MoreThanShown
    return found


def told_instead(sentence: str) -> Response:
    """Nothing was decided, and the next page says why."""
    with writing() as work:
        notices.tell(work, Notice("warn", sentence))
    return back()


def asks(press: str, number: int) -> bool:
    """Whether a press is asked about first: it is about several, cannot be undone, and nobody has said yes yet."""
    return PRESSES[press].question is not None and number > 1 and request.form.get("sure") != "yes"


def question(press: str, number: int) -> str:
    """The page that asks before what cannot be undone; its answer sends the same form once more."""
    asked = PRESSES[press].question
    assert asked is not None
    return render_template(
        "question.html",
        heading=asked[0].format(number=f"{number:,}"),
        why=asked[1],
        answer=asked[0].format(number=f"{number:,}").rstrip("?"),
        here_again=request.script_root + request.path,
        fields=[(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "sure")],
        back=_place_of_the_button(),
    )


def carry_out(name: str, chosen: Sequence[int], before: Sequence[Moved] = ()) -> None:
    """Make the decision in transactions of bounded size, and keep what the next page says of it.

    `before` are messages that were meant as well, and that were moved before the button was pressed.
    """
    press, by, company = PRESSES[name], visit.person().name, visit.company()
    outcome = Outcome(before=before)
    began = time.monotonic()
    with reading() as work:
        goes = _goes_with(work, company, chosen) if name == "link" else ""
    for first in range(0, len(chosen), AT_ONCE):
        if first and time.monotonic() - began > LONGEST:
            outcome.not_reached = len(chosen) - first
            break
        if first:
            time.sleep(IN_BETWEEN)
        part = chosen[first : first + AT_ONCE]
        try:
            again_when_overtaken(partial(_carry_out_part, press, company, part, by, outcome))
        except StoreUnavailable:
            if not first:
                raise
            # What was decided before is kept, and has to be told.
            outcome.not_reached = len(chosen) - first
            break
    with writing() as work:
        retried.forget_old(work)
        notices.tell(work, *outcomes.told(work, company, press, outcome, goes))


def _carry_out_part(press: Press, company: Company, part: Sequence[int], by: str, outcome: Outcome) -> None:
    with writing() as work:
        can_be_undone = _can_be_undone(work, company, part)
        made = work_of_people.decide_each(work, company, part, lambda work, number: press.decide(work, number, by))
    outcome.can_be_undone = outcome.can_be_undone and can_be_undone
    outcome.moved += made.moved
    outcome.refused += made.refused


def _can_be_undone(work: Work, company: Company, chosen: Sequence[int]) -> bool:
    """A doubt that was put aside must not be sent again by a press of Undo: somebody looks in QuickBooks first."""
    return all(one.status != Status.IN_DOUBT for one in attention.by_ids(work, company.id, chosen))


def _goes_with(work: Work, company: Company, chosen: Sequence[int]) -> str:
    """Who goes with the next run once this one is linked."""
    record = messages.by_id(work, chosen[0], lock=False).record
    kinds = attention.waiting_for(work, company.id, [record]).get(record, ()) if record and len(chosen) == 1 else ()
    told = " and ".join(counted(noun_for(kind).noun, number) for kind, number, _ in kinds)
    verb = "goes" if sum(number for _, number, _ in kinds) == 1 else "go"
    return f" {told} {verb} with the next run." if told else ""


def is_id(text: str) -> bool:
    """Whether a text is the number of a message as forms and addresses write it."""
    return text.isascii() and text.isdigit() and len(text) < 19


def back() -> Response:
    """The page on which the button was pressed."""
    return redirect(_place_of_the_button(), 303)


def _place_of_the_button() -> str:
    return visit.local(request.form.get("back", ""), f"/company/{visit.company().name}/synchronize")
