"""`deskpost explain` shows an entry in full, within the width of a terminal."""

from __future__ import annotations

from service.catalogue import all_entries, entry, render


def test_an_entry_is_written_out() -> None:
    assert render(entry(3175)) == (
        "3175  Open in QuickBooks\n"
        "  What happened Someone has this entry open in QuickBooks.\n"
        "  What to do    Deskpost tries again by itself. If it still stands here later, close the\n"
        "                window with it in QuickBooks, then press Retry.\n"
        "  Who acts      nobody, Deskpost does it by itself\n"
        "  Saved         no\n"
        "  Deskpost      later\n"
        "  Buttons       retry, enter manually, skip"
    )


def test_a_variant_says_when_it_applies() -> None:
    written = render(entry(3180, message="The credit limit is exceeded."))

    assert '  When          QuickBooks says "credit limit"\n' in written


def test_every_entry_fits_a_terminal() -> None:
    for found in all_entries():
        assert max(len(line) for line in render(found).splitlines()) <= 88
