"""Users and privileges: who may sign in, and who may do what for which company. Makes no decision of its own.

A first or a new password is shown in the answer to the press that made it, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from service.console import notices, visit
from service.console.guard import needs
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.console.visitor import TITLES
from service.domain.privilege import Privilege
from service.domain.refusals import Refusal
from service.exchange import passwords, people
from service.store import companies, user_pages
from service.store.companies import Company
from service.store.unit import Work
from service.store.user_pages import Person

pages = Blueprint("users", __name__)

HINTS: Mapping[Privilege, str] = {
    Privilege.VIEW: "Look at everything of the company.",
    Privilege.SYNCHRONIZE: "Start, retry, enter manually, skip.",
    Privilege.MANAGE_COMPANY: "Change the path, download the .qwc file, make a new password.",
    Privilege.MANAGE_USERS: "Add users, give privileges.",
}
OF_ONE = (Privilege.VIEW, Privilege.SYNCHRONIZE, Privilege.MANAGE_COMPANY)
"""The privileges that can be granted for one company."""


@dataclass(frozen=True, slots=True)
class Line:
    """One user in the list, with the privileges in words."""

    person: Person
    privileges: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where privileges hold, as a form names it: one company by its number, or all of them."""

    value: str
    name: str
    privileges: Sequence[Privilege]
    held: Sequence[Privilege]


@pages.get("/users")
@needs(Privilege.MANAGE_USERS)
def page() -> str:
    return _page()


@pages.post("/users")
@needs(Privilege.MANAGE_USERS)
def adding() -> str | tuple[str, int]:
    """Add a user, and show the first password."""
    name, full_name = request.form.get("login", "").strip(), request.form.get("name", "").strip()
    password = passwords.generate()
    try:
        with writing() as work:
            scope = _scope(companies.everyone(work), request.form.get("where", ""))
            wanted = [(privilege, scope) for privilege in _named(request.form.getlist("may"))]
            people.add(work, name, full_name, password, [*wanted, (Privilege.VIEW, scope)], by=visit.person().name)
    except Refusal as refusal:
        return _page(str(refusal)), 400
    return _shown_once(full_name or name, name, password)


@pages.get("/users/<int:number>")
@needs(Privilege.MANAGE_USERS)
def one(number: int) -> str:
    with reading() as work:
        person = _person(work, number)
        everywhere = [*OF_ONE, Privilege.MANAGE_USERS]
        scopes = [Scope("all", "All companies", everywhere, _held(person, None))]
        scopes += [
            Scope(str(company.id), company.pinned_company_name or company.name, OF_ONE, _held(person, company.id))
            for company in companies.everyone(work)
        ]
        return render_template("user.html", user=person, scopes=scopes, titles=TITLES, hints=HINTS)


@pages.post("/users/<int:number>")
@needs(Privilege.MANAGE_USERS)
def changing(number: int) -> Response:
    """Let a user hold exactly the privileges that are ticked."""
    with writing() as work:
        person = _person(work, number)
        known = companies.everyone(work)
        wanted = []
        for ticked in request.form.getlist("may"):
            privilege, _, where = ticked.partition("@")
            wanted += [(held, _scope(known, where)) for held in _named([privilege])]
        called = person.full_name or person.name
        try:
            changed = people.set_privileges(work, person.id, wanted, by=visit.person().name)
        except Refusal as refusal:
            notices.tell(work, Notice("warn", str(refusal)))
        else:
            told = f"The privileges of {called} are saved." if changed else "Nothing was changed."
            notices.tell(work, Notice("good" if changed else "tell", told))
    return (
        visit.back_to("users.one", number=number)
        if visit.person().user_id != number
        else visit.back_to("entrance.front")
    )


