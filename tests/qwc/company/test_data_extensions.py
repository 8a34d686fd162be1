"""Data extensions: what the Web Connector writes on the company, custom fields, and private data on records."""

from __future__ import annotations

import pytest

from qwc.company import CompanyFile
from tests.qwc.company.conversation import Conversation, Reply, add, invoice, line, mod, query

OWNER = "{57F3B9B1-86F1-4FCC-B1EE-566DE1813D20}"
FILE_ID = "{90A44FB5-33D9-4815-AC85-BC87A7E7D1EB}"


def define(name: str, *objects: str, owner: str = OWNER, type_name: str = "STR255TYPE") -> str:
    assigned = "".join(f"<AssignToObject>{one}</AssignToObject>" for one in objects)
    content = f"<OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName><DataExtType>{type_name}</DataExtType>"
    return add("DataExtDef", content + assigned)


def value(verb: str, name: str, target: str, text: str | None, owner: str = OWNER) -> str:
    content = f"<OwnerID>{owner}</OwnerID><DataExtName>{name}</DataExtName>{target}"
    content += "" if text is None else f"<DataExtValue>{text}</DataExtValue>"
    return f"<DataExt{verb}Rq><DataExt{verb}>{content}</DataExt{verb}></DataExt{verb}Rq>"


ON_COMPANY = "<OtherDataExtType>Company</OtherDataExtType>"
ON_RIDGELINE = (
    "<ListDataExtType>Customer</ListDataExtType><ListObjRef><FullName>ridgeline builders</FullName></ListObjRef>"
)


def test_the_web_connector_stamps_the_company_and_finds_its_stamp_again(
    talk: Conversation, company: CompanyFile
) -> None:
    replies = talk.ask(
        define("FileID", "Company"),
        value("Add", "FileID", ON_COMPANY, FILE_ID),
        define("AppLock", "Company"),
        value("Add", "AppLock", ON_COMPANY, "LOCKED:FRONT-DESK:638000000000000000"),
        value("Mod", "AppLock", ON_COMPANY, "UNLOCKED"),
        version="13.0",
    )
    found = talk.done(query("Company", f"<OwnerID>{OWNER.lower()}</OwnerID>"), version="13.0")
    without_owner = talk.done(query("Company"))

    assert [reply.code for reply in replies] == [0, 0, 0, 0, 0]
    assert found.texts("CompanyRet/DataExtRet/DataExtName") == ["FileID", "AppLock"]
    assert found.texts("CompanyRet/DataExtRet/DataExtValue") == [FILE_ID, "UNLOCKED"]
    assert found.texts("CompanyRet/DataExtRet/DataExtType") == ["STR255TYPE", "STR255TYPE"]
    assert without_owner.text("CompanyRet/DataExtRet/DataExtName") is None
    assert company.company_data(OWNER) == {"FileID": FILE_ID, "AppLock": "UNLOCKED"}


def test_a_stamp_of_another_owner_is_not_ours(talk: Conversation) -> None:
    talk.ask(define("FileID", "Company"), value("Add", "FileID", ON_COMPANY, FILE_ID))
    other = "{00000000-0000-0000-0000-000000000001}"

    found = talk.done(query("Company", f"<OwnerID>{other}</OwnerID>"))

    assert found.text("CompanyRet/DataExtRet/DataExtName") is None


def test_the_definition_comes_first_and_once(talk: Conversation) -> None:
    assert talk.one(value("Add", "Route", ON_RIDGELINE, "7")).code == 3120
    assert talk.one(define("Route", "Customer")).code == 0
    assert talk.one(define("ROUTE", "Customer")).code == 3180
    assert talk.done(query("DataExtDef", f"<OwnerID>{OWNER}</OwnerID>")).texts("DataExtDefRet/DataExtName") == ["Route"]


@pytest.fixture
def routed(talk: Conversation) -> Reply:
    """Return the answer to the first value of a custom field."""
    return talk.ask(define("Route", "Customer", owner="0"), value("Add", "Route", ON_RIDGELINE, "7", "0"))[1]


def customer(talk: Conversation) -> Reply:
    return talk.done(query("Customer", "<FullName>Ridgeline Builders</FullName><OwnerID>0</OwnerID>"))


def test_a_value_is_added_once_changed_and_cleared(talk: Conversation, routed: Reply) -> None:
    again = talk.one(value("Add", "Route", ON_RIDGELINE, "8", "0"))
    changed = talk.one(value("Mod", "Route", ON_RIDGELINE, "9", "0"))
    shown = customer(talk)
    cleared = talk.one(value("Del", "Route", ON_RIDGELINE, None, "0"))

    assert (routed.code, again.code, changed.code, cleared.code) == (0, 3180, 0, 0)
    assert shown.text("CustomerRet/DataExtRet/DataExtValue") == "9"
    assert customer(talk).text("CustomerRet/DataExtRet/DataExtValue") is None
    assert talk.one(value("Mod", "Route", ON_RIDGELINE, "9", "0")).code == 3120


