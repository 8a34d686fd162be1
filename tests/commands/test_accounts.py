"""`company`, `connection` and `user`: issued once, shown once, and refused in a sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from qwc import document
from service.domain.privilege import Privilege
from service.exchange import passwords
from service.store import connections, console_people, tables, users
from service.store.connections import Connection
from service.store.unit import Store
from tests.commands.terminal import Terminal

ADDRESS = "https://books.example.com"


def password_shown(output: str) -> str:
    (line,) = (line for line in output.splitlines() if line.startswith("Password:"))
    return line.removeprefix("Password:").strip()


def kept(store: Store, user_name: str = "shop-qb") -> Connection:
    with store.reading() as work:
        return connections.named(work, user_name)


def event_notes(store: Store) -> list[str]:
    with store.reading() as work:
        return [str(note) for note in work.connection.execute(select(tables.events.c.note)).scalars()]


def issued(folder: Path, name: str = "shop-qb.qwc") -> document.Document:
    return document.read((folder / name).read_bytes())


def test_a_company_is_added_listed_and_shown(terminal: Terminal) -> None:
    assert terminal.ok("company", "add", "shop") == (
        "Company shop is there. Next: deskpost connection add --company shop\n"
    )
    assert "shop     no visit yet" in terminal.ok("company", "list")
    shown = terminal.ok("company", "show")
    assert "company:         shop" in shown
    assert "last visit:      never" in shown


def test_a_company_that_cannot_be_added_is_refused(shop: Terminal) -> None:
    assert shop.refused("company", "add", "shop") == "A company 'shop' is there already: choose another name."
    assert shop.refused("company", "add", "the shop").startswith("'the shop' cannot be the name of a company")
    assert shop.refused("company", "show", "shoe") == "There is no company 'shoe'. Known companies: shop."


def test_a_connection_is_a_qwc_file_and_a_password(shop: Terminal, store: Store) -> None:
    output = shop.ok("connection", "add", "--company", "shop", "--every", "15", PUBLIC_URL=ADDRESS)

    written, connection = issued(shop.folder), kept(store)
    assert document.problems_of(written) == ()
    assert (written.app_url, written.app_support) == (f"{ADDRESS}/qbwc", f"{ADDRESS}/support")
    assert (written.user_name, written.app_name) == ("shop-qb", "Deskpost shop")
    assert (written.owner_id, written.file_id) == (connection.owner_id, connection.file_id)
    assert written.run_every_minutes == 15
    assert connection.run_every_minutes == 15
    assert written.is_read_only is False
    assert output.startswith("Written: shop-qb.qwc\nUser name: shop-qb\n")


def test_a_password_is_shown_once_and_kept_as_an_argon2id_hash(shop: Terminal, store: Store) -> None:
    password = password_shown(shop.ok("connection", "add"))

    connection = kept(store)
    assert connection.password_hash.startswith("$argon2id$")
    assert passwords.verified(password, connection.password_hash)
    assert password not in (shop.folder / "shop-qb.qwc").read_text()
    for command in (("company", "show"), ("company", "list"), ("queue",)):
        assert password not in shop.ok(*command)
    assert password not in "".join(event_notes(store))


def test_a_second_pc_gets_a_file_of_its_own_for_the_same_installation(shop: Terminal) -> None:
    shop.ok("connection", "add")
    shop.ok("connection", "add", "--user-name", "back-office", "--out", "second.qwc")

    first, second = issued(shop.folder), issued(shop.folder, "second.qwc")
    assert first.owner_id == second.owner_id
    assert first.file_id != second.file_id
    assert first.app_name != second.app_name


def test_another_file_is_never_overwritten(shop: Terminal, store: Store) -> None:
    (shop.folder / "shop-qb.qwc").write_text("of somebody else")

    sentence = shop.refused("connection", "add")

    assert sentence.startswith("shop-qb.qwc is there already")
    assert (shop.folder / "shop-qb.qwc").read_text() == "of somebody else"
    with store.reading() as work:
        assert connections.by_user_name(work, "shop-qb") is None


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://books.example.com", "QBWC1010"), ("https://10.0.0.7", "QBWC1001")],
)
def test_an_address_that_the_web_connector_refuses_is_refused_at_once(
    shop: Terminal, store: Store, address: str, code: str
) -> None:
    sentence = shop.refused("connection", "add", PUBLIC_URL=address)

    assert code in sentence
    assert sentence.endswith("Nothing was changed.")
    assert list(shop.folder.iterdir()) == []
    with store.reading() as work:
        assert connections.by_user_name(work, "shop-qb") is None


def test_a_place_that_cannot_be_written_issues_nothing(shop: Terminal, store: Store) -> None:
    sentence = shop.refused("connection", "add", "--out", "no/such/folder/shop.qwc")

    assert sentence == "no/such/folder/shop.qwc could not be written: no such file or directory. Nothing was changed."
    with store.reading() as work:
        assert connections.by_user_name(work, "shop-qb") is None


def test_connections_that_cannot_be_issued_are_refused(shop: Terminal) -> None:
    shop.ok("connection", "add")

    assert shop.refused("connection", "add") == "The user name 'shop-qb' is in use already: choose another one."
    assert shop.refused("connection", "add", "--company", "shoe").startswith("There is no company 'shoe'.")
    assert shop.refused("connection", "add", "--user-name", "a b").startswith("'a b' cannot be the name")
    assert shop.type("connection", "add", "--every", "0").exit_code == 2


def test_a_new_password_leaves_the_qwc_file_as_it_is(shop: Terminal, store: Store) -> None:
    old = password_shown(shop.ok("connection", "add"))
    before = (shop.folder / "shop-qb.qwc").read_bytes()

    new = password_shown(shop.ok("connection", "rotate-password", "shop-qb"))

    assert passwords.verified(new, kept(store).password_hash)
    assert not passwords.verified(old, kept(store).password_hash)
    assert (shop.folder / "shop-qb.qwc").read_bytes() == before


def test_a_revoked_connection_gets_no_new_password(shop: Terminal, store: Store) -> None:
    shop.ok("connection", "add")

    assert "is revoked" in shop.ok("connection", "revoke", "shop-qb")
    assert kept(store).revoked_at is not None
    assert "was revoked" in shop.refused("connection", "rotate-password", "shop-qb")
    assert "revoked" in shop.ok("company", "show")


@pytest.mark.parametrize("command", ["revoke", "rotate-password"])
def test_a_connection_that_is_not_there_is_refused(shop: Terminal, command: str) -> None:
    assert shop.refused("connection", command, "nobody").startswith(
        "There is no connection with the user name 'nobody'."
    )


def test_a_person_is_added_with_a_password_that_is_asked_for_twice(
    terminal: Terminal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.commands.accounts._has_terminal", lambda: True)

    result = terminal.type("user", "add", "maria", typed="correct horse\ncorrect horse\n")

    assert result.exit_code == 0, result.output
    assert result.stdout == "User maria is there and may: view, synchronize.\n"
    assert "correct horse" not in result.output
    with store.reading() as work:
        user = users.named(work, "maria")
        assert users.granted(work, user.id) == [(Privilege.VIEW, None), (Privilege.SYNCHRONIZE, None)]
    assert passwords.verified("correct horse", user.password_hash)
    assert (user.password_hash or "").startswith("$argon2id$")


def test_a_password_can_come_from_the_environment(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HERS", "correct horse")

    told = terminal.ok("user", "add", "maria", "--privilege", "manage_users", "--password-from-env", "HERS")

    assert told == "User maria is there and may: manage_users.\n"


def test_people_who_cannot_be_added_are_refused(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHORT", "short")
    monkeypatch.setenv("HERS", "correct horse")
    monkeypatch.delenv("UNSET", raising=False)
    add = ("user", "add", "maria", "--password-from-env")
    terminal.ok(*add, "HERS")

    assert terminal.refused(*add, "HERS") == "The user name 'maria' is in use already: choose another one."
    assert terminal.refused(*add, "SHORT") == "The password is too short: it needs at least 12 characters."
    assert terminal.refused(*add, "UNSET") == "The environment variable UNSET is not set: put the password into it."
    assert terminal.refused("user", "add", "carl", "--privilege", "rule").startswith("There is no privilege 'rule'.")


def test_without_a_terminal_no_password_is_waited_for(terminal: Terminal) -> None:
    assert terminal.refused("user", "add", "maria") == (
        "There is no terminal to ask for the password: name a variable with --password-from-env."
    )


def test_a_person_is_called_by_the_full_name_that_is_given(
    terminal: Terminal, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HERS", "correct horse")
    terminal.ok("user", "add", "maria", "--password-from-env", "HERS", "--full-name", "Maria Alvarez")
    first = full_names(store)

    told = terminal.ok("user", "full-name", "maria", " Maria Alvarez Ruiz ")
    second = full_names(store)
    again = terminal.ok("user", "full-name", "maria", "Maria Alvarez Ruiz")
    none = terminal.ok("user", "full-name", "maria", "")

    assert (first, second) == ({"maria": "Maria Alvarez"}, {"maria": "Maria Alvarez Ruiz"})
    assert told == "maria is called Maria Alvarez Ruiz now.\n"
    assert again == "Nothing was changed.\n"
    assert none == "maria is called maria now.\n"
    assert full_names(store) == {}


@pytest.mark.parametrize("name", ["x" * 101, "Maria\nAlvarez"])
def test_what_is_no_name_of_a_person_is_refused(
    terminal: Terminal, store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("HERS", "correct horse")

    told = terminal.refused("user", "add", "maria", "--password-from-env", "HERS", "--full-name", name)

    assert "cannot be a person's name" in told
    with store.reading() as work:
        assert users.by_name(work, "maria") is None


def test_nobody_can_be_called_by_a_name_who_is_not_there(terminal: Terminal) -> None:
    assert "nobody" in terminal.refused("user", "full-name", "nobody", "Maria Alvarez")


def full_names(store: Store) -> dict[str, str]:
    with store.reading() as work:
        return dict(console_people.full_names(work))
