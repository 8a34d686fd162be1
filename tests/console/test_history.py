"""History finds any message by number, name, kind, status and date, and says how far back it looked."""

from __future__ import annotations

import pytest

from service.domain.privilege import Privilege
from service.exchange import decide
from service.store import history_pages, sessions
from tests.console import day
from tests.console.office import Office, Page, rows
from tests.shop import Shop

ADDRESS = "/company/shop/history"


def test_all_messages_stand_there_newest_first(office: Office) -> None:
    a_day(office)

    page = office.signed_in().open(ADDRESS)

    assert [row[:2] for row in rows(page, "found")] == [
        ["Invoice 20436", "Ottley, Simon"],
        ["Customer", "Ottley, Simon"],
        ["Invoice 20431", "Maddox, Jerome"],
        ["Customer", "Maddox, Jerome"],
    ]
    assert "4 found" in page.part("found")
    assert "Rows 1 to 4 of 4" in page.part("found")


def test_a_name_finds_who_has_it_and_what_refers_to_it(office: Office) -> None:
    a_day(office)
    browser = office.signed_in()

    assert whats(browser.open(f"{ADDRESS}?q=maddox")) == ["Invoice 20431", "Customer"]
    assert whats(browser.open(f"{ADDRESS}?q=ottley, s")) == ["Invoice 20436", "Customer"]


def test_a_number_finds_its_document_also_by_a_part(office: Office) -> None:
    a_day(office)
    browser = office.signed_in()

    assert whats(browser.open(f"{ADDRESS}?q=20431")) == ["Invoice 20431"]
    assert whats(browser.open(f"{ADDRESS}?q=2043")) == ["Invoice 20436", "Invoice 20431"]


def test_an_amount_is_found_as_people_write_it(office: Office) -> None:
    shop = a_day(office)
    day.payment(shop, "7761", "C-1", "20431", amount="1284.00")

    assert whats(office.signed_in().open(f"{ADDRESS}?q=$1,284.00")) == ["Payment 7761"]


def test_a_name_is_found_however_json_spells_it(office: Office) -> None:
    shop = office.shop()
    day.customer(shop, "C-9", 'Zoë "Bo" Müller')
    browser = office.signed_in()

    assert whats(browser.open(f"{ADDRESS}?q=Müller")) == ["Customer"]
    assert whats(browser.open(f'{ADDRESS}?q="Bo"')) == ["Customer"]


@pytest.mark.parametrize("words", ["RefNumber", "name", "FullName", "customer", "record", "Line", "Invoice", "Rate"])
def test_what_only_the_fields_are_called_is_not_found(office: Office, words: str) -> None:
    a_day(office)

    assert whats(office.signed_in().open(f"{ADDRESS}?q={words}")) == []


@pytest.mark.parametrize(
    ("memo", "words"),
    [
        ("Her name: Ruth", "name"),
        ("by his customer, today", "customer"),
        ('He said "rate', "rate"),
        ("Line", "line"),
        ("C:\\Records\\Notes", "records"),
        ("[Invoice", "INVOICE"),
    ],
)
def test_a_word_that_is_also_the_name_of_a_field_is_found_in_what_people_wrote(
    office: Office, memo: str, words: str
) -> None:
    shop = a_day(office)
    day.invoice(shop, "30001", "C-1", Memo=memo)

    assert whats(office.signed_in().open(f"{ADDRESS}?q={words}")) == ["Invoice 30001"]


def test_a_record_is_found_by_its_whole_name(office: Office) -> None:
    a_day(office)

    assert whats(office.signed_in().open(f"{ADDRESS}?q=Invoice:20436")) == ["Invoice 20436"]


def test_signs_with_a_meaning_in_sql_mean_themselves(office: Office) -> None:
    shop = a_day(office)
    day.customer(shop, "C-9", "100% Wool_Shop")
    browser = office.signed_in()

    assert whats(browser.open(f"{ADDRESS}?q=%25")) == ["Customer"]
    assert whats(browser.open(f"{ADDRESS}?q=l_S")) == ["Customer"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kind=invoice", ["Invoice 20436", "Invoice 20431"]),
        ("kind=invoice&q=maddox", ["Invoice 20431"]),
        ("status=synchronized", ["Customer"]),
        ("status=to_be_synchronized", ["Customer"]),
        ("status=skipped", ["Invoice 20436"]),
        ("status=failed", ["Invoice 20431"]),
        ("since=2026-03-02&kind=customer", ["Customer", "Customer"]),
        ("since=2026-03-03", []),
        ("kind=none&status=none&since=none&before=x", ["Invoice 20436", "Customer", "Invoice 20431", "Customer"]),
    ],
)
def test_kind_status_and_date_narrow_it_down(office: Office, asked: str, found: list[str]) -> None:
    a_day(office)

    assert whats(office.signed_in().open(f"{ADDRESS}?{asked}")) == found


