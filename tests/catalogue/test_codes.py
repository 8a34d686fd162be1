"""Every code that the references know has an entry, written by hand here so that a lost one shows."""

from __future__ import annotations

import pytest

from service.catalogue import Applied, Entry, Offer, Scope, Severity, Treatment, all_entries, entry

STATUS_CODES = [
    "0", "1", "500", "501", "510", "530", "531", "540", "550", "560", "570", "1000", "1010", "1030", "1060",
    "2000", "2010", "2020", "2030", "2040", "3000", "3010", "3020", "3030", "3031", "3035", "3040", "3045",
    "3050", "3060", "3065", "3070", "3080", "3085", "3090", "3100", "3101", "3110", "3120", "3130", "3140",
    "3150", "3151", "3153", "3160", "3161", "3162", "3170", "3171", "3175", "3176", "3177", "3180", "3185",
    "3190", "3200", "3205", "3210", "3231", "3240", "3250", "3260", "3261", "3263", "3270", "3280", "3290",
    "3300", "3351", "3390", "3391", "3500", "9100", "9101", "9102",
]  # fmt: skip

MESSAGE_SET_CODES = [
    "0", "600", "9001", "9002", "9003", "9004", "9005",
]  # fmt: skip

HRESULTS = [
    "0x80010105", "0x80010108", "0x80040154", "0x800401F0", "0x80040308", "0x80040400", "0x80040401",
    "0x80040402", "0x80040403", "0x80040404", "0x80040405", "0x80040406", "0x80040407", "0x80040408",
    "0x80040409", "0x8004040A", "0x8004040B", "0x8004040C", "0x8004040D", "0x8004040E", "0x8004040F",
    "0x80040410", "0x80040411", "0x80040412", "0x80040413", "0x80040414", "0x80040415", "0x80040416",
    "0x80040417", "0x80040418", "0x80040419", "0x8004041A", "0x8004041B", "0x8004041C", "0x8004041D",
    "0x8004041E", "0x8004041F", "0x80040420", "0x80040421", "0x80040422", "0x80040423", "0x80040424",
    "0x80040425", "0x80040426", "0x80040427", "0x80040428", "0x80040429", "0x8004042A", "0x8004042B",
    "0x8004042C", "0x8004042D", "0x8004042E", "0x8004042F", "0x80040430", "0x80040431", "0x80040432",
    "0x80040433", "0x80040434", "0x80040435", "0x80040436", "0x80040437", "0x80040438", "0x80040439",
    "0x80040440", "0x800706BA", "0x800706BE",
]  # fmt: skip

WEB_CONNECTOR_CODES = [f"QBWC{code}" for code in [*range(1000, 1047), 1048, 1051, 1065, 1080, 1085]]

UNKNOWN_WHETHER_APPLIED = {
    "510", "1000",
    "0x80010105", "0x80010108", "0x80040401", "0x80040402", "0x8004040D", "0x8004040E", "0x8004041C", "0x80040421",
    "0x800706BA", "0x800706BE",
}  # fmt: skip

WARNINGS = {"500", "501", "510", "530", "531", "540", "550", "560", "570"}

ONLY_READ = {"1", "500", "501", "540", "3390", "3391"}


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (Scope.REQUEST, STATUS_CODES + HRESULTS),
        (Scope.MESSAGE_SET, MESSAGE_SET_CODES),
        (Scope.WEB_CONNECTOR, WEB_CONNECTOR_CODES),
    ],
)
def test_the_catalogue_holds_exactly_the_codes_of_the_references(scope: Scope, codes: list[str]) -> None:
    entries = {found.code for found in all_entries() if found.scope is scope and not found.applies_when}

    assert set(codes) == {code for code in entries if " " not in code}


@pytest.mark.parametrize("code", STATUS_CODES + HRESULTS)
def test_an_entry_says_whether_it_may_have_been_applied_as_the_reference_does(code: str) -> None:
    applied = entry(code).applied

    if code in UNKNOWN_WHETHER_APPLIED:
        assert applied is Applied.UNKNOWN
    elif code in ONLY_READ:
        assert applied is Applied.NOT_APPLICABLE
    elif code in WARNINGS or code == "0":
        assert applied is Applied.YES
    else:
        assert applied is Applied.NO


@pytest.mark.parametrize("code", STATUS_CODES)
def test_the_severity_is_that_of_the_range(code: str) -> None:
    expected = Severity.INFO if int(code) < 500 else Severity.WARN if int(code) < 1000 else Severity.ERROR

    assert entry(code).severity is expected


