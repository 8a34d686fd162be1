"""What a person does to link a shop's records, and what is known afterwards."""

from __future__ import annotations

from service.exchange import link_file, linking
from service.exchange.link_file import Row
from service.exchange.linking import Applied, Proposed
from service.exchange.matching import Verdict
from service.store import companies, identities, read_entries, readings
from service.store.identities import Identity
from service.store.readings import Reading
from tests.shop import Shop


def ask(shop: Shop, *words: str) -> None:
    with shop.store.writing() as work:
        linking.ask(work, companies.named(work, shop.name), words, by="ruth")


def propose(shop: Shop) -> Proposed:
    with shop.store.writing() as work:
        return linking.propose(work, companies.named(work, shop.name))


def apply(shop: Shop) -> Applied:
    with shop.store.writing() as work:
        return linking.apply(work, companies.named(work, shop.name), by="ruth")


def apply_file(shop: Shop, *rows: tuple[str, str]) -> Applied:
    with shop.store.writing() as work:
        company = companies.named(work, shop.name)
        link_file.propose(work, company, [Row(line, *row) for line, row in enumerate(rows, start=2)])
        return linking.apply(work, company, by="ruth")


def identity(shop: Shop, record: str) -> Identity | None:
    with shop.store.reading() as work:
        return identities.of_record(work, shop.company().id, record)


def reading(shop: Shop) -> Reading:
    with shop.store.reading() as work:
        newest = readings.latest(work, shop.company().id, "link")
    assert newest is not None
    return newest


def names_read(shop: Shop, kind: str = "Customer") -> list[str]:
    with shop.store.reading() as work:
        return [str(one.full_name) for one in read_entries.entries_of(work, reading(shop).id) if one.kind == kind]


def verdicts(shop: Shop) -> dict[str, Verdict]:
    return {one.record: one.verdict for one in propose(shop).matches}
