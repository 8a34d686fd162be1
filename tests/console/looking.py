"""Looking at Synchronize: a shop after its first visit, and what a page of it shows."""

from __future__ import annotations

from tests.console import day
from tests.console.office import Office, Page, rows
from tests.shop import Shop

ADDRESS = "/company/shop/synchronize"


def after_a_visit(office: Office) -> tuple[Shop, Page]:
    """A shop whose PC came once, at 4:15 AM in New York, and added a customer; and what is seen after it."""
    shop = office.shop()
    day.customer(shop, "C-0", "Calloway, Ruth")
    shop.update()
    return shop, office.signed_in("first").open(ADDRESS)


def every(page: Page) -> int:
    return int(page.tree.xpath("//*[@id='panel']/@data-every")[0])


def cases(page: Page) -> list[str]:
    return [str(title).strip() for title in page.tree.xpath("//*[@id='attention']//h3//text()[normalize-space()]")]


def names(page: Page) -> list[str]:
    return [row[1] for row in rows(page, "pending")]


def link(page: Page, words: str) -> str:
    (address,) = page.tree.xpath(f"//a[normalize-space()='{words}']/@href")
    return str(address).partition("#")[0]
