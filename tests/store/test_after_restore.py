"""What a restored backup lacks is found by an index of its own, however many other events there are."""

from __future__ import annotations

import pytest

from service.store.tables import ABOUT_A_RESTORE
from service.store.unit import Store


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_events_about_a_restore_are_found_by_their_own_index(store: Store) -> None:
    with store.reading() as work:
        plan = work.connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT * FROM events WHERE company_id = 1 AND id > 5 AND {ABOUT_A_RESTORE} ORDER BY id"
        )
        steps = [str(row[3]) for row in plan]

    assert steps == ["SEARCH events USING INDEX ix_events_after_restore (company_id=? AND id>?)"]
