"""Who holds no privilege for something sees no button for it, and is refused when sending its form all the same."""

from __future__ import annotations

from playwright.sync_api import expect

from service.domain.privilege import Privilege
from tests.console import day
from tests.console.browser.conftest import Windows
from tests.console.browser.site import Site

SEND = """async ([address, fields]) => {
    const token = document.querySelector('[name=csrf_token]').value;
    const answer = await fetch(address, {method: 'POST', body: new URLSearchParams({csrf_token: token, ...fields})});
    return answer.status;
}"""


def test_who_may_only_look_is_shown_no_button_and_refused(site: Site, window: Windows) -> None:
    shop = site.shop("no-privilege")
    message = day.refused_invoice(shop)
    site.user("vera", "no-privilege", "Vera Lind", Privilege.VIEW)
    vera = window()
    vera.sign_in("vera")
    expect(vera.page.locator(f"#m{message}")).to_contain_text("Invoice 20431")
    expect(vera.page.locator("main button")).to_have_count(0)
    expect(vera.page.locator("main input[type=checkbox]")).to_have_count(0)

    decided = vera.page.evaluate(SEND, ["decide", {"retry": str(message)}])
    started = vera.page.evaluate(SEND, ["start", {"do": "start"}])
    users = vera.open("/users")

    assert (decided, started, users) == (403, 403, 403)
    assert shop.message(message).status == "failed"
    expect(vera.page.get_by_role("heading", level=1)).to_have_text("You may not do this")
