"""Starts the commands of the host PC's side. It decides nothing."""

from __future__ import annotations

from qwc.commands import main

if __name__ == "__main__":
    main(prog_name="python -m qwc")
