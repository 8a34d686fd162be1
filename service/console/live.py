"""What a page that refreshes itself is answered: that nothing changed, or what it shows anew. Knows no page.

A page carries the mark of what it shows, with the time until which that holds by itself. Asked for again with that mark
(`If-None-Match`), it is not made at all as long as the mark of now is the same and that time has not come: the answer
is 304, which takes one statement beside those that let the person in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, make_response, request

from service.console import visit
from service.store import page_mark
from service.store.companies import Company
from service.store.unit import Work

HOLDS = timedelta(minutes=5)
"""How long a mark holds at most: so late is seen what leaves no trace in it, such as a colleague's new full name."""

AS_OF = "As-Of"
"""The header that tells a page, which stays as it is, of what time it is true now."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Stands for all that a page of a company shows to one person, as it was at a time."""

    of: str
    now: datetime
    company: Company

    def until(self, moments: Iterable[datetime]) -> str:
        """The mark as a page carries it: it holds until the next of some moments at which the page changes by itself.

        Kept in whole seconds and never too early for the change, so a page is at most a second late.
        """
        ends = [int(one.timestamp()) + 1 for one in (*moments, visit.here().reader.midnight, self.now + HOLDS)]
        return f"{self.of}.{min(one for one in ends if one > self.now.timestamp())}"

    def still_holds(self, written: str) -> bool:
        """Whether a mark that a page carries is that of now, and its time has not come."""
        of, _, end = written.partition(".")
        if of != self.of or not (end.isascii() and end.isdigit() and len(end) < 13):
            return False
        return 0 < int(end) - self.now.timestamp() <= HOLDS.total_seconds() + 1


def mark(work: Work) -> Mark:
    """The mark of the page that is asked for, for this person, as things are; read before anything that is shown.

    What happens while the page is made is then seen at the next look, at worst a second time.
    """
    here, person = visit.here(), visit.person()
    facts = page_mark.read(work, visit.company().id)
    whose = (here.session and here.session.id, person.grants, visit.installation().version)
    told = repr((request.full_path, whose, facts))
    return Mark(hashlib.sha256(told.encode()).hexdigest()[:32], work.now, facts.company)


def nothing_changed(now: Mark) -> Response | None:
    """The answer to a page that refreshes itself and shows all as it is; None where it has to be made."""
    if not visit.is_live():
        return None
    for written in request.if_none_match.as_set(include_weak=True):
        if now.still_holds(written):
            answer = _tagged(make_response("", 304), written)
            answer.headers[AS_OF] = visit.here().reader.clock_with_seconds(now.now)
            return answer
    return None


def made(page: str, written: str) -> Response:
    """The answer with the page or its parts, that carry the mark as it is `written` in them."""
    return _tagged(make_response(page), written)


def _tagged(answer: Response, written: str) -> Response:
    """One address has two looks, the page with its frame and the parts alone; the tag is that of the parts."""
    answer.vary.add(visit.LIVE)
    if visit.is_live():
        answer.set_etag(written, weak=True)
    return answer
