"""Company file: which file, which PC, how the Web Connector proves who it is, how it sends; and what is wrong there.

What people change here is changed in the exchange. A password is shown in the answer to the press that made it, and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as Answer

from qwc import document
from service.console import next_run, notices, panel, visit
from service.console.guard import needs
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.exchange import accounts, company_settings, file_changes, passwords
from service.store import companies, company_pages, connections, console_people, sessions
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.connections import Connection
from service.store.events import Event
from service.store.unit import Work

pages = Blueprint("company_file", __name__)

COUNTRIES: Mapping[str, str] = {"US": "United States", "CA": "Canada", "UK": "United Kingdom", "AU": "Australia"}
FILE_MODES: Mapping[str, str] = {"SingleUser": "single-user", "MultiUser": "multi-user"}
DESCRIPTION = "Posts orders into QuickBooks"


class NotCompared(Refusal):
    def __init__(self) -> None:
        super().__init__("Nothing was accepted. Compare the two files as they are now, tick the box, then accept.")


@dataclass(frozen=True, slots=True)
class Issued:
    """A connection, with who issued it and who set its password last, and when."""

    connection: Connection
    issued_to: str
    set_by: str
    set_at: datetime


@dataclass(frozen=True, slots=True)
class OtherFile:
    """The file that stopped the last visit. `is_marked` says that it carries a mark issued for this company."""

    name: str
    path: str
    is_marked: bool
    at: datetime


@pages.get("/company/<company>/company-file")
@needs(Privilege.VIEW)
def page() -> str:
    return _page()


@pages.get("/company/<company>/company-file/connection.qwc")
@needs(Privilege.MANAGE_COMPANY)
def qwc() -> Response:
    """The .qwc of a connection, the newest unless one is named; it holds no password, and asking for it issues none."""
    with reading() as work:
        connection = _chosen(work, request.args.get("connection", ""))
    about = visit.installation()
    described = document.Document(
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
    answer = Response(document.write(described), mimetype=document.CONTENT_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{connection.user_name}.qwc")
    return answer


@pages.post("/company/<company>/company-file/password")
@needs(Privilege.MANAGE_COMPANY)
def new_password() -> str:
    """Make another password for a connection, and show it."""
    password = passwords.generate()
    with writing() as work:
        name = _chosen(work, request.form.get("connection", "")).user_name
        issued = accounts.rotate_password(work, name, password, by=visit.person().name)
        return _shown_once(work, issued.connection, password, is_new=False)


@pages.post("/company/<company>/company-file/connections")
@needs(Privilege.MANAGE_COMPANY)
def new_connection() -> str:
    """Issue a connection for a PC, with a .qwc of its own, and show its password."""
    password = passwords.generate()
    about, company = visit.installation(), visit.company()
    with writing() as work:
        issued = accounts.add_connection(
            work, company.name, _free_name(work, company), password, app_name=about.app_name, by=visit.person().name
        )
        return _shown_once(work, issued.connection, password, is_new=True)


@pages.post("/company/<company>/company-file/revoke")
@needs(Privilege.MANAGE_COMPANY)
def revoke() -> Answer:
    with writing() as work:
        name = _chosen(work, request.form.get("connection", "")).user_name
        accounts.revoke(work, name, by=visit.person().name)
        notices.tell(work, Notice("good", f"{name} is turned away from its next visit on."))
    return visit.back_to("company_file.page")


@pages.post("/company/<company>/company-file/path")
@needs(Privilege.MANAGE_COMPANY)
def changing_path() -> Answer | tuple[str, int]:
    given = request.form.get("path", "")
    try:
        with writing() as work:
            file_changes.set_path(work, _company(work), given, by=visit.person().name)
            notices.tell(work, Notice("good", "The path is changed. It counts from the next visit."))
    except Refusal as refusal:
        return _page(path=given, objection=str(refusal)), 400
    return visit.back_to("company_file.page")


@pages.post("/company/<company>/company-file/accept")
@needs(Privilege.MANAGE_COMPANY)
def accepting() -> Answer:
    """Accept the file that stopped the last visit as the company's own under another name."""
    seen, is_sure = request.form.get("name", ""), bool(request.form.get("sure"))
    with writing() as work:
        company = _company(work)
        try:
            if not is_sure or seen != (company.seen_company_name or ""):
                raise NotCompared
            name = file_changes.confirm_name(work, company, by=visit.person().name)
            notices.tell(work, Notice("good", f"{name} is accepted. What waits is sent to it from the next visit on."))
        except Refusal as refusal:
            notices.tell(work, Notice("warn", str(refusal)))
    return visit.back_to("company_file.page")


