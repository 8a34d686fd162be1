"""The .qwc file: what is written, what is read, and what is refused with which of the Web Connector's codes."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qwc.document import (
    Document,
    DocumentRefused,
    DocumentUnreadable,
    address_problems,
    new_guid,
    problems_of,
    read,
    write,
)

OWNER = "{90A44FB7-33D9-4815-AC85-AC86A7E7D1EB}"
FILE = "{57F3B9B6-86F1-4FCC-B1FF-966DE1813D20}"
GOOD = Document(
    app_name="Deskpost for Rock & Castle",
    app_url="https://sync.example.com/qbwc?a=1&b=2",
    app_description="Posts orders into QuickBooks",
    app_support="https://sync.example.com/support",
    user_name="shop",
    owner_id=OWNER,
    file_id=FILE,
)
FULL = replace(
    GOOD,
    app_id="7",
    style="DocWrapped",
    run_every_seconds=90,
    auth_flags=0xE,
    unattended_mode="umpRequired",
    personal_data="pdpNotNeeded",
    notify=True,
    app_display_name="Deskpost",
    app_unique_name="deskpost-rock-castle",
    cert_url="https://sync.example.com/certificate",
)


def test_the_file_is_what_intuits_own_files_are() -> None:
    expected = (
        '<?xml version="1.0"?>\r\n'
        "<QBWCXML>\r\n"
        "  <AppName>Deskpost for Rock &amp; Castle</AppName>\r\n"
        "  <AppID></AppID>\r\n"
        "  <AppURL>https://sync.example.com/qbwc?a=1&amp;b=2</AppURL>\r\n"
        "  <AppDescription>Posts orders into QuickBooks</AppDescription>\r\n"
        "  <AppSupport>https://sync.example.com/support</AppSupport>\r\n"
        "  <UserName>shop</UserName>\r\n"
        f"  <OwnerID>{OWNER}</OwnerID>\r\n"
        f"  <FileID>{FILE}</FileID>\r\n"
        "  <QBType>QBFS</QBType>\r\n"
        "  <Style>Document</Style>\r\n"
        "  <Scheduler>\r\n"
        "    <RunEveryNMinutes>15</RunEveryNMinutes>\r\n"
        "  </Scheduler>\r\n"
        "  <IsReadOnly>false</IsReadOnly>\r\n"
        "</QBWCXML>\r\n"
    )

    assert expected.encode("ascii") == write(replace(GOOD, run_every_minutes=15))


def test_every_option_is_written_in_its_element() -> None:
    written = write(FULL).decode()

    for line in (
        "<AppID>7</AppID>",
        "<Style>DocWrapped</Style>",
        "<RunEveryNSeconds>90</RunEveryNSeconds>",
        "<AuthFlags>0xe</AuthFlags>",
        "<UnattendedModePref>umpRequired</UnattendedModePref>",
        "<PersonalDataPref>pdpNotNeeded</PersonalDataPref>",
        "<Notify>true</Notify>",
        "<AppDisplayName>Deskpost</AppDisplayName>",
        "<AppUniqueName>deskpost-rock-castle</AppUniqueName>",
        "<CertURL>https://sync.example.com/certificate</CertURL>",
    ):
        assert line in written


@pytest.mark.parametrize("document", [GOOD, FULL, replace(GOOD, run_every_minutes=1, notify=False)])
def test_what_is_written_reads_back(document: Document) -> None:
    assert read(write(document)) == document


PLAIN = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=80).filter(
    lambda text: text == text.strip()
)


@settings(max_examples=50, deadline=None)
@given(name=PLAIN, description=PLAIN, user=PLAIN)
def test_any_plain_text_survives_the_way_through_the_file(name: str, description: str, user: str) -> None:
    document = replace(GOOD, app_name=name, app_description=description, user_name=user)

    assert read(write(document)) == document


def test_guids_are_fresh_upper_case_and_in_braces() -> None:
    first, second = new_guid(), new_guid()

    assert first != second
    assert re.fullmatch(r"\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}", first)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({"app_url": "http://sync.example.com/qbwc"}, "QBWC1010", "use https"),
        ({"app_url": "ftp://sync.example.com/qbwc"}, "QBWC1039", "no web address"),
        ({"app_url": "sync.example.com/qbwc"}, "QBWC1039", "no web address"),
        ({"app_url": "https://sync.example.com:99999/"}, "QBWC1039", "no web address"),
        ({"app_url": "https://me:word@sync.example.com/"}, "QBWC1039", "without a user name"),
        ({"app_support": "https://help.example.com/"}, "QBWC1000", "same host"),
        ({"app_support": "mailto:help@example.com"}, "QBWC1039", "no web address"),
        ({"cert_url": "http://sync.example.com/"}, "QBWC1048", "use https"),
        ({"app_name": ""}, "QBWC1039", "AppName is missing"),
        ({"user_name": "  "}, "QBWC1039", "UserName is missing"),
        ({"file_id": ""}, "QBWC1039", "FileID is missing"),
        ({"owner_id": OWNER.strip("{}")}, "QBWC1039", "in braces"),
        ({"file_id": "{57F3B9B6}"}, "QBWC1039", "in braces"),
        ({"app_description": "d" * 81}, "QBWC1039", "Shorten it to 80"),
        ({"qb_type": "QBO"}, "QBWC1065", "Write QBFS"),
        ({"is_read_only": True}, "QBWC1039", "Write false"),
        ({"auth_flags": 0x10}, "QBWC1034", "0x8 Enterprise"),
        ({"auth_flags": -1}, "QBWC1034", "0x8 Enterprise"),
        ({"run_every_minutes": 5, "run_every_seconds": 30}, "", "give one of them"),
        ({"run_every_minutes": 0}, "", "whole number from 1"),
        ({"run_every_seconds": -5}, "", "whole number from 1"),
        ({"app_name": "Caf\xe9"}, "", r"'Caf\xe9'"),
        ({"user_name": "a\nb"}, "", "on one line"),
        ({"style": "Rpc"}, "", "Document, DocWrapped, RPC"),
        ({"unattended_mode": "required"}, "", "umpRequired, umpOptional"),
        ({"personal_data": "no"}, "", "pdpNotNeeded"),
    ],
)
def test_what_the_web_connector_would_refuse_is_refused_before_with_its_code(
    changes: dict[str, Any], code: str, words: str
) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        write(replace(GOOD, **changes))

    assert refusal.value.codes == (code,)
    assert words in str(refusal.value)
    assert str(refusal.value).startswith(f"{code}: " if code else "")


@pytest.mark.parametrize("host", ["192.168.1.20", "[2001:db8::1]", "127.0.0.1", "3232235796", "10.1", "0x7f000001"])
def test_an_address_in_numbers_is_refused_however_it_is_written(host: str) -> None:
    document = replace(GOOD, app_url=f"https://{host}/qbwc", app_support=f"https://{host}/support")

    assert [problem.code for problem in problems_of(document)] == ["QBWC1001", "QBWC1002"]


@pytest.mark.parametrize("host", ["intuit.com", "support.quickbooks.com"])
def test_a_support_page_at_intuit_is_refused(host: str) -> None:
    problems = address_problems("https://sync.example.com/", f"https://{host}/help")

    assert [problem.code for problem in problems] == ["QBWC1039", "QBWC1000"]


def test_localhost_may_be_http_and_a_support_page_may_be_http_anywhere() -> None:
    assert address_problems("http://localhost:8000/qbwc", "http://localhost:8000/support") == ()
    assert address_problems("https://Sync.Example.com/qbwc", "http://sync.example.com/support") == ()
    assert address_problems("https://server/qbwc", "https://server/support") == ()


def test_all_problems_of_the_addresses_come_at_once() -> None:
    problems = address_problems("http://192.168.1.20/qbwc", "https://help.example.com/")

    assert [problem.code for problem in problems] == ["QBWC1001", "QBWC1010", "QBWC1000"]


def test_all_problems_of_a_document_come_at_once_each_on_its_line() -> None:
    with pytest.raises(DocumentRefused) as refusal:
        write(replace(GOOD, app_name="", file_id="none", qb_type="QB", is_read_only=True))

    assert refusal.value.codes == ("QBWC1039", "QBWC1039", "QBWC1065", "QBWC1039")
    assert [problem.element for problem in refusal.value.problems] == ["AppName", "FileID", "QBType", "IsReadOnly"]
    assert len(str(refusal.value).splitlines()) == 4


def file_with(extra: str = "", *, drop: str = "") -> bytes:
    content = write(GOOD).decode().replace("</QBWCXML>", extra + "</QBWCXML>")
    return re.sub(f"<{drop}>.*</{drop}>", "", content).encode() if drop else content.encode()


def test_elements_come_in_any_order_and_unknown_ones_are_skipped() -> None:
    content = (
        write(GOOD).decode().replace("<QBWCXML>", "<QBWCXML><!-- x --><Later/><PersonalDataPrep>y</PersonalDataPrep>")
    )
    lines = content.splitlines()
    shuffled = "\n".join([*lines[:2], *reversed(lines[2:-1]), lines[-1]])

    assert read(shuffled.encode()) == GOOD


def test_the_first_child_of_the_scheduler_wins() -> None:
    both = "<Scheduler><RunEveryNSeconds> 30 </RunEveryNSeconds><RunEveryNMinutes>5</RunEveryNMinutes></Scheduler>"

    assert read(file_with(both)) == replace(GOOD, run_every_seconds=30)


def test_a_file_with_a_byte_order_mark_is_read() -> None:
    assert read(b"\xef\xbb\xbf" + write(GOOD)) == GOOD


def test_a_file_without_its_optional_elements_is_read() -> None:
    assert read(file_with(drop="AppID")) == GOOD
    assert read(file_with(drop="Style")) == GOOD
    assert read(file_with("<AuthFlags></AuthFlags><Scheduler/>")) == GOOD
    assert read(file_with("<AuthFlags>15</AuthFlags>")) == replace(GOOD, auth_flags=15)


def test_values_that_break_a_rule_are_read_all_the_same_so_that_each_can_be_named() -> None:
    document = read(file_with("<AuthFlags>0x1F</AuthFlags>").replace(b"<IsReadOnly>false", b"<IsReadOnly>true"))

    assert [problem.code for problem in problems_of(document)] == ["QBWC1039", "QBWC1034"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not well-formed"),
        (b"PK\x03\x04", "not well-formed"),
        (b"<QBWCXML>", "not well-formed"),
        (b"<html/>", "root element is 'html'"),
        (b'<QBWCXML xmlns="urn:x"/>', "root element is '{urn:x}QBWCXML'"),
        (b'<!DOCTYPE QBWCXML [<!ENTITY a "b">]><QBWCXML/>', "brings a DTD"),
        (b'<!DOCTYPE QBWCXML SYSTEM "file:///etc/passwd"><QBWCXML/>', "brings a DTD"),
        (b"<QBWCXML>" + b" " * 65_536 + b"</QBWCXML>", "65,536 at the most"),
        (b"<QBWCXML><AppName>a</AppName></QBWCXML>", "has no AppURL, AppDescription"),
        (file_with("<AuthFlags>all</AuthFlags>"), "AuthFlags is 'all'"),
        (file_with("<Notify>perhaps</Notify>"), "Notify is 'perhaps'"),
        (file_with("<Scheduler><RunEveryNMinutes>1e3</RunEveryNMinutes></Scheduler>"), "RunEveryNMinutes is '1e3'"),
    ],
)
def test_what_is_no_qwc_file_is_refused_with_the_reason(content: bytes, complaint: str) -> None:
    with pytest.raises(DocumentUnreadable) as refusal:
        read(content)

    assert complaint in str(refusal.value)


def test_an_entity_of_a_hostile_file_is_never_expanded() -> None:
    hostile = b'<!DOCTYPE QBWCXML [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + write(GOOD).partition(b"\n")[2]

    with pytest.raises(DocumentUnreadable, match="DTD"):
        read(hostile.replace(b"<UserName>shop", b"<UserName>&x;"))
