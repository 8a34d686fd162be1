"""`explain`: what a code of QuickBooks or the Web Connector means and what to do about it. Needs no database."""

from __future__ import annotations

import re

import click

from service import catalogue
from service.commands.sentences import say
from service.domain.refusals import Refusal

_A_CODE = re.compile(r"[+-]?\d{1,10}|(0x)?[0-9a-f]{8}|qbwc[ -]?\d{1,6}", re.IGNORECASE)


class NotACode(Refusal):
    def __init__(self, given: str) -> None:
        super().__init__(
            f"'{given[:40]}' is no code of QuickBooks or the Web Connector: write it as 3140, 0x80040400 or QBWC1039."
        )


@click.command(context_settings={"ignore_unknown_options": True})  # An HRESULT may be a negative number.
@click.argument("code")
def explain(code: str) -> None:
    """Explain a CODE of QuickBooks or of the Web Connector.

    A code is written as 3140, 0x80040400 or QBWC1039. Says what happened, what to do, who acts, and whether anything
    was saved. Where a code means different things in different places, each of them is shown with its condition.
    """
    if not _A_CODE.fullmatch(code.strip()):
        raise NotACode(code)
    asked = catalogue.entry(code)
    known = [one for one in catalogue.all_entries() if one.code == asked.code] or [asked]
    say("\n\n".join(catalogue.render(one) for one in known))
