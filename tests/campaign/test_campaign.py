"""A hundred short runs of the campaign, and that its judge sees what is wrong."""

from __future__ import annotations

from random import Random

import pytest

from qwc.company import CompanyFile
from tests.campaign.accountant import Accountant
from tests.campaign.books import Books
from tests.campaign.order_system import CUSTOMER, OrderSystem
from tests.campaign.run import Run
from tests.campaign.site import Site
from tests.campaign.verdict import Judge, Verdict

SHORT_RUNS = [("sqlite", first) for first in range(1, 91, 6)] + [("postgresql", first) for first in (91, 96)]
RUNS = {"sqlite": 6, "postgresql": 5}


@pytest.mark.parametrize(("database_kind", "first"), SHORT_RUNS, indirect=["database_kind"])
def test_whatever_happens_each_document_is_there_once_and_as_it_was_wanted(
    database_kind: str, first: int, site: Site, other_file: CompanyFile
) -> None:
    for seed in range(first, first + RUNS[database_kind]):
        played = Run(site, seed, other_file).play()

        assert played.verdict.complaints == [], "\n".join([f"seed {seed}", *played.story])


@pytest.mark.parametrize("database_kind", ["sqlite"])
def test_a_seed_plays_the_same_run_again(site: Site, other_file: CompanyFile) -> None:
    first, between, again = (Run(site, seed, other_file).play() for seed in (3, 4, 3))

    assert _without_numbers(again.story) == _without_numbers(first.story)
    assert _without_numbers(between.story) != _without_numbers(first.story)


def _without_numbers(story: list[str]) -> list[str]:
    """A story without the numbers of messages, which go on from run to run."""
    return [sentence.partition(" as message ")[0] for sentence in story if "Message" not in sentence]


class _Case:
    """A shop with one saved customer, quiet and well, for something to be made wrong."""

    def __init__(self, site: Site) -> None:
        self.shop = site.shop()
        chance = Random(1)
        self.orders = OrderSystem(self.shop, chance)
        self.books = Books(self.shop.file)
        self.accountant = Accountant(self.shop, self.orders, self.books, chance)
        self.orders.save_new(CUSTOMER)
        self.version = self.orders.versions[-1]

    def update(self) -> None:
        assert self.shop.update().succeeded

    def verdict(self) -> Verdict:
        return Judge(self.shop, self.orders, self.books).judge()


@pytest.fixture
def case(site: Site) -> _Case:
    return _Case(site)


@pytest.mark.parametrize("database_kind", ["sqlite"])
class TestTheJudge:
    def test_finds_nothing_where_all_is_well(self, case: _Case) -> None:
        case.update()

        assert case.verdict().complaints == []

    def test_sees_what_waits_without_a_reason(self, case: _Case) -> None:
        assert case.verdict().stuck == ["C-1 v1 is pending, and all that it needs is there"]

    def test_sees_what_is_lost(self, case: _Case) -> None:
        case.update()
        (there,) = case.books.of_record(case.version.record)
        case.books.run(f"<ListDelRq><ListDelType>Customer</ListDelType><ListID>{there.id}</ListID></ListDelRq>")

        assert case.verdict().lost == ["C-1 v1 is synchronized, and not there"]

    def test_sees_what_is_there_twice(self, case: _Case) -> None:
        case.update()
        case.books.run(_add("Somebody else", case.version.marker))

        assert [sentence.partition(" is there")[0] for sentence in case.verdict().doubled] == [case.version.record]

    def test_sees_what_came_from_nobody(self, case: _Case) -> None:
        case.update()
        case.books.run(_add("Somebody else", "no marker"))

        assert case.verdict().doubled == ["1 entries of the company file came from nobody"]

    def test_sees_what_is_there_and_is_said_to_be_not(self, case: _Case) -> None:
        case.books.run(_add(str(case.version.content["Name"]), case.version.marker))

        (sentence,) = case.verdict().wrong_status
        assert sentence.startswith("C-1 v1 is pending, and it is there as ")

    def test_sees_content_that_is_not_as_it_was_wanted(self, case: _Case) -> None:
        case.update()
        (there,) = case.books.of_record(case.version.record)
        case.books.run(
            f"<CustomerModRq><CustomerMod><ListID>{there.id}</ListID><EditSequence>{there.entry['EditSequence']}"
            "</EditSequence><Phone>000</Phone></CustomerMod></CustomerModRq>"
        )

        assert case.verdict().wrong_content == [f"C-1 v1 has Phone '000' instead of {case.version.content['Phone']!r}"]


def _add(name: str, notes: str) -> str:
    return f"<CustomerAddRq><CustomerAdd><Name>{name}</Name><Notes>{notes}</Notes></CustomerAdd></CustomerAddRq>"