@pages.post("/company/<company>/company-file/settings")
@needs(Privilege.MANAGE_COMPANY)
def changing_settings() -> Answer:
    given = {
        "send_only_after_start": request.form.get("when") == "start",
        "link_existing": request.form.get("link") == "link",
    }
    with writing() as work:
        changed = company_settings.change(work, _company(work), given, by=visit.person().name)
        told = "The settings are saved." if changed else "Nothing was changed."
        notices.tell(work, Notice("good" if changed else "tell", told))
    return visit.back_to("company_file.page")


def _page(path: str | None = None, objection: str = "") -> str:
    with reading() as work:
        company = _company(work)
        open_work = store_pages.open_work(work, company.id)
        newest = next(iter(sessions.latest(work, company.id, 1)), None)
        pinned = company_pages.newest(work, company.id, ["pin company file", "confirm company file"])
        other = _other_file(work, company)
        return render_template(
            "company_file.html",
            head=company,
            open_work=open_work,
            alarms=[one for one in panel.alarms(work, company, open_work) if not (other and one.kind == "other file")],
            other=other,
            newest=newest,
            pinned=pinned,
            pinned_by=console_people.full_names(work).get(pinned.actor, pinned.actor) if pinned else "",
            issued=_issued(work, company),
            client_version=_client_version(work, company),
            pace=next_run.of_company(work, company),
            country=COUNTRIES.get(company.country, company.country),
            file_mode=FILE_MODES.get(company.file_mode or "", ""),
            path=path if path is not None else company.path_to_open or "",
            objection=objection,
        )


def _company(work: Work) -> Company:
    """The company as it is now."""
    return companies.by_id(work, visit.company().id)


def _issued(work: Work, company: Company) -> Sequence[Issued]:
    """The connections that count, the newest first."""
    names = console_people.full_names(work)
    found = [one for one in connections.of_company(work, company.id) if one.revoked_at is None]
    return [_with_events(work, one, names) for one in reversed(found)]


def _client_version(work: Work, company: Company) -> str:
    """The version of the Web Connector that came last, as it said itself; empty where it said none."""
    visited = [one for one in connections.of_company(work, company.id) if one.last_visit_at and not one.revoked_at]
    newest = max(visited, key=lambda one: one.last_visit_at or work.now, default=None)
    return (newest.client_version or "") if newest else ""


def _with_events(work: Work, connection: Connection, names: Mapping[str, str]) -> Issued:
    added = company_pages.newest(work, connection.company_id, ["add connection"], connection.user_name)
    rotated = company_pages.newest(work, connection.company_id, ["rotate password"], connection.user_name)
    last = rotated or added
    return Issued(
        connection, _who(added, names), _who(last, names), last.at if last is not None else connection.issued_at
    )


def _who(event: Event | None, names: Mapping[str, str]) -> str:
    return names.get(event.actor, event.actor) if event is not None else ""


def _other_file(work: Work, company: Company) -> OtherFile | None:
    if company.mismatch is None or company.seen_company_name is None:
        return None
    issued = {one.file_id.upper() for one in connections.of_company(work, company.id) if one.revoked_at is None}
    refused = company_pages.newest(work, company.id, ["refuse company file"])
    return OtherFile(
        company.seen_company_name,
        company.seen_path or "",
        (company.seen_file_id or "").upper() in issued,
        refused.at if refused is not None else work.now,
    )


def _chosen(work: Work, user_name: str) -> Connection:
    """The connection that a form or an address names, or the newest; NotFound for another company's."""
    found = [one for one in connections.of_company(work, visit.company().id) if one.revoked_at is None]
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
    head = _company(work)
    return render_template(
        "company_file_password.html", head=head, connection=connection, password=password, is_new=is_new
    )
