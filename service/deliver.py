"""Tells webhooks what is to be told, in a process of its own. No session ever waits for it, and it changes no message.

A body is signed as Standard Webhooks has it: `webhook-id`, `webhook-timestamp`, and in `webhook-signature` the
HMAC-SHA256 of the three, joined by points. Told at least once: the receiver drops an id that it has seen.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version
from typing import Any

from service.domain.announcement import PAUSES, DeliveryState
from service.exchange import webhooks as administration
from service.store import webhooks
from service.store.unit import Store, Work
from service.store.webhooks import Due

TIMEOUT = 10.0
"""Seconds that a receiver has for each step of an answer."""

LEASE = timedelta(minutes=2)
"""For so long nobody else tries what one process is telling; if that process dies, it is told again afterwards."""

AT_ONCE = 16
GONE = 410


@dataclass(frozen=True, slots=True)
class Told:
    """What came of one attempt: the HTTP status, or None where there was no answer, and the problem, if any."""

    status: int | None
    problem: str | None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry what is told to an address that nobody chose."""

    def redirect_request(self, *_: Any) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


Heard = Callable[[Due, Told], None]


def deliver_due(
    store: Store, heard: Heard = lambda _due, _told: None, is_to_end: Callable[[], bool] = lambda: False
) -> int:
    """Tell everything that is due now, AT_ONCE at a time; returns how many attempts were made.

    `heard` hears what came of each, once it is kept. What is due still when it `is_to_end` is told the next time.

    Raises StoreUnavailable; then what was being told is told again later.
    """
    with store.writing() as work:
        administration.look_for_silence(work)
    attempts = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while not is_to_end():
            with store.writing() as work:
                due, now = webhooks.claim(work, AT_ONCE, LEASE), work.now
            if not due:
                break
            for one, told in zip(due, pool.map(tell, due, [now] * len(due)), strict=True):
                _keep(store, one, told)
                heard(one, told)
            attempts += len(due)
    return attempts


def tell(one: Due, now: datetime) -> Told:
    """Post one body, and say what came of it. Never raises for what a receiver does."""
    body = one.body.encode("ascii")
    request = urllib.request.Request(one.url, body, signed_headers(one.id, now, body, one.secret))  # noqa: S310 - the scheme was checked when it was added.
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            status = int(answer.status)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        return Told(refusal.code, f"it answered {refusal.code}")
    except (OSError, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        return Told(None, f"it was not reached: {str(reason)[:200] or type(failure).__name__}")
    except Exception as failure:  # noqa: BLE001 - what a hostile receiver makes http.client raise is of no kind.
        return Told(None, f"it gave no answer of HTTP ({type(failure).__name__})")
    return Told(status, None) if 200 <= status < 300 else Told(status, f"it answered {status}")


def signed_headers(delivery_id: int, now: datetime, body: bytes, secret: str) -> Mapping[str, str]:
    """The headers of a body; the signature covers the id, the time in seconds, and the body.

    The id is the same at every attempt, and never that of another announcement: a database that was restored, or from
    which all deliveries were removed, gives their numbers once more, so what is told is a part of it.
    """
    name = f"msg_{delivery_id}_{hashlib.sha256(body).hexdigest()[:16]}"
    at = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(administration.SECRET_PREFIX))
    signature = hmac.new(key, f"{name}.{at}.".encode("ascii") + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Deskpost/{version('deskpost')}",
        "webhook-id": name,
        "webhook-timestamp": at,
        "webhook-signature": f"v1,{base64.b64encode(signature).decode('ascii')}",
    }


def _keep(store: Store, one: Due, told: Told) -> None:
    attempt = one.attempts + 1

    def keep(work: Work) -> None:
        if told.problem is None:
            webhooks.end(work, one.id, DeliveryState.DELIVERED, told.status, None)
        elif told.status == GONE or attempt > len(PAUSES):
            webhooks.end(work, one.id, DeliveryState.GIVEN_UP, told.status, told.problem)
        else:
            webhooks.postpone(work, one.id, work.now + PAUSES[attempt - 1], told.status, told.problem)

    store.write(keep)
