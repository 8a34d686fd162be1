"""Whether QuickBooks could read a request: all complaints about its content at once. Never writes anything."""

from __future__ import annotations

from collections.abc import Mapping

from service.qbxml.characters import Substitution
from service.qbxml.complaints import Breach, Complaint
from service.qbxml.schema import UnknownRequest
from service.qbxml.walk import Walk


def check(
    name: str,
    content: Mapping[str, object],
    *,
    version: str = "16.0",
    country: str = "US",
    substitute: bool = False,
) -> list[Complaint]:
    """All that is wrong with a request's content, in the order of the content; an empty list if it can be sent.

    The arguments are those of `build.request`. It looks for all that makes QuickBooks refuse a whole message set
    without naming a field (0x80040400), and for too long texts, which it would refuse one by one.
    """
    return examine(name, content, version=version, country=country, substitute=substitute)[0]


def examine(
    name: str,
    content: Mapping[str, object],
    *,
    version: str = "16.0",
    country: str = "US",
    substitute: bool = False,
) -> tuple[list[Complaint], tuple[Substitution, ...]]:
    """The complaints, and the characters that would be replaced on the way."""
    walk = Walk(version, country, substitute=substitute)
    try:
        walk.request(name, content, None)
    except UnknownRequest as unknown:
        return [Complaint(Breach.UNKNOWN, "", str(name)[:100], str(unknown))], ()
    return walk.complaints, tuple(walk.substitutions)
