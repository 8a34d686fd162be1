"""The statuses and moves, against DESIGN's table of a message's life, written here by hand."""

from __future__ import annotations

import pytest

from service.domain.status import MEANINGS, MOVES, UNSETTLED, Status, moves_from

LEAVES_BY = {
    "pending": {"dispatch", "hand over", "skip", "fail", "supersede", "take back"},
    "in_flight": {"synchronize", "fail", "release", "doubt"},
    "in_doubt": {"found", "absent", "hand over"},
    "synchronized": set(),
    "failed": {"retry", "hand over", "skip", "supersede"},
    "manual_entry": {"mark entered", "restore", "skip"},
    "manually_entered": {"reopen"},
    "skipped": {"restore"},
    "superseded": set(),
}


def test_every_status_is_left_by_the_moves_of_the_design_and_no_others() -> None:
    moves = {
        status.value: {move.name for by_person in (True, False) for move in moves_from(status, by_person=by_person)}
        for status in Status
    }

    assert moves == LEAVES_BY


def test_nobody_moves_by_hand_what_quickbooks_may_have() -> None:
    assert moves_from(Status.IN_FLIGHT, by_person=True) == []


@pytest.mark.parametrize("final", [Status.SYNCHRONIZED, Status.SUPERSEDED])
def test_what_is_final_stays(final: Status) -> None:
    assert all(final not in move.leaves for move in MOVES.values())


def test_every_status_and_every_move_says_what_it_means() -> None:
    assert set(MEANINGS) == set(Status)
    assert all(MEANINGS[status] for status in Status)
    assert all(move.sentence for move in MOVES.values())


def test_what_is_unsettled_still_has_its_turn_before_it() -> None:
    assert set(UNSETTLED) == {Status.PENDING, Status.IN_FLIGHT, Status.IN_DOUBT, Status.MANUAL_ENTRY}
