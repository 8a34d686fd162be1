"""What is wrong with a request's content: a complaint names the path, what was given and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from service.domain.refusals import Refusal

LONGEST_GIVEN = 60


class Breach(StrEnum):
    """The rule that a complaint says is broken."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    TOO_MANY = "too many"
    CHOICE = "choice"
    ORDER = "order"
    SHAPE = "shape"
    TYPE = "type"
    LENGTH = "length"
    VALUE = "value"
    BOUNDS = "bounds"
    CHARACTER = "character"
    NAME = "name"
    ATTRIBUTE = "attribute"
    SIZE = "size"
    VERSION = "version"
    EDITION = "edition"


@dataclass(frozen=True, slots=True)
class Complaint:
    """One breach of one rule. `str()` is the whole sentence, path included."""

    kind: Breach
    path: str
    given: str
    sentence: str
    needs: str | None = None
    """The qbXML version that would do, where `kind` is VERSION."""

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}" if self.path else self.sentence


class ContentRefused(Refusal):
    """A request cannot be written; `complaints` are all the reasons."""

    def __init__(self, name: str, complaints: Sequence[Complaint]) -> None:
        self.name = name
        self.complaints = tuple(complaints)
        super().__init__(f"{name} cannot be written: " + "; ".join(str(complaint) for complaint in self.complaints))


def of_the_session(complaints: Sequence[Complaint]) -> tuple[Complaint, ...]:
    """Those complaints that another QuickBooks would not have: they ask for a newer version or another edition."""
    return tuple(one for one in complaints if one.kind in {Breach.VERSION, Breach.EDITION})


def of_the_content(complaints: Sequence[Complaint]) -> tuple[Complaint, ...]:
    """Those complaints that hold for every QuickBooks: the content itself has to be mended."""
    return tuple(one for one in complaints if one.kind not in {Breach.VERSION, Breach.EDITION})


def shown(value: object) -> str:
    """A given value as a sentence shows it: quoted and cut if it is text, named if it is a structure."""
    if isinstance(value, str):
        return repr(value if len(value) <= LONGEST_GIVEN else value[:LONGEST_GIVEN] + "...")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value) if value.bit_length() < 200 else "a number of very many digits"
    if isinstance(value, float | Decimal):
        return str(value)[:LONGEST_GIVEN]
    structures = ((Mapping, "an object"), (list | tuple, "a list"), (type(None), "null"))
    return next((name for kind, name in structures if isinstance(value, kind)), f"a {type(value).__name__}")
