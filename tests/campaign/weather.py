"""What goes wrong in one visit of the Web Connector: drawn by chance, and made to happen. It judges nothing.

Three layers: the mishaps of `qwc.mishaps` on the way and on the PC, those of the simulated company file, and what
comes in between two calls: restarts, other visits, late copies of old calls, new orders, people.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from qwc.company import CompanyFile
from qwc.company import Mishap as Trouble
from qwc.connector import WsgiTransport
from qwc.connector.transport import Reply
from qwc.mishaps import Kind, Mishap, random_mishaps
from tests.campaign.site import Site

Intrusion = Callable[[], None]
Mail = tuple[str, Mapping[str, str], bytes]

CALLS_OF_A_VISIT = 14
TROUBLES = (
    *((Trouble.CRASH_BEFORE_ANSWER, detail) for detail in ("", "0x80040402", "0x8004040D")),
    *((Trouble.CRASH_WITHIN_SET, detail) for detail in ("1", "2", "3")),
    *((Trouble.CRASH_BEFORE_KEEPING, ""), (Trouble.CRASH_BEFORE_RUNNING, ""), (Trouble.OUTCOME_NOT_STORED, "")),
    *((Trouble.MEMORY_LOST, ""), (Trouble.OUTCOME_NOT_STORED, ""), (Trouble.LIST_CHANGED, "")),
    *((Trouble.RECORD_LOCKED, detail) for detail in ("3175", "3176")),
    *((Trouble.NOT_PERMITTED, detail) for detail in ("3260", "3261", "3263")),
    (Trouble.OPENING_REFUSED, "0x80040408"),
)


class Street:
    """The way from the PC to whichever application runs now. Before some calls something else happens.

    `intrusions` happen before the call of that number, `troubles` before the `sendRequestXML` of that number.
    """

    def __init__(
        self,
        site: Site,
        post_box: list[Mail],
        intrusions: Mapping[int, Intrusion],
        troubles: Mapping[int, Intrusion],
    ) -> None:
        self.connections = 0
        self._site = site
        self._post_box = post_box
        self._intrusions = intrusions
        self._troubles = troubles
        self._calls = 0
        self._requests = 0

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        self._calls += 1
        if self._calls in self._intrusions:
            self._intrusions[self._calls]()
        if operation_in(headers) == "sendRequestXML":
            self._requests += 1
            self._troubles.get(self._requests, _nothing)()
        self._post_box.append((url, headers, body))
        return WsgiTransport(self._site.application).post(url, headers, body)

    def get(self, url: str) -> Reply:
        return WsgiTransport(self._site.application).get(url)

    def close(self) -> None:
        pass


def operation_in(headers: Mapping[str, str]) -> str:
    return headers["SOAPAction"].strip('"').rpartition("/")[2]


def deliver_again(site: Site, post_box: list[Mail], chance: Random) -> str:
    """A proxy delivers an old call once more, long after its visit; returns which operation it was."""
    if not post_box:
        return "nothing"
    url, headers, body = chance.choice(post_box[-40:])
    WsgiTransport(site.application).post(url, headers, body)
    return operation_in(headers)


def mishaps_of_a_visit(chance: Random) -> list[Mishap]:
    """What goes wrong on the way and on the PC: nothing in one visit of five, at most three things."""
    count = chance.choice((0, 1, 1, 2, 3))
    return random_mishaps(chance.randrange(1 << 30), count, calls=3, kinds=list(Kind))


def trouble_in(file: CompanyFile, chance: Random) -> str:
    """Let something go wrong in QuickBooks from now on, once or twice; returns what, for the story."""
    if chance.random() < 0.12:
        file.lose_memory()
        return "the memory of message sets is gone"
    trouble, detail = chance.choice(TROUBLES)
    file.arrange(trouble, detail=detail, times=chance.choice((1, 1, 2)))
    return f"{trouble.value} {detail}".strip()


def _nothing() -> None:
    pass
