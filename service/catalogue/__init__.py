"""Every code of QuickBooks and the Web Connector with what happened and what to do, as data; it decides nothing.

`entry` finds what a code means, `explain` says it to a person, `all_entries` and `render` are for documents and
commands. The texts themselves are in `texts/`, edited by writers.
"""

from service.catalogue.blanks import BlankMeaning, blanks
from service.catalogue.entries import Entry
from service.catalogue.explanation import Explanation, explain
from service.catalogue.faults import CatalogueFault
from service.catalogue.lookup import all_entries, entry
from service.catalogue.quickbooks_text import own_reason
from service.catalogue.quickbooks_words import message_facts
from service.catalogue.terminal import render
from service.catalogue.treatment import Treatment
from service.catalogue.vocabulary import Actor, Applied, Offer, Scope, Severity

__all__ = [
    "Actor",
    "Applied",
    "BlankMeaning",
    "CatalogueFault",
    "Entry",
    "Explanation",
    "Offer",
    "Scope",
    "Severity",
    "Treatment",
    "all_entries",
    "blanks",
    "entry",
    "explain",
    "message_facts",
    "own_reason",
    "render",
]
