"""The time zone in which a company's pages show times: which there are, and which one was set. Converts no time."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from service.domain.refusals import Refusal
from service.store import console_people, events
from service.store.companies import Company
from service.store.unit import Work

ACTION = "set time zone"
AREAS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
"""The areas of the names that are offered; the others are old names of the same zones."""

_NO_ZONES = ("Factory", "localtime")
"""Files beside the zones that say nothing of their own."""


class NotAZone(Refusal):
    """What was given is no time zone by the names of the IANA, as the machine of the service has them."""

    def __init__(self, given: str, meant: str | None) -> None:
        advice = f"Is it {meant}?" if meant else "Write it by its IANA name, such as America/New_York."
        super().__init__(f"'{given[:60]}' is no time zone that this machine knows. {advice}")


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones()).difference(_NO_ZONES) | {"UTC"}


def offered() -> Sequence[str]:
    """The names to choose from, in their order: one for each city, and UTC."""
    return [*sorted(name for name in _known() if name.partition("/")[0] in AREAS), "UTC"]


def of_company(work: Work, company: Company) -> str | None:
    """The zone that was set for a company; None where that of the installation counts."""
    return console_people.time_zone(work, company.id)


def set_zone(work: Work, company: Company, given: str, *, by: str) -> tuple[str | None, str | None]:
    """Let a company's pages show times in a zone, by its IANA name; an empty one means that of the installation.

    Returns what was set before and what is set now. Raises NotAZone.
    """
    name = given.strip()
    if name and name not in _known():
        raise NotAZone(name, _meant(name))
    before, after = of_company(work, company), name or None
    if before != after:
        console_people.set_time_zone(work, company.id, after)
        note = f"{after or 'that of the installation'} instead of {before or 'that of the installation'}"
        events.add(work, [{"actor": by, "action": ACTION, "company_id": company.id, "note": note}])
    return before, after


def _meant(given: str) -> str | None:
    """The zone that somebody may have meant: its name in other letters, its city alone, or with a slip in it."""
    wanted = given.replace(" ", "_").casefold()
    whole = {name.casefold(): name for name in offered()}
    cities = {name.rpartition("/")[2].casefold(): name for name in reversed(offered())}
    for spelled in (whole, cities):
        if wanted in spelled:
            return spelled[wanted]
    for spelled in (whole, cities):
        for close in get_close_matches(wanted, spelled, 1, 0.8):
            return spelled[close]
    return None
