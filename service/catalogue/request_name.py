"""Takes the name of a qbXML request apart into object and verb; it does not know which requests there are."""

from __future__ import annotations

import re
from dataclasses import dataclass

VERBS = ("Add", "Mod", "Del", "Void", "Merge", "Query", "DisplayAdd", "DisplayMod")

_NAME = re.compile(r"(?P<object>[A-Za-z0-9]*?)(?P<verb>Display(?:Add|Mod)|Query|Add|Mod|Del|Void|Merge)(?:R[qs])?")


@dataclass(frozen=True, slots=True)
class RequestName:
    """`InvoiceAddRq` is the object `Invoice` and the verb `Add`; both are empty where nothing is known."""

    object: str
    verb: str


def read_request_name(request: str) -> RequestName:
    """Reads `InvoiceAddRq`, `InvoiceAddRs` or `InvoiceAdd`; anything else becomes two empty words."""
    found = _NAME.fullmatch(request.strip())
    return RequestName(found["object"], found["verb"]) if found else RequestName("", "")
