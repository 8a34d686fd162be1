"""The folder in which the worker processes of one service keep their counts, so that any of them can add them up.

prometheus-client chooses between memory and files when it is imported; so this module must be done with the folder
before anything imports `service.watching.metrics`, and imports it itself only when a worker has died.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service.domain.refusals import Refusal

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
COUNTS = "*.db"
KINDS = ("counter", "histogram")
ENDED = "ended"
"""Stands in place of a process in the names of the files that hold the counts of those that are no more."""
LOCK = "lock"


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


@contextmanager
def held(folder: Path, *, alone: bool) -> Iterator[None]:
    """Let many read the counts at once, or one move them; a reader never sees half of a move."""
    with (folder / LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
        yield


def worker_died(pid: int) -> None:
    """Add what a dead worker counted to what all before it did, so that a thousand of them leave no more than one."""
    from prometheus_client.mmap_dict import MmapedDict  # noqa: PLC0415 - see the module's docstring.
    from prometheus_client.multiprocess import mark_process_dead  # noqa: PLC0415 - as above.

    folder = Path(os.environ[VARIABLE])
    mark_process_dead(pid)  # type: ignore[no-untyped-call] # It has none, nor have those below.
    with held(folder, alone=True):
        for kind in KINDS:
            counted = folder / f"{kind}_{pid}.db"
            if not counted.exists():
                continue
            ended = MmapedDict(str(folder / f"{kind}_{ENDED}.db"))  # type: ignore[no-untyped-call]
            for key, number, *_ in MmapedDict.read_all_values_from_file(str(counted)):  # type: ignore[no-untyped-call]
                before, _ = ended.read_value(key)  # type: ignore[no-untyped-call]
                ended.write_value(key, before + number, 0.0)  # type: ignore[no-untyped-call]
            ended.close()  # type: ignore[no-untyped-call]
            counted.unlink()


def _emptied(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for counts in folder.glob(COUNTS):
        counts.unlink()
    return folder
