"""Every page of the console in each of its states, as things to look at. Judges nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from unittest.mock import patch

from service.store import activity_pages
from service.store.unit import StoreUnavailable
from tests.console.browser.town import INES, VERA, Harbor
from tests.console.browser.window import Window

Act = Callable[[Window], None]


@dataclass(frozen=True)
class Sight:
    """A page to look at: a name for its picture, its address, what is pressed there first, and who looks."""

    name: str
    address: str
    act: Act | None = None
    who: str = INES

    def show(self, window: Window) -> None:
        window.open(self.address)
        if self.act is not None:
            self.act(window)


def sights(harbor: Harbor) -> Sequence[Sight]:
    """All of them; those that change something come last."""
    return [*_synchronize(), *_messages(harbor), *_lists(), *_settings(), *_refusals(), *_answers()]


def _synchronize() -> Iterator[Sight]:
    for state in ("harbor", "new", "ready", "started", "sending", "stopped", "elsewhere", "silent", "many"):
        yield Sight(f"synchronize-{state}", f"/company/{state}/synchronize")
    yield Sight("synchronize-one-kind", "/company/many/synchronize?kind=customer")
    yield Sight("synchronize-viewer", "/company/harbor/synchronize", who=VERA)
    yield Sight("synchronize-questions", "/company/harbor/synchronize", _all_folds)
    yield Sight("synchronize-menu", "/company/harbor/synchronize", _menu)


def _messages(harbor: Harbor) -> Iterator[Sight]:
    numbers = {
        "refused": harbor.refused,
        "doubtful": harbor.doubtful,
        "perhaps-there": harbor.perhaps_there,
        "by-hand": harbor.by_hand,
        "customer": harbor.customer,
        "credit-memo": harbor.credit_memo,
    }
    for name, number in numbers.items():
        yield Sight(f"message-{name}", f"/company/harbor/message/{number}")
    yield Sight("message-texts", f"/company/harbor/message/{harbor.done}", _all_folds)


def _lists() -> Iterator[Sight]:
    yield Sight("manual-entry", "/company/harbor/manual-entry")
    yield Sight("manual-entry-empty", "/company/ready/manual-entry")
    yield Sight("old-skipped", "/company/harbor/old-skipped")
    yield Sight("old-skipped-closing", "/company/harbor/old-skipped", _all_folds)
    yield Sight("old-skipped-empty", "/company/ready/old-skipped")
    yield Sight("history", "/company/harbor/history")
    yield Sight("history-searched", "/company/harbor/history?status=failed")
    yield Sight("history-one-kind", "/company/harbor/history?kind=invoice")
    yield Sight("history-nothing-found", "/company/harbor/history?q=Nobody")
    yield Sight("history-empty", "/company/new/history")
    yield Sight("activity", "/company/harbor/activity")
    yield Sight("activity-runs", "/company/harbor/activity?about=runs")
    yield Sight("webhooks", "/company/harbor/webhooks")
    yield Sight("webhooks-empty", "/company/ready/webhooks")


def _settings() -> Iterator[Sight]:
    yield Sight("company-file", "/company/harbor/company-file")
    yield Sight("company-file-folds", "/company/harbor/company-file", _all_folds)
    yield Sight("company-file-viewer", "/company/harbor/company-file", who=VERA)
    yield Sight("company-file-elsewhere", "/company/elsewhere/company-file", _all_folds)
    yield Sight("company-file-silent", "/company/silent/company-file")
    yield Sight("company-file-new", "/company/new/company-file")
    yield Sight("company-file-restored", "/company/restored/company-file")
    yield Sight("after-restore", "/company/restored/company-file/restored")
    yield Sight("after-restore-question", "/company/restored/company-file/restored", _send_all_again)
    yield Sight("after-restore-nothing", "/company/ready/company-file/restored")
    yield Sight("connect", "/company/harbor/connect", _all_folds)
    yield Sight("connect-another", "/company/restored/connect")
    yield Sight("users", "/users")
    yield Sight("user", "/users/1", _all_folds)
    yield Sight("password", "/password")


def _refusals() -> Iterator[Sight]:
    yield Sight("may-not", "/users", who=VERA)
    yield Sight("not-there", "/company/harbor/message/99999")
    yield Sight("expired", "/company/harbor/company-file", _expired)
    yield Sight("path-wrong", "/company/harbor/company-file", _wrong_path)
    yield Sight("time-zone-wrong", "/company/harbor/company-file", _wrong_zone)
    yield Sight("user-wrong", "/users", _wrong_user)
    yield Sight("busy", "/company/harbor/history", _busy)
    yield Sight("went-wrong", "/company/harbor/activity", _went_wrong)


def _answers() -> Iterator[Sight]:
    yield Sight("nothing-selected", "/company/harbor/old-skipped", lambda window: window.press("Retry selected"))
    yield Sight("new-user-password", "/users", _new_user)
    yield Sight("new-password", "/company/many/company-file", _new_password)
    yield Sight("handed-over", "/company/harbor/synchronize", _hand_over)
    yield Sight("question", "/company/harbor/history?status=manually_entered", _enter_all_again)
    yield Sight("skipped-all", "/company/many/synchronize?kind=customer", _skip_all)


def _menu(window: Window) -> None:
    window.page.locator("#pending summary").first.click()


def _all_folds(window: Window) -> None:
    """Open all that folds out, except for menus."""
    window.page.eval_on_selector_all("main details:not(.menu)", "all => all.forEach(one => one.open = true)")


def _expired(window: Window) -> None:
    window.page.eval_on_selector_all("main [name=csrf_token]", "all => all.forEach(one => one.value = 'of yesterday')")
    window.press("Save")


def _wrong_path(window: Window) -> None:
    window.unfold("Change the path")
    window.page.get_by_label("New path").fill("C:/Books/Birchwood.qbw")
    window.press("Save the path")


def _wrong_zone(window: Window) -> None:
    window.unfold("Change the time zone")
    window.page.get_by_label("New time zone").fill("New York")
    window.press("Save the time zone")


def _busy(window: Window) -> None:
    """Load the page again while the database is away."""
    away = StoreUnavailable("here", "it is locked")
    with patch.object(window.site.store, "reading", side_effect=away):
        window.page.reload()


def _went_wrong(window: Window) -> None:
    """Load the page again while something is wrong that nobody foresaw."""
    with patch.object(activity_pages, "search", side_effect=RuntimeError):
        window.page.reload()


def _wrong_user(window: Window) -> None:
    window.page.get_by_label("Sign-in name").fill(VERA)
    window.press("Add the user")


def _new_user(window: Window) -> None:
    window.page.get_by_label("Name", exact=True).fill("Tom Ashgrove")
    taken = window.page.locator("tbody tr").count()
    window.page.get_by_label("Sign-in name").fill(f"tom{taken}")
    window.press("Add the user")


def _new_password(window: Window) -> None:
    window.unfold("New password")
    window.press("Make a new password")


def _enter_all_again(window: Window) -> None:
    window.page.locator("#found").get_by_role("button", name=re.compile("Enter (all|it)")).click()


def _skip_all(window: Window) -> None:
    window.page.locator("#pending").get_by_role("button", name="Skip all").click()


def _send_all_again(window: Window) -> None:
    window.page.locator("#sendable").get_by_role("button", name="Send all").click()


def _hand_over(window: Window) -> None:
    window.page.locator("#attention").get_by_role("button", name="Enter manually").first.click()
