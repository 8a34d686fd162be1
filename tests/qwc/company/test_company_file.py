"""The file as people and programs meet it: made once, opened again, read without qbXML, the same every time."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from qwc.company import CompanyFile, UnknownSetting, create
from tests.qwc.company.conversation import Clock, Conversation, add, invoice, line, query


def test_a_path_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("mine")

    with pytest.raises(FileExistsError):
        create(path)
    assert path.read_text() == "mine"


def test_what_fails_on_the_way_leaves_nothing_behind(tmp_path: Path) -> None:
    def stopped() -> dt.datetime:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        create(tmp_path / "company.sqlite", clock=stopped)
    assert list(tmp_path.iterdir()) == []

    create(tmp_path / "company.sqlite")
    assert [path.name for path in tmp_path.iterdir()] == ["company.sqlite"]


def test_a_path_that_is_taken_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "company.sqlite"

    def somebody_else_was_first() -> dt.datetime:
        path.write_text("theirs")
        return dt.datetime(2026, 7, 4, tzinfo=dt.UTC)

    with pytest.raises(FileExistsError):
        create(path, clock=somebody_else_was_first)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("company.sqlite", "theirs")]


@pytest.mark.parametrize(
    "wrong", [{"edition": "Basic"}, {"country": "FR"}, {"qbxml_version": "17.0"}], ids=["edition", "country", "version"]
)
def test_what_quickbooks_does_not_come_in_is_refused(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(UnknownSetting, match="Possible are"):
        create(tmp_path / "company.sqlite", **wrong)  # type: ignore[arg-type]  # One of three texts.
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("country", ["US", "CA", "UK", "AU"])
@pytest.mark.parametrize("edition", ["Pro", "Premier", "Enterprise"])
def test_a_company_of_every_edition_and_country_takes_an_invoice(
    tmp_path: Path, clock: Clock, country: str, edition: str
) -> None:
    company = create(tmp_path / "company.sqlite", country=country, edition=edition, clock=clock)
    talk = Conversation(company, clock)

    assert talk.done(query("Company")).text("CompanyRet/CompanyName") == "Birchwood Supply Co."
    assert talk.done(query("Preferences")).code == 0
    assert talk.done(invoice(line("Catalog Goods", "<Amount>10.00</Amount>"))).text("InvoiceRet/Subtotal") == "10.00"
    talk.leave()


def test_a_company_without_the_sample_holds_what_quickbooks_itself_needs(tmp_path: Path, clock: Clock) -> None:
    company = create(tmp_path / "empty.sqlite", seed=False, clock=clock)
    talk = Conversation(company, clock)

    talk.ask(
        add("Account", "<Name>Sales</Name><AccountType>Income</AccountType>"),
        add("Customer", "<Name>Kern</Name>"),
        add(
            "ItemService",
            "<Name>Work</Name><SalesOrPurchase><AccountRef><FullName>Sales</FullName></AccountRef></SalesOrPurchase>",
        ),
    )

    assert company.records("Vendor") == []
    assert talk.done(invoice(line("Work", "<Amount>5.00</Amount>"), customer="Kern")).code == 0
    talk.leave()


def test_the_same_clock_and_seed_give_the_same_answers(tmp_path: Path) -> None:
    def story(name: str) -> list[str]:
        clock = Clock()
        company = create(tmp_path / name, clock=clock, random_seed=7)
        talk = Conversation(company, clock)
        first = talk.done(invoice(line("Oak Board")))
        page = talk.one(query("Item", "<MaxReturned>1</MaxReturned>", ' iterator="Start"'))
        talk.leave()
        return [*first.identity, page.attribute("iteratorID") or ""]

    assert story("one.sqlite") == story("two.sqlite")


def test_a_file_at_rest_is_one_file_that_a_person_can_read(talk: Conversation, company: CompanyFile) -> None:
    talk.done(invoice(line("Oak Board", "<Quantity>2</Quantity><Rate>18.50</Rate>")))
    talk.leave()

    database = sqlite3.connect(f"file:{company.path}?mode=ro", uri=True)
    found = database.execute(
        "SELECT t.kind, t.ref_number, t.txn_date, t.total, e.full_name, l.quantity, l.amount FROM transactions t"
        " JOIN list_entries e ON e.list_id = t.entity_list_id JOIN transaction_lines l ON l.txn_id = t.txn_id"
    ).fetchall()
    database.close()

    assert found == [("Invoice", "1001", "2026-07-04", "37.00", "Ridgeline Builders", "2", "37.00")]
    CompanyFile(company.path)
    assert [one.name for one in company.path.parent.iterdir()] == ["company.sqlite"]


def test_records_are_read_without_qbxml(talk: Conversation, company: CompanyFile) -> None:
    before = company.counts()
    talk.done(invoice(line("Oak Board", "<Quantity>2</Quantity><Rate>18.50</Rate>"), number="R-7"))

    (found,) = company.find("Invoice", "r-7")
    (item,) = company.find("Item", "oak board")
    assert (found["Kind"], found["Total"], found["CustomerRef"]["FullName"]) == (
        "Invoice",
        "37.00",
        "Ridgeline Builders",
    )
    assert [(one["ItemRef"]["FullName"], one["Quantity"], one["Amount"]) for one in found["Lines"]] == [
        ("Oak Board", "2", "37.00")
    ]
    assert item["Kind"] == "ItemInventory"
    assert company.counts() == before | {"Invoice": 1}
    assert company.find("Invoice", "nothing") == []


def test_a_setting_is_kept_for_whoever_opens_the_file_next(company: CompanyFile) -> None:
    company.set("closing_date", "2026-01-31")

    assert CompanyFile(company.path).setting("closing_date") == "2026-01-31"
    assert company.pc == "FRONT-DESK"


def test_an_edition_brings_its_features(company: CompanyFile) -> None:
    company.set("edition", "Pro")

    assert company.setting("sales_orders") == "false"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("colour", "red"),
        ("edition", "Basic"),
        ("file_mode", "Open"),
        ("multi_currency", "maybe"),
        ("closing_date", "31.1.2026"),
        ("seconds_per_request", "-1"),
        ("qbxml_version", "99.0"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_can(company: CompanyFile, name: str, value: str) -> None:
    with pytest.raises(UnknownSetting, match=f"{name}.*Possible are"):
        company.set(name, value)


def test_the_preferences_say_what_the_settings_are(talk: Conversation, company: CompanyFile) -> None:
    company.set("closing_date", "2026-01-31")
    company.set("multi_currency", True)

    found = talk.done(query("Preferences"))

    assert found.text("PreferencesRet/AccountingPreferences/ClosingDate") == "2026-01-31"
    assert found.text("PreferencesRet/MultiCurrencyPreferences/IsMultiCurrencyOn") == "true"
    assert found.text("PreferencesRet/SalesTaxPreferences/DefaultItemSalesTaxRef/FullName") == "County Sales Tax"


def test_the_host_says_what_it_is(talk: Conversation, company: CompanyFile) -> None:
    asked = "<IncludeListMetaData><IncludeMaxCapacity>true</IncludeMaxCapacity></IncludeListMetaData>"

    found = talk.done(query("Host", asked))

    assert found.texts("HostRet/SupportedQBXMLVersion")[0::19] == ["1.0", "16.0"]
    assert found.text("HostRet/QBFileMode") == "MultiUser"
    assert found.text("HostRet/ListMetaData/EntityMetaData/MaxCapacity") == "100000"