@pytest.mark.parametrize("found", all_entries(), ids=lambda found: f"{found.code} {found.applies_when}"[:60])
def test_the_buttons_fit_what_deskpost_does(found: Entry) -> None:
    offers = set(found.offers)
    if found.applied is Applied.UNKNOWN and offers:
        assert {Offer.IT_IS_THERE, Offer.IT_IS_NOT_THERE} <= offers or found.treatment is Treatment.DONE
        assert Offer.RETRY not in offers
    else:
        assert not offers & {Offer.IT_IS_THERE, Offer.IT_IS_NOT_THERE}
    if found.treatment in {Treatment.DONE, Treatment.NOTHING}:
        assert not offers
    if found.treatment is Treatment.LOOK_UP_NAME:
        assert found.offers[0] is Offer.LINK
    if found.treatment in {Treatment.FIX, Treatment.LATER, Treatment.REREAD, Treatment.SPLIT, Treatment.WAIT_OR_CREATE}:
        assert {Offer.RETRY, Offer.SKIP} <= offers
    if found.treatment is Treatment.GONE:
        assert Offer.RETRY not in offers
        assert offers == {Offer.SKIP} or found.offers[0] is Offer.CREATE_AGAIN


@pytest.mark.parametrize("found", all_entries(), ids=lambda found: f"{found.code} {found.applies_when}"[:60])
def test_what_may_have_run_is_recovered_before_anything_else(found: Entry) -> None:
    in_doubt = found.applied is Applied.UNKNOWN
    # 510 on a query is the one answer that is unknown by its number and yet only read something.
    if "on Query" not in found.applies_when:
        assert in_doubt == (found.treatment is Treatment.PROBE)


@pytest.mark.parametrize(
    ("code", "scope", "treatment"),
    [
        (0, "request", Treatment.DONE),
        (530, "request", Treatment.DONE),
        (1000, "request", Treatment.PROBE),
        (1010, "request", Treatment.LATER),
        (3070, "request", Treatment.FIX),
        (3100, "request", Treatment.LOOK_UP_NAME),
        (3130, "request", Treatment.WAIT_OR_CREATE),
        (3140, "request", Treatment.WAIT_OR_CREATE),
        (3170, "request", Treatment.FIX),
        (3171, "request", Treatment.FIX),
        (3175, "request", Treatment.LATER),
        (3176, "request", Treatment.LATER),
        (3180, "request", Treatment.FIX),
        (3200, "request", Treatment.REREAD),
        (3231, "request", Treatment.NOT_REACHED),
        (3290, "request", Treatment.REREAD),
        (3391, "request", Treatment.RESTART_QUERY),
        (600, "message_set", Treatment.PROBE),
        (9001, "message_set", Treatment.PROBE),
        (9002, "message_set", Treatment.PROBE),
        (9004, "message_set", Treatment.FIX),
        (9005, "message_set", Treatment.PROBE),
        ("0x80040400", "request", Treatment.SPLIT),
        ("0x80040402", "request", Treatment.PROBE),
        ("0x80040408", "connection", Treatment.STOP),
        ("0x8004040A", "connection", Treatment.STOP),
        ("0x8004041B", "connection", Treatment.LATER),
        ("0x80040423", "request", Treatment.LOWER_VERSION),
        ("0x80040428", "request", Treatment.LOWER_VERSION),
        ("QBWC1042", "web_connector", Treatment.PROBE),
        ("QBWC1044", "web_connector", Treatment.NOTHING),
    ],
)
def test_the_treatment_of_the_codes_that_the_exchange_acts_upon(
    code: int | str, scope: str, treatment: Treatment
) -> None:
    assert entry(code, scope=scope).treatment is treatment


def test_the_outdated_edit_sequence_is_3200_and_not_3170() -> None:
    assert entry(3200, request="CustomerModRq").treatment is Treatment.REREAD
    assert entry(3170, request="CustomerModRq").treatment is not Treatment.REREAD


def test_3030_is_a_date_range_and_not_an_unbalanced_journal() -> None:
    assert "first day" in entry(3030).what_happened
    assert "balance" not in entry(3030).what_happened


def test_a_number_of_the_web_connector_is_not_a_status_code() -> None:
    assert "support" in entry(1003, scope="web_connector").what_happened
    assert entry(1000).title == "QuickBooks failed inside"
    assert entry(1000, scope="web_connector").title == "Two addresses do not belong together"
