"""An office in which people sit in front of the console: users with privileges, browsers, and what they see there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from lxml import html
from lxml.html import HtmlElement
from werkzeug.test import Client, TestResponse

from service.console import door
from service.console.installation import Installation
from service.domain.privilege import Privilege
from service.exchange import accounts, passwords
from service.store import companies, console_people, users
from service.store.unit import Store
from tests.clock import Clock
from tests.shop import CHEAP_HASHES, Shop

PASSWORD = "correct horse battery"
HASHED = CHEAP_HASHES.hash(PASSWORD)
EVERYTHING = tuple(Privilege)


class CompiledTemplates(BytecodeCache):
    """Keeps the templates that one console compiled for the next one: half of a test's time goes into them else."""

    _kept: ClassVar[dict[str, bytes]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


class Page:
    """What a browser shows: an answer, and its text as people read it."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.source = response.get_data(as_text=True)

    @property
    def tree(self) -> HtmlElement:
        return html.document_fromstring(self.source)

    @property
    def text(self) -> str:
        """All that can be read, in its order, with white space folded."""
        return folded(self.tree)

    @property
    def title(self) -> str:
        """The title of the window, with plain dashes."""
        return str(self.tree.findtext(".//title")).replace("\N{EN DASH}", "-")

    def part(self, name: str) -> str:
        """The text of the part with that id; empty when there is no such part."""
        found = self.tree.xpath(f"//*[@id='{name}']")
        return folded(found[0]) if found else ""

    @property
    def notices(self) -> list[str]:
        return [folded(one) for one in self.tree.xpath("//div[contains(@class, 'notice')]")]

    @property
    def token(self) -> str:
        return str(self.tree.xpath("//input[@name='csrf_token']/@value")[0])

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """The name and the value of every button that has a name."""
        return [(str(one.get("name")), str(one.get("value"))) for one in self.tree.xpath("//button[@name]")]

    @property
    def links(self) -> list[str]:
        return [str(address) for address in self.tree.xpath("//a/@href")]


class Browser:
    """One person's browser, which keeps its cookies."""

    def __init__(self, client: Client, at: str) -> None:
        self.client = client
        self.at = at
        self.page: Page | None = None

    def open(self, address: str, **more: Any) -> Page:
        self.page = Page(self.client.get(address, follow_redirects=True, **self._settings(more)))
        return self.page

    def post(self, address: str, *, token: str | None = None, **fields: Any) -> Page:
        """Send a form with the token of the page that is open, unless another is given."""
        assert self.page is not None
        data = {"csrf_token": self.page.token if token is None else token, **fields}
        self.page = Page(self.client.post(address, data=data, follow_redirects=True, **self._settings({})))
        return self.page

    def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        self.open("/sign-in")
        return self.post("/sign-in", name=name, password=password)

    def _settings(self, more: dict[str, Any]) -> dict[str, Any]:
        return {"environ_base": {"REMOTE_ADDR": self.at}, **more}


class Office:
    """A console on a store, with people who may sign in."""

    def __init__(self, store: Store, clock: Clock, folder: Path) -> None:
        self.store = store
        self.clock = clock
        self.folder = folder
        installation = Installation(
            public_url="http://localhost:8330",
            soap_url="http://localhost:8330/qbwc",
            support_url="http://localhost:8330/support",
            app_name="Deskpost",
            version="1.0",
            time_zone="America/New_York",
        )
        self.flask = door.build(store, installation)
        self.flask.jinja_env.bytecode_cache = CompiledTemplates()

    def shop(self, **more: Any) -> Shop:
        """A company with its Web Connector and its company file."""
        return Shop(self.store, self.clock, self.folder, **more)

    def company(self, name: str) -> None:
        """A company whose PC was never connected."""
        with self.store.writing() as work:
            accounts.add_company(work, name, by="test")

    def user(
        self,
        name: str,
        *privileges: Privilege,
        company: str | None = None,
        full_name: str | None = None,
    ) -> None:
        with self.store.writing() as work:
            user_id = accounts.add_user(work, name, HASHED, (), by="test")
            where = companies.named(work, company).id if company else None
            users.grant(work, user_id, privileges, where)
            if full_name:
                console_people.set_full_name(work, user_id, full_name)

    def browser(self, at: str = "10.0.0.7") -> Browser:
        return Browser(self.flask.test_client(), at)

    def signed_in(self, name: str = "ines", *privileges: Privilege, **more: Any) -> Browser:
        """A browser in which a new user signed in, with every privilege unless some are named."""
        self.user(name, *(privileges or EVERYTHING), **more)
        browser = self.browser()
        browser.sign_in(name)
        return browser


@pytest.fixture
def office(store: Store, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Return an office with no users yet, whose passwords are cheap to try."""
    monkeypatch.setattr(passwords, "_context", CHEAP_HASHES)
    return Office(store, clock, tmp_path)


def folded(element: HtmlElement) -> str:
    """The text of an element with white space folded."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def rows(page: Page, part: str) -> Sequence[Sequence[str]]:
    """The rows of the table in a part, without the box at their beginning and the menu at their end."""
    found = page.tree.xpath(f"//*[@id='{part}']//tbody/tr")
    return [
        [folded(cell) for cell in row if not {"more", "pick"} & set((cell.get("class") or "").split())] for row in found
    ]
