"""Signing in and out, and changing the password. Slowed down for who guesses; tells nobody which names there are."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, request
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from service.console import navigation, notices, sessions, visit
from service.console.failures import MayNot
from service.console.guard import COOKIE, SIGN_IN_COOKIE, for_everybody, for_strangers
from service.console.notices import Notice
from service.console.visit import reading, writing
from service.domain.privilege import Privilege
from service.domain.refusals import WeakPassword
from service.exchange import passwords
from service.exchange import sign_in as slowed
from service.store import console_people, console_sessions, events, users
from service.store.users import User

pages = Blueprint("entrance", __name__)

WRONG = "The sign-in name or the password is wrong."
TOO_SOON = "That was wrong several times. Wait a minute, then try again."
NOT_THE_SAME = "The two new passwords are not the same."
WRONG_NOW = "This is not your password of now."
_OBJECTIONS = {slowed.Tried.WRONG: WRONG, slowed.Tried.TOO_SOON: TOO_SOON}


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: the user who may come in, or the sentence that says why not."""

    user: User | None
    objection: str = ""


@pages.get("/")
@for_everybody
def front() -> Response:
    """Where people begin: the first page that they may open."""
    first = navigation.first_page(visit.person())
    if first is None:
        raise MayNot(Privilege.VIEW)
    return redirect(first)


@pages.get("/sign-in")
@for_strangers
def sign_in() -> Response | str:
    here = visit.here()
    if here.visitor is not None:
        return redirect(_wanted())
    _bind_form()
    return render_template("sign_in.html", name="", objection="")


@pages.post("/sign-in")
@for_strangers
def signing_in() -> Response | tuple[str, int]:
    name, password = request.form.get("name", ""), request.form.get("password", "")
    tried = _try(name.strip(), password)
    if tried.user is None:
        return render_template("sign_in.html", name=name[:200], objection=tried.objection), 403
    here = visit.here()
    with writing() as work:
        here.new_cookies = {COOKIE: sessions.begin(work, tried.user, _address()), SIGN_IN_COOKIE: ""}
        event = {"actor": tried.user.name, "action": "sign in", "company_id": None}
        events.add(work, [event])
    return redirect(_wanted(), 303)


@pages.post("/sign-out")
@for_everybody
def sign_out() -> Response:
    here = visit.here()
    with writing() as work:
        sessions.end(work, here.token)
    here.new_cookies = {COOKIE: ""}
    return visit.back_to("entrance.sign_in")


@pages.get("/password")
@for_everybody
def password() -> str:
    return render_template("password.html", objection="", wrong="", shortest=passwords.SHORTEST)


@pages.post("/password")
@for_everybody
def changing_password() -> Response | tuple[str, int]:
    """Change the own password; everybody else who used the old one is signed out."""
    now, new, again = (request.form.get(field, "") for field in ("now", "new", "again"))
    wrong, objection = _objection_to(now, new, again)
    if objection:
        page = render_template("password.html", objection=objection, wrong=wrong, shortest=passwords.SHORTEST)
        return page, 403
    here, person, hashed = visit.here(), visit.person(), passwords.hashed(new)
    with writing() as work:
        console_people.set_password(work, person.user_id, hashed)
        console_sessions.end_all_of(work, person.user_id)
        token = sessions.begin(work, users.named(work, person.name), _address())
        here.session = sessions.find(work, token)
        here.new_cookies = {COOKIE: token}
        events.add(work, [{"actor": person.name, "action": "change password", "company_id": None}])
        notices.tell(work, Notice("good", "Your password is changed. You are signed out everywhere else."))
    return visit.back_to("entrance.front")


def _objection_to(now: str, new: str, again: str) -> tuple[str, str]:
    """The field that is wrong, and why; both empty when all is well."""
    if new != again:
        return "again", NOT_THE_SAME
    try:
        passwords.require_strong(new)
    except WeakPassword as weak:
        return "new", str(weak)
    tried = _try(visit.person().name, now)
    return ("now", WRONG_NOW if tried.objection == WRONG else tried.objection) if tried.user is None else ("", "")


def _try(name: str, password: str) -> Tried:
    """Try a password, outside of any transaction; it takes as long for a name that nobody has."""
    address = _address()
    with reading() as work:
        too_soon = slowed.must_wait(work, name, address)
        user = None if too_soon else users.by_name(work, name)
    usable = user is not None and user.disabled_at is None
    right = passwords.verified(password, user.password_hash if user is not None and usable else None)
    if too_soon:
        return Tried(None, TOO_SOON)
    with writing() as work:
        tried = slowed.judged(work, name, address, right=right)
    return Tried(user) if tried is slowed.Tried.RIGHT else Tried(None, _OBJECTIONS[tried])


def _bind_form() -> None:
    """Give a stranger an id to which the form is bound: nobody can be signed in from another site."""
    here = visit.here()
    if not here.token:
        here.token = sessions.new_token()
        here.new_cookies = {SIGN_IN_COOKIE: here.token}


def _wanted() -> str:
    """The page that was asked for before signing in, if it is one of ours."""
    return visit.local(request.args.get("next", ""), "/")


def _address() -> str:
    return request.remote_addr or ""
