"""An answer at which the program itself fails stops no visit, and is never a reason to post something again."""

from __future__ import annotations

from typing import Any

import pytest

from qwc.mishaps import PROCESS_REQUEST, Kind, Mishap, When
from service.exchange import look_up, outcome
from service.exchange.request import Draft
from tests.journeys.test_first_day import CUSTOMER, ITEM
from tests.journeys.test_updates import invoice, line
from tests.shop import Shop

SECRET = "Calloway, Ruth"


def test_what_was_answered_in_a_way_nobody_foresaw_is_looked_up_and_the_others_are_settled(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    shop.save("Customer:C-1", CUSTOMER)
    shop.save("ItemNonInventory:7", ITEM)
    shop.update()
    lines_in = outcome._lines_in
    strange = shop.save("Invoice:10248", invoice(line("a", 1)))
    plain = shop.save("Invoice:10249", invoice(line("a", 2)) | {"RefNumber": "10249"})

    def fails(message: Any, entry: Any) -> Any:
        if message.id == strange:
            raise ZeroDivisionError(SECRET)
        return lines_in(message, entry)

    monkeypatch.setattr(outcome, "_lines_in", fails)
    shop.update()

    assert [shop.message(number).status for number in (strange, plain)] == ["synchronized", "synchronized"]
    assert [len(shop.file.find("Invoice", number)) for number in ("10248", "10249")] == [1, 1]
    assert f"Judging the answer to message {strange} failed with ZeroDivisionError" in caplog.text
    assert f"Taking what was read for message {strange} failed with ZeroDivisionError" in caplog.text
    assert SECRET not in caplog.text


def test_what_was_found_in_a_way_nobody_foresaw_is_for_a_person_to_look_at(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = shop.save("Customer:C-1", CUSTOMER)
    plain = shop.save("Customer:C-2", CUSTOMER | {"Name": "Boone, Ann"})
    judge = look_up.judge

    def fails(sent: Draft, responses: Any) -> Any:
        if SECRET in str(sent.content):
            raise ZeroDivisionError(SECRET)
        return judge(sent, responses)

    monkeypatch.setattr(look_up, "judge", fails)
    shop.update(Mishap(PROCESS_REQUEST, 1, Kind.KILLED, When.BEFORE))
    shop.update()

    assert [shop.message(number).status for number in (strange, plain)] == ["in_doubt", "synchronized"]
    assert [len(shop.file.find("Customer", name)) for name in (SECRET, "Boone, Ann")] == [0, 1]
