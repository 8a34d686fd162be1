"""A record: what a message is about in the order system, by qbXML's object name and the order system's own key."""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.domain.refusals import BadRecordName

LONGEST = 200
"""The most characters of a key."""
_SHAPE = re.compile(rf"([A-Za-z][A-Za-z0-9]{{1,59}}):(\S(?:.{{0,{LONGEST - 2}}}\S)?)", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Record:
    """`Customer:C-1042`: qbXML's object `Customer` and the order system's own key `C-1042`."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"

    @classmethod
    def parse(cls, given: object) -> Record:
        """Read `Customer:C-1042`. The key may hold colons and inner spaces and is at most 200 characters long.

        Raises BadRecordName for anything else. Whether QuickBooks knows such an object is not asked here.
        """
        found = _SHAPE.fullmatch(given) if isinstance(given, str) and given.isprintable() else None
        if found is None:
            raise BadRecordName(given, LONGEST)
        return cls(found[1], found[2])
