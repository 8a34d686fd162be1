"""Whatever QuickBooks can answer has a remedy, and whatever the remedies leave blank is filled by somebody."""

from __future__ import annotations

import ast
import re

import pytest

from qwc.company import recovery
from qwc.company.hresults import TEXTS
from qwc.company.refusals import SENTENCES
from service import catalogue
from service.catalogue import Scope, Treatment
from service.catalogue.blanks import blanks
from service.catalogue.entries import Entry
from service.catalogue.quickbooks_words import facts_in
from tests.house.tree import ROOT

# Every code of a message set (qbxml.md 13.2) that the company file can answer.
SET_CODES = (0, 600, 9001, 9002, 9004, 9005)

ASKS_NOTHING_OF_PEOPLE = {Treatment.DONE, Treatment.NOTHING}


def entries_of_the_company_file() -> list[Entry]:
    """What the catalogue has for each code with which the simulated company file can answer."""
    found = [catalogue.entry(code, request="InvoiceAddRq", message=spoken(code)) for code in (0, 1, *SENTENCES)]
    found += [catalogue.entry(code, scope="message_set") for code in SET_CODES]
    for scope in ("request", "connection"):
        found += [catalogue.entry(code, scope=scope, message=text) for code, text in TEXTS.items()]
    return found


def spoken(code: int) -> str:
    """The sentence of the company file for a code, with something in each of its places."""
    return SENTENCES.get(code, "").format(value="Kern, Lila", field="BillAddress", kind="Customer", reason="it is so")


ALL = entries_of_the_company_file()


@pytest.mark.parametrize("found", ALL, ids=lambda found: f"{found.scope}-{found.code}")
def test_every_code_of_the_company_file_has_an_entry_of_its_own_with_a_remedy(found: Entry) -> None:
    own = {(one.scope, one.code) for one in catalogue.all_entries()}
    place = Scope.REQUEST if found.scope is Scope.CONNECTION else found.scope

    assert (place, found.code) in own, "it falls into the default of its range"
    told = catalogue.explain(found, {"document": "invoice 10248"})
    assert told.what_happened
    assert told.what_to_do
    assert not re.search(r"[{}\[\]|]", told.what_happened + told.what_to_do)
    if found.treatment not in ASKS_NOTHING_OF_PEOPLE and found.scope is Scope.REQUEST and found.code.isdecimal():
        assert told.offers, "somebody has to decide, and there is nothing to press"


def test_the_set_codes_are_those_that_the_company_file_answers() -> None:
    codes = {value for name, value in vars(recovery).items() if name.isupper() and isinstance(value, int)}
    codes -= {recovery.LONGEST_ID}

    assert codes == set(SET_CODES)


# What no sentence of QuickBooks tells and nobody passes, so that the texts go around it.
WORDED_AROUND = {
    "closing_date",  # QuickBooks refuses by it and does not tell it.
    "open_file",  # 0x8004040A names neither the file that is open nor the one that is wanted.
}


def told_by_quickbooks() -> set[str]:
    """The blanks that some sentence of the company file fills, or some seen in captured answers."""
    patterns = (ROOT / "service/catalogue/texts/quickbooks-words.toml").read_text()
    return {blank for found in ALL for blank in facts_in(found)} | set(re.findall(r"\?P<(\w+)>", patterns))


def told_by_the_request() -> set[str]:
    named, unnamed = catalogue.entry(3180, request="InvoiceAddRq"), catalogue.entry(3180)
    without = unnamed.facts_of_the_request()
    return {name for name, words in named.facts_of_the_request().items() if words != without.get(name)}


def passed_by_the_exchange() -> set[str]:
    """The blanks that the exchange hands over: keys of objects that hold nothing but facts for the catalogue."""
    found: set[str] = set()
    for path in (ROOT / "service/exchange").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
                found |= keys if keys <= set(blanks()) else set()
    return found


def used() -> set[str]:
    """The blanks that some text of the catalogue leaves."""
    return {blank for one in catalogue.all_entries() for text in (one.happened, one.to_do) for blank in text.blanks()}


def test_every_blank_of_the_catalogue_is_filled_by_somebody() -> None:
    filled = told_by_quickbooks() | told_by_the_request() | passed_by_the_exchange()

    assert used() - filled == WORDED_AROUND


def test_every_blank_that_is_known_is_used() -> None:
    # An id is taken out of a sentence only so that it is not shown as a name.
    assert set(blanks()) - used() == {"id"}
