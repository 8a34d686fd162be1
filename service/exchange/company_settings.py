"""The settings of a company that an administrator may change. Never what a visit pinned or saw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service.domain.refusals import Refusal
from service.store import companies, events
from service.store.companies import Company
from service.store.unit import Work

SETTINGS = frozenset(
    {
        "set_limit",
        "send_only_after_start",
        "link_existing",
        "create_missing",
        "income_account",
        "substitute_characters",
    }
)
"""The columns of a company that can be set."""

MOST_IN_A_SET = 100


class NothingToSet(Refusal):
    def __init__(self) -> None:
        super().__init__("Name at least one setting: `deskpost company set --help` lists them.")


class SetLimitOutOfRange(Refusal):
    def __init__(self, given: int) -> None:
        super().__init__(f"A set holds 1 to {MOST_IN_A_SET} messages, not {given}.")


def change(work: Work, company: Company, given: Mapping[str, Any], *, by: str) -> Mapping[str, tuple[Any, Any]]:
    """Change settings of a company; returns what was and what is, for those that really changed.

    Raises NothingToSet or SetLimitOutOfRange.
    """
    assert set(given) <= SETTINGS
    if not given:
        raise NothingToSet
    limit = given.get("set_limit")
    if limit is not None and not 1 <= limit <= MOST_IN_A_SET:
        raise SetLimitOutOfRange(limit)
    changed = {
        name: (getattr(company, name), value) for name, value in given.items() if getattr(company, name) != value
    }
    if changed:
        companies.change(work, company.id, **{name: value for name, (_, value) in changed.items()})
        note = "; ".join(f"{name}: {after} instead of {before}" for name, (before, after) in changed.items())
        events.add(work, [{"actor": by, "action": "change settings", "company_id": company.id, "note": note}])
    return changed
