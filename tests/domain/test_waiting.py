"""What dependants do, for each status of what they need."""

from __future__ import annotations

from service.domain.status import Status
from service.domain.waiting import RULES, Dependant


def test_every_status_has_a_rule() -> None:
    assert set(RULES) == set(Status)


def test_only_what_is_in_quickbooks_lets_dependants_go() -> None:
    assert [status for status, rule in RULES.items() if rule.dependant is Dependant.GOES] == [Status.SYNCHRONIZED]


def test_a_person_is_asked_where_nothing_goes_on_by_itself() -> None:
    asking = {status.value for status, rule in RULES.items() if rule.dependant is Dependant.ASKS}

    assert asking == {"in_doubt", "failed", "manual_entry", "skipped"}