def test_what_one_visit_did_can_be_shown(office: Office) -> None:
    shop = a_day(office)
    with office.store.reading() as work:
        (run,) = [one.id for one in sessions.latest(work, shop.company().id, 5) if one.synchronized]

    browser = office.signed_in()

    page = browser.open(f"{ADDRESS}?run={run}")

    assert whats(page) == ["Invoice 20431", "Customer"]
    assert page.part("run").startswith("Only what the run of today, 4:15 AM settled: 1 synchronized, 1 needs attention")
    assert page.tree.xpath("//form[@role='search']//input[@name='run']/@value") == [str(run)]
    assert whats(browser.open(f"{ADDRESS}?run={run}&status=synchronized")) == ["Customer"]


def test_what_a_visit_had_refused_is_among_what_it_did(office: Office) -> None:
    shop = office.shop()
    day.refused_invoice(shop)
    browser = office.signed_in()
    activity = browser.open("/company/shop/activity")
    (link,) = [str(one) for one in activity.tree.xpath("//a[starts-with(., 'What it did')]/@href")]

    assert whats(browser.open(link)) == ["Invoice 20431", "Customer"]
    assert whats(browser.open(f"{link}&status=failed")) == ["Invoice 20431"]


def test_another_company_s_visit_is_not_shown(office: Office) -> None:
    shop = a_day(office)
    with office.store.reading() as work:
        run = sessions.latest(work, shop.company().id, 1)[0].id
    office.company("other")
    browser = office.signed_in()

    assert browser.open(f"/company/other/history?run={run}").status == 404
    assert browser.open(f"{ADDRESS}?run=99999").status == 404


def test_nothing_found_says_what_to_try(office: Office) -> None:
    a_day(office)

    page = office.signed_in().open(f"{ADDRESS}?q=Maddux")

    assert "Nothing found for “Maddux”. Try a number, or the first letters of a name." in page.part("found")


def test_more_than_fifty_are_paged_by_their_keys(office: Office) -> None:
    shop = office.shop()
    for place in range(53):
        day.customer(shop, f"C-{place}", f"Customer {place:02}")
    browser = office.signed_in()

    first = browser.open(ADDRESS)
    second = browser.open(next(link for link in first.links if "before=" in link))

    assert "More than 50" in first.part("found")
    assert "Rows 1 to 50" in first.part("found")
    assert [row[1] for row in rows(second, "found")] == ["Customer 02", "Customer 01", "Customer 00"]
    assert "Rows 51 to 53 of 53" in second.part("found")


def test_a_search_says_how_far_back_it_looked_and_goes_on_from_there(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH_FOR_WORDS", 3)
    a_day(office)
    browser = office.signed_in()

    first = browser.open(f"{ADDRESS}?q=jerome")
    further = browser.open(next(link for link in first.links if "before=" in link))

    assert whats(first) == ["Invoice 20431"]
    assert "Search further back Looked through what came since today, 4:00 AM." in first.part("found")
    assert whats(further) == ["Customer"]
    assert "Search further back" not in further.part("found")


def test_a_search_in_one_status_goes_on_from_where_it_stopped_as_well(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH_FOR_WORDS", 2)
    shop = office.shop()
    for place in range(5):
        day.customer(shop, f"C-{place}", "Ottley, Simon" if place in (0, 4) else "Somebody else")
    browser = office.signed_in()

    first = browser.open(f"{ADDRESS}?q=ottley&status=to_be_synchronized")
    second = browser.open(next(link for link in first.links if "before=" in link))
    third = browser.open(next(link for link in second.links if "before=" in link))

    assert [len(whats(page)) for page in (first, second, third)] == [1, 0, 1]
    assert "Search further back" not in third.part("found")


def test_a_number_is_found_however_old_it_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH_FOR_WORDS", 1)
    a_day(office)
    browser = office.signed_in()

    first = browser.open(f"{ADDRESS}?q=20431")
    further = browser.open(next(link for link in first.links if "before=" in link))

    assert whats(first) == ["Invoice 20431"]
    assert whats(further) == []


def test_nobody_finds_another_company_s_messages(office: Office) -> None:
    a_day(office)
    office.company("other")
    browser = office.signed_in("osric", Privilege.VIEW, company="other")

    assert whats(browser.open("/company/other/history?q=20431")) == []
    assert browser.open(ADDRESS).status == 404


def test_markup_in_what_is_looked_for_stays_text(office: Office) -> None:
    office.shop()

    page = office.signed_in().open(ADDRESS, query_string={"q": "<b>x</b>"})

    assert "Nothing found for “<b>x</b>”." in page.text
    assert page.tree.xpath("//b") == []


def a_day(office: Office) -> Shop:
    """A customer in QuickBooks with an invoice that was refused; another that waits, with one that was skipped."""
    shop = office.shop()
    day.customer(shop, "C-1", "Maddox, Jerome")
    day.invoice(shop, "20431", "C-1", item=day.EARMOLD)
    shop.update()
    day.customer(shop, "C-2", "Ottley, Simon")
    message = day.invoice(shop, "20436", "C-2")
    with office.store.writing() as work:
        decide.skip(work, message, by="test")
    return shop


def whats(page: Page) -> list[str]:
    """The first column of what was found."""
    return [row[0] for row in rows(page, "found")]
