"""What the first request of a session tells about QuickBooks, its PC and its company file."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.qbxml.host import HostFacts
from service.qbxml.read import read_host

OURS = "{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}"
THEIRS = "{6B063959-81B0-4622-85D6-F548C8CCB517}"

HOST = f"""<?xml version="1.0" ?>
<QBXML>
<QBXMLMsgsRs>
<HostQueryRs requestID="0" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<HostRet>
<ProductName>QuickBooks Enterprise Solutions: Retail 24.0</ProductName>
<MajorVersion>34</MajorVersion>
<MinorVersion>0</MinorVersion>
<Country>US</Country>
<SupportedQBXMLVersion>1.0</SupportedQBXMLVersion>
<SupportedQBXMLVersion>13.0</SupportedQBXMLVersion>
<SupportedQBXMLVersion>16.0</SupportedQBXMLVersion>
<IsAutomaticLogin>false</IsAutomaticLogin>
<QBFileMode>MultiUser</QBFileMode>
</HostRet>
</HostQueryRs>
<CompanyQueryRs requestID="1" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<CompanyRet>
<IsSampleCompany>false</IsSampleCompany>
<CompanyName>Northwind Traders</CompanyName>
<LegalCompanyName>Northwind Traders &amp; Co</LegalCompanyName>
<EIN>12-3456789</EIN>
<DataExtRet><OwnerID>{OURS}</OwnerID><DataExtName>AppLock</DataExtName><DataExtType>STR255TYPE</DataExtType>
<DataExtValue>LOCKED:FRONT-DESK:637712345678901234</DataExtValue></DataExtRet>
<DataExtRet><OwnerID>{OURS}</OwnerID><DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>
<DataExtValue>{{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}}</DataExtValue></DataExtRet>
<DataExtRet><OwnerID>{THEIRS}</OwnerID><DataExtName>FileID</DataExtName><DataExtType>STR255TYPE</DataExtType>
<DataExtValue>{{11111111-33D9-4815-AC85-BC87A7E7D1EB}}</DataExtValue></DataExtRet>
</CompanyRet>
</CompanyQueryRs>
<PreferencesQueryRs requestID="2" statusCode="0" statusSeverity="Info" statusMessage="Status OK">
<PreferencesRet>
<AccountingPreferences><IsUsingAccountNumbers>true</IsUsingAccountNumbers><ClosingDate>2025-12-31</ClosingDate>
</AccountingPreferences>
<MultiCurrencyPreferences><IsMultiCurrencyOn>true</IsMultiCurrencyOn></MultiCurrencyPreferences>
<CurrentAppAccessRights><IsAutomaticLoginAllowed>true</IsAutomaticLoginAllowed>
<AutomaticLoginUserName>Deskpost</AutomaticLoginUserName><IsPersonalDataAccessAllowed>false</IsPersonalDataAccessAllowed>
</CurrentAppAccessRights>
</PreferencesRet>
</PreferencesQueryRs>
</QBXMLMsgsRs>
</QBXML>
"""


def test_all_that_a_session_needs_is_taken_from_the_hosts_answer() -> None:
    assert read_host(HOST) == HostFacts(
        product_name="QuickBooks Enterprise Solutions: Retail 24.0",
        major_version="34",
        minor_version="0",
        country="US",
        supported_versions=("1.0", "13.0", "16.0"),
        file_mode="MultiUser",
        is_automatic_login=False,
        company_name="Northwind Traders",
        legal_company_name="Northwind Traders & Co",
        is_sample_company=False,
        file_ids={
            OURS: "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}",
            THEIRS: "{11111111-33D9-4815-AC85-BC87A7E7D1EB}",
        },
        locked_by={OURS: "FRONT-DESK"},
        closing_date="2025-12-31",
        is_multi_currency=True,
        is_automatic_login_allowed=True,
        automatic_login_user="Deskpost",
        may_see_personal_data=False,
    )


def test_the_tax_number_is_left_where_it_is() -> None:
    assert "12-3456789" not in repr(read_host(HOST))


def test_the_pc_is_the_one_that_holds_the_file() -> None:
    host = read_host(HOST)

    assert host is not None
    assert host.pc_name == "FRONT-DESK"
    assert HostFacts(locked_by={OURS: "A", THEIRS: "B"}).pc_name == ""
    assert HostFacts(locked_by={OURS: "A", THEIRS: "A"}).pc_name == "A"
    assert HostFacts().pc_name == ""


def test_a_file_id_is_found_under_its_owner_in_any_case() -> None:
    host = read_host(HOST)

    assert host is not None
    assert host.file_id(OURS.lower()) == "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"
    assert host.file_id("{00000000-0000-0000-0000-000000000000}") is None


def test_facts_that_are_missing_are_empty_and_none() -> None:
    bare = "<QBXML><QBXMLMsgsRs><HostQueryRs><HostRet><Country> CA </Country></HostRet></HostQueryRs></QBXMLMsgsRs>"

    assert read_host(bare + "</QBXML>") == HostFacts(country="CA")


@pytest.mark.parametrize("lock", ["LOCKED:", "UNLOCKED", "", "LOCKED::1"])
def test_a_lock_without_a_pc_names_none(lock: str) -> None:
    host = read_host(HOST.replace("LOCKED:FRONT-DESK:637712345678901234", lock))

    assert host is not None
    assert host.pc_name == ""


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "  ",
        "HOSTQUERY/COMPANYQUERY/PREFQUERY are not supported in QBPOS",
        "<QBXML/>",
        "<QBXML><QBXMLMsgsRs><HostQueryRs statusCode='1' /></QBXMLMsgsRs></QBXML>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><QBXML><HostRet><Country>&a;</Country></HostRet></QBXML>",
        "<QBXML><HostRet>" + "x" * 2_000_001,
        "\ud800",
        "<a>" * 5000,
    ],
)
def test_what_tells_nothing_is_nothing_and_no_error(text: str | None) -> None:
    assert read_host(text) is None


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(HOST)), st.integers(0, 200), st.text(max_size=20))
def test_a_damaged_answer_of_the_host_is_no_error(start: int, length: int, instead: str) -> None:
    read_host(HOST[:start] + instead + HOST[start + length :])
