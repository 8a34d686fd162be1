"""Company file: which file, which PC, how the Web Connector proves who it is, how it sends; and what is wrong there.

What people change here is changed in the exchange; connections are made and turned away in `connect`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response as Answer

from service.console import after_restore, connect, next_run, notices, panel, visit
from service.console.guard import needs
from service.console.notices import Notice
from service.console.reader import NAMES
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.exchange import company_settings, file_changes, time_zone
from service.store import companies, company_pages, console_people, sessions
from service.store import pages as store_pages
from service.store.companies import Company
from service.store.connections import Connection
from service.store.events import Event
from service.store.unit import Work

pages = Blueprint("company_file", __name__)

COUNTRIES: Mapping[str, str] = {"US": "United States", "CA": "Canada", "UK": "United Kingdom", "AU": "Australia"}
FILE_MODES: Mapping[str, str] = {"SingleUser": "single-user", "MultiUser": "multi-user"}


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


@pages.post("/company/<company>/company-file/time-zone")
@needs(Privilege.MANAGE_COMPANY)
def changing_time_zone() -> Answer | tuple[str, int]:
    given = request.form.get("zone", "")
    try:
        with writing() as work:
            before, after = time_zone.set_zone(work, _company(work), given, by=visit.person().name)
            notices.tell(work, _told_of_zone(before, after))
    except Refusal as refusal:
        return _page(zone=given, zone_objection=str(refusal)), 400
    return visit.back_to("company_file.page")


def _told_of_zone(before: str | None, after: str | None) -> Notice:
    if before == after:
        return Notice("tell", "Nothing was changed.")
    return Notice("good", f"Times are shown in the zone {after or visit.installation().time_zone} from now on.")


def _page(path: str | None = None, objection: str = "", zone: str | None = None, zone_objection: str = "") -> str:
    with reading() as work:
        company = _company(work)
        open_work = store_pages.open_work(work, company.id)
        newest = next(iter(sessions.latest(work, company.id, 1)), None)
        pinned = company_pages.newest(work, company.id, ["pin company file", "confirm company file"])
        other = _other_file(work, company)
        zone_now = time_zone.of_company(work, company) or ""
        return render_template(
            "company_file.html",
            head=company,
            open_work=open_work,
            alarms=[one for one in panel.alarms(work, company, open_work) if not (other and one.kind == "other file")],
            other=other,
            glance=after_restore.glance(work, company),
            newest=newest,
            pinned=pinned,
            pinned_by=console_people.full_names(work).get(pinned.actor, pinned.actor) if pinned else "",
            issued=_issued(work, company),
            client_version=_client_version(work, company),
            pace=next_run.of_company(work, company),
            intervals=connect.INTERVALS,
            country=COUNTRIES.get(company.country, company.country),
            file_mode=FILE_MODES.get(company.file_mode or "", ""),
            path=path if path is not None else company.path_to_open or "",
            objection=objection,
            zone_now=zone_now,
            zone=zone if zone is not None else zone_now,
            zone_objection=zone_objection,
            zones=_zones(),
        )


def _zones() -> Sequence[tuple[str, str]]:
    """The zones to choose from, each with what people call it: those that have such a name come first."""
    return sorted(((name, NAMES.get(name, "")) for name in time_zone.offered()), key=lambda one: not one[1])


def _company(work: Work) -> Company:
    """The company as it is now."""
    return companies.by_id(work, visit.company().id)


def _issued(work: Work, company: Company) -> Sequence[Issued]:
    """The connections that count, the newest first."""
    names = console_people.full_names(work)
    return [_with_events(work, one, names) for one in reversed(connect.in_force(work, company))]


def _client_version(work: Work, company: Company) -> str:
    """The version of the Web Connector that came last, as it said itself; empty where it said none."""
    visited = [one for one in connect.in_force(work, company) if one.last_visit_at]
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
    issued = {one.file_id.upper() for one in connect.in_force(work, company)}
    refused = company_pages.newest(work, company.id, ["refuse company file"])
    return OtherFile(
        company.seen_company_name,
        company.seen_path or "",
        (company.seen_file_id or "").upper() in issued,
        refused.at if refused is not None else work.now,
    )
