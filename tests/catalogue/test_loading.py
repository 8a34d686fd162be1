"""A slip of the pen in a text file is refused with the file, the entry and the field."""

from __future__ import annotations

import subprocess
import sys

import pytest

from service.catalogue import CatalogueFault, Offer, Scope
from service.catalogue.files import Table, parse_file, read_file
from service.catalogue.loading import CODE_FILES, Catalogue, build_catalogue

STATUS_CODES = CODE_FILES[0]
HRESULTS = next(file for file in CODE_FILES if file.name == "hresults.toml")

ENTRY = """
[[entry]]
code = 3140
severity = "Error"
title = "Reference not found"
what_happened = "The customer is not in QuickBooks."
what_to_do = "Add it, then press Retry."
actor = "accountant"
treatment = "wait_or_create"
applied = "no"
offers = ["retry", "skip"]
"""

EVERYTHING_ELSE = "".join(ENTRY.replace("[[entry]]\ncode = 3140", f'[[range]]\nscope = "{scope}"') for scope in Scope)


def build(entries: str, *, reasons: str = "", ranges: Table | None = None) -> Catalogue:
    return build_catalogue(
        [(STATUS_CODES, parse_file("status-codes.toml", entries))],
        parse_file("reasons.toml", reasons),
        ranges or parse_file("ranges.toml", EVERYTHING_ELSE),
    )


def fault_of(entries: str, *, reasons: str = "") -> CatalogueFault:
    with pytest.raises(CatalogueFault) as caught:
        build(entries, reasons=reasons)
    return caught.value


def test_a_whole_entry_is_read() -> None:
    found = build(ENTRY).codes[Scope.REQUEST, "3140"].entry

    assert found.what_happened == "The customer is not in QuickBooks."
    assert found.offers == (Offer.RETRY, Offer.SKIP)


@pytest.mark.parametrize(
    ("before", "after", "field", "problem"),
    [
        ("actor =", "actr =", "actr", 'Did you mean "actor"?'),
        ('actor = "accountant"\n', "", "actor", "this field is missing"),
        ('"accountant"', '"acountant"', "actor", 'Did you mean "accountant"?'),
        ('"wait_or_create"', '"hope"', "treatment", '"hope" is not known here'),
        ('"Error"', '"error"', "severity", 'Did you mean "Error"?'),
        ('applied = "no"', "applied = false", "applied", "a text is needed"),
        ('["retry", "skip"]', '["retry", "skp"]', "offers", 'Did you mean "skip"?'),
        ('["retry", "skip"]', '["skip", "skip"]', "offers", "twice"),
        ('["retry", "skip"]', '"retry"', "offers", "a list of texts is needed"),
        ('"Reference not found"', '" "', "title", "a text is needed"),
        ("The customer is", "The {custmer} is", "what_happened", "{custmer} is not one of"),
        ("The customer is", "The {name} is", "what_happened", "no words for when it is not known"),
        ("The customer is", "The {customer is", "what_happened", "brace"),
        ("The customer is", "The customer} is", "what_happened", "brace"),
        ("The customer is", "The [customer is", "what_happened", "brackets must be closed"),
        ("The customer is", "The [a [customer] b] is", "what_happened", "brackets must be closed"),
        ("The customer is", "The customer|vendor is", "what_happened", "a bar stands outside"),
        ("The customer is", "The  customer is", "what_happened", "a space too many"),
        ("The customer is not in QuickBooks.", "[{name} is missing.]", "what_happened", "nothing is left"),
        ("offers =", 'carries = ["nmae"]\noffers =', "carries", 'Did you mean "name"?'),
        ("offers =", 'reasons = ["lockd"]\noffers =', "reasons", '"lockd" is not known here'),
    ],
)
def test_a_slip_is_named_with_its_place(before: str, after: str, field: str, problem: str) -> None:
    assert before in ENTRY

    fault = fault_of(ENTRY.replace(before, after), reasons='[reason.locked]\ncontains_any = ["locked"]')

    assert (fault.file, fault.entry, fault.field) == ("status-codes.toml", "entry 3140", field)
    assert problem in str(fault)
    assert str(fault).startswith(f'status-codes.toml, entry 3140, field "{field}": ')


def test_a_code_that_stands_twice_is_refused() -> None:
    assert "twice" in str(fault_of(ENTRY + ENTRY))


def test_a_code_must_be_a_number() -> None:
    assert "a whole number is needed" in str(fault_of(ENTRY.replace("3140", '"3140"')))