def test_a_value_changes_the_record_it_belongs_to(talk: Conversation) -> None:
    before = customer(talk)
    talk.ask(define("Route", "Customer", owner="0"), value("Add", "Route", ON_RIDGELINE, "7", "0"))

    assert customer(talk).identity[1] != before.identity[1]
    assert talk.one(mod("Customer", before.identity, "<Phone>1</Phone>")).code == 3200


def test_an_empty_value_does_not_clear(talk: Conversation, routed: Reply) -> None:
    assert talk.one(value("Mod", "Route", ON_RIDGELINE, "", "0")).code == 3190


def test_a_field_that_is_not_switched_on_for_a_record_is_refused(talk: Conversation) -> None:
    talk.done(define("Route", "Vendor", owner="0"))

    assert talk.one(value("Add", "Route", ON_RIDGELINE, "7", "0")).code == 3351


def test_custom_fields_are_text_on_four_kinds_of_record(talk: Conversation) -> None:
    assert talk.one(define("Count", "Customer", owner="0", type_name="INTTYPE")).code == 3210
    assert talk.one(define("Note", "Invoice", owner="0")).code == 3351


def test_a_value_must_fit_its_type(talk: Conversation) -> None:
    talk.ask(define("Count", "Customer", type_name="INTTYPE"), define("Note", "Customer"))

    assert talk.one(value("Add", "Count", ON_RIDGELINE, "many")).code == 3085
    assert talk.one(value("Add", "Note", ON_RIDGELINE, "n" * 256)).code == 3070
    assert talk.one(value("Add", "Note", ON_RIDGELINE, "n" * 255)).code == 0


def test_all_private_data_of_a_record_has_a_limit(talk: Conversation) -> None:
    for number in range(5):
        talk.done(define(f"Note{number}", "Customer", type_name="STR1024TYPE"))

    codes = [talk.one(value("Add", f"Note{number}", ON_RIDGELINE, "n" * 1024)).code for number in range(5)]

    assert codes == [0, 0, 0, 0, 3180]


def test_a_transaction_and_its_line_carry_private_data(talk: Conversation) -> None:
    talk.done(define("Tracking", "Invoice"))
    added = talk.done(invoice(line("Oak Board")))
    target = f"<TxnDataExtType>Invoice</TxnDataExtType><TxnID>{added.identity[0]}</TxnID>"

    whole = talk.one(value("Add", "Tracking", target, "1Z"))
    unknown_line = talk.one(value("Add", "Tracking", f"{target}<TxnLineID>FFFF-1700000000</TxnLineID>", "1Z"))

    found = talk.done(query("Invoice", f"<RefNumber>1001</RefNumber><OwnerID>{OWNER}</OwnerID>"))
    assert (whole.code, unknown_line.code) == (0, 3120)
    assert found.text("InvoiceRet/DataExtRet/DataExtValue") == "1Z"


def test_a_new_line_brings_its_data_along(talk: Conversation) -> None:
    talk.done(define("Color", "Item", owner="0"))
    data = "<DataExt><OwnerID>0</OwnerID><DataExtName>Color</DataExtName><DataExtValue>red</DataExtValue></DataExt>"

    added = talk.done(invoice(line("Oak Board", data), line("Pine Board")))

    lines = added.element[0].findall("InvoiceLineRet")
    assert [one.findtext("DataExtRet/DataExtValue") for one in lines] == ["red", None]


def test_a_definition_is_renamed_with_its_values_and_deleted_with_them(talk: Conversation, routed: Reply) -> None:
    head = "<OwnerID>0</OwnerID><DataExtName>Route</DataExtName>"
    renamed = (
        f"<DataExtDefModRq><DataExtDefMod>{head}<DataExtNewName>Tour</DataExtNewName></DataExtDefMod></DataExtDefModRq>"
    )
    talk.done(renamed)

    shown = customer(talk)
    talk.done("<DataExtDefDelRq><OwnerID>0</OwnerID><DataExtName>Tour</DataExtName></DataExtDefDelRq>")

    assert shown.text("CustomerRet/DataExtRet/DataExtName") == "Tour"
    assert customer(talk).text("CustomerRet/DataExtRet/DataExtName") is None
    assert talk.one(query("DataExtDef")).code == 1
