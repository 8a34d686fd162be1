"""Companies and their connections: added, read, with their `.qwc` and new passwords. Shows a password once."""

from __future__ import annotations

from http import HTTPStatus

from apiflask import APIBlueprint
from flask import Response, current_app

from qwc import document
from service.api import caller
from service.api.caller import needs
from service.api.problems import Problem
from service.api.shapes import (
    CompaniesOut,
    CompanyIn,
    CompanyOut,
    ConnectionIn,
    ConnectionOut,
    ConnectionsOut,
    Responses,
)
from service.domain.api_scope import Scope
from service.domain.refusals import ConnectionRevoked, UnknownConnection
from service.exchange import accounts, passwords
from service.store import companies, connections
from service.store.companies import Company
from service.store.connections import Connection
from service.store.unit import Work

routes = APIBlueprint("companies", __name__, tag="Companies and connections")

A_QWC: Responses = {200: {"description": "The .qwc file", "content": {document.CONTENT_TYPE: {}}}}


@routes.get("/companies")
@needs(Scope.READ)
@routes.output(CompaniesOut)
def list_companies() -> CompaniesOut:
    """List the companies that the key may know of."""
    with caller.store().reading() as work:
        own = caller.key().company_id
        return CompaniesOut(companies=[_company(one) for one in companies.everyone(work) if own in (None, one.id)])


@routes.post("/companies")
@needs(Scope.MANAGE)
@routes.input(CompanyIn, arg_name="given")
@routes.output(CompanyOut, status_code=201)
def add_company(given: CompanyIn) -> CompanyOut:
    """Add a company; it takes a key of the whole installation."""
    caller.require_installation()

    def add(work: Work) -> CompanyOut:
        return _company(companies.by_id(work, accounts.add_company(work, given.name, by=caller.name())))

    return caller.store().write(add)


@routes.get("/companies/<company>")
@needs(Scope.READ)
@routes.output(CompanyOut)
def read_company(company: str) -> CompanyOut:
    """Read a company, and what its Web Connector told of it."""
    with caller.store().reading() as work:
        return _company(caller.company(work, company))


@routes.get("/companies/<company>/connections")
@needs(Scope.MANAGE)
@routes.output(ConnectionsOut)
def list_connections(company: str) -> ConnectionsOut:
    """List the connections of a company."""
    with caller.store().reading() as work:
        found = connections.of_company(work, caller.company(work, company).id)
        return ConnectionsOut(connections=[_connection(one) for one in found])


@routes.post("/companies/<company>/connections")
@needs(Scope.MANAGE)
@routes.input(ConnectionIn, arg_name="given")
@routes.output(ConnectionOut, status_code=201)
def issue_connection(company: str, given: ConnectionIn) -> ConnectionOut:
    """Issue a connection for one PC; the answer holds its password, this once."""
    password = passwords.generate()

    def issue(work: Work) -> ConnectionOut:
        issued = accounts.add_connection(
            work,
            caller.company(work, company).name,
            given.user_name,
            password,
            app_name=current_app.extensions["app_name"],
            by=caller.name(),
            run_every_minutes=given.run_every_minutes,
        )
        return _connection(issued.connection, password)

    return caller.store().write(issue)


@routes.post("/companies/<company>/connections/<user_name>/password")
@needs(Scope.MANAGE)
@routes.output(ConnectionOut)
def make_password(company: str, user_name: str) -> ConnectionOut:
    """Make a new password for a connection, in the answer this once; its `.qwc` stays."""
    password = passwords.generate()

    def rotate(work: Work) -> ConnectionOut:
        found = _of_company(work, caller.company(work, company), user_name)
        rotated = accounts.rotate_password(work, found.user_name, password, by=caller.name())
        return _connection(rotated.connection, password)

    return caller.store().write(rotate)


@routes.delete("/companies/<company>/connections/<user_name>")
@needs(Scope.MANAGE)
@routes.output(ConnectionOut)
def revoke_connection(company: str, user_name: str) -> ConnectionOut:
    """Turn a connection away from its next visit on."""

    def revoke(work: Work) -> ConnectionOut:
        found = _of_company(work, caller.company(work, company), user_name)
        accounts.revoke(work, found.user_name, by=caller.name())
        return _connection(_of_company(work, caller.company(work, company), user_name))

    return caller.store().write(revoke)


@routes.get("/companies/<company>/connections/<user_name>/qwc")
@needs(Scope.MANAGE)
@routes.doc(responses=A_QWC)
def read_qwc(company: str, user_name: str) -> Response:
    """Read the `.qwc` of a connection; it holds no password."""
    with caller.store().reading() as work:
        found = _of_company(work, caller.company(work, company), user_name)
    if found.revoked_at is not None:
        raise ConnectionRevoked(found.user_name)
    described = _described(found)
    if wrong := document.problems_of(described):
        raise Problem(HTTPStatus.CONFLICT, " ".join(str(one) for one in wrong))
    answer = Response(document.write(described), mimetype=document.CONTENT_TYPE)
    answer.headers.set("Content-Disposition", "attachment", filename=f"{found.user_name}.qwc")
    return answer


def _of_company(work: Work, company: Company, user_name: str) -> Connection:
    found = connections.by_user_name(work, user_name) if user_name.isprintable() else None
    if found is None or found.company_id != company.id:
        raise UnknownConnection(user_name[:100])
    return found


def _described(connection: Connection) -> document.Document:
    return document.Document(
        app_name=connection.app_name,
        app_url=current_app.extensions["soap_url"],
        app_description="Posts orders into QuickBooks",
        app_support=current_app.extensions["support_url"],
        user_name=connection.user_name,
        owner_id=connection.owner_id,
        file_id=connection.file_id,
        run_every_minutes=connection.run_every_minutes,
        is_read_only=False,
    )


def _company(one: Company) -> CompanyOut:
    return CompanyOut(
        name=one.name,
        company_name_in_quickbooks=one.pinned_company_name,
        company_file_path=one.company_file_path,
        pc=one.pc,
        quickbooks=one.product_name,
        country=one.country,
        last_visit_at=one.last_visit_at,
        stopped_because=one.mismatch,
    )


def _connection(one: Connection, password: str | None = None) -> ConnectionOut:
    return ConnectionOut(
        user_name=one.user_name,
        app_name=one.app_name,
        issued_at=one.issued_at,
        last_visit_at=one.last_visit_at,
        revoked_at=one.revoked_at,
        password=password,
    )
