"""Connect: the first-day guide to the `.qwc`, and everything about connections: made, downloaded, turned away.

A password is shown in the answer to the press that made it, and nowhere else. What the Web Connector would refuse is
said before anything is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from qwc import document
from service import catalogue
from service.catalogue import Entry
from service.console import notices, visit
from service.console.guard import needs
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.exchange import accounts, passwords
from service.store import companies, connections
from service.store.companies import Company
from service.store.connections import Connection
from service.store.unit import Work

pages = Blueprint("connect", __name__)

DESCRIPTION = "Posts orders into QuickBooks"
INTERVALS = (
    ("5", "Every 5 minutes"),
    ("15", "Every 15 minutes"),
    ("30", "Every 30 minutes"),
    ("60", "Every hour"),
    ("", "Only when somebody presses Update Selected"),
)
"""How often a Web Connector may come by itself, in minutes as a form gives them."""

USUAL_INTERVAL = "15"
TROUBLES = (
    "QBWC1048",
    "QBWC1010",
    "QBWC1003",
    "QBWC1039",
    "QBWC1012",
    "0x80040418",
    "0x80040420",
    "0x8004040A",
    "0x80040408",
    "0x80040414",
)
"""What the Web Connector shows on a first day, in the order in which one meets it."""


@dataclass(frozen=True, slots=True)
class Guide:
    """How far a company has come with its newest connection in force, and what stands in the way of its `.qwc`.

    `steps` says of each of the five steps whether it is known to be done. Deskpost sees nothing of the PC: that the
    file was added there and the password typed in is known from the first visit alone.
    """

    connection: Connection | None
    problems: Sequence[str]
    steps: tuple[bool, bool, bool, bool, bool]

    @property
    def is_visited(self) -> bool:
        """Whether the Web Connector came with this connection."""
        return self.steps[-1]

    @property
    def done(self) -> int:
        return sum(self.steps)

    @property
    def current(self) -> int | None:
        """The number of the step that comes next; the path can be left out, so that it holds up none but the second."""
        open_steps = [number for number, is_done in enumerate(self.steps, 1) if not is_done]
        return next((number for number in open_steps if number > 1 or self.connection is None), None)


@pages.get("/company/<company>/connect")
@needs(Privilege.VIEW)
def page() -> str:
    return _page()


@pages.get("/company/<company>/company-file/connection.qwc")
@needs(Privilege.MANAGE_COMPANY)
def qwc() -> Response | tuple[str, int]:
    """The .qwc of a connection, the newest unless one is named; it holds no password, and asking for it issues none."""
    with reading() as work:
        connection = _chosen(work, request.args.get("connection", ""))
    described = _described(connection)
    if document.problems_of(described):
        return _page(), 409
    answer = Response(document.write(described), mimetype=document.CONTENT_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{connection.user_name}.qwc")
    return answer


@pages.post("/company/<company>/company-file/connections")
@needs(Privilege.MANAGE_COMPANY)
def new_connection() -> str | tuple[str, int]:
    """Issue a connection for a PC, with a .qwc of its own, and show its password."""
    about, company = visit.installation(), visit.company()
    if _address_problems():
        return _page(), 409
    asked = request.form.get("every", USUAL_INTERVAL)
    every = int(asked) if asked and asked in dict(INTERVALS) else None
    password = passwords.generate()
    with writing() as work:
        issued = accounts.add_connection(
            work,
            company.name,
            _free_name(work, company),
            password,
            app_name=about.app_name,
            by=visit.person().name,
            run_every_minutes=every,
        )
        return _shown_once(work, issued.connection, password, is_new=True)


@pages.post("/company/<company>/company-file/password")
@needs(Privilege.MANAGE_COMPANY)
def new_password() -> str:
    """Make another password for a connection, and show it."""
    password = passwords.generate()
    with writing() as work:
        name = _chosen(work, request.form.get("connection", "")).user_name
        issued = accounts.rotate_password(work, name, password, by=visit.person().name)
        return _shown_once(work, issued.connection, password, is_new=False)


@pages.post("/company/<company>/company-file/revoke")
@needs(Privilege.MANAGE_COMPANY)
def revoke() -> Answer:
    with writing() as work:
        name = _chosen(work, request.form.get("connection", "")).user_name
        accounts.revoke(work, name, by=visit.person().name)
        notices.tell(work, Notice("good", f"{name} is turned away from its next visit on."))
    return visit.back_to("company_file.page")


def guide(work: Work, company: Company) -> Guide:
    """How far a company has come with its first connection."""
    found = in_force(work, company)
    connection = found[-1] if found else None
    problems = document.problems_of(_described(connection)) if connection else _address_problems()
    is_visited = connection is not None and connection.last_visit_at is not None
    names_its_file = bool(company.path_to_open or company.pinned_company_name)
    steps = (names_its_file, connection is not None, is_visited, is_visited, is_visited)
    return Guide(connection, [str(one) for one in problems], steps)


def in_force(work: Work, company: Company) -> Sequence[Connection]:
    """The connections of a company that count, the newest last."""
    return [one for one in connections.of_company(work, company.id) if one.revoked_at is None]


def troubles() -> Sequence[Entry]:
    """What can go wrong on the first day, as the catalogue says it."""
    return [catalogue.entry(code) for code in TROUBLES]


def _page() -> str:
    with reading() as work:
        head = companies.by_id(work, visit.company().id)
        return render_template(
            "connect.html", head=head, guide=guide(work, head), intervals=INTERVALS, troubles=troubles()
        )


def _described(connection: Connection) -> document.Document:
    about = visit.installation()
    return document.Document(
        app_name=connection.app_name,
        app_url=about.soap_url,
        app_description=DESCRIPTION,
        app_support=about.support_url,
        user_name=connection.user_name,
        owner_id=connection.owner_id,
        file_id=connection.file_id,
        run_every_minutes=connection.run_every_minutes,
        is_read_only=False,
    )


def _address_problems() -> Sequence[document.DocumentProblem]:
    about = visit.installation()
    return document.address_problems(about.soap_url, about.support_url)


def _chosen(work: Work, user_name: str) -> Connection:
    """The connection that a form or an address names, or the newest; NotFound for another company's."""
    found = in_force(work, visit.company())
    chosen = next((one for one in reversed(found) if user_name in ("", one.user_name)), None)
    if chosen is None:
        raise NotFound
    return chosen


def _free_name(work: Work, company: Company) -> str:
    """A user name for a connection that nobody has: shop-qb, shop-qb-2, shop-qb-3."""
    name, number = f"{company.name}-qb", 1
    while connections.by_user_name(work, name) is not None:
        number += 1
        name = f"{company.name}-qb-{number}"
    return name


def _shown_once(work: Work, connection: Connection, password: str, *, is_new: bool) -> str:
    head = companies.by_id(work, visit.company().id)
    return render_template(
        "company_file_password.html", head=head, connection=connection, password=password, is_new=is_new
    )
