"""Says an entry to a person: the sentences with the names filled in, the offers, and what QuickBooks said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from service.catalogue.entries import Entry
from service.catalogue.lookup import entry
from service.catalogue.nouns import with_article
from service.catalogue.quickbooks_text import on_one_line
from service.catalogue.quickbooks_words import facts_in
from service.catalogue.vocabulary import Offer
from service.catalogue.wording import clean_fact


@dataclass(frozen=True, slots=True)
class Explanation:
    """What an accountant reads about one outcome, in the order in which it stands on the page."""

    title: str
    what_happened: str
    what_to_do: str
    offers: tuple[Offer, ...]
    quickbooks_said: str = field(default="", repr=False)


def explain(
    subject: Entry | int | str,
    facts: Mapping[str, str] | None = None,
    *,
    scope: str = "request",
    request: str = "",
    message: str = "",
) -> Explanation:
    """Explains an entry, or a code with the same arguments as `entry`.

    `facts` fill the blanks of `texts/blanks.toml` (`document`, `customer`, `waits_for` ...), as plain text;
    they win over what is read out of QuickBooks' message. Missing and empty ones are worded around.
    The sentences are plain text too: whoever shows them escapes them.
    """
    found = subject if isinstance(subject, Entry) else entry(subject, scope=scope, request=request, message=message)
    given = _given(facts or {})
    known = found.facts_of_the_request() | facts_in(found) | given
    if "kind" in given:
        known["a_kind"] = with_article(given["kind"])
    return Explanation(
        title=found.title,
        what_happened=found.happened.fill(known),
        what_to_do=found.to_do.fill(known),
        offers=found.offers,
        quickbooks_said=on_one_line(found.message),
    )


def _given(facts: Mapping[str, str]) -> dict[str, str]:
    cleaned = {blank: clean_fact(words) for blank, words in facts.items()}
    return {blank: words for blank, words in cleaned.items() if words}
