"""Takes names, fields and ids out of QuickBooks' own texts. Never raises, whatever the text is.

Texts are those of statusMessage, with `&quot;` already decoded. Codes decide; these texts only fill blanks.
"""

from __future__ import annotations

import re
from functools import cache

from service.catalogue.blanks import blanks
from service.catalogue.entries import Entry
from service.catalogue.files import Table, read_file
from service.catalogue.nouns import noun_for_missing, plain_field
from service.catalogue.quickbooks_text import on_one_line, quoted_parts, sentence_of
from service.catalogue.wording import clean_fact


def facts_in(found: Entry) -> dict[str, str]:
    """The facts that the message of an entry carries, as blanks: `name`, `missing`, `field`, `value`, `id`, `limit`."""
    return message_facts(found.message, found.carries)


def message_facts(message: str, carries: tuple[str, ...] = ()) -> dict[str, str]:
    """Takes a message of QuickBooks apart.

    `carries` says what the first, second ... quoted part is, for texts that no pattern fits.
    What is not found is left out; nothing is guessed.
    """
    text = on_one_line(message)
    found: dict[str, str] = {}
    for pattern in _patterns():
        if match := pattern.search(text):
            for blank, words in match.groupdict().items():
                if words:
                    found.setdefault(blank, words)
    if not any(blank in found for blank in carries):
        found = dict(zip(carries, quoted_parts(sentence_of(text)), strict=False)) | found
    return _in_plain_words(found)


def _in_plain_words(found: dict[str, str]) -> dict[str, str]:
    facts = {blank: clean_fact(words) for blank, words in found.items()}
    if "field" in facts:
        facts["field"] = plain_field(facts["field"])
    if "missing" in facts:
        facts["missing"], facts["missing_where"] = noun_for_missing(facts["missing"])
    return {blank: words for blank, words in facts.items() if words}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    document = read_file("quickbooks-words.toml")
    document.allow("pattern")
    return tuple(read_pattern(table) for _, table in document.tables("pattern"))


def read_pattern(table: Table) -> re.Pattern[str]:
    """Reads one pattern, which must find a known blank in the text that it says it was seen in."""
    table.allow("seen", "finds")
    seen, finds = table.text("seen"), table.text("finds")
    try:
        pattern = re.compile(finds, re.IGNORECASE)
    except re.error as problem:
        raise table.fault("finds", f"this is not a regular expression: {problem}.") from problem
    unknown = set(pattern.groupindex) - set(blanks())
    if unknown or not pattern.groupindex:
        raise table.fault(
            "finds", f"its groups must be named after blanks: {', '.join(sorted(unknown)) or 'it has none'}."
        )
    if not pattern.search(seen):
        raise table.fault("finds", "it does not fit the text in `seen`.")
    return pattern
