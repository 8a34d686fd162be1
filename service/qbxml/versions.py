"""qbXML versions and editions of QuickBooks: order, agreement, spelling. Never looks at a request's content."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

OURS = "16.0"
"""The newest qbXML version that the schema facts describe."""

EDITIONS = ("US", "CA", "UK", "AU")

_EDITION_OF_SPELLING = {"OZ": "AU", "GB": "UK"}
_SPELLING = re.compile(r"\s*([A-Za-z]{2})?\s*([0-9]{1,3})(?:\.([0-9]{1,3}))?\s*")

# Which QuickBooks first had a version: 11.0, 13.0 and 16.0 are from Intuit's own answers and pages; the others from
# the tables that vendors of connectors publish, which agree with those three.
_QUICKBOOKS_YEARS = {
    (1, 0): "2002",
    (1, 1): "2002",
    (2, 0): "2003",
    (2, 1): "2003",
    (3, 0): "2004",
    (4, 0): "2005",
    (4, 1): "2005",
    (5, 0): "2006",
    (6, 0): "2007",
    (6, 1): "2007",
    (7, 0): "2008",
    (8, 0): "2009",
    (9, 0): "2010",
    (10, 0): "2011",
    (11, 0): "2012",
    (12, 0): "2013",
    (13, 0): "2014",
    (14, 0): "2018",
    (15, 0): "2022",
    (16, 0): "2023",
}

_KNOWN = tuple((pair, f"{pair[0]}.{pair[1]}") for pair in sorted(_QUICKBOOKS_YEARS))

# Versions of their own for other countries ended with QuickBooks 2008; since then all editions share bare numbers.
# The request processor writes the early Australian 2.0 as OZ2.0.
_FIRST_SHARED = (6, 0)
_PREFIXES = {("AU", (2, 0)): "OZ"}


@lru_cache(maxsize=256)
def number(version: str) -> tuple[int, int]:
    """The version as a pair that can be compared: `13.0` and `CA13.0` are both `(13, 0)`.

    Raises ValueError for a text that is no version at all.
    """
    found = _SPELLING.fullmatch(version)
    if found is None:
        raise ValueError(f"{version!r} is not a qbXML version; versions are written as 13.0 or CA3.0.")
    return int(found[2]), int(found[3] or 0)


@lru_cache(maxsize=64)
def edition(country: str) -> str:
    """The edition whose rules hold for a country as QuickBooks spells it: US, CA, UK or AU.

    What QuickBooks may call its editions besides these is open; a country that is not known gets the rules of the US
    edition, the largest one, and QuickBooks itself has the last word.
    """
    spelled = country.strip().upper()
    spelled = _EDITION_OF_SPELLING.get(spelled, spelled)
    return spelled if spelled in EDITIONS else "US"


@lru_cache(maxsize=256)
def known(version: str) -> str:
    """The newest version of the schema facts that is not newer than this one: `17.0` gives `16.0`."""
    asked = number(version)
    return next((text for pair, text in reversed(_KNOWN) if pair <= asked), _KNOWN[0][1])


def is_newer(version: str, than: str) -> bool:
    """Whether the first version came later than the second."""
    return number(version) > number(than)


def quickbooks_year(version: str) -> str | None:
    """The year in the name of the first QuickBooks that had this version (`2013` for 12.0), or None if not known."""
    return _QUICKBOOKS_YEARS.get(number(version))


def agree(country: str, major: int | str | None, minor: int | str | None, supported: Sequence[str] = ()) -> str:
    """The highest version that QuickBooks and Deskpost both know, spelled as QuickBooks lists it.

    `major` and `minor` are the pair that the Web Connector sends with every sendRequestXML: the highest version of
    the request processor. `supported` is SupportedQBXMLVersion of the HostRet, which lists what QuickBooks itself
    has; the answer is the highest one that both allow. What cannot be read as a version is passed over. If nothing
    can be read at all, 13.0 is returned, which every QuickBooks since 2014 has.
    """
    ceiling = min(number(OURS), _pair(major, minor) or number(OURS))
    listed = [text for text in supported if _of_this_edition(text, country)]
    allowed = [text for text in listed if number(text) <= ceiling]
    if allowed:
        return max(allowed, key=number).strip()
    if listed or _pair(major, minor) is not None:
        return spelling(f"{ceiling[0]}.{ceiling[1]}", country)
    return "13.0"


def spelling(version: str, country: str = "US") -> str:
    """How the `qbxml` processing instruction writes a version for a country: `13.0`, or `CA3.0` for the early ones.

    A version that carries a prefix already (because HostRet listed it so) is left as it is.
    """
    if version.strip()[:1].isalpha():
        return version.strip()
    pair = number(version)
    bare = f"{pair[0]}.{pair[1]}"
    where = edition(country)
    if where == "US" or pair >= _FIRST_SHARED:
        return bare
    return _PREFIXES.get((where, pair), where) + bare


def _pair(major: int | str | None, minor: int | str | None) -> tuple[int, int] | None:
    try:
        return int(major or ""), int(minor or 0)
    except ValueError:
        return None


def _of_this_edition(text: str, country: str) -> bool:
    found = _SPELLING.fullmatch(text)
    return found is not None and (found[1] is None or edition(found[1]) == edition(country))