@pages.post("/users/<int:number>/name")
@needs(Privilege.MANAGE_USERS)
def naming(number: int) -> Response:
    """Say what a user is called on the pages."""
    with writing() as work:
        person = _person(work, number)
        try:
            changed = people.set_full_name(work, person.id, request.form.get("name", ""), by=visit.person().name)
        except Refusal as refusal:
            notices.tell(work, Notice("warn", str(refusal)))
        else:
            told = "The name is saved." if changed else "Nothing was changed."
            notices.tell(work, Notice("good" if changed else "tell", told))
    return visit.back_to("users.one", number=number)


@pages.post("/users/<int:number>/state")
@needs(Privilege.MANAGE_USERS)
def changing_state(number: int) -> Response:
    """Disable a user, or let a disabled one in again."""
    with writing() as work:
        person = _person(work, number)
        called = person.full_name or person.name
        try:
            if request.form.get("state") == "disabled":
                people.disable(work, person.id, by=visit.person().name)
                notices.tell(work, Notice("good", f"{called} is disabled, and signed out everywhere."))
            else:
                people.enable(work, person.id, by=visit.person().name)
                notices.tell(work, Notice("good", f"{called} may come in again."))
        except Refusal as refusal:
            notices.tell(work, Notice("warn", str(refusal)))
    return visit.back_to("users.one", number=number)


@pages.post("/users/<int:number>/password")
@needs(Privilege.MANAGE_USERS)
def new_password(number: int) -> str | Response:
    """Give a user a new password, and show it."""
    password = passwords.generate()
    try:
        with writing() as work:
            person = _person(work, number)
            people.set_password(work, person.id, password, by=visit.person().name)
    except Refusal as refusal:
        with writing() as work:
            notices.tell(work, Notice("warn", str(refusal)))
        return visit.back_to("users.one", number=number)
    return _shown_once(person.full_name or person.name, person.name, password)


def _page(objection: str = "") -> str:
    with reading() as work:
        known = companies.everyone(work)
        names = {company.id: company.pinned_company_name or company.name for company in known}
        lines = [Line(person, _in_words(person, names)) for person in user_pages.everybody(work)]
        return render_template(
            "users.html",
            lines=lines,
            names=names,
            titles=TITLES,
            hints=HINTS,
            can_be_given=[privilege for privilege in Privilege if privilege is not Privilege.VIEW],
            objection=objection,
            given=request.form,
            ticked=request.form.getlist("may") if objection else [Privilege.SYNCHRONIZE.value],
        )


def _in_words(person: Person, names: Mapping[int, str]) -> str:
    """Synchronize, Company file; Looks only; and for single companies with their names."""
    more = [held for held in person.grants if held[0] is not Privilege.VIEW]
    told = [_title(privilege, where, names) for privilege, where in more]
    acts_in = {where for _, where in more}
    looks = [where for privilege, where in person.grants if privilege is Privilege.VIEW and where not in acts_in]
    told += ["Looks only" if where is None else f"Looks only ({names.get(where, where)})" for where in looks]
    return ", ".join(told) or "None"


def _title(privilege: Privilege, where: int | None, names: Mapping[int, str]) -> str:
    return TITLES[privilege] if where is None else f"{TITLES[privilege]} ({names.get(where, where)})"


def _held(person: Person, company_id: int | None) -> Sequence[Privilege]:
    return [privilege for privilege, where in person.grants if where == company_id]


def _named(values: Sequence[str]) -> Sequence[Privilege]:
    return [Privilege(value) for value in values if value in list(Privilege)]


def _scope(known: Sequence[Company], value: str) -> int | None:
    """The company that a form names, or None for all; NotFound for one that is not there."""
    if value in ("", "all"):
        return None
    found = next((company.id for company in known if str(company.id) == value), None)
    if found is None:
        raise NotFound
    return found


def _person(work: Work, number: int) -> Person:
    found = next((person for person in user_pages.everybody(work) if person.id == number), None)
    if found is None:
        raise NotFound
    return found


def _shown_once(called: str, name: str, password: str) -> str:
    return render_template("user_password.html", called=called, name=name, password=password)
