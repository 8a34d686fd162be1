"""Says what came of a press: of one message by its name, of many by their number, and of all others why not.

Up to a handful that were left as they are get a sentence each. Of more than that, those with the same reason are told
together, with whoever decided first. Decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from service.console import visit
from service.console.documents import Directory
from service.console.notices import Notice
from service.console.presses import SINCE, Press
from service.domain.refusals import Refusal
from service.domain.status import MOVES, Status
from service.exchange import again, decide, moves, versions
from service.exchange.take_back import MovedSince
from service.store import attention, console_people, events, messages
from service.store.companies import Company
from service.store.decidable import Moved
from service.store.messages import Message
from service.store.unit import Work

MOST_TOLD = 5
MOST_UNDONE = 10_000

REASONS: Mapping[type[Refusal], tuple[str, str]] = {
    decide.PerhapsDone: (
        "may be in QuickBooks already, because its answer was lost",
        "may be in QuickBooks already, because their answers were lost",
    ),
    decide.DoubtIsOpen: (
        "may be in QuickBooks: look for it there first",
        "may be in QuickBooks: look for them there first",
    ),
    versions.ReplacedByNewer: ("has a newer version", "have newer versions"),
    versions.NewerIsThere: ("has a newer version that builds on it", "have newer versions that build on them"),
    versions.EarlierComesFirst: ("has an earlier version that comes first", "have earlier versions that come first"),
    again.WithoutDocument: ("came without its document", "came without their documents"),
    decide.NothingToLinkTo: (
        "has no single entry of its name in QuickBooks",
        "have no single entries of their names in QuickBooks",
    ),
    decide.NotSaidToBeGone: ("is not known to be gone in QuickBooks", "are not known to be gone in QuickBooks"),
}
"""Why a decision was refused, of one message and of several: what does not follow from where they stand since."""

OTHERWISE = ("could not be changed", "could not be changed")


@dataclass(slots=True)
class Outcome:
    """What came of a press. `before` were moved between the page and the press; `not_reached` are left for another."""

    moved: list[int] = field(default_factory=list)
    refused: list[tuple[int, Refusal]] = field(default_factory=list)
    before: Sequence[Moved] = ()
    not_reached: int = 0
    can_be_undone: bool = True


def told(work: Work, company: Company, press: Press, outcome: Outcome, goes: str) -> Sequence[Notice]:
    """The notices of the next page. `goes` says who goes with the next run, after one message was linked."""
    if not (outcome.moved or outcome.refused or outcome.before or outcome.not_reached):
        return [Notice("warn", "Nothing matches any more, so nothing was changed.")]
    few = len(outcome.refused) <= MOST_TOLD and not outcome.before and not outcome.not_reached
    found = [] if few else [_all_together(work, company, press, outcome)]
    if few and outcome.moved:
        found.append(_notice(press, _what_moved(work, company, press, outcome.moved, goes), outcome))
    if few:
        found += [Notice("warn", _why_not(work, company, press, *one)) for one in outcome.refused]
    return found


def _notice(press: Press, text: str, outcome: Outcome) -> Notice:
    undo = press.undo if outcome.can_be_undone and 0 < len(outcome.moved) <= MOST_UNDONE else None
    return Notice(press.tone if outcome.moved else "warn", text, undo, outcome.moved if undo else ())


def _what_moved(work: Work, company: Company, press: Press, moved: Sequence[int], goes: str) -> str:
    if len(moved) > 1:
        return press.several.format(number=f"{len(moved):,}")
    message = messages.by_id(work, moved[0], lock=False)
    return press.one.format(Called=_called(work, company, message), goes=goes, known_as=message.quickbooks_number)


def _why_not(work: Work, company: Company, press: Press, number: int, refusal: Refusal) -> str:
    message = messages.by_id(work, number, lock=False)
    called = _called(work, company, message)
    if not _was_moved(press, message, refusal):
        sentence = str(refusal).replace(f"Message {message.id} ({message.document})", called)
        return sentence.replace(message.document, called)
    last = events.last_move(work, number)
    who = console_people.full_names(work).get(last.actor, last.actor) if last and last.actor != moves.SERVICE else ""
    decided = f": {who} decided so, {visit.here().reader.moment(last.at)}" if last and who else ""
    return f"{called} {SINCE[Status(message.status)][0]}{decided}. It was left as it is."


def _was_moved(press: Press, message: Message, refusal: Refusal) -> bool:
    """Whether it no longer stands where this press begins: then that is the reason, whatever the refusal says."""
    return message.status not in press.leaves or isinstance(refusal, MovedSince)


def _called(work: Work, company: Company, message: Message) -> str:
    return Directory(work, company.id).documents([message])[message.id].called


def _all_together(work: Work, company: Company, press: Press, outcome: Outcome) -> Notice:
    """398 are to be sent again. 14 were left as they are: 9 are skipped, Tom Ashgrove decided so; 5 are being sent."""
    number = len(outcome.moved)
    done = press.several.format(number=f"{number:,}") if number > 1 else ""
    if number == 1:
        done = press.one.format(Called="1", goes="", known_as="")
    sentences = [done or "Nothing was changed."]
    reasons = Counter([*_since_the_page(work, outcome.before), *_refused(work, company, press, outcome.refused)])
    left = sum(reasons.values())
    if left:
        all_alike = ("it" if left == 1 else "they") if len(reasons) == 1 else ""
        why = "; ".join(f"{all_alike or f'{count:,}'} {reason(count)}" for reason, count in reasons.most_common())
        sentences.append(f"{left:,} {'was left as it is' if left == 1 else 'were left as they are'}: {why}.")
    if outcome.not_reached:
        still = "1 is" if outcome.not_reached == 1 else f"{outcome.not_reached:,} are"
        sentences.append(f"{still} still to be decided: press again to go on.")
    return _notice(press, " ".join(sentences), outcome)


@dataclass(frozen=True, slots=True)
class _Reason:
    """Words that are the same for all that were left for the same reason."""

    words: tuple[str, str]
    who: str = ""

    def __call__(self, number: int) -> str:
        decided = f", {self.who} decided so" if self.who else ""
        return f"{self.words[0 if number == 1 else 1]}{decided}"


def _since_the_page(work: Work, before: Sequence[Moved]) -> Iterator[_Reason]:
    name = _names(work)
    for one in before:
        yield _Reason(SINCE[one.stands], name(one.by))


def _refused(work: Work, company: Company, press: Press, refused: Sequence[tuple[int, Refusal]]) -> Iterator[_Reason]:
    name = _names(work)
    ids = [number for number, _ in refused]
    found = {one.id: one for one in attention.by_ids(work, company.id, ids)}
    last = events.last_of_each(work, ids, tuple(MOVES))
    for number, refusal in refused:
        if not _was_moved(press, found[number], refusal):
            yield _Reason(REASONS.get(type(refusal), OTHERWISE))
            continue
        by = last[number].actor if number in last else moves.SERVICE
        yield _Reason(SINCE[Status(found[number].status)], name(by))


def _names(work: Work) -> Callable[[str], str]:
    names = console_people.full_names(work)
    return lambda actor: "" if actor == moves.SERVICE else names.get(actor, actor)
