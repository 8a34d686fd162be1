"""Takes a picture of every page of the console, wide and narrow, light and dark, for people to look at.

    .venv/bin/python -m tests.console.screenshots FOLDER

The pages are those of a site that is made for it, with content of all sorts. FOLDER is made, and has to be outside of
the project's. Manual entry is there as it comes out of a printer, too.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from service.exchange import passwords
from service.store.migrate import migrate
from tests.console.browser.chromium import NoChromium, running_chromium
from tests.console.browser.every_page import Sight, sights
from tests.console.browser.site import Site, serving
from tests.console.browser.town import INES, VERA, furnished
from tests.console.browser.window import HEIGHT, NARROW, NARROWEST, WIDE, Window, opened
from tests.house.tree import ROOT
from tests.shop import CHEAP_HASHES

WIDTHS = (WIDE, NARROW, NARROWEST)
SCHEMES = ("light", "dark")
PRINTED = "/company/harbor/manual-entry"
PAPER = 720
"""The width between the margins, in pixels of CSS."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--only", default="", help="Only the pages whose names begin so.")
def screenshots(folder: Path, only: str) -> None:
    """Take a picture of every page of the console into FOLDER."""
    folder = folder.resolve()
    if folder.is_relative_to(ROOT):
        raise click.ClickException(f"{folder} is inside of the project: name a folder elsewhere.")
    folder.mkdir(parents=True, exist_ok=True)
    passwords._context = CHEAP_HASHES  # People sign in once a picture here, and nobody's password is at stake.
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/deskpost.sqlite"
        migrate(url)
        with serving(url, Path(place)) as site:
            try:
                taken = _take_all(site, folder, only)
            except NoChromium as refusal:
                raise click.ClickException(str(refusal)) from refusal
    click.echo(f"{taken} pictures are in {folder}.")


def _take_all(site: Site, folder: Path, only: str) -> int:
    taken = 0
    with furnished(site) as harbor, running_chromium() as browser:
        with opened(browser, site) as strange:
            taken += _take(strange, Sight("sign-in", "/sign-in"), folder, only)
        for who in (INES, VERA):
            with opened(browser, site) as window:
                window.sign_in(who)
                for sight in sights(harbor):
                    if sight.who == who:
                        taken += _take(window, sight, folder, only)
                if who == INES:
                    taken += _print(window, folder)
    return taken


def _take(window: Window, sight: Sight, folder: Path, only: str) -> int:
    """The pictures of one page; what was pressed there stays pressed while it grows narrower and darker."""
    if not sight.name.startswith(only):
        return 0
    window.page.set_viewport_size({"width": WIDE, "height": HEIGHT})
    sight.show(window)
    for width in WIDTHS:
        window.page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            window.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # It is one of the two.
            window.page.screenshot(path=folder / f"{sight.name}-{width}-{scheme}.png", full_page=True)
    return len(WIDTHS) * len(SCHEMES)


def _print(window: Window, folder: Path) -> int:
    """Manual entry as it is on paper of the size Letter."""
    window.open(PRINTED)
    window.page.set_viewport_size({"width": PAPER, "height": HEIGHT})
    window.page.emulate_media(media="print", color_scheme="light")
    window.page.screenshot(path=folder / "manual-entry-print.png", full_page=True)
    return 1


if __name__ == "__main__":
    screenshots(prog_name="python -m tests.console.screenshots")
