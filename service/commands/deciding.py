"""`decide`: what a person decides about messages, each under that person's name, with what happens next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import click

from service.commands.commands_of_moves import in_commands
from service.commands.sentences import MESSAGE_ID, open_store, operator, say
from service.domain.refusals import Refusal
from service.exchange import decide as decisions
from service.exchange import waiting_for
from service.exchange.decide import Decided
from service.store import companies, messages
from service.store.unit import Store

GOES = "Sent at the next visit of the Web Connector"
ONE_OR_MORE = click.argument("message_ids", metavar="MESSAGE_ID...", type=MESSAGE_ID, nargs=-1, required=True)
ONE = click.argument("message_id", metavar="MESSAGE_ID", type=MESSAGE_ID)
NUMBER = click.option("--number", metavar="N", help="The number or the full name that QuickBooks shows for it.")


class NumberForOne(Refusal):
    def __init__(self) -> None:
        super().__init__("A number belongs to one message: name one message with --number.")


@click.group()
def decide() -> None:
    """Say what becomes of messages that need somebody.

    What is not lawful for a message is refused in one sentence, and the others are done all the same; the exit code
    is then 1. `deskpost queue` shows the numbers of the messages, `deskpost message` what can be done about one.
    """


@decide.command("link")
@ONE_OR_MORE
def link(message_ids: tuple[int, ...]) -> None:
    """Take the entry that has the name, and change it."""
    _decided(message_ids, decisions.link, "linked", f"{GOES}, as a change of the entry that is there.")


@decide.command("create-again")
@ONE_OR_MORE
def create_again(message_ids: tuple[int, ...]) -> None:
    """Create anew what is gone in QuickBooks."""
    _decided(message_ids, decisions.create_again, "to be created again", f"{GOES}, as new.")


@decide.command("by-hand")
@ONE_OR_MORE
def by_hand(message_ids: tuple[int, ...]) -> None:
    """List them to be typed into QuickBooks by hand."""
    _decided(
        message_ids,
        decisions.hand_over,
        "to be entered by hand",
        "Not sent. Type it into QuickBooks, then: deskpost decide entered MESSAGE_ID --number N",
    )


@decide.command("entered")
@ONE
@click.option("--number", metavar="N", required=True, help="The number or the full name that QuickBooks shows for it.")
def entered(message_id: int, number: str) -> None:
    """Say that it was typed in, and its number."""
    _decided(
        [message_id],
        lambda work, one, by: decisions.mark_entered(work, one, number, by=by),
        "entered by hand",
        "Looked up by its number at the next visit of the Web Connector, so that later changes reach it.",
    )


@decide.command("number")
@ONE
@click.argument("number")
def correct_number(message_id: int, number: str) -> None:
    """Correct the NUMBER of what was not found.

    For what was typed in by hand, or seen in QuickBooks, and not found there under the number that was given.
    """
    _decided(
        [message_id],
        lambda work, one, by: decisions.correct_number(work, one, number, by=by),
        "given another number",
        "Looked up by it at the next visit of the Web Connector.",
    )


@decide.command("reopen")
@ONE_OR_MORE
def reopen(message_ids: tuple[int, ...]) -> None:
    """Take back that they were typed in."""
    _decided(
        message_ids,
        decisions.reopen,
        "to be entered by hand again",
        "Not sent. Type it in, then say so with its number.",
    )


@decide.command("skip")
@ONE_OR_MORE
@click.option("--note", help="Why, for whoever looks at it later.")
def skip(message_ids: tuple[int, ...], note: str | None) -> None:
    """Do not send them."""
    _decided(
        message_ids,
        lambda work, one, by: decisions.skip(work, one, note, by=by),
        "skipped",
        "Not sent. To send it after all: deskpost decide restore MESSAGE_ID",
    )


@decide.command("restore")
@ONE_OR_MORE
def restore(message_ids: tuple[int, ...]) -> None:
    """Send after all what was skipped or listed to be typed."""
    _decided(message_ids, decisions.restore, "to be sent after all", f"{GOES}.")


@decide.command("there")
@ONE_OR_MORE
@NUMBER
def there(message_ids: tuple[int, ...], number: str | None) -> None:
    """Say that a message in doubt is in QuickBooks."""
    if number is not None and len(message_ids) > 1:
        raise NumberForOne
    _decided(
        message_ids,
        lambda work, one, by: decisions.it_is_there(work, one, number, by=by),
        "synchronized",
        "Not sent again."
        if number is None
        else "Not sent again; looked up by its number at the next visit, so that later changes reach it.",
    )


@decide.command("not-there")
@ONE_OR_MORE
def not_there(message_ids: tuple[int, ...]) -> None:
    """Say that a message in doubt is not in QuickBooks."""
    _decided(message_ids, decisions.it_is_not_there, "to be sent again", f"{GOES}.")


def _decided(message_ids: Sequence[int], decision: Callable[..., None], done: str, next_step: str) -> None:
    """Make one decision about each message, and print what it came to; exits with 1 if one was refused."""
    with open_store() as (_, store):
        result = _carried_out(store, message_ids, decision)
        goes = next_step.startswith(GOES)
        waiting = _waits_for_start(store, result) if goes else []
        held = _held_back(store, result) if goes else []
    if not result.moved and len(result.refused) == 1:
        raise Refusal(result.refused[0])
    for sentence in result.refused:
        say(sentence, err=True)
    if result.moved:
        say(f"{len(result.moved)} {done}: {', '.join(f'message {one}' for one in result.moved)}.")
        say(next_step)
    for sentence in held:
        say(sentence)
    for company in waiting:
        say(f"{company} sends only after Start: deskpost start --company {company}")
    if result.refused:
        raise SystemExit(1)


def _carried_out(store: Store, message_ids: Sequence[int], decision: Callable[..., None]) -> Decided:
    by = operator()
    decided = in_commands(lambda work, one: decision(work, one, by=by))
    return store.write(lambda work: decisions.for_each(work, message_ids, decided))


def _held_back(store: Store, result: Decided) -> Sequence[str]:
    """What goes later all the same: a sentence for each that waits for something."""
    with store.reading() as work:
        found = [(one, waiting_for.waits_for(work, messages.by_id(work, one, lock=False))) for one in result.moved]
    return [f"Message {one} waits for {'; '.join(map(str, awaited))}." for one, awaited in found if awaited]


def _waits_for_start(store: Store, result: Decided) -> Sequence[str]:
    """The companies of what was decided that send nothing before somebody presses Start."""
    with store.reading() as work:
        concerned = {messages.by_id(work, one, lock=False).company_id for one in result.moved}
        found = [companies.by_id(work, number) for number in sorted(concerned)]
    return [one.name for one in found if one.send_only_after_start and one.started_at is None]
