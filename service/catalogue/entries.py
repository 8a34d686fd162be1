"""One entry of the catalogue, and the conditions under which it applies. Data only: nothing is looked up here."""

from __future__ import annotations

from dataclasses import dataclass, field

from service.catalogue.blanks import unknown_words
from service.catalogue.nouns import noun_for, with_article
from service.catalogue.quickbooks_text import own_words, says
from service.catalogue.request_name import RequestName, read_request_name
from service.catalogue.treatment import Treatment
from service.catalogue.vocabulary import Actor, Applied, Offer, Scope, Severity
from service.catalogue.wording import Wording


@dataclass(frozen=True, slots=True)
class Entry:
    """What one code means, for one request and one text of QuickBooks.

    `code` is written as people know it: `3140`, `0x80040400`, `QBWC1039`. `request` and `message` are what
    the entry was looked up with; the message may hold customers' names, so it never shows in a log.
    """

    code: str
    scope: Scope
    severity: Severity
    title: str
    happened: Wording
    to_do: Wording
    actor: Actor
    treatment: Treatment
    applied: Applied
    offers: tuple[Offer, ...]
    carries: tuple[str, ...] = ()
    applies_when: str = ""
    """In words, for documentation: "on Mod; QuickBooks says credit limit". Empty for the entry itself."""
    request: str = ""
    message: str = field(default="", repr=False)

    @property
    def what_happened(self) -> str:
        """What happened, in plain words that hold without knowing more. `explain` says it with names."""
        return self.happened.fill(self.facts_of_the_request())

    @property
    def what_to_do(self) -> str:
        """What to do, in plain words that hold without knowing more. `explain` says it with names."""
        return self.to_do.fill(self.facts_of_the_request())

    def facts_of_the_request(self) -> dict[str, str]:
        """The blanks that the request alone fills, over the words for what is not known."""
        name = read_request_name(self.request).object
        if not name:
            return unknown_words()
        noun = noun_for(name)
        return unknown_words() | {
            "document": f"this {noun.noun}",
            "kind": noun.noun,
            "a_kind": with_article(noun.noun),
            "where": noun.where,
        }


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a variant of an entry applies; an empty condition always holds, and all of them must."""

    scopes: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    contains_any: tuple[str, ...] = ()
    contains_all: tuple[str, ...] = ()

    def hold(self, scope: Scope, name: RequestName, words: str) -> bool:
        """Whether they hold for a code that stood in `scope`, on this request, with these words of QuickBooks."""
        return (
            _among(scope.value, self.scopes)
            and _among(name.verb, self.verbs)
            and _among(name.object, self.objects)
            and _among(noun_for(name.object).family if name.object else "", self.families)
            and (not self.contains_any or any(says(words, part) for part in self.contains_any))
            and all(says(words, part) for part in self.contains_all)
        )

    def in_words(self) -> str:
        """The conditions for a reader: "on Mod; for customer, vendor; QuickBooks says ..."."""
        said = [f'"{part}"' for part in self.contains_any]
        parts = (
            ("in the scope " + ", ".join(self.scopes)) if self.scopes else "",
            ("on " + ", ".join(self.verbs)) if self.verbs else "",
            ("for " + ", ".join(self.objects)) if self.objects else "",
            ("for a " + " or ".join(self.families)) if self.families else "",
            ("QuickBooks says " + " or ".join(said)) if said else "",
            ("QuickBooks says " + " and ".join(f'"{part}"' for part in self.contains_all)) if self.contains_all else "",
        )
        return "; ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code with its variants, in the order in which they are tried."""

    entry: Entry
    variants: tuple[tuple[Conditions, Entry], ...]

    def choose(self, scope: Scope, request: str, message: str) -> Entry:
        """The first variant that fits, or else the entry itself."""
        name, words = read_request_name(request), own_words(message)
        fits = (variant for conditions, variant in self.variants if conditions.hold(scope, name, words))
        return next(fits, self.entry)


def _among(word: str, words: tuple[str, ...]) -> bool:
    return not words or word in words
