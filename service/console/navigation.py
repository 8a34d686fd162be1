"""The menus at the top of every page: which pages there are, for whom. Shows nobody what is not theirs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import current_app, url_for

from service.console.visitor import Visitor
from service.domain.privilege import Privilege
from service.store.companies import Company


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in a menu; `of_company` says whether it is one company's."""

    title: str
    endpoint: str
    privilege: Privilege
    of_company: bool = True


MENUS: Sequence[tuple[str, Sequence[Entry]]] = (
    (
        "Accounting",
        (
            Entry("QuickBooks synchronization", "synchronize.page", Privilege.VIEW),
            Entry("History", "history.page", Privilege.VIEW),
            Entry("Company file", "company_file.page", Privilege.VIEW),
        ),
    ),
    (
        "Administration",
        (
            Entry("Users and privileges", "users.page", Privilege.MANAGE_USERS, of_company=False),
            Entry("Activity", "activity.page", Privilege.VIEW),
            Entry("Webhooks", "webhooks.page", Privilege.MANAGE_COMPANY),
        ),
    ),
)


def menus(visitor: Visitor, company: Company | None) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """The menus that have something in them for this person, as titles with pages and addresses."""
    around = company or (visitor.companies[0] if visitor.companies else None)
    for title, entries in MENUS:
        shown = [(entry.title, address) for entry in entries if (address := _address(entry, visitor, around))]
        if shown:
            yield title, shown


def first_page(visitor: Visitor, company: Company | None = None) -> str | None:
    """Where a person begins: the first page of the menus, or None for somebody who may open none of them."""
    companies: Sequence[Company | None] = [company] if company else visitor.companies or [None]
    for around in companies:
        for _, pages in menus(visitor, around):
            return pages[0][1]
    return None


def address_of(endpoint: str, **values: object) -> str | None:
    """The address of a page, or None where there is no such page."""
    if endpoint not in current_app.view_functions:
        return None
    return url_for(endpoint, **values)  # type: ignore[arg-type]


def _address(entry: Entry, visitor: Visitor, company: Company | None) -> str | None:
    if not entry.of_company:
        return address_of(entry.endpoint) if visitor.may(entry.privilege) else None
    if company is None or not visitor.may(entry.privilege, company):
        return None
    return address_of(entry.endpoint, company=company.name)
