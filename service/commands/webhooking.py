"""`webhook` and `deliver`: whom Deskpost tells what came of messages, and the process that tells it."""

from __future__ import annotations

import json
import signal
from threading import Event as Flag

import click
import structlog

from service import deliver as telling
from service.commands.sentences import moment, open_store, operator, say, table
from service.deliver import Told
from service.domain.announcement import Announcement
from service.exchange import webhooks as administration
from service.store import companies, webhooks
from service.store.unit import StoreUnavailable
from service.store.webhooks import Delivery, Due, Webhook
from service.watching.log_lines import configure_logs

ID = click.IntRange(1, 2**63 - 1)


@click.group()
def webhook() -> None:
    """See and change whom Deskpost tells what came of messages."""


@webhook.command("add")
@click.argument("url")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--on", "kinds", multiple=True, metavar="KIND", help="Only this kind of announcement; may be repeated.")
def webhook_add(url: str, company_name: str | None, kinds: tuple[str, ...]) -> None:
    """Tell URL from now on; its secret is printed once."""
    with open_store() as (_, store), store.writing() as work:
        company = companies.named(work, company_name)
        added = administration.add(work, company, url, kinds, by=operator())
    say(f"Webhook {added.webhook_id} of {company.name} is told of {', '.join(kinds) or 'everything'}.")
    say(f"Its secret, shown this once: {added.secret}")
    say("Told it is by `deskpost deliver`, which has to run beside the service.")


@webhook.command("list")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
def webhook_list(company_name: str | None) -> None:
    """List the webhooks of a company."""
    with open_store() as (_, store), store.reading() as work:
        found = webhooks.of_company(work, companies.named(work, company_name).id)
    if not found:
        say("Nobody is told. To add an address: deskpost webhook add URL")
        return
    say(table(("webhook", "address", "told of", "added", "by"), [_webhook_line(one) for one in found]))


@webhook.command("remove")
@click.argument("webhook_id", type=ID)
def webhook_remove(webhook_id: int) -> None:
    """Tell an address nothing any more."""
    with open_store() as (_, store), store.writing() as work:
        administration.remove(work, webhook_id, by=operator())
    say(f"Webhook {webhook_id} is removed; what it was still to be told is given up.")


@webhook.command("deliveries")
@click.option("--company", "company_name", help="The company; not needed when there is only one.")
@click.option("--not-delivered", is_flag=True, help="Only what did not arrive.")
@click.option("--most", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Show so many at most.")
def webhook_deliveries(company_name: str | None, most: int, *, not_delivered: bool) -> None:
    """List what was told or is still to be told, newest first."""
    with open_store() as (_, store), store.reading() as work:
        company = companies.named(work, company_name)
        found = webhooks.deliveries(work, company.id, most, not_delivered=not_delivered)
    if not found:
        say("Nothing was announced yet." if not not_delivered else "Everything arrived.")
        return
    head = ("delivery", "webhook", "announced", "what", "message", "state", "attempts", "next", "problem")
    say(table(head, [_delivery_line(one) for one in found]))
    say("")
    say("To tell once more: deskpost webhook resend DELIVERY")


@webhook.command("resend")
@click.argument("delivery_ids", metavar="DELIVERY...", type=ID, nargs=-1, required=True)
def webhook_resend(delivery_ids: tuple[int, ...]) -> None:
    """Tell announcements once more, whether they arrived or not."""
    with open_store() as (_, store), store.writing() as work:
        for delivery_id in delivery_ids:
            administration.tell_again(work, delivery_id, by=operator())
    say(f"{len(delivery_ids)} to be told again by `deskpost deliver`.")


@click.command()
@click.option("--once", is_flag=True, help="Tell what is due now, and end.")
@click.option("--every", type=click.FloatRange(0.1, 3600), default=2, show_default=True, help="Seconds between looks.")
def deliver(every: float, *, once: bool) -> None:
    """Tell webhooks what came of messages, until it is stopped.

    Beside the service, once or several times: two never tell the same at the same time.
    """
    stop = Flag()
    with open_store() as (settings, store):
        if once:
            attempts = telling.deliver_due(store, _said)
            say(f"{attempts} {'attempt' if attempts == 1 else 'attempts'} made.")
            return
        configure_logs(settings.log_level)
        log = structlog.get_logger("deskpost.webhooks")
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())

        def heard(due: Due, told: Told) -> None:
            log.info("webhook told", **_facts(due, told))

        while not stop.wait(every):
            try:
                telling.deliver_due(store, heard, stop.is_set)
            except StoreUnavailable as failure:
                log.warning("database not reached", reason=str(failure))


def _said(due: Due, told: Told) -> None:
    if told.problem is not None:
        say(f"Delivery {due.id} did not arrive: {told.problem}.")


def _facts(due: Due, told: Told) -> dict[str, object]:
    """What is logged of an attempt: no address, which may hold a key, and no body."""
    return {"delivery": due.id, "attempt": due.attempts + 1, "status": told.status, "problem": told.problem}


def _webhook_line(one: Webhook) -> tuple[object, ...]:
    kinds = json.loads(one.kinds)
    told = "everything" if set(kinds) == set(Announcement) else ", ".join(kinds)
    return (one.id, one.url, told, moment(one.added_at), one.added_by)


def _delivery_line(one: Delivery) -> tuple[object, ...]:
    message = json.loads(one.body)["data"].get("message_id")
    due = moment(one.next_try_at) if one.next_try_at else ""
    state = one.state.replace("_", " ")
    return (
        one.id,
        one.webhook_id,
        moment(one.announced_at),
        one.kind,
        message,
        state,
        one.attempts,
        due,
        one.last_problem,
    )
