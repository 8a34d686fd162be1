"""What an administrator says about a company file: it was renamed, moved, or restored from a backup.

Each is an event that says who said it. Nothing here talks to QuickBooks; the next visit acts on it.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from service.domain.refusals import Refusal
from service.exchange.company_file import NOTHING_SEEN
from service.store import companies, connections, events, unchecked
from service.store.companies import Company
from service.store.unit import Work

LONGEST_PATH = 255
_A_PATH = re.compile(r"(?:[A-Za-z]:\\|\\\\[^\\/]+\\[^\\/]+\\)[^/]*[^\\/]")


class NothingToConfirm(Refusal):
    def __init__(self, company: str) -> None:
        super().__init__(
            f"There is nothing to confirm for {company}: its last visit was not stopped by a company file with "
            "another name."
        )


class NotTheSameFile(Refusal):
    def __init__(self, company: str, seen: str, path: str | None) -> None:
        super().__init__(
            f"The last visit of {company} saw {seen} ({path or 'no path'}), which does not carry the mark of any of "
            "its connections, so it cannot be confirmed. If it is the right file all the same, add the .qwc in the "
            "Web Connector while it is open."
        )


class NotAPath(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(
            f"'{given[:80]}' is no path of a company file: write it as the PC with QuickBooks sees it, such as "
            r"C:\Books\Harbor Lane.qbw or \\server\books\Harbor Lane.qbw."
        )


class NotYet(Refusal):
    def __init__(self, at: datetime) -> None:
        super().__init__(f"{at:%Y-%m-%d %H:%M:%S} UTC is still to come: say when the backup was made.")


def confirm_name(work: Work, company: Company, *, by: str) -> str:
    """Accept the company name that the last stopped visit saw in the file that carries our mark; returns it.

    Raises NothingToConfirm, or NotTheSameFile when the file that was seen is not known by its FileID.
    """
    name = company.seen_company_name
    if company.mismatch is None or name is None:
        raise NothingToConfirm(company.name)
    issued = {one.file_id.upper() for one in connections.of_company(work, company.id) if one.revoked_at is None}
    if (company.seen_file_id or "").upper() not in issued:
        raise NotTheSameFile(company.name, name, company.seen_path)
    companies.change(work, company.id, pinned_company_name=name, mismatch=None, **NOTHING_SEEN)
    _note(work, company, "confirm company file", by, f"{name} instead of {company.pinned_company_name}")
    return name


def set_path(work: Work, company: Company, path: str, *, by: str) -> None:
    """Say where the Web Connector is to open the company file; an empty path means the one that is open.

    Raises NotAPath. A path with slashes makes the Web Connector fail with "Could not start QuickBooks".
    """
    path = path.strip()
    if path and (not _A_PATH.fullmatch(path) or len(path) > LONGEST_PATH or not path.isprintable()):
        raise NotAPath(path)
    companies.change(work, company.id, path_to_open=path or None)
    before = company.path_to_open or "the file that is open"
    _note(work, company, "move company file", by, f"{path or 'the file that is open'} instead of {before}")


def restored(work: Work, company: Company, at: datetime, *, by: str) -> int:
    """A backup made `at` a moment (aware) was restored: what was learned since is looked for before it is used.

    Returns how much that is. Raises NotYet.
    """
    at = at.astimezone(UTC)
    if at > work.now:
        raise NotYet(at)
    number = unchecked.mark(work, company.id, at)
    # The company file that was restored does not know the set that it was to forget.
    companies.change(work, company.id, unacknowledged=None)
    _note(work, company, "restore company file", by, f"backup of {at:%Y-%m-%d %H:%M:%S} UTC, {number} to look for")
    return number


def _note(work: Work, company: Company, action: str, by: str, note: str) -> None:
    events.add(work, [{"actor": by, "action": action, "company_id": company.id, "note": note}])
