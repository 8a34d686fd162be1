"""The shapes of what comes in and what goes out, as pydantic models: what the OpenAPI document describes.

What a message must be is checked by the exchange, which has better sentences for it; here it is only described.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from service.domain.operation import Operation
from service.domain.status import Status

Responses = dict[int | str, dict[str, str | dict[str, dict[str, Any]]]]
"""How a route describes an answer that no model has, in the words of OpenAPI."""

MOST_IN_A_BATCH = 1000
MOST_ON_A_PAGE = 500
WRITABLE = r"^[^\x00]*$"
"""No database keeps the character NUL."""


AS_A_TIME = "write a time with its zone, as 2026-07-04T08:00:00Z; a + has to be %2B in an address"


def _moment(given: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(given))
    except ValueError:
        raise ValueError(AS_A_TIME) from None
    if moment.tzinfo is None:
        raise ValueError(AS_A_TIME)
    if not 1900 <= moment.year < 9000:
        raise ValueError("write a year from 1900 to 8999")
    return moment


Moment = Annotated[AwareDatetime, BeforeValidator(_moment)]
"""A time that both databases take in whatever zone."""


def _described(description: str, **schema: Any) -> WithJsonSchema:
    return WithJsonSchema({**schema, "description": description})


class MessageIn(BaseModel):
    """One thing to be done in QuickBooks, in the shape that every door takes."""

    model_config = ConfigDict(extra="allow")

    operation: Annotated[
        Any, _described("what is to be done", type="string", enum=[one.value for one in Operation])
    ] = None
    record: Annotated[
        Any, _described("qbXML's name of the object, a colon, your own key", type="string", examples=["Customer:C-1"])
    ] = None
    content: Annotated[Any, _described("qbXML's own element names", type="object", additionalProperties=True)] = None
    request: Annotated[Any, _described("for `raw`: one qbXML request as text", type="string")] = None
    revision: Annotated[Any, _described("an older one that comes late is refused", type="integer", minimum=0)] = None
    idempotency_key: Annotated[
        Any, _described("the same key with the same content is the same message", type="string", maxLength=200)
    ] = None
    priority: Annotated[
        Any, _described("1 goes first, 9 last; 5 if left out", type="integer", minimum=1, maximum=9)
    ] = None
    not_before: Annotated[Any, _described("a time with its zone", type="string", format="date-time")] = None


class BatchIn(BaseModel):
    """Messages to be put into the queue in one transaction, each with its own outcome."""

    model_config = ConfigDict(extra="forbid")

    messages: Annotated[list[Any], Field(min_length=1, max_length=MOST_IN_A_BATCH)]


class ProblemOut(BaseModel):
    """Problem details (RFC 9457); `complaints` are all that is wrong with a document, each with its path."""

    type: str
    title: str
    status: int
    detail: str
    complaints: list[dict[str, str]] | None = None


class EnqueuedOut(BaseModel):
    """The message that stands for what was sent; not new when the same was here already."""

    message_id: int
    is_new: bool


class OutcomeOut(BaseModel):
    """What became of one message of a batch: either it was taken, or there is a problem."""

    message_id: int | None = None
    is_new: bool | None = None
    problem: ProblemOut | None = None


class BatchOut(BaseModel):
    """The outcomes of a batch, in the order of its messages."""

    taken: int
    refused: int
    outcomes: list[OutcomeOut]


class MessageOut(BaseModel):
    """A message, how it stands, and what came of it."""

    id: int
    operation: Operation
    record: str | None
    revision: int | None
    idempotency_key: str | None
    priority: int
    not_before: datetime | None
    status: Status
    status_in_words: str
    waits_for: list[str]
    attempts: int
    status_code: int | None
    what_happened: str | None
    what_to_do: str | None
    quickbooks_said: str | None
    quickbooks_id: str | None
    quickbooks_number: str | None
    enqueued_by: str
    enqueued_at: datetime
    changed_at: datetime
    settled_at: datetime | None


class MessagesOut(BaseModel):
    """A page of messages, oldest first; `next` is the `after` of the next page, or null when that was all."""

    messages: list[MessageOut]
    next: int | None


class RecordOut(BaseModel):
    """What is known of a record: how QuickBooks calls it, and its messages that are not settled."""

    record: str
    quickbooks_id: str | None
    quickbooks_number: str | None
    learned_at: datetime | None
    revision: int | None
    open_messages: list[MessageOut]


class QueueOut(BaseModel):
    """The state of a company's queue; what is done is not counted."""

    company: str
    messages: dict[str, int]
    waiting: list[str]
    oldest_pending_at: datetime | None
    last_visit_at: datetime | None
    session_open: bool
    stopped_because: str | None


class PageIn(BaseModel):
    """Which page of messages."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, lt=2**63)] = 0
    limit: Annotated[int, Field(ge=1, le=MOST_ON_A_PAGE)] = 100
    status: Status | None = None
    record: Annotated[str | None, Field(max_length=300)] = None
    since: Annotated[Moment | None, Field(description="only what changed then or later; a time with its zone")] = None


Decision = Literal[
    "retry",
    "link",
    "create_again",
    "hand_over",
    "mark_entered",
    "correct_number",
    "reopen",
    "skip",
    "restore",
    "there",
    "not_there",
]


class DecisionIn(BaseModel):
    """What somebody decides about a message."""

    model_config = ConfigDict(extra="forbid")

    decision: Decision
    number: Annotated[
        str | None, Field(max_length=300, pattern=WRITABLE, description="QuickBooks' number or full name of it")
    ] = None
    note: Annotated[str | None, Field(max_length=1000, pattern=WRITABLE, description="why, for `skip`")] = None


class CompanyIn(BaseModel):
    """A company to be added."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=100)]


class CompanyOut(BaseModel):
    """A company and what its Web Connector told of it."""

    name: str
    company_name_in_quickbooks: str | None
    company_file_path: str | None
    pc: str | None
    quickbooks: str | None
    country: str
    last_visit_at: datetime | None
    stopped_because: str | None


class CompaniesOut(BaseModel):
    """The companies that the key may know of."""

    companies: list[CompanyOut]


class ConnectionIn(BaseModel):
    """A connection to be issued, for one PC."""

    model_config = ConfigDict(extra="forbid")

    user_name: Annotated[str | None, Field(max_length=100)] = None
    run_every_minutes: Annotated[int | None, Field(ge=1, le=1440)] = None


class ConnectionOut(BaseModel):
    """A connection; its password is in the answer that made it, and nowhere else."""

    user_name: str
    app_name: str
    issued_at: datetime
    last_visit_at: datetime | None
    revoked_at: datetime | None
    password: str | None = None


class ConnectionsOut(BaseModel):
    """The connections of a company."""

    connections: list[ConnectionOut]