def test_what_is_not_toml_is_refused_with_its_line() -> None:
    with pytest.raises(CatalogueFault, match=r"status-codes.toml: this is not TOML: .*line 2"):
        parse_file("status-codes.toml", "[[entry]]\ncode == 3")


def test_a_section_that_does_not_exist_is_refused() -> None:
    assert 'Did you mean "entry"?' in str(fault_of(ENTRY.replace("[[entry]]", "[[entri]]")))


@pytest.mark.parametrize(
    ("when", "problem"),
    [
        ('verbs = ["Modify"]', '"Modify" is not known here'),
        ('objects = ["Custommer"]', 'Did you mean "Customer"?'),
        ('families = ["lists"]', 'Did you mean "list"?'),
        ('scopes = ["conection"]', 'Did you mean "connection"?'),
        ('contain_any = ["locked"]', 'Did you mean "contains_any"?'),
        ('title = "No condition"', "a variant needs one of these"),
        ('verbs = ["Mod"]\nwhat_to_do = "Ask {whom}."', "{whom} is not one of"),
    ],
)
def test_a_slip_in_a_variant_is_named_with_its_place(when: str, problem: str) -> None:
    fault = fault_of(f"{ENTRY}\n[[entry.when]]\n{when}\n")

    assert fault.entry == "entry 3140, when 1"
    assert problem in str(fault)


def test_a_reason_without_words_of_quickbooks_is_refused() -> None:
    fault = fault_of(ENTRY, reasons='[reason.locked]\ntitle = "Locked"')

    assert (fault.file, fault.entry) == ("reasons.toml", "reason locked")


def test_an_hresult_must_be_written_as_one() -> None:
    document = parse_file("hresults.toml", ENTRY.replace("3140", '"0x8004040a"'))

    with pytest.raises(CatalogueFault, match=r'entry 0x8004040a, field "code": an HRESULT is written'):
        build_catalogue(
            [(HRESULTS, document)], parse_file("reasons.toml", ""), parse_file("ranges.toml", EVERYTHING_ELSE)
        )


RANGE = ENTRY.replace("[[entry]]\ncode = 3140", '[[range]]\nscope = "request"\nfrom = {first}\nto = {last}')


@pytest.mark.parametrize(
    ("first", "last", "problem"), [(400, 600, "overlaps with 300 to 499"), (700, 600, "600 lies before 700")]
)
def test_ranges_must_not_cross(first: int, last: int, problem: str) -> None:
    text = RANGE.format(first=300, last=499) + RANGE.format(first=first, last=last)

    with pytest.raises(CatalogueFault, match=problem):
        build(ENTRY, ranges=parse_file("ranges.toml", text))


def test_every_scope_needs_words_for_everything_else() -> None:
    with pytest.raises(CatalogueFault, match="the scope request has no range for everything else"):
        build(ENTRY, ranges=parse_file("ranges.toml", RANGE.format(first=0, last=9)))


def test_a_range_needs_both_ends() -> None:
    text = RANGE.format(first=0, last=9).replace("from = 0\n", "")

    with pytest.raises(CatalogueFault, match=r'range 1, field "from": this field is missing'):
        build(ENTRY, ranges=parse_file("ranges.toml", text))


def test_every_reason_is_looked_for_by_some_entry() -> None:
    listed = {
        reason
        for name, section in [*((file.name, "entry") for file in CODE_FILES), ("ranges.toml", "range")]
        for _, table in read_file(name).tables(section)
        for reason in table.words("reasons")
    }

    assert listed == {name for name, _ in read_file("reasons.toml").tables("reason")}


def test_a_reason_comes_after_the_entrys_own_variants() -> None:
    reasons = '[reason.locked]\ncontains_any = ["locked"]\ntitle = "By the reason"'
    entries = ENTRY.replace("offers =", 'reasons = ["locked"]\noffers =') + (
        '\n[[entry.when]]\nverbs = ["Mod"]\ntitle = "By the verb"\n'
    )
    found = build(entries, reasons=reasons).codes[Scope.REQUEST, "3140"]

    assert found.choose(Scope.REQUEST, "CustomerModRq", "It is locked.").title == "By the verb"
    assert found.choose(Scope.REQUEST, "CustomerAddRq", "It is locked.").title == "By the reason"
    assert found.choose(Scope.REQUEST, "CustomerAddRq", "It is open.").title == "Reference not found"


def test_nothing_is_read_before_it_is_needed() -> None:
    script = "from service.catalogue import loading; print(loading.catalogue.cache_info().currsize)"

    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert answer.stdout == "0\n"
