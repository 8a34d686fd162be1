"""What an administrator does with webhooks: add, remove, tell once more. Sends nothing itself."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from service.domain.announcement import SILENT_AFTER, Announcement
from service.domain.refusals import Refusal
from service.exchange import announce
from service.store import events, webhooks
from service.store.companies import Company
from service.store.unit import Work

SECRET_PREFIX = "whsec_"  # noqa: S105 - how secrets of Standard Webhooks begin, and not one.
LONGEST_URL = 2000
MOST = 20


class BadWebhookAddress(Refusal):
    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"'{url[:200]}' cannot be told anything: {why}. Give the address of your receiver, such as "
            "https://orders.example.com/deskpost; http is taken for this very machine alone."
        )


class UnknownAnnouncement(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(f"There is no announcement '{given}'. Choose among {', '.join(Announcement)}.")


class TooManyWebhooks(Refusal):
    def __init__(self, company: str) -> None:
        super().__init__(f"{company} has {MOST} webhooks already: remove one with `deskpost webhook remove` first.")


class UnknownWebhook(Refusal):
    def __init__(self, webhook_id: int) -> None:
        super().__init__(f"There is no webhook {webhook_id} in use. `deskpost webhook list` shows those there are.")


class UnknownDelivery(Refusal):
    def __init__(self, delivery_id: int) -> None:
        super().__init__(f"There is no delivery {delivery_id}. `deskpost webhook deliveries` shows those there are.")


class WebhookRemoved(Refusal):
    def __init__(self, delivery_id: int, url: str) -> None:
        super().__init__(
            f"Delivery {delivery_id} cannot be told again: its webhook, {url}, was removed. "
            "Add the address once more with `deskpost webhook add`; it is told what happens from then on."
        )


@dataclass(frozen=True, slots=True)
class Added:
    """A new webhook; `secret` is shown this once."""

    webhook_id: int
    secret: str


def add(work: Work, company: Company, url: str, kinds: Collection[str], *, by: str) -> Added:
    """Tell an address of kinds of announcements from now on; none named stands for all.

    Raises BadWebhookAddress, UnknownAnnouncement or TooManyWebhooks.
    """
    _require_address(url)
    for kind in kinds:
        if kind not in set(Announcement):
            raise UnknownAnnouncement(kind)
    if len(webhooks.of_company(work, company.id)) >= MOST:
        raise TooManyWebhooks(company.name)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode("ascii")
    chosen = [kind.value for kind in Announcement if not kinds or kind in kinds]
    webhook_id = webhooks.add(
        work, company_id=company.id, url=url, secret=secret, kinds=json.dumps(chosen), added_by=by, added_at=work.now
    )
    _note(work, company.id, by, "add webhook", url)
    return Added(webhook_id, secret)


def remove(work: Work, webhook_id: int, *, by: str) -> None:
    """Tell an address nothing any more; what it was still to be told is given up. Raises UnknownWebhook."""
    webhook = webhooks.by_id(work, webhook_id)
    if webhook is None or webhook.removed_at is not None:
        raise UnknownWebhook(webhook_id)
    webhooks.remove(work, webhook_id)
    _note(work, webhook.company_id, by, "remove webhook", webhook.url)


def tell_again(work: Work, delivery_id: int, *, by: str, company_id: int | None = None) -> None:
    """Send one announcement once more, whether it arrived before or not.

    `company_id` is the one that the person may act for. Raises UnknownDelivery or WebhookRemoved.
    """
    delivery = webhooks.delivery(work, delivery_id)
    webhook = webhooks.by_id(work, delivery.webhook_id) if delivery is not None else None
    if webhook is None or company_id not in (None, webhook.company_id):
        raise UnknownDelivery(delivery_id)
    if webhook.removed_at is not None:
        raise WebhookRemoved(delivery_id, webhook.url)
    webhooks.again(work, delivery_id)
    _note(work, webhook.company_id, by, "tell webhook again", f"{webhook.url}, delivery {delivery_id}")


def look_for_silence(work: Work) -> None:
    """Announce each company whose Web Connector stays away though something is to be sent, once for each silence."""
    for one in webhooks.silent(work, SILENT_AFTER):
        sentence = (
            f"The Web Connector of {one.name} has been silent since {one.last_visit_at:%Y-%m-%d %H:%M} UTC, and "
            f"messages wait to be sent. See that {one.pc or 'its PC'} is on, that QuickBooks and the Web Connector "
            "run there, and press Update Selected."
        )
        about = f"silent since {one.last_visit_at.isoformat()}"
        announce.of_company(work, one.id, one.name, Announcement.SILENT, sentence, about)


def _require_address(url: str) -> None:
    """Whoever may add a webhook runs commands on this machine, so addresses of the own network are not refused."""
    try:
        address = urlsplit(url)
        _ = address.port
    except ValueError:
        raise BadWebhookAddress(url, "it is no address") from None
    if len(url) > LONGEST_URL or not url.isascii() or any(letter.isspace() for letter in url):
        raise BadWebhookAddress(url, "it is too long, or holds spaces or letters that an address cannot hold")
    if address.scheme not in ("http", "https") or not address.hostname:
        raise BadWebhookAddress(url, "it does not begin with https:// and a host")
    if "@" in address.netloc:
        raise BadWebhookAddress(url, "it holds a password, which would stand in lists")
    if address.scheme == "http" and not _is_this_machine(address.hostname):
        raise BadWebhookAddress(url, "over http anybody on the way could read and change what is told")


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _note(work: Work, company_id: int, by: str, action: str, note: str) -> None:
    events.add(work, [{"actor": by, "action": action, "company_id": company_id, "note": note}])
