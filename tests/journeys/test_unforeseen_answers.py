"""An answer at which the program itself fails stops no visit, and is never a reason to post something again."""

from __future__ import annotations

from typing import Any

import pytest

from service.exchange import outcome
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
