"""Writes what webhooks are to be told, in the very transaction in which it happens. Sends nothing, waits for nobody.

What is committed is told at least once, and what is rolled back never.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from service.domain.announcement import OF_STATUS, Announcement
from service.domain.status import Status
from service.store import companies, webhooks
from service.store.messages import Message
from service.store.unit import Work

TOLD = (
    "operation",
    "record",
    "revision",
    "idempotency_key",
    "quickbooks_id",
    "quickbooks_number",
    "status_code",
    "what_happened",
    "what_to_do",
    "quickbooks_said",
)
"""What is told of a message beside its number and its status: columns of its row. Never its content."""


def moved(work: Work, reaches: Status, changed: Sequence[tuple[Message, Mapping[str, Any]]]) -> None:
    """Tell the webhooks of a company that some of its messages reached a status, with what was written with it."""
    kind = OF_STATUS.get(reaches)
    if kind is None or not changed:
        return
    told = _told_of(work, changed[0][0].company_id, kind)
    if not told:
        return
    company = companies.by_id(work, changed[0][0].company_id).name
    for message, values in changed:
        facts = {name: values.get(name, getattr(message, name)) for name in TOLD}
        data = {"company": company, "message_id": message.id, "status": reaches.value, **facts}
        _announce(work, told, kind, data)


def of_company(
    work: Work, company_id: int, company: str, kind: Announcement, sentence: str, about: str | None = None
) -> None:
    """Tell the webhooks of a company something about the company itself; what is about the same, only once."""
    told = _told_of(work, company_id, kind)
    _announce(work, told, kind, {"company": company, "what_happened": sentence}, about)


def _told_of(work: Work, company_id: int, kind: Announcement) -> Sequence[int]:
    return [one.id for one in webhooks.of_company(work, company_id) if kind.value in json.loads(one.kinds)]


def _announce(
    work: Work, webhook_ids: Sequence[int], kind: Announcement, data: Mapping[str, Any], about: str | None = None
) -> None:
    body = json.dumps({"type": kind.value, "timestamp": f"{work.now:%Y-%m-%dT%H:%M:%S.%f}Z", "data": data})
    webhooks.announce(
        work, [{"webhook_id": one, "kind": kind.value, "body": body, "about": about} for one in webhook_ids]
    )
