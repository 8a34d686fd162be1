"""The buttons of the page of what a restored backup lacks: what each decides, asks before several, and tells then.

Somebody who comes second is told what the first did. What is decided is carried out in the exchange.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import render_template, request, url_for

from service.console import notices, visit
from service.console.documents import Directory
from service.console.notices import Notice
from service.console.visit import writing
from service.domain.refusals import Refusal
from service.exchange import after_restore, restore_decisions
from service.exchange.restore_decisions import Made, NothingToSend, OffTheList, OnItsWay, ThereAgain
from service.store import after_restore as kept
from service.store import console_people
from service.store.companies import Company
from service.store.unit import Work

AT_ONCE = 200
"""Records that one transaction decides about: the Web Connector's calls go on in between."""

MOST_TOLD = 5
TWICE = (
    "Whatever somebody has entered in QuickBooks by hand since the backup was restored would be there twice. "
    "Leave that first, then send the others."
)


@dataclass(frozen=True, slots=True)
class Press:
    """A button of the page: what it does, what is told of one and of several, and what is asked before several."""

    decide: Callable[..., Made]
    one: str
    several: str
    question: tuple[str, str] | None = None


PRESSES: Mapping[str, Press] = {
    "send": Press(
        restore_decisions.send_again,
        "{called} is to be sent again. It goes with the next run.",
        "{number} are to be sent again. They go with the next run.",
        question=("Send {number} again?", TWICE),
    ),
    "leave": Press(
        restore_decisions.leave,
        "{called} is left as the backup has it. It stands below, under Left as they are.",
        "{number} are left as the backup has them. They stand below, under Left as they are.",
    ),
    "put_back": Press(
        restore_decisions.put_back, "{called} stands on the list again.", "{number} stand on the list again."
    ),
}


def asks(press: Press, number: int) -> bool:
    """Whether a press is asked about first: it is about several, cannot be undone, and nobody has said yes yet."""
    return press.question is not None and number > 1 and request.form.get("sure") != "yes"


def question(press: Press, number: int) -> str:
    """The page that asks before several are sent; its answer sends the same form once more."""
    assert press.question is not None
    heading, why = press.question
    return render_template(
        "question.html",
        heading=heading.format(number=f"{number:,}"),
        why=why,
        answer=heading.format(number=f"{number:,}").rstrip("?"),
        here_again=url_for("after_restore.deciding"),
        fields=[(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "sure")],
        back=url_for("after_restore.page"),
        cancel="Back to the list",
    )


def carry_out(press: Press, chosen: Sequence[int]) -> None:
    """Make the decision in transactions of bounded size, and keep what the page says of it then."""
    company, by = visit.company(), visit.person().name
    done: list[int] = []
    refused: list[tuple[int, Refusal]] = []
    for first in range(0, len(chosen), AT_ONCE):
        with writing() as work:
            made = press.decide(work, company, chosen[first : first + AT_ONCE], by=by)
        done += made.done
        refused += made.refused
    with writing() as work:
        called = _called(work, company, {*done[:1], *(number for number, _ in refused[:MOST_TOLD])})
        names = console_people.full_names(work)
        found = [Notice("warn", _why_not(called[number], refusal, names)) for number, refusal in refused[:MOST_TOLD]]
        if len(refused) > MOST_TOLD:
            more = len(refused) - MOST_TOLD
            left = "was left as it is" if more == 1 else "were left as they are"
            found.append(Notice("warn", f"{more:,} more {left}."))
        if done:
            text = press.one if len(done) == 1 else press.several
            found.insert(0, Notice("good", text.format(called=called[done[0]], number=f"{len(done):,}")))
        notices.tell(work, *found)


def _called(work: Work, company: Company, numbers: Collection[int]) -> Mapping[int, str]:
    """What the records that some numbers name are called."""
    records = after_restore.records_named(work, company, numbers)
    last = kept.last_done(work, company.id, set(records.values()))
    documents = Directory(work, company.id).documents(list(last.values()))
    return {
        number: documents[last[record].id].called if record in last else record for number, record in records.items()
    }


def _why_not(called: str, refusal: Refusal, names: Mapping[str, str]) -> str:
    """Why nothing was decided: what somebody else did before, and when, or the sentence of the refusal."""
    if isinstance(refusal, OffTheList | OnItsWay):
        who, at = names.get(refusal.by, refusal.by), visit.here().reader.moment(refusal.at)
        if isinstance(refusal, OffTheList):
            return f"{called} is off the list: {who} left it as it is, {at}."
        return f"{called} is to be sent already: it came from {who}, {at}."
    if isinstance(refusal, ThereAgain):
        return f"{called} was written to QuickBooks again. Nothing has to be done."
    if isinstance(refusal, NothingToSend):
        return f"{called} cannot be sent from here: Deskpost does not have the whole of it."
    return f"{called} was left as it is. {refusal}"
