"""Webhooks: what the order system was told, what did not arrive, and telling it once more. Adds none.

Addresses are added by command alone: whoever adds one makes this machine call it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from service.console import decisions, notices, paging, visit
from service.console.documents import Directory
from service.console.guard import needs
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.domain.announcement import Announcement, DeliveryState
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.exchange import webhooks
from service.store import attention, console_people
from service.store import webhooks as kept
from service.store.unit import Work
from service.store.webhooks import Delivery, Webhook

pages = Blueprint("webhooks", __name__)

ROWS = 50
SPOKEN: Mapping[Announcement, str] = {
    Announcement.SYNCHRONIZED: "Synchronized",
    Announcement.FAILED: "Failed",
    Announcement.IN_DOUBT: "In doubt",
    Announcement.MANUALLY_ENTERED: "Entered by hand",
    Announcement.FILE_MISMATCH: "Another company file was open",
    Announcement.SILENT: "The Web Connector is silent",
}
SHOWN: Mapping[DeliveryState, tuple[str, str, str]] = {
    DeliveryState.WAITING: ("now", "wait", "To be told"),
    DeliveryState.DELIVERED: ("good", "done", "Arrived"),
    DeliveryState.GIVEN_UP: ("bad", "bad", "Given up"),
}
"""How a state is shown: its tone, its shape and its words."""


@dataclass(frozen=True, slots=True)
class Address:
    """One webhook: where, and of what it is told, in words."""

    webhook: Webhook
    told_of: str
    added_by: str


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery: what it told, about which message or record, and how it stands."""

    delivery: Delivery
    what: str
    about: str
    message_id: int | None
    state: tuple[str, str, str]
    can_be_told: bool


@pages.get("/company/<company>/webhooks")
@needs(Privilege.MANAGE_COMPANY)
def page() -> str:
    before = paging.number("before") or None
    with reading() as work:
        company_id = visit.company().id
        in_use = kept.of_company(work, company_id)
        found = kept.deliveries(work, company_id, ROWS + 1, before=before)
        shown = found[:ROWS]
        names = console_people.full_names(work)
        called = _called(work, company_id, shown)
    return render_template(
        "webhooks.html",
        addresses=[_address(one, names) for one in in_use],
        lines=[_line(one, {each.id for each in in_use}, called) for one in shown],
        older=shown[-1].id if len(found) > ROWS else None,
    )


@pages.post("/company/<company>/webhooks/again")
@needs(Privilege.MANAGE_COMPANY)
def telling_again() -> Response:
    chosen = request.form.get("delivery", "")
    if decisions.is_id(chosen):
        with writing() as work:
            try:
                webhooks.tell_again(work, int(chosen), by=visit.person().name, company_id=visit.company().id)
            except Refusal as refusal:
                notices.tell(work, Notice("warn", str(refusal)))
            else:
                notices.tell(work, Notice("good", f"Delivery {chosen} is told once more."))
    return visit.back_to("webhooks.page")


def _address(webhook: Webhook, names: Mapping[str, str]) -> Address:
    kinds: Sequence[str] = json.loads(webhook.kinds)
    everything = set(kinds) == set(Announcement)
    told_of = "Everything" if everything else ", ".join(SPOKEN[Announcement(one)] for one in kinds)
    return Address(webhook, told_of, names.get(webhook.added_by, webhook.added_by))


def _called(work: Work, company_id: int, shown: Sequence[Delivery]) -> Mapping[int, str]:
    """What the messages are called that some deliveries are about, by their numbers."""
    ids = {message_id for one in shown if (message_id := json.loads(one.body)["data"].get("message_id"))}
    documents = Directory(work, company_id).documents(attention.by_ids(work, company_id, ids))
    return {message_id: document.called for message_id, document in documents.items()}


def _line(delivery: Delivery, in_use: set[int], called: Mapping[int, str]) -> Line:
    data = json.loads(delivery.body)["data"]
    message_id = data.get("message_id")
    return Line(
        delivery=delivery,
        what=SPOKEN[Announcement(delivery.kind)],
        about=called.get(message_id) or str(data.get("record") or ""),
        message_id=message_id,
        state=SHOWN[DeliveryState(delivery.state)],
        can_be_told=delivery.webhook_id in in_use and delivery.state != DeliveryState.WAITING,
    )
