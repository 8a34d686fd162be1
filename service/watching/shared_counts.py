"""The folder in which the worker processes of one service keep their counts, so that any of them can add them up.

prometheus-client chooses between memory and files when it is imported; so this module must be done with the folder
before anything imports `service.watching.metrics`, and imports it itself only when a worker has died.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.domain.refusals import Refusal

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
COUNTS = "*.db"


class CountsFolderNotMade(Refusal):
    def __init__(self, folder: str, why: str) -> None:
        super().__init__(
            f"The folder {folder} of the figures cannot be used: {why}. Make it writable, name another in {VARIABLE}, "
            "or unset that, and one is made for each start."
        )


@contextmanager
def counts_folder() -> Iterator[Path]:
    """An empty folder, named to prometheus-client: that of PROMETHEUS_MULTIPROC_DIR, or a new one removed at the end.

    Workers are forked inside the block and leave it as well: only the process that came in clears up. Raises
    CountsFolderNotMade.
    """
    given, own = os.environ.get(VARIABLE), os.getpid()
    try:
        folder = _emptied(Path(given)) if given else Path(tempfile.mkdtemp(prefix="deskpost-figures-"))
    except OSError as failure:
        raise CountsFolderNotMade(given or tempfile.gettempdir(), (failure.strerror or str(failure)).lower()) from None
    os.environ[VARIABLE] = str(folder)
    try:
        yield folder
    finally:
        if os.getpid() == own and not given:
            del os.environ[VARIABLE]
            shutil.rmtree(folder, ignore_errors=True)


def worker_died(pid: int) -> None:
    """Take out what a dead worker would still show of itself; what it counted stays."""
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - see the module's docstring.

    mark_process_dead(pid)  # type: ignore[no-untyped-call] # It has none.


def _emptied(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for counts in folder.glob(COUNTS):
        counts.unlink()
    return folder
